"""Results folders of several machines or days → one: of an interaction in several the one processed later stays.

Parts are copied as they are, in the order in which they were processed, under new names: then the rule of every folder
holds, that what was written later counts. A merge that was cut off leaves a mark, and the next one begins anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voxcx.errors import InputError
from voxcx.results.compaction import compact
from voxcx.results.failures import Failure, read_failures, write_failures
from voxcx.results.reading import done_keys, opened, parts_of, read_columns
from voxcx.results.schema import RESULTS_SCHEMA
from voxcx.results.upkeep import INTERACTIONS_LAST, put_right
from voxcx.results.writing import part_name, remove_parts, said_by, whole, write_json, write_text
from voxcx.storage.listing import kind_of
from voxcx.storage.opening import opened as opened_file
from voxcx.storage.reaching import read_text

MERGING = ".merging"
RUN = "run.json"
_ABOUT_RUN = ("source", "work", "given")  # differ from run to run by themselves


@dataclass(frozen=True, slots=True)
class Merged:
    """What was merged: interactions by folder, in the end, doubled, failures, and choices in which runs differ."""

    found: Mapping[str, int]
    interactions: int
    replaced: int
    failures: int
    differing: tuple[str, ...]


def merge(folders: Sequence[Path], out: Path) -> Merged:
    """Copy the folders' interactions into ``out``, which holds nothing yet. The folders stay as they are.

    Raises:
        InputError: no results folder, a folder named twice, one that changes meanwhile, or ``out`` holds results.
    """
    check(folders, out)
    _begin(out)
    found = {str(folder): _count(folder) for folder in folders}
    for sequence, (folder, part) in enumerate(_in_order(folders), start=1):
        _copy(folder, part, out, sequence)
    put_right(out)
    compact(out, thorough=True)
    done = _count(out)
    failures = _merge_failures(folders, out)
    differing = _merge_runs(folders, out)
    remove_parts([out / MERGING])
    return Merged(found, done, sum(found.values()) - done, failures, differing)


def _count(folder: Path) -> int:
    return int(read_columns(folder, "interactions", ["interaction_id"]).num_rows)


def check(folders: Sequence[Path], out: Path) -> None:
    """Refuse what cannot be merged."""
    for folder in folders:
        if not parts_of(folder, "interactions"):
            raise InputError(f"{folder}: expected a results folder as `voxcx batch` writes it, found none.")
        if kind_of(folder / "truth.json"):
            raise InputError(f"{folder}: expected results of real interactions, got a simulation; leave it out.")
    named = [_same(folder) for folder in folders]
    twice = next((one for one in (*named, _same(out)) if [*named, _same(out)].count(one) > 1), None)
    if twice is not None:
        raise InputError(f"{twice}: expected folders that are all different, got this one twice; name another.")
    if parts_of(out, "interactions") and kind_of(out / MERGING) is None:
        raise InputError(f"{out}: expected a new folder, got one with results; name it among the folders to merge.")


def _same(folder: Path) -> str:
    return str(folder.resolve()).rstrip("/")


def _begin(out: Path) -> None:
    """Say that ``out`` is in the making, and take out what a merge that was cut off left in it."""
    write_text(out / MERGING, "a merge was begun here\n")
    for table in reversed(INTERACTIONS_LAST):
        remove_parts(parts_of(out, table))


def _in_order(folders: Sequence[Path]) -> list[tuple[Path, str]]:
    """Parts in the order in which they were processed; of two at the same time the folder named later counts."""
    parts: list[tuple[bytes, int, Path, str]] = []
    for number, folder in enumerate(folders):
        last = b""
        for path in parts_of(folder, "interactions"):
            with opened(path) as part:
                time = (part.schema_arrow.metadata or {}).get(b"voxcx.processed_at", b"")
            last = max(last, time)  # within a folder the names say the order, whatever a clock said
            parts.append((last, number, folder, path.stem))
    return [(folder, part) for _, _, folder, part in sorted(parts, key=lambda one: one[:2])]


def _copy(folder: Path, part: str, out: Path, sequence: int) -> None:
    known = said_by(part)
    name = part_name(sequence, known.day if known else None)
    for table in INTERACTIONS_LAST:
        try:
            with (
                opened_file(folder / table / f"{part}.parquet") as source,
                whole(out / table / f"{name}.parquet") as sink,
            ):
                shutil.copyfileobj(source, sink)
        except FileNotFoundError:
            if part in {path.stem for path in parts_of(folder, "interactions")}:
                continue  # it has no rows in this table
            raise InputError(
                f"{folder}: expected parts that stay while they are copied, found {part} gone; merge after the run."
            ) from None


def _merge_failures(folders: Sequence[Path], out: Path) -> int:
    """A failure stays unless another folder has the interaction."""
    done = done_keys(out)
    kept: dict[str, Failure] = {}
    for folder in folders:
        kept |= {key: one for key, one in read_failures(folder).items() if one.interaction_id not in done}
    write_failures(out, kept.values())
    return len(kept)


def _merge_runs(folders: Sequence[Path], out: Path) -> tuple[str, ...]:
    """run.json with what the runs agree on, and all of them as they were; names of choices in which they differ."""
    runs = [run for folder in folders for run in _runs(folder)]
    names = list(dict.fromkeys(name for run in runs for name in run if name not in _ABOUT_RUN))
    differing = tuple(name for name in names if any(run.get(name) != runs[0].get(name) for run in runs))
    agreed = {name: runs[0][name] for name in names if name not in differing}
    write_json(out / RUN, {**agreed, "schema": RESULTS_SCHEMA, "merged": runs})
    return tuple(name for name in differing if name != "schema")


def _runs(folder: Path) -> Iterator[dict[str, Any]]:
    """What made a folder: its run, or the runs that were merged into it."""
    try:
        known = json.loads(read_text(folder / RUN))
    except FileNotFoundError:
        return
    except ValueError:
        raise InputError(f"{folder / RUN}: expected JSON as `voxcx batch` writes it, got other text.") from None
    yield from known.get("merged", [known])
