"""Turns and gaps between them (METRICS §2), from the plan: written for the truth alone, apart from the detectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxcx.simulation.calls.frames import Span
from voxcx.simulation.calls.plan import Plan
from voxcx.simulation.calls.script import OTHER, Party

TURN_GAP = 300  # frames


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """From the first to the last frame that a party has the floor."""

    party: Party
    start: int
    end: int


def turns_of(plan: Plan) -> tuple[TurnTaken, ...]:
    """Turns in order of their start. Listening words are none; a hold ends every turn."""
    turns: list[TurnTaken] = []
    for talk in plan.phase("talk"):
        turns += _turns([unit for unit in _units(plan) if talk[0] <= unit.start < talk[1]])
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end)))


def latencies_of(plan: Plan) -> Iterator[tuple[Party, Span]]:
    """Gaps from the end of one party's turn to the start of the other's; across a hold nobody was waited for."""
    holds = plan.phase("hold")
    last: TurnTaken | None = None
    for turn in turns_of(plan):
        waited = last is not None and turn.party != last.party and turn.start > last.end
        if last is not None and waited and not any(s < turn.start and e > last.end for s, e in holds):
            yield turn.party, (last.end, turn.start)
        if last is None or turn.end >= last.end:
            last = turn


def _units(plan: Plan) -> list[TurnTaken]:
    """Speech of both parties without the listening words of the script, in order."""
    units = [TurnTaken(one.party, start, end) for one in plan.placed if not one.listening for start, end in one.pieces]
    return sorted(units, key=lambda unit: (unit.start, unit.end))


def _turns(units: list[TurnTaken]) -> list[TurnTaken]:
    """A party's units are one turn until a pause of 3 s, or until the other speaks and outlasts the unit under way."""
    done: list[TurnTaken] = []
    open_turn: dict[Party, TurnTaken] = {}
    for unit in units:
        mine = open_turn.get(unit.party)
        if mine is not None and unit.start - mine.end < TURN_GAP:
            open_turn[unit.party] = TurnTaken(unit.party, mine.start, max(mine.end, unit.end))
        else:
            done += [mine] if mine is not None else []
            open_turn[unit.party] = unit
        theirs = open_turn.get(OTHER[unit.party])
        if theirs is not None and unit.end > theirs.end:
            done.append(open_turn.pop(OTHER[unit.party]))
    return [*done, *open_turn.values()]
