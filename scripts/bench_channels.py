"""Put every defect of a recording into good calls and count how often voxcx gives the right verdict.

    python scripts/bench_channels.py DATA [DATA …] [--only KIND] [--each 20] [--no-words]

DATA holds two-channel recordings (.flac, .wav). Defects are seeded. Bleed also tells how many seconds of echo are taken
as speech, and how much speech is lost against the same call without echo. ``swapped`` needs the recogniser.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from channel_defects import BLEED_DB, MAKERS, Call, Random, Sound, bleeding, cut_file, write
from voxcx.assembly import make_tools
from voxcx.channels.roles import settle_roles
from voxcx.choices import Choices
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Interval, Intervals, intersection, subtract, total_s, union
from voxcx.intake.audio import probe, read_blocks
from voxcx.pipeline import Tools, listen, transcribe

LONGEST_S = 75.0  # a longer call gives a piece of this length, begun at random
COLLAR_S = 0.1
CUT_FORMATS = (".wav", ".flac", ".mp3", ".ogg")


@dataclass(frozen=True)
class Bench:
    """What every trial needs."""

    tools: Tools
    calls: tuple[Call, ...]
    folder: Path
    each: int

    def trials(self, kind: str) -> Iterator[tuple[Random, Call]]:
        """The calls in turn, as often as asked, each with its own chance."""
        for i in range(self.each):
            rng = np.random.default_rng([i, *kind.encode()])
            call = self.calls[i % len(self.calls)]
            spare = call.sound.shape[1] - round(LONGEST_S * call.rate_hz)
            start = int(rng.integers(spare)) if spare > 0 else 0
            piece = call.sound[:, start : start + round(LONGEST_S * call.rate_hz)]
            yield rng, replace(call, sound=piece)

    def listen(self, path: Path) -> Heard:
        """As the walk does."""
        return listen(Interaction(path.stem, "call", recordings=(probe(path),)), self.tools)

    def heard(self, sound: Sound, rate_hz: int) -> Heard:
        """Of samples instead of a file."""
        return self.listen(write(self.folder / "trial.wav", sound, rate_hz))


def main() -> int:
    """Print the table; 2 when there is nothing to work on."""
    asked = _arguments()
    paths = [p for data in asked.data for p in sorted(data.glob("*")) if p.suffix in {".flac", ".wav"}]
    paths = [path for path in paths if probe(path).channels == 2]
    if not paths:
        print("bench_channels.py: expected folders with two-channel .flac or .wav, found none", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(make_tools(Choices()), tuple(map(_call, paths)), Path(folder), asked.each)
        print(f"{'kind':<16} right  wrong, and what was said instead")
        for kind, expected, got in _all(bench, paths, words=not asked.no_words, only=asked.only):
            _print(kind, expected, got)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--only", default="", help="kinds that begin like this")
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--no-words", action="store_true", help="leave out swapped, which needs the recogniser")
    return parser.parse_args()


def _all(bench: Bench, paths: list[Path], *, words: bool, only: str) -> Iterator[tuple[str, str, Counter[str]]]:
    if "untouched".startswith(only):
        yield "untouched", "ok", Counter(_named(bench.listen(path), path.stem) for path in paths)
    for kind, (expected, make) in MAKERS.items():
        if kind.startswith(only):
            trials = bench.trials(kind)
            yield kind, expected, Counter(bench.heard(make(rng, call), call.rate_hz).verdict for rng, call in trials)
    for suffix in CUT_FORMATS:
        if f"truncated {suffix}".startswith(only):
            yield f"truncated {suffix}", "truncated", Counter(_truncated(bench, suffix))
    for level_db in BLEED_DB:
        if f"bleed {level_db} dB".startswith(only):
            yield f"bleed {level_db} dB", "bleed", _bleed(bench, level_db)
    if words and "swapped".startswith(only):
        yield from _swapped(bench, paths)


def _truncated(bench: Bench, suffix: str) -> Iterator[str]:
    for rng, call in bench.trials(suffix):
        path = write(bench.folder / f"cut{suffix}", call.sound, call.rate_hz)
        yield bench.listen(cut_file(path, rng.uniform(0.3, 0.9))).verdict


def _bleed(bench: Bench, level_db: int) -> Counter[str]:
    """Verdicts; prints the seconds of echo taken as speech, and of speech lost."""
    verdicts: Counter[str] = Counter()
    echo_s = other_s = lost_s = spoken_s = 0.0
    for i, (rng, call) in enumerate(bench.trials(f"bleed {level_db}")):
        without, bled = bleeding(rng, call, level_db, both=i % 4 == 3)
        clean = bench.heard(without, call.rate_hz).speech
        heard = bench.heard(bled, call.rate_hz)
        verdicts[heard.verdict] += 1
        for k, (before, after) in enumerate(zip(clean, heard.speech, strict=True)):
            wrong = subtract(after, _wider(before))
            of_echo = intersection(wrong, _echoing(without[k], bled[k] - without[k], call.rate_hz))
            echo_s, other_s = echo_s + total_s(of_echo), other_s + total_s(wrong) - total_s(of_echo)
            lost_s, spoken_s = lost_s + total_s(subtract(before, _wider(after))), spoken_s + total_s(before)
    print(
        f"  {level_db} dB: {echo_s:.1f} s of echo taken as speech, {other_s:.1f} s of other sound; "
        f"{lost_s:.1f} s lost of {spoken_s:.0f} s of speech"
    )
    return verdicts


def _echoing(own: Sound, echo: Sound, rate_hz: int) -> Intervals:
    """Where a channel's echo is louder than its own sound: there, speech is the other party's."""
    frame = round(0.032 * rate_hz)
    louder = [
        Interval(i / rate_hz, (i + frame) / rate_hz)
        for i in range(0, own.size, frame)
        if np.sum(echo[i : i + frame] ** 2) > np.sum(own[i : i + frame] ** 2)
    ]
    return union(louder)


def _swapped(bench: Bench, paths: list[Path]) -> Iterator[tuple[str, str, Counter[str]]]:
    """Every call once recognised, then judged as it is and with its channels exchanged."""
    as_it_is, exchanged = Counter[str](), Counter[str]()
    for path in paths:
        interaction = Interaction(path.stem, "call", recordings=(probe(path),))
        heard = listen(interaction, bench.tools)
        recognition = transcribe(interaction, heard, bench.tools)
        if recognition is None:
            continue
        as_it_is[settle_roles(interaction, heard, recognition).verdict] += 1
        heard = replace(heard, speech=heard.speech[::-1])
        verdict = settle_roles(interaction, heard, replace(recognition, words=recognition.words[::-1])).verdict
        exchanged[verdict if verdict == "swapped" else f"{verdict} ({path.stem})"] += 1
    yield "words, as it is", "ok", as_it_is
    yield "swapped", "swapped", exchanged


def _wider(pieces: Intervals) -> Intervals:
    return union(Interval(max(one.start_s - COLLAR_S, 0.0), one.end_s + COLLAR_S) for one in pieces)


def _named(heard: Heard, name: str) -> str:
    return heard.verdict if heard.verdict == "ok" else f"{heard.verdict} ({name})"


def _call(path: Path) -> Call:
    recording = probe(path)
    blocks = list(read_blocks(recording))
    return Call(path.stem, np.concatenate(blocks, axis=1) / 32768.0, recording.sample_rate_hz)


def _print(kind: str, expected: str, got: Counter[str]) -> None:
    wrong = ", ".join(f"{n} {verdict}" for verdict, n in got.most_common() if verdict != expected)
    print(f"{kind:<16} {got[expected]:>5}  {got.total() - got[expected]:>5}  {wrong}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
