"""One input becomes one interaction, whoever wrote its metadata."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sound_files import DATA, piece, write_wav
from voxcx.domain.interaction import Recording, Telephony
from voxcx.domain.intervals import Interval
from voxcx.errors import InputError
from voxcx.intake.chat import chat_interaction, chat_transcript, written_language
from voxcx.intake.metadata import Metadata
from voxcx.intake.opening import clipped, open_interaction

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
    found = clipped(Telephony(holds=(Interval(*hold),)), RECORDING, 2.0)
    assert found.holds == tuple(Interval(*pair) for pair in kept)
    assert bool(found.warnings) == warned


@pytest.mark.parametrize("hold", [(58.0, 62.1), (-2.1, 1.0)])
def test_more_than_the_skew_is_refused(hold: tuple[float, float]) -> None:
    with pytest.raises(InputError, match=r"call\.wav: expected holds inside the recording of 60\.0 s"):
        clipped(Telephony(holds=(Interval(*hold),)), RECORDING, 2.0)


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


@pytest.mark.parametrize(
    ("text", "language"),
    [("Приветы, iPhone", "ru"), ("hello", "en"), ("123", "en"), ("ёж", "ru"), ("iPhone дома", "en")],
)
def test_written_language(text: str, language: str) -> None:
    assert written_language(text) == language
