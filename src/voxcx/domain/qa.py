"""The QA form as data, and the scorecard that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voxcx.domain.interaction import Role

Verdict = Literal["met", "not_met", "not_applicable", "undecided"]
Severity = Literal["critical_customer", "critical_business", "critical_compliance", "plain"]
Mode = Literal["full", "error", "flag", "human"]
Party = Literal["agent", "process", "system"]
Judge = Literal["rule", "telephony", "features", "trained", "asked", "person", "nobody"]
Zeroes = Literal["form", "section", "nothing"]
Leg = Literal["agent", "bot"]
Kano = Literal["must_be", "performance", "attractive", "indifferent", "reverse"]
Titles = tuple[tuple[str, str], ...]  # language → text, in the order of the form


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
class Level:
    """One step of a scale: what it takes and how many points it gives, above 0."""

    points: float
    title: str
    when: Rule


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the form. Without ``met_when``, ``not_met_when`` and ``scale`` only a person can judge it.

    ``finding`` is the sentence an agent's card says when it was not met. A criterion of 0 points is a red flag: it
    never changes the sum, but a critical one still zeroes the form. ``scale`` gives part of the points: its levels
    from the best down. ``auto_fail`` says what an error does to the score, for this criterion alone. ``kano`` is the
    team's guess of what it means to customers. ``titles`` holds the title in every language the form gives.
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
    scale: tuple[Level, ...] = ()
    auto_fail: Zeroes | None = None
    kano: Kano | None = None
    titles: Titles = ()

    def title_in(self, language: str) -> str:
        """The title in a language, the form's own where it has none."""
        return dict(self.titles).get(language, self.title)


@dataclass(frozen=True, slots=True)
class Section:
    """A named group of criteria."""

    id: str
    title: str
    criteria: tuple[Criterion, ...]
    titles: Titles = ()

    def title_in(self, language: str) -> str:
        """The title in a language, the form's own where it has none."""
        return dict(self.titles).get(language, self.title)


@dataclass(frozen=True, slots=True)
class QaForm:
    """A versioned form. ``zeroes`` says what a critical error does: zero the form, its section, or nothing.

    Mean word confidence in the searched window: below ``minimum_confidence`` the absence of words proves nothing;
    a criterion that only finds errors is met without a find from ``clean_confidence`` up. ``excluded_when`` makes
    the whole form not applicable (a wrong number, a voicemail). ``vocabulary`` holds names that the recogniser should
    expect. ``tolerant``: phrases are also found in words that only sound like them. ``judges`` says whose part is
    judged: the agent's, or the bot's or the IVR's.
    """

    id: str
    version: int
    language: str
    title: str
    sections: tuple[Section, ...]
    zeroes: Zeroes = "form"
    minimum_decided_share: float = 0.7
    minimum_confidence: float = 0.5
    clean_confidence: float = 0.6
    excluded_when: Rule | None = None
    vocabulary: tuple[str, ...] = ()
    titles: Titles = ()
    judges: Leg = "agent"
    tolerant: bool = False

    def __post_init__(self) -> None:
        ids = [criterion.id for criterion in self.criteria]
        if len(set(ids)) != len(ids):
            twice = sorted({name for name in ids if ids.count(name) > 1})
            raise ValueError(f"criterion ids are unique, got {', '.join(twice)} twice")

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the form's order."""
        return tuple(criterion for section in self.sections for criterion in section.criteria)

    def title_in(self, language: str) -> str:
        """The title in a language, the form's own where it has none."""
        return dict(self.titles).get(language, self.title)

    def zeroed_by(self, criterion: Criterion) -> Zeroes:
        """What not meeting a criterion zeroes: its own ``auto_fail``, else for a critical one the form's ``zeroes``."""
        if criterion.auto_fail is not None:
            return criterion.auto_fail
        return "nothing" if criterion.severity == "plain" else self.zeroes


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote and when it was heard; a window that was searched has an empty quote."""

    role: Role | None
    start_s: float | None
    end_s: float | None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """A verdict with what it stands on. Refuses met or not_met without evidence or reason.

    ``level`` is how many points of a scale were reached, when it was met; None where there is no scale.
    """

    criterion: Criterion
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    judged_by: Judge = "rule"
    level: float | None = None

    def __post_init__(self) -> None:
        if self.verdict in {"met", "not_met"} and not (self.evidence or self.reason):
            raise ValueError(f"{self.criterion.id} is {self.verdict} without evidence or reason")

    @property
    def points(self) -> float | None:
        """Points scored; None when the criterion does not count (not applicable or undecided)."""
        if self.verdict == "met":
            return self.criterion.points if self.level is None else self.level
        return 0.0 if self.verdict == "not_met" else None

    @property
    def is_critical_error(self) -> bool:
        """Not met, and severe enough to zero a form."""
        return self.verdict == "not_met" and self.criterion.severity != "plain"
