"""A results folder on object storage: the same as on disk, whatever request is the last one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from results_folders import DeadError, everything, glance, interaction, settled, write_fresh
from voxcx.errors import InputError
from voxcx.results.compaction import compact
from voxcx.results.failures import Failure, read_failures, write_failures
from voxcx.results.reading import parts_of, query, read_table
from voxcx.results.row import forget_places
from voxcx.results.schema import TABLES
from voxcx.results.upkeep import put_right
from voxcx.results.writing import said_by, write_text
from voxcx.storage.paths import to_path

CHANGES = ("put_file", "pipe_file", "rm_file")


def emptied() -> None:
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    forget_places()


@pytest.fixture
def store() -> Iterator[Path]:
    yield to_path("memory://results/r")
    emptied()


@contextmanager
def dies_at(request: int) -> Iterator[Callable[[], int]]:
    """Every request that changes something fails from that one on; gives how many were made."""
    count = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count >= request:
                raise DeadError
            return real(*args, **kwargs)

        return act

    patches = [patch.object(MemoryFileSystem, name, counted(getattr(MemoryFileSystem, name))) for name in CHANGES]
    for one in patches:
        one.start()
    try:
        yield lambda: count
    finally:
        for one in patches:
            one.stop()


FLUSHES = (
    (("a", 0, "first"), ("b", 0, "first")),
    (("b", 0, "second"), ("c", 1, "first")),
)
ASKED = {name: key for flush in FLUSHES for name, _, key in flush}


def run(folder: Path) -> None:
    """What a run does: puts the folder right, writes what is not done yet in its order, tidies up."""
    done = {name: key for name, (key, _) in settled(folder).items()}
    for sequence, flush in enumerate(FLUSHES, 1 + len(parts_of(folder, "interactions"))):
        left = [one for one in flush if done.get(one[0]) not in {one[2], ASKED[one[0]]}]
        if left:
            write_fresh(folder, sequence, *(interaction(*one) for one in left))
    compact(folder, thorough=True)


def test_a_folder_is_the_same_near_and_far(store: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "r", store):
        run(folder)
    assert everything(store) == everything(tmp_path / "r")
    for table in TABLES:
        days = [name and name.day for name in (said_by(path.stem) for path in parts_of(store, table))]
        assert days == ["2026-03-01", "2026-03-02"]
    counted = query(store, "SELECT count(*) AS n FROM interactions WHERE work_key = 'second'").to_pylist()
    assert counted == [{"n": 1}]
    with pytest.raises(InputError, match="found none"):
        query(store.parent / "none", "SELECT 1")


@pytest.mark.slow
def test_a_run_that_dies_at_any_request_loses_and_doubles_nothing(store: Path) -> None:
    run(store)
    whole = glance(store)
    emptied()
    with dies_at(10**9) as asked:
        run(store)
        requests = asked()
    emptied()
    assert requests > 30
    for last in range(1, requests + 1):
        with dies_at(last), pytest.raises(DeadError):
            run(store)
        put_right(store)
        _is_whole(store, [table for table in TABLES if whole[table].num_rows])
        run(store)
        assert glance(store) == whole, f"died at request {last} of {requests}"
        emptied()


def _is_whole(store: Path, tables: list[str]) -> None:
    """Each interaction stands once, with its rows in every table."""
    ids = read_table(store, "interactions")["interaction_id"].to_pylist()
    assert len(ids) == len(set(ids))
    for table in tables:
        assert set(read_table(store, table)["interaction_id"].to_pylist()) == set(ids), table


def test_small_files_are_put_only_when_they_change(store: Path) -> None:
    failure = Failure("a", "a.wav", "open", "why.", "mend")
    assert read_failures(store) == {}
    write_failures(store, [failure])
    assert read_failures(store) == {"a": failure}
    write_text(store / "run.json", "{}")
    with dies_at(1):
        write_failures(store, [failure])
        write_text(store / "run.json", "{}")
        with pytest.raises(DeadError):
            write_text(store / "run.json", "{ }")
    assert (store / "run.json").read_text() == "{}"


def test_a_part_that_is_none_is_told(store: Path) -> None:
    run(store)
    path = parts_of(store, "interactions")[0]
    path.write_bytes(b"no Parquet")
    with pytest.raises(InputError, match=rf"^{path}: expected a Parquet part, got .*; move it away and run again"):
        read_table(store, "interactions")
