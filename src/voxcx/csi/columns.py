"""The feature table as a model sees it: numbers as they are, categories as codes, everything unknown as NaN."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from voxcx.config import Checked
from voxcx.csi.answers import Floats, Labels, Table
from voxcx.csi.settings import CategoryConfig, TrainingConfig
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature, FeatureRow

Kind = Literal["number", "category"]


class Column(Checked):
    """One column: its name, its kind, what was seen in training (levels, or the range of numbers)."""

    name: str
    kind: Kind
    levels: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None

    def codes(self, values: Labels) -> Floats:
        """A whole column: numbers pass, levels become their position, anything else NaN."""
        if self.kind == "number":
            return np.asarray(values, dtype=float)
        place = {level: float(position) for position, level in enumerate(self.levels)}
        return np.array([math.nan if one is None else place.get(str(one), math.nan) for one in values.tolist()])


def kind_of(name: str) -> Kind:
    """How the catalogue's unit is encoded."""
    return "category" if CATALOGUE[name].unit == "category" else "number"


def allowed_names(config: TrainingConfig) -> tuple[str, ...]:
    """Catalogue features that the configuration doesn't leave out, in catalogue order."""
    return tuple(name for name in CATALOGUE if name not in config.left_out)


def learn_columns(table: Table, names: Sequence[str], config: CategoryConfig) -> tuple[Column, ...]:
    """Fix levels and ranges from training rows; columns without any known value are left out."""
    columns = (learn_column(name, kind_of(name), table[name], config) for name in names if name in table)
    return tuple(column for column in columns if column.levels or column.lowest is not None)


def learn_column(name: str, kind: Kind, values: Labels, config: CategoryConfig) -> Column:
    """One column's levels, the frequent ones first, or its range."""
    if kind == "category":
        known = np.array([str(value) for value in values.tolist() if value is not None])
        levels, counts = np.unique(known, return_counts=True)
        enough = [(-count, level) for level, count in zip(levels.tolist(), counts.tolist(), strict=True)]
        kept = [level for count, level in sorted(enough) if -count >= config.rows_per_level]
        return Column(name=name, kind=kind, levels=tuple(kept[: config.levels_at_most]))
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return Column(name=name, kind=kind)
    return Column(name=name, kind=kind, lowest=float(numbers.min()), highest=float(numbers.max()))


def encode_table(table: Table, columns: Sequence[Column]) -> Floats:
    """[rows, columns], column by column; a column that the table lacks is all NaN."""
    rows = len(next(iter(table.values()), ()))
    values = np.full((rows, len(columns)), np.nan, order="F")
    for position, column in enumerate(columns):
        if column.name in table:
            values[:, position] = column.codes(table[column.name])
    return values


class RowEncoder:
    """Encodes one interaction after another: what a column is need not be looked up for each."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._width = len(columns)
        self._places = {column.name: place for place, column in enumerate(columns)}
        self._levels = {
            column.name: {level: float(code) for code, level in enumerate(column.levels)}
            for column in columns
            if column.kind == "category"
        }

    def __call__(self, row: FeatureRow) -> Floats:
        """One interaction as a matrix [1, columns]."""
        values = [math.nan] * self._width
        places, levels = self._places, self._levels
        for feature in row.features:
            name, value = feature.name, feature.value
            if value is None or name not in places:
                continue
            if name in levels:
                values[places[name]] = levels[name].get(str(value), math.nan)
            elif not isinstance(value, str):
                values[places[name]] = float(value)
        return np.array([values])


class Familiar:
    """Where training looked, column by column."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._ranges = {column.name: (column.kind, column.lowest, column.highest) for column in columns}

    def known(self, row: FeatureRow) -> list[Feature]:
        """Features of the model with a value."""
        return [feature for feature in row.features if feature.value is not None and feature.name in self._ranges]

    def is_outside(self, feature: Feature) -> bool:
        """Whether a known number lies where training never looked; an unseen category is only unknown to the model."""
        (kind, lowest, highest), value = self._ranges[feature.name], feature.value
        if value is None or kind == "category":
            return False
        if isinstance(value, str) or lowest is None or highest is None:
            return True
        return not lowest <= value <= highest
