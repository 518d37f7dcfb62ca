"""How drivers go with what customers answered: effort (CES) and satisfaction (CSI)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.effort.drivers import Driver
from voxcx.insight.repeats.effects import Effects, q_values, told
from voxcx.statistics.differences import spearman
from voxcx.statistics.proportions import share


@dataclass(frozen=True, slots=True)
class Related:
    """A driver with how often it is there and what goes with it.

    Attributes:
        part: share of the contacts where it is known.
        csi, ces: with it − without it, at the same topic and channel.
        q_csi, q_ces: over all drivers and both answers together; NaN where nothing can be told.
        stands: whether CSI differs after the correction.
    """

    driver: Driver
    part: Estimate
    csi: Estimate
    ces: Estimate
    q_csi: float
    q_ces: float
    stands: bool


def related(archive: Archive, drivers: tuple[Driver, ...], rows: Flags) -> tuple[Related, ...]:
    """Every driver that is known anywhere."""
    settings, effects = archive.settings, Effects(archive)
    ces = ces_of(archive)
    here = [one for one in drivers if (one.known & rows).any()]
    csi_effects = [effects.of(archive.answers.csi, one.present, rows & one.known) for one in here]
    ces_effects = [effects.of(ces, one.present, rows & one.known) for one in here]
    q = q_values([*csi_effects, *ces_effects])
    made = []
    for place, one in enumerate(here):
        used = rows & one.known
        part = share(int((used & one.present).sum()), int(used.sum()), level=settings.level)
        q_csi, q_ces = float(q[place]), float(q[len(here) + place])
        stands = told(csi_effects[place], q_csi, settings.false_discoveries)
        made.append(Related(one, part, csi_effects[place], ces_effects[place], q_csi, q_ces, stands))
    return tuple(made)


def ces_of(archive: Archive) -> Floats:
    """[n], answers of CES on their scale; what lies outside of it is no answer."""
    settings, ces = archive.settings.effort, archive.answers.ces
    inside: Floats = np.where((ces >= settings.ces_min) & (ces <= settings.ces_max), ces, np.nan)
    return inside


def outside_scale(archive: Archive) -> int:
    """Answers of CES that do not fit its scale."""
    return int((~np.isnan(archive.answers.ces)).sum() - (~np.isnan(ces_of(archive))).sum())


def together(index: Floats, answered: Floats, rows: Flags, archive: Archive) -> Estimate:
    """Spearman's correlation of the index with an answer, where both are known."""
    used = rows & ~np.isnan(index) & ~np.isnan(answered)
    return spearman(index[used], answered[used], archive.settings.level)
