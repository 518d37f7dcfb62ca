"""``all``: every rule under it is yes (Kleene: one no decides, else one unknown leaves it open).

The first no ends it: what stands after it is not looked at, and the no stands on that one alone. Put what is seldom
the case first.
"""

from __future__ import annotations

from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, conjunction
from voxcx.qa.rules.operator import Bench, NoArguments, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``all``."""
    parts = tuple(bench.compile(part) for part in rule.rules)

    def evaluate(scene: Scene) -> Outcome:
        outcomes = []
        for part in parts:
            outcome = part(scene)
            if outcome.truth is False:
                return outcome
            outcomes.append(outcome)
        return conjunction(outcomes)

    return evaluate


ALL_OF = Operator("all", NoArguments, build, "all: [{said: {phrases: [good morning]}}, {use: name}]", rules="many")
