"""Whisper for calls: packed windows of one or many recordings → words with times of the call, nothing invented."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxcx.config import TranscribeConfig
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Intervals, crop, total_s
from voxcx.domain.transcript import UNKNOWN_LANGUAGE, Recognition, Word
from voxcx.errors import InputError, ModelError, VoxcxError, as_told
from voxcx.speech.resampling import RATE_HZ
from voxcx.transcribe import doubt
from voxcx.transcribe.believing import Believed, believed
from voxcx.transcribe.cutting import cut
from voxcx.transcribe.decoding import WHOLE_S, Decoded, Decoder, bucket_s
from voxcx.transcribe.packing import Window, pack
from voxcx.transcribe.pool import Pool
from voxcx.transcribe.protocol import Progress, Sound, Spoken, in_silence
from voxcx.transcribe.weights import find_weights
from voxcx.units import cores

LANGUAGE_WINDOWS = 4  # how many windows vote for the call's language, at most …
LANGUAGE_S = 10.0  # … and how much of each
DECIDED = math.log(1000.0)  # odds at which the vote is over
TOGETHER_S = 100.0  # of windows decoded at once: more gain nothing on long ones, the caches overflow
_FLOOR = 1e-6

Vocabulary = Callable[[Interaction, str], tuple[str, ...]]


class Key(NamedTuple):
    """Windows that can be decoded together."""

    length_s: float
    language: str
    vocabulary: tuple[str, ...]


@dataclass(slots=True)
class _Call:
    """A recording whose windows are being decoded."""

    spoken: Spoken
    language: str = UNKNOWN_LANGUAGE
    error: VoxcxError | None = None
    vocabulary: tuple[str, ...] = ()
    windows: int = 0
    answers: dict[int, Believed] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return len(self.answers) == self.windows


@dataclass(frozen=True, slots=True)
class _Cut:
    """One window of a call with its sound."""

    call: _Call
    number: int
    window: Window
    audio: NDArray[np.float32]


def no_vocabulary(interaction: Interaction, language: str) -> tuple[str, ...]:  # noqa: ARG001 - a Vocabulary
    """Nothing to expect."""
    return ()


class WhisperTranscriber:
    """Whisper through CTranslate2. The model is loaded once, at construction."""

    def __init__(
        self, config: TranscribeConfig, language: str = "auto", vocabulary: Vocabulary = no_vocabulary
    ) -> None:
        weights = find_weights(config.model)
        self._config = config
        self._language = language
        self._vocabulary = vocabulary
        self._threads = config.threads or cores()
        self._decoder = Decoder(weights, config, self._threads)
        self.engine = weights.identity

    def transcribe(self, spoken: Spoken) -> Recognition:
        """Recognise each channel's speech, in one pass over the sound."""
        ((_, answer),) = self.transcribe_many([spoken])
        if isinstance(answer, VoxcxError):
            raise answer
        return answer

    def transcribe_many(
        self, recordings: Iterable[Spoken], progress: Progress = in_silence
    ) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
        """Many recordings, answers in their order; their windows share batches, which changes no word."""
        calls: deque[_Call] = deque()
        pool: Pool[Key, _Cut, Believed] = Pool(self._decode, self._threads, _together)
        with closing(pool):
            for spoken in recordings:
                calls.append(call := _Call(spoken))
                for part in self._windows(call):
                    pool.put(Key(bucket_s(part.audio), call.language, call.vocabulary), part)
                    _note(pool.answered(), progress)
                while calls and calls[0].is_done:
                    yield self._answer(calls.popleft(), progress)
            _note(pool.finish(), progress)
            while calls:
                yield self._answer(calls.popleft(), progress)

    def _windows(self, call: _Call) -> Iterator[_Cut]:
        """Choose the call's language and cut its windows; what is wrong with this call costs no other."""
        spoken, heard = call.spoken, call.spoken.heard
        windows = [w for k, s in enumerate(heard.for_words) for w in pack(s, k, heard.duration_s, self._config)]
        windows.sort(key=lambda window: (window.end_s, window.channel))
        given = 0
        try:
            call.language = self._language_of(spoken.interaction, windows, spoken.sound)
            call.vocabulary = self._vocabulary(spoken.interaction, call.language)
            call.windows = len(windows)
            for window, audio in cut(windows, spoken.sound()):
                yield _Cut(call, given, window, audio)
                given += 1
        except Exception as error:  # noqa: BLE001 - one recording costs nothing else, whatever is wrong with it
            call.error, call.windows = as_told(error), given  # no more will come: it must hold back nothing behind it

    def _decode(self, key: Key, parts: list[_Cut]) -> list[Believed]:
        hotwords = ", ".join(key.vocabulary) or None
        answers = self._decoder.decode([part.audio for part in parts], key.length_s, key.language, hotwords)
        return [
            believed(self._settled(answer, part, key), part.window, _where(part))
            for answer, part in zip(answers, parts, strict=True)
        ]

    def _settled(self, answer: Decoded, part: _Cut, key: Key) -> Decoded:
        """A doubtful answer is asked for again: without vocabulary that was not heard, and at the full length."""
        spoken = _where(part)
        speech_s = sum(total_s(crop(spoken, piece)) for piece in part.window.pieces)

        def doubtful(one: Decoded) -> bool:
            return doubt.why_doubtful(one) is not None or doubt.too_few(len(one.words), speech_s)

        if key.vocabulary and (doubtful(answer) or doubt.invented(answer.words, key.vocabulary)):
            (answer,) = self._decoder.decode([part.audio], key.length_s, key.language)
        if key.length_s == WHOLE_S or not doubtful(answer):
            return answer
        (second,) = self._decoder.decode([part.audio], WHOLE_S, key.language)
        return max(answer, second, key=lambda one: (not doubtful(one), one.mean_logprob))

    def _answer(self, call: _Call, progress: Progress) -> tuple[Spoken, Recognition | VoxcxError]:
        progress(call.spoken.interaction, 1.0)
        if call.error:
            return call.spoken, call.error
        words: list[list[Word]] = [[] for _ in call.spoken.heard.speech]
        dropped: Counter[str] = Counter()
        for number in sorted(call.answers):
            part = call.answers[number]
            words[part.channel].extend(part.words)
            dropped.update(dict(part.dropped))
        by_channel = tuple(tuple(channel) for channel in words)
        return call.spoken, Recognition(call.language, self.engine, by_channel, tuple(sorted(dropped.items())))

    def _language_of(self, interaction: Interaction, windows: list[Window], sound: Sound) -> str:
        """Fixed, from the metadata, or one choice per call among the configured languages, which bound all three."""
        known = self._config.languages
        fixed = interaction.language if self._language == "auto" else self._language
        if fixed and fixed not in known:
            raise InputError(
                f"{interaction.id}: expected a language among {', '.join(known)}, got {fixed!r}; "
                "correct the metadata or add it to transcribe.languages in the config."
            )
        wanted = (fixed,) if fixed else known if windows else ()
        if lacking := next((one for one in wanted if one not in self._decoder.languages), None):
            raise ModelError(
                f"Recognition model {self.engine}: expected a model that knows {lacking!r}, got one that does not; "
                "give another --asr-model, or correct transcribe.languages in the config."
            )
        if fixed or not windows:
            return fixed or UNKNOWN_LANGUAGE
        return known[0] if len(known) == 1 else self._voted(known, windows, sound)

    def _voted(self, known: tuple[str, ...], windows: list[Window], sound: Sound) -> str:
        odds = dict.fromkeys(known, 0.0)
        for _, audio in islice(cut(windows, sound()), LANGUAGE_WINDOWS):
            heard = self._decoder.language_scores(audio[: round(LANGUAGE_S * RATE_HZ)])
            for name in odds:
                odds[name] += math.log(heard.get(name, 0.0) + _FLOOR)
            first, second = sorted(odds.values(), reverse=True)[:2]
            if first - second >= DECIDED:
                break
        return max(odds, key=lambda name: odds[name])


def _together(key: Key) -> int:
    return max(1, int(TOGETHER_S // key.length_s))


def _where(part: _Cut) -> Intervals:
    """Where the detector heard speech on the window's channel."""
    return part.call.spoken.heard.for_words[part.window.channel]


def _note(answered: Iterator[tuple[_Cut, Believed | Exception]], progress: Progress) -> None:
    for part, answer in answered:
        if isinstance(answer, Exception):
            part.call.error = as_told(answer)
        part.call.answers[part.number] = Believed(part.window.channel, ()) if isinstance(answer, Exception) else answer
        progress(part.call.spoken.interaction, len(part.call.answers) / part.call.windows)
