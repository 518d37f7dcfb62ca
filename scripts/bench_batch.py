"""`voxcx batch` as a user runs it: throughput, memory, overhead, resume; each figure from processes of its own.

    python scripts/bench_batch.py chats  [--n 10000 100000] [--workers 1 2]  throughput, memory against length, resume
    python scripts/bench_batch.py rescore [--n 10000] [FOLDER --times 50]    a changed form, from stored transcripts
    python scripts/bench_batch.py replay FOLDER [--times 50]                 overhead a call with ASR replayed
    python scripts/bench_batch.py asr    FOLDER … [--times 10] [--workers 1 2]  real recognition against bench_asr's way
    python scripts/bench_batch.py ray    [--n 2000]                          ray against local, the same chats

Chats are made up: 240 words, of the vocabulary of shipped forms by Zipf's law with phrases of a form in one message in
five, no two alike; 200 agents, customers that come three times. FOLDER holds recordings (with NAME.ref.json for
`replay`). CPU seconds are those of the whole tree (`wait4`), peaks are the largest resident sizes seen every 50 ms of
the parent and of its largest worker. Wall times mean something on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench_qa import _chats, said_phrases, vocabulary
from references import TAG, Known, find_calls

AGENTS = 200
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
POLL_S = 0.05
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took."""

    wall_s: float
    cpu_s: float
    parent_mib: float
    worker_mib: float
    said: str


def main() -> int:
    """Print the tables of one part."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as scratch:
        {"chats": chats, "rescore": rescore, "replay": replay, "asr": asr, "ray": ray}[asked.part](asked, Path(scratch))
    return 0


def chats(asked: argparse.Namespace, scratch: Path) -> None:
    """Throughput, memory against length, and what starting a finished run costs."""
    print("chats    workers  wall s  chats/s  per core  CPU ms a chat  parent MiB  worker MiB  again s  disk kB a chat")
    for count in asked.n:
        source = write_chats(scratch / f"{count}.jsonl", count)
        for workers in asked.workers:
            out = scratch / f"r-{count}-{workers}"
            first, again = (batch(source, out, "--workers", str(workers)) for _ in range(2))
            each_kb = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / count / 1000
            cores = min(workers, os.cpu_count() or 1)
            print(
                f"{count:7d} {workers:8d} {first.wall_s:7.1f} {count / first.wall_s:8.0f} "
                f"{count / first.wall_s / cores:9.0f} {1000 * first.cpu_s / count:14.2f} {first.parent_mib:11.0f} "
                f"{first.worker_mib:11.0f} {again.wall_s:8.1f} {each_kb:15.2f}",
                flush=True,
            )
            shutil.rmtree(out)


def rescore(asked: argparse.Namespace, scratch: Path) -> None:
    """A changed form: everything is judged again from what is stored; chats, or the calls of a folder."""
    out, form = scratch / "r", scratch / "form.yaml"
    if asked.folders:
        calls = find_calls(asked.folders[0], ())
        source, transcripts = replayed(calls, asked.times, scratch)
        count, shipped, options = asked.times * len(calls), "service.en.v1", ("--transcripts", str(transcripts))
    else:
        source = write_chats(scratch / "c.jsonl", asked.n[0])
        count, shipped, options = asked.n[0], "chat.ru.v1", ()
    path = Path(__file__).parents[1] / "configs" / "qa_forms" / f"{shipped}.yaml"
    text = path.read_text(encoding="utf-8")
    form.write_text(text, encoding="utf-8")
    for what, changed in (("first", text), ("form changed", text + "\n# changed\n"), ("nothing changed", None)):
        if changed is not None:
            form.write_text(changed, encoding="utf-8")
        cost = batch(source, out, "--form", str(form), *options)
        print(f"{what:16s} {cost.wall_s:7.1f} s, {1000 * cost.cpu_s / count:.2f} ms CPU each · {cost.said}", flush=True)


def replay(asked: argparse.Namespace, scratch: Path) -> None:
    """What a call costs beside recognition: listening, features, QA, writing."""
    calls = find_calls(asked.folders[0], ())
    source, transcripts = replayed(calls, asked.times, scratch)
    length_s = asked.times * sum(call.duration_s for call in calls)
    for workers in asked.workers:
        cost = batch(
            source, scratch / f"r{workers}", "--transcripts", str(transcripts), "--workers", str(workers), "--form",
            "service.en.v1",
        )  # fmt: skip
        count = asked.times * len(calls)
        print(
            f"{count} calls, {length_s / 3600:.2f} h, {workers} workers: {cost.wall_s:.1f} s wall, "
            f"{1000 * cost.cpu_s / count:.0f} ms CPU a call, {60 * cost.cpu_s / length_s:.3f} CPU s a minute of sound"
        )


def replayed(calls: Sequence[Known], times: int, scratch: Path) -> tuple[Path, Path]:
    """Folders of the recordings and of their references as transcripts, each so many times under a name of its own."""
    source, transcripts = scratch / "calls", scratch / "transcripts"
    for folder in (source, transcripts):
        folder.mkdir()
    for k in range(times):
        for call in calls:
            (source / f"{k}-{call.path.name}").symlink_to(call.path.resolve())
            (transcripts / f"{k}-{call.path.stem}.json").write_text(as_transcript(call), encoding="utf-8")
    return source, transcripts


def as_transcript(call: Known) -> str:
    """The reference of a call as a stored transcript."""
    said = [
        {
            "role": one["role"],
            "start_s": one["start_s"],
            "end_s": one["end_s"],
            "text": TAG.sub("", one["text"]).strip(),
        }
        for one in call.raw["segments"]
    ]
    return json.dumps({"language": "en", "engine": "reference", "utterances": [one for one in said if one["text"]]})


def asr(asked: argparse.Namespace, scratch: Path) -> None:
    """Real recognition: workers of one thread, on as many cores, against one and against recognition alone there."""
    recordings = [path for folder in asked.folders for path in sorted(folder.glob("*.flac"))]
    source = scratch / "calls"
    source.mkdir()
    for k in range(asked.times):
        for path in recordings:
            (source / f"{k:03d}-{path.name}").symlink_to(path.resolve())
    length_s = asked.times * sum(_length_s(path) for path in recordings)
    print(f"{asked.times * len(recordings)} calls, {length_s / 3600:.2f} h of sound")
    alone = {workers: _recognition_alone(source, workers, length_s) for workers in {1, *asked.workers}}
    speeds = {}
    for workers in asked.workers:
        options = "--workers", str(workers), "--threads", "1", "--language", asked.language
        cost = batch(source, scratch / f"r{workers}", *options, on_cores=workers)
        speeds[workers] = length_s / cost.wall_s
        print(
            f"{workers} workers: {cost.wall_s:7.1f} s, {speeds[workers]:5.1f} × real time, "
            f"{speeds[workers] / speeds[min(speeds)]:.2f} × of {min(speeds)} · worker {cost.worker_mib:.0f} MiB · "
            f"{speeds[workers] / alone[workers]:.0%} of recognition alone with {workers} threads "
            f"({alone[workers]:.1f} ×) · {speeds[workers] / workers / alone[1]:.0%} per worker of one thread "
            f"({alone[1]:.1f} ×) · {cost.said}",
            flush=True,
        )


def _recognition_alone(source: Path, threads: int, length_s: float) -> float:
    """Speed of `transcribe_many`, as scripts/bench_asr.py measures it: loaded and warmed up before the clock."""
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom voxcx.assembly import make_tools\n"
        "from voxcx.choices import Choices\n"
        "from voxcx.intake.opening import open_interaction\nfrom voxcx.transcribing import transcribe_many\n"
        f"paths = sorted(Path({str(source)!r}).iterdir())\n"
        f"tools = make_tools(Choices(language='en', threads={threads}))\n"
        "opened = lambda some: (open_interaction(path)[0] for path in some)\n"
        "list(transcribe_many(opened(paths[:1]), tools))\nstart = time.perf_counter()\n"
        "sum(1 for _ in transcribe_many(opened(paths), tools))\nprint(time.perf_counter() - start)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=lambda: _pin(threads))
    return length_s / float(done.stdout)


def _pin(count: int | None) -> None:
    if count is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def ray(asked: argparse.Namespace, scratch: Path) -> None:
    """The same chats by both engines."""
    source = write_chats(scratch / "c.jsonl", asked.n[0])
    for engine in ("local", "ray"):
        cost = batch(source, scratch / engine, "--workers", "2", "--engine", engine)
        print(f"{engine:6s} {cost.wall_s:7.1f} s wall, {cost.cpu_s:7.1f} s CPU · {cost.said}")


def batch(source: Path, out: Path, *options: str, on_cores: int | None = None) -> Cost:
    """Run the command, on so many cores if given; its peak sizes are watched from here."""
    command = [sys.executable, "-m", "voxcx", "batch", str(source), "--out", str(out), *options]
    started = time.perf_counter()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, preexec_fn=lambda: _pin(on_cores)) as process,  # noqa: PLW1509
    ):
        parent = worker = 0.0
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            parent = max(parent, _resident_mib(process.pid))
            worker = max([worker, *map(_resident_mib, _children(process.pid))])
            time.sleep(POLL_S)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode().strip()
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(command)}: expected it to run, got exit code {process.returncode}: {text}")
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, parent, worker, text.splitlines()[-1])


def _children(pid: int) -> list[int]:
    try:
        return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _resident_mib(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES / MIB
    except (OSError, IndexError):
        return 0.0


def write_chats(path: Path, count: int) -> Path:
    """A file of chats in order of time."""
    chance = random.Random(5)  # noqa: S311
    said = _chats(count, vocabulary("ru"), said_phrases("chat.ru.v1"), chance)
    with path.open("w", encoding="utf-8") as file:
        for number, lines in enumerate(said):
            file.write(json.dumps(_record(number, lines, count, chance), ensure_ascii=False) + "\n")
    return path


def _record(number: int, lines: Sequence[str], count: int, chance: random.Random) -> dict[str, object]:
    messages = list(_messages(lines, START + timedelta(seconds=20 * number), chance))
    return {
        "id": f"chat-{number:07d}",
        "kind": "chat",
        "customer_id": f"c{chance.randrange(max(1, count // 3))}",
        "agent_id": f"a{chance.randrange(AGENTS)}",
        "queue": chance.choice(("billing", "tech", "sales")),
        "channel": "chat",
        "messages": messages,
    }


def _messages(lines: Sequence[str], at: datetime, chance: random.Random) -> Iterator[dict[str, str]]:
    for k, text in enumerate(lines):
        at += timedelta(seconds=chance.randint(5, 90))
        yield {"role": "agent" if k % 2 else "customer", "sent_at": at.isoformat(), "text": text}


def _length_s(path: Path) -> float:
    from voxcx.intake.audio import promised_s  # noqa: PLC0415 - PyAV is opened only where sound is

    return promised_s(path) or 0.0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("chats", "rescore", "replay", "asr", "ray"))
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--n", type=int, nargs="+", default=[10_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--language", default="en")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
