"""Engines in processes of their own, in turn within each round, so that drift of the machine hits all alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from references import Known

SCRIPTS = Path(__file__).resolve().parent.parent
VOXCX, DEFAULT, VAD, BATCHED = "voxcx", "default", "vad", "batched"
ENGINES = (VOXCX, DEFAULT, VAD, BATCHED)


@dataclass(frozen=True, slots=True)
class Job:
    """An engine with a model."""

    engine: str
    model: str


@dataclass(frozen=True, slots=True)
class Run:
    """One process: its wall clock from start to end, and its answer (asr.child)."""

    wall_s: float
    answer: dict[str, Any]


class Runner:
    """Starts the processes over the same calls and language. The weights for the peers are unpacked once a model."""

    def __init__(self, calls: Sequence[Known], language: str, work: Path) -> None:
        self._calls, self.language, self._work = calls, language, work
        self._locations: dict[str, str] = {}

    def rounds(self, jobs: Sequence[Job], count: int) -> dict[Job, list[Run]]:
        """All jobs once, then all again: A B C D, A B C D."""
        runs: dict[Job, list[Run]] = {job: [] for job in jobs}
        for number in range(1, count + 1):
            for job in jobs:
                runs[job].append(self.run(job))
                tell(f"round {number}/{count}  {job.engine} {job.model}: {runs[job][-1].wall_s:.1f} s")
        return runs

    def run(self, job: Job, **wishes: bool) -> Run:
        """One process from start to end; ``wishes`` are word_times or profile."""
        request, answer = self._work / "request.json", self._work / "answer.json"
        answer.unlink(missing_ok=True)
        request.write_text(json.dumps(self._request(job, wishes)), encoding="utf-8")
        module = "asr.of_voxcx" if job.engine == VOXCX else "asr.of_peer"
        start_s = perf_counter()
        _python("-m", module, str(request), str(answer))
        wall_s = perf_counter() - start_s
        return Run(wall_s, json.loads(answer.read_text(encoding="utf-8")))

    def _request(self, job: Job, wishes: dict[str, bool]) -> dict[str, Any]:
        return {
            "engine": job.engine,
            "model": job.model,
            "location": None if job.engine == VOXCX else self._location(job.model),
            "language": self.language,
            "warm_up": str(shortest(self._calls).path),
            "paths": [str(call.path) for call in self._calls],
            "word_times": wishes.get("word_times", False),
            "profile": wishes.get("profile", False),
        }

    def _location(self, model: str) -> str:
        if model not in self._locations:
            folder = self._work / f"weights-{len(self._locations)}"
            self._locations[model] = _python("-m", "asr.unpack", model, str(folder)).strip()
        return self._locations[model]


@contextmanager
def runner(calls: Sequence[Known], language: str) -> Iterator[Runner]:
    """A runner with a folder that goes when it is done."""
    with TemporaryDirectory(prefix="bench-asr-") as work:
        yield Runner(calls, language, Path(work))


def shortest(calls: Sequence[Known]) -> Known:
    """The call that warms an engine up."""
    return min(calls, key=lambda call: call.duration_s)


def tell(line: str) -> None:
    """Progress, beside the figures."""
    print(line, file=sys.stderr, flush=True)


def _python(*arguments: str) -> str:
    around = {**os.environ, "PYTHONPATH": os.pathsep.join((str(SCRIPTS), os.environ.get("PYTHONPATH", "")))}
    done = subprocess.run([sys.executable, *arguments], env=around, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments[:2])} failed: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}")
    return done.stdout
