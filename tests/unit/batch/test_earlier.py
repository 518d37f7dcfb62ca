"""Who runs again with other choices is told which; run.json says what made the rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from unit.batch.fake_walk import MakeFakeWalk
from unit.batch.test_batch import Watcher, chat, source_of
from voxcx.batch.folder.earlier import differences
from voxcx.batch.plan import Plan, Summary
from voxcx.batch.run import rehearse, run_batch
from voxcx.batch.workers.local import LocalWorkers

BEFORE: dict[str, Any] = {
    "forms": {"service.en.v1": "a"},
    "language": "auto",
    "config_sha256": "0" * 64,
    "csi_model": {"csi-demo-1": "m"},
    "schema": "voxcx.results/2",
    "voxcx": "0.1",
}


def plan_in(folder: Path, about: dict[str, Any], **other: Any) -> Plan:
    return Plan(folder / "chats.jsonl", folder / "r", json.dumps(about, sort_keys=True), about, **other)


def write_run(folder: Path, text: str) -> None:
    (folder / "r").mkdir()
    (folder / "r" / "run.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({}, ()),
        ({"voxcx": "0.2"}, ()),
        ({"forms": {"service.en.v1": "b"}}, ("form (service.en.v1 changed)",)),
        ({"forms": {"bank.en.v1": "b"}}, ("form (service.en.v1 → bank.en.v1)",)),
        ({"forms": {"x": "y", "service.en.v1": "a"}}, ("form (now also x)",)),
        ({"forms": dict.fromkeys("abcd", "x")}, ("form (service.en.v1 → a, b, c …)",)),
        ({"language": "ru", "config_sha256": "1" * 64}, ("language (auto → ru)", "configuration (changed)")),
        ({"csi_model": {}}, ("CSI model (no longer csi-demo-1)",)),
        ({"schema": "voxcx.results/3"}, ("version of the results (voxcx.results/2 → voxcx.results/3)",)),
    ],
)
def test_what_differs_is_named(tmp_path: Path, now: dict[str, Any], told: tuple[str, ...]) -> None:
    write_run(tmp_path, json.dumps(BEFORE))
    assert differences(plan_in(tmp_path, BEFORE | now)) == told


def test_the_order_of_forms_is_no_difference(tmp_path: Path) -> None:
    write_run(tmp_path, json.dumps(BEFORE | {"forms": {"a": "1", "b": "2"}}))
    assert differences(plan_in(tmp_path, BEFORE | {"forms": {"b": "2", "a": "1"}})) == ()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"simulated": 1}', "\x00", "[" * 100_000])
def test_a_folder_that_says_nothing_differs_in_nothing(tmp_path: Path, text: str) -> None:
    write_run(tmp_path, text)
    assert differences(plan_in(tmp_path, BEFORE)) == ()


class Stopped:
    """Workers that somebody stops before they hand anything in."""

    def run(self, tasks: Any) -> Iterator[Any]:
        next(iter(tasks))
        raise KeyboardInterrupt
        yield


def test_run_json_says_what_made_the_rows_also_after_a_stop(tmp_path: Path) -> None:
    source_of(tmp_path, chat("a"), chat("b"))
    right = plan_in(tmp_path, BEFORE)
    wrong = plan_in(tmp_path, BEFORE | {"forms": {}})

    def done(plan: Plan) -> tuple[Summary, list[str]]:
        seen = Watcher()
        return run_batch(plan, LocalWorkers(MakeFakeWalk(tmp_path / "diary"), 1, threads=1), seen), seen.different

    assert done(right)[1] == []
    told = Watcher()
    with pytest.raises(KeyboardInterrupt):
        run_batch(wrong, Stopped(), told)
    assert told.different == ["form (no longer service.en.v1)"]
    told = Watcher()
    rehearse(wrong, told)  # told again: nothing has been judged by it
    assert told.different == ["form (no longer service.en.v1)"]
    summary, different = done(right)
    assert (summary.skipped, different) == (2, [])
    assert done(wrong)[1] == ["form (no longer service.en.v1)"]
    assert done(wrong)[1] == []
    assert done(right)[1] == ["form (now also service.en.v1)"]


def test_an_option_that_was_forgotten_is_named(tmp_path: Path) -> None:
    source_of(tmp_path, chat("a"))
    (tmp_path / "t").mkdir()
    with_transcripts = plan_in(tmp_path, BEFORE, transcripts=tmp_path / "t")
    run_batch(with_transcripts, LocalWorkers(MakeFakeWalk(tmp_path / "diary"), 1, threads=1), Watcher())
    assert differences(with_transcripts) == ()
    assert differences(replace(with_transcripts, transcripts=None)) == ("--transcripts (not given now)",)
    assert differences(replace(with_transcripts, name_pattern="{id}")) == ("--name-pattern (not given then)",)
