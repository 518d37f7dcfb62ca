"""A matrix as a table whose cells are coloured: numbers stay readable, and stand there on paper too."""

from __future__ import annotations

import math
from html import escape
from statistics import median

from voxcx.domain.pages import Figure, Heat, Unit
from voxcx.report.insight.amounts import NOTHING
from voxcx.report.insight.charts.drawing import definition, empty, figure
from voxcx.report.insight.footnotes import Footnotes
from voxcx.report.insight.telling import Telling, sentence, value_of

ROOMY_COLUMNS = 7  # with more, heads stand upright and intervals are in the hints and files only
STRONGEST = 42  # percent of colour: numbers on it keep a contrast of 4.5 in the light and in the dark
Span = tuple[float, float, float]  # least, middle, largest


def heat_chart(heat: Heat, telling: Telling) -> str:
    """The matrix as HTML; a sentence where no cell has a value."""
    title, told = telling.html(heat.title), telling.html(heat.definition)
    spans = _spans(heat)
    if not spans:
        return empty("heat", title, escape(telling.say("empty_picture")), told)
    notes, roomy = Footnotes(), len(heat.columns) <= ROOMY_COLUMNS
    head = "".join(
        f'<th scope="col" title="{telling.html(one)}"><span>{telling.html(one)}</span>' for one in heat.columns
    )
    rows = "".join(
        f'<tr><th scope="row" title="{telling.html(name)}"><span>{telling.html(name)}</span>'
        + "".join(
            _cell(cell, f"{telling.text(name)} × {telling.text(column)}", (heat, spans, roomy), telling, notes)
            for column, cell in zip(heat.columns, cells, strict=False)
        )
        for name, cells in zip(heat.rows, heat.cells, strict=False)
    )
    kind = "matrix" if roomy else "matrix upright"
    body = f'<div class="scroller"><table class="{kind}"><thead><tr><td>{head}</thead><tbody>{rows}</table></div>'
    return figure("heat", title, body, notes.html() + _legend(heat, spans, telling) + definition(told))


def _spans(heat: Heat) -> dict[Unit, Span]:
    """Least value, median and largest, apart for each unit."""
    values: dict[Unit, list[float]] = {}
    for cell in (cell for row in heat.cells for cell in row if cell is not None):
        value = value_of(cell.estimate)
        if value is not None:
            values.setdefault(cell.unit, []).append(value)
    return {unit: (min(known), median(known), max(known)) for unit, known in values.items()}


def _cell(
    cell: Figure | None, name: str, page: tuple[Heat, dict[Unit, Span], bool], telling: Telling, notes: Footnotes
) -> str:
    if cell is None:
        return f"<td>{NOTHING}"
    heat, spans, roomy = page
    hint = escape(telling.hover(name, cell.estimate, cell.unit))
    value = value_of(cell.estimate)
    if value is None:
        return f'<td title="{hint}">{NOTHING}{notes.mark(telling.reason(cell.estimate))}'
    small = telling.interval(cell.estimate, cell.unit) if roomy else ""
    inside = escape(telling.value(cell.estimate, cell.unit)) + (f"<s>{escape(small)}</s>" if small else "")
    return f'<td title="{hint}"{_colour(value, spans[cell.unit], heat)}>{inside}'


def _colour(value: float, span: Span, heat: Heat) -> str:
    """A style attribute: how strong, and of which of two colours."""
    low, middle, high = span
    if heat.good == "neither":
        middle = 0.0
    most = max(high - middle, middle - low)
    share = (value - middle) / most if most and math.isfinite(most) else 0.0
    good, bad = ("agent", "customer") if heat.good == "neither" else ("good", "bad")
    name = good if (share > 0) == (heat.good != "low") else bad
    strength = round(STRONGEST * min(abs(share), 1.0))
    return f' style="background:color-mix(in srgb,var(--{name}) {strength}%,var(--card))"' if strength else ""


def _legend(heat: Heat, spans: dict[Unit, Span], telling: Telling) -> str:
    """What the colours mean, with the ends of the scale."""
    told = []
    for unit, (low, middle, high) in spans.items():
        names = {"low": low, "middle": middle, "high": high}
        ends = {name: telling.amounts.short(x, unit, fixed=False) for name, x in names.items()}
        key = {"high": "heat_low_bad", "low": "heat_low_good"}.get(heat.good) or (
            "heat_signs" if low < 0 else "heat_size"
        )
        told.append(telling.say(key, **(ends if key != "heat_signs" else {})))
    return f'<p class="def">{escape(sentence("; ".join(dict.fromkeys(told))))}</p>'
