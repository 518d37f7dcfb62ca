"""CPU seconds of every stage but recognition, per hour of two-channel audio: the median of three rounds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from voxcx.assembly import make_tools
from voxcx.channels.meter import ChannelMeter
from voxcx.choices import Choices
from voxcx.intake.audio import read_blocks
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import judge, listen, sound_of
from voxcx.speech.ear import Ear
from voxcx.speech.resampling import at_16_khz
from voxcx.timeline.signals import Signals
from voxcx.transcribe.protocol import Spoken
from voxcx.transcribe.replay import ReplayTranscriber

ROUNDS = 3
LIMIT_S = 20.0
HOUR_S = 3600.0
MOST_AUDIO_S = 1200.0  # enough to tell


def cost_lines(paths: Sequence[Path]) -> Iterator[str]:
    """The table: each stage by itself, then `listen` and `judge` as the walk runs them."""
    chosen, audio_s = _enough(paths)
    rounds = [_round(chosen) for _ in range(ROUNDS)]
    yield f"\ncost: CPU seconds per hour of two-channel audio, {audio_s / 60:.1f} min, median of {ROUNDS} rounds"
    for stage in rounds[0]:
        figures = [one[stage] / audio_s * HOUR_S for one in rounds]
        yield f"  {stage:<34}{statistics.median(figures):>7.2f}   ({min(figures):.2f}–{max(figures):.2f})"
    total = statistics.median(sum(one[k] for k in ("open", "listen", "judge")) for one in rounds) / audio_s * HOUR_S
    yield f"  {'all but recognition':<34}{total:>7.2f}   (aim: {LIMIT_S:g})"


def _enough(paths: Sequence[Path]) -> tuple[list[Path], float]:
    chosen, audio_s = [], 0.0
    for path in paths:
        if audio_s >= MOST_AUDIO_S:
            break
        chosen.append(path)
        audio_s += open_interaction(path)[0].recordings[0].duration_s
    return chosen, audio_s


def _round(paths: Sequence[Path]) -> dict[str, float]:
    """CPU seconds by stage; a stage alone is given what the one before it made."""
    spent: dict[str, float] = {}

    def clock(stage: str, work: Callable[[], Any]) -> Any:
        began = time.process_time()
        answer = work()
        spent[stage] = spent.get(stage, 0.0) + time.process_time() - began
        return answer

    tools = make_tools(Choices(threads=1))
    for path in paths:
        interaction, history = clock("open", lambda path=path: open_interaction(path))
        recording = interaction.recordings[0]
        blocks = clock("  decoding", lambda r=recording: list(read_blocks(r)))
        rate_hz, channels = recording.sample_rate_hz, recording.channels
        sound = clock("  resampling", lambda b=blocks, r=rate_hz, c=channels: list(at_16_khz(iter(b), r, c)))
        meter = ChannelMeter(channels, rate_hz, tools.config.channels)
        clock("  channel health", lambda m=meter, s=sound: ([m.add(block) for block in s], m.finish()))
        signals = Signals(channels)
        clock("  tones and music", lambda g=signals, s=sound: ([g.add(b) for b in s], g.finish(), g.tones, g.music))
        clock("  speech and voice", lambda s=sound, c=channels: _speech(s, c, tools))
        heard = clock("listen", lambda i=interaction: listen(i, tools))
        transcriber = ReplayTranscriber(path.with_suffix(".json"))
        recognition = transcriber.transcribe(Spoken(interaction, heard, sound_of(interaction)))
        clock("judge", lambda i=interaction, h=heard, r=recognition, t=history: judge(i, h, r, tools, t))
    return spent


def _speech(sound: Sequence[Any], channels: int, tools: Any) -> None:
    ears = [Ear(tools.config.speech) for _ in range(channels)]
    for block in sound:
        for ear, samples in zip(ears, block, strict=True):
            ear.add(samples)
    for ear in ears:
        ear.voice(ear.speech())
