"""Contacts to look at together: where an error of the agent's own or a low answer with one says what went wrong."""

from __future__ import annotations

import numpy as np

from voxcx.domain.pages import CallRef
from voxcx.domain.texts import Text, text
from voxcx.insight.agents.best import good_contacts, listed, why_good
from voxcx.insight.agents.mixing import Kinds
from voxcx.insight.agents.outcomes import any_failed, is_critical, own_criteria
from voxcx.insight.archive import NOT_MET, Archive, CriterionColumn, Flags, Floats, Integers

LOW_ANSWER = text("a low answer", "низкая оценка")


def poor_contacts(archive: Archive, rows: Flags) -> Integers:
    """Row numbers: a critical error with a low answer, then other critical errors, then low answers with an error.

    The latest first within each.
    """
    low: Flags = np.nan_to_num(archive.answers.dissatisfied) > 0
    failed = any_failed(archive)
    critical: Flags = any_failed(archive, critical=True)
    worth: Floats = np.add(2.0 * critical, low & failed, dtype=np.float64)
    found = np.flatnonzero(rows & (worth > 0))
    order: Integers = found[np.lexsort((-found, -worth[found]))]
    return order


def poor_ref(archive: Archive, row: int) -> CallRef:
    """The contact, the criterion that was not met, and why it is shown."""
    failed = [one for one in own_criteria(archive) if one.verdict[row] == NOT_MET]
    parts: list[Text] = []
    if np.nan_to_num(archive.answers.dissatisfied[row]) > 0:
        parts.append(LOW_ANSWER)
    worst = max(failed, key=_gravity) if failed else None
    if worst is not None:
        kind = CRITICAL if is_critical(worst) else PLAIN
        parts.append(kind.with_blanks({"title": worst.title}))
    return CallRef(str(archive.id[row]), worst.criterion if worst else None, why=listed(parts))


def best_refs(archive: Archive, kinds: Kinds, number: int, shown: int) -> tuple[CallRef, ...]:
    """The latest contacts of an agent with the highest answer, thanks and no error."""
    rows = np.flatnonzero(good_contacts(archive, kinds) & (kinds.agent == number))[::-1][:shown]
    return tuple(CallRef(str(archive.id[row]), why=why_good(archive, int(row))) for row in rows)


def _gravity(criterion: CriterionColumn) -> tuple[bool, float]:
    return is_critical(criterion), criterion.max_points


CRITICAL = text("critical error: {title}", "критическая ошибка: {title}")
PLAIN = text("not met: {title}", "не выполнено: {title}")
