"""A batch from a real S3-compatible server to a real S3-compatible server, through the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from results_folders import everything
from s3_server import S3, s3_server
from sound_files import piece, write_wav
from voxcx.batch.folder.holder import HeldError
from voxcx.batch.folder.holding import sole_writer
from voxcx.results.failures import read_failures
from voxcx.results.reading import done_keys, parts_of, read_table
from voxcx.results.schema import TABLES
from voxcx.storage.listing import listed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    with s3_server() as running:
        yield running


@pytest.fixture
def s3(server: S3, request: pytest.FixtureRequest) -> S3:
    """The server with a folder of this test's own."""
    server.asked.clear()
    return S3(server.bucket / request.node.name, server.environment, server.asked)


def batch(*words: object, **popen: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "voxcx", "batch", *map(str, words), "--workers", "1"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **popen)


def run(*words: object, code: int = 0) -> str:
    with batch(*words) as process:
        told, complaints = process.communicate(timeout=200)
    assert process.returncode == code, complaints
    return told + complaints


def chat(number: int) -> dict[str, Any]:
    texts = ("Where is my parcel?", "One moment please.", f"It is on its way, number {number}.", "Thank you, goodbye.")
    said = [{"role": ("customer", "agent")[k % 2], "text": text} for k, text in enumerate(texts)]
    started = f"2026-03-{1 + number % 28:02d}T10:00:00Z"
    return {"id": f"chat-{number:04d}", "customer_id": f"c{number % 7}", "started_at": started, "messages": said}


def transcript(seconds: float) -> dict[str, Any]:
    words = [{"text": word, "start_s": 0.6 + k / 2, "end_s": 1.0 + k / 2} for k, word in enumerate(["good", "morning"])]
    said = {"role": "agent", "start_s": 0.6, "end_s": seconds / 2, "text": "good morning", "words": words}
    return {"language": "en", "engine": "replayed", "utterances": [said]}


def archive(folder: Path) -> Path:
    """Two short calls with transcripts, one of them with metadata; chats; what is no sound and what is no chat."""
    source, transcripts = folder / "calls", folder / "transcripts"
    for path in (source / "2026", transcripts):
        path.mkdir(parents=True)
    write_wav(source / "2026" / "one.wav", piece(0.0, 12.0))
    about = {"language": "en", "customer_id": "c1", "started_at": "2026-03-02T09:00:00Z", "agent_channel": 0}
    (source / "2026" / "one.json").write_text(json.dumps(about), encoding="utf-8")
    write_wav(source / "two.wav", piece(12.0, 20.0))
    (source / "poison.wav").write_bytes(b"no sound at all")
    (source / "broken.json").write_text("{", encoding="utf-8")
    for number in range(6):
        (source / f"chat {number}.json").write_text(json.dumps(chat(number)), encoding="utf-8")
    for name, seconds in (("one", 12.0), ("two", 8.0), ("poison", 1.0)):
        (transcripts / f"{name}.json").write_text(json.dumps(transcript(seconds)), encoding="utf-8")
    return folder


def uploaded(folder: Path, to: Path) -> Path:
    for path in folder.rglob("*"):
        if path.is_file():
            (to / path.relative_to(folder).as_posix()).write_bytes(path.read_bytes())
    return to


def rows_of(results: Path, source: Path) -> dict[str, list[str]]:
    """All rows of all tables, sorted, as if the source lay in one place for all."""
    rows = {table: read_table(results, table).to_pylist() for table in TABLES}
    return {
        table: sorted(json.dumps(row, default=str, sort_keys=True).replace(str(source), "SOURCE") for row in some)
        for table, some in rows.items()
    }


def names(folder: Path) -> list[str]:
    """Everything in a folder on the server, as paths in it."""
    found = []
    for one in listed(folder):
        found += [f"{one.name}/{name}" for name in names(one.path)] if one.is_folder else [one.name]
    return found


def test_from_s3_to_s3_is_as_from_disk_to_disk(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = archive(tmp_path / "archive")
    there = uploaded(here, s3.bucket)
    out = there / "calls" / "r"  # inside the source, and no input
    copies = tmp_path / "tmp"
    copies.mkdir()
    monkeypatch.setenv("TMPDIR", str(copies))
    run(here / "calls", "--out", tmp_path / "r", "--transcripts", here / "transcripts", code=1)
    s3.asked.clear()
    told = run(there / "calls", "--out", out, "--transcripts", there / "transcripts", code=1)
    assert f"All of them, with what to do: {out / 'failures.csv'}" in told
    ours, theirs = rows_of(tmp_path / "r", here / "calls"), rows_of(out, there / "calls")
    assert {name: len(rows) for name, rows in theirs.items()} == {name: len(rows) for name, rows in ours.items()}
    assert theirs == ours
    calls = {row["interaction_id"]: row["recordings"] for row in read_table(out, "interactions").to_pylist()}
    assert len(calls) == 8
    assert calls["2026/one"] == [f"{there}/calls/2026/one.wav"]
    failures = {one.input.removeprefix(f"{there}/"): one.stage for one in read_failures(out).values()}
    assert failures == {"calls/poison.wav": "open", "calls/broken.json": "source"}
    assert list(copies.glob("voxcx-*")) == [], "no copy is left on this disk"
    listings = [
        path
        for method, path in s3.asked
        if method == "GET" and "list-type" in path and "/calls" in path and "/calls/r" not in path
    ]
    assert len(listings) <= 12, listings

    for name in ("poison.wav", "broken.json"):
        (there / "calls" / name).unlink()
    s3.asked.clear()
    run(there / "calls", "--out", out, "--transcripts", there / "transcripts")
    assert s3.fetched(".wav") == [], "a resume fetches no sound of what is done"
    s3.asked.clear()
    told = run(there / "calls", "--out", out, "--transcripts", there / "transcripts")
    assert told.startswith("Nothing to do: 8 of 8 were done before")
    assert s3.fetched(".wav", ".json") == [path for path in s3.fetched(".json") if "/r/" in path], "no input is read"
    assert {name.partition("/")[0] for name in names(out)} >= {"run.json", "interactions", "heard"}
    assert not [name for name in names(out) if "unfinished" in name]


def test_a_killed_batch_is_resumed_and_nothing_is_lost_or_doubled(s3: S3, tmp_path: Path) -> None:
    lines = [json.dumps(chat(number)) for number in range(1500)]
    source, out = tmp_path / "chats.jsonl", s3.bucket / "r"
    source.write_text("\n".join(lines), encoding="utf-8")
    there = s3.bucket / "chats.jsonl"
    there.write_bytes(source.read_bytes())
    run(source, "--out", tmp_path / "r")

    with batch(there, "--out", out, start_new_session=True) as killed:
        deadline_s = time.monotonic() + 200
        while not parts_of(out, "interactions") and time.monotonic() < deadline_s:
            time.sleep(0.02)
        with pytest.raises(HeldError, match=f"held by process {killed.pid} on "), sole_writer(out):
            pass
        os.killpg(killed.pid, signal.SIGKILL)
    before = done_keys(out)
    assert 0 < len(before) < len(lines)
    told = run(there, "--out", out)
    assert f"skipped {len(before)}" in told
    theirs = everything(out)
    assert theirs == everything(tmp_path / "r")
    assert theirs["interactions"].num_rows == len(lines)


def test_recordings_that_a_manifest_names_lie_anywhere(s3: S3, tmp_path: Path) -> None:
    here = archive(tmp_path / "archive")
    there = uploaded(here, s3.bucket)
    rows = [
        "interaction_id,kind,recording,started_at,abandoned",
        f"far,call,{there}/calls/2026/one.wav,2026-03-01T10:00:00Z,",
        f"near,call,{here}/calls/two.wav,2026-03-01T11:00:00Z,",
        "beside,call,calls/two.wav,2026-03-01T12:00:00Z,",
        "gone,call,calls/gone.wav,2026-03-01T13:00:00Z,",
        "chat,chat,calls/chat 1.json,2026-03-01T14:00:00Z,",
        "lost,call,,2026-03-01T15:00:00Z,true",
    ]
    for name in ("far", "near", "beside", "gone"):
        (there / "t" / f"{name}.json").write_text(json.dumps(transcript(8.0)), encoding="utf-8")
    (there / "m.csv").write_text("\n".join(rows), encoding="utf-8")
    (s3.bucket / "m.csv").write_text("\n".join(rows), encoding="utf-8")
    told = run(s3.bucket / "m.csv", "--out", tmp_path / "r", "--transcripts", there / "t", code=1)
    assert "gone.wav: expected" in told
    found = {row["interaction_id"]: row["recordings"] for row in read_table(tmp_path / "r", "interactions").to_pylist()}
    assert found == {
        "far": [f"{there}/calls/2026/one.wav"],
        "near": [f"{here}/calls/two.wav"],
        "beside": [f"{there}/calls/two.wav"],
        "chat": [],
        "lost": [],
    }
    write_wav(tmp_path / "gone.wav", piece(20.0, 25.0))
    (there / "calls" / "gone.wav").write_bytes((tmp_path / "gone.wav").read_bytes())
    run(s3.bucket / "m.csv", "--out", tmp_path / "r", "--transcripts", there / "t")
    assert len(done_keys(tmp_path / "r")) == 6


def test_results_on_s3_are_read_by_other_commands(s3: S3) -> None:
    (s3.bucket / "chats.jsonl").write_text("\n".join(json.dumps(chat(k)) for k in range(5)), encoding="utf-8")
    run(s3.bucket / "chats.jsonl", "--out", s3.bucket / "r")
    words = [sys.executable, "-m", "voxcx", "search", str(s3.bucket / "r"), "on its way", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("chat-000") >= 5


def test_what_cannot_be_reached_is_told(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run(s3.bucket / "nothing", "--out", tmp_path / "r", code=2)
    assert "expected a folder, a manifest or a .jsonl of chats, found nothing" in told
    told = run("s3://no-such-bucket/calls", "--out", tmp_path / "r", code=2)
    assert "no-such-bucket" in told
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    told = run(s3.bucket / "nothing", "--out", tmp_path / "r", code=2)
    assert "Traceback" not in told
