"""Who else judged the same interactions: the form's own rule, the commoner verdict, each of the people."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.domain.qa import Verdict
from voxcx.qa.learning.examples import Examples
from voxcx.qa.learning.figures import Figures, compare


def baselines(examples: Examples) -> dict[str, Figures]:
    """Always what most people said; and the form's own rule, where the results have its verdicts."""
    truth = examples.errors
    usual = sum(truth) * 2 > len(truth)
    made = {"always the commoner verdict": compare([usual] * len(truth), truth)}
    ruled = [(one.judged.machine, one.error) for one in examples.examples if one.judged.machine is not None]
    if ruled:
        made["the form's rule"] = compare([_told(verdict) for verdict, _ in ruled], [error for _, error in ruled])
    return made


def _told(verdict: Verdict) -> bool | None:
    return {"not_met": True, "met": False}.get(verdict)


def by_evaluator(examples: Examples, told: Sequence[bool | None]) -> dict[str, Figures]:
    """The same verdicts beside each person's own marks."""
    marks: dict[str, list[tuple[bool | None, bool]]] = {}
    for example, verdict in zip(examples.examples, told, strict=True):
        for evaluator, mark in example.judged.verdicts.items():
            if mark in {"met", "not_met"}:
                marks.setdefault(evaluator, []).append((verdict, mark == "not_met"))
    return {name: compare([a for a, _ in marks[name]], [b for _, b in marks[name]]) for name in sorted(marks)}
