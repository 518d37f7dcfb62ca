"""What every operator declares: its arguments' schema, how it is built, an example, and on what it judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field

from voxcx.config import Checked
from voxcx.domain.qa import Judge, Rule
from voxcx.qa.phrasing import Finder
from voxcx.qa.windows import Evaluate

Party = Literal["agent", "customer", "bot", "anyone"]
Phrase = Annotated[str, Field(min_length=1, max_length=500)]
Phrases = Annotated[tuple[Phrase, ...], Field(min_length=1, max_length=500)]
WindowSeconds = Annotated[float, Field(gt=0, le=3600)]
WindowTurns = Annotated[int, Field(gt=0, le=1000)]
WindowShare = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1, le=1000)]
Most = Annotated[int, Field(ge=0, le=1000)]


class Place(Checked):
    """A part of the talk; anchors are checked by the form's reader, which knows the definitions."""

    first_s: WindowSeconds | None = None
    last_s: WindowSeconds | None = None
    of: Literal["speech", "talk"] = "speech"
    first_share: WindowShare | None = None
    last_share: WindowShare | None = None
    first_turns: WindowTurns | None = None
    last_turns: WindowTurns | None = None
    before: Any = None
    after: Any = None
    around: Any = None
    within_s: WindowSeconds | None = None
    within_turns: WindowTurns | None = None
    during: Literal["hold", "customer_away"] | None = None


class AnchorAt(Checked):
    """The anchor of a window: a definition's name, and which of its hits."""

    rule: str
    hit: Annotated[int, Field(ge=1, le=1000)] | Literal["last", "each"] = 1


class Bench(Protocol):
    """What builds rules: one evaluator for one rule, one finder for one list of phrases."""

    @property
    def language(self) -> str:
        """The form's language."""

    def compile(self, rule: Rule) -> Evaluate:
        """The evaluator of a rule."""

    def finder(self, phrases: tuple[str, ...], *, tolerant: bool | None = None) -> Finder:
        """Finds any of the phrases in an interaction; ``tolerant`` also misheard (None: as the form says)."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One word of the rule language. ``rules`` says how many rules stand under it."""

    name: str
    arguments: type[Checked]
    build: Callable[[Rule, Bench], Evaluate]
    example: str
    judge: Judge = "rule"
    rules: Literal["none", "one", "many"] = "none"
    phrases: tuple[str, ...] = ("phrases", "unless")  # arguments that are lists of phrases


class NoArguments(Checked):
    """An operator that only holds other rules."""
