"""A small archive of everything: chats, calls with stored transcripts, rows without sound, and what is poisoned."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from sound_files import DATA, piece, write_float_wav, write_transcript, write_wav
from unit.batch.chaos_cli import KILLER

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
POISONED = 10  # rows that cannot be done, each for another reason
COLUMNS = ["interaction_id", "recording", "started_at", "customer_id", "agent_id", "abandoned", "queue_wait_s"]
SAID = [("agent", 0.2, 1.0, "Good morning, Northern Telecom"), ("customer", 1.2, 1.9, "hello my bill is wrong again")]
Cells = dict[str, object]


@dataclass(frozen=True)
class Archive:
    """A manifest beside its files, and the transcripts of its calls."""

    manifest: Path
    transcripts: Path
    ids: tuple[str, ...]


def make_archive(folder: Path, count: int) -> Archive:
    """``count`` rows: three chats to two calls, a row without sound now and then, the poisoned ones in between."""
    (folder / "transcripts").mkdir(parents=True)
    rows = [_row(folder, k) for k in range(count - POISONED)]
    for k, poisoned in enumerate(_poisoned(folder, str(rows[0]["interaction_id"]))):
        rows.insert((k + 1) * count // (POISONED + 1), poisoned)
    with (folder / "m.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    for path in folder.rglob("*"):  # as old as an archive is: what is fresh is not trusted to stay
        if path.is_file():
            os.utime(path, (1_700_000_000, 1_700_000_000))
    return Archive(folder / "m.csv", folder / "transcripts", tuple(str(row["interaction_id"]) for row in rows))


def _row(folder: Path, k: int) -> Cells:
    name = f"i{k:04d}"
    row: Cells = {"interaction_id": name, "customer_id": f"c{k % 17}", "agent_id": f"a{k % 5}"}
    row["started_at"] = (START + timedelta(hours=k)).isoformat()
    if k % 20 == 7:
        return {**row, "abandoned": "true", "queue_wait_s": k}
    row["recording"] = _call(folder, name, k) if k % 5 in {1, 3} else _chat(folder, name, k)
    return row


def _chat(folder: Path, name: str, k: int) -> str:
    record = json.loads((DATA / ("chat-en.json" if k % 2 else "chat-ru.json")).read_text(encoding="utf-8"))
    messages = [{"role": one["role"], "text": one["text"]} for one in record["messages"]]
    messages.append({"role": "agent", "text": f"Your request number {k} is with our specialists now"})
    (folder / f"{name}.json").write_text(json.dumps({"messages": messages}), encoding="utf-8")
    return f"{name}.json"


def _call(folder: Path, name: str, k: int) -> str:
    write_wav(folder / f"{name}.wav", piece(k % 20, k % 20 + 2))
    write_transcript(folder / "transcripts" / f"{name}.json", SAID)
    return f"{name}.wav"


def _poisoned(folder: Path, known_id: str) -> list[Cells]:
    """Ten rows, each bad in its own way."""
    (folder / "noise.wav").write_bytes(b"this is no sound" * 100)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "cut.json").write_text('{"messages": [{"role": "agent", "te', encoding="utf-8")
    (folder / "robot.json").write_text('{"messages": [{"role": "robot", "text": "beep"}]}', encoding="utf-8")
    samples = np.zeros((2, 8000), dtype=np.float32)
    samples[0, 4000] = np.nan
    write_float_wav(folder / "nan.wav", samples)
    os.mkfifo(folder / "pipe.wav")
    _call(folder, "silent", 3)
    (folder / "transcripts" / "silent.json").write_text('{"utterances": 7}', encoding="utf-8")
    for name in ("noise", "empty", "nan", "pipe", "absent"):
        write_transcript(folder / "transcripts" / f"{name}.json", SAID)
    _chat(folder, "killer", 4)
    files = {
        **{name: f"{name}.wav" for name in ("noise", "empty", "nan", "pipe", "absent", "silent")},
        "cut": "cut.json",
        "robot": "robot.json",
        KILLER: "killer.json",
        known_id: "noise.wav",
    }
    return [{"interaction_id": name, "recording": file} for name, file in files.items()]
