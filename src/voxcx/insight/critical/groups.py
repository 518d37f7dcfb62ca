"""Groups side by side: a picture for each kind, a table of all."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Dot, Dots, Figure, Table
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import Archive
from voxcx.insight.critical.blocks import CORRECTED_PART, definition
from voxcx.insight.critical.comparing import Compared
from voxcx.insight.critical.counting import Counted, accuracy
from voxcx.insight.fields import by_field, titled

MOST_DOTS = 20
AGAINST_REST = text(
    "coloured: differs from the rest after Benjamini–Hochberg over all groups and kinds ({rate})",
    "цвет: отличается от остальных с поправкой на все группы и виды (Бенджамини–Хохберг, {rate})",
)


def group_dots(archive: Archive, counts: Sequence[Counted], groups: Sequence[Compared]) -> tuple[Dots, ...]:
    """A picture for each kind; of very many groups those farthest from the rest."""
    made = []
    for number, counted in enumerate(counts):
        mine = [one for one in groups if one.number == number and one.accuracy.found.value is not None]
        far = sorted(mine, key=lambda one: -abs(one.gap.value or 0.0))[:MOST_DOTS]
        if len(mine) < 2:
            continue
        rows = tuple(
            Dot(same(one.name), one.accuracy.found, one.tone, _gap_note(one)) for one in sorted(far, key=_value)
        )
        whole = accuracy(counted, None, archive.settings.level).found.value
        made.append(Dots(_by(counted, archive), "share", rows, coloured(archive), whole))
    return tuple(made)


def _by(counted: Counted, archive: Archive) -> Text:
    return text("{kind}: {by}", "{kind}: {by}", kind=counted.kind.title, by=by_field(archive.settings.by))


def coloured(archive: Archive) -> Text:
    """The formula, and what the colours mean."""
    against = AGAINST_REST.with_blanks({"rate": Figure(Estimate(archive.settings.false_discoveries), "number")})
    return text("{formula}; {against}", "{formula}; {against}", formula=definition(archive.settings), against=against)


def _value(one: Compared) -> float:
    return one.accuracy.found.value or 0.0


def _gap_note(one: Compared) -> Text | None:
    if one.gap.value is None:
        return None
    gap = Figure(one.gap, "share_points")
    return text("against the rest {gap} ({gap.interval})", "разница с остальными {gap} ({gap.interval})", gap=gap)


def groups_table(archive: Archive, counts: Sequence[Counted], groups: Sequence[Compared]) -> Table:
    """Every group and kind with the difference from the rest."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.name,
            counts[one.number].kind.title,
            Figure(one.accuracy.found, "share"),
            Figure(one.accuracy.worst, "share"),
            *([Figure(one.corrected, "share")] if archive.beside.accuracy else []),
            Figure(one.gap, "share_points"),
            None if one.q is None else Figure(Estimate(one.q, n=one.gap.n), "number"),
        )
        for one in groups
    ]
    return Table(
        "critical_by_group",
        titled(archive.settings.by),
        COLUMNS if archive.beside.accuracy else tuple(one for one in COLUMNS if one.name != "corrected"),
        tuple(rows),
        coloured(archive),
        shown=6,
        tones=tuple(one.tone for one in groups),
    )


COLUMNS = (
    Column("group", text("Group", "Группа")),
    Column("kind", text("Kind", "Вид")),
    Column("found", text("Accuracy", "Без ошибок")),
    Column("worst", text("Worst case", "Худший случай")),
    Column("corrected", text("Corrected", "С поправкой"), CORRECTED_PART),
    Column("gap_share_points", text("Against the rest", "Разница с остальными")),
    Column("q", text("q", "q")),
)
