"""A finished run leaves a snapshot: where nothing has changed since, the next one has nothing to do and knows at once.

The source is known by the sha256 of a file and by the stamps of files in folders and of those that a manifest names;
the results by the names of their parts. Anything doubtful – a file that changed less than two seconds before, a
condition that asks for the time of day – makes no snapshot, and the next run reads the source as always.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from voxcx.batch.incoming.stamps import is_settled, stamp_text
from voxcx.batch.plan import Plan, Summary
from voxcx.errors import VoxcxError
from voxcx.intake.audio import file_sha256
from voxcx.intake.named_files import files_named
from voxcx.results.failures import FAILURES
from voxcx.results.reading import parts_of
from voxcx.results.schema import TABLES
from voxcx.results.stored import HEARD_VERSION
from voxcx.results.writing import write_json
from voxcx.storage.ahead import ahead
from voxcx.storage.fetching import kept_copy
from voxcx.storage.listing import kind_of, listed, stamp_of
from voxcx.storage.paths import is_remote
from voxcx.storage.reaching import read_bytes

FINISHED = ".finished.json"
KEYS_VERSION = 1  # raise it when keys are made otherwise
_STAYS_FAILED = frozenset({"source", "worker", "time", "memory"})  # until the input changes, or --retry
_CLOCK = re.compile(r"\b(now|today|(get_)?current\w*|localtime\w*|transaction_timestamp|random|uuid)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run was asked to do, of what, and what stood in the folder when it had finished."""

    work: str
    source: str
    results: str
    total: int
    done: int
    failed: int
    left_out: int


class DoubtfulError(Exception):
    """The source may change without its stamps moving."""


def state_of(plan: Plan) -> str | None:
    """Digest of the source and all that is read beside it, before it is read; None where that is doubtful."""
    if plan.quiet_s is not None or (plan.where is not None and _CLOCK.search(plan.where)):
        return None  # what is not there yet, and what depends on the time of day
    whole = hashlib.sha256()
    try:
        for stamp in _stamps(plan):
            whole.update(stamp.encode("utf-8", "surrogatepass") + b"\n")
    except (OSError, ValueError, csv.Error, pa.ArrowInvalid, VoxcxError, DoubtfulError):  # the run itself tells why
        return None
    return whole.hexdigest()


def finished_before(plan: Plan, source: str | None) -> Snapshot | None:
    """The snapshot of a run that finished exactly this; None where there is none."""
    if source is None or plan.retry:
        return None
    known = None
    with suppress(OSError, ValueError, TypeError):
        known = Snapshot(**json.loads(read_bytes(plan.out / FINISHED)))
    same = known is not None and (known.work, known.source) == (_work(plan), source)
    return known if known is not None and same and known.results == _results(plan.out) else None


def keep_finished(plan: Plan, source: str | None, summary: Summary, stages: set[str]) -> None:
    """Write the snapshot when all is done that can be; ``stages`` are those of what failed."""
    left = summary.left or summary.asked_in_vain or not stages <= _STAYS_FAILED
    if source is None or left:
        return
    done = summary.done + summary.skipped
    results = _results(plan.out)
    snapshot = Snapshot(_work(plan), source, results, summary.total, done, summary.failed, summary.left_out)
    write_json(plan.out / FINISHED, asdict(snapshot))


def _work(plan: Plan) -> str:
    """Digest of what a run was asked for."""
    asked = [KEYS_VERSION, HEARD_VERSION, plan.choices, plan.sound, plan.name_pattern, plan.where]
    asked += [str(plan.source), str(plan.transcripts), str(plan.surveys)]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _results(folder: Path) -> str:
    """Digest of the names of all parts, and of what failed: whoever removes some by hand has it done again."""
    names = [[path.name for path in parts_of(folder, table)] for table in sorted(TABLES)]
    told = b""
    with suppress(FileNotFoundError):
        told = read_bytes(folder / FAILURES)
    return hashlib.sha256(json.dumps(names).encode() + told).hexdigest()


def _stamps(plan: Plan) -> Iterator[str]:
    ours = {_named(path) for path in (plan.out, plan.transcripts) if path is not None}
    if kind_of(plan.source) == "folder":
        yield from _of_folder(plan.source, ours)
    else:
        yield stamp_of(plan.source, fresh=True) if is_remote(plan.source) else file_sha256(plan.source)
        yield from _of_files(files_named(plan.source))
    if plan.transcripts is not None:
        yield from _of_folder(plan.transcripts, set())
    if plan.surveys is not None:
        yield file_sha256(kept_copy(plan.surveys))


def _of_files(paths: Iterator[Path]) -> Iterator[str]:
    """Stamps in order. Objects are asked for many at once, since each answer takes its time."""
    for far, some in groupby(paths, key=is_remote):
        calls = (partial(_of_file, path) for path in some)
        yield from ahead(calls) if far else (call() for call in calls)


def _of_file(path: Path) -> str:
    """The stamp of a file that a manifest names; one that is absent may come."""
    try:
        return f"{path} {stamp_of(path) if is_remote(path) else _settled(path.stat())}"
    except FileNotFoundError:
        return f"{path} absent"


def _named(folder: Path) -> str:
    return str(folder) if is_remote(folder) else os.path.realpath(folder)


def _of_folder(folder: Path, leave_out: set[str]) -> Iterator[str]:
    """Stamps of all files in a folder, sorted; hidden ones are no input."""
    for one in listed(folder) if is_remote(folder) else ():
        if not one.name.startswith(".") and str(one.path) not in leave_out:
            yield from _of_folder(one.path, leave_out) if one.is_folder else (f"{one.path} {one.stamp}",)
    yield from () if is_remote(folder) else _on_disk(os.fspath(folder), leave_out)


def _on_disk(folder: str, leave_out: set[str]) -> Iterator[str]:
    with os.scandir(folder) as found:
        entries: list[os.DirEntry[str]] = sorted(found, key=lambda one: one.name)
    for one in entries:
        if one.name.startswith("."):
            continue
        if one.is_dir(follow_symlinks=False):
            if os.path.realpath(one.path) not in leave_out:
                yield from _on_disk(one.path, leave_out)
        else:
            yield f"{one.path} {_settled(one.stat())}"


def _settled(state: os.stat_result) -> str:
    if not is_settled(state):
        raise DoubtfulError
    return stamp_text(state)
