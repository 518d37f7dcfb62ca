"""``not``: yes becomes no; unknown stays unknown, because an unknown absence is no presence."""

from __future__ import annotations

from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, negation
from voxcx.qa.rules.operator import Bench, NoArguments, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``not``."""
    part = bench.compile(rule.rules[0])

    def evaluate(scene: Scene) -> Outcome:
        return negation(part(scene))

    return evaluate


NEGATE = Operator("not", NoArguments, build, "not: {said: {phrases: [we cannot help]}}", rules="one")
