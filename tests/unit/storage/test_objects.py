from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from voxcx.errors import InputError
from voxcx.storage import fetching, opening
from voxcx.storage.ahead import ahead
from voxcx.storage.fetching import Copies, fetched, kept_copy, own_folder, sweep
from voxcx.storage.listing import kind_of, listed, stamp_of
from voxcx.storage.opening import opened, readable
from voxcx.storage.putting import put, put_new, put_whole, remove


def filled(folder: Path) -> Path:
    for name in ("b.wav", "a.wav", ".hidden", "sub/c.wav", "sub/deep/d.wav"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return folder


def test_a_folder_is_listed_alike_everywhere(store: Path, tmp_path: Path) -> None:
    for folder in (filled(store), filled(tmp_path)):
        found = listed(folder)
        assert [(one.name, one.is_folder) for one in found] == [
            (".hidden", False),
            ("a.wav", False),
            ("b.wav", False),
            ("sub", True),
        ]
        assert [one.path for one in found] == [folder / one.name for one in found]
        assert [one.name for one in listed(folder / "sub")] == ["c.wav", "deep"]
        with pytest.raises(FileNotFoundError):
            listed(folder / "none")
        assert [kind_of(folder / name) for name in ("sub", "a.wav", "none")] == ["folder", "file", None]


def test_only_files_and_folders_are_listed_on_this_disk(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "lost.wav").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "a.wav").write_bytes(b"")
    (tmp_path / "b.wav").symlink_to(tmp_path / "a.wav")
    assert [(one.name, one.is_folder) for one in listed(tmp_path)] == [("a.wav", False), ("b.wav", False)]


def test_a_stamp_changes_with_the_bytes_and_a_listing_tells_it(store: Path) -> None:
    first, second = store / "a", store / "b"
    for path in (first, second):
        path.write_bytes(b"abc")
    told = {one.name: one.stamp for one in listed(store)}
    assert told["a"] == stamp_of(first) != ""
    first.write_bytes(b"abcd")
    assert stamp_of(first) == told["a"], "what was told is remembered"
    assert stamp_of(first, fresh=True) != told["a"]
    assert stamp_of(first).startswith("4-")
    with pytest.raises(FileNotFoundError):
        stamp_of(store / "none")


def test_objects_appear_whole_or_not_at_all(store: Path) -> None:
    path = store / "t" / "part.parquet"
    with put_whole(path) as sink:
        sink.write(b"first")
        assert not path.exists()
    assert path.read_bytes() == b"first"

    def breaks() -> None:
        with put_whole(path) as sink:
            sink.write(b"half of the sec")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks()
    assert path.read_bytes() == b"first"
    remove(path)
    remove(path)
    assert not path.exists()


def test_only_the_first_puts_a_new_one(store: Path) -> None:
    assert put_new(store / "lock", b"1")
    assert not put_new(store / "lock", b"2")
    put(store / "lock", b"3")
    assert (store / "lock").read_bytes() == b"3"


@pytest.mark.parametrize("whole_bytes", [0, 1 << 20])
def test_objects_are_read_as_files(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole_bytes: int
) -> None:
    monkeypatch.setattr(opening, "WHOLE_BYTES", whole_bytes)
    monkeypatch.setattr(opening, "BLOCK_BYTES", 1000)
    content = bytes(range(256)) * 20
    for folder in (store, tmp_path):
        (folder / "a").write_bytes(content)
        with opened(folder / "a") as file:
            assert file.read(4) == content[:4]
            assert file.seek(-8, io.SEEK_END) == len(content) - 8
            assert file.read() == content[-8:]
            assert file.read() == b""
            file.seek(100)
            file.seek(50, io.SEEK_CUR)
            assert file.read(3000) == content[150:3150]
            file.seek(0)
            assert file.read() == content
        (folder / "empty").write_bytes(b"")
        with opened(folder / "empty") as file:
            assert file.read() == b""
        with pytest.raises(FileNotFoundError):
            opened(folder / "none")
    assert readable(tmp_path / "a") == tmp_path / "a"


def copies_there() -> list[str]:
    return sorted(path.name for path in own_folder().rglob("*") if path.is_file())


def test_copies_come_in_the_background_and_go_with_their_owner(store: Path, tmp_path: Path) -> None:
    here = tmp_path / "here.wav"
    for name in ("a.wav", "b.wav", "c.wav"):
        (store / name).write_bytes(name.encode())
    copies = Copies()
    before = copies_there()
    copies.expect("first", [store / "a.wav", store / "b.wav", here])
    near = copies.of("first", store / "a.wav")
    assert (near.name, near.read_bytes()) == ("a.wav", b"a.wav")
    assert copies.of("first", store / "a.wav") == near
    other = copies.of("second", store / "a.wav")
    assert other != near, "another's may go at any time"
    assert copies.of("first", here) == here
    assert copies.of("second", store / "c.wav").read_bytes() == b"c.wav"
    copies.drop("first")
    copies.drop("nobody")
    assert other.exists()
    copies.drop("second")
    copies._pool.shutdown()  # type: ignore[union-attr]
    assert copies_there() == before


def test_a_vanished_object_is_told_and_leaves_nothing(store: Path) -> None:
    (store / "x").write_bytes(b"")
    before = copies_there()
    with pytest.raises(InputError, match=r"a.wav: expected an object to fetch, got no such object; check it and run"):
        fetched(store / "a.wav")
    assert copies_there() == before
    assert [path.name for path in own_folder().iterdir() if path.is_dir() and not any(path.iterdir())] == []


def test_a_copy_that_is_kept_follows_its_object(store: Path, tmp_path: Path) -> None:
    path = store / "m.csv"
    path.write_bytes(b"one")
    first = kept_copy(path)
    assert first.read_bytes() == b"one"
    assert kept_copy(path) == first
    path.write_bytes(b"three")
    second = kept_copy(path)
    assert second.read_bytes() == b"three"
    assert not first.exists()
    assert kept_copy(tmp_path / "m.csv") == tmp_path / "m.csv"
    with pytest.raises(InputError, match="got no such object"):
        kept_copy(store / "none.csv")


def test_a_long_name_is_cut_in_front() -> None:
    assert fetching._short("ü" * 300 + ".wav").endswith("ü.wav")
    assert len(fetching._short("ü" * 300 + ".wav").encode()) <= 200


MAKES_A_COPY = """
from fsspec.implementations.memory import MemoryFileSystem
from voxcx.storage.fetching import fetched
from voxcx.storage.paths import to_path
import os, signal
path = to_path("memory://bucket/a.wav")
path.write_bytes(b"sound")
print(fetched(path), flush=True)
if {kill}:
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("kill", [False, True])
def test_copies_go_with_their_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill: bool) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", MAKES_A_COPY.format(kill=kill)],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    copy = Path(done.stdout.strip())
    assert copy.is_relative_to(tmp_path), done.stderr
    assert copy.exists() == kill
    sweep()
    assert list(tmp_path.iterdir()) == []


def test_what_is_in_use_is_not_swept(store: Path) -> None:
    (store / "a.wav").write_bytes(b"sound")
    copy = fetched(store / "a.wav")
    sweep()  # the lock is this process's: flock gives it again only through another file
    assert copy.exists()


def test_answers_come_in_order_and_only_some_are_begun_ahead() -> None:
    begun: list[int] = []

    def call(number: int) -> int:
        begun.append(number)
        if number == 30:
            raise InputError("number 30")
        return number

    answers = ahead(((lambda n=n: call(n)) for n in range(1000)), at_once=3)
    assert [next(answers) for _ in range(5)] == [0, 1, 2, 3, 4]
    assert max(begun) <= 5 + 2 * 3
    with pytest.raises(InputError, match="number 30"):
        list(answers)


def test_a_store_is_asked_anew_each_time(store: Path) -> None:
    (store / "a").write_bytes(b"")
    assert len(listed(store)) == 1
    MemoryFileSystem.store["/bucket/folder/b"] = MemoryFileSystem.store["/bucket/folder/a"]
    assert len(listed(store)) == 2
