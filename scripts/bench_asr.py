"""Recognition: voxcx beside faster-whisper, same calls, same weights (int8), same machine, same minutes.

    python scripts/bench_asr.py DATA [--rounds 3] [--only CALL …] [--models base,DIR,…] [--json OUT] [--profile]

DATA holds NAME.flac or NAME.wav with NAME.ref.json (scripts/references.py). Four engines are compared: voxcx by its
API (make_tools, open_interaction, transcribe_many: sound → words, utterances, roles), and faster-whisper three ways,
channel by channel: `WhisperModel.transcribe` with its defaults, the same with vad_filter=True, and
`BatchedInferencePipeline` (batch 8, beam 5, its VAD). Each engine runs in a process of its own with all cores and the
language fixed; within a round they run in turn, so that drift of the machine hits all alike. The weights are
voxcx.transcribe.weights.find_weights's, unpacked into a folder for the peers, which is how they load them best.
With --models, a second table has voxcx and the batched pipeline for each.

What each figure means is printed under the table (asr/table.py, DEFINITIONS). In short: speed counts everything from
file to words for every engine, after a warm-up that is not counted; the whole process from its start to its end is
beside it. Peers are timed as they come, without word times; words outside speech and errors of word starts need word
times, so the peers run once more with them, outside the timing.

The load of the machine is printed before and after: on a busy machine trust the ratios, not the speeds.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from asr.figures import Figures, figures
from asr.runs import BATCHED, ENGINES, VOXCX, Job, Run, Runner, runner, tell
from asr.table import DEFINITIONS, main_table, outside_lines, ratio_lines, size_table, stage_lines
from references import Known, find_calls, language_of

PACKAGES = ("voxcx", "faster-whisper", "ctranslate2", "onnxruntime", "whisper-normalizer")


def main() -> int:
    """Print the tables; 2 when there is nothing to score."""
    asked = _asked()
    known = find_calls(asked.data, asked.only)
    absent = set(asked.only) - {call.name for call in known}
    if absent or not known:
        wanted = ", ".join(sorted(absent)) or "NAME"
        print(f"{asked.data}: expected {wanted} as .flac or .wav with a .ref.json, found none.", file=sys.stderr)
        return 2
    language = asked.language or language_of(asked.data)
    models = asked.models or ["base"]
    head = _head(known, language, asked.rounds, models[0])
    with runner(known, language) as run:
        results = _compared(known, run, _jobs(models, asked.engines), asked.rounds)
        stages_s = run.run(Job(VOXCX, models[0]), profile=True).answer["stages_s"] if asked.profile else {}
    head["load_after"] = _load()
    _print(head, results)
    if asked.models:
        print("", *size_table(results), sep="\n")
    if stages_s:
        print("", *stage_lines(stages_s, head["calls_s"]), sep="\n")
    if asked.json:
        _write(asked.json, {**head, "definitions": DEFINITIONS, "stages_s": stages_s}, results)
    return 0


def _compared(known: list[Known], run: Runner, jobs: list[Job], rounds: int) -> dict[Job, Figures]:
    """The rounds, then, outside the timing, word times for the first model's engines."""
    runs = run.rounds(jobs, rounds)
    timed = {job: _with_word_times(run, job, runs[job]) for job in jobs if job.model == jobs[0].model}
    return {job: figures(known, runs[job], timed.get(job), run.language) for job in jobs}


def _asked() -> Namespace:
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with recordings and their references")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=(), metavar="CALL", help="these calls alone, by file stem")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES, help="these engines alone")
    parser.add_argument(
        "--models",
        type=lambda names: names.split(","),
        help="names or folders; the first is compared",
    )
    parser.add_argument(
        "--language", choices=("ru", "en"), help="default: ru where the folder is named so (calls-ru), else en"
    )
    parser.add_argument("--profile", action="store_true", help="also print where voxcx's time goes")
    parser.add_argument("--json", type=Path, metavar="OUT", help="all figures of all rounds")
    return parser.parse_args()


def _jobs(models: list[str], engines: list[str]) -> list[Job]:
    """All engines with the first model, voxcx and the batched pipeline with the others."""
    chosen = [engine for engine in ENGINES if engine in engines]
    return [
        Job(engine, model) for model in models for engine in chosen if model == models[0] or engine in {VOXCX, BATCHED}
    ]


def _with_word_times(run: Runner, job: Job, runs: list[Run]) -> Run:
    """A peer is asked for word times once more; voxcx has them in every run."""
    if job.engine == VOXCX:
        return runs[0]
    tell(f"word times  {job.engine}")
    return run.run(job, word_times=True)


def _head(known: list[Known], language: str, rounds: int, model: str) -> dict[str, Any]:
    return {
        "calls": [call.name for call in known],
        "calls_s": round(sum(call.duration_s for call in known), 1),
        "language": language,
        "rounds": rounds,
        "model": model,
        "cores": os.cpu_count(),
        "load_before": _load(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def _load() -> float:
    """Mean number of busy processes over the last minute."""
    return round(os.getloadavg()[0], 2)


def _print(head: Mapping[str, Any], results: Mapping[Job, Figures]) -> None:
    print(
        f"{len(head['calls'])} calls, {head['calls_s']} s, {head['language']}; model {head['model']}, int8; "
        f"{head['cores']} cores, load {head['load_before']} before and {head['load_after']} after; "
        f"rounds: {head['rounds']}\n{', '.join(f'{k} {v}' for k, v in head['versions'].items())}\n"
    )
    first = {job.engine: one for job, one in results.items() if job.model == head["model"]}
    print(*main_table(first), "", *ratio_lines(first), "", DEFINITIONS, sep="\n")
    for engine, one in first.items():
        if one.outside:
            print("", *outside_lines(engine, one.outside), sep="\n")


def _write(path: Path, head: Mapping[str, Any], results: Mapping[Job, Figures]) -> None:
    rows = [{"engine": job.engine, "model": job.model, **asdict(one)} for job, one in results.items()]
    path.write_text(json.dumps({**head, "figures": rows}, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
