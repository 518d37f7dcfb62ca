"""Penalty and reward of a criterion, as log odds: base rates of the ends do not decide which prevails."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.stats import norm

from voxcx.domain.texts import text
from voxcx.insight.archive import Archive, CriterionColumn, Flags, Floats, Integers
from voxcx.insight.kano.effects import Effects, clusters_of, jackknifed, nothing
from voxcx.statistics.absorbing import numbered

FEWEST_EACH = 10
MARGIN = math.log(1.5)  # of the log odds ratios: a ratio of two odds ratios within 1.5 is taken for even
FEW = text(
    "too few answers: {n} more errors and {m} more met ones with an answer are needed",
    "ответов мало: нужно ещё с ошибкой – {n}, с выполнением – {m}",
    n="",
    m="",
)


def criterion_effects(archive: Archive, criterion: CriterionColumn) -> Effects:
    """An error against the bottom boxes, meeting it against the top box, at the errors' mix of queues.

    Shares of who met it are taken queue by queue and weighted as errors are spread over queues. Both ends are compared
    as log odds and as normal scores: what is symmetric on one of these scales is flagged on neither. Intervals leave
    out whole agents.
    """
    settings = archive.settings
    rows = np.flatnonzero(criterion.decided & ~np.isnan(archive.answers.csi))
    failed: Flags = criterion.failed[rows]
    missing = [max(FEWEST_EACH - int(part.sum()), 0) for part in (failed, ~failed)]
    if any(missing) or len(rows) < settings.fewest:
        missing[1] = max(missing[1], settings.fewest - len(rows) - missing[0], 0)
        return nothing(FEW.with_blanks({"n": str(missing[0]), "m": str(missing[1])}), len(rows), settings.level)
    cells = _cells(archive, rows, failed)
    whole = cells.sum(axis=0)
    odds, normal = (
        jackknifed(_figures(whole, link), _figures(whole - cells, link), len(rows), settings.level)
        for link in ("logit", "probit")
    )
    asymmetry, other = odds[2], normal[2]
    both = asymmetry.value is not None and other.value is not None and asymmetry.value * other.value > 0
    p = max(1.0 if one.p is None else one.p for one in (asymmetry, other))
    ends = (asymmetry.low, asymmetry.high)
    small = all(end is not None and abs(end) <= MARGIN for end in ends)
    return Effects(odds[0], odds[1], replace(asymmetry, p=p), MARGIN, both_scales=both, small=small)


def _cells(archive: Archive, rows: Integers, failed: Flags) -> Floats:
    """[clusters, queues, met or failed, (answers, bottom boxes, top box)]."""
    cluster = clusters_of(archive, rows)
    stratum = numbered(archive.label("queue")[rows])
    shape = (int(cluster.max()) + 1, int(stratum.max()) + 1, 2)
    place = np.ravel_multi_index((cluster, stratum, failed.astype(np.int64)), shape)
    columns = (np.ones(len(rows)), archive.answers.dissatisfied[rows], archive.answers.top[rows])
    sums = [np.bincount(place, column, math.prod(shape)).reshape(shape) for column in columns]
    cells: Floats = np.stack(sums, axis=-1)
    return cells


def _figures(cells: Floats, link: str) -> Floats:
    """[..., 3]: penalty, reward, penalty − reward, of cells [..., queues, 2, 3]; one leading axis at most is ours."""
    bottom, top = (_moves(cells, column, link) for column in (1, 2))
    figures: Floats = np.stack([bottom, -top, bottom + top], axis=-1)
    return figures


def _moves(cells: Floats, column: int, link: str) -> Floats:
    """[...], what an error does to the share of an end, on the scale of the link."""
    n_met, n_failed = cells[..., 0, 0], cells[..., 1, 0]
    met, failed = cells[..., 0, column], cells[..., 1, column]
    weight = np.where(n_met > 0, n_failed, 0.0)  # queues where nobody met it have nothing to be compared with
    errors = np.maximum(weight.sum(axis=-1), 1e-9)
    share_failed = np.where(n_met > 0, failed, 0.0).sum(axis=-1) / errors
    share_met = (weight * met / np.maximum(n_met, 1e-9)).sum(axis=-1) / errors
    scale = _logit if link == "logit" else norm.ppf
    moved: Floats = scale(_kept_inside(share_failed, errors)) - scale(_kept_inside(share_met, n_met.sum(axis=-1)))
    return moved


def _kept_inside(share: Floats, n: Floats) -> Floats:
    """Half a case added to either side, so that none of many has odds too (Haldane 1956)."""
    inside: Floats = (np.clip(share, 0.0, 1.0) * n + 0.5) / (n + 1)
    return inside


def _logit(share: Floats) -> Floats:
    odds: Floats = np.log(share / (1 - share))
    return odds
