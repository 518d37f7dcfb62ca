from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from sound_files import piece, write_transcript, write_wav
from voxcx.assembly import make_tools
from voxcx.batch.incoming.history import Survey
from voxcx.batch.incoming.lengths import with_lengths
from voxcx.batch.work import Task
from voxcx.batch.workers import nearby, walk
from voxcx.batch.workers.walk import ToolsWalk
from voxcx.batch.workers.wire import WorkersEnd, wire
from voxcx.batch.workers.worker import Given, WireInbox
from voxcx.choices import Choices
from voxcx.domain.interaction import Interaction
from voxcx.errors import InputError
from voxcx.intake.audio import promised_s
from voxcx.intake.job import Job
from voxcx.intake.manifest import jobs
from voxcx.results.reading import read_table
from voxcx.results.rows import rows_of
from voxcx.results.stored import Place
from voxcx.results.upkeep import write_chunk
from voxcx.storage import fetching
from voxcx.storage.fetching import own_folder
from voxcx.storage.paths import to_path


@pytest.fixture
def store() -> Iterator[Path]:
    yield to_path("memory://calls/in")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


@pytest.fixture
def ours(tmp_path: Path) -> ToolsWalk:
    said = write_transcript(tmp_path / "t.json", [("agent", 0.6, 5.0, "Good morning, how can I help you?")])
    choices = Choices(None, None, None, None, "en", said, "default", 1)
    return ToolsWalk(make_tools(choices), 2.0)


def put_wav(store: Path, name: str, here: Path, start_s: float = 0.0, end_s: float = 12.0) -> Path:
    (store / name).write_bytes(write_wav(here / name, piece(start_s, end_s)).read_bytes())
    return store / name


def task_of(store: Path, transcript: Path | None = None) -> Task:
    (job,) = (one for one in jobs(store) if isinstance(one, Job))
    return Task(job, "k", transcript=transcript, sound="s")


def copies() -> list[Path]:
    """But those of manifests, which stay as long as the process."""
    kept = {copy for _, copy in fetching._kept.values()}
    return [path for path in own_folder().rglob("*") if path.is_file() and path not in kept]


def test_a_recording_is_near_while_it_is_heard_and_named_where_it_lies(
    store: Path, tmp_path: Path, ours: ToolsWalk
) -> None:
    url = put_wav(store, "a.wav", tmp_path)
    task = task_of(store, tmp_path / "t.json")
    ours.expect([task])
    opened = ours.open(task)
    assert [one.path for one in opened.interaction.recordings] == [url]
    assert [path.name for path in copies()] == ["a.wav"]
    sound = ours.alone(opened)
    assert copies() == []
    rows = rows_of(ours.judge(opened, sound), "k", opened.history, "s")
    assert rows["interactions"][0]["recordings"] == [str(url)]
    assert str(url) in rows["heard"][0]["interaction"]  # type: ignore[operator]

    write_chunk(tmp_path / "r", rows, "part-000001-00000000")
    kept = ours.open(replace(task, place=Place(tmp_path / "r", "part-000001-00000000")))
    assert kept.kept is not None
    assert [one.path for one in kept.interaction.recordings] == [url]
    assert copies() == [], "what is kept is not fetched"


@pytest.mark.parametrize("broken", ["no sound", "gone"])
def test_what_cannot_be_opened_leaves_no_copy(store: Path, tmp_path: Path, ours: ToolsWalk, broken: str) -> None:
    url = put_wav(store, "a.wav", tmp_path)
    task = task_of(store)
    if broken == "gone":
        url.unlink()
    else:
        url.write_bytes(b"no sound")
    with pytest.raises(InputError, match=r"a\.wav: expected"):
        ours.open(task)
    ours._nearby._copies._pool.shutdown()  # type: ignore[union-attr]
    assert copies() == []


def test_what_cannot_be_heard_leaves_no_copy(
    store: Path, tmp_path: Path, ours: ToolsWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_wav(store, "a.wav", tmp_path)
    opened = ours.open(task_of(store, tmp_path / "t.json"))

    def fails(interaction: Interaction, _tools: object) -> None:
        assert interaction.recordings[0].path.is_file()
        raise InputError("a.wav: expected better.")

    monkeypatch.setattr(walk, "listen", fails)
    with pytest.raises(InputError, match="expected better"):
        ours.alone(opened)
    assert copies() == []


def test_many_are_heard_and_each_goes_when_it_was(
    store: Path, tmp_path: Path, ours: ToolsWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        put_wav(store, f"{number}.wav", tmp_path, number, number + 2.0)
    tasks = [Task(job, "k", sound="s") for job in jobs(store) if isinstance(job, Job)]
    there: list[int] = []

    def hear_many(interactions: Iterator[Interaction], *_: object) -> Iterator[tuple[Interaction, object]]:
        for interaction in interactions:
            assert interaction.recordings[0].path.is_file()
            there.append(len(copies()))
            yield interaction, InputError("silence")

    monkeypatch.setattr(walk, "hear_many", hear_many)
    answers = list(ours.hear(map(ours.open, tasks)))
    assert [opened.task.id for opened, _ in answers] == ["0", "1", "2", "3", "4"]
    assert there == [1, 1, 1, 1, 1]
    assert copies() == []


def test_the_next_is_fetched_while_one_is_recognised(
    store: Path, tmp_path: Path, ours: ToolsWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_wav(store, "a.wav", tmp_path)
    task, asked = task_of(store), []
    parents, end = wire()
    inbox = WireInbox(WorkersEnd(end))
    assert list(inbox.coming()) == []
    parents.send(Given([task], more=False))
    monkeypatch.setattr(fetching, "fetched", lambda path: asked.append(path) or path)
    for _ in range(3):
        ours.expect(inbox.coming())
    ours._nearby._copies._pool.shutdown()  # type: ignore[union-attr]
    assert asked == [task.job.recordings[0]]
    assert inbox.wait() == [task], "it was not taken"
    assert len(list(parents.arrived())) == 1, "and now it was"
    parents.close()
    assert list(inbox.coming()) == []
    assert inbox.wait() is None
    end.close()


def test_several_recordings_of_one_call_are_one_each(store: Path, tmp_path: Path) -> None:
    near = nearby.Nearby()
    one, two = put_wav(store, "one.wav", tmp_path), put_wav(store, "two.wav", tmp_path)
    job = next(iter(jobs(store)))
    assert isinstance(job, Job)
    task = Task(replace(job, recordings=(one, two, one)), "k")
    found = near.job(task).recordings
    assert [path.name for path in found] == ["one.wav", "two.wav", "one.wav"]
    assert found[0] == found[2]
    near.drop(task)


def test_lengths_are_asked_for_ahead_and_remembered(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        put_wav(store, f"{number:02d}.wav", tmp_path, 0.0, 1.0 + number / 10)
    assert promised_s(store / "05.wav") == promised_s(tmp_path / "05.wav") == 1.5
    found = Survey(stamps_in=tmp_path / "r")
    walked = [one for one in with_lengths(jobs(store), found.stamps) if isinstance(one, Job)]
    assert [one.interaction_id for one in walked] == [f"{number:02d}" for number in range(40)]
    monkeypatch.setattr("voxcx.batch.incoming.lengths.promised_s", lambda _: pytest.fail("it was known"))
    assert [found.stamps.sound_s(one.recordings[0], lambda _: None) for one in walked] == [
        1.0 + number / 10 for number in range(40)
    ]
    found.stamps.save()
    again = Survey(stamps_in=tmp_path / "r")
    assert len(list(with_lengths(jobs(store), again.stamps))) == 40


def _walks_away(folder: str) -> None:
    fetching.tempfile.tempdir = folder
    path = to_path("memory://calls/x.wav")
    path.write_bytes(b"sound")
    fetching.fetched(path)


def test_a_worker_that_ends_takes_its_copies_with_it(tmp_path: Path) -> None:
    worker = get_context("spawn").Process(target=_walks_away, args=(str(tmp_path),))
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    assert list(tmp_path.iterdir()) == []


def test_tables_are_read_from_a_store(store: Path) -> None:
    assert read_table(store / "r", "interactions").num_rows == 0
