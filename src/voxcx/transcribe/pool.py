"""Windows of many recordings decoded together: groups of like windows for a few threads, answers as they come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")
Answer = TypeVar("Answer")

GROUPS = 2  # a thread, of what is left at the end
WAITING = 48  # later windows that one may wait for company, so no more wait at once: about 70 MB of sound


class Pool(Generic[Key, Item, Answer]):
    """``put`` items under a key; ``work(key, items)`` answers a group of one key in one of ``threads`` threads.

    ``together(key)`` is how many of a key are worth doing at once. An error of ``work`` is the answer of its items.
    """

    def __init__(
        self, work: Callable[[Key, list[Item]], list[Answer]], threads: int, together: Callable[[Key], int]
    ) -> None:
        self._work = work
        self._together = together
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="decode")
        self._waiting: defaultdict[Key, list[Item]] = defaultdict(list)
        self._running: dict[Future[list[Answer]], list[Item]] = {}
        self._since: dict[Key, int] = {}  # which item a key's group began with, in that order
        self._items = 0

    def put(self, key: Key, item: Item) -> None:
        """Take an item; a full group starts at once, and so does one that has waited too long to be filled."""
        self._items += 1
        self._waiting[key].append(item)
        self._since.setdefault(key, self._items)
        if len(self._waiting[key]) >= self._together(key):
            self._start(key, self._together(key))
        oldest = next(iter(self._since), None)  # a rare key would hold back its recording, and all behind it
        if oldest is not None and self._items - self._since[oldest] >= WAITING:
            self._start(oldest, self._together(oldest))

    def answered(self) -> Iterator[tuple[Item, Answer | Exception]]:
        """What is done by now; waits only while more is running than the threads can do next."""
        while self._running:
            busy = len(self._running) > self._threads + 1
            done, _ = wait(self._running, timeout=None if busy else 0, return_when=FIRST_COMPLETED)
            if not done:
                return
            yield from self._taken(done)

    def finish(self) -> Iterator[tuple[Item, Answer | Exception]]:
        """Start all that waits, the heaviest first and in groups that end at about one time, and give every answer."""
        left = sum(map(len, self._waiting.values()))
        share = max(1, left // (GROUPS * self._threads))
        for key in sorted(self._waiting, key=self._together):
            while key in self._waiting:
                self._start(key, min(self._together(key), share))
        while self._running:
            done, _ = wait(self._running, return_when=FIRST_COMPLETED)
            yield from self._taken(done)

    def close(self) -> None:
        """Stop: what has not begun is not done."""
        self._executor.shutdown(cancel_futures=True)

    def _start(self, key: Key, most: int) -> None:
        group = self._waiting[key][:most]
        del self._waiting[key][:most]
        if not self._waiting[key]:
            del self._waiting[key], self._since[key]
        self._running[self._executor.submit(self._work, key, group)] = group

    def _taken(self, done: set[Future[list[Answer]]]) -> Iterator[tuple[Item, Answer | Exception]]:
        for future in [one for one in self._running if one in done]:
            items = self._running.pop(future)
            error = future.exception()
            if error is None:
                yield from zip(items, future.result(), strict=True)
            elif isinstance(error, Exception):
                yield from ((item, error) for item in items)
            else:
                raise error
