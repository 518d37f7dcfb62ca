"""Clips: what the packaged ones promise, the user's own, and how a clip's speech and words are placed."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from voxcx.domain.transcript import Word
from voxcx.errors import InputError
from voxcx.language.lexicons import load_lexicons
from voxcx.language.readings import read
from voxcx.simulation.calls.clips import Clip, from_folder, loader, packaged
from voxcx.simulation.calls.signals import Samples
from voxcx.simulation.calls.simulate import Wanted, simulate_call
from voxcx.simulation.calls.voiced import broken_off, speech_of, spread, voiced
from voxcx.timeline.said import only_listens, pieces_of

LANGUAGES = ("ru", "en")
NO_EVENT_SAYS = ("transfer", "repeat_cue", "asks_for_human", "complaint")


def hits(lexicon: str, clip: Clip, language: str) -> bool:
    return lexicon in load_lexicons(language, lexicon).find(read(clip.text.split(), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_clips_enough_and_without_digits(language: str) -> None:
    cast = packaged(language)  # type: ignore[arg-type]
    for party in ("agent", "customer"):
        kinds = [clip.kind for clip in cast[party]]
        assert kinds.count("line") >= 25
        assert kinds.count("backchannel") >= 6
        assert {"greeting", "closing"} <= set(kinds)
    assert sum(clip.kind == "hold_request" for clip in cast["agent"]) >= 3
    assert len(cast["prompt"]) >= 4
    assert not any(sign.isdigit() for clips in cast.values() for clip in clips for sign in clip.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_promise_no_event_that_the_truth_lacks(language: str) -> None:
    cast = packaged(language)  # type: ignore[arg-type]
    for clip in (*cast["agent"], *cast["customer"]):
        words = pieces_of(Word(text, 0.0, 0.1) for text in clip.text.split())
        assert only_listens(words, language) == (clip.kind == "backchannel"), clip.text
        assert not [lexicon for lexicon in NO_EVENT_SAYS if hits(lexicon, clip, language)], clip.text
        if clip.kind not in {"hold_request", "hold_return"}:
            assert not hits("hold_request", clip, language), clip.text
            assert not hits("hold_return", clip, language), clip.text


def tone(seconds: float, level: float = 0.3) -> Samples:
    time_s = np.arange(round(seconds * 8000)) / 8000
    return (level * np.sin(2 * np.pi * 300 * time_s)).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * 8000), dtype=np.float32)


def joined(*pieces: Samples) -> Samples:
    return np.concatenate(pieces)


@pytest.mark.parametrize(
    ("sound", "pieces"),
    [
        (joined(tone(0.5), silence(0.19), tone(0.5)), ((0, 119),)),
        (joined(tone(0.5), silence(0.20), tone(0.5)), ((0, 50), (70, 120))),
        (joined(silence(0.3), tone(0.5), silence(0.3), tone(0.09)), ((30, 80),)),
        (joined(tone(0.5), tone(0.3, 0.0029), tone(0.5)), ((0, 50), (80, 130))),  # more than 40 dB down
        (joined(tone(0.5), tone(0.3, 0.0031), tone(0.5)), ((0, 130),)),
        (silence(0.5), ()),
    ],
)
def test_speech_of_a_clip(sound: Samples, pieces: tuple[tuple[int, int], ...]) -> None:
    assert speech_of(sound) == pieces


@pytest.mark.parametrize(
    ("text", "pieces", "words"),
    [
        ("abc d", ((0, 40),), [("abc", 0, 30), ("d", 30, 40)]),
        ("one, two three", ((0, 30), (60, 140)), [("one,", 0, 30), ("two", 60, 90), ("three", 90, 140)]),
        ("aa bb, cc dd", ((0, 30), (60, 110)), [("aa", 0, 15), ("bb,", 15, 30), ("cc", 60, 85), ("dd", 85, 110)]),
        ("hm", ((0, 20), (50, 70)), [("hm", 0, 20)]),
    ],
)
def test_words_are_spread_over_the_speech(
    text: str, pieces: tuple[tuple[int, int], ...], words: list[tuple[str, int, int]]
) -> None:
    assert [(word.text, word.start, word.end) for word in spread(text, pieces)] == words


def test_a_clip_is_trimmed_levelled_and_pitched() -> None:
    clip = Clip("line", "one two", joined(silence(0.2), tone(1.06), silence(0.2)))
    said = voiced(clip, 1.06, -3.0)
    assert said is not None
    assert said.length == pytest.approx(100, abs=1)
    assert said.sound.size == said.length * 80
    assert 10 * np.log10(float((said.sound**2).mean())) == pytest.approx(-26, abs=0.3)
    assert voiced(Clip("line", "one", silence(1.0)), 1.0, 0.0) is None


def test_a_cut_keeps_the_words_that_are_heard() -> None:
    said = voiced(Clip("line", "aaaa bbbb cccc dddd", joined(tone(0.8), tone(0.1, 0.02), tone(1.1))), 1.0, 0.0)
    assert said is not None
    cut = broken_off(said, 60, 120, 90)
    assert cut is not None
    assert (cut.text, cut.cut) == ("aaaa bbbb", True)
    assert 80 <= cut.length <= 92  # in the faint part near the second word's end
    assert cut.words[-1].end == cut.length
    assert broken_off(said, 110, 120, 115) is None  # no word ends there


def write_wav(path: Path, sound: Samples) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((sound * 32767).astype("<i2").tobytes())


@pytest.fixture
def own(tmp_path: Path) -> Path:
    for party in ("agent", "customer"):
        for number, clip in enumerate(packaged("en")[party]):
            if clip.kind in {"line", "backchannel"}:
                write_wav(tmp_path / party / f"{clip.kind}-{number}.wav", clip.sound)
                (tmp_path / party / f"{clip.kind}-{number}.txt").write_text(clip.text, encoding="utf-8")
    return tmp_path


def test_a_folder_of_lines_is_enough(own: Path) -> None:
    kinds = set()
    for number in range(6):
        call = simulate_call(Wanted(seed=2, language="en"), number, loader(own))
        kinds |= {event["kind"] for event in call.truth["timeline"]["events"]}
        assert all(phase["kind"] != "ivr" for phase in call.truth["timeline"]["phases"])
    assert {"hold", "interruption", "backchannel"} <= kinds
    assert not kinds & {"hold_request", "hold_return", "dtmf"}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / "agent" / "line-4.txt").unlink(), "line-4.txt"),
        (lambda folder: (folder / "agent" / "line-4.txt").write_text("at 5 pm"), "digits"),
        (lambda folder: (folder / "agent" / "line-4.txt").write_text(" – "), "got none"),
        (lambda folder: (folder / "agent" / "line-4.wav").write_bytes(b"RIFF"), "line-4.wav"),
        (lambda folder: write_wav(folder / "agent" / "line-4.wav", silence(16)), "at most 15 s"),
        (lambda folder: write_wav(folder / "agent" / "line-4.wav", silence(2)), "got silence"),
        (lambda folder: [path.unlink() for path in (folder / "customer").glob("line*.wav")], "at least 8 lines"),
    ],
)
def test_what_is_wrong_with_own_clips_is_told(own: Path, spoil: object, told: str) -> None:
    spoil(own)  # type: ignore[operator]
    with pytest.raises(InputError, match=told):
        from_folder(own)


def test_no_folder_of_clips(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a folder"):
        from_folder(tmp_path / "none")
