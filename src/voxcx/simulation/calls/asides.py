"""What the listener says into a turn: listening words, a word that breaks off, an attempt that is talked over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voxcx.simulation.calls.clips import ClipKind
from voxcx.simulation.calls.frames import Span
from voxcx.simulation.calls.plan import Mark, Placed
from voxcx.simulation.calls.script import OTHER, Aside, AsideKind, Turn
from voxcx.simulation.calls.speaker import Speaker
from voxcx.simulation.calls.voiced import Voiced

# Frames: shortest and longest clip; how long the speaker has been speaking; how long they go on, counted from its end.
LENGTHS: dict[AsideKind, Span] = {"backchannel": (20, 76), "brief_overlap": (20, 40), "interruption": (80, 175)}
SPEAKING: dict[AsideKind, int] = {"backchannel": 60, "brief_overlap": 60, "interruption": 100}
GOES_ON: dict[AsideKind, int] = {"backchannel": 110, "brief_overlap": 110, "interruption": 240}
GOES_ON_SINCE_START = {"interruption": 320}
BREATH = 60  # a longer pause of the speaker ends what counts as going on
CLEAR = 30  # of the same breath of the speaker, before the aside and after it
APART = 120  # between two asides, and from the listener's own speech before


def speak_asides(
    turn: Turn, own: Sequence[Placed], placed: Sequence[Placed], listener: Speaker, rng: np.random.Generator
) -> tuple[list[Placed], list[Mark]]:
    """Asides of one turn, whose clips are ``own``; one that has no place is left out."""
    said: list[Placed] = []
    marks: list[Mark] = []
    for aside in turn.asides:
        found = _speak(aside, own, [*placed, *said], listener, rng)
        if found is not None:
            said.append(found)
            yielded = False if aside.kind == "interruption" else None
            marks.append(Mark(aside.kind, found.party, found.start, found.end, yielded=yielded))
    return said, marks


def _speak(
    aside: Aside, own: Sequence[Placed], placed: Sequence[Placed], listener: Speaker, rng: np.random.Generator
) -> Placed | None:
    shortest, longest = LENGTHS[aside.kind]
    kind: ClipKind = "backchannel" if aside.kind == "backchannel" else "line"
    said = listener.draw(kind, lambda one: len(one.pieces) == 1 and shortest <= one.length <= longest)
    if said is None:
        return None
    starts = [start for start in _starts(aside.kind, own, said) if _is_apart(start, said, own[0].party, placed)]
    if not starts:
        return None
    return Placed(OTHER[own[0].party], said, int(rng.choice(starts)), listening=aside.kind == "backchannel")


def _starts(kind: AsideKind, own: Sequence[Placed], said: Voiced) -> list[int]:
    """Every frame at which it may begin."""
    pieces = [piece for one in own for piece in one.pieces]
    starts: list[int] = []
    for number, (begins, ends) in enumerate(pieces):
        goes_on = _run_end(pieces[number:])
        needed = max(GOES_ON[kind] + said.length, GOES_ON_SINCE_START.get(kind, 0))
        last = min(ends - CLEAR - said.length, goes_on - needed)
        first = max(begins + CLEAR, pieces[0][0] + SPEAKING[kind], begins + (60 if kind != "backchannel" else CLEAR))
        starts += range(first, last + 1)
    return starts


def _run_end(pieces: Sequence[Span]) -> int:
    """Where the speaker first makes a longer pause."""
    end = pieces[0][1]
    for start, stop in pieces[1:]:
        if start - end > BREATH:
            break
        end = stop
    return end


def _is_apart(start: int, said: Voiced, speaker: str, placed: Sequence[Placed]) -> bool:
    end = start + said.length
    others = [one for one in placed if one.party != speaker]
    return all(one.end + APART <= start or end + APART <= one.start for one in others)
