"""The parts of an explanation."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.interaction import Role
from voxcx.domain.qa import Criterion, CriterionResult, Evidence, QaForm


@dataclass(frozen=True, slots=True)
class Looked:
    """Where a rule looked: the window in words with its seconds, and the words inside, shortened in the middle."""

    window: str
    words: int
    text: str


@dataclass(frozen=True, slots=True)
class Near:
    """The place most like a phrase that was not found. ``likeness`` 0–1, of letters in order."""

    phrase: str
    quote: str
    role: Role
    start_s: float | None
    likeness: float


@dataclass(frozen=True, slots=True)
class Passed:
    """A find that does not count, and why: ``outside``, ``other_party``, ``negated``, ``cancelled``."""

    why: str
    quote: str
    role: Role | None
    start_s: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One rule of the tree. ``asks`` is the rule in words, ``answer`` None where it is unknown (``reason``)."""

    operator: str
    asks: str
    answer: bool | None
    found: tuple[Evidence, ...] = ()
    looked: Looked | None = None
    near: tuple[Near, ...] = ()
    passed: tuple[Passed, ...] = ()
    reason: str | None = None
    notes: tuple[str, ...] = ()
    name: str | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A criterion's verdict and its steps: the rules of each key of the form, in the order they are asked.

    ``decided_at`` is the number of the rule in docs/forms.md, «How a verdict comes about»; ``how`` says it in words.
    ``remarks`` are what to know before reading: another version of the form, facts that are not stored.
    """

    form: QaForm
    criterion: Criterion
    result: CriterionResult
    decided_at: int
    how: str
    parts: tuple[tuple[str, Step], ...]
    remarks: tuple[str, ...] = ()
