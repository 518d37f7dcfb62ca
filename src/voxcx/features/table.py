"""All families → one row in catalogue order. Adding a feature is one module here and one line in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.config import Definitions
from voxcx.domain.catalogue import features_of
from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.interaction import History, Interaction
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript
from voxcx.features.building import missing
from voxcx.features.chat import chat_features
from voxcx.features.history import history_features
from voxcx.features.lexical import lexical_features
from voxcx.features.opening import opening_features
from voxcx.features.overlap import overlap_features, silence_features
from voxcx.features.speech import speech_features
from voxcx.features.telephony import telephony_features
from voxcx.features.voice import voices_of
from voxcx.features.words import amount_features, rate_features

NO_RECORDING = "no recording"
_FROM_RECORD = {"telephony", "history"}


def extract_features(
    interaction: Interaction, transcript: Transcript, timeline: Timeline, history: History, rules: Definitions
) -> FeatureRow:
    """Every feature that this kind of interaction has, measured or None with its reason."""
    measured = {f.name: f for f in _measure(interaction, transcript, timeline, history, rules)}
    ordered = (spec.name for spec in features_of(interaction.kind))
    return FeatureRow(tuple(measured[name] for name in ordered))


def _measure(
    interaction: Interaction, transcript: Transcript, timeline: Timeline, history: History, rules: Definitions
) -> Iterator[Feature]:
    yield from history_features(interaction, history)
    voices = voices_of(transcript, timeline)
    if interaction.kind == "chat":
        yield from amount_features(voices)
        yield from lexical_features(voices)
        yield from chat_features(interaction, transcript, history)
        return
    yield from telephony_features(interaction.telephony, timeline)
    if not interaction.recordings:
        yield from _unheard()
        return
    yield from speech_features(timeline)
    yield from overlap_features(timeline, rules)
    yield from silence_features(timeline)
    yield from amount_features(voices)
    yield from rate_features(voices, rules)
    yield from opening_features(voices, rules)
    yield from lexical_features(voices)


def _unheard() -> Iterator[Feature]:
    """A call without a recording (abandoned, blocked, contained): the row stays, its sound is unknown."""
    for spec in features_of("call"):
        if spec.family not in _FROM_RECORD:
            yield missing(spec.name, NO_RECORDING)
