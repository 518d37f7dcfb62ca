"""``feature``: a measured feature against a number, a category, or the agent's or the team's usual.

A missing one is unknown with its reason; so is one whose usual nobody counted, or from too few interactions.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from voxcx.config import Checked
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature
from voxcx.domain.qa import Rule
from voxcx.qa.case import Usual, Whose
from voxcx.qa.outcome import Outcome, Place, unknown
from voxcx.qa.rules.operator import Bench, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}
LEAST_USUAL = 2  # one interaction has no usual
SAME = {"==", "!="}
Positive = Annotated[float, Field(ge=0, le=1_000_000)]


class Arguments(Checked):
    """``name op value``, or ``name op usual_of`` shifted ``by`` so much or ``by_sd`` standard deviations."""

    name: str
    op: Literal[">=", ">", "<=", "<", "==", "!="]
    value: float | str | None = None
    usual_of: Whose | None = None
    by: Positive | None = None
    by_sd: Positive | None = None

    @field_validator("name")
    @classmethod
    def in_the_catalogue(cls, name: str) -> str:
        """A known feature, and none that stands for sex, age or accent."""
        if name not in CATALOGUE:
            raise ValueError("is no feature of the catalogue")
        if CATALOGUE[name].voice_proxy or CATALOGUE[name].family == "trust":
            raise ValueError("stands for sex, age, accent or the recogniser and must not judge a person")
        return name

    @model_validator(mode="after")
    def one_yardstick(self) -> Arguments:
        """A value or somebody's usual, not both; a category has no usual, and nobody is ever exactly as usual."""
        if (self.value is None) == (self.usual_of is None):
            raise ValueError("expected value or usual_of, one of them")
        if self.usual_of is None and (self.by is not None or self.by_sd is not None):
            raise ValueError("by and by_sd count from usual_of, got none")
        self._can_come()
        if self.by is not None and self.by_sd is not None:
            raise ValueError("expected by or by_sd, one of them")
        if self.usual_of is not None and (self.op in SAME or CATALOGUE[self.name].unit == "category"):
            raise ValueError("usual_of compares a number by >=, >, <= or <")
        return self

    def _can_come(self) -> None:
        """A number for a number, a word for a category, which is only the same or not."""
        value, category = self.value, CATALOGUE[self.name].unit == "category"
        if value is None:
            return
        if category and (not isinstance(value, str) or self.op not in SAME):
            raise ValueError(f"{self.name} is a word: expected == or != and a word")
        if not category and (isinstance(value, str) or not math.isfinite(value)):
            raise ValueError(f"{self.name} is a number: expected a finite number as value")


def build(rule: Rule, _bench: Bench) -> Evaluate:
    """The evaluator of ``feature``."""
    name, value = str(rule.argument("name")), rule.argument("value")
    compare = COMPARISONS[str(rule.argument("op"))]
    usual_of = rule.argument("usual_of")

    def evaluate(scene: Scene) -> Outcome:
        feature = scene.features.get(name)
        if feature is None:
            return unknown(scene.say("feature_absent", name=name))
        if feature.value is None:
            return unknown(scene.say("feature", name=name, why=feature.missing))
        if usual_of is not None:
            return _beside_usual(rule, feature, "agent" if usual_of == "agent" else "team", scene)
        if isinstance(feature.value, str) != isinstance(value, str):
            return unknown(_note(feature, scene))
        return Outcome(bool(compare(feature.value, value)), _places(feature), notes=(_note(feature, scene),))

    return evaluate


def _beside_usual(rule: Rule, feature: Feature, whose: Whose, scene: Scene) -> Outcome:
    present = scene.interaction
    owner = present.agent_id if whose == "agent" else present.team
    known, kind = scene.case.knowledge.usual, scene.say(f"usual_{whose}")
    usual = known.get((whose, owner, present.kind, feature.name)) if known is not None and owner else None
    if usual is None or usual.n < LEAST_USUAL or not isinstance(feature.value, (int, float)):
        return unknown(scene.say("no_usual", name=feature.name, whose=kind))
    limit = _limit(rule, usual)
    compare = COMPARISONS[str(rule.argument("op"))]
    compared = scene.say("usual", whose=kind, mean=usual.mean, sd=usual.sd, n=usual.n, limit=limit)
    return Outcome(bool(compare(feature.value, limit)), _places(feature), notes=(_note(feature, scene), compared))


def _limit(rule: Rule, usual: Usual) -> float:
    """The usual, shifted upwards where more is asked for, downwards where less is."""
    by, by_sd = rule.argument("by"), rule.argument("by_sd")
    shift = float(str(by)) if by is not None else float(str(by_sd or 0.0)) * usual.sd
    return usual.mean + (shift if rule.argument("op") in {">", ">="} else -shift)


def _places(feature: Feature) -> tuple[Place, ...]:
    return tuple(Place(None, span.start_s, span.end_s) for span in feature.evidence)


def _note(feature: Feature, scene: Scene) -> str:
    value = f"{feature.value:.4g}" if isinstance(feature.value, float) else str(feature.value)
    return scene.say("feature_is", name=feature.name, value=value, meaning=_meaning(feature.name, scene.form.language))


@cache
def _meaning(name: str, language: str) -> str:
    return CATALOGUE[name].definition(language, {})


FEATURE = Operator("feature", Arguments, build, 'feature: {name: long_silences, op: ">=", value: 1}', judge="features")
