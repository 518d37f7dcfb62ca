"""Bad input through the real command line: one sentence and exit 2, or None with its reason where the rest stands.

Every call is replayed with ``--transcript``, so that no recogniser is loaded.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sound_files import DATA, RATE_HZ, encode, piece, write_float_wav, write_transcript, write_wav
from voxcx.cli import main
from voxcx.config import shipped

CALL_S = 12.0
LINES = [
    (
        "agent",
        0.6,
        5.35,
        "Good morning, thank you for calling Northern Telecom. My name is Daniel. How can I help you?",
    ),
    ("customer", 5.85, 11.27, "Hi, Daniel. My bill is forty dollars higher this month, and I don't understand why."),
]
Run = Callable[..., tuple[int, str, str]]
Refused = Callable[..., str]
Scored = Callable[..., dict[str, Any]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """``voxcx score …`` in this process: (exit code, stdout, stderr)."""

    def running(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voxcx", "score", *(str(one) for one in arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), out, err

    return running


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """Twelve good seconds: both parties speak."""
    return write_wav(tmp_path / "call.wav", piece(0.0, CALL_S))


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """The transcript of ``call``."""
    return write_transcript(tmp_path / "said.json", LINES)


@pytest.fixture
def refused(run: Run, said: Path) -> Refused:
    """Runs what must be refused: exit 2, one line on stderr that names the thing, nothing on stdout."""

    def refusing(names: str, *arguments: object) -> str:
        spoken = () if "--transcript" in arguments else ("--transcript", said)
        code, out, err = run(*arguments, *spoken, "--format", "json")
        assert code == 2, (out[:200], err)
        assert out == ""
        assert err.startswith("voxcx: ")
        assert err.endswith("\n")
        assert err.count("\n") == 1, err
        assert "Traceback" not in err
        assert names in err, err
        return err

    return refusing


@pytest.fixture
def scored(run: Run, said: Path) -> Scored:
    """Runs what can still be said: exit 0, the documented JSON, nothing on stderr."""

    def scoring(*arguments: object) -> dict[str, Any]:
        spoken = () if "--transcript" in arguments else ("--transcript", said)
        code, out, err = run(*arguments, *spoken, "--format", "json")
        assert (code, err) == (0, "")
        result: dict[str, Any] = json.loads(out)
        values, missing = result["features"]["values"], result["features"]["missing"]
        assert {name for name, value in values.items() if value is None} == set(missing)
        return result

    return scoring


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ── Sound that cannot be used ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.wav", b"Dear customer, your call is important to us. " * 50),
        ("letter.mp3", b"Dear customer, your call is important to us. " * 50),
        ("picture.flac", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
        ("zeros.wav", bytes(4096)),
        ("header-only.wav", b"RIFF\x24\x00\x00\x00WAVEfmt "),
        ("fLaC.flac", b"fLaC"),
    ],
)
def test_not_audio(tmp_path: Path, refused: Refused, name: str, content: bytes) -> None:
    refused(name, write(tmp_path / name, content))


@pytest.mark.parametrize("name", ["empty.wav", "empty.flac", "empty.json"])
def test_an_empty_file(tmp_path: Path, refused: Refused, name: str) -> None:
    refused(name, write(tmp_path / name, b""))


def test_zero_seconds(tmp_path: Path, refused: Refused) -> None:
    assert "0 s" in refused("none.wav", write_wav(tmp_path / "none.wav", piece(0.0, 0.0)))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers(tmp_path: Path, refused: Refused, bad: float) -> None:
    samples = (piece(0.0, CALL_S) / 32768).astype(np.float32)
    samples[1, 5 * RATE_HZ] = bad
    message = refused("nan.wav", write_float_wav(tmp_path / "nan.wav", samples))
    assert "NaN or infinity" in message


def test_float_samples_that_are_numbers_are_fine(tmp_path: Path, scored: Scored) -> None:
    samples = (piece(0.0, CALL_S) / 32768).astype(np.float32)
    assert scored(write_float_wav(tmp_path / "float.wav", samples))["channels"]["verdict"] == "ok"


def test_six_channels(tmp_path: Path, refused: Refused) -> None:
    samples = np.repeat(piece(0.0, 2.0), 3, axis=0)
    assert "got 6" in refused("six.wav", write_wav(tmp_path / "six.wav", samples))


def test_a_missing_file_and_a_folder(tmp_path: Path, refused: Refused) -> None:
    refused("nowhere.wav", tmp_path / "nowhere.wav")
    refused("nowhere.json", tmp_path / "nowhere.json")
    (tmp_path / "calls").mkdir()
    (tmp_path / "chat.json").mkdir()
    assert "voxcx batch" in refused("calls", tmp_path / "calls")
    refused("chat.json", tmp_path / "chat.json")


# ── Sound of which the rest can be said ──────────────────────────────────────────────────────────────────────


def test_the_good_call_is_scored(call: Path, scored: Scored) -> None:
    result = scored(call)
    assert result["channels"]["verdict"] == "ok"
    assert result["features"]["values"]["agent_words"] == 17
    assert result["csi"]["value"] is not None


def test_one_channel(tmp_path: Path, scored: Scored) -> None:
    result = scored(write_wav(tmp_path / "mono.wav", piece(0.0, CALL_S)[:1]))
    assert result["channels"]["verdict"] == "mono"
    role_metrics_are_missing(result, "mono recording")
    assert result["features"]["values"]["duration_s"] == pytest.approx(CALL_S)
    assert result["features"]["values"]["mutual_silence_s"] > 0


def test_dual_mono(tmp_path: Path, scored: Scored) -> None:
    samples = piece(0.0, CALL_S)
    result = scored(write_wav(tmp_path / "dual.wav", np.stack((samples.sum(0), samples.sum(0))).astype(np.int16)))
    assert result["channels"]["verdict"] == "dual_mono"
    role_metrics_are_missing(result, "both channels the same")


def test_a_dead_channel(tmp_path: Path, scored: Scored) -> None:
    samples = piece(0.0, CALL_S).copy()
    samples[1] = 0
    result = scored(write_wav(tmp_path / "dead.wav", samples))
    assert result["channels"]["verdict"] == "dead_channel"
    role_metrics_are_missing(result, "one channel carries nothing")
    assert result["channels"]["roles"] == {"0": "agent", "1": "customer"}


def role_metrics_are_missing(result: dict[str, Any], why: str) -> None:
    missing = result["features"]["missing"]
    for name in (
        "overlap_s",
        "agent_words",
        "customer_speech_s",
        "interruptions_by_agent",
        "rate_diff_wps",
        "gratitude",
    ):
        assert missing[name] == why
    for scored in result["scorecard"]["results"]:
        assert scored["verdict"] in {"undecided", "not_applicable"}, scored


def test_silence_only(tmp_path: Path, scored: Scored) -> None:
    nobody = write_transcript(tmp_path / "nobody.json", [])
    result = scored(write_wav(tmp_path / "quiet.wav", piece(0.0, CALL_S) * 0), "--transcript", nobody)
    assert result["channels"]["verdict"] == "not_speech"
    assert result["features"]["missing"]["mutual_silence_share"] == "no speech was heard"
    assert result["csi"] is None
    role_metrics_are_missing(result, "no speech was heard")


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3"])
def test_a_truncated_file(tmp_path: Path, scored: Scored, suffix: str) -> None:
    whole = tmp_path / f"whole.{suffix}"
    samples = piece(0.0, 20.0)
    codec = {"flac": "flac", "mp3": "libmp3lame"}
    write_wav(whole, samples) if suffix == "wav" else encode(whole, samples, codec[suffix])
    data = whole.read_bytes()
    cut = write(tmp_path / f"cut.{suffix}", data[: len(data) * 2 // 3])
    result = scored(cut)
    assert result["channels"]["verdict"] == "truncated"
    assert 11.5 < result["timeline"]["duration_s"] < 15.0
    assert result["features"]["values"]["duration_s"] == pytest.approx(result["timeline"]["duration_s"], abs=0.001)


def test_a_header_that_promises_more_than_there_is(call: Path, tmp_path: Path, scored: Scored) -> None:
    data = bytearray(call.read_bytes())
    data[40:44] = (len(data) * 50).to_bytes(4, "little")
    result = scored(write(tmp_path / "liar.wav", bytes(data)))
    assert result["channels"]["verdict"] == "truncated"
    assert result["timeline"]["duration_s"] == pytest.approx(CALL_S, abs=0.05)


def test_a_header_that_promises_less_than_there_is(call: Path, tmp_path: Path, refused: Refused) -> None:
    data = bytearray(call.read_bytes())
    data[40:44] = (4 * RATE_HZ).to_bytes(4, "little")  # one second of two channels
    assert "promises 1.0 s of 12.0 s" in refused("liar.wav", write(tmp_path / "liar.wav", bytes(data)))


def test_notes_behind_the_sound_are_no_lie(call: Path, tmp_path: Path, scored: Scored) -> None:
    notes = b"LIST" + (100_000).to_bytes(4, "little") + bytes(100_000)
    result = scored(write(tmp_path / "notes.wav", call.read_bytes() + notes))
    assert result["channels"]["verdict"] == "ok"
    assert result["timeline"]["duration_s"] == pytest.approx(CALL_S, abs=0.05)


def test_a_stream_that_states_no_length_is_whole(call: Path, tmp_path: Path, scored: Scored) -> None:
    data = bytearray(call.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    result = scored(write(tmp_path / "stream.wav", bytes(data)))
    assert result["channels"]["verdict"] == "ok"


def test_damage_in_the_middle_loses_the_damaged_part_only(tmp_path: Path, scored: Scored) -> None:
    data = bytearray(encode(tmp_path / "whole.flac", piece(0.0, 20.0), "flac").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    result = scored(write(tmp_path / "scratched.flac", bytes(data)))
    assert result["timeline"]["duration_s"] > 18.0


# ── Chats ────────────────────────────────────────────────────────────────────────────────────────────────────

AT = "2026-03-05T10:00:{:02d}+00:00"


def chat(path: Path, *messages: dict[str, Any], **fields: Any) -> Path:
    return write(path, json.dumps({"id": "c", "kind": "chat", "messages": list(messages), **fields}))


def message(role: str = "customer", text: str = "Where is my parcel?", second: int | None = 0) -> dict[str, Any]:
    sent = {} if second is None else {"sent_at": AT.format(second)}
    return {"role": role, "text": text, **sent}


def test_a_chat_with_no_messages(tmp_path: Path, refused: Refused) -> None:
    refused("none.json", chat(tmp_path / "none.json"))
    refused("nothing.json", write(tmp_path / "nothing.json", '{"id": "c", "kind": "chat"}'))
    refused("text.json", write(tmp_path / "text.json", '{"messages": "hello"}'))


def test_times_that_run_backwards(tmp_path: Path, refused: Refused) -> None:
    path = chat(tmp_path / "back.json", message(second=30), message("agent", "Hello.", 10))
    assert "message 2" in refused("back.json", path)


def test_times_with_and_without_zones(tmp_path: Path, refused: Refused) -> None:
    naive = {"role": "agent", "text": "Hello.", "sent_at": "2026-03-05T10:00:30"}
    refused("zones.json", chat(tmp_path / "zones.json", message(), naive))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"role": "operator", "text": "Hi"}, "role"),
        ({"role": "agent"}, "text"),
        ({"role": "agent", "text": 5}, "text"),
        ({"role": "agent", "text": "Hi", "sent": "10:00"}, "sent: this key is not known"),
        ({"role": "agent", "text": "Hi", "sent_at": "yesterday"}, "sent_at"),
        ("agent: Hi", "message 2"),
        (None, "message 2"),
    ],
)
def test_a_wrong_message_is_named(tmp_path: Path, refused: Refused, wrong: Any, says: str) -> None:
    error = refused("wrong.json", chat(tmp_path / "wrong.json", message(), wrong))
    assert "message 2" in error
    assert says in error


@pytest.mark.parametrize("text", ["{", "[]", '"chat"', "[" * 100_000, "\xff\xfe"])
def test_a_chat_that_is_no_json_object(tmp_path: Path, refused: Refused, text: str) -> None:
    refused("broken.json", write(tmp_path / "broken.json", text.encode("latin-1")))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"started_at": None},
        {"holds": [[5.0, 8.0]]},
        {"earlier_contacts": [{"started_at": "2026-03-01T10:00:00+03:00"}]},
    ],
)
def test_a_chat_without_zones_or_times_is_scored(tmp_path: Path, scored: Scored, fields: dict[str, Any]) -> None:
    naive = {"sent_at": "2026-03-05T10:00:00"}
    timed = chat(tmp_path / "t.json", {**message(), **naive}, {**message("agent", "Hello."), **naive}, **fields)
    assert scored(timed)["features"]["values"]["agent_messages"] == 1
    untimed = chat(tmp_path / "u.json", message(second=None), message("agent", "Hello.", None), **fields)
    assert "first_response_s" in scored(untimed)["features"]["missing"]


def test_a_chat_of_blank_messages_is_no_crash(tmp_path: Path, run: Run) -> None:
    path = chat(tmp_path / "blank.json", message(text=" "), message("agent", "", 5))
    code, out, err = run(path, "--format", "json")
    assert (code == 0 and json.loads(out)) or (code == 2 and err.count("\n") == 1)


# ── Forms, models, configuration ─────────────────────────────────────────────────────────────────────────────


def form_text() -> str:
    return shipped("configs", "qa_forms", "service.en.v1.yaml").read_text(encoding="utf-8")


def test_a_form_with_an_unknown_operator(tmp_path: Path, call: Path, refused: Refused) -> None:
    text = form_text()
    assert "said:" in text
    path = write(tmp_path / "mine.yaml", text.replace("said:", "sayed:", 1))
    assert "sayed" in refused("mine.yaml", call, "--form", path)


def test_a_form_with_a_misspelt_key(tmp_path: Path, call: Path, refused: Refused) -> None:
    optional = write(tmp_path / "mine.yaml", form_text().replace("severity:", "severty:", 1))
    assert "severty" in refused("mine.yaml", call, "--form", optional)
    required = write(tmp_path / "mine.yaml", form_text().replace("points:", "pionts:", 1))
    assert "unknown key 'pionts', did you mean 'points'" in refused("mine.yaml", call, "--form", required)


@pytest.mark.parametrize("text", ["", "form: [", "- 1\n- 2\n", "\x00"])
def test_a_form_that_is_none(tmp_path: Path, call: Path, refused: Refused, text: str) -> None:
    refused("mine.yaml", call, "--form", write(tmp_path / "mine.yaml", text))


def test_a_form_that_is_missing_or_a_folder(tmp_path: Path, call: Path, refused: Refused) -> None:
    refused("nowhere.yaml", call, "--form", tmp_path / "nowhere.yaml")
    refused("no-such-form", call, "--form", "no-such-form")
    refused("forms", call, "--form", _made(tmp_path / "forms"))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return shutil.copytree(shipped("models", "csi-demo-1"), tmp_path / "my-model")


@pytest.mark.parametrize("name", ["model.txt", "CARD.md"])
def test_a_model_with_a_wrong_sha256(model: Path, call: Path, refused: Refused, name: str) -> None:
    (model / name).write_bytes((model / name).read_bytes() + b" ")
    assert "sha256" in refused("my-model", call, "--csi-model", model)


def test_a_model_whose_description_was_changed(model: Path, call: Path, refused: Refused) -> None:
    meta = json.loads((model / "meta.json").read_text())
    meta["name"] = "other"
    write(model / "meta.json", json.dumps(meta))
    refused("my-model", call, "--csi-model", model)


def test_a_model_of_another_feature_schema(model: Path, call: Path, refused: Refused) -> None:
    text = (model / "meta.json").read_text()
    assert '"hold_total_s"' in text
    write(model / "meta.json", text.replace('"hold_total_s"', '"hold_total_minutes"'))
    assert "hold_total_minutes" in refused("my-model", call, "--csi-model", model)


@pytest.mark.parametrize("name", ["meta.json", "model.txt"])
def test_a_model_without_a_part(model: Path, call: Path, refused: Refused, name: str) -> None:
    (model / name).unlink()
    refused("my-model", call, "--csi-model", model)


def test_a_model_that_is_missing(call: Path, refused: Refused) -> None:
    refused("no-such-model", call, "--csi-model", "no-such-model")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("speech: {treshold: 0.5}", "treshold"),
        ("speech: {threshold: 2}", "threshold"),
        ("transcribe: {window_s: 0}", "window_s"),
        ("transcribe: {window_s: 60}", "window_s"),
        ("definitions: {default: {turn_gap: 3}}", "turn_gap"),
        ("speech: [", "config.yaml"),
        ("- 1", "config.yaml"),
    ],
)
def test_a_wrong_configuration(tmp_path: Path, call: Path, refused: Refused, text: str, says: str) -> None:
    path = write(tmp_path / "config.yaml", text)
    refused(says, call, "--config", path)


def test_a_configuration_that_is_missing_or_a_folder(tmp_path: Path, call: Path, refused: Refused) -> None:
    refused("nowhere.yaml", call, "--config", tmp_path / "nowhere.yaml")
    refused("configs", call, "--config", _made(tmp_path / "configs"))


def test_unknown_definitions_and_language(call: Path, refused: Refused) -> None:
    refused("amazon", call, "--definitions", "amazon")
    refused("--language", call, "--language", "de")


# ── Metadata and telephony ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def meta(tmp_path: Path) -> Callable[[object], Path]:
    return lambda fields: write(tmp_path / "meta.json", json.dumps(fields))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"quue": "billing"}, "quue: this key is not known"),
        ({"telephony": {"ivr_tme_s": 3}}, "ivr_tme_s: this key is not known"),
        ({"agent_channel": 2}, "agent_channel"),
        ({"agent_channel": True}, "agent_channel"),
        ({"agent_channel": "left"}, "agent_channel"),
        ({"queue_wait_s": -5}, "queue_wait_s"),
        ({"queue_wait_s": "long"}, "queue_wait_s"),
        ({"queue_wait_s": float("nan")}, "queue_wait_s"),
        ({"ivr_status": "broken"}, "ivr_status"),
        ({"hangup_by": "dog"}, "hangup_by"),
        ({"started_at": "soon"}, "started_at"),
        ({"direction": "sideways"}, "direction"),
        ({"holds": [[5.0, 3.0]]}, "holds"),
        ({"holds": [[5.0]]}, "holds"),
        ({"holds": [[float("nan"), 3.0]]}, "holds"),
        ({"holds": 2}, "holds"),
        ({"holds": [[1.0, float("inf")]]}, "holds"),
        ({"started_at": "0001-01-01T00:00:00+03:00"}, "started_at: expected a year from 1970 to 2200"),
        ({"language": "english"}, "language: expected a language code of two or three letters"),
        ({"telephony": [1]}, "telephony"),
        ({"telephony": "nowhere.json"}, "nowhere.json"),
        ([1, 2], "meta.json"),
        ("text", "meta.json"),
    ],
)
def test_wrong_metadata(
    call: Path, refused: Refused, meta: Callable[[object], Path], fields: object, says: str
) -> None:
    error = refused(says, call, "--meta", meta(fields))
    assert "meta.json" in error or "nowhere.json" in error


def test_metadata_that_is_missing_or_a_folder(tmp_path: Path, call: Path, refused: Refused) -> None:
    refused("nowhere.json", call, "--meta", tmp_path / "nowhere.json")
    refused("metas", call, "--meta", _made(tmp_path / "metas"))


def test_metadata_beside_the_recording_is_checked_too(call: Path, refused: Refused) -> None:
    write(call.with_suffix(".json"), '{"quue": "billing"}')
    assert "call.json" in refused("quue", call)


@pytest.mark.parametrize("hold", [[-2.5, 3.0], [5.0, 14.5], [20.0, 30.0], [-9.0, -4.0], [0, 1e308]])
def test_holds_outside_the_call(
    call: Path, refused: Refused, meta: Callable[[object], Path], hold: list[float]
) -> None:
    assert "holds inside" in refused("call.wav", call, "--meta", meta({"holds": [hold]}))


@pytest.mark.parametrize(
    ("hold", "inside"),
    [([11.3, 13.9], [11.3, 12.0]), ([-2.0, 0.5], [0.0, 0.5]), ([11.5, 14.0], [11.5, 12.0])],
)
def test_two_seconds_of_clock_skew_are_clipped(
    call: Path, scored: Scored, meta: Callable[[object], Path], hold: list[float], inside: list[float]
) -> None:
    result = scored(call, "--meta", meta({"holds": [hold]}))
    (event,) = (e for e in result["timeline"]["events"] if e["kind"] == "hold")
    assert [event["start_s"], event["end_s"]] == pytest.approx(inside)
    assert result["features"]["values"]["hold_total_s"] == pytest.approx(inside[1] - inside[0])
    assert "clipped" in json.dumps(result["interaction"]), "the clipping is told"


@pytest.mark.parametrize("before", [{"ivr_time_s": 100.0}, {"queue_wait_s": 12.0}])
def test_ivr_and_queue_that_leave_no_talk(
    call: Path, refused: Refused, meta: Callable[[object], Path], before: dict[str, float]
) -> None:
    assert "IVR and queue" in refused("call.wav", call, "--meta", meta({**before, "recording_offset_s": 0}))


def test_a_kind_that_the_input_contradicts(
    tmp_path: Path, call: Path, refused: Refused, meta: Callable[[object], Path]
) -> None:
    assert 'got "chat"' in refused("call.wav", call, "--meta", meta({"kind": "chat"}))
    assert 'got "call"' in refused("c.json", chat(tmp_path / "c.json", message(), kind="call"))


def test_ivr_and_queue_may_precede_the_recording(call: Path, scored: Scored, meta: Callable[[object], Path]) -> None:
    result = scored(call, "--meta", meta({"ivr_time_s": 40.0, "queue_wait_s": 65.0, "recording_offset_s": 105.0}))
    phases = [(p["kind"], p["start_s"], p["end_s"]) for p in result["timeline"]["phases"]]
    assert phases == [("ivr", -105.0, -65.0), ("queue", -65.0, 0.0), ("talk", 0.0, pytest.approx(CALL_S))]
    assert result["features"]["values"]["talk_s"] == pytest.approx(CALL_S)


# ── Transcripts and where to write ───────────────────────────────────────────────────────────────────────────


def test_the_transcript_of_another_call(tmp_path: Path, call: Path, refused: Refused) -> None:
    other = write_transcript(tmp_path / "other.json", [*LINES, ("agent", 60.0, 65.0, "Goodbye.")])
    assert "is it this recording's transcript" in refused("other.json", call, "--transcript", other)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"transcript": 5}', '{"language": "en", "utterances": [{"role": "dog"}]}']
)
def test_a_file_that_is_no_transcript(tmp_path: Path, call: Path, refused: Refused, text: str) -> None:
    refused("other.json", call, "--transcript", write(tmp_path / "other.json", text))


def test_a_transcript_that_is_missing_or_a_folder(tmp_path: Path, call: Path, refused: Refused) -> None:
    refused("nowhere.json", call, "--transcript", tmp_path / "nowhere.json")
    refused("transcripts", call, "--transcript", _made(tmp_path / "transcripts"))


def test_out_in_a_missing_folder_or_a_folder_itself(tmp_path: Path, call: Path, refused: Refused) -> None:
    refused("--out", call, "--out", tmp_path / "no" / "report.html")
    assert not (tmp_path / "no").exists()
    refused("--out", call, "--out", _made(tmp_path / "reports"))


def test_an_unusable_out_is_told_before_anything_is_computed(tmp_path: Path, refused: Refused) -> None:
    refused("--out", tmp_path / "nowhere.wav", "--out", tmp_path / "no" / "x.json")


def test_samples_still_score_through_the_same_door(scored: Scored) -> None:
    result = scored(DATA / "chat-ru.json")
    assert result["schema"] == "voxcx.result/1"
    assert result["csi"] is not None


def test_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Refused) -> None:
    monkeypatch.chdir(tmp_path)
    assert "got a folder" in refused(".", Path())


def test_a_defect_of_ours_is_one_sentence_too(call: Path, monkeypatch: pytest.MonkeyPatch, refused: Refused) -> None:
    def broken(*_: object) -> None:
        raise KeyError("no such thing")

    monkeypatch.setattr("voxcx.intake.opening.open_interaction", broken)
    assert "this is our defect" in refused("KeyError", call)
