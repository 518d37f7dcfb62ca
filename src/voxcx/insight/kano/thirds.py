"""Penalty and reward of what customers wait through: the worst and the best third against the middle one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Floats, Integers
from voxcx.insight.kano.effects import Effects, clusters_of, contrasted, nothing, two_sided
from voxcx.insight.service_level.contacts import is_letter
from voxcx.insight.service_level.page import hour_of
from voxcx.statistics.absorbing import Absorber
from voxcx.statistics.differences import student

BEST, MIDDLE, WORST = 0, 1, 2
FEWEST_EACH = 10
MARGIN = 3.0  # points: an asymmetry within it is taken for even
FEW = text(
    "too few answers in a third ({n} of {least})", "в одной из третей мало ответов ({n} из {least})", n="", least=""
)
ALIKE = text("all values are alike", "все значения одинаковы")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that lasts: the less of it, the better."""

    name: str
    title: Text


THINGS = (
    Thing("queue_wait_s", text("Wait in the queue", "Ожидание в очереди")),
    Thing("hold_total_s", text("Time on hold", "Время на удержании")),
    Thing("silence_longest_s", text("Longest silence", "Самая долгая пауза")),
    Thing("first_response_s", text("First answer in chats", "Первый ответ в чате")),
)


@dataclass(frozen=True, slots=True)
class Split:
    """[n] thirds of values, and the mean of each."""

    third: Integers
    means: tuple[float, float, float]
    zeros: bool  # the best are those without any of it


def split(values: Floats) -> Split | None:
    """Thirds by value; where over a third have none of it, these are the best and the rest is halved.

    The same values stay together. None where that leaves one of the three empty.
    """
    zeros = bool(len(values)) and float((values <= 0).mean()) > 1 / 3
    rest = values[values > 0] if zeros else values
    if not len(rest):
        return None
    cuts = (0.0, float(np.median(rest))) if zeros else tuple(np.quantile(values, [1 / 3, 2 / 3]).tolist())
    third = np.searchsorted(np.array(cuts), values, side="left").astype(np.int64)
    if len(np.unique(third)) < 3:
        return None
    best, middle, worst = (float(values[third == one].mean()) for one in (BEST, MIDDLE, WORST))
    return Split(third, (best, middle, worst), zeros)


def values_of(archive: Archive, thing: Thing) -> Floats:
    """[n], how long it lasted; letters are answered on another clock and are left out."""
    values: Floats = np.where(is_letter(archive), np.nan, archive.number(thing.name))
    return values


def thing_effects(archive: Archive, thing: Thing) -> tuple[Effects, Split | None]:
    """Points of CSI of each end against the middle third, beside queue and hour of the day.

    An end may lie farther from the middle than the other, as long waits do; then a straight line would look lopsided in
    points. So an asymmetry counts only if it is one per second too.
    """
    settings, values = archive.settings, values_of(archive, thing)
    rows = np.flatnonzero(~np.isnan(values) & ~np.isnan(archive.answers.csi) & archive.handled)
    parts = split(values[rows])
    if parts is None:
        return nothing(ALIKE, len(rows), settings.level), None
    fewest = int(np.bincount(parts.third, minlength=3).min())
    least = max(FEWEST_EACH, settings.fewest // 3)
    if fewest < least:
        blanks = {"n": str(fewest), "least": str(least)}
        return nothing(FEW.with_blanks(blanks), len(rows), settings.level), parts
    return _effects(archive, rows, parts), parts


def _effects(archive: Archive, rows: Integers, parts: Split) -> Effects:
    level, csi = archive.settings.level, archive.answers.csi[rows]
    absorber = Absorber([archive.label("queue")[rows], hour_of(archive.local_s[rows])], len(rows))
    columns = np.stack([absorber.remainder((parts.third == one).astype(float)) for one in (BEST, WORST)], axis=1)
    cluster = clusters_of(archive, rows)
    if np.linalg.matrix_rank(columns) < 2 or cluster.max() < 4:
        return nothing(ALIKE, len(rows), level)
    best, middle, worst = parts.means
    near, far = middle - best, worst - middle
    # Of (best, worst): penalty, reward, penalty − reward, and the last per second of distance.
    contrasts = np.array([[0.0, -1.0], [1.0, 0.0], [-1.0, -1.0], [-1.0 / near, -1.0 / far]])
    found, errors, freedom = contrasted(columns, absorber.remainder(csi), contrasts, cluster)
    if (errors <= 0).any():
        return nothing(ALIKE, len(rows), level)
    penalty, reward, asymmetry, steep = (
        student(float(one), float(error), freedom, len(rows), level) for one, error in zip(found, errors, strict=True)
    )
    p = max(two_sided(float(found[one]), float(errors[one]), freedom) for one in (2, 3))
    small = _within(asymmetry, MARGIN) or _within(steep, MARGIN / ((near + far) / 2))
    both = bool(found[2] * found[3] > 0)
    lopsided = Estimate(asymmetry.value, asymmetry.low, asymmetry.high, len(rows), p, level)
    return Effects(penalty, reward, lopsided, MARGIN, both_scales=both, small=small)


def _within(one: Estimate, margin: float) -> bool:
    return one.low is not None and one.high is not None and -margin <= one.low and one.high <= margin
