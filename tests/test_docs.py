"""What docs/inputs.md and docs/forms.md show is what the code takes, and no field or operator is left out of them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

from marked_chats import small_criterion
from voxcx.domain.csi import RatingScale
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import HANGUP_PARTIES, IVR_STATUSES, Interaction
from voxcx.domain.intervals import Interval
from voxcx.domain.qa import Mode, Severity
from voxcx.domain.timeline import EventKind
from voxcx.errors import InputError
from voxcx.intake.chat import MessageFields, chat_interaction
from voxcx.intake.file_names import NamePattern
from voxcx.intake.folder_jobs import RECORDING_SUFFIXES
from voxcx.intake.job import BadRow, Job
from voxcx.intake.manifest import jobs
from voxcx.intake.manifest_tables import COLUMNS
from voxcx.intake.metadata import ContactFields, Metadata, TelephonyFields
from voxcx.intake.opening import open_interaction
from voxcx.intake.surveys import SurveyAnswer, read_surveys
from voxcx.language.grammar import ENTITIES
from voxcx.language.phrases import compile_phrase
from voxcx.language.tokens import tokenise
from voxcx.qa.compiling import compile_form
from voxcx.qa.form import load_form
from voxcx.qa.form_schema import CriterionSchema, FormSchema, SectionSchema
from voxcx.qa.learning.store import save_criterion
from voxcx.qa.rules.catalogue import OPERATORS
from voxcx.qa.rules.event import Near
from voxcx.qa.rules.operator import AnchorAt, Place
from voxcx.transcribe.protocol import Spoken
from voxcx.transcribe.replay import ReplayTranscriber

ROOT = Path(__file__).resolve().parents[1]
INPUTS, FORMS = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("inputs.md", "forms.md"))
_BLOCK = re.compile(r"^```(\w+) example (\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^```(\w.*)$", re.MULTILINE)
_HEADING = re.compile(r"^### `(\w+)`$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]*))?\)")


def examples(page: str, kind: str) -> list[str]:
    """The blocks of a page that are marked as examples of a kind."""
    return [text for _, marked, text in _BLOCK.findall(page) if marked == kind]


def example(page: str, kind: str) -> str:
    """The one block of that kind."""
    (text,) = examples(page, kind)
    return text


def unnamed(names: Iterable[str], page: str) -> list[str]:
    """Names that do not stand in the page as `code`, nor inside longer code such as `{name, op}`."""
    code = " ".join(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)))
    words = set(re.findall(r"[.\w<>]+", code))
    return [name for name in names if name not in words]


def form_of(rule: str) -> str:
    """The smallest form around a rule, with the page's definitions."""
    define = indent(example(FORMS, "define"), "  ")
    criterion = f"{{id: c, title: C, points: 1, met_when: {json.dumps(yaml.safe_load(rule))}}}"
    return (
        f"id: doc.en\nversion: 1\nlanguage: en\ntitle: T\ndefine:\n{define}"
        f"sections: [{{id: s, title: S, criteria: [{criterion}]}}]\n"
    )


@pytest.mark.parametrize("page", [INPUTS, FORMS], ids=["inputs", "forms"])
def test_every_block_is_an_example_that_is_tested(page: str) -> None:
    known = {"metadata", "chat", "jsonl", "manifest", "several", "transcript", "surveys"}
    known |= {"form", "rule", "define", "phrases"}
    fences = _FENCE.findall(page)
    assert fences
    assert [fence for fence in fences if not re.fullmatch(rf"\w+ example ({'|'.join(known)})", fence)] == []


@pytest.mark.parametrize("name", ["inputs.md", "forms.md"])
def test_every_link_leads_to_a_file_and_a_heading(name: str) -> None:
    here = ROOT / "docs" / name
    text = here.read_text(encoding="utf-8")
    links = [*_LINK.findall(text), *(("", anchor) for anchor in re.findall(r"\]\(#([^)]+)\)", text))]
    assert links
    for file, anchor in links:
        target = here if not file else here.parent / file
        assert target.exists(), file
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, anchor


# --- inputs.md ---------------------------------------------------------------------------------------------------


def test_the_metadata_example_is_complete_and_opens_a_recording(tmp_path: Path) -> None:
    raw: dict[str, Any] = json.loads(example(INPUTS, "metadata"))
    assert set(raw) == set(Metadata.model_fields)
    assert set(raw["telephony"]) == set(TelephonyFields.model_fields)
    assert set(raw["earlier_contacts"][0]) == set(ContactFields.model_fields)
    shutil.copy(ROOT / "tests" / "data" / "service-en.flac", tmp_path / "call.flac")
    (tmp_path / "call.json").write_text(example(INPUTS, "metadata"), encoding="utf-8")
    call, history = open_interaction(tmp_path / "call.flac")
    assert call.id == raw["interaction_id"]
    assert call.telephony.holds == (Interval(45.1, 58.6),)
    assert call.telephony.warnings == ()
    assert history.contacts is not None
    assert history.contacts[0].refused_the_machine


def test_none_is_not_known_and_an_empty_list_is_known_to_be_none() -> None:
    assert Metadata.from_mapping({}, "x").telephony.record().holds is None
    assert Metadata.from_mapping({"holds": None}, "x").telephony.record().holds is None
    assert Metadata.from_mapping({"holds": []}, "x").telephony.record().holds == ()
    assert Metadata.from_mapping({"earlier_contacts": []}, "x").history().contacts == ()
    assert Metadata.from_mapping({}, "x").history().contacts is None
    for name in ("agent_channel", "canned_texts", "telephony"):
        with pytest.raises(InputError, match=name):
            Metadata.from_mapping({name: None}, "x")


def test_a_time_without_a_zone_is_utc_and_the_top_level_wins() -> None:
    stated = {"started_at": "2026-03-12T09:31:05", "telephony": {"transfers": 1}, "transfers": 2, "language": "ru-RU"}
    metadata = Metadata.from_mapping(stated, "x")
    assert metadata.started_at is not None
    assert metadata.started_at.isoformat() == "2026-03-12T09:31:05+00:00"
    assert metadata.telephony.transfers == 2
    assert metadata.language == "ru"


def test_the_chat_example_is_a_chat() -> None:
    chat, metadata = chat_interaction(json.loads(example(INPUTS, "chat")), "chat.json")
    assert (chat.id, chat.kind, len(chat.messages)) == ("chat-3054", "chat", 4)
    assert metadata.agent_name == "Kevin"
    assert chat.started_at == chat.messages[0].sent_at


def test_every_line_of_the_jsonl_example_is_a_chat(tmp_path: Path) -> None:
    (tmp_path / "chats.jsonl").write_text(example(INPUTS, "jsonl"), encoding="utf-8")
    found = list(jobs(tmp_path / "chats.jsonl"))
    assert [one.interaction_id for one in found] == ["c1", "c2"]
    chats = [chat_interaction(one.chat, one.where)[0] for one in found if isinstance(one, Job) and one.chat]
    assert [chat.language for chat in chats] == ["en", "ru"]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The manifest example with the files that it names."""
    for name in ("calls", "chats"):
        (tmp_path / name).mkdir()
    shutil.copy(ROOT / "tests" / "data" / "service-en.flac", tmp_path / "calls" / "call-1.flac")
    (tmp_path / "chats" / "chat-1.json").write_text(example(INPUTS, "chat"), encoding="utf-8")
    path = tmp_path / "manifest.csv"
    path.write_text(example(INPUTS, "manifest"), encoding="utf-8")
    return path


def test_the_manifest_example_gives_a_call_a_row_without_sound_and_a_chat(manifest: Path) -> None:
    call, lost, chat = (one for one in jobs(manifest) if isinstance(one, Job))
    opened, _ = open_interaction(call.recordings[0], call.metadata)
    assert opened.id == "call-1"
    assert opened.telephony.holds == (Interval(10.0, 12.5),)
    assert lost.recordings == ()
    assert open_interaction(None, lost.metadata)[0].abandoned is True
    assert (lost.metadata.agent_id, lost.metadata.telephony.holds) == (None, None)  # empty cells say nothing
    assert chat.chat is not None
    assert chat_interaction(chat.chat, chat.where)[0].queue == "roaming"
    assert (chat.interaction_id, chat.chat["agent_name"]) == ("chat-1", "Kevin")  # the row wins, the file adds


def test_the_example_of_several_recordings(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text(example(INPUTS, "several"), encoding="utf-8")
    stated, plain = (one for one in jobs(tmp_path / "manifest.csv") if isinstance(one, Job))
    assert [path.name for path in stated.recordings] == ["7-1.flac", "7-2.flac"]
    assert [(leg.starts, leg.agent_id, leg.agent_channel) for leg in stated.metadata.legs] == [
        (0.0, "agent-21", 0),
        (130.5, "agent-40", 1),
    ]
    assert (len(plain.recordings), plain.metadata.agent_id, plain.metadata.legs) == (2, "agent-21", ())
    found = re.search(r'"legs": (\[.*?\])', INPUTS, re.DOTALL)
    assert found
    assert len(Metadata.from_mapping({"legs": json.loads(found[1])}, "x").legs) == 2


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_manifest_may_have_semicolons_and_a_byte_order_mark(manifest: Path, delimiter: str, encoding: str) -> None:
    page = io.StringIO()
    csv.writer(page, delimiter=delimiter).writerows(csv.reader(io.StringIO(example(INPUTS, "manifest"))))
    manifest.write_text(page.getvalue(), encoding=encoding)
    assert [one.interaction_id for one in jobs(manifest) if isinstance(one, Job)] == ["call-1", "call-2", "chat-1"]


def test_a_row_does_not_read_the_json_beside_its_recording(manifest: Path) -> None:
    (manifest.parent / "calls" / "call-1.json").write_text('{"topic": "beside"}', encoding="utf-8")
    call = next(iter(jobs(manifest)))
    assert isinstance(call, Job)
    assert open_interaction(call.recordings[0], call.metadata)[0].topic is None


def test_a_wrong_row_is_a_failure_and_an_unknown_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text('interaction_id,queue_wait_s\na,"12,5"\nb,12.5\n', encoding="utf-8")
    bad, good = jobs(path)
    assert isinstance(bad, BadRow)
    assert isinstance(good, Job)
    path.write_text("interaction_id,agent\na,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="'agent' is not known"):
        list(jobs(path))


def test_the_name_pattern_reads_the_name_beside_it() -> None:
    found = re.search(r'--name-pattern "([^"]+)"` reads `([^`]+)`', INPUTS)
    assert found
    fields = NamePattern.parse(found[1]).fields(found[2])
    assert fields == {"started_at": "2026-03-04T11:20:05", "agent_id": "a7"}
    for written in ("20260304", "20260304-112005", "2026-03-04T11:20:05+03:00"):
        assert written in INPUTS
        assert NamePattern.parse("{started_at}.wav").fields(f"{written}.wav")["started_at"].startswith("2026-03-04T")


def test_what_a_folder_states_wins_over_the_file_name(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "data" / "service-en.flac", tmp_path / "a7.flac")
    (tmp_path / "a7.json").write_text('{"agent_id": "a8"}', encoding="utf-8")
    (one,) = jobs(tmp_path, "{agent_id}.flac")
    assert isinstance(one, Job)
    assert (one.interaction_id, one.metadata.agent_id) == ("a7", "a8")


def test_the_transcript_example_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(example(INPUTS, "transcript"), encoding="utf-8")
    heard = Heard(5.0, "ok", ((), ()))
    told = ReplayTranscriber(path).transcribe(Spoken(Interaction("c", "call"), heard, lambda: iter(())))
    agent, customer = told.words
    assert [word.text for word in agent] == ["Good", "morning,", "Northern", "Telecom"]
    assert [word.confidence for word in customer] == [0.93, 0.88]


def test_the_survey_example_is_read(tmp_path: Path) -> None:
    path = tmp_path / "surveys.csv"
    path.write_text(example(INPUTS, "surveys"), encoding="utf-8")
    answers = read_surveys(path, RatingScale())
    assert [(a.interaction_id, a.rating) for a in answers] == [("call-1", 5), ("chat-1", 2)]
    assert (RatingScale().minimum, RatingScale().maximum) == (1, 5)


def test_inputs_names_every_field() -> None:
    records: tuple[type[BaseModel], ...] = (Metadata, TelephonyFields, ContactFields, MessageFields)
    names = {name for record in records for name in record.model_fields}
    names |= set(COLUMNS) | (set(SurveyAnswer.__dataclass_fields__) - {"line"})  # `line` is counted, not written
    contexts = get_args(get_args(TelephonyFields.model_fields["handover_context"].annotation)[0])
    values = {*IVR_STATUSES, *HANGUP_PARTIES, *contexts, *RECORDING_SUFFIXES}
    assert unnamed(sorted(names | values), INPUTS) == []


# --- forms.md ----------------------------------------------------------------------------------------------------


def test_the_form_examples_compile(tmp_path: Path) -> None:
    criteria = []
    for text in examples(FORMS, "form"):
        path = tmp_path / "my-form.yaml"
        path.write_text(text, encoding="utf-8")
        form = load_form(path)
        compile_form(form)
        criteria.append([criterion.id for criterion in form.criteria])
    assert criteria == [["greeting", "alternative", "talked_over"], ["greeting"]]


@pytest.mark.parametrize("rule", examples(FORMS, "rule"))
def test_every_rule_example_compiles_inside_a_form(rule: str, tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(form_of(rule), encoding="utf-8")
    save_criterion(small_criterion(), "{}\n", "# Card\n", tmp_path / "trained" / "empathy")
    compile_form(load_form(path))


def test_every_operator_has_its_heading_and_its_example() -> None:
    headings = _HEADING.findall(FORMS)
    assert sorted(headings) == sorted(OPERATORS)
    shown = {next(iter(yaml.safe_load(rule))) for rule in examples(FORMS, "rule")}
    assert shown == set(OPERATORS)


@pytest.mark.parametrize(
    "line", yaml.safe_load(example(FORMS, "phrases")), ids=lambda line: f"{line['language']}: {line['phrase']}"
)
def test_every_phrase_finds_and_passes_what_the_page_says(line: dict[str, str]) -> None:
    phrase = compile_phrase(line["phrase"], line["language"])
    assert phrase.find(tokenise(line["finds"], line["language"]))
    assert not phrase.find(tokenise(line["passes"], line["language"]))


def test_forms_names_every_key_argument_and_value() -> None:
    records: list[type[BaseModel]] = [FormSchema, SectionSchema, CriterionSchema, Place, AnchorAt, Near]
    records += [operator.arguments for operator in OPERATORS.values()]
    names = {name for record in records for name in record.model_fields}
    values = {*get_args(EventKind), *get_args(Severity), *get_args(Mode), *(f"<{name}>" for name in ENTITIES)}
    assert unnamed(sorted(names | values), FORMS) == []


def test_what_the_page_calls_given_by_default_is() -> None:
    form = FormSchema.model_fields
    for name in ("minimum_decided_share", "minimum_confidence", "clean_confidence"):
        assert re.search(rf"`{name}` \|.*; {form[name].default:g} unless given", FORMS)
    assert form["zeroes"].default == "form"
    criterion = CriterionSchema.model_fields
    assert (criterion["severity"].default, criterion["mode"].default) == ("plain", "full")
    assert criterion["attributable"].default == "agent"
    assert (Near.model_fields["by"].default, Near.model_fields["within_s"].default) == ("agent", 10.0)
    assert (AnchorAt.model_fields["hit"].default, Place.model_fields["of"].default) == (1, "speech")
