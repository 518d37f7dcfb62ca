"""A call with every sound in its place: what truth and recording are both made from. Times are frames of 10 ms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.timeline import OVERLAP_KINDS, EventKind, PhaseKind
from voxcx.simulation.calls.frames import Span
from voxcx.simulation.calls.script import Party, Script
from voxcx.simulation.calls.signals import Samples
from voxcx.simulation.calls.voiced import Voiced

DOUBTFUL_SILENCES = ((260, 340), (940, 1060))  # too near to the 3 s and 10 s of the definitions
DOUBTFUL_PAUSES = ((85, 115),)  # of one party: too near to the 1 s of an utterance


class DoesNotFitError(Exception):
    """What was drawn does not make the planned events; another draw is taken."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip in its place. ``listening``: it is a backchannel of the script."""

    party: Party
    said: Voiced
    start: int
    listening: bool = False

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.start + self.said.length

    @property
    def pieces(self) -> tuple[Span, ...]:
        """Its speech."""
        return tuple((self.start + start, self.start + end) for start, end in self.said.pieces)


@dataclass(frozen=True, slots=True)
class Mark:
    """An event of the script, with the place it was given."""

    kind: EventKind
    role: Party | None
    start: int
    end: int
    yielded: bool | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sounding:
    """Something to hear that is nobody's speech: a prompt, a tone, music. Channel 0 is the agent's."""

    channel: int
    start: int
    sound: Samples


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """One call, complete."""

    script: Script
    placed: tuple[Placed, ...]
    marks: tuple[Mark, ...]
    soundings: tuple[Sounding, ...]
    phases: tuple[tuple[PhaseKind, int, int], ...]
    length: int

    def of(self, party: Party) -> tuple[Placed, ...]:
        """One party's clips in order."""
        return tuple(sorted((one for one in self.placed if one.party == party), key=lambda one: one.start))

    def speech(self, party: Party) -> tuple[Span, ...]:
        """One party's speech."""
        return tuple(piece for one in self.of(party) for piece in one.pieces)

    def phase(self, kind: PhaseKind) -> tuple[Span, ...]:
        """Where a phase is."""
        return tuple((start, end) for phase, start, end in self.phases if phase == kind)


def refuse_unplanned(plan: Plan) -> None:
    """The guard: every stretch in which both speak is one planned event, and so is every silence.

    Raises:
        DoesNotFitError: it is not so, or a pause is so near to a limit of the definitions that nobody could tell.
    """
    agent, customer = (mask(plan.speech(party), plan.length) for party in ("agent", "customer"))
    planned = sorted((mark.start, mark.end) for mark in plan.marks if mark.kind in OVERLAP_KINDS)
    if spans(agent & customer) != planned:
        raise DoesNotFitError("the parties speak together where the script has no event")
    outside = mask([(start, end) for kind, start, end in plan.phases if kind != "talk"], plan.length)
    quiet = spans(~(agent | customer | outside))
    silences = sorted((mark.start, mark.end) for mark in plan.marks if mark.kind == "silence")
    if [one for one in quiet if one[1] - one[0] >= 300] != silences or _doubtful(quiet, DOUBTFUL_SILENCES):
        raise DoesNotFitError("nobody speaks where the script has no silence")
    for party in ("agent", "customer"):
        speech = plan.speech(party)
        pauses = [(end, start) for (_, end), (start, _) in pairwise(speech)]
        if any(start - end < 20 for end, start in pauses) or _doubtful(pauses, DOUBTFUL_PAUSES):
            raise DoesNotFitError("a party's pause is near to a limit of the definitions")


def _doubtful(pauses: Iterable[Span], limits: Iterable[Span]) -> bool:
    return any(low <= end - start < high for start, end in pauses for low, high in limits)


def mask(pieces: Iterable[Span], length: int) -> NDArray[np.bool_]:
    """Frames that are in any of the pieces."""
    frames = np.zeros(length, dtype=np.bool_)
    for start, end in pieces:
        frames[start:end] = True
    return frames


def spans(frames: NDArray[np.bool_]) -> list[Span]:
    """Runs of true frames."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], frames, [0]))))
    return [(start, end) for start, end in edges.reshape(-1, 2).tolist()]
