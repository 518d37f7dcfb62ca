"""Events and features of simulated calls against the plan they were made from, by condition, and what listening costs.

    python scripts/bench_timeline.py --n 200 --seed 9001
    python scripts/bench_timeline.py --n 20 --conditions clean --words none --worst 10

Every call is planned, spoken by clips of known length and sent through a line (``voxcx simulate calls``); then the
whole walk says what happened in it. ``--words truth`` replays the planned words, ``none`` knows no words, ``asr``
recognises them. An event counts as found when its start and its end are both within 0.2 s and its party is right.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from timeline.cost import cost_lines
from timeline.matching import Compared, compare, outside, summed
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.config import read_json
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.transcript import Recognition
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import Tools, analyse
from voxcx.report.as_json import to_document
from voxcx.transcribe.protocol import Spoken
from voxcx.transcribe.replay import ReplayTranscriber

# Name → options of `voxcx simulate calls`.
CONDITIONS: dict[str, tuple[str, ...]] = {
    "clean": (),
    "mulaw": ("--codec", "mulaw"),
    "alaw": ("--codec", "alaw"),
    "gsm": ("--codec", "gsm"),
    "opus": ("--codec", "opus"),
    "snr20": ("--snr-db", "20"),
    "mulaw+snr20": ("--codec", "mulaw", "--snr-db", "20"),
    "bleed25": ("--bleed-db", "-25"),
    "loss2": ("--packet-loss", "0.02"),
    "phone": ("--condition", "phone"),
}
TARGETS = {"overlap": 0.97, "interruption": 0.97, "silence": 0.97, "hold": 0.97, "ringback": 0.97, "dtmf": 0.97}
TARGETS["backchannel"] = 0.90
UNITS = {name: spec.unit for name, spec in CATALOGUE.items()}


@dataclass(frozen=True, slots=True)
class NoWords:
    """A transcriber that hears nobody say anything."""

    engine: str = "none"

    def transcribe(self, spoken: Spoken) -> Recognition:
        """No words on any channel."""
        return Recognition(spoken.interaction.language or "ru", self.engine, tuple(() for _ in spoken.heard.speech))


def main() -> int:
    """Print a table per condition, the features that are off, and the cost."""
    wants = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        base = wants.keep or Path(scratch)
        for condition in wants.conditions:
            folder = base / condition
            if not folder.exists():
                simulate(folder, wants.n, wants.seed, CONDITIONS[condition])
            calls = score(folder, wants.words, wants.workers)
            print("\n".join(_table(condition, wants.words, calls, wants.worst)), flush=True)
        if wants.cost:
            print("\n".join(cost_lines(sorted((base / wants.conditions[0]).glob("*.flac")))))
    return 0


def simulate(folder: Path, n: int, seed: int, options: Sequence[str]) -> None:
    """Make the calls with the command that users have."""
    from voxcx.cli import main as voxcx  # noqa: PLC0415 - a door that other verbs need not pass

    arguments = ["simulate", "calls", "--out", str(folder), "--n", str(n), "--seed", str(seed), *options]
    sys.argv = ["voxcx", *arguments]
    try:
        code = voxcx()
    except SystemExit as end:
        code = end.code
    if code:
        raise SystemExit(f"simulate ended with {code}: {' '.join(arguments)}")


def score(folder: Path, words: str, workers: int) -> list[Compared]:
    """Walk every call of a folder and compare it with its plan."""
    paths = sorted(folder.glob("*.flac"))
    walk = partial(_scored, words=words)
    if workers == 1:
        return [walk(path) for path in paths]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(walk, paths, chunksize=4))


def _scored(path: Path, words: str) -> Compared:
    truth = path.with_suffix(".json")
    interaction, history = open_interaction(path)
    tools = _tools()
    if words != "asr":
        transcriber = ReplayTranscriber(truth) if words == "truth" else NoWords()
        tools = replace(tools, transcriber=transcriber)  # type: ignore[arg-type]
    found = to_document(analyse(interaction, tools, history))
    return compare(path.stem, read_json(truth, "the plan"), found, UNITS)


@cache
def _tools() -> Tools:
    return make_tools(Choices(threads=1))


def _table(condition: str, words: str, calls: Sequence[Compared], worst: int) -> Iterator[str]:
    yield f"\n{condition}: {len(calls)} calls, words: {words}"
    yield f"  {'event':<18}{'planned':>8}{'precision':>11}{'recall':>8}{'F1':>8}"
    for kind, tally in summed(calls).items():
        if tally.hits + tally.missed + tally.invented:
            target = TARGETS.get(kind)
            mark = "" if target is None or condition != "clean" or (tally.f1 or 0) >= target else f"  < {target}"
            shares = "".join(
                f"{'–' if v is None else f'{v:.3f}':>{w}}"
                for v, w in ((tally.precision, 11), (tally.recall, 8), (tally.f1, 8))
            )
            yield f"  {kind:<18}{tally.hits + tally.missed:>8}{shares}{mark}"
    yield from _features(calls)
    ranked = sorted(calls, key=lambda call: -len(call.wrong))[:worst]
    for call in ranked:
        yield f"  {call.name}: " + "; ".join(call.wrong[:8])


def _features(calls: Sequence[Compared]) -> Iterator[str]:
    far = outside(calls, UNITS)
    names = [name for name in CATALOGUE if any(name in call.errors for call in calls)]
    yield f"  {'feature':<36}{'median |error|':>15}{'largest':>10}{'calls off':>11}"
    for name in names:
        errors = [abs(e) for call in calls if (e := call.errors.get(name)) is not None]
        star = "★ " if CATALOGUE[name].star else "  "
        told = f"{statistics.median(errors):>15.3f}{max(errors):>10.3f}" if errors else f"{'–':>15}{'–':>10}"
        if far[name] or CATALOGUE[name].star:
            yield f"  {star}{name:<34}{told}{far[name]:>11}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=9001)
    parser.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=["clean", "mulaw", "snr20", "bleed25"])
    parser.add_argument("--words", choices=("truth", "none", "asr"), default="truth")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--worst", type=int, default=0, help="name what went wrong in so many calls")
    parser.add_argument("--keep", type=Path, help="folder for the simulated calls; they are used again")
    parser.add_argument("--no-cost", dest="cost", action="store_false", help="leave out the table of costs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
