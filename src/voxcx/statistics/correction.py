"""The true share behind a share that was judged with errors."""

from __future__ import annotations

import math

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.statistics.normal import quantile
from voxcx.statistics.proportions import NOTHING, Count, share, share_difference

LEAST_YOUDEN = 0.1  # sensitivity + specificity − 1; below it one wrong verdict in ten moves the true share by all of it
UNKNOWN_ERRORS = text(
    "the judge's own errors were not measured on both kinds of cases",
    "собственные ошибки оценщика не измерены на случаях обоих видов",
)
NO_BETTER = text(
    "the judge was not shown to be better than chance (sensitivity {sensitivity}, specificity {specificity})",
    "не показано, что оценщик лучше случайного (чувствительность {sensitivity}, специфичность {specificity})",
    sensitivity="?",
    specificity="?",
)


def rogan_gladen(apparent: Count, sensitivity: Count, specificity: Count, level: float = 0.95) -> Estimate:
    """True share: (apparent + specificity − 1) ÷ (sensitivity + specificity − 1), within 0–1 (Rogan and Gladen 1978).

    The interval (Lang and Reiczigel 2014, Prev. Vet. Med. 113:13, formulas 2–17) knows that all three were measured.

    Args:
        apparent: (judged positive, judged).
        sensitivity: (judged positive, truly positive) of the cases that the judge was checked on.
        specificity: (judged negative, truly negative) of them.
        level: of the interval.

    Returns:
        None with a reason where the judge was not shown to tell the two kinds apart. ``n`` is the number judged.
    """
    n = round(apparent[1])
    if apparent[1] <= 0:
        return Estimate(None, level=level, reason=NOTHING)
    if sensitivity[1] <= 0 or specificity[1] <= 0:
        return Estimate(None, n=n, level=level, reason=UNKNOWN_ERRORS)
    if not _tells_apart(sensitivity, specificity, level):
        told = {"sensitivity": _told(sensitivity), "specificity": _told(specificity)}
        return Estimate(None, n=n, level=level, reason=NO_BETTER.with_blanks(told))
    p, se, sp = (hits / of for hits, of in (apparent, sensitivity, specificity))
    value = _within((p + sp - 1) / (se + sp - 1))
    low, high = _interval(apparent, sensitivity, specificity, quantile(level))
    return Estimate(value, min(_within(low), value), max(_within(high), value), n, level=level)


def _tells_apart(sensitivity: Count, specificity: Count, level: float) -> bool:
    """Whether more of the truly positive are judged positive than of the truly negative, beyond doubt."""
    false_alarms = (specificity[1] - specificity[0], specificity[1])
    youden = share_difference(false_alarms, sensitivity, level)
    return youden.value is not None and youden.low is not None and youden.value >= LEAST_YOUDEN and youden.low > 0


def _interval(apparent: Count, sensitivity: Count, specificity: Count, z: float) -> tuple[float, float]:
    """With one hit and one miss added to both kinds of checked cases, z² ÷ 2 of each to the judged ones."""
    n, n_se, n_sp = apparent[1] + z**2, sensitivity[1] + 2, specificity[1] + 2
    p, se, sp = (apparent[0] + z**2 / 2) / n, (sensitivity[0] + 1) / n_se, (specificity[0] + 1) / n_sp
    youden = se + sp - 1
    true = (p + sp - 1) / youden
    of_se, of_sp = se * (1 - se) / n_se, sp * (1 - sp) / n_sp
    shift = 2 * z**2 * (true * of_se - (1 - true) * of_sp)
    half = z * math.sqrt(p * (1 - p) / n + true**2 * of_se + (1 - true) ** 2 * of_sp) / youden
    return true + shift - half, true + shift + half


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _told(count: Count) -> str:
    known = share(*count)
    return f"{100 * (known.value or 0):.0f} %, n = {known.n}"
