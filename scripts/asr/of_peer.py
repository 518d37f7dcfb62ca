"""faster-whisper as its README calls it, each channel by itself: `default`, `vad` or `batched`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio

from asr.child import Channel, Engine, Request, serve

BEAM, BATCH = 5, 8


def load(request: Request) -> Engine:
    """The same weights and compute type as voxcx, all cores, the language fixed."""
    model = WhisperModel(request["location"], device="cpu", compute_type="int8", cpu_threads=os.cpu_count() or 1)
    ways: dict[str, Callable[..., Any]] = {
        "default": model.transcribe,
        "vad": partial(model.transcribe, vad_filter=True),
        "batched": partial(BatchedInferencePipeline(model).transcribe, beam_size=BEAM, batch_size=BATCH),
    }
    way = partial(ways[request["engine"]], language=request["language"], word_timestamps=request["word_times"])

    def hear(paths: Sequence[str]) -> list[list[Channel]]:
        return [[_heard(way, audio) for audio in decode_audio(path, split_stereo=True)] for path in paths]

    return Engine(hear)


def _heard(way: Callable[..., Any], audio: Any) -> Channel:
    segments = list(way(audio)[0])
    words = [(word.word, float(word.start), float(word.end)) for s in segments for word in s.words or ()]
    return {"text": " ".join(segment.text for segment in segments), "words": words}


if __name__ == "__main__":
    serve(load)
