"""The one thing to train: the agent's own fault that costs most beyond what the mix of contacts lets expect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.insight.agents.bands import Band, bands_of
from voxcx.insight.agents.mixing import Kinds, standardised
from voxcx.insight.agents.outcomes import is_critical, own_criteria
from voxcx.insight.archive import Archive, CriterionColumn
from voxcx.statistics.differences import adjusted_difference
from voxcx.statistics.multiplicity import benjamini_hochberg


@dataclass(frozen=True, slots=True)
class Fault:
    """A criterion and how often each agent fails it.

    Attributes:
        criterion: of the form.
        rates: [agents], bands of the failure rate in percentage points.
        mean: failure rate of all, a share, with how many contacts it is of.
        effect: points of CSI that go with failing it, within agents; None where that is not known for sure.
    """

    criterion: CriterionColumn
    rates: tuple[Band, ...]
    mean: Estimate
    effect: Estimate | None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What to train: the fault, how much more often than expected (a share), and the CSI points that hang on it."""

    fault: Fault
    excess: Estimate
    cost: Estimate | None


def faults_of(archive: Archive, kinds: Kinds) -> tuple[Fault, ...]:
    """All criteria that agents answer for and that were judged."""
    effects = _effects(archive, kinds)
    level, made = archive.settings.agents.level, []
    for one in own_criteria(archive):
        if (one.decided & (kinds.agent >= 0)).any():
            standard = standardised(np.where(one.decided, 100.0 * one.failed, np.nan), kinds)
            rates = bands_of(standard, level).bands
            mean = Estimate(standard.centre / 100, n=int(standard.n.sum()))
            made.append(Fault(one, rates, mean, effects.get(one.key)))
    return tuple(made)


def lesson_of(faults: tuple[Fault, ...], number: int) -> Lesson | None:
    """The costliest fault whose whole band lies above the mean; None where nothing stands out.

    By points of CSI where an effect is known; else critical errors first, then by the form's points.
    """
    lessons = [_lesson(fault, number) for fault in faults if fault.rates[number].standing == "above"]
    return max(lessons, key=_worth, default=None)


def _lesson(fault: Fault, number: int) -> Lesson:
    excess = _times(fault.rates[number].beside, 0.01)
    return Lesson(fault, excess, None if fault.effect is None else _times(excess, fault.effect.value or 0.0))


def _times(one: Estimate, factor: float) -> Estimate:
    """Interval of the excess alone: how sure the effect is, its own figure says."""
    ends = sorted((end or 0.0) * factor for end in (one.low, one.high))
    return Estimate((one.value or 0.0) * factor, ends[0], ends[1], one.n, level=one.level)


def _worth(lesson: Lesson) -> tuple[float, bool, float]:
    cost = -(lesson.cost.value or 0.0) if lesson.cost else 0.0
    criterion = lesson.fault.criterion
    return cost, is_critical(criterion), (lesson.excess.value or 0.0) * criterion.max_points


def _effects(archive: Archive, kinds: Kinds) -> Mapping[str, Estimate]:
    """Criterion → points of CSI that go with failing it, where that is surely harmful after Benjamini–Hochberg."""
    tried = list(_tried(archive, kinds))
    q = benjamini_hochberg(np.array([np.nan if gap.p is None else gap.p for _, gap in tried], dtype=float))
    limit = archive.settings.false_discoveries
    return {key: gap for (key, gap), one in zip(tried, q, strict=True) if one <= limit and (gap.high or 0.0) < 0}


def _tried(archive: Archive, kinds: Kinds) -> Iterator[tuple[str, Estimate]]:
    agent = np.array(["", *kinds.names], dtype=object)[kinds.agent + 1]
    for one in own_criteria(archive):
        rows = one.decided & archive.answers.answered & (kinds.agent >= 0)
        failed = one.failed[rows]
        if min(failed.sum(), (~failed).sum()) >= archive.settings.fewest:
            gap = adjusted_difference(archive.answers.csi[rows], failed, [agent[rows]], level=archive.settings.level)
            yield one.key, gap
