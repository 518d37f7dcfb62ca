"""``said_not``: a party says none of the phrases inside a window; ``said`` turned round, with the same arguments."""

from __future__ import annotations

from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, negation
from voxcx.qa.rules.operator import Bench, Operator
from voxcx.qa.rules.said import Words, evaluator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``said_not``."""
    said = evaluator(rule, bench)

    def evaluate(scene: Scene) -> Outcome:
        return negation(said(scene))

    return evaluate


SAID_NOT = Operator("said_not", Words, build, "said_not: {phrases: [we cannot help], by: agent}")
