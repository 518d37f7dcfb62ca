from __future__ import annotations

import json
from pathlib import Path

import pytest

from voxcx.batch.run import Summary
from voxcx.cli.batch_screen import Screen
from voxcx.cli.batch_told import told
from voxcx.results.failures import Failure

OUT = Path("R")
LINES = [
    (Summary(10, done=4, skipped=5, failed=1), 120.0, "Done 4 (2.0 a minute) · skipped 5 · failed 1 → R"),
    (Summary(10, done=4, skipped=5, left=1), 60.0, "Done 4 (4.0 a minute) · skipped 5 · failed 0 · left 1 → R"),
    (
        Summary(10, done=4, skipped=6, judged_again=3),
        120.0,
        "Done 4 (2.0 a minute) · judged again 3 · skipped 6 · failed 0 → R",
    ),
    (
        Summary(10, done=4, skipped=6, asked_in_vain=3),
        120.0,
        (
            "Done 4 (2.0 a minute) · skipped 6 · failed 0 → R\n"
            "3 of them asked a language model that did not answer; the next run judges them again."
        ),
    ),
    (Summary(10, skipped=10), 0.1, "Nothing to do: 10 of 10 were done before → R"),
    (Summary(10, failed=1, skipped=9), 60.0, "Done 0 (0.0 a minute) · skipped 9 · failed 1 → R"),
]


@pytest.mark.parametrize(("summary", "took_s", "line"), LINES)
def test_last_line(summary: Summary, took_s: float, line: str) -> None:
    assert told(summary, OUT, took_s, as_json=False) == line


def test_summary_as_json() -> None:
    expected = {"total": 3, "done": 1, "skipped": 1, "failed": 1, "left": 0, "judged_again": 0, "asked_in_vain": 0}
    expected |= {"left_out": 0, "sound_s": 0.0}
    assert json.loads(told(Summary(3, 1, 1, 1), OUT, 1.0, as_json=True)) == expected


def test_no_progress_off_a_terminal_but_failures_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with Screen() as screen:
        screen.surveyed(7)
        for number in range(1, 8):
            failure = Failure(f"c{number}", "x", "open", "Expected sound, got none.", "mend it")
            screen.moved(Summary(7, failed=number), failure)
    assert capsys.readouterr() == ("", "")
    screen.list_failures(OUT)
    told_lines = capsys.readouterr().err.splitlines()
    assert told_lines[0] == "  c1 (open): Expected sound, got none."
    assert told_lines[-2:] == ["  … and 2 more", "All of them, with what to do: R/failures.csv"]
