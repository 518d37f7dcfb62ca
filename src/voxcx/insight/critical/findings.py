"""Where critical errors are more frequent than elsewhere, and which kind customers feel, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Figure, Finding
from voxcx.domain.texts import Blank, text
from voxcx.insight.archive import BY_FIELD, Archive, Flags
from voxcx.insight.critical.comparing import Compared
from voxcx.insight.critical.counting import Counted
from voxcx.insight.fields import field_name
from voxcx.insight.quality.effects import Ground, of_handled
from voxcx.insight.quality.examples import examples
from voxcx.statistics.multiplicity import benjamini_hochberg

MOST_CALLS, MOST_GROUPS = 4, 5
ALONE = 0.5  # a criterion behind more than this part of a kind's errors is told on the page of quality
WORSE = text(
    "{errors}, {by} {group}: {share} of {base}, {gap.abs} more than elsewhere ({level} CI {gap.interval})",
    "{errors}, {by} {group}: {share} {base}, на {gap.abs} больше, чем у остальных ({level} ДИ {gap.interval})",
)
BASES = {
    "applicable": text("interactions to which they apply", "обращений, где они возможны"),
    "monitored": text("monitored interactions", "проверенных обращений"),
}
FELT = text(
    "{kind}: {share} of handled interactions, {effect} of CSI, {level} CI {effect.interval}",
    "{kind}: {share} обслуженных обращений, {effect} CSI, {level} ДИ {effect.interval}",
)


def kind_effects(ground: Ground, archive: Archive, counts: Sequence[Counted]) -> tuple[Estimate, ...]:
    """CSI with an error of each kind − without, adjusted; None with the reason where it cannot be told."""
    made = []
    for counted in counts:
        n = int(counted.applies[ground.rows].sum())
        if n < archive.settings.fewest:
            more = Figure(Estimate(archive.settings.fewest - n), "count")
            reason = text("{more} more answers needed", "нужно ещё ответов: {more}", more=more)
            made.append(Estimate(None, n=n, level=archive.settings.level, reason=reason))
        else:
            made.append(ground.effect(counted.erred, counted.applies))
    return tuple(made)


def findings_of(
    archive: Archive, counts: Sequence[Counted], effects: Sequence[Estimate], groups: Sequence[Compared]
) -> tuple[Finding, ...]:
    """Groups with more errors, and kinds that customers feel, after the correction for many looks.

    Agents are no groups here: nobody is named as the worst, they have bands and cards.
    """
    people = BY_FIELD.get(archive.settings.by, archive.settings.by) in {"agent_id", "agent_name"}
    worse = [one for one in groups if one.tone == "bad" and not people]
    told = [_worse(archive, counts[one.number], one, effects[one.number]) for one in worse]
    told = sorted(told, key=lambda finding: -finding.weight)[:MOST_GROUPS]
    return (*told, *_felt(archive, counts, effects))


def _worse(archive: Archive, counted: Counted, one: Compared, effect: Estimate) -> Finding:
    its = one.accuracy
    rate = 1 - (its.found.value or 0.0)
    rows = counted.base & counted.erred & (archive.grouped(archive.settings.by) == one.name)
    blanks: dict[str, Blank] = {
        "by": field_name(archive.settings.by),
        "group": one.name,
        "errors": counted.kind.sentence,
        "base": BASES[archive.settings.critical.base],
        "share": Figure(Estimate(rate, n=its.n), "share"),
        "gap": Figure(mirrored(one.gap), "share_points"),
        "level": _level(one.gap),
    }
    felt = abs(effect.value or 0.0) if effect.excludes_zero else 0.0
    weight = felt * abs(one.gap.value or 0.0) * its.n / max(int(archive.handled.sum()), 1)
    return Finding(WORSE.with_blanks(blanks), weight, _calls(archive, counted, rows))


def mirrored(gap: Estimate) -> Estimate:
    """The gap of errors behind the gap of what is free of them."""
    if gap.value is None or gap.low is None or gap.high is None:
        return gap
    return replace(gap, value=-gap.value, low=-gap.high, high=-gap.low)


def _felt(archive: Archive, counts: Sequence[Counted], effects: Sequence[Estimate]) -> list[Finding]:
    p = np.array([np.nan if one.p is None else one.p for one in effects], dtype=float)
    told = []
    for counted, effect, q in zip(counts, effects, benjamini_hochberg(p).tolist(), strict=True):
        errors = int(counted.erred.sum())
        lone = max((int(column.failed.sum()) for column in counted.columns), default=0) > ALONE * errors
        lowers = effect.excludes_zero and (effect.value or 0.0) < 0 and q <= archive.settings.false_discoveries
        if lowers and not lone:
            told.append(_kind(archive, counted, effect))
    return told


def _kind(archive: Archive, counted: Counted, effect: Estimate) -> Finding:
    often = of_handled(archive, counted.erred)
    blanks: dict[str, Blank] = {
        "kind": counted.kind.sentence,
        "share": Figure(often, "share"),
        "effect": Figure(effect, "points"),
        "level": _level(effect),
    }
    weight = abs(effect.value or 0.0) * (often.value or 0.0)
    return Finding(FELT.with_blanks(blanks), weight, _calls(archive, counted, counted.erred))


def _calls(archive: Archive, counted: Counted, rows: Flags) -> tuple[CallRef, ...]:
    """Interactions with the kind's most frequent error first."""
    ordered = sorted(counted.columns, key=lambda column: -int((rows & column.failed).sum()))
    found = [
        call for column in ordered for call in examples(archive, rows & column.failed, column.criterion, MOST_CALLS)
    ]
    return tuple({call.interaction_id: call for call in found}.values())[:MOST_CALLS]


def _level(estimate: Estimate) -> str:
    return f"{100 * estimate.level:.0f}\u00a0%"
