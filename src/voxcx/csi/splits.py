"""A split by time in which no customer appears twice: the future is tested on people the model has not met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.settings import SplitConfig

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers; ``set_aside`` are earlier rows of customers who come back later."""

    train: Indices
    calibrate: Indices
    test: Indices
    set_aside: Indices


def halves(rows: Indices, customer: NDArray[Any]) -> tuple[Indices, Indices]:
    """Rows in two parts of about the same size, every other customer (by first appearance) in the second."""
    _, first, which = np.unique(customer[rows], return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))[which]
    return rows[rank % 2 == 0], rows[rank % 2 == 1]


def split_by_time(moment_s: NDArray[np.float64], customer: NDArray[Any], config: SplitConfig) -> Split:
    """Earliest rows train, the next calibrate, the latest test; a customer stays only in the latest part he is in."""
    order = np.argsort(moment_s, kind="stable")
    first = int(len(order) * config.train)
    second = int(len(order) * (config.train + config.calibrate))
    train, calibrate, test = order[:first], order[first:second], order[second:]
    kept_calibrate = calibrate[~np.isin(customer[calibrate], customer[test])]
    later = np.concatenate([customer[calibrate], customer[test]])
    kept_train = train[~np.isin(customer[train], later)]
    used = np.concatenate([kept_train, kept_calibrate, test])
    return Split(kept_train, kept_calibrate, test, np.setdiff1d(order, used))
