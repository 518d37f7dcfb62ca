"""The same results on a cluster as on one machine, whatever becomes of its nodes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from types import ModuleType

import pytest

from sound_files import piece, write_transcript, write_wav
from unit.batch.fake_walk import MakeFakeWalk
from unit.batch.poison import MakePoisonWalk
from unit.batch.ray_nodes import HOUSE, CannotStartError, MakeKilled, Nodes, leftovers, ray_nodes
from unit.batch.test_batch import Watcher, chat
from unit.batch.test_local import call as a_call
from unit.batch.test_local import chat as a_chat
from voxcx.batch.plan import Workers
from voxcx.batch.run import Plan, Summary, run_batch
from voxcx.batch.work import MakeWalk, Task
from voxcx.batch.workers.local import LocalWorkers
from voxcx.batch.workers.making import MakeToolsWalk
from voxcx.batch.workers.on_ray import RayWorkers
from voxcx.batch.workers.pools import Pools
from voxcx.choices import Choices
from voxcx.errors import VoxcxError
from voxcx.results.failures import Failure, read_failures
from voxcx.results.reading import read_table

TABLES = ("interactions", "criteria", "utterances", "events", "transcripts", "heard")
JOINS_WITHIN_S = 60.0


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(VoxcxError, match=r'expected Ray, found none; run: pip install "voxcx\[ray\]"'):
        list(RayWorkers(MakePoisonWalk(Path("diary"))).run(iter([a_chat("a")])))


@pytest.mark.slow
def test_a_cluster_of_our_own_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="the extra ray is not installed")
    monkeypatch.setenv("PYTHONPATH", str(HOUSE / "tests"))
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")  # else Ray writes a secret into the home folder
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    before = leftovers()
    tasks = [a_chat(f"chat-{number}") for number in range(10)]
    workers = RayWorkers(MakeFakeWalk(tmp_path / "loads"), Pools(count=1))
    try:
        with workers.staying():
            for _ in range(2):
                answers, failures = outcome(workers, tasks)
                assert answers == Counter(task.id for task in tasks)
                assert failures == {}
    except VoxcxError as error:
        if not str(error).startswith("Ray on this machine: expected a cluster that answers"):
            raise
        pytest.skip(str(error))
    assert (tmp_path / "loads").read_text(encoding="utf-8") == "1 1\n", "one worker did both rounds"
    assert leftovers() == before


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """Two nodes of one CPU each. The last tests switch one off and add one with a card."""
    pytest.importorskip("ray", reason="the extra ray is not installed")
    with ray_nodes({"PYTHONPATH": str(HOUSE / "tests")}) as started:
        try:
            started.start("--num-cpus=1")
            started.start("--num-cpus=1")
            await_cpus(started, 2)
        except CannotStartError as error:
            pytest.skip(f"Ray does not start here: {error}")
        yield started
    assert leftovers() == []


def await_cpus(nodes: Nodes, cpus: int, gpus: int = 0) -> None:
    import ray  # noqa: PLC0415 - an extra

    ray.init(nodes.address, logging_level="critical", log_to_driver=False)
    try:
        until_s = monotonic() + JOINS_WITHIN_S
        while (there := ray.cluster_resources()).get("CPU", 0) < cpus or there.get("GPU", 0) < gpus:
            if monotonic() > until_s:
                raise CannotStartError("a node did not join")
            sleep(0.1)
    finally:
        ray.shutdown()


def on(nodes: Nodes, make_walk: MakeWalk, **pools: float) -> RayWorkers:
    return RayWorkers(make_walk, replace(Pools(), **pools), address=nodes.address)


def archive(folder: Path) -> Path:
    """Chats, calls with stored transcripts, one file without sound, one that kills whoever opens it."""
    folder.mkdir()
    for number in range(40):
        text = chat(
            f"chat-{number:02}", customer_id=f"c{number % 7}", started_at=f"2026-03-{1 + number % 9:02}T10:00:00Z"
        )
        (folder / f"chat-{number:02}.json").write_text(text, encoding="utf-8")
    said = [("agent", 0.6, 4.0, "Good morning, how can I help you?"), ("customer", 4.5, 6.0, "Where is my parcel?")]
    for name, end_s in (("call-1", 9.0), ("call-2", 7.0), ("poison", 7.0)):
        write_wav(folder / f"{name}.wav", piece(0.0, end_s))
        write_transcript(folder.parent / "t" / f"{name}.json", said)
    (folder / "noise.wav").write_bytes(b"no sound at all")
    write_transcript(folder.parent / "t" / "noise.json", said)
    return folder


def rows(out: Path) -> dict[str, list[dict[str, object]]]:
    """All rows, in an order that does not depend on who was first."""
    return {name: sorted(read_table(out, name).to_pylist(), key=str) for name in TABLES}


@pytest.mark.slow
def test_results_are_those_of_one_machine(nodes: Nodes, tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    plan = Plan(archive(tmp_path / "src"), tmp_path / "here", "choices", transcripts=tmp_path / "t")
    there = replace(plan, out=tmp_path / "there")
    make_walk = MakeKilled(MakeToolsWalk(Choices(language="en")), "poison")
    here = run_batch(plan, LocalWorkers(make_walk, 1, 1), Watcher())
    cluster = run_batch(there, on(nodes, make_walk), Watcher())
    assert (here.done, here.failed) == (cluster.done, cluster.failed) == (42, 2)
    assert rows(plan.out) == rows(there.out)
    assert read_failures(plan.out) == read_failures(there.out)
    assert {name: one.stage for name, one in read_failures(there.out).items()} == {"poison": "worker", "noise": "open"}
    again = run_batch(there, on(nodes, make_walk), Watcher())
    assert (again.done, again.skipped) == (0, 42)


@pytest.mark.slow
def test_what_no_node_can_load_ends_the_run_in_one_sentence(nodes: Nodes, tmp_path: Path) -> None:
    workers = on(nodes, MakeToolsWalk(Choices(form=str(tmp_path / "nowhere.yaml"))))
    with pytest.raises(VoxcxError, match=r"nowhere\.yaml"):
        list(workers.run(iter([a_chat("a")])))


@pytest.mark.slow
def test_a_node_that_lacks_what_we_have_says_so(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    only_here = ModuleType("only_here")
    monkeypatch.setitem(sys.modules, "only_here", only_here)

    class MakeHere(MakePoisonWalk):
        pass

    MakeHere.__module__, MakeHere.__qualname__ = "only_here", "MakeHere"
    only_here.MakeHere = MakeHere  # type: ignore[attr-defined]
    with pytest.raises(VoxcxError, match="ModuleNotFoundError"):
        list(on(nodes, MakeHere(Path("diary"))).run(iter([a_chat("a")])))


@dataclass
class Switch(Watcher):
    """Switches a node off when so many interactions are done."""

    nodes: Nodes | None = None
    at: int = 20
    held: int = 0

    def moved(self, summary: Summary, failure: Failure | None) -> None:
        super().moved(summary, failure)
        if self.nodes is not None and summary.done >= self.at and self.nodes.workers(1):
            self.held = len(self.nodes.workers(1))
            self.nodes.kill(1)
            self.nodes = None


@pytest.mark.slow
def test_a_node_that_dies_midway_costs_nothing(nodes: Nodes, tmp_path: Path) -> None:
    names = [f"c{number:03}" for number in range(200)]
    source = tmp_path / "chats.jsonl"
    source.write_text("".join(chat(name, topic="alone:hurried") + "\n" for name in names), encoding="utf-8")
    plan = Plan(source, tmp_path / "r", "choices")
    switch = Switch(nodes=nodes)
    summary = run_batch(plan, on(nodes, MakePoisonWalk(tmp_path / "diary")), switch)
    assert switch.held == 1, "the node had a worker"
    assert (summary.done, summary.failed) == (200, 0)
    assert sorted(read_table(plan.out, "interactions")["interaction_id"].to_pylist()) == names
    begun = Counter((tmp_path / "diary").read_text(encoding="utf-8").split())
    assert set(begun) == set(names)
    assert max(begun.values()) <= 2
    assert sum(begun.values()) <= 200 + 3 * 32, "only what the node held is done again"


def outcome(workers: Workers, tasks: list[Task]) -> tuple[Counter[str], dict[str, Failure]]:
    parcels = list(workers.run(iter(tasks)))
    answers = Counter(name for parcel in parcels for name in parcel.ids)
    return answers, {one.interaction_id: one for parcel in parcels for one in parcel.failures}


@pytest.mark.slow
def test_cards_hear_and_cpus_judge(nodes: Nodes, tmp_path: Path) -> None:
    """Ray takes our word for a graphics card; what runs on it here is a walk without sound."""
    nodes.start("--num-cpus=0", "--num-gpus=1")
    await_cpus(nodes, 1, gpus=1)
    harm = {3: "hear:segfault", 5: "judge:abort", 11: "refused"}
    tasks = [a_call(f"call-{number}", harm.get(number, "")) for number in range(20)]
    tasks += [a_chat(f"chat-{number}", "judge:segfault" if number == 30 else "") for number in range(60)]
    here, failed_here = outcome(LocalWorkers(MakePoisonWalk(tmp_path / "here"), 2, 1), tasks)
    there, failed_there = outcome(on(nodes, MakePoisonWalk(tmp_path / "there")), tasks)
    assert here == there == Counter(task.id for task in tasks)
    assert failed_here == failed_there
    assert failed_there.keys() == {"call-3", "call-5", "call-11", "chat-30"}
