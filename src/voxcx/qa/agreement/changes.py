"""Two scorecards of one interaction, before and after a form changed: what moved, and how to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voxcx.domain.qa import Evidence, Severity, Verdict

SAME_SHARE = 1e-6  # what binary fractions lose


def reached(points: float | None, most: float | None) -> float | None:
    """The share of a criterion's points; None where it does not count, is worth none, or nobody kept it."""
    return None if points is None or not most else points / most


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion's verdict with what shows it. ``reached``: the share of its points it gave; None: not known."""

    verdict: Verdict
    severity: Severity = "plain"
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    reached: float | None = None

    def graded_as(self, other: Judged) -> bool:
        """Whether both reached the same level, as far as both know it. Shares: more points for all is another thing."""
        known = self.reached is not None and other.reached is not None
        return not known or abs((self.reached or 0.0) - (other.reached or 0.0)) < SAME_SHARE

    @property
    def is_critical_error(self) -> bool:
        """Not met, and critical."""
        return self.verdict == "not_met" and self.severity != "plain"


@dataclass(frozen=True, slots=True)
class Card:
    """One interaction's verdicts by criterion, and its score before and after critical errors zeroed it.

    Both are None below the form's decided share.
    """

    score: float | None
    unzeroed: float | None
    verdicts: Mapping[str, Judged]

    @property
    def critical(self) -> frozenset[str]:
        """Ids of critical errors."""
        return frozenset(name for name, one in self.verdicts.items() if one.is_critical_error)


@dataclass(frozen=True, slots=True)
class Example:
    """One changed verdict. ``score_change`` is of the whole interaction, None where a score is missing.

    Where the score is zero before and after, ``unzeroed_change`` still says what the points do.
    """

    interaction: str
    criterion: str
    before: Judged
    after: Judged
    score_change: float | None
    unzeroed_change: float | None

    @property
    def is_critical(self) -> bool:
        """A critical error came or went."""
        return self.before.is_critical_error != self.after.is_critical_error

    @property
    def shown(self) -> Evidence | None:
        """The quote that shows it best: of the error, else of whichever verdict has one."""
        sides = (self.before, self.after) if self.before.verdict == "not_met" else (self.after, self.before)
        known = [one for side in sides for one in side.evidence]
        return next((one for one in known if one.quote), known[0] if known else None)


@dataclass(frozen=True, slots=True)
class Change:
    """One interaction whose verdicts or score changed; ``verdicts`` are those of criteria that both cards have.

    ``levels``: criteria of the same verdict that reached another share of their points, before and after.
    """

    interaction: str
    score_before: float | None
    score_after: float | None
    unzeroed_before: float | None
    unzeroed_after: float | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    verdicts: tuple[tuple[str, Verdict, Verdict], ...]
    levels: tuple[tuple[str, float, float], ...] = ()

    @property
    def score_change(self) -> float | None:
        """After − before, None where one is missing."""
        return _gap(self.score_before, self.score_after)

    @property
    def unzeroed_change(self) -> float | None:
        """The same before critical errors zeroed anything."""
        return _gap(self.unzeroed_before, self.unzeroed_after)


def _gap(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
