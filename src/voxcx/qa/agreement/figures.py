"""A figure with its interval, shares (Wilson), their difference (Newcombe) and how many it takes."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.statistics.normal import quantile
from voxcx.statistics.planning import answers_for_share
from voxcx.statistics.proportions import square_and_add, wilson

Z_95 = quantile(0.95)


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


def difference(first: Figure, second: Figure) -> Figure:
    """Second share − first, of different interactions, with Newcombe's interval (1998, method 10).

    >>> gap = difference(share(56, 70), share(48, 80))
    >>> round(gap.value, 4), round(gap.low, 4), round(gap.high, 4)
    (-0.2, -0.3339, -0.0524)
    """
    if first.value is None or second.value is None or None in {first.low, first.high, second.low, second.high}:
        return Figure(None, reason=first.reason or second.reason)
    one, other = _ends(first), _ends(second)
    low, high = square_and_add(one, other)
    return Figure(other[0] - one[0], low, high, first.n + second.n)


def _ends(figure: Figure) -> tuple[float, float, float]:
    return figure.value or 0.0, figure.low or 0.0, figure.high or 0.0


def needed(p: float, half_width: float) -> int:
    """How many cases give a share near ``p`` to ± ``half_width``.

    >>> needed(0.8, 0.05), needed(0.5, 0.1)
    (246, 97)
    """
    return answers_for_share(p, half_width)
