"""One input becomes one interaction, whoever wrote its metadata."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import a_call
from sound_files import DATA, piece, write_wav
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.interaction import History, Recording, Telephony
from voxcx.domain.intervals import Interval
from voxcx.errors import InputError
from voxcx.intake.chat import chat_interaction, chat_transcript
from voxcx.intake.metadata import Metadata
from voxcx.intake.opening import clipped, open_interaction, refuse_without_talk
from voxcx.intake.written import written_language
from voxcx.pipeline import NOTHING_HEARD, judge
from voxcx.report.as_json import to_document

RECORDING = Recording(Path("call.wav"), "0" * 64, 60.0, 2, 8000)


def test_metadata_beside_a_recording_is_its_own() -> None:
    call, history = open_interaction(DATA / "service-en.flac")
    assert (call.id, call.agent_name, call.queue, call.language) == ("service-en", "Daniel", "billing", "en")
    assert call.telephony.holds == (Interval(45.13, 58.63),)
    assert call.telephony.queue_wait_s == 15.0
    assert call.input_sha256 == call.recordings[0].sha256
    assert history.contacts is not None
    assert len(history.contacts) == 1


def test_given_metadata_wins_over_the_file_beside() -> None:
    call, history = open_interaction(DATA / "service-en.flac", Metadata(queue="other"))
    assert (call.queue, call.agent_name, history.contacts) == ("other", None, None)


def test_without_metadata_the_name_is_the_files(tmp_path: Path) -> None:
    call, history = open_interaction(write_wav(tmp_path / "2026-03-01_a17.wav", piece(0.0, 1.0)))
    assert (call.id, call.agent_channel, history.contacts) == ("2026-03-01_a17", 0, None)
    assert call.telephony == Telephony()


def test_a_row_without_a_recording_stays_an_interaction() -> None:
    row, _ = open_interaction(None, Metadata(interaction_id="x", abandoned=True, queue_wait_s=90.0))  # type: ignore[call-arg]
    assert (row.id, row.kind, row.abandoned, row.recordings) == ("x", "call", True, ())
    assert row.telephony.queue_wait_s == 90.0
    with pytest.raises(InputError, match="interaction_id"):
        open_interaction(None, Metadata())


def test_telephony_may_be_flat_nested_or_in_a_file(tmp_path: Path) -> None:
    record = {"ivr_time_s": 5, "holds": [[3, 9], [1, 2]]}
    (tmp_path / "cdr.json").write_text(json.dumps(record))
    written: list[dict[str, Any]] = [record, {"telephony": record}, {"telephony": "cdr.json"}]
    found = []
    for number, raw in enumerate(written):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(raw))
        found.append(Metadata.from_file(path).telephony.record())
    assert found[0] == found[1] == found[2]
    assert found[0].holds == (Interval(1, 2), Interval(3, 9)), "in order"


@pytest.mark.parametrize(
    ("hold", "kept", "warned"),
    [
        ((10.0, 20.0), ((10.0, 20.0),), False),
        ((58.0, 62.0), ((58.0, 60.0),), True),
        ((-2.0, 1.0), ((0.0, 1.0),), True),
        ((60.5, 61.5), (), True),
    ],
)
def test_clock_skew_is_clipped(hold: tuple[float, float], kept: tuple[tuple[float, float], ...], warned: bool) -> None:
    found = clipped(Telephony(holds=(Interval(*hold),)), (RECORDING,), 2.0)
    assert found.holds == tuple(Interval(*pair) for pair in kept)
    assert bool(found.warnings) == warned


@pytest.mark.parametrize("hold", [(58.0, 62.1), (-2.1, 1.0)])
def test_more_than_the_skew_is_refused(hold: tuple[float, float]) -> None:
    with pytest.raises(InputError, match=r"call\.wav: expected holds inside the recording of 60\.0 s"):
        clipped(Telephony(holds=(Interval(*hold),)), (RECORDING,), 2.0)


def test_times_without_a_zone_are_utc() -> None:
    metadata = Metadata.from_mapping({"started_at": "2026-03-01T10:00:00"}, "row")
    assert metadata.started_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    sent = [{"role": "customer", "text": "Hi", "sent_at": "2026-03-01T10:00:00"}]
    chat, _ = chat_interaction({"messages": sent}, "chat")
    assert chat.started_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_an_error_says_where_and_what() -> None:
    with pytest.raises(InputError, match=r"row 7: telephony → queue_wait_s: .*got 'long'"):
        Metadata.from_mapping({"queue_wait_s": "long"}, "row 7")


def test_a_chat_brings_its_own_transcript() -> None:
    chat, _ = open_interaction(DATA / "chat-en.json")
    transcript = chat_transcript(chat)
    assert chat.kind == "chat"
    assert [u.text for u in transcript.utterances] == [m.text for m in chat.messages]
    assert transcript.utterances[0].start_s == 0.0
    starts = [u.start_s for u in transcript.utterances]
    assert starts == sorted(s for s in starts if s is not None)


def test_a_chat_in_which_one_time_is_missing_has_no_times() -> None:
    messages = [{"role": "customer", "text": "Hi", "sent_at": "2026-03-01T10:00:00Z"}, {"role": "agent", "text": "Yes"}]
    chat, _ = chat_interaction({"messages": messages}, "chat")
    assert [u.start_s for u in chat_transcript(chat).utterances] == [None, None]


LANGUAGES = [
    (("Приветы, iPhone",), "ru"),
    (("hello",), "en"),
    (("ok",), "en"),
    (("спасибо",), "ru"),
    (("123",), "und"),
    (("ёж",), "ru"),
    (("iPhone дома",), "ru"),
    (("ok https://shop.example/bestellung/das-ist-nicht-da",), "en"),
    (("Hallo, ich habe ein Problem mit der Bestellung",), "und"),
    (("Olá, o meu pedido não chegou",), "und"),
    (("Добрий день, підкажіть, будь ласка, де моє замовлення",), "und"),
    (("Сәлеметсіз бе, маған көмек керек",), "und"),
    (
        ("Здравствуйте, меня зовут Әсел, я хочу вернуть деньги за билет, который мне продали в кассе вашего вокзала",),
        "ru",
    ),
    (("Where is my parcel?", "Refund issued."), "en"),
    (("Вот статус заказа: оплачен, ждёт отправки", "ok, thanks"), "ru"),
    (("Hello, how can I help you today?", "Wo ist mein Paket, das ich bestellt habe?"), "und"),
    (("Здравствуйте, чем могу помочь?", "Where is my parcel, I have been waiting for a week"), "und"),
    (("", ""), "und"),
]


@pytest.mark.parametrize(("voices", "language"), LANGUAGES)
def test_written_language(voices: tuple[str, ...], language: str) -> None:
    assert written_language(*voices) == language


def test_a_language_nobody_knows_gets_no_form_and_no_lexicon() -> None:
    messages = [{"role": "customer", "text": "Wo ist mein Paket?"}, {"role": "agent", "text": "Es ist nicht da."}]
    chat, _ = chat_interaction({"messages": messages}, "chat")
    result = judge(chat, NOTHING_HEARD, None, make_tools(Choices()), History())
    assert (result.transcript.language, result.scorecard) == ("und", None)
    assert result.features.value("gratitude") is None
    stated, _ = chat_interaction({"messages": messages, "language": "EN-us"}, "chat")
    assert stated.language == "en", "what is stated wins"


@pytest.mark.parametrize(
    ("stated", "language"),
    [("EN", "en"), ("ru-RU", "ru"), ("ru_RU", "ru"), ("rus", "ru"), ("de", "de"), ("", None), ("und", None)],
)
def test_language_codes(stated: str, language: str | None) -> None:
    assert Metadata.from_mapping({"language": stated}, "row").language == language


@pytest.mark.parametrize("stated", ["english", "русский", "r", "12", "en us"])
def test_what_is_no_language_code_is_refused(stated: str) -> None:
    with pytest.raises(InputError, match="row: language: expected a language code of two or three letters"):
        Metadata.from_mapping({"language": stated}, "row")


@pytest.mark.parametrize(
    "fields",
    [
        {"started_at": "0001-01-01T00:00:00+03:00"},
        {"started_at": "9999-12-31T23:59:59-05:00"},
        {"earlier_contacts": [{"started_at": "0001-01-01T00:00:00Z"}]},
        {"holds": [[1.0, float("inf")]]},
        {"holds": [[float("-inf"), 1.0]]},
        {"queue_wait_s": 1e300},
        {"recording_offset_s": -1e300},
    ],
)
def test_absurd_times_stop_at_the_border(fields: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="row: "):
        Metadata.from_mapping(fields, "row")


def test_absurd_times_of_messages_stop_too() -> None:
    messages = [{"role": "customer", "text": "Hi", "sent_at": "0001-01-01T00:00:00+03:00"}]
    with pytest.raises(InputError, match="message 1: sent_at: expected a year from 1970 to 2200"):
        chat_interaction({"messages": messages}, "chat")


@pytest.mark.parametrize(
    "before",
    [
        {"ivr_time_s": 100.0},
        {"queue_wait_s": 62.5},
        {"ivr_time_s": 40.0, "queue_wait_s": 40.0, "recording_offset_s": 10.0},
    ],
)
def test_ivr_and_queue_beyond_the_recording_are_refused(before: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"call\.wav: expected IVR and queue to end inside the recording of 60\.0 s"):
        clipped(Telephony(**{"recording_offset_s": 0.0, **before}), (RECORDING,), 2.0)


@pytest.mark.parametrize(
    ("fields", "leaves_talk"),
    [
        ({"ivr_time_s": 100.0}, True),
        ({"ivr_time_s": 100.0, "recording_offset_s": 90.0}, True),
        ({"ivr_time_s": 59.0, "recording_offset_s": 0.0}, True),
        ({"ivr_time_s": 60.0, "recording_offset_s": 0.0}, False),
        ({"queue_wait_s": 61.0, "recording_offset_s": 0.0}, False),
        ({"queue_wait_s": 30.0, "recording_offset_s": 0.0, "holds": (Interval(25.0, 60.0),)}, False),
        ({"holds": (Interval(0.0, 60.0),)}, True),
    ],
)
def test_ivr_and_queue_leave_talk(fields: dict[str, Any], leaves_talk: bool) -> None:
    known = clipped(Telephony(**fields), (RECORDING,), 2.0)
    if leaves_talk:
        refuse_without_talk(known, (RECORDING,))
        return
    with pytest.raises(InputError, match=r"leave some talk in the recording of 60\.0 s"):
        refuse_without_talk(known, (RECORDING,))


def test_an_abandoned_call_has_no_talk_and_is_none_the_worse(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", piece(0.0, 10.0))
    waited = {"queue_wait_s": 11.0, "recording_offset_s": 0}
    call, _ = open_interaction(path, Metadata.from_mapping({"abandoned": True, **waited}, "row"))
    assert call.telephony.warnings == ("IVR and queue end 1.0 s after the recording",)
    with pytest.raises(InputError, match="state abandoned or contained"):
        open_interaction(path, Metadata.from_mapping(waited, "row"))


def test_a_kind_that_the_input_contradicts_is_refused(tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "a.wav", piece(0.0, 1.0))
    with pytest.raises(InputError, match='expected the kind "call" for a recording, got "chat"'):
        open_interaction(sound, Metadata.from_mapping({"kind": "chat"}, "row"))
    record = {"kind": "call", "messages": [{"role": "agent", "text": "Hi"}]}
    with pytest.raises(InputError, match='expected the kind "chat" for a record with messages, got "call"'):
        chat_interaction(record, "chat.json")


def test_a_result_beside_a_recording_is_its_metadata(tmp_path: Path) -> None:
    document = to_document(a_call())
    document["interaction"]["telephony"]["holds"] = [[1.0, 2.5]]
    path = write_wav(tmp_path / "call.wav", piece(0.0, 5.0))
    path.with_suffix(".json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    call, history = open_interaction(path)
    shape = a_call().interaction
    for name in ("id", "started_at", "direction", "customer_id", "agent_name", "queue", "language", "agent_channel"):
        assert getattr(call, name) == getattr(shape, name), name
    assert call.telephony == replace(shape.telephony, holds=(Interval(1.0, 2.5),))
    assert history.contacts is None
    assert call.recordings[0].duration_s == pytest.approx(5.0), "measured, not believed"
    path.with_suffix(".json").write_text('{"schema": "voxcx.result/1", "interaction": []}', encoding="utf-8")
    with pytest.raises(InputError, match=r'expected a voxcx\.result/1 document with an "interaction"'):
        open_interaction(path)


def test_facts_given_with_a_chat_win_one_by_one(tmp_path: Path) -> None:
    record = {"id": "c", "queue_wait_s": 5, "transfers": 1, "messages": [{"role": "agent", "text": "Hello"}]}
    (tmp_path / "c.json").write_text(json.dumps(record))
    given = Metadata.from_mapping({"telephony": {"queue_wait_s": 9}, "queue": "q"}, "row")
    chat, _ = open_interaction(tmp_path / "c.json", given)
    assert (chat.id, chat.queue, chat.telephony.queue_wait_s, chat.telephony.transfers) == ("c", "q", 9.0, 1)


@pytest.mark.parametrize("name", ["звонок 1.wav", "a b (2)%d.wav", "file:call.wav", "-dash.wav"])
def test_names_of_any_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write_wav(tmp_path / name, piece(0.0, 1.0))
    monkeypatch.chdir(tmp_path)
    call, _ = open_interaction(Path(name))
    assert call.id == name.removesuffix(".wav")
