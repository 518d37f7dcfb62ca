from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from builders import a_chat
from unit.batch.fake_walk import MakeFakeWalk
from unit.batch.test_batch import chat, source_of
from voxcx.assembly import Choices
from voxcx.batch import walk
from voxcx.batch.choices import about, choices_digest
from voxcx.batch.walk import ToolsWalk
from voxcx.batch.work import Task
from voxcx.cli import app
from voxcx.domain.interaction import Contact, History, Interaction
from voxcx.domain.result import Result
from voxcx.errors import FormError, InputError
from voxcx.intake.job import Job
from voxcx.intake.metadata import Metadata
from voxcx.pipeline import Tools
from voxcx.results.reading import done_keys
from voxcx.transcribe.replay import ReplayTranscriber

FORM = "service.ru.v1"


@dataclass(frozen=True)
class FewTools:
    transcriber: object = None


def job(**fields: Any) -> Job:
    known = Metadata.from_mapping({"interaction_id": "x", **fields}, "test")
    return Job("x", "call", (), known, None, "m.csv:2")


def opened(task: Task) -> tuple[Interaction, History]:
    return ToolsWalk(cast("Tools", FewTools()), 2.0).open(task)


def test_stated_contacts_win_over_those_found() -> None:
    stated = job(earlier_contacts=[{"started_at": "2026-01-01T00:00:00Z"}])
    found = (Contact(datetime(2025, 1, 1, tzinfo=UTC)),)
    assert [one.started_at.year for one in opened(Task(stated, "k", found))[1].contacts or ()] == [2026]
    assert opened(Task(job(), "k", found))[1].contacts == found
    assert opened(Task(job(), "k", None))[1].contacts is None


def test_jobs_open_as_what_they_are(tmp_path: Path) -> None:
    record = json.loads(chat("x", queue="Delivery"))
    known = Metadata.from_mapping({"interaction_id": "x"}, "")
    interaction, _ = opened(Task(Job("x", "chat", (), known, record, "c.jsonl:1"), "k"))
    assert (interaction.id, interaction.kind, interaction.queue, len(interaction.messages)) == (
        "x",
        "chat",
        "Delivery",
        2,
    )
    lost, _ = opened(Task(job(abandoned=True, queue_wait_s=80), "k"))
    assert (lost.id, lost.abandoned, lost.telephony.queue_wait_s, lost.recordings) == ("x", True, 80.0, ())
    two = Job("x", "call", (tmp_path / "a.wav", tmp_path / "b.wav"), known, None, "m.csv:2")
    with pytest.raises(InputError, match="got 2; join them"):
        opened(Task(two, "k"))


def test_a_stored_transcript_stands_in_for_the_recogniser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[object] = []

    def analyse(interaction: Interaction, tools: FewTools, history: History) -> Result:
        used.extend([tools.transcriber, interaction, history])
        return a_chat()

    monkeypatch.setattr(walk, "analyse", analyse)
    path = tmp_path / "x.json"
    path.write_text('{"language": "ru", "engine": "other", "utterances": []}', encoding="utf-8")
    ours = ToolsWalk(cast("Tools", FewTools("whisper")), 2.0)
    ours.analyse(Task(job(), "k", None, path), a_chat().interaction, History())
    ours.analyse(Task(job(), "k"), a_chat().interaction, History())
    assert isinstance(used[0], ReplayTranscriber)
    assert used[3] == "whisper"


def test_choices_are_known_by_their_content(tmp_path: Path) -> None:
    def key(**changes: Any) -> str:
        return choices_digest(about(Choices(**changes)))

    form = tmp_path / "ours.yaml"
    form.write_text("id: ours", encoding="utf-8")
    first = key(form=str(form))
    assert first == key(form=str(form), threads=7), "threads change no result"
    form.write_text("id: theirs", encoding="utf-8")
    assert len({first, key(form=str(form)), key(), key(language="en"), key(definitions="sber"), key(form=FORM)}) == 6
    with pytest.raises(FormError, match="did you mean"):
        about(Choices(form="service.ru.v11"))
    assert str(tmp_path) not in json.dumps(about(Choices(form=str(form)))), "no path of this machine"


def test_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MakeToolsWalk", lambda _: MakeFakeWalk(tmp_path / "diary"))
    source, out = source_of(tmp_path, chat("a"), chat("b", topic="refused")), tmp_path / "r"

    def run(*options: str) -> tuple[int, str, str]:
        answer = CliRunner().invoke(app, ["batch", str(source), "--out", str(out), "--workers", "1", *options])
        return answer.exit_code, answer.stdout, answer.stderr

    assert run("--dry-run")[:2] == (0, "Would do 2 of 2; done already: 0; refused: 0.\n")
    code, said, told = run()
    assert (code, said.count("failed 1")) == (1, 1)
    assert "b (open): " in told
    assert done_keys(out).keys() == {"a"}
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["schema"] == "voxcx.results/1"
    source_of(tmp_path, chat("a"))
    assert run()[:2] == (0, f"Nothing to do: 1 of 1 were done before → {out}\n")
    assert json.loads(run("--json")[1]) == {"total": 1, "done": 0, "skipped": 1, "failed": 0, "left": 0}


def test_no_place_to_write_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MakeToolsWalk", lambda _: MakeFakeWalk(tmp_path / "diary"))
    (tmp_path / "r").write_text("a file", encoding="utf-8")
    answer = CliRunner().invoke(app, ["batch", str(source_of(tmp_path, chat("a"))), "--out", str(tmp_path / "r")])
    assert isinstance(answer.exception, InputError)
    assert "expected a folder to write to" in str(answer.exception)
