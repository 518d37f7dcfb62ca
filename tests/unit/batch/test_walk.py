from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from builders import a_call, a_chat
from unit.batch.fake_walk import MakeFakeWalk
from unit.batch.test_batch import chat, source_of
from voxcx.batch.choices import about, choices_digest, sound_digest
from voxcx.batch.incoming.keys import facts_of, sound_key, spoken_of
from voxcx.batch.register import Noted
from voxcx.batch.work import Opened, Sound, Task
from voxcx.batch.workers import making, walk
from voxcx.batch.workers.walk import ToolsWalk, WatchedAsker
from voxcx.choices import Choices
from voxcx.cli import app
from voxcx.config import shipped
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Contact, History, Interaction
from voxcx.domain.transcript import Recognition
from voxcx.errors import FormError, InputError
from voxcx.intake.audio import file_sha256
from voxcx.intake.job import Job
from voxcx.intake.metadata import Metadata
from voxcx.pipeline import NOTHING_HEARD, Tools
from voxcx.qa.case import Answer
from voxcx.results.reading import done_keys
from voxcx.results.rows import rows_of
from voxcx.results.schema import RESULTS_SCHEMA
from voxcx.results.stored import Place, kept_of
from voxcx.results.upkeep import write_chunk
from voxcx.results.writing import part_name
from voxcx.transcribe.replay import ReplayTranscriber

FORM = "service.ru.v1"


@dataclass(frozen=True)
class FewTools:
    transcriber: object = None


def job(**fields: Any) -> Job:
    known = Metadata.from_mapping({"interaction_id": "x", **fields}, "test")
    return Job("x", "call", (), known, None, "m.csv:2")


def opened(task: Task) -> tuple[Interaction, History]:
    found = ToolsWalk(cast("Tools", FewTools()), 2.0).open(task)
    return found.interaction, found.history


def test_stated_contacts_win_over_those_found() -> None:
    stated = job(earlier_contacts=[{"started_at": "2026-01-01T00:00:00Z"}])
    found = (Contact(datetime(2025, 1, 1, tzinfo=UTC)),)
    assert [one.started_at.year for one in opened(Task(stated, "k", History(found)))[1].contacts or ()] == [2026]
    assert opened(Task(job(), "k", History(found)))[1].contacts == found
    assert opened(Task(job(), "k"))[1].contacts is None


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
    with pytest.raises(InputError, match=r"Recording 1 of 2: .*found no such file"):
        opened(Task(two, "k"))


def test_a_stored_transcript_stands_in_for_the_recogniser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[object] = []

    def transcribe(_: Interaction, heard: Heard, tools: FewTools) -> None:
        used.extend([tools.transcriber, heard])

    monkeypatch.setattr(walk, "listen", lambda *_: NOTHING_HEARD)
    monkeypatch.setattr(walk, "transcribe", transcribe)
    path = tmp_path / "x.json"
    path.write_text('{"language": "ru", "engine": "other", "utterances": []}', encoding="utf-8")
    ours = ToolsWalk(cast("Tools", FewTools("whisper")), 2.0)
    for transcript in (path, None):
        sound = ours.alone(Opened(Task(job(), "k", transcript=transcript), a_chat().interaction, History()))
        assert sound == Sound(NOTHING_HEARD)
    assert isinstance(used[0], ReplayTranscriber)
    assert used[1:] == [NOTHING_HEARD, "whisper", NOTHING_HEARD]


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


def test_what_a_configuration_names_counts_from_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "conf"
    folder.mkdir()
    config, form, usual = folder / "voxcx.yaml", folder / "ours.yaml", folder / "usual.csv"
    config.write_text("forms: [{form: ours.yaml}]\nusual: usual.csv\n", encoding="utf-8")

    def keys() -> tuple[str, str]:
        choices = Choices(config_path=config)
        return choices_digest(about(choices)), sound_digest(choices)

    form.write_text("id: ours", encoding="utf-8")
    usual.write_text("one", encoding="utf-8")
    first = keys()
    form.write_text("id: theirs", encoding="utf-8")
    second = keys()
    usual.write_text("two", encoding="utf-8")
    third = keys()
    assert len({first[0], second[0], third[0]}) == 3
    assert first[1] == second[1] == third[1]
    form.write_text("id: theirs\nvocabulary: [Northlink]", encoding="utf-8")
    assert keys()[1] != first[1]


def test_the_same_usual_elsewhere_is_the_same_choice(tmp_path: Path) -> None:
    found = set()
    for name in ("a", "b"):
        usual, config = tmp_path / name / "usual.csv", tmp_path / f"{name}.yaml"
        usual.parent.mkdir()
        usual.write_text("whose", encoding="utf-8")
        config.write_text(f"usual: {name}/usual.csv\n", encoding="utf-8")
        found.add(choices_digest(about(Choices(config_path=config))))
    assert len(found) == 1


def test_a_model_that_did_not_answer_is_remembered_for_one_interaction(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [Answer(None, reason="ask_unreachable"), Answer(truth=True), Answer(None, reason="ask_unreadable")]
    asker = WatchedAsker(lambda _question, _conversation: answers.pop(0))
    monkeypatch.setattr(walk, "judge", lambda *_: asker("why?", "agent: hello") and a_chat())
    ours = ToolsWalk(cast("Tools", FewTools()), 2.0, asker)
    given = Opened(Task(job(), "k"), a_chat().interaction, History()), Sound(NOTHING_HEARD)
    told = []
    for _ in range(3):
        ours.judge(*given)
        told.append(ours.asked_in_vain())
    assert told == [True, False, False]
    assert not ToolsWalk(cast("Tools", FewTools()), 2.0).asked_in_vain()


def test_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MakeToolsWalk", lambda _: MakeFakeWalk(tmp_path / "diary"))
    source, out = source_of(tmp_path, chat("a"), chat("b", topic="refused")), tmp_path / "r"

    def run(*options: str) -> tuple[int, str, str]:
        answer = CliRunner().invoke(app, ["batch", str(source), "--out", str(out), "--workers", "1", *options])
        return answer.exit_code, answer.stdout, answer.stderr

    code, said, _ = run("--dry-run")
    assert (code, said.splitlines()[:2]) == (
        0,
        ["Would do 2 of 2: 2 new, 0 judged again from what is kept.", "Done already: 0; cannot be done: 0."],
    )
    assert "1 worker of" in said
    code, said, told = run()
    assert (code, said.count("failed 1")) == (1, 1)
    assert "b (open): " in told
    assert done_keys(out).keys() == {"a"}
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["schema"] == RESULTS_SCHEMA
    source_of(tmp_path, chat("a"))
    assert run()[:2] == (0, f"Nothing to do: 1 of 1 were done before → {out}\n")
    summary = json.loads(run("--json")[1])
    nothing = dict.fromkeys(("done", "failed", "left", "judged_again", "asked_in_vain", "left_out", "sound_s"), 0)
    assert summary == {"total": 1, "skipped": 1, **nothing}


def test_no_place_to_write_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MakeToolsWalk", lambda _: MakeFakeWalk(tmp_path / "diary"))
    (tmp_path / "r").write_text("a file", encoding="utf-8")
    answer = CliRunner().invoke(app, ["batch", str(source_of(tmp_path, chat("a"))), "--out", str(tmp_path / "r")])
    assert isinstance(answer.exception, InputError)
    assert "expected a folder to write to" in str(answer.exception)


def test_the_sound_is_the_same_under_another_form_but_not_for_another_recogniser(tmp_path: Path) -> None:
    def sound(**changes: Any) -> str:
        return sound_digest(Choices(**changes))

    form = tmp_path / "ours.yaml"
    form.write_text("id: ours", encoding="utf-8")
    config = tmp_path / "config.yaml"
    shipped_text = shipped("configs", "default.yaml").read_text(encoding="utf-8")
    config.write_text(shipped_text.replace("yield_s: 2.0", "yield_s: 1.5"), encoding="utf-8")
    assert sound() == sound(definitions="sber") == sound(csi_model="other") == sound(config_path=config)
    first = sound(form=str(form))
    form.write_text("id: theirs", encoding="utf-8")
    assert sound(form=str(form)) == first == sound(form=FORM) == sound()
    form.write_text("id: theirs\nvocabulary: [Северсвязь]", encoding="utf-8")
    config.write_text(shipped_text.replace("pad_s: 0.4", "pad_s: 0.5"), encoding="utf-8")
    others = {sound(form=str(form)), sound(config_path=config), sound(language="en"), sound(asr_model="tiny")}
    assert len(others | {sound()}) == 5


def key_of(made: Job, choices: str = "choices") -> str:
    noted = Noted(1, made.where, made.interaction_id, made.kind, facts_of(made), spoken_of(made))
    return sound_key(noted, None, choices, file_sha256)


def a_recording(folder: Path) -> tuple[Job, str]:
    path = folder / "call.wav"
    path.write_bytes(b"never decoded")
    made = Job("x", "call", (path,), Metadata.from_mapping({"topic": "billing"}, "test"), None, "m.csv:2")
    return made, key_of(made)


def test_what_only_judging_needs_changes_no_sound_key(tmp_path: Path) -> None:
    made, key = a_recording(tmp_path)

    def stated(**facts: Any) -> str:
        return key_of(replace(made, metadata=Metadata.from_mapping(facts, "test")))

    moved = made.recordings[0].rename(tmp_path / "moved.wav")
    made = replace(made, recordings=(moved,))
    assert stated(topic="delivery", agent_channel=1, holds=[[1, 2]]) == key
    others = {
        stated(language="en"),
        stated(company="Ours"),
        stated(queue="q"),
        key_of(made, "other"),
    }
    moved.write_bytes(b"another call")
    assert len(others | {key, stated()}) == 6


def kept_in(folder: Path, key: str) -> Place:
    result = replace(
        a_call(), interaction=replace(a_call().interaction, id="x"), recognition=Recognition("ru", "w", ((), ()))
    )
    rows = rows_of(result, "k", History(), key)
    name = part_name(1)
    write_chunk(folder, rows, name)
    return Place(folder, name)


def test_the_same_sound_is_judged_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, key = a_recording(tmp_path)
    place = kept_in(tmp_path / "r", key)
    judged: list[tuple[Any, ...]] = []
    monkeypatch.setattr(walk, "judge", lambda *given: judged.append(given))
    monkeypatch.setattr(walk, "listen", lambda *_: pytest.fail("listened again"))
    ours = ToolsWalk(cast("Tools", FewTools()), 2.0)
    history = History((Contact(datetime(2025, 1, 1, tzinfo=UTC)),), agent_texts=("one moment please",))
    task = Task(made, "k2", history, None, key, place)
    known = ours.open(task)
    ours.judge(known, ours.alone(known))
    ((interaction, heard, recognition, _, given),) = judged
    assert (heard, recognition) == (a_call().heard, Recognition("ru", "w", ((), ())))
    assert (interaction.topic, interaction.recordings[0].path) == ("billing", made.recordings[0]), "read anew"
    assert given == history


def test_another_sound_is_not_taken_for_it(tmp_path: Path) -> None:
    _, key = a_recording(tmp_path)
    place = kept_in(tmp_path / "r", key)
    assert kept_of(place, "x", key) is not None
    assert kept_of(place, "x", "other") is None
    assert kept_of(place, "y", key) is None
    assert kept_of(replace(place, part="gone"), "x", key) == kept_of(place, "x", key), "it may have moved meanwhile"
    (tmp_path / "r" / "heard" / "broken.parquet").write_bytes(b"PAR1")
    assert kept_of(replace(place, part="broken"), "x", key) is None
