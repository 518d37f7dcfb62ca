"""Critical errors: how many interactions are free of them, where and through what they are not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Figure, Page, Paragraph, Tile, Tiles
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.critical.agents import agents_table
from voxcx.insight.critical.blocks import kinds_table, tiles
from voxcx.insight.critical.causes import OPPORTUNITIES, causes, per_opportunity
from voxcx.insight.critical.comparing import Compared, compared
from voxcx.insight.critical.counting import KINDS, Counted, count, judged
from voxcx.insight.critical.curves import curves
from voxcx.insight.critical.findings import findings_of, kind_effects
from voxcx.insight.critical.groups import group_dots, groups_table
from voxcx.insight.critical.never import never_said, never_table
from voxcx.insight.critical.planning import planner
from voxcx.insight.quality.effects import ground_of
from voxcx.statistics.differences import mean_difference

TITLE = text("Critical errors", "Критические ошибки")
QUESTION = text(
    "How many interactions are free of errors that are critical for the customer, the business and compliance.",
    "В какой доле обращений нет ошибок, критичных для клиента, бизнеса и комплаенса.",
)
NO_CRITERIA = text(
    "No verdicts: the archive was scored without a QA form; run voxcx batch with --form.",
    "Вердиктов нет: архив оценён без формы качества; запустите voxcx batch с --form.",
)
NONE_CRITICAL = text(
    "The form has no critical criterion that was decided anywhere (severity: critical_customer, critical_business, "
    "critical_compliance).",
    "В форме нет критических критериев, по которым есть решённые вердикты (severity: critical_customer, "
    "critical_business, critical_compliance).",
)
KIND_MISSING = text(
    "Nothing judges {errors}: the form has no such criterion, or none was ever decided.",
    "Не проверяются {errors}: таких критериев в форме нет или они ни разу не решены.",
)
NOT_CALIBRATED = text(
    "The machine's own errors are not corrected: nobody measured them (voxcx qa calibrate --out calibration.json).",
    "Поправки на ошибки автоматической оценки нет: они не измерены (voxcx qa calibrate --out calibration.json).",
)
SELECTED = text(
    "{judged} of {handled} handled interactions were judged. The figures hold for all of them only if those were drawn "
    "at random.",
    "Проверено {judged} из {handled} обслуженных обращений. На все обращения цифры переносятся, только если проверяли "
    "случайную выборку.",
)
NOT_RANDOM = text(
    "The judged are no random sample: their answered CSI differs from the others' by {gap} ({gap.interval}).",
    "Проверенные – не случайная выборка: их CSI по ответам отличается от остальных на {gap} ({gap.interval}).",
)
MANY_OPEN = text(
    "{open} of interactions have an undecided critical criterion and no known error ({errors}): the truth lies "
    "anywhere from {worst} to {best}.",
    "В {open} обращений критический критерий не решён и известной ошибки нет ({errors}): истина где-то между {worst} "
    "и {best}.",
)
MANY_SHARE = 0.1


def page(archive: Archive) -> Page:
    """The three accuracies with bounds and correction, over time, by group and agent, their causes and a plan."""
    if not archive.criteria:
        return Page("critical", TITLE, QUESTION, lacks=(NO_CRITERIA,))
    counts = tuple(count(archive, kind) for kind in KINDS)
    shown = tuple(one for one in counts if one.columns)
    opportunity = Tile(NON_CRITICAL, Figure(per_opportunity(archive), "share"), OPPORTUNITIES)
    never = never_table(counts)
    untold = (never,) if never else ()
    if not shown:
        lacks = (NONE_CRITICAL, *_lacks(archive, counts))
        return Page("critical", TITLE, QUESTION, (Tiles((opportunity,)), *untold), lacks)
    effects = kind_effects(ground_of(archive), archive, shown)
    groups = compared(archive, shown, archive.grouped(archive.settings.by), archive.settings.fewest)
    blocks: list[Block] = [Tiles((*tiles(archive, shown), opportunity)), *_warnings(archive, shown)]
    blocks.append(kinds_table(archive, shown, effects))
    blocks += [
        *curves(archive, shown),
        causes(archive, shown),
        *_side_by_side(archive, shown, groups),
        planner(archive, shown),
    ]
    found = findings_of(archive, shown, effects, groups)
    return Page("critical", TITLE, QUESTION, (*blocks, *untold), _lacks(archive, counts), found)


NON_CRITICAL = text("Non-critical accuracy", "Выполнено некритичных критериев")


def _side_by_side(archive: Archive, counts: Sequence[Counted], groups: Sequence[Compared]) -> list[Block]:
    blocks: list[Block] = [*group_dots(archive, counts, groups)]
    if groups:
        blocks.append(groups_table(archive, counts, groups))
    own = tuple(count(archive, one.kind, agents_own=True) for one in counts)
    agents = compared(archive, own, archive.label("agent_id"), archive.settings.agents.fewest)
    if agents:
        blocks.append(agents_table(archive, own, agents))
    return blocks


def _warnings(archive: Archive, counts: Sequence[Counted]) -> list[Block]:
    """What makes the figures less than they seem: not all judged, much undecided."""
    said: list[Block] = []
    monitored, handled = judged(archive), archive.handled
    both = int((monitored & handled).sum())
    if both < int(handled.sum()):
        told = {"judged": _count(both), "handled": _count(int(handled.sum()))}
        said.append(Paragraph(SELECTED.with_blanks(told), warning=True))
        said += _chosen(archive)
    for one in counts:
        n, undecided, errors = int(one.base.sum()), int((one.base & one.open).sum()), int((one.base & one.erred).sum())
        if undecided > MANY_SHARE * n:
            blanks = {
                "open": _share(undecided, n),
                "worst": _share(n - errors - undecided, n),
                "best": _share(n - errors, n),
            }
            said.append(Paragraph(MANY_OPEN.with_blanks({**blanks, "errors": one.kind.errors}), warning=True))
    return said


def _chosen(archive: Archive) -> list[Block]:
    """A sign that the judged were picked: their answers differ from the others'."""
    rows = archive.handled & archive.answers.answered
    if not rows.any():
        return []
    gap = mean_difference(archive.answers.csi[rows], judged(archive)[rows], archive.settings.level)
    if not gap.excludes_zero:
        return []
    return [Paragraph(NOT_RANDOM.with_blanks({"gap": Figure(gap, "points")}), warning=True)]


def _lacks(archive: Archive, counts: Sequence[Counted]) -> tuple[Text, ...]:
    said = [KIND_MISSING.with_blanks({"errors": one.kind.errors}) for one in counts if not one.columns]
    said += never_said(counts)
    if not archive.beside.accuracy:
        said.append(NOT_CALIBRATED)
    if not np.any(archive.label("agent_id") != ""):
        said.append(NO_AGENTS)
    return tuple(said)


NO_AGENTS = text(
    "No agents are named, so their errors are not shown apart.",
    "Операторы не указаны, поэтому их ошибки отдельно не показаны.",
)


def _count(n: int) -> Figure:
    return Figure(Estimate(n), "count")


def _share(part: int, n: int) -> Figure:
    return Figure(Estimate(part / n, n=n), "share")
