"""Many small requests: several on their way at once, answers in order, nothing unbounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 16  # a request takes tens of milliseconds and no computing


def ahead(calls: Iterable[Callable[[], T]], at_once: int = AT_ONCE) -> Iterator[T]:
    """Answers in the order of the calls, up to twice ``at_once`` of them begun before they are asked for."""
    waiting: deque[Future[T]] = deque()
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="ahead")
    try:
        for call in calls:
            waiting.append(pool.submit(call))
            if len(waiting) >= 2 * at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
