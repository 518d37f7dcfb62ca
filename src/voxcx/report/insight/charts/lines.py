"""Curves with their bands. Curves stretch with the width; text and marks keep their size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from itertools import groupby, pairwise

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Line, Lines
from voxcx.report.insight.charts.axis import Axis, axis_of
from voxcx.report.insight.charts.drawing import (
    LETTER_PX,
    cut,
    definition,
    empty,
    figure,
    number,
    ticks_across,
)
from voxcx.report.insight.telling import Telling, ends_of, sentence, value_of

HEIGHT_PX, FOOT_PX = 240.0, 22.0
VIEW = 1000.0  # the stretched part is a square of this side
COLOURS = 8
MANY_POINTS = 40  # from here on a mark is small
WORDED_MARKS, MARK_LETTERS, MARK_ROW_PX = 3, 20, 16.0
MARK_ROWS = 6
LEFT_PX, WIDEST_LEFT_PX = 22.0, 110.0
Place = tuple[float, float, Estimate]  # x, y: shares of the picture from its lower left corner


def lines_chart(lines: Lines, telling: Telling) -> str:
    """The picture as HTML; a sentence where no curve has a value."""
    title, told = telling.html(lines.title), telling.html(lines.definition)
    x = axis_of((each for line in lines.lines for each in _known_x(line)), lines.x_unit)
    y = axis_of(_heights(lines), lines.y_unit, most=6)
    if x is None or y is None:
        gaps = _gaps(lines, telling)
        return empty("lines", title, f"{escape(telling.say('empty_picture'))}{gaps}", told)
    there = (mark for mark in lines.marks if math.isfinite(mark[0]) and x.low <= mark[0] <= x.high)
    marks = [(at, telling.text(word)) for at, word in sorted(there, key=lambda mark: mark[0])]
    left = min(LEFT_PX + LETTER_PX * max(len(telling.amounts.tick(t, lines.y_unit)) for t in y.ticks), WIDEST_LEFT_PX)
    body = (
        f'<p class="ytitle">{telling.html(lines.y_title)}</p>'
        f'<div class="plot" style="padding-left:{left:.0f}px">{_picture(lines, (x, y), marks, telling)}</div>'
        f'<p class="xtitle">{telling.html(lines.x_title)}</p>'
    )
    return figure("lines", title, body, _legend(lines, marks, telling) + _gaps(lines, telling) + definition(told))


def _picture(lines: Lines, axes: tuple[Axis, Axis], marks: list[tuple[float, str]], telling: Telling) -> str:
    """Grid, curves stretched with the width, and marks and words that are not."""
    x, y = axes
    top = 8.0 + MARK_ROW_PX * min(len(marks), MARK_ROWS)
    curves = "".join(_curve(line, place, axes) for place, line in enumerate(lines.lines))
    view = f'viewBox="0 0 {VIEW:g} {VIEW:g}" preserveAspectRatio="none"'
    inside = [
        _ticks_up(y, lines, telling, top),
        ticks_across(x, lines.x_unit, telling, top + HEIGHT_PX, 5),
        *(_mark(x, one, place, (top, len(marks))) for place, one in enumerate(marks)),
        f'<svg y="{number(top)}" width="100%" height="{HEIGHT_PX:g}" {view}>{curves}</svg>',
        *(
            point
            for place, line in enumerate(lines.lines)
            for point in _points(line, place, axes, (lines, telling, top))
        ),
    ]
    name = telling.html(lines.title)
    return f'<svg height="{number(top + HEIGHT_PX + FOOT_PX)}" role="group" aria-label="{name}">{"".join(inside)}</svg>'


def _known_x(line: Line) -> list[float]:
    return [x for x, estimate in zip(line.x, line.y, strict=True) if value_of(estimate) is not None]


def _heights(lines: Lines) -> Iterator[float]:
    """Values and ends of intervals; a band may be cut where it is open."""
    for line in lines.lines:
        for estimate in line.y:
            value = value_of(estimate)
            if value is not None:
                yield from (value, *(ends_of(estimate) or ()))


def _places(line: Line, axes: tuple[Axis, Axis]) -> list[list[Place]]:
    """Runs of neighbours that have values; what lies between runs is a gap."""
    x, y = axes
    whole = zip(line.x, line.y, strict=True)
    runs = groupby(whole, key=lambda point: value_of(point[1]) is not None and math.isfinite(point[0]))
    return [
        [(x.share(at), y.share(value_of(estimate) or 0.0), estimate) for at, estimate in run]
        for known, run in runs
        if known
    ]


def _curve(line: Line, place: int, axes: tuple[Axis, Axis]) -> str:
    parts = []
    for run in _places(line, axes):
        band = _band(run, axes[1], steps=line.steps)
        if band:
            parts.append(f'<path class="band c{place % COLOURS}" d="{band}"/>')
        if len(run) > 1:
            drawn = _way([(x, y) for x, y, _ in run], steps=line.steps)
            parts.append(f'<path class="curve {_look(place)}" d="M{drawn}"/>')
    return "".join(parts)


def _look(place: int) -> str:
    """Colour of a curve; those beyond the last colour are dashed."""
    return f"c{place % COLOURS}" + (" dash" if place >= COLOURS else "")


def _band(run: list[Place], y: Axis, *, steps: bool) -> str:
    """The area between the ends of the intervals; "" where they are not known all along."""
    ends = [ends_of(estimate) for _, _, estimate in run]
    if len(run) < 2 or any(pair is None for pair in ends):
        return ""
    lower = [(x, y.share(pair[0])) for (x, _, _), pair in zip(run, ends, strict=True) if pair]
    upper = [(x, y.share(pair[1])) for (x, _, _), pair in zip(run, ends, strict=True) if pair]
    back = _corners(lower) if steps else lower
    return f"M{_way(upper, steps=steps)}L{_way(back[::-1], steps=False)}Z"


def _way(points: list[tuple[float, float]], *, steps: bool) -> str:
    drawn = _corners(points) if steps else points
    return "L".join(f"{number(VIEW * x)} {number(VIEW * (1 - y))}" for x, y in drawn)


def _corners(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A value holds up to the next x."""
    steps = [corner for (_, y), (x, _) in pairwise(points) for corner in ((x, y),)]
    return [points[0], *(each for pair in zip(steps, points[1:], strict=True) for each in pair)]


def _points(line: Line, place: int, axes: tuple[Axis, Axis], page: tuple[Lines, Telling, float]) -> Iterator[str]:
    """A mark at every value, with its hint and, where it stands alone, its interval."""
    lines, telling, top = page
    label, amounts = telling.text(line.label), telling.amounts
    size = "p" if len(line.x) <= MANY_POINTS else "p small"
    for at, estimate in zip(line.x, line.y, strict=True):
        value = value_of(estimate)
        if value is None or not math.isfinite(at):
            continue
        x, y = axes[0].percent(at), top + HEIGHT_PX * (1 - axes[1].share(value))
        where = amounts.short(at, lines.x_unit, fixed=False)
        hint = escape(telling.hover(f"{label}, {where}" if label else where, estimate, lines.y_unit))
        at_point = f'cx="{x}" cy="{number(y)}" r="3.5"'
        yield f'<circle class="{size} c{place % COLOURS}" {at_point}><title>{hint}</title></circle>'


def _ticks_up(y: Axis, lines: Lines, telling: Telling, top: float) -> str:
    parts = []
    for tick in y.ticks:
        at = number(top + HEIGHT_PX * (1 - y.share(tick)))
        said = escape(telling.amounts.tick(tick, lines.y_unit))
        parts.append(f'<line class="grid" x1="0" x2="100%" y1="{at}" y2="{at}"/>')
        parts.append(f'<text x="-8" y="{at}" dy="4" text-anchor="end">{said}</text>')
    return "".join(parts)


def _mark(x: Axis, one: tuple[float, str], place: int, frame: tuple[float, int]) -> str:
    """A vertical line with its word in a row of its own; with many of them, a letter that the legend explains."""
    (at, word), (top, marks) = one, frame
    share, where = x.share(at), x.percent(at)
    said = cut(word, MARK_LETTERS) if marks <= WORDED_MARKS else letter(place)
    y = 12.0 + MARK_ROW_PX * (place % MARK_ROWS)
    side, shift = ("end", -5) if share > 0.5 else ("start", 5)
    line = f'<line class="mark" x1="{where}" x2="{where}" y1="{number(y - 9)}" y2="{number(top + HEIGHT_PX)}"/>'
    text = f'<text class="word" x="{where}" dx="{shift}" y="{number(y)}" text-anchor="{side}">{escape(said)}</text>'
    return f"<g><title>{escape(word)}</title>{line}{text}</g>"


def letter(place: int) -> str:
    """A name for a mark that has no room for its word.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'A1')
    """
    turn, which = divmod(place, 26)
    return chr(ord("A") + which) + (str(turn) if turn else "")


def _legend(lines: Lines, marks: list[tuple[float, str]], telling: Telling) -> str:
    items = [
        f'<li><i class="stroke {_look(place)}"></i>{telling.html(line.label)}</li>'
        for place, line in enumerate(lines.lines)
        if telling.text(line.label) and (len(lines.lines) > 1 or marks)
    ]
    for place, (at, word) in enumerate(marks):
        before = f"{letter(place)} – " if len(marks) > WORDED_MARKS else ""
        said = f"{before}{word}: {telling.amounts.short(at, lines.x_unit, fixed=False)}"
        items.append(f'<li><i class="stroke mark"></i>{escape(said)}</li>')
    return f'<ul class="key">{"".join(items)}</ul>' if items else ""


def _gaps(lines: Lines, telling: Telling) -> str:
    """Why values are missing and how many: what a hint over a gap cannot say on paper."""
    counts: dict[str, int] = {}
    for line in lines.lines:
        for estimate in line.y:
            reason = telling.reason(estimate)
            if reason:
                counts[reason] = counts.get(reason, 0) + 1
    told = [
        telling.say("gaps", places=telling.amounts.counted(count, "places"), reason=reason)
        for reason, count in sorted(counts.items(), key=lambda item: -item[1])[:5]
    ]
    return f'<p class="def">{escape(sentence("; ".join(told)))}</p>' if told else ""
