"""A small archive with planted effects, and a criterion with any interval, for the tests of quality."""

from __future__ import annotations

import numpy as np

from unit.insight.archives import archive, criterion
from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.insight.archive import Archive
from voxcx.insight.quality.effects import Effect

NO, YES, NA = 0, 1, 2


def planted(seed: int = 3, n: int = 3000, costs: tuple[float, ...] = (20.0, 8.0, 0.0, 0.0, 0.0, 0.0)) -> Archive:
    """Criteria that cost so many points of CSI; agents and queues that fail and please differently; 2 of 3 answer."""
    rng = np.random.default_rng(seed)
    agent, queue = rng.integers(0, 20, n), rng.integers(0, 3, n)
    csi = 70 + rng.normal(0, 8, 20)[agent] + np.array([0.0, -10.0, 5.0])[queue] + rng.normal(0, 20, n)
    columns = []
    for j, cost in enumerate(costs):
        failed = rng.random(n) < 0.15 + 0.1 * (queue == 1) + 0.1 * (agent % 2)
        csi = csi - cost * failed
        verdict = np.where(failed, NO, YES)
        verdict[rng.random(n) < 0.05] = NA
        columns.append(criterion(f"c{j}", verdict.tolist(), max_points=10.0))
    ratings = [None if k % 3 == 0 else float(one) for k, one in enumerate(csi / 25 + 1)]
    return archive(
        n,
        labels={
            "agent_id": [f"agent {a}" for a in agent],
            "queue": [f"queue {q}" for q in queue],
            "team": [f"team {a % 3}" for a in agent],
            "customer_id": [f"customer {k // 2}" for k in range(n)],
        },
        numbers={"qa_score_before_zeroing": rng.uniform(40, 100, n).tolist()},
        ratings=ratings,
        criteria=columns,
    )


def judged(low: float | None, high: float | None, q: float | None = 0.5, **more: object) -> Effect:
    """A criterion with that interval."""
    middle = None if low is None or high is None else (low + high) / 2
    reason = text("too few", "мало") if middle is None else None
    fields: dict[str, object] = {"not_met": Estimate(0.1, 0.08, 0.12, 1000), "answered": 1000, "failures": 100} | more
    column = criterion("a", [NO], mode=fields.pop("mode", "full"))
    adjusted = Estimate(middle, low, high, 1000, 0.4, reason=reason)
    return Effect(column, crude=adjusted, adjusted=adjusted, spearman=adjusted, q=q, **fields)  # type: ignore[arg-type]
