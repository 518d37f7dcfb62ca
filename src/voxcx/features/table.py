"""All families → one row in catalogue order. Adding a feature is one module here and one line in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from voxcx.domain.catalogue import features_of
from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.interaction import Kind
from voxcx.features.building import missing
from voxcx.features.chat import chat_features
from voxcx.features.history import history_features
from voxcx.features.lexical import lexical_features
from voxcx.features.material import Material
from voxcx.features.opening import opening_features
from voxcx.features.overlap import overlap_features, silence_features
from voxcx.features.prosody import prosody_features
from voxcx.features.speech import speech_features
from voxcx.features.telephony import telephony_features
from voxcx.features.voice import voices_of
from voxcx.features.words import amount_features, rate_features

NO_RECORDING = "no recording"
_FROM_RECORD = {"telephony", "history"}


def extract_features(given: Material) -> FeatureRow:
    """Every feature that this kind of interaction has, measured or None with its reason."""
    measured = tuple(_measure(given))
    place = _places(given.interaction.kind)
    if absent := place.keys() - {feature.name for feature in measured}:
        raise ValueError(f"every feature of the catalogue is measured, got none of {sorted(absent)}")
    return FeatureRow(tuple(sorted(measured, key=lambda feature: place[feature.name])))


@cache
def _places(kind: Kind) -> dict[str, int]:
    """Where each feature of a call or a chat stands in the row."""
    return {spec.name: k for k, spec in enumerate(features_of(kind))}


def _measure(given: Material) -> Iterator[Feature]:
    interaction, timeline, rules = given.interaction, given.timeline, given.rules
    yield from history_features(interaction, given.history)
    voices = voices_of(given.transcript, timeline)
    if interaction.kind == "chat":
        yield from amount_features(voices)
        yield from lexical_features(voices)
        yield from chat_features(interaction, given.transcript, given.history)
        return
    yield from telephony_features(given)
    if not interaction.recordings:
        yield from _unheard()
        return
    yield from speech_features(timeline)
    yield from overlap_features(timeline, rules)
    yield from prosody_features(given.pieces, timeline)
    yield from silence_features(timeline, given.transcript, rules)
    yield from amount_features(voices)
    yield from rate_features(voices, rules)
    yield from opening_features(voices, rules)
    yield from lexical_features(voices)


def _unheard() -> Iterator[Feature]:
    """A call without a recording (abandoned, blocked, contained): the row stays, its sound is unknown."""
    for spec in features_of("call"):
        if spec.family not in _FROM_RECORD:
            yield missing(spec.name, NO_RECORDING)
