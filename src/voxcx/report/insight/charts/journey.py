"""One customer's way on a line of time: a lane a channel, numbered marks, and the same happenings in words below."""

from __future__ import annotations

from html import escape

from voxcx.domain.pages import Happening, Journey
from voxcx.domain.texts import Text
from voxcx.report.insight.calls import Calls
from voxcx.report.insight.charts.axis import Axis, axis_of
from voxcx.report.insight.charts.drawing import (
    SHAPES,
    cut,
    definition,
    empty,
    figure,
    number,
    ticks_across,
    tone_legend,
)
from voxcx.report.insight.telling import Telling, sentence
from voxcx.report.wording import NBSP
from voxcx.units import SECONDS_PER_MINUTE

DAY_S = 86_400.0
MARK_PX = 22.0  # a mark with its number
NARROWEST_PX = 300.0  # of a phone: marks must not cover each other there
MOST_ROWS, MOST_MARKS = 5, 200  # rows of a lane; marks that find no room are drawn without a number
NAME_PX, ROW_PX = 18.0, 22.0
LANE_LETTERS = 40
Placed = tuple[int, Happening, int | None]  # number, what, row


def journey_chart(journey: Journey, telling: Telling, calls: Calls) -> str:
    """The picture and its list as HTML; a sentence where nothing happened."""
    title, told = telling.html(journey.title), telling.html(journey.definition)
    happened = sorted(journey.happenings, key=lambda one: one.at_s)[:MOST_MARKS]
    axis = axis_of((one.at_s / DAY_S for one in happened), "date", most=6)
    if axis is None:
        return empty("journey", title, escape(telling.say("empty_journey")), told)
    axis = Axis(axis.low - _room(axis), axis.high + _room(axis), axis.ticks)
    lanes = _lanes(journey, happened)
    parts, y = [], 0.0
    for lane, name in lanes:
        placed = _rows(axis, [(n, one) for n, one in enumerate(happened, 1) if one.lane == lane])
        rows = 1 + max((row or 0 for _, _, row in placed), default=0)
        parts.append(_lane(telling.text(name), y, rows))
        parts += [_mark(axis, each, y + NAME_PX, telling) for each in placed]
        y += NAME_PX + rows * ROW_PX + 6
    ruler = ticks_across(axis, "date", telling, y + 4, 4)
    svg = f'<svg height="{number(y + 24)}" role="group" aria-label="{title}">{"".join(parts)}{ruler}</svg>'
    items = "".join(_item(one, telling, calls, dict(lanes).get(one.lane)) for one in happened)
    under = tone_legend({one.tone for one in happened}, telling) + f'<ol class="steps">{items}</ol>'
    return figure("journey", title, svg, under + definition(f"{sentence(told)} {escape(telling.say('utc'))}"))


def _room(axis: Axis) -> float:
    """So that a mark at either end lies inside."""
    return (axis.high - axis.low) * 0.04


def _lanes(journey: Journey, happened: list[Happening]) -> list[tuple[str, Text | str]]:
    """The lanes of the journey, then those that only happenings name."""
    named: dict[str, Text | str] = dict(journey.lanes)
    for one in happened:
        named.setdefault(one.lane, one.lane)
    there = {one.lane for one in happened}
    return [(lane, name) for lane, name in named.items() if lane in there]


def _rows(axis: Axis, marks: list[tuple[int, Happening]]) -> list[Placed]:
    """Rows in which no mark covers another on a phone."""
    free_from = [float("-inf")] * MOST_ROWS
    placed: list[Placed] = []
    for n, one in marks:
        x = NARROWEST_PX * axis.share(one.at_s / DAY_S)
        row = next((row for row, free in enumerate(free_from) if x >= free), None)
        if row is not None:
            free_from[row] = x + MARK_PX
        placed.append((n, one, row))
    return placed


def _lane(name: str, y: float, rows: int) -> str:
    bar = f'<rect class="lane" x="0" width="100%" y="{number(y + NAME_PX)}" height="{number(rows * ROW_PX)}"/>'
    return f'{bar}<text class="lane-name" x="0" y="{number(y + 13)}">{escape(cut(name, LANE_LETTERS))}</text>'


def _mark(axis: Axis, placed: Placed, y: float, telling: Telling) -> str:
    n, one, row = placed
    x = axis.percent(one.at_s / DAY_S)
    at = number(y + ROW_PX * (row or 0) + ROW_PX / 2)
    hint = escape(f"{n}. {moment_of(one.at_s, telling)}: {telling.text(one.label)}")
    if row is None:
        shape = f'<path class="m {one.tone}" d="{SHAPES[one.tone]}"/>'
        return f'<svg x="{x}" y="{at}" overflow="visible"><title>{hint}</title>{shape}</svg>'
    shape = f'<path class="m big {one.tone}" transform="scale(1.7)" d="{SHAPES[one.tone]}"/>'
    text = f'<text class="no {one.tone}" y="4" text-anchor="middle">{n}</text>'
    return f'<svg x="{x}" y="{at}" overflow="visible"><title>{hint}</title>{shape}{text}</svg>'


def _item(one: Happening, telling: Telling, calls: Calls, lane: Text | str | None) -> str:
    told = "".join(f'<span class="told">{telling.html(each)}</span>' for each in one.told)
    link = f" {calls.short((one.call,))}" if one.call else ""
    where = escape(telling.text(lane))
    head = f"<time>{escape(moment_of(one.at_s, telling))}</time> <b>{telling.html(one.label)}</b>"
    return f'<li class="{one.tone}">{head} <small>{where}</small>{link}{told}</li>'


def moment_of(at_s: float, telling: Telling) -> str:
    """A day and a time of day: «3 мар 2026, 14:05»."""
    day, rest = divmod(at_s, DAY_S)
    minutes = int(rest // SECONDS_PER_MINUTE)
    return f"{telling.amounts.day(day)},{NBSP}{minutes // 60}:{minutes % 60:02d}"
