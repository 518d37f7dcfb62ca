"""Which features a simulated row lacks and why, as flat columns: a list of records per row would cost seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from voxcx.simulation.traffic import Integers, Labels


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of n rows, row after row: those of row i are ``starts[i]`` to ``starts[i + 1]`` (so n + 1 starts)."""

    starts: Integers
    name: Labels
    reason: Labels

    def rows(self, first: int, last: int) -> Notes:
        """Notes of the rows from ``first`` up to ``last``, not included."""
        starts = self.starts[first : last + 1]
        inside = slice(int(starts[0]), int(starts[-1]))
        return Notes(starts - starts[0], self.name[inside], self.reason[inside])

    def as_lists(self) -> list[list[dict[str, object]]]:
        """The same as one list of records per row."""
        pairs = zip(self.name.tolist(), self.reason.tolist(), strict=True)
        records: list[dict[str, object]] = [{"name": name, "reason": reason} for name, reason in pairs]
        starts = self.starts.tolist()
        return [records[first:last] for first, last in pairwise(starts)]


def gather(noted: Iterable[tuple[Integers, str, str]], n: int) -> Notes:
    """Notes in the order given → by row; ``noted`` are rows with the name and the reason that they share.

    >>> gather([(np.array([1, 2]), "wrap_s", "unknown"), (np.array([1]), "talk_s", "mono")], 3).starts.tolist()
    [0, 0, 2, 3]
    """
    given = list(noted)
    rows = np.concatenate([np.empty(0, dtype=np.int64), *(one[0] for one in given)]).astype(np.int64)
    which = np.repeat(np.arange(len(given)), [len(one[0]) for one in given])
    order = np.argsort(rows, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))]).astype(np.int64)
    names = np.array([one[1] for one in given], dtype=object)
    reasons = np.array([one[2] for one in given], dtype=object)
    return Notes(starts, names[which[order]], reasons[which[order]])
