"""The features as rows to read: grouped as the catalogue groups them, the missing ones by their reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from voxcx.domain.catalogue import CATALOGUE, FeatureSpec
from voxcx.domain.features import Feature
from voxcx.domain.result import Result
from voxcx.domain.views import VIEWS
from voxcx.report.dialogue import Link, Places
from voxcx.report.wording import Wording

MOST_LINKS = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """One known feature; ``hover`` is all that is said of how it is computed, ``source`` where a fact is known from."""

    name: str
    title: str
    value: str
    star: bool
    definition: str
    parameters: tuple[tuple[str, str], ...]
    whose: str
    hover: str
    source: str | None
    voice_proxy: bool
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """One feature without a value."""

    title: str
    definition: str
    hover: str


@dataclass(frozen=True, slots=True)
class Family:
    """Features of one kind; the missing ones by their reason."""

    title: str
    measures: tuple[Measure, ...]
    missing: tuple[tuple[str, tuple[Unknown, ...]], ...]


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
        parameters=_parameters(spec, used, words),
        whose=words.say("whose", x=words.name("defined_by", spec.defined_by)),
        hover=hover(feature.name, used, words),
        source=None if feature.source is None else words.name("source", feature.source),
        voice_proxy=spec.voice_proxy,
        links=tuple(places.of_span(span) for span in feature.evidence[:MOST_LINKS]),
    )


def hover(name: str, used: Mapping[str, float], words: Wording) -> str:
    """How a feature is computed, with its parameters, and whose definition that is."""
    if name in VIEWS:
        return words.say("hover_words")
    spec = CATALOGUE[name]
    told = [spec.definition(words.ui, used), words.say("whose", x=words.name("defined_by", spec.defined_by))]
    if parameters := _parameters(spec, used, words):
        told.append(f"{words.say('parameters')}: {', '.join(f'{key} = {value}' for key, value in parameters)}")
    return sentences(told)


def sentences(told: Iterable[str]) -> str:
    """Each as a sentence, for a hint."""
    return " ".join(f"{one[:1].upper()}{one[1:]}." for one in told)


def _parameters(spec: FeatureSpec, used: Mapping[str, float], words: Wording) -> tuple[tuple[str, str], ...]:
    return tuple((name, words.number(used[name], 2)) for name in spec.parameters if name in used)


def _missing(
    features: tuple[Feature, ...], used: dict[str, float], words: Wording
) -> tuple[tuple[str, tuple[Unknown, ...]], ...]:
    """Reason → the features it hides."""
    by_reason: dict[str, list[Unknown]] = {}
    for feature in features:
        if feature.missing is not None:
            spec = CATALOGUE[feature.name]
            title = ("★ " if spec.star else "") + words.feature(feature.name)
            entry = Unknown(title, spec.definition(words.ui, used), hover(feature.name, used, words))
            by_reason.setdefault(words.missing(feature.missing), []).append(entry)
    return tuple((reason, tuple(entries)) for reason, entries in by_reason.items())
