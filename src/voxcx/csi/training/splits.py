"""Who trains and who tests: the future is tested on people the model has not met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.answers import Floats, Labels

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers; ``set_aside`` are earlier rows of customers who come back later. ``by`` says how it was made."""

    early: Indices
    test: Indices
    set_aside: Indices
    by: str


def split_by_time(moment_s: Floats, customer: Labels, test_share: float, seed: int) -> Split:
    """The earliest rows train, the latest test; a customer who is in both stays in the later part.

    Where a start is not known nothing can be said about time: customers are drawn by chance, and ``by`` says so.
    """
    if np.isnan(moment_s).any():
        return _by_chance(customer, test_share, seed)
    order = np.argsort(moment_s, kind="stable")
    early, test = np.split(order, [len(order) - round(len(order) * test_share)])
    comes_back = np.isin(customer[early].astype(str), customer[test].astype(str))
    return Split(early[~comes_back], test, early[comes_back], "time")


def agent_parts(agent: Labels, parts: int, seed: int) -> NDArray[Any]:
    """[n], which part an agent belongs to; −1 where the agent is not known."""
    known, number = np.unique(agent.astype(str), return_inverse=True)
    part = np.random.default_rng(seed).permutation(len(known)) % parts
    return np.where(agent.astype(str) == "", -1, part[number])


def some_rows(rows: int, most: int, seed: int) -> Indices:
    """All row numbers, or as many as are wanted, drawn by chance and in order."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _by_chance(customer: Labels, test_share: float, seed: int) -> Split:
    known, number = np.unique(customer.astype(str), return_inverse=True)
    rank = np.random.default_rng(seed).permutation(len(known))[number]
    tests = rank < round(len(known) * test_share)
    rows = np.arange(len(customer))
    return Split(rows[~tests], rows[tests], rows[:0], "chance")
