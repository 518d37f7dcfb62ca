"""What a rule found: yes, no or unknown (Kleene's three values), what it stands on, and why it is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from voxcx.domain.interaction import Role
from voxcx.domain.qa import Evidence

Position = tuple[int, int]  # (utterance, word in it)


@dataclass(frozen=True, slots=True)
class Place:
    """Words or an event that were found: where (``first``–``last`` word, for words), when, whose, what.

    ``alike`` is what words only sound like; ``asked`` whether their rule itself asked for such words.
    """

    role: Role | None
    start_s: float | None
    end_s: float | None
    quote: str = ""
    first: Position | None = None
    last: Position | None = None
    confidence: float | None = None
    alike: str | None = None
    asked: bool = False

    @property
    def evidence(self) -> Evidence:
        """The place as evidence of a verdict."""
        return Evidence(self.role, self.start_s, self.end_s, self.quote)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``truth`` None is unknown and has a ``reason``.

    ``places`` are what the truth stands on; ``searched`` are windows in which nothing was found; ``notes`` say in
    words what was searched or measured.
    """

    truth: bool | None
    places: tuple[Place, ...] = ()
    searched: tuple[Evidence, ...] = ()
    reason: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Quotes first, then the windows."""
        if not self.places:
            return self.searched
        told = [place.evidence for place in self.places]
        return tuple(dict.fromkeys((*told, *self.searched))) if len(told) > 1 or self.searched else (told[0],)


def unknown(reason: str, places: Iterable[Place] = ()) -> Outcome:
    """It cannot be known, and why; ``places`` are candidates."""
    return Outcome(None, tuple(places), reason=reason)


def negation(outcome: Outcome) -> Outcome:
    """Yes becomes no, unknown stays unknown; the evidence is the same."""
    if outcome.truth is None:
        return outcome
    return Outcome(not outcome.truth, outcome.places, outcome.searched, outcome.reason, outcome.notes)


def conjunction(outcomes: Sequence[Outcome]) -> Outcome:
    """No if any is no, else unknown if any is unknown, else yes; it stands on those that decided."""
    return at_least(len(outcomes), outcomes)


def disjunction(outcomes: Sequence[Outcome]) -> Outcome:
    """Yes if any is yes, else unknown if any is unknown, else no."""
    return at_least(1, outcomes)


def at_least(count: int, outcomes: Sequence[Outcome]) -> Outcome:
    """Yes when ``count`` are yes; no when that many can no longer be; unknown between."""
    yes: list[Outcome] = []
    no: list[Outcome] = []
    open_: list[Outcome] = []
    for outcome in outcomes:
        (open_ if outcome.truth is None else yes if outcome.truth else no).append(outcome)
    if len(yes) >= count:
        return joined(yes, truth=True)
    if len(yes) + len(open_) < count:
        return joined(no, truth=False)
    return joined(open_, truth=None)


def joined(parts: Sequence[Outcome], *, truth: bool | None) -> Outcome:
    """One outcome that stands on all that its parts stand on."""
    if len(parts) == 1 and _is_plain(parts[0]):
        return parts[0] if parts[0].truth is truth else replace(parts[0], truth=truth)
    reasons = dict.fromkeys(part.reason for part in parts if part.reason)
    return Outcome(
        truth,
        tuple(dict.fromkeys(place for part in parts for place in part.places)),
        tuple(dict.fromkeys(window for part in parts for window in part.searched)),
        "; ".join(reasons) or None,
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )


def _is_plain(part: Outcome) -> bool:
    """Whether nothing of an outcome can be told twice, so that joining it alone changes nothing."""
    return len(part.places) < 2 and len(part.searched) < 2 and len(part.notes) < 2 and part.reason != ""
