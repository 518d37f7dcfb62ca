"""Do agents differ in a criterion at all? One on which they are alike cannot tell them apart, whatever it weighs."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, CriterionColumn

FEWEST_EXPECTED = 5.0  # failures and successes that an agent should have for χ²; the others are left out
DOUBT = 0.05
ALIKE = text(
    "whether agents' shares differ by more than chance (χ² over agents with at least 5 failures and 5 successes "
    "expected); only for criteria that are the agent's",
    "различаются ли доли операторов больше, чем случайно (χ² по операторам, у которых ожидается не меньше 5 выполнений "
    "и 5 невыполнений); только для критериев, за которые отвечает оператор",
)
DIFFER = text("differ", "различаются")
SAME = text("alike: no difference beyond chance", "одинаковы: различия не больше случайных")
NOT_TOLD = text("too few to tell", "данных мало")


def agents_told(archive: Archive, column: CriterionColumn) -> Text | None:
    """Whether agents differ, in words; None for what is not the agent's."""
    if column.attributable != "agent":
        return None
    p = agents_p(archive, column)
    return NOT_TOLD if p is None else DIFFER if p < DOUBT else SAME


def agents_p(archive: Archive, column: CriterionColumn) -> float | None:
    """p-value of Pearson's χ² of agents' shares; None where fewer than two agents have enough.

    χ² = Σ n_a (share_a − share)² ÷ (share (1 − share)) over the agents kept, freedom: agents − 1.
    """
    agents = archive.label("agent_id")
    rows = column.decided & (agents != "")
    number = np.unique(agents[rows].astype(str), return_inverse=True)[1]
    n = np.bincount(number).astype(float)
    failed = np.bincount(number, column.failed[rows])
    rate = float(failed.sum() / n.sum()) if len(n) else 0.0
    kept = n * min(rate, 1 - rate) >= FEWEST_EXPECTED
    if int(kept.sum()) < 2:
        return None
    n, failed = n[kept], failed[kept]
    rate = float(failed.sum() / n.sum())
    if not 0 < rate < 1:
        return None
    statistic = float((n * (failed / n - rate) ** 2).sum() / (rate * (1 - rate)))
    return float(chi2.sf(statistic, len(n) - 1))
