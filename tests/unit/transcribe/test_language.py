"""The recogniser is asked only for languages that the configuration names and the model knows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from voxcx.config import TranscribeConfig
from voxcx.domain.interaction import Interaction
from voxcx.errors import InputError, ModelError
from voxcx.transcribe.whisper import WhisperTranscriber


def recogniser(language: str = "auto", known: tuple[str, ...] = ("ru", "en", "tlh")) -> WhisperTranscriber:
    """One without weights: choosing a stated language needs none."""
    made = object.__new__(WhisperTranscriber)
    made._config, made._language, made.engine = TranscribeConfig(languages=known), language, "whisper-test"
    made._model = SimpleNamespace(supported_languages=["ru", "en", "de"])
    return made


def chosen(made: WhisperTranscriber, stated: str | None) -> str:
    return made._language_of(Interaction("call-1", "call", language=stated), [], lambda: iter(()))


@pytest.mark.parametrize(
    ("option", "stated", "language"), [("auto", "en", "en"), ("auto", None, "und"), ("ru", "de", "ru")]
)
def test_the_option_wins_then_the_metadata(option: str, stated: str | None, language: str) -> None:
    assert chosen(recogniser(option), stated) == language


def test_a_language_that_the_configuration_lacks_is_told() -> None:
    with pytest.raises(InputError, match=r"call-1: expected a language among ru, en, tlh, got 'de'; .*transcribe"):
        chosen(recogniser(), "de")
    assert chosen(recogniser(known=("ru", "de")), "de") == "de"


def test_a_language_that_the_model_lacks_is_told() -> None:
    with pytest.raises(ModelError, match="expected a model that knows 'tlh'"):
        chosen(recogniser(), "tlh")
