"""No word that nobody said: on a line without a voice, and where noise is taken for speech all the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from non_speech import (
    NON_SPEECH,
    Sound,
    at_level,
    breathing_close,
    busy_us,
    hold_music,
    keyboard,
    line_noise,
    ringback,
    silence,
    through_mu_law,
    through_phone_band,
)
from sound_files import piece
from voxcx.config import load_config
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Interval, total_s
from voxcx.domain.transcript import Recognition
from voxcx.speech.resampling import RATE_HZ, at_16_khz
from voxcx.speech.vad import SpeechDetector
from voxcx.transcribe.protocol import Spoken
from voxcx.transcribe.whisper import WhisperTranscriber

pytestmark = pytest.mark.model

PHONE_HZ = 8_000
# A false piece of speech in the data of a fax at most. The second line stands behind it: its words are judged below.
FALSE_SPEECH_S = {"fax": 0.3}
NAMES = ("Severstal", "Anastasia Petrova", "Северсталь", "Орбита")


def on_the_line(make: Callable[[float, int], Sound], length_s: float, peak_dbfs: float) -> NDArray[np.int16]:
    """Through a phone band and G.711, at 16 kHz."""
    return at_16(through_mu_law(at_level(through_phone_band(make(length_s, PHONE_HZ), PHONE_HZ), peak_dbfs)), PHONE_HZ)


def at_16(samples: NDArray[np.int16], rate_hz: int) -> NDArray[np.int16]:
    return np.concatenate(list(at_16_khz(iter([samples[None]]), rate_hz, 1)), axis=1)[0]


@pytest.mark.parametrize("make", NON_SPEECH, ids=lambda make: make.__name__)
def test_no_speech_is_heard_where_nobody_speaks(make: Callable[[float, int], Sound]) -> None:
    plain = [at_16(at_level(make(12.0, rate_hz), -12), rate_hz) for rate_hz in (PHONE_HZ, RATE_HZ)]
    phone = [on_the_line(make, 12.0, peak_dbfs) for peak_dbfs in (-60, -30, -6)]
    for sound in (*plain, *phone):
        detector = SpeechDetector(load_config(None).speech)
        detector.add(sound)
        assert total_s(detector.speech()) <= FALSE_SPEECH_S.get(make.__name__, 0.0)


@pytest.mark.parametrize(
    ("make", "length_s", "language", "names"),
    [
        (silence, 3.0, "ru", ()),
        (silence, 3.0, "en", ()),
        (line_noise, 12.0, "ru", ()),
        (ringback, 15.0, "en", ()),
        (ringback, 3.0, "ru", NAMES),
        (busy_us, 20.0, "ru", ()),
        (hold_music, 15.0, "ru", ()),
        (hold_music, 15.0, "en", ()),
        (breathing_close, 5.0, "ru", NAMES),
        (keyboard, 20.0, "en", ()),
    ],
)
def test_noise_that_is_taken_for_speech_gives_no_word_that_counts(
    make: Callable[[float, int], Sound], length_s: float, language: str, names: tuple[str, ...]
) -> None:
    found = recognised(on_the_line(make, length_s, -20), language, names)
    assert [word for word in found.words[0] if word.suspect is None] == []
    assert found.dropped or found.words[0]  # the recogniser invents something on each of these, and it is accounted for


@pytest.mark.parametrize(
    ("channel", "start_s", "end_s", "said"), [(0, 24.6, 26.0, "yeah yeah"), (1, 43.2, 45.0, "yes that's fine")]
)
def test_a_short_answer_alone_is_written_as_often_as_it_was_said(
    channel: int, start_s: float, end_s: float, said: str
) -> None:
    sound = at_16(piece(start_s, end_s)[channel], PHONE_HZ)
    assert [word.text.strip(".,!").lower() for word in recognised(sound, "en").words[0]] == said.split()


def recognised(sound: NDArray[np.int16], language: str, names: tuple[str, ...] = ()) -> Recognition:
    """Words of one channel, all of it taken for speech."""
    length_s = sound.size / RATE_HZ
    heard = Heard(length_s, "mono", ((Interval(0.0, length_s),),))
    return transcriber(names).transcribe(
        Spoken(Interaction("line", "call", language=language), heard, lambda: iter([sound[None]]))
    )


@cache
def transcriber(names: tuple[str, ...]) -> WhisperTranscriber:
    return WhisperTranscriber(load_config(None).transcribe, vocabulary=lambda _interaction, _language: names)
