"""One row of features: a number, a category or None with its reason, and the seconds that it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

from voxcx.domain.catalogue import CATALOGUE, SCHEMA_VERSION
from voxcx.domain.interaction import Source
from voxcx.domain.intervals import Intervals

Value = float | int | str | None


@dataclass(frozen=True, slots=True)
class Feature:
    """One measured value. None needs a ``missing`` reason; evidence is where in the recording it was seen.

    ``source`` says of a telephony fact whether the record states it (``cdr``) or it was heard (``audio``).
    """

    name: str
    value: Value
    missing: str | None = None
    evidence: Intervals = ()
    source: Source | None = None

    def __post_init__(self) -> None:
        if self.name not in CATALOGUE:
            raise ValueError(f"a feature is named in the catalogue, got {self.name!r}")
        if (self.value is None) != (self.missing is not None):
            raise ValueError(f"a missing value has a reason and a known one has none, got {self}")


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """Features of one interaction in catalogue order."""

    features: tuple[Feature, ...]
    schema_version: str = SCHEMA_VERSION
    _by_name: dict[str, Feature] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {feature.name: feature for feature in self.features}
        if len(by_name) != len(self.features):
            raise ValueError("a feature is computed in one place, got the same name twice")
        object.__setattr__(self, "_by_name", by_name)

    def get(self, name: str) -> Feature | None:
        """The feature of that name, or None when this kind of interaction does not have it."""
        return self._by_name.get(name)

    def value(self, name: str) -> Value:
        """The value, or None when missing."""
        feature = self.get(name)
        return None if feature is None else feature.value
