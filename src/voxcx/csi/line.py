"""A fitted line: what each column adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from voxcx.config import Checked
from voxcx.csi.answers import Floats, Integers


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


@dataclass(frozen=True, slots=True)
class _Places:
    """Columns of numbers and their ends; column and code of each level; column and first level of each category."""

    numbers: Integers
    low: Floats
    high: Floats
    coded: Integers
    codes: Floats
    categories: Integers
    firsts: Integers


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

    @cached_property
    def _at(self) -> _Places:
        numbers = np.array([k for k in range(len(self.names)) if k not in self.levels], dtype=np.intp)
        held = [(k, codes) for k, codes in self.levels.items() if codes]
        firsts = np.cumsum([0, *(len(codes) for _, codes in held)])
        return _Places(
            numbers,
            self.low[numbers],
            self.high[numbers],
            np.array([k for k, codes in held for _ in codes], dtype=np.intp),
            np.array([code for _, codes in held for code in codes]),
            np.array([k for k, _ in held], dtype=np.intp),
            firsts[:-1],
        )

    def spread(self, values: Floats) -> Floats:
        """[n, spread columns]: clipped numbers, then 0/1 of each level; NaN where unknown."""
        at, many = self._at, len(self._at.numbers)
        made = np.empty((len(values), many + len(at.codes)))
        made[:, :many] = np.minimum(np.maximum(values[:, at.numbers], at.low), at.high)
        if len(at.codes):
            told = values[:, at.coded]
            made[:, many:] = np.where(np.isnan(told), np.nan, told == at.codes)
        return made

    def _pushes(self, values: Floats) -> Floats:
        """[n, spread columns] in spreads from the centre; 0 where unknown."""
        pushes = (self.spread(values) - self.centre) / self.scale
        pushes[np.isnan(pushes)] = 0.0
        return pushes

    def terms(self, values: Floats) -> Floats:
        """[n, columns]: what each column adds to the mean; 0 where its value is unknown."""
        at, many = self._at, len(self._at.numbers)
        pushes = self._pushes(values) * self.coefficients
        terms = np.zeros((len(values), len(self.names)))
        terms[:, at.numbers] = pushes[:, :many]
        if len(at.codes):
            terms[:, at.categories] = np.add.reduceat(pushes[:, many:], at.firsts, axis=1)
        return terms

    def predict(self, values: Floats) -> Floats:
        """[n]."""
        predicted: Floats = self.mean + self._pushes(values) @ self.coefficients
        return predicted

    def directions(self, directions: tuple[int, ...]) -> Floats:
        """[spread columns]: the sign of each number; levels are free."""
        levels = sum(len(codes) for codes in self.levels.values())
        return np.array([*(directions[k] for k in self._at.numbers), *([0] * levels)], dtype=float)

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
