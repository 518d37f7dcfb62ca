"""The features as rows to read: grouped as the catalogue groups them, the missing ones by their reason."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature
from voxcx.domain.result import Result
from voxcx.report.dialogue import Link, Places
from voxcx.report.wording import Wording

MOST_LINKS = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """One known feature."""

    name: str
    title: str
    value: str
    star: bool
    definition: str
    parameters: tuple[tuple[str, str], ...]
    voice_proxy: bool
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Features of one kind; the missing ones by their reason."""

    title: str
    measures: tuple[Measure, ...]
    missing: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def families(result: Result, words: Wording) -> tuple[Family, ...]:
    """Features grouped as the catalogue groups them."""
    order = list(dict.fromkeys(spec.family for spec in CATALOGUE.values()))
    ranked = sorted(result.features.features, key=lambda f: order.index(CATALOGUE[f.name].family))
    places, made, used = Places(result, words), [], dict(result.provenance.parameters)
    for family, group in groupby(ranked, key=lambda f: CATALOGUE[f.name].family):
        features = tuple(group)
        known = tuple(_measure(f, used, places, words) for f in features if f.value is not None)
        made.append(Family(words.name("family", family), known, _missing(features, used, words)))
    return tuple(made)


def _measure(feature: Feature, used: dict[str, float], places: Places, words: Wording) -> Measure:
    spec = CATALOGUE[feature.name]
    return Measure(
        name=feature.name,
        title=words.feature(feature.name),
        value=words.value(feature.name, feature.value),
        star=spec.star,
        definition=spec.definition(words.ui, used),
        parameters=tuple((name, words.number(used[name], 2)) for name in spec.parameters if name in used),
        voice_proxy=spec.voice_proxy,
        links=tuple(places.of_span(span) for span in feature.evidence[:MOST_LINKS]),
    )


def _missing(
    features: tuple[Feature, ...], used: dict[str, float], words: Wording
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Reason → (title, definition) of the features it hides."""
    by_reason: dict[str, list[tuple[str, str]]] = {}
    for feature in features:
        if feature.missing is not None:
            star = "★ " if CATALOGUE[feature.name].star else ""
            entry = (star + words.feature(feature.name), CATALOGUE[feature.name].definition(words.ui, used))
            by_reason.setdefault(words.missing(feature.missing), []).append(entry)
    return tuple((reason, tuple(entries)) for reason, entries in by_reason.items())
