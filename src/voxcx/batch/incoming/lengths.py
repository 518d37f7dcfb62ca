"""Lengths of recordings on object storage, many asked for at once: each answer takes its time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from voxcx.batch.incoming.stamps import Stamps
from voxcx.intake.audio import promised_s
from voxcx.intake.job import BadRow, Job
from voxcx.storage.ahead import AT_ONCE
from voxcx.storage.paths import is_remote

Asked = dict[Path, "Future[float | None]"]


def with_lengths(walk: Iterable[Job | BadRow], stamps: Stamps) -> Iterator[Job | BadRow]:
    """The walk, a little ahead of itself where headers must be asked for; ``stamps`` then know what they promise."""
    waiting: deque[tuple[Job | BadRow, Asked]] = deque()
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lengths")  # starts no thread before it has work
    try:
        for job in walk:
            asked = {path: pool.submit(promised_s, path) for path in _unknown(job, stamps)}
            waiting.append((job, asked))
            while waiting and (len(waiting) > 2 * AT_ONCE or not waiting[0][1]):
                yield _told(*waiting.popleft(), stamps)
        while waiting:
            yield _told(*waiting.popleft(), stamps)
    finally:
        pool.shutdown(cancel_futures=True)


def _unknown(job: Job | BadRow, stamps: Stamps) -> list[Path]:
    if isinstance(job, BadRow):
        return []
    return [path for path in job.recordings if is_remote(path) and not stamps.knows_sound_of(path)]


def _told(job: Job | BadRow, asked: Asked, stamps: Stamps) -> Job | BadRow:
    for path, answer in asked.items():
        seconds = answer.result()
        stamps.sound_s(path, lambda _, seconds=seconds: seconds)  # type: ignore[misc]
    return job
