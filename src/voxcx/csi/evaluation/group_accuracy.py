"""How much more accurate means of groups are than single estimates, by group size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voxcx.csi.answers import Answers, Floats, Integers, Labels, Predictions
from voxcx.csi.evaluation import weighted
from voxcx.csi.evaluation.metrics import Figure
from voxcx.statistics.resampling import FEWEST_CUSTOMERS, customer_numbers, draw_weights, percentile_interval

SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
FEWEST_GROUPS = 10
BAND_SHARE = 0.9
RESAMPLES = 200
CONSTANT = "the groups' estimates or answers are all equal"
FEW_AGENTS = f"an interval needs at least {FEWEST_CUSTOMERS} agents, whose groups move together"


@dataclass(frozen=True, slots=True)
class GroupAccuracy:
    """Groups of ``size`` interactions of one agent: mean estimate beside mean answer.

    Attributes:
        size: answered interactions in a group.
        groups: how many groups there are.
        pearson: correlation of the two means over groups.
        mae_points: mean absolute difference of the two means, points of 100.
        band_points: nine groups of ten differ by no more than this.
    """

    size: int
    groups: int
    pearson: Figure
    mae_points: Figure
    band_points: Figure


def group_accuracy(
    answers: Answers, predictions: Predictions, agent: Labels, order: Floats, sizes: Sequence[int] = SIZES
) -> tuple[GroupAccuracy, ...]:
    """Cut each agent's rows into groups of equal size and compare the means; what is left over is not used.

    Intervals are of 95 %, over agents: an agent's groups share what the features do not show.

    Args:
        answers: of the answered interactions.
        predictions: of the same.
        agent: whose interaction it was; rows without one are left out.
        order: [n], moments (groups are stretches of time) or random numbers (groups are mixed).
        sizes: of groups.
    """
    known = np.flatnonzero([bool(name) for name in agent.tolist()])
    number = customer_numbers(agent[known])
    in_order = np.lexsort((order[known], number))
    rows, number = known[in_order], number[in_order]
    value = np.column_stack([predictions.value, answers.value])[rows]
    return tuple(_accuracy(size, value, answers.weight[rows], number) for size in sizes)


def _accuracy(size: int, value: Floats, weight: Floats, agent: Integers) -> GroupAccuracy:
    group, of_agent = _cut(agent, size)
    used, groups = group >= 0, len(of_agent)
    if groups < FEWEST_GROUPS:
        none = Figure(value=None, reason=f"{groups} groups of {size}, at least {FEWEST_GROUPS} needed")
        return GroupAccuracy(size, groups, none, none, none)
    total = np.bincount(group[used], weight[used], groups)
    means = [np.bincount(group[used], (weight * value[:, side])[used], groups) / total for side in (0, 1)]
    return GroupAccuracy(size, groups, *_figures(means[0], means[1], of_agent))


def _cut(agent: Integers, size: int) -> tuple[Integers, Integers]:
    """[n] group of each row, −1 for what is left over, and [groups] whose each is; ``agent`` is sorted."""
    if not len(agent):
        return agent, agent
    count = np.bincount(agent)
    place = np.arange(len(agent)) - np.repeat(np.cumsum(count) - count, count)
    whole = count // size
    first = np.cumsum(whole) - whole
    group = np.where(place < (whole * size)[agent], first[agent] + place // size, -1)
    return group, np.repeat(np.arange(len(count)), whole)


def _figures(estimate: Floats, answer: Floats, agent: Integers) -> tuple[Figure, Figure, Figure]:
    error = np.abs(estimate - answer)
    _, numbers = np.unique(agent, return_inverse=True)
    agents = int(numbers.max()) + 1
    every = np.ones((1, len(error)))
    whole = _by_draw(estimate, answer, error, every)[:, 0]
    draws = [_by_draw(estimate, answer, error, w) for w in draw_weights(numbers, RESAMPLES, 0)]
    drawn = np.concatenate(draws, axis=1)
    pearson, mae, band = (_figure(float(v), d, agents) for v, d in zip(whole, drawn, strict=True))
    return pearson, mae, band


def _by_draw(estimate: Floats, answer: Floats, error: Floats, w: Floats) -> Floats:
    order = np.argsort(error, kind="stable")
    reached = np.cumsum(w[:, order], axis=1) >= BAND_SHARE * w.sum(axis=1, keepdims=True) - 1e-9
    band = error[order][reached.argmax(axis=1)]
    return np.array([weighted.pearson(estimate, answer, w), weighted.mean(error, w), band])


def _figure(value: float, drawn: Floats, agents: int) -> Figure:
    if not np.isfinite(value):
        return Figure(value=None, reason=CONSTANT)
    interval = percentile_interval(value, drawn) if agents >= FEWEST_CUSTOMERS else None
    if interval is None:
        return Figure(value=value, reason=FEW_AGENTS)
    return Figure(value=value, low=interval[0], high=interval[1])
