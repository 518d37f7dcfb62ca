"""One call under several definitions of events, side by side: what differs, and by which parameters."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from voxcx.domain.features import Feature, Value
from voxcx.domain.result import Result
from voxcx.domain.timeline import EventKind

Counts = tuple[int, ...]
Change = tuple[str, float, float]  # parameter, its value in the set, its value in the default


@dataclass(frozen=True, slots=True)
class Comparison:
    """What ``definitions`` (the names, in the order asked for) say of one call, one value per set.

    ``differing`` are the features whose value is not the same under all sets, ``compared`` is how many there are.
    ``events`` are the kinds that happened under any set. ``changes`` are a set's parameters that are not the default's.
    """

    definitions: tuple[str, ...]
    compared: int
    differing: tuple[tuple[Feature, ...], ...]
    events: tuple[tuple[EventKind, Counts], ...]
    changes: tuple[tuple[Change, ...], ...]

    @property
    def events_differ(self) -> bool:
        """Whether any kind was not counted alike."""
        return any(len(set(counts)) > 1 for _, counts in self.events)


def compare(results: Mapping[str, Result], default: Mapping[str, float]) -> Comparison:
    """Lay the results of one call side by side; ``default`` are the default's parameters."""
    rows = tuple(zip(*(result.features.features for result in results.values()), strict=True))
    counted = [events_by_kind(result) for result in results.values()]
    kinds: tuple[EventKind, ...] = get_args(EventKind)
    counts = ((kind, tuple(of_set.get(kind, 0) for of_set in counted)) for kind in kinds)
    return Comparison(
        definitions=tuple(results),
        compared=len(rows),
        differing=tuple(row for row in rows if len({feature.value for feature in row}) > 1),
        events=tuple((kind, numbers) for kind, numbers in counts if any(numbers)),
        changes=tuple(_changes(result, default) for result in results.values()),
    )


def events_by_kind(result: Result) -> dict[str, int]:
    """How many events of each kind there are, in the order of the kinds; a kind without any is left out."""
    counted = Counter(event.kind for event in result.timeline.events)
    return {kind: counted[kind] for kind in get_args(EventKind) if counted[kind]}


def _changes(result: Result, default: Mapping[str, float]) -> tuple[Change, ...]:
    used = result.provenance.parameters
    return tuple((name, value, default[name]) for name, value in used if value != default[name])


def to_json(results: Mapping[str, Result]) -> str:
    """``{"definitions": {name: {values, missing, events_by_kind, parameters}}}``."""
    told = {"definitions": {name: _told(result) for name, result in results.items()}}
    return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _told(result: Result) -> dict[str, object]:
    values: dict[str, Value] = {feature.name: feature.value for feature in result.features.features}
    return {
        "values": values,
        "missing": {feature.name: feature.missing for feature in result.features.features if feature.missing},
        "events_by_kind": events_by_kind(result),
        "parameters": dict(result.provenance.parameters),
    }
