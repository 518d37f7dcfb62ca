"""``feature``: a measured feature against a number or a category; a missing one is unknown with its reason."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Literal

from pydantic import field_validator

from voxcx.config import Checked
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature
from voxcx.domain.qa import Rule
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


class Arguments(Checked):
    """``name op value``, for example ``silence_longest_s >= 10``."""

    name: str
    op: Literal[">=", ">", "<=", "<", "==", "!="]
    value: float | str

    @field_validator("name")
    @classmethod
    def in_the_catalogue(cls, name: str) -> str:
        """A known feature, and none that stands for sex, age or accent."""
        if name not in CATALOGUE:
            raise ValueError("is no feature of the catalogue")
        if CATALOGUE[name].voice_proxy or CATALOGUE[name].family == "trust":
            raise ValueError("stands for sex, age, accent or the recogniser and must not judge a person")
        return name


def build(rule: Rule, _bench: Bench) -> Evaluate:
    """The evaluator of ``feature``."""
    name, value = str(rule.argument("name")), rule.argument("value")
    compare = COMPARISONS[str(rule.argument("op"))]

    def evaluate(scene: Scene) -> Outcome:
        feature = scene.features.get(name)
        if feature is None:
            return unknown(scene.say("feature_absent", name=name))
        if feature.value is None:
            return unknown(scene.say("feature", name=name, why=feature.missing))
        if isinstance(feature.value, str) != isinstance(value, str):
            return unknown(_note(feature, scene))
        note = _note(feature, scene)
        places = tuple(Place(None, span.start_s, span.end_s) for span in feature.evidence)
        return Outcome(bool(compare(feature.value, value)), places, notes=(note,))

    return evaluate


def _note(feature: Feature, scene: Scene) -> str:
    value = f"{feature.value:.4g}" if isinstance(feature.value, float) else str(feature.value)
    meaning = CATALOGUE[feature.name].definition(scene.form.language, {})
    return scene.say("feature_is", name=feature.name, value=value, meaning=meaning)


FEATURE = Operator("feature", Arguments, build, 'feature: {name: long_silences, op: ">=", value: 1}', judge="features")
