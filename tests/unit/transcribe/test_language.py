"""The recogniser is asked only for languages that the configuration names and the model knows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from voxcx.config import TranscribeConfig
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Interval
from voxcx.errors import InputError, ModelError
from voxcx.transcribe.packing import Window
from voxcx.transcribe.whisper import WhisperTranscriber

SPEECH = [Window(0, (Interval(0.0, 1.0),), 0.0)]


def recogniser(language: str = "auto", known: tuple[str, ...] = ("ru", "en", "tlh")) -> WhisperTranscriber:
    """One without weights: choosing a stated language needs none."""
    made: Any = object.__new__(WhisperTranscriber)
    made._config, made._language, made.engine = TranscribeConfig(languages=known), language, "whisper-test"
    made._decoder = SimpleNamespace(languages=("ru", "en", "de"))
    chosen: WhisperTranscriber = made
    return chosen


def chosen(made: WhisperTranscriber, stated: str | None, windows: list[Window] | None = None) -> str:
    return made._language_of(Interaction("call-1", "call", language=stated), windows or [], lambda: iter(()))


@pytest.mark.parametrize(
    ("option", "stated", "language"), [("auto", "en", "en"), ("auto", None, "und"), ("ru", "de", "ru")]
)
def test_the_option_wins_then_the_metadata(option: str, stated: str | None, language: str) -> None:
    assert chosen(recogniser(option), stated) == language


def test_one_configured_language_needs_no_vote() -> None:
    assert chosen(recogniser(known=("de",)), None, SPEECH) == "de"


def test_a_language_that_the_configuration_lacks_is_told() -> None:
    with pytest.raises(InputError, match=r"call-1: expected a language among ru, en, tlh, got 'de'; .*transcribe"):
        chosen(recogniser(), "de")
    assert chosen(recogniser(known=("ru", "de")), "de") == "de"


@pytest.mark.parametrize("known", [("ru", "en", "tlh"), ("tlh",)])
def test_a_language_that_the_model_lacks_is_told(known: tuple[str, ...]) -> None:
    with pytest.raises(ModelError, match="expected a model that knows 'tlh'"):
        chosen(recogniser(known=known), "tlh")
    with pytest.raises(ModelError, match="expected a model that knows 'tlh'"):
        chosen(recogniser(known=known), None, SPEECH)  # a vote among languages that it cannot hear
