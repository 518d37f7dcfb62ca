"""The figures as text, their definitions with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from asr.figures import Figures, ratio
from asr.runs import BATCHED, DEFAULT, VOXCX, Job
from asr.scores import OUTSIDE_S, SAME_WORD_S, Outside

NAMES = {
    VOXCX: "voxcx",
    DEFAULT: "faster-whisper, default",
    "vad": "faster-whisper, its VAD",
    BATCHED: "faster-whisper, batched",
}
DEFINITIONS = f"""\
× after load     seconds of the calls ÷ wall seconds from files to words (decoding, voice activity and recognition
                 included), after a warm-up on the shortest call, which is not counted
× whole process  seconds of the calls and the warm-up call ÷ wall seconds from the process's start to its end
CPU s            CPU seconds of the process a minute of call, after load: a busy machine changes it less than speed
peak             ru_maxrss of the process, MiB
WER, S, D, I     word errors over all channels, in the round with the median WER; both sides normalised (English: by
                 whisper-normalizer; Russian: numbers in words, lower case, ё as е, no punctuation), tags removed
outside          words further than {OUTSIDE_S} s from every segment in which their party spoke (words, or <unk>)
start, 95 %      |start of the recognised word − start of the segment that it opens|: median and 95th percentile, over
                 the segments whose first word was recognised within {SAME_WORD_S:g} s (n: of all that open with one)
Each engine has a process of its own and all cores; faster-whisper hears each channel by itself (batched: batch 8,
beam 5, its VAD). Speeds and memory: median of the rounds (lowest–highest). Peers are timed without word times, their
default; their outside, start and 95 % come from one more run with word_timestamps=True. voxcx has them in every run."""


def main_table(figures: Mapping[str, Figures]) -> Iterator[str]:
    """One line an engine."""
    yield (
        f"{'':<24} {'× after load':>18} {'× whole process':>18} {'CPU s':>6} {'peak MiB':>9} "
        f"{'WER':>7} {'S':>4} {'D':>4} {'I':>4} {'outside':>8} {'start':>8} {'95 %':>8}  n"
    )
    for engine, one in figures.items():
        errors, starts = one.typical_errors, one.starts
        counts = f"{errors.wer:7.2%} {errors.substitutions:4} {errors.deletions:4} {errors.insertions:4}"
        times = f"{_seconds(starts.median_s)} {_seconds(starts.p95_s)}  {starts.count}/{starts.tried}" if starts else ""
        yield (
            f"{NAMES[engine]:<24} {_spread(one.after_load):>18} {_spread(one.whole_process):>18} "
            f"{median(one.cpu_s_per_min):6.2f} {median(one.peak_mib):9.0f} "
            f"{counts} {len(one.outside) if starts else '':>8} {times}"
        )
    for engine, one in figures.items():
        if max(one.child_peak_mib) > 0:
            largest_mib = median(one.child_peak_mib)
            yield f"{NAMES[engine]} also had child processes, the largest of {largest_mib:.0f} MiB; not in its peak"


def ratio_lines(figures: Mapping[str, Figures]) -> Iterator[str]:
    """The ratios of voxcx to the batched pipeline and to the default."""
    mine = figures.get(VOXCX)
    for engine in (BATCHED, DEFAULT):
        if not mine or not (other := figures.get(engine)):
            continue
        points = 100 * (mine.typical_errors.wer - other.typical_errors.wer)
        yield (
            f"voxcx ÷ {NAMES[engine]}: after load {ratio(mine.after_load, other.after_load):.2f}, whole process "
            f"{ratio(mine.whole_process, other.whole_process):.2f}, peak {ratio(mine.peak_mib, other.peak_mib):.2f}; "
            f"WER {points:+.2f} points (ratios within each round, their median)"
        )


def size_table(figures: Mapping[Job, Figures]) -> Iterator[str]:
    """Each model in voxcx and in the batched pipeline."""
    yield f"{'model':<24} {'engine':<24} {'× after load':>18} {'WER':>7} {'peak MiB':>9}"
    for job, one in figures.items():
        if job.engine in {VOXCX, BATCHED}:
            speed, wer = _spread(one.after_load), one.typical_errors.wer
            yield f"{job.model:<24.24} {NAMES[job.engine]:<24} {speed:>18} {wer:7.2%} {median(one.peak_mib):9.0f}"


def outside_lines(engine: str, words: Sequence[Outside]) -> Iterator[str]:
    """Every word outside speech, with what is nearest to it."""
    yield f"{NAMES[engine]}: words outside speech"
    for word in words:
        near = "nobody of its party spoke in the call"
        if word.nearest:
            segment = word.nearest
            near = f"{word.away_s:.1f} s from {segment.text!r} at {segment.start_s:.1f}–{segment.end_s:.1f}"
        yield f"  {word.call} {word.role:<8} {word.start_s:7.2f}–{word.end_s:.2f} {word.text!r}, {near}"


def stage_lines(stages_s: Mapping[str, float], length_s: float) -> Iterator[str]:
    """Where voxcx's time went."""
    yield f"voxcx, one call after another, by stage ({length_s:.0f} s of calls)"
    for stage, took_s in stages_s.items():
        yield f"  {stage:<50} {took_s:7.2f} s   {1000 * took_s / length_s:6.1f} ms a second of call"


def _spread(values: Sequence[float]) -> str:
    if len(values) == 1:
        return f"{values[0]:.1f}"
    return f"{median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def _seconds(value: float | None) -> str:
    return f"{'–':>8}" if value is None else f"{value:6.3f} s"
