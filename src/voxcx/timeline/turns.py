"""Backchannels and turns (METRICS §2, steps 1 and 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import yaml

from voxcx.config import Definitions, shipped
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, bridge, crop, total_s
from voxcx.domain.timeline import Turn
from voxcx.domain.transcript import Transcript, Word
from voxcx.units import INSTANT_S

_LETTERS = re.compile(r"[^\w]+")
Speech = dict[Role, Intervals]
_PARTIES: tuple[tuple[Role, Role], ...] = (("agent", "customer"), ("customer", "agent"))


@dataclass(frozen=True, slots=True)
class Unit:
    """One inter-pausal unit of one party, and whether it is only a listening sound."""

    role: Role
    span: Interval
    backchannel: bool


def find_units(speech: Speech, transcript: Transcript, rules: Definitions) -> tuple[Unit, ...]:
    """All inter-pausal units in order of their start, backchannels marked."""
    units = []
    for role, other in _PARTIES:
        words = transcript.words_of(role)
        for span in speech[role]:
            listening = _only_listens(span, words, transcript.language, rules)
            goes_on = listening and _other_goes_on(span, speech[other], rules)
            units.append(Unit(role, span, goes_on))
    return tuple(sorted(units, key=lambda unit: (unit.span, unit.role)))


def find_turns(units: Iterable[Unit], rules: Definitions) -> tuple[Turn, ...]:
    """Turns of both parties in order of their start.

    Units of one party with gaps < ``turn_gap_s`` are one turn, until a unit of the other starts and outlasts the
    current one.
    """
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
    finished += [Turn(role, span) for role, span in floor.items()]
    return tuple(sorted(finished, key=lambda turn: (turn.span, turn.role)))


def words_in(span: Interval, words: Iterable[Word]) -> tuple[Word, ...]:
    """Words whose middle lies in the span."""
    return tuple(
        w for w in words if w.start_s is not None and w.end_s is not None and (w.start_s + w.end_s) / 2 in span
    )


def _only_listens(span: Interval, words: Iterable[Word], language: str, rules: Definitions) -> bool:
    said = words_in(span, words)
    pieces = [piece for word in said for piece in _LETTERS.split(word.text.lower().replace("ё", "е")) if piece]
    if not pieces:  # no words known, or nothing but punctuation
        return span.duration_s <= rules.backchannel_max_s + INSTANT_S
    listening = _listening_words(language)
    return all(piece in listening for piece in pieces)


def _other_goes_on(span: Interval, other: Intervals, rules: Definitions) -> bool:
    """The other was speaking and speaks ``goes_on_s`` more after it, their next unit coming within the limit."""
    runs = bridge(other, rules.backchannel_next_within_s)
    run = next((r for r in runs if r.start_s < span.start_s and r.end_s > span.end_s), None)
    if run is None:
        return False
    after = Interval(span.end_s, run.end_s)
    return total_s(crop(other, after)) >= rules.backchannel_goes_on_s - INSTANT_S


@lru_cache(maxsize=8)
def _listening_words(language: str) -> frozenset[str]:
    path = shipped("configs", "lexicons", f"backchannel.{language}.yaml")
    if not path.exists():
        return frozenset()
    words = yaml.safe_load(path.read_text(encoding="utf-8"))["words"]
    return frozenset(piece for word in words for piece in _LETTERS.split(str(word).lower()) if piece)
