"""``if_then``: where ``if`` is yes, ``then`` must be yes; where it is no, there is nothing to ask."""

from __future__ import annotations

from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, disjunction, negation
from voxcx.qa.rules.operator import Bench, NoArguments, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``if_then``; its two rules are the condition and the demand, in this order."""
    condition, demand = (bench.compile(part) for part in rule.rules)

    def evaluate(scene: Scene) -> Outcome:
        asked = condition(scene)
        if asked.truth is True:
            return demand(scene)
        denied = negation(asked)  # where nothing was to be done, what was searched for it is the evidence
        return denied if asked.truth is False else disjunction([denied, demand(scene)])

    return evaluate


IF_THEN = Operator(
    "if_then", NoArguments, build, "if_then: {if: {use: refusal}, then: {use: alternative}}", rules="many"
)
