"""How much agents differ within their teams, and teams from each other, noise taken out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.insight.agents.mixing import Standard
from voxcx.insight.archive import Floats, Integers

FEWEST_ANSWERS = 5  # of an agent, to be counted
FEWEST_FREEDOM = 3
ONE_EACH = text("too few agents in the teams", "в командах слишком мало операторов")
ONE_TEAM = text("too few teams", "слишком мало команд")


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations on the 0–100 scale: of agents within their team, and of teams."""

    within: Estimate
    between: Estimate


def spread_of(standard: Standard, team: Integers, level: float) -> Spread:
    """Two-level variances by the method of moments, from agents' means and what their noise accounts for.

        E Σ (mean − mean of the team)² = (1 − 1 ÷ agents of the team) × (variance within + own noise), summed
        E Σ (mean of the team − mean of teams)² = (1 − 1 ÷ teams) × (variance between + variance of a team's mean)

    Intervals: χ² of each sum less the noise (Williams 1962), 0 where that is negative.

    Args:
        standard: of the agents.
        team: [agents], number of the team, −1 where not known.
        level: of the intervals.
    """
    used = (standard.residuals.answers >= FEWEST_ANSWERS) & (team >= 0)
    mean = standard.residuals.mean[used]
    noise = standard.residuals.variance / standard.residuals.answers[used]
    place = np.unique(team[used], return_inverse=True)[1]
    size = np.bincount(place)
    freedom = int((size - 1).sum())
    if freedom < FEWEST_FREEDOM:
        none = Estimate(None, n=len(mean), level=level, reason=ONE_EACH)
        return Spread(none, none)
    middle = np.bincount(place, mean) / size
    squares = float(((mean - middle[place]) ** 2).sum())
    expected_noise = float(((1 - 1 / size[place]) * noise).sum())
    within = _deviation(squares, expected_noise, freedom, len(mean), level)
    inside = max((squares - expected_noise) / freedom, 0.0)
    return Spread(within, _between(middle, inside / size + _noise_of_teams(noise, place, size), level))


def _noise_of_teams(noise: Floats, place: Integers, size: Integers) -> Floats:
    mean_noise: Floats = np.bincount(place, noise) / size**2
    return mean_noise


def _between(middle: Floats, noise: Floats, level: float) -> Estimate:
    teams = len(middle)
    if teams - 1 < FEWEST_FREEDOM:
        return Estimate(None, n=teams, level=level, reason=ONE_TEAM)
    squares = float(((middle - middle.mean()) ** 2).sum())
    return _deviation(squares, float((1 - 1 / teams) * noise.sum()), teams - 1, teams, level)


def _deviation(squares: float, noise: float, freedom: int, n: int, level: float) -> Estimate:
    """√ of (squares − noise) ÷ freedom, with the ends of χ²."""

    def root(total: float) -> float:
        return math.sqrt(max((total - noise) / freedom, 0.0))

    ends = [squares * freedom / float(chi2.ppf(at, freedom)) for at in ((1 + level) / 2, (1 - level) / 2)]
    return Estimate(root(squares), root(ends[0]), root(ends[1]), n, level=level)
