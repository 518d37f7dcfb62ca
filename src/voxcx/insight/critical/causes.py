"""Which criteria make the critical errors, and how accurate the rest is per opportunity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Figure, Table
from voxcx.domain.qa import Party
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import UNDECIDED, Archive, CriterionColumn, Floats
from voxcx.insight.critical.counting import Counted
from voxcx.insight.quality.examples import examples
from voxcx.statistics.proportions import share

PARTIES: dict[Party, Text] = {
    "agent": text("agent", "оператор"),
    "process": text("process", "процесс"),
    "system": text("system", "система"),
}
RATE = text("not met ÷ decided", "не выполнен ÷ решён")
PART = text(
    "interactions where this criterion was not met ÷ interactions with an error of the kind; may sum to more than 1",
    "обращения, где не выполнен этот критерий, ÷ обращения с ошибкой этого вида; сумма может быть больше 1",
)
OPEN = text("undecided ÷ (decided + undecided)", "не решён ÷ (решён + не решён)")
NO_OPPORTUNITY = text("no criterion that is not critical was decided", "некритичные критерии ни разу не решены")
OPPORTUNITIES = text(
    "criteria met ÷ criteria decided, of those that are not critical, over all interactions; 95 % interval: Wilson, n "
    "made smaller by how much criteria of one interaction go together",
    "выполненные ÷ решённые некритичные критерии по всем обращениям; ДИ: Уилсон, n уменьшено на связь критериев внутри "
    "обращения",
)


def causes(archive: Archive, counts: Sequence[Counted]) -> Table:
    """Every critical criterion that was decided, most errors first."""
    pairs = [(counted, column) for counted in counts for column in counted.columns]
    ordered = sorted(pairs, key=lambda pair: -int(pair[1].failed.sum()))
    return Table(
        "critical_criteria",
        text("Which criteria make the errors", "Какие критерии дают ошибки"),
        (
            Column("criterion", text("Criterion", "Критерий")),
            Column("kind", text("Kind", "Вид")),
            Column("attributable", text("Whose", "Чья ошибка")),
            Column("errors", text("Errors", "Ошибок")),
            Column("errors_share", text("Share", "Доля"), RATE),
            Column("part_of_kind", text("Part of the kind", "Доля среди ошибок вида"), PART),
            Column("undecided_share", text("Undecided", "Не решено"), OPEN),
            Column("examples", text("Examples", "Примеры")),
        ),
        tuple(_row(archive, *pair) for pair in ordered),
        text("Share: {rate}; part of the kind: {part}; undecided: {open}.",
             "Доля: {rate}; доля среди ошибок вида: {part}; не решено: {open}.", rate=RATE, part=PART, open=OPEN),
        shown=12,
    )  # fmt: skip


def _row(archive: Archive, counted: Counted, column: CriterionColumn) -> tuple[Cell, ...]:
    level = archive.settings.level
    errors, decided = int(column.failed.sum()), int(column.decided.sum())
    undecided = int((column.verdict == UNDECIDED).sum())
    return (
        column.title,
        counted.kind.errors,
        PARTIES[column.attributable],
        Figure(Estimate(errors, n=decided), "count"),
        Figure(share(errors, decided, level=level), "share"),
        Figure(share(errors, int(counted.erred.sum()), level=level), "share"),
        Figure(share(undecided, decided + undecided, level=level), "share"),
        examples(archive, column.failed, column.criterion) or None,
    )


def per_opportunity(archive: Archive) -> Estimate:
    """Non-critical accuracy: met ÷ decided over all criteria that are not critical.

    Criteria of one interaction go together: the variance is that of a ratio of sums over interactions (Cochran 1977,
    § 6.3), and Wilson's interval takes as many opportunities as would have that variance alone.
    """
    met, decided = np.zeros(len(archive)), np.zeros(len(archive))
    for column in archive.criteria:
        if column.severity == "plain":
            decided += column.decided
            met += column.decided & ~column.failed
    hits, n = float(met.sum()), float(decided.sum())
    if n == 0:
        return Estimate(None, level=archive.settings.level, reason=NO_OPPORTUNITY)
    alone = n / design_effect(met, decided)
    its = share(hits * alone / n, alone, level=archive.settings.level)
    return Estimate(hits / n, its.low, its.high, round(n), level=its.level)


def design_effect(met: Floats, decided: Floats) -> float:
    """How much wider the variance of Σ met ÷ Σ decided is than that of as many lone opportunities; at least 1."""
    n, asked = float(decided.sum()), int((decided > 0).sum())
    rate = float(met.sum()) / n
    plain = rate * (1 - rate) / n
    if plain <= 0 or asked < 2:
        return max(n / asked, 1.0) if asked else 1.0
    spread = float(((met - rate * decided) ** 2).sum()) * asked / (asked - 1) / n**2
    return max(spread / plain, 1.0)
