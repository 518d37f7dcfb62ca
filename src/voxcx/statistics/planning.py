"""How many answers it takes, and what so few can show at all. Large-sample formulas: a plan, not a promise."""

from __future__ import annotations

import math

from voxcx.statistics.normal import quantile
from voxcx.statistics.proportions import wilson

MOST_ANSWERS = 10_000_000


def answers_for_share(p: float, half_width: float, level: float = 0.95) -> int:
    """How many cases give a share near ``p`` to ± ``half_width``: z² p (1 − p) ÷ half_width² (Cochran 1977, § 4.4).

    >>> answers_for_share(0.8, 0.05), answers_for_share(0.5, 0.1)
    (246, 97)
    """
    _check_share(p)
    _check_positive(half_width)
    return math.ceil(quantile(level) ** 2 * p * (1 - p) / half_width**2)


def answers_for_rare(p: float, half_width: float, level: float = 0.95) -> int:
    """How many until Wilson's interval of a share of ``p`` is no wider than 2 × ``half_width``; for p near 0 or 1.

    The plain formula promises too much there: of p = 0 it says that no case is needed.

    >>> answers_for_rare(0.0, 0.01), answers_for_rare(0.02, 0.01), answers_for_share(0.02, 0.01)
    (189, 792, 753)
    """
    _check_share(p)
    _check_positive(half_width)
    low, high = 0, MOST_ANSWERS
    while high - low > 1:
        n = (low + high) // 2
        ends = wilson(p * n, n, level)
        low, high = (low, n) if ends[1] - ends[0] <= 2 * half_width else (n, high)
    return high


def detectable_difference(sd: float, n1: float, n2: float, power: float = 0.8, level: float = 0.95) -> float:
    """The smallest true difference of two means that a two-sided test would find with that chance, in units of ``sd``.

    (z of level + z of power) × sd × √(1 ÷ n1 + 1 ÷ n2) (Cohen 1988, § 2.4, large samples).

    Args:
        sd: standard deviation of single answers within each group.
        n1: answers of one group.
        n2: of the other.
        power: chance to find it, 0.5 … 1.
        level: of the interval that must leave out 0.

    >>> round(detectable_difference(30, 200, 200), 2)
    8.4
    """
    _check_positive(min(n1, n2))
    return _reach(power, level) * sd * math.sqrt(1 / n1 + 1 / n2)


def answers_for_difference(sd: float, effect: float, power: float = 0.8, level: float = 0.95) -> int:
    """How many answers each of two groups needs to find a difference of ``effect``; see ``detectable_difference``.

    >>> answers_for_difference(30, 8.4)
    201
    """
    _check_positive(abs(effect))
    return math.ceil(2 * (_reach(power, level) * sd / effect) ** 2)


def _reach(power: float, level: float) -> float:
    if not 0.5 <= power < 1:
        raise ValueError(f"power: expected 0.5 … 1, got {power}")
    one_sided = 2 * power - 1  # an interval of that level reaches as far as the one-sided quantile of the power
    return quantile(level) + (quantile(one_sided) if one_sided else 0.0)


def _check_share(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"a share lies between 0 and 1, got {p}")


def _check_positive(number: float) -> None:
    if number <= 0:
        raise ValueError(f"expected a number above 0, got {number}")
