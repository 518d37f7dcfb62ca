"""The feature table as a model sees it: numbers as they are, categories as codes, everything unknown as NaN."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from voxcx.config import Checked
from voxcx.csi.settings import CategoryConfig, TrainingConfig
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import FeatureRow, Value

Floats = NDArray[np.float64]
Table = Mapping[str, Sequence[Value]]


class Column(Checked):
    """One column: its name, its kind, what was seen in training (levels, or the range of numbers)."""

    name: str
    kind: Literal["number", "category"]
    levels: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None

    def code(self, value: Value) -> float:
        """The value as a number; NaN for None, for an unknown level, for what is no number."""
        if value is None:
            return math.nan
        if self.kind == "category":
            text = str(value)
            return float(self.levels.index(text)) if text in self.levels else math.nan
        return math.nan if isinstance(value, str) else float(value)

    def is_outside(self, value: Value) -> bool:
        """Whether a known number lies where training never looked; an unseen category is only unknown to the model."""
        if value is None or self.kind == "category":
            return False
        if isinstance(value, str) or self.lowest is None or self.highest is None:
            return True
        return not self.lowest <= value <= self.highest


@dataclass(frozen=True, slots=True)
class Encoded:
    """A matrix [rows, columns] and what its columns are."""

    columns: tuple[Column, ...]
    values: Floats

    def only(self, rows: NDArray[Any]) -> Floats:
        """The rows of an index or a mask."""
        chosen: Floats = self.values[rows]
        return chosen


def kind_of(name: str) -> Literal["number", "category"]:
    """How the catalogue's unit is encoded."""
    return "category" if CATALOGUE[name].unit == "category" else "number"


def learn_columns(table: Table, names: Sequence[str], config: CategoryConfig) -> tuple[Column, ...]:
    """Fix levels and ranges from training rows; columns without any known value are left out."""
    columns = (_learn(name, table[name], config) for name in names if name in table)
    return tuple(column for column in columns if column.levels or column.lowest is not None)


def allowed_names(config: TrainingConfig) -> tuple[str, ...]:
    """Catalogue features that the configuration doesn't leave out, in catalogue order."""
    return tuple(name for name in CATALOGUE if name not in config.left_out)


def _learn(name: str, values: Sequence[Value], config: CategoryConfig) -> Column:
    known = [value for value in values if value is not None and value == value]  # noqa: PLR0124 - NaN differs from itself
    if kind_of(name) == "category":
        counts = Counter(str(value) for value in known)
        enough = [(-count, level) for level, count in counts.items() if count >= config.rows_per_level]
        levels = tuple(level for _, level in sorted(enough)[: config.levels_at_most])
        return Column(name=name, kind="category", levels=levels)
    numbers = [float(value) for value in known if not isinstance(value, str)]
    if not numbers:
        return Column(name=name, kind="number")
    return Column(name=name, kind="number", lowest=min(numbers), highest=max(numbers))


def encode_table(table: Table, columns: tuple[Column, ...]) -> Encoded:
    """Column-wise encoding; a column that the table lacks is all NaN."""
    rows = len(next(iter(table.values()), ()))
    values = np.full((rows, len(columns)), np.nan)
    for position, column in enumerate(columns):
        if column.name in table:
            values[:, position] = [column.code(value) for value in table[column.name]]
    return Encoded(columns, values)


def encode_row(row: FeatureRow, columns: tuple[Column, ...]) -> Floats:
    """One interaction as a matrix [1, columns]."""
    known = {feature.name: feature.value for feature in row.features}
    return np.array([[column.code(known.get(column.name)) for column in columns]])
