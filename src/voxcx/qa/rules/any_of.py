"""``any``: at least one rule under it is yes (Kleene: one yes decides, else one unknown leaves it open)."""

from __future__ import annotations

from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, disjunction
from voxcx.qa.rules.operator import Bench, NoArguments, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``any``."""
    parts = tuple(bench.compile(part) for part in rule.rules)

    def evaluate(scene: Scene) -> Outcome:
        return disjunction([part(scene) for part in parts])

    return evaluate


ANY_OF = Operator("any", NoArguments, build, "any: [{said: {phrases: [goodbye]}}, {use: thanks}]", rules="many")
