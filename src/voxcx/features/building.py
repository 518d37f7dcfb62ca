"""How a feature family says what it measured and what it could not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature, Value
from voxcx.domain.intervals import Interval, Intervals, union
from voxcx.domain.timeline import Event

KEPT_MISSING = 1_000  # most of an archive's features are missing for the same few reasons
DECIMALS = {
    "s": 3,
    "share": 4,
    "words/s": 4,
    "letters/s": 4,
    "words/min": 2,
    "letters": 3,
    "confidence": 3,
    "Hz": 1,
    "st": 2,
    "dB": 1,
}


def known(name: str, value: Value, evidence: Iterable[Interval] = ()) -> Feature:
    """A measured value, rounded to what its unit can carry."""
    if isinstance(value, float):
        value = round(value, DECIMALS.get(CATALOGUE[name].unit, 4)) + 0.0  # + 0.0: no negative zero in JSON
    return Feature(name, value, evidence=union(evidence))


@lru_cache(maxsize=KEPT_MISSING)
def missing(name: str, reason: str) -> Feature:
    """A value that cannot be known, and why."""
    return Feature(name, None, missing=reason)


def known_or(name: str, value: Value, reason: str, evidence: Iterable[Interval] = ()) -> Feature:
    """The value, or the reason when it is None."""
    return missing(name, reason) if value is None else known(name, value, evidence)


def ratio(part: float, whole: float) -> float | None:
    """Quotient, None when there is no whole."""
    return part / whole if whole > 0 else None


def spans(events: Iterable[Event]) -> Intervals:
    """Where events are, as evidence."""
    return union(event.span for event in events)
