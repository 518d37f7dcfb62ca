"""Estimates with their intervals under each other: a row each, label, bar and value in a grid that a phone folds."""

from __future__ import annotations

from html import escape

from voxcx.domain.pages import Dot, Dots
from voxcx.report.insight.charts.axis import Axis, axis_of
from voxcx.report.insight.charts.drawing import begun, definition, empty, figure, mark, ticks_across, tone_legend
from voxcx.report.insight.telling import Telling, ends_of, sentence, value_of

SHOWN, MOST_ROWS = 25, 200
ROW_PX = 20


def dots_chart(dots: Dots, telling: Telling) -> str:
    """The picture as HTML; a sentence where no row has a value."""
    title, told = telling.html(dots.title), telling.html(dots.definition)
    axis = axis_of(_values(dots), dots.unit)
    if axis is None:
        reasons = dict.fromkeys(telling.reason(row.estimate) for row in dots.rows)
        why = " ".join([telling.say("empty_picture"), *(sentence(begun(reason)) for reason in [*reasons][:3])])
        return empty("dots", title, escape(why), told)
    rows = [_row(dots, row, axis, telling) for row in dots.rows[:MOST_ROWS]]
    body = "".join(
        f'<li class="{row.tone}{" noted" if row.note else ""}{" x" if place >= SHOWN else ""}"{html}</li>'
        for place, (row, html) in enumerate(zip(dots.rows, rows, strict=False))
    )
    foot = f'<li class="scale"><span></span><svg height="18">{ticks_across(axis, dots.unit, telling, 0, 0)}</svg></li>'
    legend = tone_legend({row.tone for row in dots.rows[:MOST_ROWS]}, telling)
    folded = more(len(rows), SHOWN, telling)
    return figure("dots", title, f'<ol class="rows">{body}{foot}</ol>{folded}', legend + _under(dots, told, telling))


def more(rows: int, shown: int, telling: Telling) -> str:
    """A button that opens the rows that a script has folded; nothing where all are in sight."""
    if rows <= shown:
        return ""
    every = telling.say("show_all", rows=telling.amounts.counted(rows, "rows"))
    return f'<button class="more" data-less="{escape(telling.say("show_less"))}">{escape(every)}</button>'


def _values(dots: Dots) -> list[float]:
    """All that the axis must hold; nothing where no row has a value."""
    known = [value for row in dots.rows if (value := value_of(row.estimate)) is not None]
    ends = [end for row in dots.rows for end in ends_of(row.estimate) or ()]
    if not known:
        return []
    return [*known, *ends, *([] if dots.reference is None else [dots.reference])]


def _row(dots: Dots, row: Dot, axis: Axis, telling: Telling) -> str:
    """The row from its attributes on."""
    label = telling.text(row.label)
    note = telling.text(row.note)
    hint = telling.hover(label, row.estimate, dots.unit) + (f". {note}" if note else "")
    name = f'<span class="l">{escape(label)}</span>'
    return f' tabindex="0" title="{escape(hint)}">{name}{_bar(dots, row, axis)}{_told(dots, row, telling)}'


def _told(dots: Dots, row: Dot, telling: Telling) -> str:
    reason = telling.reason(row.estimate)
    value = f'<span class="why">{escape(reason)}</span>' if reason else escape(telling.value(row.estimate, dots.unit))
    interval = telling.interval(row.estimate, dots.unit)
    small = "; ".join(part for part in (interval, telling.n(row.estimate) if row.estimate.n else "") if part)
    note = f'<span class="note">{telling.html(row.note)}</span>' if row.note else ""
    return f'<span class="v">{value}<s>{escape(small)}</s></span>{note}'


def _bar(dots: Dots, row: Dot, axis: Axis) -> str:
    middle = ROW_PX / 2
    parts = ['<line class="rail" x1="0" x2="100%" y1="10" y2="10"/>']
    if dots.reference is not None:
        at = axis.percent(dots.reference)
        parts.append(f'<line class="ref" x1="{at}" x2="{at}" y1="-4" y2="{ROW_PX + 4}"/>')
    ends = ends_of(row.estimate)
    if ends:
        low, high = (axis.percent(end) for end in ends)
        parts.append(f'<line class="ci" x1="{low}" x2="{high}" y1="{middle:g}" y2="{middle:g}"/>')
    value = value_of(row.estimate)
    if value is not None:
        parts.append(mark(row.tone, axis.percent(value), middle, ""))
    return f'<svg class="b" height="{ROW_PX}" aria-hidden="true">{"".join(parts)}</svg>'


def _under(dots: Dots, told: str, telling: Telling) -> str:
    if dots.reference is None:
        return definition(told)
    line = telling.say("reference", x=telling.amounts.short(dots.reference, dots.unit, fixed=False))
    return definition(f"{sentence(told)} <i>{escape(sentence(line))}</i>")
