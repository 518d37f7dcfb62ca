"""A figure with its interval, shares (Wilson), their difference (Newcombe) and how many it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054  # normal quantile of 0.975


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95 % interval. ``value`` is None where it cannot be said, with the reason.

    ``n`` is what it was computed from; ``hits`` of them count, where it is a share.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    hits: int | None = None
    reason: str = ""


def share(hits: int, n: int, nothing: str = "none of them") -> Figure:
    """``hits`` of ``n`` with Wilson's interval; None with the reason ``nothing`` where ``n`` is 0.

    >>> round(share(8, 10).low, 4), round(share(8, 10).high, 4)
    (0.4902, 0.9433)
    """
    if n == 0:
        return Figure(None, n=0, hits=0, reason=nothing)
    low, high = wilson(hits, n)
    return Figure(hits / n, low, high, n, hits)


def wilson(hits: float, n: float) -> tuple[float, float]:
    """95 % score interval of a share (Wilson 1927; Brown, Cai and DasGupta 2001, formula 4)."""
    p, z2 = hits / n, Z_95**2
    middle = (hits + z2 / 2) / (n + z2)
    half = Z_95 * math.sqrt(n) / (n + z2) * math.sqrt(max(p * (1 - p), 0.0) + z2 / (4 * n))
    return (0.0 if hits <= 0 else max(middle - half, 0.0), 1.0 if hits >= n else min(middle + half, 1.0))


def difference(first: Figure, second: Figure) -> Figure:
    """Second share − first, of different interactions, with Newcombe's interval (1998, method 10).

    >>> gap = difference(share(56, 70), share(48, 80))
    >>> round(gap.value, 4), round(gap.low, 4), round(gap.high, 4)
    (-0.2, -0.3339, -0.0524)
    """
    if first.value is None or second.value is None or None in {first.low, first.high, second.low, second.high}:
        return Figure(None, reason=first.reason or second.reason)
    gap = second.value - first.value
    below = math.hypot(second.value - (second.low or 0.0), (first.high or 0.0) - first.value)
    above = math.hypot((second.high or 0.0) - second.value, first.value - (first.low or 0.0))
    return Figure(gap, gap - below, gap + above, first.n + second.n)


def needed(p: float, half_width: float) -> int:
    """How many cases give a share near ``p`` to ± ``half_width``: z² p (1 − p) ÷ half_width².

    >>> needed(0.8, 0.05), needed(0.5, 0.1)
    (246, 97)
    """
    return math.ceil(Z_95**2 * p * (1 - p) / half_width**2)
