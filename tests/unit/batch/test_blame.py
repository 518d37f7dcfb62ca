"""Whose fault it was, worked out by hand: what a worker held, what its board said, how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from voxcx.batch.work import Task
from voxcx.batch.workers.blame import Blame, Cause, Held, blame
from voxcx.batch.workers.board import FIELDS, Board
from voxcx.intake.job import Job
from voxcx.intake.metadata import Metadata

CRASHED = Cause("worker", "", own_fault=True)
KILLED = Cause("worker", "")
HUNG = Cause("time", "", own_fault=True, hung=True)


def held(letters: str) -> list[Held]:
    """Capital letters are recordings to be recognised, small ones chats."""
    return [Held(number, task(letter)) for number, letter in enumerate(letters, start=1)]


def task(name: str) -> Task:
    recordings = (Path(f"{name}.wav"),) if name.isupper() else ()
    return Task(Job(name, "call" if recordings else "chat", recordings, Metadata(), None, name), "key")


def told(found: Blame) -> str:
    """As `culprit|suspects|innocent`."""
    named = ("".join(sorted(one.id for one in group)) for group in (found.suspects, found.innocent))
    return "|".join((found.culprit.id if found.culprit else "", *named))


@pytest.mark.parametrize(
    ("letters", "at", "begun", "cause", "expected"),
    [
        ("abcd", 2, 2, CRASHED, "b||acd"),  # exact: a was done, but not handed in
        ("abcd", 2, 2, KILLED, "|b|acd"),  # perhaps from outside
        ("abcd", 2, 2, HUNG, "b||acd"),
        ("abcd", 0, 2, CRASHED, "|ab|cd"),  # while it packed its answers
        ("abcd", 0, 0, CRASHED, "|abcd|"),  # it could not even read them
        ("ABCD", 0, 3, CRASHED, "|ABC|D"),  # three in flight, one not begun
        ("ABCD", 3, 3, CRASHED, "|ABC|D"),  # opening one while others are recognised
        ("ABCD", 3, 3, HUNG, "C||ABD"),  # the main thread stands still there
        ("ABCD", 0, 3, HUNG, "|ABC|D"),
        ("A", 1, 1, CRASHED, "A||"),
        ("ABcd", 3, 3, CRASHED, "|ABc|d"),
        ("ABcd", 4, 4, CRASHED, "|ABd|c"),
        ("ABcd", 4, 4, HUNG, "d||ABc"),
        ("", 0, 5, KILLED, "||"),
    ],
)
def test_who_is_to_blame(letters: str, at: int, begun: int, cause: Cause, expected: str) -> None:
    board = Board([0] * FIELDS)
    if begun:
        board.begin(begun)
    board.back_to(at)
    assert told(blame(held(letters), board, cause, alone=False)) == expected


@pytest.mark.parametrize("cause", [CRASHED, KILLED, HUNG])
def test_one_that_was_tried_alone_is_to_blame(cause: Cause) -> None:
    assert told(blame(held("A"), Board([0] * FIELDS), cause, alone=True)) == "A||"


def test_a_board_counts_signs_of_life() -> None:
    board = Board([0] * FIELDS)
    seen = [board.beats]
    for mark in (lambda: board.begin(1), board.rest, board.heard, lambda: board.back_to(1)):
        mark()
        seen.append(board.beats)
    assert seen == [0, 1, 2, 3, 4]
    assert (board.at, board.begun, board.has_heard) == (1, 1, True)
