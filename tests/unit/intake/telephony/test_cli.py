"""`voxcx telephony`: files out, exit codes, and a manifest that `voxcx batch` takes as it is."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from typer.testing import CliRunner

from unit.intake.telephony.asterisk_plan import around, play
from voxcx.cli import app
from voxcx.intake.job import Job
from voxcx.intake.manifest import jobs

ZONE = "America/New_York"


def logs(folder: Path) -> tuple[list[str], list[str]]:
    log, truths = play(ZONE, around("2026-11-01 01:30:00", each=14, zone=ZONE))
    folder.mkdir()
    for kind, name in (("queue", "queue_log"), ("cel", "cel.csv"), ("cdr", "Master.csv")):
        (folder / name).write_text(log.text(kind), encoding="utf-8")
    return [str(one) for one in sorted(folder.iterdir())], [truth.call_id for truth in truths]


def test_logs_become_a_manifest_that_batch_takes(tmp_path: Path) -> None:
    paths, ids = logs(tmp_path / "logs")
    sound = tmp_path / "sound" / "2026"
    sound.mkdir(parents=True)
    for call_id in ids[:3]:
        (sound / f"q-700-{call_id}.wav").touch()
    (sound / f"q-700-{ids[3][:-1]}.wav").touch()  # nearly an id
    done = CliRunner().invoke(
        app,
        [
            "telephony",
            *paths,
            "--zone",
            ZONE,
            "--recordings",
            str(sound.parent),
            "--out",
            str(tmp_path / "T"),
            "--json",
        ],
    )
    counts = json.loads(done.output)
    assert (done.exit_code, counts["calls"], counts["recordings"], counts["unmatched"]) == (1, 14, 3, 1)
    made = list(jobs(tmp_path / "T" / "manifest.csv"))
    assert [type(job) for job in made] == [Job] * 14
    found = [job for job in made if isinstance(job, Job) and job.recordings]
    assert all(job.recordings[0].resolve().is_file() for job in found)
    assert sorted(job.interaction_id for job in found) == sorted(ids[:3])
    with (tmp_path / "T" / "unmatched.csv").open(encoding="utf-8") as file:
        assert [row["what"] for row in csv.DictReader(file)] == ["a recording"]
    lines = (tmp_path / "T" / "telephony.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["schema"] for line in lines} == {"voxcx.telephony/1"}


def test_exit_codes(tmp_path: Path) -> None:
    paths, _ = logs(tmp_path / "logs")
    arguments = ["telephony", *paths, "--out", str(tmp_path / "T")]
    assert CliRunner().invoke(app, [*arguments, "--zone", ZONE]).exit_code == 0
    assert "--zone" in str(CliRunner().invoke(app, arguments).exception)  # local times without a zone
    assert "Mars" in str(CliRunner().invoke(app, [*arguments, "--zone", "Mars/Base"]).exception)
    assert "freeswitch" in str(CliRunner().invoke(app, [*arguments, "--from", "freeswitch"]).exception)
