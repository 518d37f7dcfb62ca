"""A simulated population as it is handed over: columns, answers, truth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from voxcx.simulation.call_features import Columns
from voxcx.simulation.notes import Notes
from voxcx.simulation.planting.criteria_table import CriteriaTable
from voxcx.simulation.script import Script

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Population:
    """Columns of interactions in order of time, survey answers, and the truth that made them.

    Attributes:
        interactions: columns, without ``missing``.
        missing: which features each interaction lacks, and why.
        surveys: interaction_id, rating, answered_at, ces, nps of who answered.
        ratings: interaction_id, rating, latent of every interaction: what all would have answered.
        truth: everything that was put in.
        script: who says what, where texts were asked for.
        criteria: verdicts, where truths are planted.
        beside: columns of the files that lie beside results, by name of the file.
    """

    interactions: Columns
    missing: Notes
    surveys: Columns
    ratings: Columns
    truth: dict[str, object]
    script: Script | None = None
    criteria: CriteriaTable | None = None
    beside: Mapping[str, Columns] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """Interactions as rows; NaN becomes None."""
        notes = self.missing.as_lists()
        return [row | {"missing": note} for row, note in zip(as_rows(self.interactions), notes, strict=True)]

    def survey_rows(self) -> list[Row]:
        """Survey answers as rows, the columns of ``surveys``."""
        return as_rows(self.surveys)


def as_rows(columns: Columns) -> list[Row]:
    """Columns → rows of plain Python values.

    >>> import numpy as np
    >>> as_rows({"a": np.array([1.0, float("nan")]), "b": np.array(["x", None], dtype=object)})
    [{'a': 1.0, 'b': 'x'}, {'a': None, 'b': None}]
    """
    names = list(columns)
    plain = [[_plain(value) for value in columns[name].tolist()] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*plain, strict=True)]


def _plain(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value
