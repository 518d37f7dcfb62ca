"""Conditions on one interaction, as they are written: each is known by its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from voxcx.config import Checked, Share

Phrases = Annotated[tuple[str, ...], Field(min_length=1)]


class NumberIs(Checked):
    """A number of the archive within limits; where it is not known, the condition does not hold."""

    number: str
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _limited(self) -> NumberIs:
        if all(one is None for one in (self.at_least, self.at_most, self.above, self.below)):
            raise ValueError("expected one of at_least, at_most, above, below")
        if self.number.startswith("csi_"):
            raise ValueError("expected p_dissatisfied_at_least for what a model estimates")
        return self


class LabelIs(Checked):
    """A label of the archive that is one of these."""

    label: str
    is_: Annotated[str | Phrases, Field(alias="is")]

    @property
    def wanted(self) -> tuple[str, ...]:
        """All of them."""
        return (self.is_,) if isinstance(self.is_, str) else self.is_


class CriticalError(Checked):
    """At least one critical error of a kind, or of any."""

    critical: Literal["customer", "business", "compliance", "any"]


class CriterionFailed(Checked):
    """A criterion was not met: its id, or form:id."""

    failed: str


class RatingAtMost(Checked):
    """The customer's own answer, on the survey's scale; ``bottom`` is every rating that counts as dissatisfied."""

    rating_at_most: float | Literal["bottom"]


class CommentSays(Checked):
    """The customer's own comment: ``alarming`` uses the phrases of ``alarming``, or phrases in each language."""

    comment: Literal["alarming"] | dict[Literal["en", "ru"], Phrases]


class ProbablyDissatisfied(Checked):
    """A model's estimate: it may choose what to look at and is marked as an estimate."""

    p_dissatisfied_at_least: Share


class AgitationLimits(Checked):
    """Signs that the customer is agitated; ``signs`` of those below at once make it so."""

    signs: Annotated[int, Field(ge=1, le=4)] = 2
    negative_last_third: Share = 0.1  # share of negative words in the last third of what the customer said
    louder_by_db: Annotated[float, Field(gt=0)] = 3.0  # last third − first third
    interruptions: Annotated[int, Field(ge=1)] = 5
    swear_words: Annotated[int, Field(ge=1)] = 1


class Agitated(Checked):
    """Several signs of agitation at once."""

    agitation: AgitationLimits


class AllOf(Checked):
    """Every condition holds."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1)]


class AnyOf(Checked):
    """At least one holds."""

    any: Annotated[tuple[Condition, ...], Field(min_length=1)]


class NoneOf(Checked):
    """It does not hold."""

    not_: Annotated[Condition, Field(alias="not")]


_KEYS: dict[str, type[Checked]] = {
    "number": NumberIs, "label": LabelIs, "critical": CriticalError, "failed": CriterionFailed,
    "rating_at_most": RatingAtMost, "comment": CommentSays, "p_dissatisfied_at_least": ProbablyDissatisfied,
    "agitation": Agitated, "all": AllOf, "any": AnyOf, "not": NoneOf,
}  # fmt: skip


def _kind(value: Any) -> str | None:
    """Which condition is meant, by its key."""
    if isinstance(value, dict):
        return next((key for key in _KEYS if key in value), None)
    return next((key for key, kind in _KEYS.items() if isinstance(value, kind)), None)


Condition = Annotated[
    Annotated[NumberIs, Tag("number")]
    | Annotated[LabelIs, Tag("label")]
    | Annotated[CriticalError, Tag("critical")]
    | Annotated[CriterionFailed, Tag("failed")]
    | Annotated[RatingAtMost, Tag("rating_at_most")]
    | Annotated[CommentSays, Tag("comment")]
    | Annotated[ProbablyDissatisfied, Tag("p_dissatisfied_at_least")]
    | Annotated[Agitated, Tag("agitation")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NoneOf, Tag("not")],
    Discriminator(
        _kind,
        custom_error_type="condition",
        custom_error_message=f"expected a condition with one of {', '.join(_KEYS)}",
    ),
]


def walk(condition: Any) -> Iterator[Any]:
    """A condition and those inside it."""
    yield condition
    inside: tuple[Any, ...] = ()
    if isinstance(condition, AllOf):
        inside = condition.all
    elif isinstance(condition, AnyOf):
        inside = condition.any
    elif isinstance(condition, NoneOf):
        inside = (condition.not_,)
    for one in inside:
        yield from walk(one)
