"""``at_least``: ``n`` of the rules in ``of`` are yes."""

from __future__ import annotations

from voxcx.config import Checked
from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, at_least
from voxcx.qa.rules.operator import Bench, Count, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate


class Arguments(Checked):
    """How many must be yes; ``of`` holds the rules."""

    n: Count


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``at_least``."""
    count = int(str(rule.argument("n")))
    parts = tuple(bench.compile(part) for part in rule.rules)

    def evaluate(scene: Scene) -> Outcome:
        return at_least(count, [part(scene) for part in parts])

    return evaluate


AT_LEAST = Operator("at_least", Arguments, build, "at_least: {n: 2, of: [{use: name}, {use: date}]}", rules="many")
