"""A measure of periods out of numbers of interactions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.pages import Unit
from voxcx.domain.texts import Text
from voxcx.insight.archive import Floats, Integers

FEWEST = 5  # answers (interactions, calls) of a period below which it is missing
Named = tuple[str, Text, Unit, Text]  # id, title, unit, definition


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure in p periods.

    Attributes:
        id: in files.
        title: for people.
        unit: of its mean.
        definition: the formula.
        values: [p], NaN where a period has too little.
        n: [p], what each was computed from.
        source: where it comes from; two of one source are asked of the same people or heard in the same contacts.
        linked: measures that share this name (not "") are computed from one another.
    """

    id: str
    title: Text
    unit: Unit
    definition: Text
    values: Floats
    n: Floats
    source: str
    linked: str


def quotient(sums: tuple[Floats, Floats], place: Integers, count: int, fewest: float) -> tuple[Floats, Floats]:
    """[p] Σ above ÷ Σ below, NaN where Σ below is less than ``fewest``; [p] Σ below."""
    rows = place >= 0
    above, below = (np.bincount(place[rows], part[rows], count).astype(float) for part in sums)
    enough = below >= fewest
    return np.divide(above, below, out=np.full(count, np.nan), where=enough & (below > 0)), below


def from_rows(named: Named, values: Floats, where: tuple[Integers, int], source_linked: tuple[str, str]) -> Measure:
    """Means of what is known."""
    place, count = where
    known = ~np.isnan(values)
    made, n = quotient((np.where(known, values, 0.0), known.astype(float)), place, count, FEWEST)
    return Measure(*named, made, n, *source_linked)
