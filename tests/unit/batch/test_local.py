"""Poison of every kind: whatever dies, every task is answered exactly once, and only the poison is a failure."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from unit.batch.poison import MakePoisonWalk
from voxcx.batch.work import Parcel, Task
from voxcx.batch.workers.limits import MB, Limits
from voxcx.batch.workers.local import LocalWorkers
from voxcx.batch.workers.supply import BUNDLE
from voxcx.errors import VoxcxError
from voxcx.intake.job import Job
from voxcx.intake.metadata import Metadata

QUICK = Limits(time_s=3.0, loading_s=20.0)
LEAN = Limits(memory_bytes=700 * MB)


def chat(name: str, topic: str = "") -> Task:
    return Task(Job(name, "chat", (), Metadata(topic=topic), {}, f"chats.jsonl:{name}"), f"key-{name}")


def call(name: str, topic: str = "") -> Task:
    return Task(Job(name, "call", (Path(f"{name}.wav"),), Metadata(topic=topic), None, name), f"key-{name}")


def some(make: object, names: str, **topics: str) -> list[Task]:
    return [make(name, topics.get(name, "")) for name in names]  # type: ignore[operator]


class Run:
    """What came of some tasks, and how often each was begun."""

    def __init__(self, tasks: list[Task], folder: Path, limits: Limits | None = None, workers: int = 1) -> None:
        pool = LocalWorkers(MakePoisonWalk(folder / "diary"), workers, 1, limits)
        parcels = list(pool.run(iter(tasks)))
        self.answers = Counter(name for parcel in parcels for name in parcel.ids)
        self.failures = {one.interaction_id: one for parcel in parcels for one in parcel.failures}
        self.begun = Counter((folder / "diary").read_text(encoding="utf-8").split())
        assert self.answers == Counter(task.id for task in tasks), "every task is answered exactly once"

    @property
    def stages(self) -> dict[str, str]:
        return {name: one.stage for name, one in self.failures.items()}


POISONS = {
    "b": ("judge:segfault", "worker", "was ended by SIGSEGV", 1),
    "d": ("open:abort", "worker", "was ended by SIGABRT", 1),
    "e": ("alone:exits", "worker", "ended with exit code 3", 1),
    "g": ("open:leaves", "worker", "ended with exit code 4", 1),
    "j": ("judge:killed", "worker", "was ended by SIGKILL", 2),  # it may have been somebody from outside
    "l": ("judge:bomb", "memory", "MemoryError", 1),
}


def test_the_culprits_of_a_bundle_are_known_at_once(tmp_path: Path) -> None:
    topics = {name: topic for name, (topic, _, _, _) in POISONS.items()}
    run = Run(some(chat, "abcdefghijkl", **topics), tmp_path, LEAN)
    assert run.stages == {name: stage for name, (_, stage, _, _) in POISONS.items()}
    for name, (_, _, says, times) in POISONS.items():
        assert says in run.failures[name].reason
        assert run.begun[name] == times
    assert run.begun["k"] == 1, "those behind had not been begun"


@pytest.mark.parametrize("topic", ["judge:spins", "open:waits", "alone:stops"])
def test_what_hangs_is_ended_once(tmp_path: Path, topic: str) -> None:
    run = Run(some(chat, "abcd", b=topic), tmp_path, QUICK)
    assert run.stages == {"b": "time"}
    assert run.failures["b"].reason == "Expected an answer within 3 s, got none."
    assert "--time-limit" in run.failures["b"].what_to_do
    assert run.begun["b"] == 1


def test_what_eats_memory_is_ended_once(tmp_path: Path) -> None:
    run = Run(some(chat, "abcd", b="judge:eats"), tmp_path, Limits(memory_bytes=500 * MB))
    assert run.stages == {"b": "memory"}
    assert "--memory-limit" in run.failures["b"].what_to_do
    assert run.begun["b"] <= 2


def test_answers_that_were_handed_in_are_not_done_again(tmp_path: Path) -> None:
    topics = dict.fromkeys("abcdef", "judge:slow") | {"g": "judge:segfault"}
    run = Run(some(chat, "abcdefgh", **topics), tmp_path)
    assert run.stages == {"g": "worker"}
    assert [run.begun[name] for name in "abc"] == [1, 1, 1]


@pytest.mark.parametrize(("topic", "stage"), [("hear:segfault", "worker"), ("hear:spins", "time")])
def test_recordings_in_flight_with_poison_are_tried_alone(tmp_path: Path, topic: str, stage: str) -> None:
    run = Run(some(call, "abcdefg", d=topic), tmp_path, Limits(time_s=3.0, loading_s=6.0))
    assert run.stages == {"d": stage}
    assert run.begun["d"] == 2
    assert run.begun["a"] == run.begun["g"] == 1, "long done, or not begun"
    assert sum(run.begun.values()) <= 7 + 4


def test_what_hangs_while_a_recording_is_opened_is_known_although_others_are_heard(tmp_path: Path) -> None:
    run = Run(some(call, "abcde", c="open:waits"), tmp_path, QUICK)
    assert run.stages == {"c": "time"}
    assert run.begun["c"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_dies_every_task_is_answered_once(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - no secret
    poisons = ["judge:segfault", "open:exits", "judge:spins", "judge:killed", "open:leaves", "judge:bomb"]
    heard = ["hear:segfault", "hear:abort", "judge:segfault", "open:spins"]
    tasks = [(call if dice.random() < 0.3 else chat)(f"t{number}") for number in range(120)]
    for number in dice.sample(range(120), 7):
        make, kinds = (call, heard) if tasks[number].needs_recogniser else (chat, poisons)
        tasks[number] = make(f"t{number}", dice.choice(kinds))
    run = Run(tasks, tmp_path, Limits(6.0, 20.0, 700 * MB), workers=2)
    poisoned = {task.id for task in tasks if task.job.metadata.topic}
    assert {name: one for name, one in run.failures.items() if name not in poisoned} == {}
    assert run.failures.keys() == poisoned


def test_workers_that_die_while_they_load_are_replaced_twice(tmp_path: Path) -> None:
    workers = LocalWorkers(MakePoisonWalk(tmp_path / "diary", doomed=2), 1, 1)
    assert [parcel.ids for parcel in workers.run([chat("a")])] == [("a",)]
    third = LocalWorkers(MakePoisonWalk(tmp_path / "third", doomed=3), 1, 1)
    with pytest.raises(
        VoxcxError, match=r"ended with exit code 9 while it loaded its tools, 3 times in a row; give fewer"
    ):
        list(third.run([chat("a")]))


def children() -> set[int]:
    told = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return {int(pid) for pid in told.split()}


def worker_pids(before: set[int]) -> set[int]:
    """Our worker processes: multiprocessing's own resource tracker stays."""
    known = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children() - before}
    return {pid for pid, command in known.items() if b"spawn_main" in command}


def test_large_messages_both_ways_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """More than a socket holds, in both directions: whoever waited until the other has read would wait for ever."""
    tasks = [chat(f"c{number}") for number in range(3 * BUNDLE)]
    large = [Task(one.job, one.key, transcript=Path("x" * 50_000)) for one in tasks]
    assert len(Run(large, tmp_path).answers) == 3 * BUNDLE


def test_a_worker_that_is_stopped_in_the_middle_is_ended(tmp_path: Path) -> None:
    """Stopped from outside, with more in its wire than it holds: nothing of the parent waits for it alone."""
    topics = dict.fromkeys((f"c{number}" for number in range(4 * BUNDLE)), "judge:hurried")
    tasks = [Task(one.job, one.key, transcript=Path("x" * 50_000)) for one in (chat(*pair) for pair in topics.items())]
    before = children()
    parcels: Iterator[Parcel] = LocalWorkers(MakePoisonWalk(tmp_path / "diary"), 2, 1, QUICK).run(tasks)
    answered = [*next(parcels).ids]
    os.kill(min(worker_pids(before)), signal.SIGSTOP)
    rest = list(parcels)
    answered += [name for parcel in rest for name in parcel.ids]
    assert sorted(answered) == sorted(task.id for task in tasks)
    failed = [one for parcel in rest for one in parcel.failures]
    assert [one.stage for one in failed] in ([], ["time"]), "at most the one that it was at"
    assert worker_pids(before) == set()
