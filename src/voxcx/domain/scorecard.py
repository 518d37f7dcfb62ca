"""Points added up. Score = Σ points met ÷ Σ points applicable × 100; undecided and not applicable leave both sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from voxcx.domain.qa import CriterionResult, QaForm, Section, Severity

FULL = 100.0
CriticalKind = Literal["customer", "business", "compliance"]


@dataclass(frozen=True, slots=True)
class SectionScore:
    """One section's results; an error zeroes it where the form says so. Refuses to be zeroed without one."""

    section: Section
    results: tuple[CriterionResult, ...]
    zeroed: bool = False
    minimum_decided_share: float = 0.0

    def __post_init__(self) -> None:
        if self.zeroed and not any(result.verdict == "not_met" for result in self.results):
            raise ValueError(f"a section is zeroed by an error, got none in {self.section.id}")

    @property
    def score(self) -> float | None:
        """0–100; None when too little of the section's weight was decided."""
        if self.zeroed:
            return 0.0
        share = decided_share(self.results)
        return percent(self.results) if share is not None and share >= self.minimum_decided_share else None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The form filled in. Everything but the verdicts is derived."""

    form: QaForm
    sections: tuple[SectionScore, ...]
    results: tuple[CriterionResult, ...] = field(init=False, repr=False, compare=False)  # all, in the form's order

    def __post_init__(self) -> None:
        object.__setattr__(self, "results", tuple([result for section in self.sections for result in section.results]))

    @property
    def decided_share(self) -> float | None:
        """Points decided ÷ points applicable (undecided count as applicable); None when nothing applies."""
        return decided_share(self.results)

    @property
    def score_before_zeroing(self) -> float | None:
        """What the points alone give; None below the form's decided share."""
        share = self.decided_share
        enough = share is not None and share >= self.form.minimum_decided_share
        return percent(self.results) if enough else None

    @property
    def score(self) -> float | None:
        """The score after critical errors have zeroed the form or their section."""
        before = self.score_before_zeroing
        zeroing = {self.form.zeroed_by(r.criterion) for r in self.results if r.verdict == "not_met"}
        if before is None or not zeroing - {"nothing"}:
            return before
        if "form" in zeroing:
            return 0.0
        kept = [r for s in self.sections if not s.zeroed for r in s.results]
        met = sum(r.points or 0.0 for r in kept)
        weight = sum(r.criterion.points for r in self.results if r.points is not None)
        return FULL * (met / weight) if weight else None

    def critical_errors(self, kind: CriticalKind) -> tuple[str, ...]:
        """Ids of criteria of that severity that were not met."""
        severity: Severity = f"critical_{kind}"  # type: ignore[assignment]
        lost = [r.criterion for r in self.results if r.verdict == "not_met"]
        return tuple([criterion.id for criterion in lost if criterion.severity == severity])


def percent(results: Iterable[CriterionResult]) -> float | None:
    """Σ points met ÷ Σ points decided × 100; None when nothing was decided."""
    decided = [r for r in results if r.points is not None]
    weight = sum(r.criterion.points for r in decided)
    # divided first: 100 × 41.4 ÷ 41.4 may be a hair above 100
    return FULL * (sum(r.points or 0.0 for r in decided) / weight) if weight else None


def decided_share(results: Iterable[CriterionResult]) -> float | None:
    """Points decided ÷ points applicable (undecided count as applicable); None when nothing applies."""
    applicable = [r for r in results if r.verdict != "not_applicable"]
    weight = sum([r.criterion.points for r in applicable])
    decided = sum([r.criterion.points for r in applicable if r.verdict != "undecided"])
    return decided / weight if weight else None
