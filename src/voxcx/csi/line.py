"""A fitted line: what each column adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from voxcx.config import Checked
from voxcx.csi.answers import Floats


class StoredLine(Checked):
    """The line as it lies in a model folder; infinite scales (columns without spread) are null."""

    names: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    levels: dict[int, tuple[float, ...]]
    centre: tuple[float, ...]
    scale: tuple[float | None, ...]
    coefficients: tuple[float, ...]
    mean: float
    penalty: float
    usual: tuple[float | None, ...]


@dataclass(frozen=True)
class Line:
    """mean + Σ coefficient × (value, clipped to low … high, − centre) ÷ scale; numbers first, then levels as 0/1.

    Attributes:
        names: [columns] of the matrix.
        low, high: [columns] ends of what a number may say.
        centre, scale: [spread columns].
        levels: position of a category → codes of its levels.
        coefficients: [spread columns].
        mean: of the target.
        penalty: of the ridge.
        usual: [columns] the median of a number that was known in every training row, else NaN.
    """

    names: tuple[str, ...]
    low: Floats
    high: Floats
    centre: Floats
    scale: Floats
    levels: Mapping[int, tuple[float, ...]]
    coefficients: Floats
    mean: float
    penalty: float = 0.0
    usual: Floats = field(default_factory=lambda: np.empty(0))

    def filled(self, values: Floats) -> Floats:
        """Unknown numbers of columns that training always knew are taken for the usual: trees would read them as 0."""
        return np.where(np.isnan(values), self.usual, values) if len(self.usual) else values

    @property
    def _numbers(self) -> list[int]:
        return [k for k in range(len(self.names)) if k not in self.levels]

    def spread(self, values: Floats) -> Floats:
        """[n, spread columns]: clipped numbers, then 0/1 of each level; NaN where unknown."""
        numbers = self._numbers
        clipped = np.clip(values[:, numbers], self.low[numbers], self.high[numbers])
        told = [
            np.where(np.isnan(values[:, k]), np.nan, (values[:, k] == code).astype(float))
            for k, codes in self.levels.items()
            for code in codes
        ]
        return np.column_stack([clipped, *told])

    def terms(self, values: Floats) -> Floats:
        """[n, columns]: what each column adds to the mean; 0 where its value is unknown."""
        pushes = np.nan_to_num((self.spread(values) - self.centre) / self.scale) * self.coefficients
        terms = np.zeros((len(values), len(self.names)))
        numbers = self._numbers
        terms[:, numbers] = pushes[:, : len(numbers)]
        first = len(numbers)
        for k, codes in self.levels.items():
            terms[:, k] = pushes[:, first : first + len(codes)].sum(axis=1)
            first += len(codes)
        return terms

    def predict(self, values: Floats) -> Floats:
        """[n]."""
        pushes = np.nan_to_num((self.spread(values) - self.centre) / self.scale) @ self.coefficients
        predicted: Floats = self.mean + pushes
        return predicted

    def directions(self, directions: tuple[int, ...]) -> Floats:
        """[spread columns]: the sign of each number; levels are free."""
        levels = sum(len(codes) for codes in self.levels.values())
        return np.array([*(directions[k] for k in self._numbers), *([0] * levels)], dtype=float)

    def with_scale(self, centre: Floats, scale: Floats) -> Line:
        """The same, scaled."""
        return replace(self, centre=centre, scale=scale)

    def with_coefficients(self, coefficients: Floats, mean: float, penalty: float) -> Line:
        """The same, fitted."""
        return replace(self, coefficients=coefficients, mean=mean, penalty=penalty)

    def stored(self) -> StoredLine:
        """As plain values."""
        scale = [None if np.isinf(one) else float(one) for one in self.scale]
        usual = tuple(None if np.isnan(one) else float(one) for one in self.usual)
        plain: dict[str, Any] = {
            name: tuple(getattr(self, name).tolist()) for name in ("low", "high", "centre", "coefficients")
        }
        return StoredLine(
            usual=usual,
            names=self.names,
            levels=dict(self.levels),
            scale=tuple(scale),
            mean=self.mean,
            penalty=self.penalty,
            **plain,
        )


def line_of(stored: StoredLine) -> Line:
    """Plain values → a line."""
    scale = np.array([np.inf if one is None else one for one in stored.scale])
    arrays = {name: np.array(getattr(stored, name)) for name in ("low", "high", "centre", "coefficients")}
    usual = np.array([np.nan if one is None else one for one in stored.usual])
    return Line(
        usual=usual,
        names=stored.names,
        levels=stored.levels,
        scale=scale,
        mean=stored.mean,
        penalty=stored.penalty,
        **arrays,
    )
