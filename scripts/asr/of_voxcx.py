"""voxcx as its user calls it: tools, open_interaction, transcribe_many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from asr.child import Channel, Engine, Request, serve
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.transcript import Transcript, Word
from voxcx.errors import VoxcxError
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import Tools, listen, sound_of, transcribe
from voxcx.transcribe import whisper
from voxcx.transcribing import transcribe_many


def load(request: Request) -> Engine:
    """The recogniser itself loads with the warm-up call."""
    tools = make_tools(Choices(asr_model=request["model"], language=request["language"]))
    if request["profile"]:
        return _profiled(tools)
    return Engine(lambda paths: _heard(paths, tools))


def _heard(paths: Sequence[str], tools: Tools) -> list[list[Channel]]:
    calls = []
    for _, roles, answer in transcribe_many((open_interaction(Path(path))[0] for path in paths), tools):
        if roles is None or isinstance(answer, VoxcxError):
            raise SystemExit(str(answer))
        calls.append(_channels(answer, roles.by_channel))
    return calls


def _channels(transcript: Transcript, by_channel: Sequence[str]) -> list[Channel]:
    """Utterances by channel again; where roles are unknown (both channels the same) all belong to the first."""
    channels = []
    for number, role in enumerate(by_channel):
        mine = [u for u in transcript.utterances if u.role == role and by_channel.index(role) == number]
        text, words = " ".join(u.text for u in mine), [_timed(w) for u in mine for w in u.words]
        channels.append({"text": text, "words": words})
    return channels


def _timed(word: Word) -> tuple[str, float | None, float | None]:
    return word.text, word.start_s, word.end_s


def _profiled(tools: Tools) -> Engine:
    """One call after another by the public stages, each timed. Decoding is also timed alone: both stages contain it."""
    stages_s: dict[str, float] = {}

    def add(stage: str, since_s: float) -> float:
        now_s = perf_counter()
        stages_s[stage] = stages_s.get(stage, 0.0) + now_s - since_s
        return now_s

    def hear(paths: Sequence[str]) -> list[list[Channel]]:
        for path in paths:
            now_s = perf_counter()
            interaction, _ = open_interaction(Path(path))
            now_s = add("open", now_s)
            heard = listen(interaction, tools)
            now_s = add("listen (decode, resample, channel health, VAD)", now_s)
            transcribe(interaction, heard, tools)
            now_s = add("transcribe (decode, resample, recognise)", now_s)
            for _ in sound_of(interaction)():
                pass
            add("decode and resample alone, once", now_s)
        stages_s.update(getattr(whisper, "STAGES_S", {}))  # what the recogniser itself tells of its stages
        return []

    return Engine(hear, stages_s)


if __name__ == "__main__":
    serve(load)
