"""Backchannels and turns (METRICS §2, steps 1 and 2)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voxcx.config import Definitions
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, bridge, crop, holding, total_s
from voxcx.domain.timeline import Turn
from voxcx.timeline.said import Said, only_listens, pieces_of
from voxcx.units import INSTANT_S

Speech = dict[Role, Intervals]
_PARTIES: tuple[tuple[Role, Role], ...] = (("agent", "customer"), ("customer", "agent"))


@dataclass(frozen=True, slots=True)
class Unit:
    """One inter-pausal unit of one party, and whether it is only a listening sound."""

    role: Role
    span: Interval
    backchannel: bool


def find_units(speech: Speech, said: Mapping[Role, Said], language: str, rules: Definitions) -> tuple[Unit, ...]:
    """All inter-pausal units in order of their start, backchannels marked."""
    units = []
    for role, other in _PARTIES:
        runs = bridge(speech[other], rules.backchannel_next_within_s)
        for span in speech[role]:
            after = _goes_on(span, runs)
            listening = after is not None and total_s(crop(speech[other], after)) >= (
                rules.backchannel_goes_on_s - INSTANT_S
            )
            units.append(Unit(role, span, listening and _only_listens(span, said[role], language, rules)))
    return tuple(sorted(units, key=lambda unit: (unit.span, unit.role)))


def find_turns(units: Sequence[Unit], talk: Intervals, rules: Definitions) -> tuple[Turn, ...]:
    """Turns of both parties in order of their start.

    Units of one party with gaps < ``turn_gap_s`` are one turn, until a unit of the other starts and outlasts the
    current one, or talk stops: a hold ends a turn. Units lie inside talk and are in order of their start.
    """
    finished: list[Turn] = []
    for part in talk:
        first, end = (bisect_left(units, edge_s, key=_start_s) for edge_s in (part.start_s, part.end_s))
        finished += _turns(units[first:end], rules)
    return tuple(sorted(finished, key=lambda turn: (turn.span, turn.role)))


def _turns(units: Sequence[Unit], rules: Definitions) -> list[Turn]:
    finished: list[Turn] = []
    floor: dict[Role, Interval] = {}
    for unit in units:
        if unit.backchannel:
            continue
        held = floor.get(unit.role)
        if held and unit.span.start_s - held.end_s < rules.turn_gap_s - INSTANT_S:
            floor[unit.role] = Interval(held.start_s, max(held.end_s, unit.span.end_s))
        else:
            finished += [Turn(unit.role, held)] if held else []
            floor[unit.role] = unit.span
        other: Role = "customer" if unit.role == "agent" else "agent"
        if other in floor and unit.span.end_s > floor[other].end_s:
            finished.append(Turn(other, floor.pop(other)))
    return finished + [Turn(role, span) for role, span in floor.items()]


def _only_listens(span: Interval, said: Said, language: str, rules: Definitions) -> bool:
    pieces = pieces_of(said.inside(span))
    if not pieces:  # no words known, or nothing but punctuation
        return span.duration_s <= rules.backchannel_max_s + INSTANT_S
    return only_listens(pieces, language)


def _goes_on(span: Interval, runs: Intervals) -> Interval | None:
    """How long the other, who was speaking before it, goes on after it without a longer pause than a run has."""
    run = holding(runs, span.start_s)
    return Interval(span.end_s, run.end_s) if run and run.start_s < span.start_s and run.end_s > span.end_s else None


def _start_s(unit: Unit) -> float:
    return unit.span.start_s
