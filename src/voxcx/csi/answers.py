"""What customers answered and what was estimated, interaction by interaction: the two sides that figures compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.csi import RatingScale

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Labels = NDArray[Any]  # names as objects, "" or None where not known
Table = Mapping[str, NDArray[Any]]  # numbers as float64 with NaN, categories as objects with None
Texts = Mapping[str, Sequence[str]]  # view → what was said in it, row by row, "" where nothing was


@dataclass(frozen=True, slots=True)
class Answers:
    """Survey answers of n interactions.

    Attributes:
        counts: [n, ratings], how many answered each rating of the scale; at least one a row.
        customer: [n], whose answers move together; resampling draws whole customers.
        weight: [n], what a row counts; 1 each, or the inverse probability that it was answered.
        scale: the survey's scale.
    """

    counts: Floats
    customer: Labels
    weight: Floats
    scale: RatingScale

    def rows(self, index: NDArray[Any]) -> Answers:
        """Some rows, or a resample."""
        return Answers(self.counts[index], self.customer[index], self.weight[index], self.scale)

    @property
    def shares(self) -> Floats:
        """[n, ratings], shares of the row's answers."""
        shares: Floats = self.counts / self.counts.sum(axis=1, keepdims=True)
        return shares

    @property
    def points(self) -> Floats:
        """[ratings], each rating on the 0–100 index."""
        return np.array([self.scale.index(rating) for rating in self.scale.ratings])

    @property
    def value(self) -> Floats:
        """[n], the mean answer on the 0–100 index."""
        value: Floats = self.shares @ self.points
        return value

    @property
    def dissatisfied(self) -> Floats:
        """[n], share of the row's answers in the bottom boxes; 0 or 1 where there is one answer."""
        share: Floats = self.shares[:, : self.scale.dissatisfied_max - self.scale.minimum + 1].sum(axis=1)
        return share


@dataclass(frozen=True, slots=True)
class Predictions:
    """Estimates of n interactions: index and interval in points, probabilities, rating distribution [n, ratings]."""

    value: Floats
    low: Floats
    high: Floats
    p_dissatisfied: Floats
    p_satisfied: Floats
    shares: Floats

    def rows(self, index: NDArray[Any]) -> Predictions:
        """Some rows, or a resample."""
        fields = (self.value, self.low, self.high, self.p_dissatisfied, self.p_satisfied, self.shares)
        return Predictions(*(field[index] for field in fields))


def one_answer_each(rating: Integers, customer: Labels, scale: RatingScale) -> Answers:
    """Answers of interactions that were rated once.

    >>> one_answer_each(np.array([1, 5]), np.array(["a", "b"]), RatingScale()).value.tolist()
    [0.0, 100.0]
    """
    counts = (rating[:, np.newaxis] == np.array(scale.ratings)).astype(float)
    return Answers(counts, customer, np.ones(len(rating)), scale)
