"""The pictures of CARD.md: calibration, accuracy by group size, importance, estimates beside answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voxcx.csi.answers import Floats
from voxcx.csi.svg import LETTER_PX, Scale, Sheet, axes, rungs, steps
from voxcx.statistics.proportions import wilson

LEFT, TOP, RIGHT, BOTTOM = 70, 64, 24, 60
WIDTH, HEIGHT = 640, 420
BAR_PX, BARS_PX, NAME_LETTERS = 24, 330, 48
DOT_PX, HALF_CAP_PX, HALF_BOX_PX = 11.0, 5.0, 22.0
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
POINTS = (0.0, 25.0, 50.0, 75.0, 100.0)


@dataclass(frozen=True, slots=True)
class GroupPoint:
    """Groups of one size: Pearson's r of mean estimate and mean answer with its interval; None where unknown."""

    size: int
    groups: int
    pearson: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """Estimates of the interactions that got one rating: ``quantiles`` are of 5, 25, 50, 75 and 95 %."""

    rating: int
    index: float
    n: int
    quantiles: tuple[float, ...]


def calibration_svg(points: Sequence[tuple[float, float, int]], ece: float | None) -> str:
    """Mean estimated probability, share that was dissatisfied and number of interactions, per bin."""
    error = "" if ece is None else f", calibration error (ECE) {ece:.3f}"
    sheet = Sheet(
        560,
        480,
        f"Calibration of dissatisfaction{error}",
        "area: interactions; whiskers: 95 %, Wilson; dashed: perfect",
    )
    bins = [(mean, share, n, *wilson(min(share, 1.0) * n, n)) for mean, share, n in points if n]
    most = max((max(mean, high) for mean, _, _, _, high in bins), default=1.0)
    limit = min(1.0, max(0.2, math.ceil(most * 10 - 1e-9) / 10))
    x, y = Scale(0, limit, LEFT, 560 - RIGHT), Scale(0, limit, 480 - BOTTOM, TOP)
    rungs(sheet, x, y, steps(0, limit))
    for value in steps(0, limit):
        sheet.text(x(value), y.from_px + 18, f"{value:g}", "soft", "middle")
    axes(sheet, x, y, ("estimated probability of dissatisfaction", "share of dissatisfied answers"))
    if bins:
        sheet.line("aim dashed", x(0), y(0), x(limit), y(limit))
    largest = max((n for _, _, n, _, _ in bins), default=0)
    _if_none(sheet, largest)
    for mean, share, n, low, high in bins:
        _whisker(sheet, x(mean), y(low), y(share))
        _whisker(sheet, x(mean), y(min(high, limit)), y(share))
        sheet.dot("data hollow", x(mean), y(share), max(2.5, DOT_PX * math.sqrt(n / largest)))
        sheet.dot("data", x(mean), y(share), 2)
    return sheet.svg()


def groups_svg(groups: Sequence[GroupPoint]) -> str:
    """How accuracy grows with the size of the group."""
    note = "mean estimate and mean answer of an agent's groups; band: 95 %"
    sheet = Sheet(WIDTH, HEIGHT + 16, "Accuracy by group size", note)
    known = [(one.size, one.pearson, one) for one in groups if one.pearson is not None]
    sizes = [size for size, _, _ in known] or [1]
    low = min([0.0, *(value if one.low is None else one.low for _, value, one in known)])
    x = Scale(sizes[0], sizes[-1], LEFT + 24, WIDTH - RIGHT - 24, log=True)
    y = Scale(math.floor(low * 5 + 1e-9) / 5, 1, HEIGHT - BOTTOM, TOP)
    across = Scale(0, 1, LEFT, WIDTH - RIGHT)
    rungs(sheet, across, y, steps(y.low, 1))
    axes(sheet, across, y, ("interactions per group (below: number of groups)", "Pearson's r"))
    banded = [
        (x(size), y(one.low), y(one.high)) for size, _, one in known if one.low is not None and one.high is not None
    ]
    edges = [(at, up) for at, _, up in banded] + [(at, down) for at, down, _ in reversed(banded)]
    _if_none(sheet, len(known))
    sheet.way("band", edges, closed=True)
    sheet.way("data line", [(x(size), y(value)) for size, value, _ in known])
    for size, value, one in known:
        sheet.dot("data", x(size), y(value), 3.5)
        sheet.text(x(size), y(value) - 10, f"{value:.2f}", "", "middle")
        sheet.text(x(size), y.from_px + 18, f"{size:g}", "", "middle")
        sheet.text(x(size), y.from_px + 34, f"{one.groups:,}".replace(",", " "), "soft", "middle")
    return sheet.svg()


def importance_svg(names: Sequence[str], points: Sequence[float], low: Sequence[float], high: Sequence[float]) -> str:
    """Mean absolute effect per feature, the largest first, and the least and greatest of the folds."""
    order = sorted(range(len(names)), key=lambda k: (-points[k], names[k]))
    shown = [name if len(name) <= NAME_LETTERS else name[: NAME_LETTERS - 1] + "…" for name in names]
    left = 28 + LETTER_PX * max((len(name) for name in shown), default=0)
    most = max([*points, *high], default=0.0) or 1.0
    bottom = TOP + BAR_PX * len(names)
    note = "bar: mean absolute effect on the estimate; whisker: least and greatest of the folds"
    sheet = Sheet(
        max(left + BARS_PX + 80, 28 + LETTER_PX * 0.9 * len(note)), bottom + 56, "What moves the estimate", note
    )
    x = Scale(0, most, left, left + BARS_PX)
    for value in steps(0, most, 5):
        sheet.line("grid", x(value), TOP - 4, x(value), bottom)
        sheet.text(x(value), bottom + 18, f"{value:g}", "soft", "middle")
    sheet.text((x.from_px + x.to_px) / 2, bottom + 40, "points of 100", "soft", "middle")
    for row, k in enumerate(order):
        middle = TOP + BAR_PX * (row + 0.5)
        sheet.text(left - 10, middle + 4, shown[k], "", "end")
        sheet.box("data hollow", left, middle - 7, x(points[k]) - left, 14)
        sheet.line("data thin", x(low[k]), middle, x(high[k]), middle)
        for end in (low[k], high[k]):
            sheet.line("data thin", x(end), middle - 4, x(end), middle + 4)
        sheet.text(left + BARS_PX + 56, middle + 4, f"{points[k]:.2f}", "soft", "end")
    sheet.line("axis", left, TOP - 4, left, bottom)
    _if_none(sheet, len(names))
    return sheet.svg()


def estimate_against_answer_svg(spreads: Sequence[Spread]) -> str:
    """Estimates of the interactions that got each rating, beside what that rating is worth."""
    note = "box: middle half; whiskers: 5–95 %; dash: the rating's own place on the index"
    sheet = Sheet(WIDTH, HEIGHT + 16, "Estimate beside answer", note)
    known = [one for one in spreads if one.n]
    across, y = Scale(0, 1, LEFT, WIDTH - RIGHT), Scale(0, 100, HEIGHT - BOTTOM, TOP)
    rungs(sheet, across, y, POINTS)
    axes(sheet, across, y, ("rating given (below: number of answers)", "estimated CSI, points of 100"))
    _if_none(sheet, len(known))
    for place, one in enumerate(known):
        at = across((place + 0.5) / len(known))
        half = min(HALF_BOX_PX, (across.to_px - across.from_px) / len(known) * 0.3)
        least, lower, middle, upper, most = (y(value) for value in one.quantiles)
        sheet.line("aim line", at - half - 8, y(one.index), at + half + 8, y(one.index))
        _whisker(sheet, at, least, lower)
        _whisker(sheet, at, most, upper)
        sheet.box("data hollow", at - half, upper, 2 * half, lower - upper)
        sheet.line("data line", at - half, middle, at + half, middle)
        sheet.text(at, y.from_px + 18, f"{one.rating}", "", "middle")
        sheet.text(at, y.from_px + 34, f"{one.n:,}".replace(",", " "), "soft", "middle")
    return sheet.svg()


def spread_by_rating(
    counts: Floats, value: Floats, ratings: Sequence[int], points: Sequence[float]
) -> tuple[Spread, ...]:
    """Quantiles of the estimates per rating; an interaction counts once for each of its answers.

    Args:
        counts: [n, ratings], how many answered each rating.
        value: [n], estimates in points of 100.
        ratings: the scale's.
        points: [ratings], what each is worth on the index.
    """
    order = np.argsort(value, kind="stable")
    each = np.rint(counts[order]).astype(np.int64)
    spreads = []
    for column, (rating, index) in enumerate(zip(ratings, points, strict=True)):
        given = np.repeat(value[order], each[:, column])
        found = np.quantile(given, QUANTILES) if len(given) else np.full(len(QUANTILES), np.nan)
        spreads.append(Spread(rating, float(index), len(given), tuple(found.tolist())))
    return tuple(spreads)


def _whisker(sheet: Sheet, x: float, y: float, to_y: float) -> None:
    """A vertical line with a cap at ``y``."""
    sheet.line("data thin", x, y, x, to_y)
    sheet.line("data thin", x - HALF_CAP_PX, y, x + HALF_CAP_PX, y)


def _if_none(sheet: Sheet, found: int) -> None:
    """An empty picture says that it is."""
    if not found:
        sheet.text(sheet.width / 2, (TOP + sheet.height - BOTTOM) / 2, "no figures", "soft", "middle")
