"""Critical criteria that nobody and nothing ever decided: one line that counts them, one table that names them."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Figure, Table
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import CriterionColumn
from voxcx.insight.critical.counting import Counted

NEVER = text(
    "Critical criteria that were never decided: {n}. The accuracy says nothing about them, people have to judge them "
    "(the table names them).",
    "Критических критериев, которые ни разу не решены: {n}. Точность о них ничего не говорит, их должны оценить люди "
    "(список – в таблице).",
)
DEFINITION = text(
    "critical criteria without a single met or not met; the same criterion of several forms stands in one row",
    "критические критерии, по которым нет ни одного решённого вердикта; критерий из нескольких форм – одной строкой",
)


def never_said(counts: Sequence[Counted]) -> tuple[Text, ...]:
    """How many there are."""
    n = len(_by_criterion(counts))
    return (NEVER.with_blanks({"n": Figure(Estimate(n), "count")}),) if n else ()


def never_table(counts: Sequence[Counted]) -> Table | None:
    """Which they are; None where there is none."""
    found = _by_criterion(counts)
    if not found:
        return None
    rows: list[tuple[Cell, ...]] = [
        (columns[0].title, kind, ", ".join(sorted(one.form_id for one in columns)))
        for (_, kind), columns in found.items()
    ]
    return Table(
        "critical_never_decided",
        text("Never decided", "Ни разу не решены"),
        (
            Column("criterion", text("Criterion", "Критерий")),
            Column("kind", text("Kind", "Вид")),
            Column("forms", text("Forms", "Формы")),
        ),
        tuple(rows),
        DEFINITION,
        shown=6,
    )


def _by_criterion(counts: Sequence[Counted]) -> dict[tuple[str, Text], list[CriterionColumn]]:
    found: dict[tuple[str, Text], list[CriterionColumn]] = {}
    for counted in counts:
        for column in counted.never:
            found.setdefault((column.criterion, counted.kind.title), []).append(column)
    return found
