"""What goes with a failed criterion: answered CSI where it was not met against where it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure
from voxcx.domain.texts import text
from voxcx.insight.archive import Archive, CriterionColumn, Flags, Floats, Integers, Labels
from voxcx.statistics.differences import FEWEST_CLUSTERS, adjusted_difference, mean_difference, spearman
from voxcx.statistics.multiplicity import benjamini_hochberg
from voxcx.statistics.proportions import share

STRATA = ("agent", "queue", "channel", "month")  # whose levels are taken out
NEVER_JUDGED = text("never judged: no verdict of it is decided", "ни разу не оценён: нет решённых вердиктов")


@dataclass(frozen=True, slots=True)
class Ground:
    """The answered interactions, what is held fixed among them and whose answers go together.

    Attributes:
        rows: [m], their places in the archive.
        csi: [m], as answered.
        strata: [m] each: agent, queue, channel, month.
        cluster: [m], agent; the customer where no agent is known (bots) and where agents are too few to tell.
        level: of the intervals.
    """

    rows: Integers
    csi: Floats
    strata: tuple[Labels, ...]
    cluster: Labels
    level: float

    def effect(self, exposed: Flags, among: Flags) -> Estimate:
        """Adjusted difference of the exposed among these interactions; both [n] over the archive."""
        kept = among[self.rows]
        return adjusted_difference(
            self.csi[kept],
            exposed[self.rows][kept],
            [labels[kept] for labels in self.strata],
            self.cluster[kept],
            self.level,
        )


def ground_of(archive: Archive) -> Ground:
    """The answered interactions of an archive."""
    rows = np.flatnonzero(archive.answers.answered)
    return Ground(
        rows=rows,
        csi=archive.answers.csi[rows],
        strata=tuple(archive.grouped(by)[rows] for by in STRATA),
        cluster=_clusters(archive)[rows],
        level=archive.settings.level,
    )


def _clusters(archive: Archive) -> Labels:
    agents = archive.label("agent_id")
    customers: Labels = "customer " + archive.customer
    known = set(agents[archive.answers.answered].tolist()) - {""}
    if len(known) < FEWEST_CLUSTERS:
        return customers
    clusters: Labels = np.where(agents == "", customers, agents)
    return clusters


@dataclass(frozen=True, slots=True)
class Effect:
    """One criterion against CSI; differences are not met − met, so that what hurts is below 0.

    Attributes:
        column: the criterion.
        not_met: not met ÷ decided, of all interactions. How often it happens is ``of_handled``.
        answered: decided and answered.
        failures: of them not met.
        crude: difference as it is.
        adjusted: beside agent, queue, channel and month.
        spearman: of failing (1) with CSI.
        q: of the adjusted difference over all criteria, None where it was not tested.
    """

    column: CriterionColumn
    not_met: Estimate
    answered: int
    failures: int
    crude: Estimate
    adjusted: Estimate
    spearman: Estimate
    q: float | None = None

    def lowers(self, false_discoveries: float) -> bool:
        """Whether failing it goes with a lower CSI beyond doubt."""
        return self.stands(false_discoveries) and (self.adjusted.value or 0.0) < 0

    def stands(self, false_discoveries: float) -> bool:
        """Whether it goes with another CSI, either way, after the correction for many looks."""
        return self.q is not None and self.q <= false_discoveries and self.adjusted.excludes_zero


def of_handled(archive: Archive, rows: Flags) -> Estimate:
    """Share of all handled interactions that these are: what a head of service calls “so many of our calls”."""
    handled = archive.handled
    return share(int((rows & handled).sum()), int(handled.sum()), level=archive.settings.level)


@lru_cache(maxsize=1)  # asked by several pages about the same archive
def effects_of(archive: Archive) -> tuple[Effect, ...]:
    """Every criterion, in the order of the archive, with its q-value."""
    ground = ground_of(archive)
    found = [_effect(archive, ground, column) for column in archive.criteria]
    return with_q(found)


def with_q(found: Sequence[Effect]) -> tuple[Effect, ...]:
    """Benjamini–Hochberg over those that were tested."""
    p = np.array([np.nan if one.adjusted.p is None else one.adjusted.p for one in found], dtype=float)
    q = benjamini_hochberg(p).tolist() if len(p) else []
    return tuple(replace(one, q=None if np.isnan(its) else its) for one, its in zip(found, q, strict=True))


def _effect(archive: Archive, ground: Ground, column: CriterionColumn) -> Effect:
    settings = archive.settings
    decided, failed = column.decided, column.failed
    not_met = share(int(failed.sum()), int(decided.sum()), NEVER_JUDGED, settings.level)
    kept = decided[ground.rows]
    answered, failures = int(kept.sum()), int(failed[ground.rows].sum())
    fewest = settings.quality.fewest_failures
    if answered < settings.fewest or min(failures, answered - failures) < fewest:
        none = _too_few(archive, answered, failures)
        return Effect(column, not_met, answered, failures, none, none, none)
    csi, exposed = ground.csi[kept], failed[ground.rows][kept]
    return Effect(
        column,
        not_met,
        answered,
        failures,
        mean_difference(csi, exposed, settings.level),
        ground.effect(failed, decided),
        spearman(exposed.astype(float), csi, settings.level),
    )


def _too_few(archive: Archive, answered: int, failures: int) -> Estimate:
    settings = archive.settings
    if answered < settings.fewest:
        more = Figure(Estimate(settings.fewest - answered), "count")
        reason = text(
            "{n} answers where it was judged; {more} more needed",
            "ответов по обращениям, где критерий оценён: {n}; нужно ещё {more}",
            n=str(answered),
            more=more,
        )
    else:
        rarer = min(failures, answered - failures)
        reason = text(
            "of {n} judged and answered only {failures} differ from the rest; at least {fewest} are needed",
            "из {n} оценённых обращений с ответом отличаются лишь {failures}; нужно не меньше {fewest}",
            n=str(answered),
            failures=str(rarer),
            fewest=str(settings.quality.fewest_failures),
        )
    return Estimate(None, n=answered, level=settings.level, reason=reason)
