from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from unit.batch.fake_walk import MakeFakeWalk, MakeNothing
from voxcx.batch.folder.holding import sole_writer
from voxcx.batch.incoming.history import Survey, survey
from voxcx.batch.run import Plan, Summary, rehearse, run_batch
from voxcx.batch.workers.local import LocalWorkers
from voxcx.batch.workers.supply import BUNDLE
from voxcx.domain.interaction import Interaction
from voxcx.errors import InputError, VoxcxError
from voxcx.features.history import history_features
from voxcx.intake.manifest import jobs
from voxcx.results.failures import Failure, read_failures, write_failures
from voxcx.results.reading import done_keys, parts_of, read_table


@dataclass
class Watcher:
    total: int = -1
    last: Summary | None = None
    failures: list[Failure] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    def differs(self, what: Sequence[str]) -> None:
        self.different += what

    def surveyed(self, total: int) -> None:
        self.total = total

    def moved(self, summary: Summary, failure: Failure | None) -> None:
        self.last = replace(summary)
        if failure:
            self.failures.append(failure)


def chat(name: str, **fields: Any) -> str:
    messages = [{"role": "customer", "text": "Where is my parcel?"}, {"role": "agent", "text": "On its way."}]
    return json.dumps({"id": name, "kind": "chat", "messages": messages, **fields})


def source_of(folder: Path, *lines: str) -> Path:
    path = folder / "chats.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(plan: Plan, diary: Path, workers: int = 1) -> Summary:
    return run_batch(plan, LocalWorkers(MakeFakeWalk(diary), workers, threads=1), Watcher())


def mixed(folder: Path) -> Path:
    return source_of(
        folder,
        chat("a"),
        chat("b", topic="kills"),
        "{broken",
        chat("c", topic="breaks"),
        chat("d", topic="refused"),
        chat("a"),
        chat("e"),
        chat("f", queue_wait_s=-1),
    )


def test_bad_ones_cost_nothing_else(tmp_path: Path) -> None:
    plan = Plan(mixed(tmp_path), tmp_path / "r", "choices")
    watcher = Watcher()
    summary = run_batch(plan, LocalWorkers(MakeFakeWalk(tmp_path / "diary"), 2, threads=1), watcher)
    assert watcher.last == summary
    assert len(watcher.failures) == 6
    assert (summary.total, summary.done, summary.skipped, summary.failed) == (6, 2, 0, 6)
    assert sorted(done_keys(plan.out)) == ["a", "e"]
    failures = read_failures(plan.out)
    stages = {key.rsplit("/", 1)[-1]: one.stage for key, one in failures.items()}
    assert stages == {
        "b": "worker",
        "c": "analyse",
        "chats.jsonl:3": "source",
        "chats.jsonl:6": "source",
        "chats.jsonl:8": "source",
        "d": "open",
    }
    assert "SIGKILL" in failures["b"].reason
    assert "ZeroDivisionError at fake_walk.py:" in failures["c"].reason
    assert "own words" not in (plan.out / "failures.csv").read_text(encoding="utf-8")
    assert failures["d"].what_to_do == "record it again"


def test_second_run_does_nothing(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices")
    run(plan, tmp_path / "diary")
    before = {path: path.stat().st_mtime_ns for path in plan.out.rglob("*.*") if path.name != ".lock"}
    (tmp_path / "diary").unlink()
    summary = run(plan, tmp_path / "diary")
    assert (summary.done, summary.skipped, summary.failed) == (0, 2, 0)
    assert not (tmp_path / "diary").exists(), "no worker is started for nothing"
    after = {path: path.stat().st_mtime_ns for path in plan.out.rglob("*.*") if path.name != ".lock"}
    assert after == before


def test_what_a_model_did_not_answer_is_judged_again(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b", topic="asks")), tmp_path / "r", "choices")
    first = run(plan, tmp_path / "diary")
    assert (first.done, first.asked_in_vain, done_keys(plan.out)["b"]) == (2, 1, None)
    assert rehearse(plan, Watcher()).left == 1
    second = run(plan, tmp_path / "diary")
    assert (second.done, second.skipped, second.asked_in_vain) == (1, 1, 1)
    assert read_table(plan.out, "interactions").num_rows == 2


def test_a_formula_in_a_failure_is_no_formula_and_still_the_same_failure(tmp_path: Path) -> None:
    failure = Failure("=cmd()", "-x.wav", "open", "@why.", "+mend")
    text = write_failures(tmp_path, [failure]).read_text(encoding="utf-8")
    assert text.splitlines()[1] == "'=cmd(),'-x.wav,open,'@why.,'+mend,"
    assert read_failures(tmp_path) == {"=cmd()": failure}


def test_what_changed_is_done_again_and_replaces_itself(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices")
    run(plan, tmp_path / "diary")
    source_of(tmp_path, chat("a"), chat("b", topic="delivery"))
    assert run(plan, tmp_path / "diary").done == 1
    topics = {row["interaction_id"]: row["topic"] for row in read_table(plan.out, "interactions").to_pylist()}
    assert topics == {"a": None, "b": "delivery"}
    utterances = read_table(plan.out, "utterances")["interaction_id"].to_pylist()
    assert utterances.count("b") == utterances.count("a") > 0
    assert run(replace(plan, choices="another form"), tmp_path / "diary").done == 2
    assert len(parts_of(plan.out, "interactions")) == 1, "parts without rows left are gone"


def test_success_takes_the_failure_away(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, chat("a", topic="refused"), "{"), tmp_path / "r", "choices")
    assert run(plan, tmp_path / "diary").failed == 2
    source_of(tmp_path, chat("a"), chat("b"))
    assert run(plan, tmp_path / "diary").failed == 0
    assert read_failures(plan.out) == {}
    assert len((plan.out / "failures.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_limit_and_rehearsal(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, *(chat(name) for name in "abcd")), tmp_path / "r", "choices", limit=3)
    watcher = Watcher()
    assert rehearse(plan, watcher).left == 4
    assert watcher.total == 4
    assert not plan.out.exists()
    summary = run(plan, tmp_path / "diary")
    assert (summary.done, summary.left) == (3, 1)
    assert rehearse(plan, Watcher()).skipped == 3
    assert run(plan, tmp_path / "diary").done == 1


def test_each_worker_loads_once(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, *(chat(f"c{k}") for k in range(12))), tmp_path / "r", "choices")
    assert run(plan, tmp_path / "diary", workers=2).done == 12
    loads = (tmp_path / "diary").read_text(encoding="utf-8").splitlines()
    assert 1 <= len(loads) <= 2
    assert set(loads) == {"1 1"}, "threads reach the libraries' environment"


def test_tools_that_cannot_be_loaded_end_the_run(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, chat("a")), tmp_path / "r", "choices")
    workers = LocalWorkers(MakeFakeWalk(tmp_path / "diary", refuse=True), 1, 1)
    with pytest.raises(VoxcxError, match="give --csi-model"):
        run_batch(plan, workers, Watcher())
    assert done_keys(plan.out) == {}


def test_earlier_contacts_come_from_the_source(tmp_path: Path) -> None:
    def at(name: str, day: int) -> str:
        return chat(name, customer_id="c1", started_at=f"2026-03-{day:02d}T10:00:00+03:00")

    plan = Plan(source_of(tmp_path, at("late", 9), at("early", 1), at("same", 9), chat("anon")), tmp_path / "r", "x")
    run(plan, tmp_path / "diary")
    seen = {row["interaction_id"]: row["priority"] for row in read_table(plan.out, "interactions").to_pylist()}
    assert seen == {"late": "1", "early": "0", "same": "1", "anon": "0"}


def test_second_writer_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with sole_writer(tmp_path), pytest.raises(InputError, match=r"held by process \d+"), sole_writer(tmp_path):
        pass
    with sole_writer(tmp_path):
        pass


def test_results_inside_the_source_are_no_input(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(chat("a"), encoding="utf-8")
    plan = Plan(tmp_path, tmp_path / "r", "choices")
    diary = tmp_path / "diary"
    assert run(plan, diary).done == 1
    summary = run(plan, diary)
    assert (summary.total, summary.skipped, summary.failed) == (1, 1, 0)


class Impatient(Watcher):
    def moved(self, summary: Summary, failure: Failure | None) -> None:
        super().moved(summary, failure)
        if summary.done >= 2:
            raise KeyboardInterrupt


def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    names = [f"chat-{number}" for number in range(2 * BUNDLE)]
    plan = Plan(source_of(tmp_path, *map(chat, names)), tmp_path / "r", "choices")
    workers = LocalWorkers(MakeFakeWalk(tmp_path / "diary"), 1, 1)
    with pytest.raises(KeyboardInterrupt):
        run_batch(plan, workers, Impatient())
    kept = len(done_keys(plan.out))
    assert 2 <= kept < len(names)
    assert run(plan, tmp_path / "diary").done == len(names) - kept
    assert sorted(done_keys(plan.out)) == sorted(names)


def test_simulated_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text("{}", encoding="utf-8")
    plan = Plan(source_of(tmp_path, chat("a")), tmp_path, "choices")
    with pytest.raises(InputError, match="got a simulation"):
        run(plan, tmp_path / "diary")


def test_transcripts_are_found_by_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.wav").write_bytes(b"sound")
    stored = tmp_path / "t"
    stored.mkdir()
    (stored / "a.json").write_text("{}", encoding="utf-8")
    plan = Plan(tmp_path, tmp_path / "r", "choices", transcripts=stored)
    watcher = Watcher()
    assert rehearse(plan, watcher).left == 1
    (failure,) = watcher.failures
    assert (failure.interaction_id, failure.what_to_do) == ("b", "transcribe it first")


def test_transcripts_may_lie_beside_the_recordings(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"sound")
    (tmp_path / "a.json").write_text('{"schema": "voxcx.result/1", "interaction": {"id": "a"}}', encoding="utf-8")
    for transcripts in (tmp_path, tmp_path.parent):
        watcher = Watcher()
        rehearsed = rehearse(Plan(tmp_path, tmp_path / "r", "choices", transcripts=transcripts), watcher)
        assert rehearsed.total == 1
        assert rehearsed.left == (transcripts == tmp_path)


@pytest.mark.parametrize(
    ("how", "says"), [("dies", "was ended by SIGKILL while it loaded"), ("breaks", "ZeroDivisionError")]
)
def test_a_worker_that_cannot_start_is_said_once(tmp_path: Path, how: str, says: str) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices")
    with pytest.raises(VoxcxError, match=says):
        run_batch(plan, LocalWorkers(MakeNothing(how), 1, 1), Watcher())
    assert read_failures(plan.out) == {}


def bot_chat(name: str, day: int, *said: str, **fields: Any) -> str:
    """The customer talks to a bot, then a person takes over and hears one request more."""
    messages = [
        {"role": "bot", "text": "Hi! I am the assistant."},
        *({"role": "customer", "text": text} for text in said),
        {"role": "bot", "text": "Connecting you to an agent."},
        {"role": "agent", "text": "Hello, this is Daniel."},
        {"role": "customer", "text": "I want to talk to a manager, a real person"},
    ]
    known = {"customer_id": "c1", "started_at": f"2026-03-{day:02d}T10:00:00Z", "messages": messages}
    return json.dumps({"id": name, "kind": "chat", "language": "en", **known, **fields})


HUMAN = "I need a human please"


def contacts_of(source: Path) -> list[tuple[bool | None, int | None]]:
    ever = datetime(2100, 1, 1, tzinfo=UTC)
    return [(one.had_ivr, one.operator_requests) for one in survey(jobs(source), Survey()).contacts.of("c1", ever)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (bot_chat("a", 1, "Where is my parcel?"), (True, 0)),
        (bot_chat("a", 1, HUMAN), (True, 1)),
        (bot_chat("a", 1, HUMAN, "No.", HUMAN), (True, 2)),
        (bot_chat("a", 1, HUMAN, language="de"), (True, None)),
        (bot_chat("a", 1, HUMAN, ivr_operator_requests=5), (True, 5)),
        (
            bot_chat("a", 1, HUMAN, messages=[{"role": "robot", "text": HUMAN}, {"role": "bot", "text": "Hi"}]),
            (True, None),
        ),
        (chat("a", customer_id="c1", started_at="2026-03-01T10:00:00Z"), (False, None)),
    ],
)
def test_requests_for_a_person_are_counted_while_the_bot_answers(
    tmp_path: Path, line: str, expected: tuple[bool | None, int | None]
) -> None:
    assert contacts_of(source_of(tmp_path, line)) == [expected]


def test_who_asks_for_a_person_every_time_prefers_one(tmp_path: Path) -> None:
    source = source_of(tmp_path, *(bot_chat(f"c{day}", day, HUMAN) for day in (1, 2, 3, 4)))
    found = survey(jobs(source), Survey())
    *_, last = found.register.rows()
    history = found.before(last).history()
    found = {one.name: one.value for one in history_features(Interaction("c4", "chat"), history)}
    assert (found["prefers_human"], found["prefers_human_share"]) == (1, 1.0)


def test_chats_of_a_manifest_have_a_history(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(bot_chat("a", 1, HUMAN), encoding="utf-8")
    source = tmp_path / "m.csv"
    source.write_text("interaction_id,recording\n1,a.json\n", encoding="utf-8")
    assert contacts_of(source) == [(True, 1)]


def test_two_inputs_of_one_name_are_told(tmp_path: Path) -> None:
    for name in ("call.mp3", "call.wav", "other.wav"):
        (tmp_path / name).write_bytes(b"sound")
    (tmp_path / "chat.json").write_text(chat("other"), encoding="utf-8")
    watcher = Watcher()
    assert rehearse(Plan(tmp_path, tmp_path / "r", "choices"), watcher).left == 2
    assert [Path(one.input).name for one in watcher.failures] == ["call.wav", "other.wav"]
    assert "got 'call' again after" in watcher.failures[0].reason
    assert "rename the file" in watcher.failures[0].what_to_do


def dated(name: str, day: int, **fields: Any) -> str:
    return chat(name, **{"customer_id": "c1", "started_at": f"2026-03-{day:02d}T10:00:00Z", **fields})


def test_a_contact_that_arrives_later_has_only_later_ones_judged_again(tmp_path: Path) -> None:
    lines = [dated("old", 1), dated("new", 9), dated("newer", 10), dated("stranger", 11, customer_id="c2")]
    plan = Plan(source_of(tmp_path, *lines), tmp_path / "r", "choices")
    first = run(plan, tmp_path / "diary")
    assert (first.done, first.judged_again) == (4, 0)
    keys = done_keys(plan.out)
    source_of(tmp_path, *lines, dated("found", 5))
    second = run(plan, tmp_path / "diary")
    assert (second.done, second.judged_again, second.skipped) == (3, 2, 2)
    changed = {name for name, key in done_keys(plan.out).items() if keys.get(name) != key}
    assert changed == {"found", "new", "newer"}
    rows = {row["interaction_id"]: row for row in read_table(plan.out, "interactions").to_pylist()}
    assert {name: row["priority"] for name, row in rows.items()} == {
        "old": "0",
        "found": "1",
        "new": "2",
        "newer": "3",
        "stranger": "0",
    }
    assert run(plan, tmp_path / "diary").skipped == 5
    source_of(tmp_path, *reversed(lines), dated("found", 5))
    assert run(plan, tmp_path / "diary").skipped == 5, "the order of the source changes nothing"


def test_what_is_judged_otherwise_is_judged_again_and_what_is_said_otherwise_is_not(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices")
    run(plan, tmp_path / "diary")
    source_of(tmp_path, chat("a"), chat("b", messages=[{"role": "agent", "text": "On its way."}]))
    summary = run(replace(plan, choices="another form"), tmp_path / "diary")
    assert (summary.done, summary.judged_again) == (2, 1)
