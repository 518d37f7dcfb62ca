"""Did the change help? Two groups beside each other, the mix taken out, and what only looks like a change."""

from __future__ import annotations

from voxcx.domain.pages import Block, Page, Paragraph
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.change.comparing import changes_of
from voxcx.insight.change.findings import findings_of
from voxcx.insight.change.groups import compared, parts_of
from voxcx.insight.change.outcomes import outcomes_of
from voxcx.insight.change.seasons import warnings_of
from voxcx.insight.change.telling import mix_warnings, table_blocks
from voxcx.insight.spanning import strays

TITLE = text("Change", "Что изменилось")
QUESTION = text(
    "Did it get better, and was it the change or the mix of contacts?",
    "Стало ли лучше, и дело в изменении или в составе обращений?",
)
OFFERED = text(
    "Nobody named a change, so the last four weeks stand beside the four before. For a change of your own name its day "
    "(change.at: 2026-06-01), the part it concerns (change.where: queue=delivery) or two groups (change.field, a, b).",
    "Изменение не названо, поэтому последние четыре недели сравниваются с предыдущими четырьмя. Чтобы проверить своё, "
    "укажите день (change.at: 2026-06-01), часть архива (change.where: queue=delivery) или две группы (change.field, "
    "a, b).",
)
NO_ANSWERS = text(
    "Without survey answers nothing is said of CSI and CDSAT.",
    "Без ответов на опрос о CSI и CDSAT сказать нельзя.",
)
EMPTY = text(
    "One of the two groups has no handled contacts: {first} or {second}.",
    "В одной из двух групп нет обслуженных обращений: {first} или {second}.",
)
NOTHING = text("None of the outcomes is known.", "Ни один показатель не известен.")


def page(archive: Archive) -> Page:
    """What the settings ask to compare, else the last four weeks."""
    groups = compared(archive)
    if isinstance(groups, Text):
        return _lacking(groups)
    if not all(rows.any() for rows in parts_of(groups)):
        return _lacking(EMPTY.with_blanks({"first": groups.first_name, "second": groups.second_name}))
    outcomes = outcomes_of(archive)
    if not outcomes:
        return _lacking(NOTHING)
    changes = changes_of(archive, groups, outcomes)
    blocks: list[Block] = [] if groups.asked else [Paragraph(OFFERED)]
    told = (*mix_warnings(changes), *warnings_of(archive, groups))
    blocks += [Paragraph(warning, warning=True) for warning in told]
    blocks += table_blocks(archive, groups, changes)
    lacks = (*strays(archive), *(() if archive.answers.answered.any() else (NO_ANSWERS,)))
    return Page("change", TITLE, QUESTION, tuple(blocks), lacks, findings_of(archive, groups, changes))


def _lacking(why: Text) -> Page:
    return Page("change", TITLE, QUESTION, lacks=(why,))
