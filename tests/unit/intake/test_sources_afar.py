"""Sources on object storage are walked as those on disk are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.intake import folder_jobs
from voxcx.intake.job import BadRow, Job
from voxcx.intake.manifest import jobs
from voxcx.intake.surveys import read_surveys
from voxcx.storage import listing
from voxcx.storage.paths import to_path

CHAT = {"messages": [{"role": "agent", "text": "Hello."}]}


@pytest.fixture
def store() -> Iterator[Path]:
    yield to_path("memory://archive/in")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def fill(folder: Path) -> None:
    files = {
        "b.wav": "",
        "b.json": json.dumps({"queue": "billing"}),
        "a/z.wav": "",
        "a/y.flac": "",
        "a/.hidden.wav": "",
        ".git/x.wav": "",
        "a.wav": "",
        "chat 1.json": json.dumps(CHAT),
        "chat.json": "{",
        "x.ref.json": "{}",
        "x.txt": "",
        "r/part.json": "{}",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def told(source: Path, **options: Any) -> list[tuple[str, ...]]:
    """What is found, with places in the source."""
    found = []
    for one in jobs(source, **options):
        if isinstance(one, BadRow):
            found.append(("bad", one.where, one.reason))
        else:
            files = " ".join(map(str, one.recordings))
            found.append((one.interaction_id, one.where, files, str(one.metadata.queue), str(one.chat)))
    return [tuple(text.replace(str(source.parent), "") for text in one) for one in found]


def test_a_folder_is_walked_in_the_same_order(store: Path, tmp_path: Path) -> None:
    here = tmp_path / "in"
    fill(here)
    fill(store)
    ours = told(here, leave_out=(here / "r",))
    assert told(store, leave_out=(store / "r",)) == ours
    assert [one[0] for one in ours] == ["a/y", "a/z", "a", "b", "chat 1", "bad"]
    assert ours[3][3] == "billing"
    asked: list[str] = []
    assert (
        told(
            store, leave_out=(store / "r",), wanted=lambda place: bool(asked.append(place)) or place.endswith("y.flac")
        )
        == ours[:1]
    )
    assert [Path(place).name for place in asked] == ["y.flac", "z.wav", "a.wav", "b.wav", "chat 1.json", "chat.json"]


def manifest_csv(path: Path) -> None:
    far = "memory://archive/else/c.wav"
    path.write_text(f"interaction_id,recording\n1,a.wav\n2,sub/b.wav;{far}\n3,/mnt/d.wav\n4,chat.json\n5,\n,x.wav\n")


def manifest_parquet(path: Path) -> None:
    with path.open("wb") as file:
        pq.write_table(pa.table({"interaction_id": ["1", "2"], "recording": ["a.wav", "chat.json"]}), file)


def chats(path: Path) -> None:
    path.write_text(f"{json.dumps({'id': '1', **CHAT})}\n\n{{\n{json.dumps({'id': '2', **CHAT})}\n")


@pytest.mark.parametrize(
    ("name", "write"), [("m.csv", manifest_csv), ("m.parquet", manifest_parquet), ("c.jsonl", chats)]
)
def test_a_file_is_read_as_on_disk(store: Path, tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    for folder in (tmp_path, store):
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / name)
        (folder / "chat.json").write_text(json.dumps(CHAT))
    ours = told(tmp_path / name)
    assert told(store / name) == [tuple(text.replace(str(tmp_path), str(store)) for text in one) for one in ours], (
        "the same, with files beside the manifest"
    )
    assert len(ours) >= 2


def test_files_of_a_manifest_lie_beside_it_or_where_they_say(store: Path) -> None:
    store.mkdir(parents=True)
    manifest_csv(store / "m.csv")
    found = {one.interaction_id: one.recordings for one in jobs(store / "m.csv") if isinstance(one, Job)}
    assert found["1"] == (store / "a.wav",)
    assert found["2"] == (store / "sub" / "b.wav", to_path("memory://archive/else/c.wav"))
    assert found["3"] == (Path("/mnt/d.wav"),)


def test_a_source_that_is_none_is_told(store: Path) -> None:
    fill(store)
    for source, says in ((store / "none", "found nothing"), (store / "x.txt", "got .txt")):
        with pytest.raises(InputError, match=says):
            jobs(source)
    (store / "r" / "part.json").unlink()
    (store / "r" / "notes.txt").write_text("")
    with pytest.raises(InputError, match="expected recordings"):
        list(jobs(store / "r"))
    with pytest.raises(InputError, match="--name-pattern is for a folder"):
        jobs(store / "b.wav", name_pattern="{agent_id}.wav")


def test_a_folder_that_cannot_be_listed_costs_nothing_else(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store)

    def refuses(folder: Path) -> list[listing.Listed]:
        if folder.name == "a":
            raise PermissionError(13, "the store refuses access", str(folder))
        return listing.listed(folder)

    monkeypatch.setattr(folder_jobs, "listed", refuses)
    found = told(store, leave_out=(store / "r",))
    assert found[0] == (
        "bad",
        "/in/a",
        "/in/a: expected a folder that can be read, got the store refuses access; mend it and run again.",
    )
    assert [one[0] for one in found[1:]] == ["a", "b", "chat 1", "bad"]


def test_surveys_are_read_there_too(store: Path) -> None:
    store.mkdir(parents=True)
    (store / "s.csv").write_text("interaction_id,rating\r\na,5\r\n")
    assert [one.rating for one in read_surveys(store / "s.csv", RatingScale())] == [5]
    with pytest.raises(InputError, match="found no such file"):
        read_surveys(store / "none.csv", RatingScale())
