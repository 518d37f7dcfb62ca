"""Waiting in the queue and leaving it: patience whose hazard rises at the knee."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.traffic import Flags, Floats

MEDIAN_S = 50.0
SPREAD = 1.0
LONGEST_S = 1200.0
SHORT_S = (1.0, 5.0)
EMERGENCY_FASTER = 0.6  # emergencies are put first


def draw_waits(load: Floats, emergency: Flags, plan: Plan, rng: np.random.Generator) -> tuple[Floats, Flags]:
    """Seconds in the queue and who left it; whoever left waited until then."""
    n = len(load)
    wait_s = rng.lognormal(np.log(MEDIAN_S), SPREAD, n) * np.exp(0.5 * (load - 1))
    wait_s = np.minimum(wait_s * np.where(emergency, EMERGENCY_FASTER, 1.0), LONGEST_S)
    patience_s = _patience_s(rng.exponential(1.0, n), plan)
    hasty = rng.random(n) < plan.short_abandons
    patience_s = np.where(hasty, rng.uniform(*SHORT_S, n), patience_s)
    left: Flags = patience_s < wait_s
    return np.minimum(wait_s, patience_s), left


def _patience_s(used: Floats, plan: Plan) -> Floats:
    """When the summed hazard reaches ``used``: it grows by λ a second up to the knee and by factor · λ after it."""
    by_knee = plan.hazard_per_s * plan.knee_s
    before = used / plan.hazard_per_s
    after = plan.knee_s + (used - by_knee) / (plan.hazard_per_s * plan.hazard_factor)
    return np.where(used <= by_knee, before, after)
