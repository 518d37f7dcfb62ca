"""Two scorecards of each of many interactions, before and after a form changed: what moved, and what to look at.

Everything is added up as it comes; of an archive nothing stays but counts, the scores and a few examples.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from dataclasses import dataclass, field
from math import isnan
from statistics import fmean, median

from voxcx.domain.qa import Verdict
from voxcx.qa.agreement.changes import Card, Change, Example
from voxcx.qa.agreement.figures import Figure, share
from voxcx.qa.agreement.verdicts import VERDICTS

MOVED = 5.0  # points of the score, 0–100
EXAMPLES = 3
UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """One criterion: before → after → number, the share that changed, and the most telling examples.

    ``changed`` counts other verdicts and ``regraded``: the same verdict, but another level of a scale.
    """

    criterion: str
    matrix: dict[Verdict, dict[Verdict, int]]
    changed: Figure
    regraded: int
    critical_gained: int
    critical_lost: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """A score before and after, over interactions that have both; ``appeared``, ``vanished``: that have only one."""

    interactions: int
    mean_before: float | None
    mean_after: float | None
    median_before: float | None
    median_after: float | None
    raised: int  # by more than ``MOVED``
    lowered: int
    appeared: int
    vanished: int
    moved: Figure


@dataclass(slots=True)
class Series:
    """One score of every interaction, before and after: 16 bytes each."""

    _before: array[float] = field(default_factory=lambda: array("d"))
    _after: array[float] = field(default_factory=lambda: array("d"))

    def add(self, before: float | None, after: float | None) -> None:
        """One more interaction."""
        self._before.append(UNKNOWN if before is None else before)
        self._after.append(UNKNOWN if after is None else after)

    def summary(self) -> Scores:
        """Means and medians."""
        pairs = list(zip(self._before, self._after, strict=True))
        both = [(old, new) for old, new in pairs if not (isnan(old) or isnan(new))]
        olds, news = [old for old, _ in both], [new for _, new in both]
        raised, lowered = sum(new - old > MOVED for old, new in both), sum(old - new > MOVED for old, new in both)
        return Scores(
            interactions=len(both),
            mean_before=fmean(olds) if both else None,
            mean_after=fmean(news) if both else None,
            median_before=median(olds) if both else None,
            median_after=median(news) if both else None,
            raised=raised,
            lowered=lowered,
            appeared=sum(isnan(old) and not isnan(new) for old, new in pairs),
            vanished=sum(isnan(new) and not isnan(old) for old, new in pairs),
            moved=share(raised + lowered, len(both), "no interaction has both scores"),
        )


@dataclass(slots=True)
class Tally:
    """Adds up interactions."""

    compared: int = 0
    changed: int = 0
    with_error_before: int = 0
    with_error_after: int = 0
    scores: Series = field(default_factory=Series)
    unzeroed: Series = field(default_factory=Series)
    _matrix: Counter[tuple[str, Verdict, Verdict]] = field(default_factory=Counter)
    _regraded: Counter[str] = field(default_factory=Counter)
    _gained: Counter[str] = field(default_factory=Counter)
    _lost: Counter[str] = field(default_factory=Counter)
    _only: tuple[dict[str, None], dict[str, None]] = field(default_factory=lambda: ({}, {}))
    _examples: dict[str, list[tuple[bool, float, bool, int, Example]]] = field(default_factory=dict)

    def add(self, interaction: str, before: Card, after: Card) -> Change | None:
        """One more; what changed of it, or None."""
        self.compared += 1
        self.with_error_before += bool(before.critical)
        self.with_error_after += bool(after.critical)
        self.scores.add(before.score, after.score)
        self.unzeroed.add(before.unzeroed, after.unzeroed)
        self._only[0].update(dict.fromkeys(name for name in before.verdicts if name not in after.verdicts))
        self._only[1].update(dict.fromkeys(name for name in after.verdicts if name not in before.verdicts))
        change = self._change(interaction, before, after)
        scores_alike = (before.score, before.unzeroed) == (after.score, after.unzeroed)
        if scores_alike and not (change.verdicts or change.levels or change.gained or change.lost):
            return None
        self.changed += 1
        return change

    def _change(self, interaction: str, before: Card, after: Card) -> Change:
        gained, lost = sorted(after.critical - before.critical), sorted(before.critical - after.critical)
        self._gained.update(gained)
        self._lost.update(lost)
        moved, levels = [], []
        for name, new in after.verdicts.items():
            old = before.verdicts.get(name)
            if old is None:
                continue
            self._matrix[name, old.verdict, new.verdict] += 1
            if old.verdict != new.verdict:
                moved.append((name, old.verdict, new.verdict))
            elif not old.graded_as(new):
                levels.append((name, old.reached or 0.0, new.reached or 0.0))
        self._regraded.update(name for name, _, _ in levels)
        scores = (before.score, after.score, before.unzeroed, after.unzeroed)
        change = Change(interaction, *scores, tuple(gained), tuple(lost), tuple(moved), tuple(levels))
        for name in (one[0] for one in (*moved, *levels)):
            sides = before.verdicts[name], after.verdicts[name]
            self._keep(Example(interaction, name, *sides, change.score_change, change.unzeroed_change))
        return change

    def _keep(self, example: Example) -> None:
        """The most telling: a critical error first, then the larger score change, then one with a quote."""
        shown = example.shown
        moved = max(abs(example.score_change or 0.0), abs(example.unzeroed_change or 0.0))
        rank = (example.is_critical, moved, bool(shown and shown.quote), -self.compared)
        kept = self._examples.setdefault(example.criterion, [])
        if len(kept) < EXAMPLES:
            heapq.heappush(kept, (*rank, example))
        elif rank > kept[0][:4]:
            heapq.heapreplace(kept, (*rank, example))

    @property
    def removed(self) -> tuple[str, ...]:
        """Criteria that only old cards have."""
        return tuple(name for name in self._only[0] if not self._has(name))

    @property
    def added(self) -> tuple[str, ...]:
        """Criteria that only new cards have."""
        return tuple(name for name in self._only[1] if not self._has(name))

    def _has(self, name: str) -> bool:
        return any(known == name for known, _, _ in self._matrix)

    def criteria(self) -> tuple[CriterionChange, ...]:
        """All common criteria, the most telling change first: critical, then the larger share."""
        names = dict.fromkeys(name for name, _, _ in self._matrix)
        made = [self._criterion(name) for name in names]
        return tuple(
            sorted(made, key=lambda one: (-(one.critical_gained + one.critical_lost > 0), -(one.changed.value or 0.0)))
        )

    def _criterion(self, name: str) -> CriterionChange:
        matrix = {old: {new: self._matrix[name, old, new] for new in VERDICTS} for old in VERDICTS}
        n = sum(sum(row.values()) for row in matrix.values())
        same = sum(matrix[one][one] for one in VERDICTS)
        kept = sorted(self._examples.get(name, ()), key=lambda one: one[:4], reverse=True)
        return CriterionChange(
            criterion=name,
            matrix=matrix,
            changed=share(n - same + self._regraded[name], n),
            regraded=self._regraded[name],
            critical_gained=self._gained[name],
            critical_lost=self._lost[name],
            examples=tuple(example for *_, example in kept),
        )

    def critical(self) -> tuple[int, int]:
        """Critical errors that came and that went, of all criteria."""
        return self._gained.total(), self._lost.total()
