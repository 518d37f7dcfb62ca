"""One engine in a process of its own: load, warm up, hear the calls; what was heard and what it took goes to a file.

python -m asr.of_voxcx REQUEST.json ANSWER.json       (of_peer the same; bench_asr.py writes the requests)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

MAXRSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in

Request = dict[str, Any]  # engine, model, location, language, warm_up, paths, word_times, profile
Channel = dict[str, Any]  # text, words: [[text, start_s, end_s], …]


@dataclass(frozen=True, slots=True)
class Engine:
    """What hears recordings: paths → calls → channels. ``stages_s`` grows while it hears."""

    hear: Callable[[Sequence[str]], list[list[Channel]]]
    stages_s: dict[str, float] = field(default_factory=dict)


def serve(load: Callable[[Request], Engine]) -> None:
    """Do what the request asks. The warm-up call is heard before the clock starts."""
    request: Request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    start_s = perf_counter()
    engine = load(request)
    engine.hear([request["warm_up"]])
    engine.stages_s.clear()
    ready_s, ready_cpu_s = perf_counter(), process_time()
    calls = engine.hear(request["paths"])
    answer = {
        "took_s": perf_counter() - ready_s,
        "cpu_s": process_time() - ready_cpu_s,
        "load_and_warm_up_s": ready_s - start_s,
        "peak_mib": peak_mib(RUSAGE_SELF),
        "child_peak_mib": peak_mib(RUSAGE_CHILDREN),
        "stages_s": engine.stages_s,
        "calls": calls,
    }
    Path(sys.argv[2]).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")


def peak_mib(who: int) -> float:
    """The most memory that this process (RUSAGE_SELF) or its largest finished child held."""
    return getrusage(who).ru_maxrss * MAXRSS_UNIT_BYTES / 2**20
