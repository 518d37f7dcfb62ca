"""The pool answers every item once, whatever the groups and threads are; what breaks is told, and closing stops."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from time import monotonic, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxcx.transcribe.pool import WAITING, Pool

TOGETHER = 8

Numbers = Pool[int, int, int]


def made(work: Callable[[int, list[int]], list[int]], threads: int) -> Numbers:
    return Numbers(work, threads, lambda _: TOGETHER)


def squared(key: int, items: list[int]) -> list[int]:
    assert 1 <= len(items) <= TOGETHER
    assert all(item % 10 == key for item in items)
    return [item * item for item in items]


def through(pool: Numbers, items: list[int]) -> Iterator[tuple[int, int | Exception]]:
    for item in items:
        pool.put(item % 10, item)
        yield from pool.answered()
    yield from pool.finish()


@settings(max_examples=60)
@given(st.lists(st.integers(0, 100), max_size=150), st.integers(1, 5))
def test_every_item_is_answered_once_whatever_the_groups_and_threads(items: list[int], threads: int) -> None:
    with closing(made(squared, threads)) as pool:
        answers = list(through(pool, items))
    assert Counter(item for item, _ in answers) == Counter(items)
    assert all(answer == item * item for item, answer in answers)


@pytest.mark.parametrize(
    ("left", "threads", "expected"),
    [
        (1, 1, [1]),
        (3, 1, [1, 1, 1]),  # few windows go alone
        (7, 1, [3, 3, 1]),
        (7, 3, [1] * 7),
        (7, 5, [1] * 7),
    ],
)
def test_what_is_left_at_the_end_is_shared_out_among_the_threads(left: int, threads: int, expected: list[int]) -> None:
    sizes: list[int] = []

    def noted(key: int, items: list[int]) -> list[int]:
        sizes.append(len(items))
        return squared(key, items)

    with closing(made(noted, threads)) as pool:
        assert len(list(through(pool, [0] * left))) == left
    assert sorted(sizes, reverse=True) == expected


def test_the_heaviest_of_what_is_left_begins_first() -> None:
    began: list[list[int]] = []

    def noted(key: int, items: list[int]) -> list[int]:  # noqa: ARG001 - as work's
        began.append(items)
        return items

    with closing(Numbers(noted, 1, lambda key: key)) as pool:  # the key is how many are worth doing at once
        for key in (9, 9, 9, 9, 9, 2, 9, 9, 3):
            pool.put(key, key)
        assert len(list(pool.finish())) == 9
    assert began == [[2], [3], [9] * 4, [9] * 3]


def test_a_full_group_does_not_wait_for_the_end() -> None:
    done = threading.Event()

    def noted(key: int, items: list[int]) -> list[int]:
        done.set()
        return squared(key, items)

    with closing(made(noted, 1)) as pool:
        for _ in range(TOGETHER):
            assert not done.is_set()
            pool.put(0, 0)
        assert done.wait(5.0)


def test_a_rare_item_waits_for_so_many_others_and_no_longer() -> None:
    """Its recording, and all behind it, could otherwise be answered only at the very end."""
    with closing(made(squared, 1)) as pool:
        answers = through(pool, [5] + [0] * 10 * WAITING)
        others = [item for item, _ in iter(lambda: next(answers), (5, 25))]
        assert len(others) <= WAITING + 5 * TOGETHER
        assert len(list(answers)) + len(others) == 10 * WAITING


def test_no_more_items_wait_than_is_said() -> None:
    with closing(made(squared, 2)) as pool:
        for item in range(1000):
            pool.put(item % 10, item)
            assert sum(map(len, pool._waiting.values())) <= WAITING
        assert sum(1 for _ in pool.finish()) == 1000
        assert not pool._waiting


def test_the_one_who_puts_waits_when_threads_are_far_behind() -> None:
    go = threading.Event()

    def slowly(key: int, items: list[int]) -> list[int]:
        go.wait(5.0)
        return squared(key, items)

    with closing(made(slowly, 1)) as pool:
        for _ in range(2 * TOGETHER):
            pool.put(0, 0)
        assert list(pool.answered()) == []  # two groups for one thread: no reason to wait
        for _ in range(TOGETHER):
            pool.put(0, 0)
        threading.Timer(0.05, go.set).start()
        assert len(list(pool.answered())) >= TOGETHER


@pytest.mark.parametrize("items", [3, 5 * TOGETHER])
def test_what_breaks_in_a_thread_is_the_answer_of_its_items(items: int) -> None:
    def break_down(key: int, items: list[int]) -> list[int]:
        raise RuntimeError(f"group {key} of {len(items)}")

    with closing(made(break_down, 2)) as pool:
        answers = list(through(pool, [0] * items))
    assert len(answers) == items
    assert all(isinstance(answer, RuntimeError) and "group 0" in str(answer) for _, answer in answers)


def test_too_few_answers_are_told() -> None:
    with closing(made(lambda _, items: items[1:], 1)) as pool, pytest.raises(ValueError, match="zip"):
        list(through(pool, [0, 0]))


def test_closing_leaves_undone_what_has_not_begun() -> None:
    began, go, groups = threading.Event(), threading.Event(), []

    def slowly(key: int, items: list[int]) -> list[int]:
        groups.append(key)
        began.set()
        go.wait(5.0)
        return items

    pool = made(slowly, 1)
    for _ in range(3 * TOGETHER):
        pool.put(0, 0)
    assert began.wait(5.0)
    futures = list(pool._running)
    closer = threading.Thread(target=pool.close)
    closer.start()
    until_s = monotonic() + 5.0
    while not all(future.cancelled() for future in futures[1:]) and monotonic() < until_s:
        sleep(0.001)
    go.set()
    closer.join(5.0)
    assert not closer.is_alive()
    assert [future.cancelled() for future in futures] == [False, True, True]
    assert groups == [0]
