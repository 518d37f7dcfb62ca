"""The QA form as data, and the scorecard that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voxcx.domain.interaction import Role

Verdict = Literal["met", "not_met", "not_applicable", "undecided"]
Severity = Literal["critical_customer", "critical_business", "critical_compliance", "plain"]
Mode = Literal["full", "error", "flag", "human"]
Party = Literal["agent", "process", "system"]
Judge = Literal["rule", "telephony", "features", "person", "nobody"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One node of a rule tree: an operator, its checked arguments and the rules under it."""

    operator: str
    arguments: tuple[tuple[str, object], ...] = ()
    rules: tuple[Rule, ...] = ()

    def argument(self, name: str, default: object = None) -> object:
        """An argument's value, or the default."""
        return dict(self.arguments).get(name, default)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the form. Without ``met_when`` and ``not_met_when`` only a person can judge it.

    ``finding`` is the sentence an agent's card says when it was not met. A criterion of 0 points is a red flag: it
    never changes the sum, but a critical one still zeroes the form.
    """

    id: str
    title: str
    points: float
    severity: Severity = "plain"
    mode: Mode = "full"
    attributable: Party = "agent"
    applies_when: Rule | None = None
    met_when: Rule | None = None
    not_met_when: Rule | None = None
    guidance: str | None = None
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A named group of criteria."""

    id: str
    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class QaForm:
    """A versioned form. ``zeroes`` says what a critical error does: zero the form, its section, or nothing.

    Mean word confidence in the searched window: below ``minimum_confidence`` the absence of words proves nothing;
    a criterion that only finds errors is met without a find from ``clean_confidence`` up. ``excluded_when`` makes
    the whole form not applicable (a wrong number, a voicemail). ``vocabulary`` holds names that the recogniser should
    expect.
    """

    id: str
    version: int
    language: str
    title: str
    sections: tuple[Section, ...]
    zeroes: Literal["form", "section", "nothing"] = "form"
    minimum_decided_share: float = 0.7
    minimum_confidence: float = 0.5
    clean_confidence: float = 0.6
    excluded_when: Rule | None = None
    vocabulary: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ids = [criterion.id for criterion in self.criteria]
        if len(set(ids)) != len(ids):
            twice = sorted({name for name in ids if ids.count(name) > 1})
            raise ValueError(f"criterion ids are unique, got {', '.join(twice)} twice")

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the form's order."""
        return tuple(criterion for section in self.sections for criterion in section.criteria)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote and when it was heard; a window that was searched has an empty quote."""

    role: Role | None
    start_s: float | None
    end_s: float | None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """A verdict with what it stands on. Refuses met or not_met without evidence or reason."""

    criterion: Criterion
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    judged_by: Judge = "rule"

    def __post_init__(self) -> None:
        if self.verdict in {"met", "not_met"} and not (self.evidence or self.reason):
            raise ValueError(f"{self.criterion.id} is {self.verdict} without evidence or reason")

    @property
    def points(self) -> float | None:
        """Points scored; None when the criterion does not count (not applicable or undecided)."""
        return {"met": self.criterion.points, "not_met": 0.0}.get(self.verdict)

    @property
    def is_critical_error(self) -> bool:
        """Not met, and severe enough to zero a form."""
        return self.verdict == "not_met" and self.criterion.severity != "plain"
