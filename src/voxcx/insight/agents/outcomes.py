"""What agents are looked at for, contact by contact: answers, the score and critical errors of their own making."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.pages import Unit
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import MET, NOT_MET, UNDECIDED, Archive, CriterionColumn, Flags, Floats
from voxcx.insight.critical.blocks import OF
from voxcx.insight.critical.counting import free_of_errors

DECIDED_SHARE = 0.7  # of the points; a score of less is none


@dataclass(frozen=True, slots=True)
class Outcome:
    """A figure of agents; ``values`` [n] on 0–100, NaN where not known."""

    name: str
    title: Text
    values: Floats
    unit: Unit
    definition: Text
    good: bool = True  # more is better
    of_answers: bool = False  # rests on survey answers; else on contacts

    @property
    def scale(self) -> float:
        """Points of ``values`` in one unit of the figure."""
        return 100.0 if self.unit == "share" else 1.0


def outcomes_of(archive: Archive) -> tuple[Outcome, ...]:
    """CSI, CDSAT, QA and CEA; a column of NaN where the archive cannot tell."""
    answers, cea = archive.answers, CEA.with_blanks({"base": OF[archive.settings.critical.base]})
    return (
        Outcome("csi", same("CSI"), answers.csi, "index", CSI, of_answers=True),
        Outcome("cdsat", same("CDSAT"), 100 * answers.dissatisfied, "share", CDSAT, good=False, of_answers=True),
        Outcome("qa", same("QA"), score_of(archive), "index", QA),
        Outcome("cea", same("CEA"), 100 * free_of_errors(archive, agents_own=True), "share", cea),
    )


def own_criteria(archive: Archive) -> tuple[CriterionColumn, ...]:
    """Those that the agent answers for; errors of the process or the system are nobody's fault here."""
    return tuple(one for one in archive.criteria if one.attributable == "agent")


def is_critical(criterion: CriterionColumn) -> bool:
    """Whether an error in it is critical."""
    return criterion.severity != "plain"


def score_of(archive: Archive) -> Floats:
    """[n], points met ÷ points decided × 100 of the agent's own criteria, before any zeroing."""
    met, decided, undecided = (np.zeros(len(archive)) for _ in range(3))
    for one in own_criteria(archive):
        met += one.max_points * (one.verdict == MET)
        decided += one.max_points * one.decided
        undecided += one.max_points * (one.verdict == UNDECIDED)
    enough = (decided > 0) & (decided >= DECIDED_SHARE * (decided + undecided))
    return np.where(enough, 100 * met / np.where(enough, decided, 1.0), np.nan)


def any_failed(archive: Archive, *, critical: bool = False) -> Flags:
    """[n], whether a criterion that the agent answers for was not met."""
    failed = np.zeros(len(archive), dtype=bool)
    for one in own_criteria(archive):
        if is_critical(one) or not critical:
            failed |= one.verdict == NOT_MET
    return failed


CSI = text(
    "100 × (mean rating − minimum) ÷ (maximum − minimum) of the answers",
    "100 × (средняя оценка − минимум) ÷ (максимум − минимум) по ответам",
)
CDSAT = text("share of answers in the bottom boxes", "доля ответов с низкими оценками")
QA = text(
    "points met ÷ points decided × 100, of criteria that the agent answers for, before a critical error zeroes; no "
    "score where less than 70 % of the points are decided",
    "выполненные баллы ÷ решённые баллы × 100 только по критериям, за которые отвечает оператор, до обнуления за "
    "критическую ошибку; если решено меньше 70 % баллов, оценки нет",
)
CEA = text(
    "1 − contacts with a critical error (customer, business or compliance) that the agent answers for ÷ {base}; "
    "undecided ones count as no error",
    "1 − обращения с критической ошибкой (для клиента, бизнеса, комплаенса), за которую отвечает оператор, ÷ {base}; "
    "нерешённые критерии ошибкой не считаются",
)
