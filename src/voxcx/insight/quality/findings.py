"""What to change first: criteria whose failure goes with another CSI, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.domain.pages import Figure, Finding
from voxcx.domain.texts import Blank, text
from voxcx.insight.archive import Archive
from voxcx.insight.quality.effects import Effect, of_handled
from voxcx.insight.quality.examples import examples
from voxcx.insight.quality.heldout import HeldOut

MOST_CALLS = 5
LOWER = text(
    "“{criterion}” not met: {share} of handled interactions, {effect} of CSI, {level} CI {effect.interval}",
    "Не выполнено «{criterion}»: {share} обслуженных обращений, {effect} CSI, {level} ДИ {effect.interval}",
)
HIGHER = text(
    "“{criterion}” not met: CSI is {effect.abs} higher ({level} CI {effect.interval}); not met in {share} of handled "
    "interactions. Ask whether customers want it at all",
    "Где «{criterion}» не выполнено, CSI выше на {effect.abs} ({level} ДИ {effect.interval}); так в {share} "
    "обслуженных обращений. Проверьте, нужно ли это клиентам",
)
BETTER_WEIGHTS = text(
    "Weights made from the answers would bring the QA score closer to CSI: correlation {today} → {proposed} "
    "({level} CI of the change {change.interval}, on answers they were not made of)",
    "Если взять веса по ответам клиентов, оценка качества точнее следует за CSI: корреляция {today} → {proposed} "
    "({level} ДИ изменения {change.interval}, проверено на других ответах)",
)


def findings_of(archive: Archive, effects: Sequence[Effect], tried: Sequence[HeldOut]) -> tuple[Finding, ...]:
    """Criteria that stand after the correction for many looks, and weights that proved better."""
    rate = archive.settings.false_discoveries
    told = [_finding(archive, one) for one in effects if one.stands(rate)]
    better = [_weights(one) for one in tried if one.change.low is not None and one.change.low > 0]
    return tuple(sorted([*told, *better], key=lambda finding: -finding.weight))


def _finding(archive: Archive, effect: Effect) -> Finding:
    column, lowers = effect.column, (effect.adjusted.value or 0.0) < 0
    blanks: dict[str, Blank] = {
        "criterion": column.title,
        "share": Figure(of_handled(archive, column.failed), "share"),
        "effect": Figure(effect.adjusted, "points"),
        "level": f"{100 * effect.adjusted.level:.0f}\u00a0%",
    }
    concerned = column.failed if lowers else column.decided & ~column.failed
    weight = abs(effect.adjusted.value or 0.0) * (of_handled(archive, concerned).value or 0.0)
    calls = examples(archive, column.failed & archive.answers.answered, column.criterion, MOST_CALLS)
    said = (LOWER if lowers else HIGHER).with_blanks(blanks)
    about = f"criterion:{column.criterion}"
    return Finding(said, weight, calls, "bad" if lowers else "unsure", about)


def _weights(tried: HeldOut) -> Finding:
    blanks: dict[str, Blank] = {
        "today": Figure(tried.today, "score"),
        "proposed": Figure(tried.proposed, "score"),
        "change": Figure(tried.change, "score"),
        "level": f"{100 * tried.change.level:.0f}\u00a0%",
    }
    return Finding(BETTER_WEIGHTS.with_blanks(blanks), 0.0, (), "good")
