"""The three accuracies: big numbers and a table with both bounds and the correction."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Figure, Table, Tile
from voxcx.domain.texts import Blank, Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.critical.counting import Accuracy, Counted, accuracy, corrected
from voxcx.insight.settings import ReportSettings

OF = {
    "applicable": text(
        "interactions to which a criterion of the kind applies", "обращения, к которым применим критерий вида"
    ),
    "monitored": text("all monitored interactions", "все проверенные обращения"),
}
DEFINITION = text(
    "1 − interactions with at least one such error ÷ {base}; undecided criteria count as no error found, so this is "
    "the best case too; worst case: each of them was not met; interval: Wilson",
    "1 − обращения хотя бы с одной такой ошибкой ÷ {base}; нерешённый критерий считаем выполненным (лучший случай); "
    "худший случай: он везде не выполнен; ДИ: Уилсон",
)
CORRECTED = text(
    "(share found + specificity − 1) ÷ (sensitivity + specificity − 1), taken from 1 (Rogan and Gladen); its interval "
    "knows how well both were measured (Lang and Reiczigel)",
    "1 − (найденная доля + специфичность − 1) ÷ (чувствительность + специфичность − 1) (Роган и Гладен); ДИ учитывает, "
    "на скольких обращениях измерены обе (Ланг и Райцигель)",
)

ON_THE_WHOLE = text(
    "calibration measured the machine's errors on the whole, so this supposes that they are the same in each part",
    "ошибки автоматической оценки измерены на всём архиве: поправка предполагает, что в каждой части они такие же",
)
CORRECTED_PART = text("{corrected}; {whole}", "{corrected}; {whole}", corrected=CORRECTED, whole=ON_THE_WHOLE)


def definition(settings: ReportSettings) -> Text:
    """The formula with what it divides by."""
    return DEFINITION.with_blanks({"base": OF[settings.critical.base]})


def tiles(archive: Archive, counts: Sequence[Counted]) -> tuple[Tile, ...]:
    """The three accuracies."""
    made = []
    for counted in counts:
        its = accuracy(counted, None, archive.settings.level)
        made.append(
            Tile(
                counted.kind.title,
                Figure(its.found, "share"),
                definition(archive.settings),
                note=_note(archive, counted, its),
            )
        )
    return tuple(made)


def _note(archive: Archive, counted: Counted, its: Accuracy) -> Text | None:
    if its.found.value is None:
        return None
    true = corrected(archive, counted)
    blanks: dict[str, Blank] = {
        "worst": Figure(its.worst, "share"),
        "true": Figure(true, "share"),
    }
    if true.value is None:
        return text("worst case {worst}; not corrected", "худший случай {worst}; без поправки", **blanks)
    return text(
        "worst case {worst}; corrected for the machine's errors {true} ({true.interval})",
        "худший случай {worst}; с поправкой на ошибки автоматической оценки {true} ({true.interval})",
        **blanks,
    )


def kinds_table(archive: Archive, counts: Sequence[Counted], effects: Sequence[Estimate]) -> Table:
    """Everything about each kind: errors, bounds, correction, and what goes with it in CSI."""
    rows: list[tuple[Cell, ...]] = []
    for counted, effect in zip(counts, effects, strict=True):
        its = accuracy(counted, None, archive.settings.level)
        rows.append(
            (
                counted.kind.title,
                Figure(Estimate(its.errors, n=its.n), "count"),
                Figure(Estimate(its.open, n=its.n), "count"),
                Figure(its.found, "share"),
                Figure(its.worst, "share"),
                Figure(corrected(archive, counted), "share"),
                Figure(effect, "points"),
            )
        )
    return Table(
        "critical_accuracy",
        text("Three kinds of critical errors", "Три вида критических ошибок"),
        COLUMNS,
        tuple(rows),
        definition(archive.settings),
    )


UNDECIDED_SAID = text(
    "interactions without a known error and with an undecided criterion",
    "обращения без известной ошибки, где есть нерешённый критерий",
)
EFFECT = text(
    "mean CSI as answered with such an error − without, beside fixed effects of agent, queue, channel and month, "
    "errors clustered by agent",
    "средний CSI по ответам с такой ошибкой − без неё при тех же операторе, очереди, канале и месяце (регрессия, "
    "ответы одного оператора считаются связанными)",
)


COLUMNS = (
    Column("kind", text("Kind", "Вид")),
    Column("errors", text("With an error", "С ошибкой")),
    Column("open", text("Undecided", "Не решено"), UNDECIDED_SAID),
    Column("found", text("Accuracy (best case)", "Без ошибок (лучший случай)")),
    Column("worst", text("Worst case", "Худший случай")),
    Column("corrected", text("Corrected", "С поправкой"), CORRECTED),
    Column("effect_points", text("CSI with an error", "CSI при ошибке"), EFFECT),
)
