"""Interactions with their survey answers, column-wise: what a model is trained and judged on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.columns import Encoded, Floats, Table
from voxcx.errors import InputError

FEWEST_ANSWERS = 50


@dataclass(frozen=True, slots=True)
class Rated:
    """One row per answer (an interaction with two answers has two rows, each of half the weight).

    ``moment_s`` are seconds since 1970 UTC of the interaction's start; ``customer`` falls back to the interaction's id
    where the customer is not known; ``table`` holds columns of the catalogue and may hold others.
    """

    interaction: NDArray[Any]
    customer: NDArray[Any]
    moment_s: Floats
    rating: NDArray[np.int64]
    weight: Floats
    table: Table

    def __post_init__(self) -> None:
        lengths = {len(self.interaction), len(self.customer), len(self.moment_s), len(self.rating), len(self.weight)}
        lengths |= {len(values) for values in self.table.values()}
        if len(lengths) != 1:
            raise ValueError(f"columns are of one length, got {sorted(lengths)}")

    def digest(self, encoded: Encoded) -> str:
        """sha256 of who, when, what was answered and what the model sees."""
        sha256 = hashlib.sha256()
        for names in (self.interaction, self.customer):
            sha256.update("\n".join(str(name) for name in names.tolist()).encode())
        for numbers in (self.moment_s, self.rating.astype(np.int64), self.weight, encoded.values):
            sha256.update(np.ascontiguousarray(numbers).astype("<f8").tobytes())
        return sha256.hexdigest()


def refuse_untrainable(rated: Rated) -> None:
    """Refuse what no model can be learned from, in one sentence."""
    answers = len(rated.rating)
    if answers < FEWEST_ANSWERS:
        raise InputError(f"Survey answers: expected at least {FEWEST_ANSWERS} of them, got {answers}; collect more.")
    if len(np.unique(rated.rating)) == 1:
        raise InputError(
            f"Survey answers: expected different ratings, all {answers} are {rated.rating[0]}; collect others too."
        )
