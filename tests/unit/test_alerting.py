"""``voxcx alerts``: files that only grow, cases that keep what people wrote, two runs that give what one gives."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from csi_folders import small_folder
from voxcx.alerting.running import Ran, Wish, run_alerts
from voxcx.alerting.writing import append_alerts
from voxcx.cli import main
from voxcx.csi.trained import SIMULATED_WARNING
from voxcx.errors import ConfigError, InputError
from voxcx.insight.settings import ReportSettings
from voxcx.intake.beside import read_beside
from voxcx.reporting.reading import Asked, read_archive
from voxcx.storage.reaching import read_bytes

N = 200  # an hour apart from 2 March 2026 09:00 UTC
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULES: dict[str, Any] = {
    "daily_cap": 7,
    "level": 0.9,
    "look_back_days": 30,
    "claims": {"owner": "care", "deadline_hours": 12},
    "alarming": {"en": ["{complain|complaint}"], "ru": ["пожаловаться"]},
    "levels": {"head": {"severity": "critical", "owner": "head"}},
    "triggers": [
        {"id": "leaving", "title": {"en": "Leaving", "ru": "Уход"}, "severity": "high", "owner": "retention",
         "cool_down_hours": 5, "escalation": {"to": "head", "times": 2},
         "interaction": {"when": {"number": "churn_cue", "at_least": 1}, "per": "queue"}},
        {"id": "bad_answers", "title": {"en": "Bad answers", "ru": "Плохие оценки"}, "severity": "medium",
         "owner": "shift", "cool_down_hours": 12,
         "window": {"metric": "cdsat", "by": "queue", "last_hours": 48, "every_hours": 6, "above": 0.2, "fewest": 10}},
        {"id": "outage", "title": {"en": "Outage", "ru": "Авария"}, "severity": "high", "owner": "shift",
         "event": {"name": "outage"}},
    ],
}  # fmt: skip


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Three queues; every fifth customer speaks of leaving; queue "b" has bad answers; one outage."""
    folder = tmp_path / "R"
    small_folder(
        folder,
        {
            "queue": [("a", "b", "c")[k % 3] for k in range(N)],
            "churn_cue": [float(k % 5 == 0) for k in range(N)],
            "customer_id": [str(k % 50) for k in range(N)],
        },
        n=N,
    )
    rows = [(f"c-{k}", 1 if k % 3 == 1 and k % 2 else 5, "I will complain" if k == 20 else "") for k in range(N)]
    lines = "\n".join(f"{name},{rating},{comment}" for name, rating, comment in rows)
    (folder / "surveys.csv").write_text(f"interaction_id,rating,comment\n{lines}\n")
    (folder / "events.csv").write_text("time,scope,name\n2026-03-05T12:00:00Z,queue=a,outage\n")
    return folder


@pytest.fixture
def triggers(tmp_path: Path) -> Path:
    path = tmp_path / "triggers.yaml"
    path.write_text(yaml.safe_dump(RULES))
    return path


def run(results: Path, triggers: Path, **more: Any) -> Ran:
    return run_alerts(Wish(results, triggers, **more))


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "alerts.jsonl").read_text().splitlines()]


def cases(folder: Path) -> list[dict[str, str]]:
    with (folder / "cases.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_alert_says_what_whom_why_and_until_when(results: Path, triggers: Path) -> None:
    run(results, triggers)
    found = {one["trigger"]: one for one in reversed(records(results))}
    assert set(found) == {"leaving", "bad_answers", "outage"}
    first = found["leaving"]
    assert list(first) == [
        *("schema", "id", "at", "trigger", "scope", "title", "severity", "level", "owner", "deadline"),
        *("interaction_id", "group", "figures", "quote", "estimated", "why"),
    ]
    assert first["schema"] == "voxcx.alert/1"
    assert (first["at"], first["deadline"]) == ("2026-03-02T09:00:00+00:00", "2026-03-03T09:00:00+00:00")
    assert (first["interaction_id"], first["scope"], first["group"]) == ("c-0", "queue=a", None)
    assert first["quote"] == {"interaction_id": "c-0", "criterion": None, "start_s": None}
    assert first["why"]["ru"] == "Уход: клиент говорит об уходе (по словарю): 1"
    window = found["bad_answers"]
    assert window["group"] == {"field": "queue", "value": "b"}
    assert window["figures"]["share"]["n"] >= 8
    assert window["figures"]["share"]["low"] > 0.2
    assert found["outage"]["at"] == "2026-03-05T12:00:00+00:00"


def test_running_twice_adds_nothing(results: Path, triggers: Path) -> None:
    first = run(results, triggers)
    before = {name: (results / name).read_bytes() for name in ("alerts.jsonl", "cases.csv")}
    again = run(results, triggers)
    assert len(first.records) > 20
    assert (len(again.records), again.cases) == (0, 0)
    assert {name: (results / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("cut_h", [1.0, 30.0, 77.5, 150.0])
def test_two_halves_give_what_one_run_gives(results: Path, triggers: Path, tmp_path: Path, cut_h: float) -> None:
    import shutil  # noqa: PLC0415 - only here

    whole = tmp_path / "whole"
    shutil.copytree(results, whole)
    run(whole, triggers)
    run(results, triggers, now=START + timedelta(hours=cut_h))
    half = len(records(results))
    run(results, triggers)
    assert half < len(records(results))
    assert sorted(records(results), key=lambda one: one["id"]) == sorted(records(whole), key=lambda one: one["id"])
    assert {one["case_id"] for one in cases(results)} == {one["case_id"] for one in cases(whole)}


def test_never_two_in_the_cool_down_and_never_more_than_the_cap(results: Path, triggers: Path) -> None:
    run(results, triggers)
    by_day: dict[str, int] = {}
    last: dict[tuple[str, str], datetime] = {}
    for one in records(results):
        by_day[one["at"][:10]] = by_day.get(one["at"][:10], 0) + 1
        at, key = datetime.fromisoformat(one["at"]), (one["trigger"], one["scope"])
        hours = {"leaving": 5, "bad_answers": 12, "outage": 24}[one["trigger"]]
        assert key not in last or at - last[key] >= timedelta(hours=hours)
        last[key] = at
    assert max(by_day.values()) <= 7
    assert max(one["level"] for one in records(results)) == 1
    assert {one["owner"] for one in records(results) if one["level"]} == {"head"}


def test_every_bad_answer_is_a_claim_even_where_the_cap_held_the_alert_back(results: Path, triggers: Path) -> None:
    ran = run(results, triggers)
    assert sum(ran.watched.capped.values()) > 0
    claims = {one["interaction_id"]: one for one in cases(results) if one["kind"] == "claim"}
    assert set(claims) == {f"c-{k}" for k in range(N) if k % 3 == 1 and k % 2} | {"c-20"}
    assert claims["c-20"]["triggers"] == "alarming_comment"
    assert (claims["c-1"]["owner"], claims["c-1"]["deadline"]) == ("care", "2026-03-02T22:00:00+00:00")
    reviews = {one["interaction_id"] for one in cases(results) if one["kind"] == "review" and one["interaction_id"]}
    assert reviews == {f"c-{k}" for k in range(0, N, 5)}
    assert {one["group"] for one in cases(results) if not one["interaction_id"]} >= {"queue=b", "queue=a"}


def test_nobodys_edits_are_lost(results: Path, triggers: Path) -> None:
    run(results, triggers, now=START + timedelta(hours=60))
    path = results / "cases.csv"
    rows = cases(results)
    rows[0] |= {"owner": "Анна; «старшая»", "outcome": "confirmed", "note": "перезвонила,\nизвинилась"}
    names = [*rows[0], "own column"]
    with path.open("w", newline="", encoding="utf-8-sig") as file:  # as a spreadsheet saves it
        table = csv.DictWriter(file, names, delimiter=";", restval="x", lineterminator="\r\n")
        table.writeheader()
        table.writerows(rows)
    before = path.read_bytes()
    ran = run(results, triggers)
    after = path.read_bytes()
    assert ran.cases > 0
    assert after.startswith(before)
    with path.open(newline="", encoding="utf-8-sig") as file:
        read = list(csv.DictReader(file, delimiter=";"))
    assert len(read) == len(rows) + ran.cases
    assert (read[0]["owner"], read[0]["note"]) == ("Анна; «старшая»", "перезвонила,\nизвинилась")
    assert len({one["case_id"] for one in read}) == len(read)
    stored = read_beside(results).cases
    assert (stored[0].confirmed, stored[0].closed, stored[1].confirmed, stored[1].closed) == (True, True, None, False)


def test_who_saves_the_file_meanwhile_loses_nothing(
    results: Path, triggers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from voxcx.alerting import writing  # noqa: PLC0415 - the one to disturb

    run(results, triggers, now=START + timedelta(hours=60))
    path, reads = results / "cases.csv", list[Path]()

    def reading(asked: Path) -> bytes:
        content = read_bytes(asked)
        if asked == path and not reads:
            reads.append(asked)
            path.write_bytes(content.replace(b",open,", b",in work,", 1))  # somebody saves after we have read
        return content

    monkeypatch.setattr(writing, "read_bytes", reading)
    run(results, triggers)
    assert [one["status"] for one in cases(results)].count("in work") == 1
    assert len(cases(results)) > 60


def test_outcomes_move_the_cap(results: Path, triggers: Path) -> None:
    run(results, triggers, now=START + timedelta(hours=30))
    rows = cases(results)
    with (results / "cases.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(one | {"outcome": "нет" if "leaving" in one["triggers"] else ""} for one in rows)
    run(results, triggers)
    by_day: dict[str, int] = {}
    for one in records(results):
        if one["trigger"] == "leaving" and one["at"] > "2026-03-04":
            by_day[one["at"][:10]] = by_day.get(one["at"][:10], 0) + 1
    # 6 judged, none confirmed: (0 + 1) ÷ (n + 2) beside 0.5 for the two others: of 7 a day it keeps the least.
    assert max(by_day.values()) < 3


def test_a_dry_run_writes_nothing(results: Path, triggers: Path) -> None:
    ran = run(results, triggers, dry=True)
    assert ran.records
    assert not {"alerts.jsonl", "cases.csv", "alerts.outbox.jsonl"} & {path.name for path in results.iterdir()}


def test_since_and_look_back_choose_the_stretch(results: Path, triggers: Path) -> None:
    late = run(results, triggers, since=date(2026, 3, 9), dry=True)
    assert {one["at"][:10] for one in late.records} == {"2026-03-09", "2026-03-10"}
    triggers.write_text(yaml.safe_dump(RULES | {"look_back_days": 1}))
    short = run(results, triggers, dry=True)
    assert min(one["at"] for one in short.records) > "2026-03-09T16:00"  # the last contact: 10 March 16:00
    with pytest.raises(InputError, match="expected a day before the last moment"):
        run(results, triggers, since=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("alerts.jsonl", "not json\n", "line 1: expected an alert as JSON"),
        ("alerts.jsonl", '{"id": "x"}\n', "alert 1: expected voxcx.alert/1"),
        ("cases.csv", "owner,status\nme,open\n", "cases.csv: expected columns case_id"),
        (
            "cases.csv",
            "case_id,kind,interaction_id,triggers,owner,deadline,status,outcome\nx,,,,,tomorrow,,\n",
            "line 2",
        ),
    ],
)
def test_a_broken_file_is_refused_and_left_as_it_is(
    results: Path, triggers: Path, name: str, content: str, told: str
) -> None:
    (results / name).write_text(content)
    with pytest.raises(InputError, match=told):
        run(results, triggers)
    assert (results / name).read_text() == content


def test_two_runs_at_once_write_an_alert_once(results: Path, triggers: Path) -> None:
    ran = run(results, triggers, dry=True)
    append_alerts(results, ran.records[:3])
    append_alerts(results, ran.records)  # another run that had read the file before
    assert [one["id"] for one in records(results)] == [one["id"] for one in ran.records]


def test_without_any_time_there_is_no_today(tmp_path: Path, triggers: Path) -> None:
    small_folder(tmp_path / "timeless", {"started_at": [None] * 3})
    with pytest.raises(InputError, match="expected interactions with started_at, found none"):
        run(tmp_path / "timeless", triggers)


def test_cases_in_another_encoding_are_refused_and_left(results: Path, triggers: Path) -> None:
    content = "case_id,kind,interaction_id,triggers,owner,deadline,status,outcome\nx,,,,Анна,,,\n".encode("cp1251")
    (results / "cases.csv").write_bytes(content)
    with pytest.raises(InputError, match="UTF-8"):
        run(results, triggers)
    assert (results / "cases.csv").read_bytes() == content


def test_an_unknown_column_is_refused(results: Path, triggers: Path) -> None:
    rule = RULES["triggers"][0] | {"interaction": {"when": {"number": "chrun_cue", "at_least": 1}}}
    triggers.write_text(yaml.safe_dump({"triggers": [rule], "levels": RULES["levels"]}))
    with pytest.raises(ConfigError, match="'leaving': expected a number that interactions have, got 'chrun_cue'"):
        run(results, triggers)


def test_a_model_that_was_trained_on_simulated_answers_is_known_by_its_warning(tmp_path: Path) -> None:
    small_folder(
        tmp_path,
        {"csi_model_id": ["demo", "mine", ""], "csi_warnings": [[SIMULATED_WARNING], ["half is unknown"], None],
         "csi_p_dissatisfied": [0.9, 0.9, None]},
    )  # fmt: skip
    assert read_archive(Asked(tmp_path, ReportSettings())).simulated_models == {"demo"}
    path = tmp_path / "triggers.yaml"
    rule = RULES["triggers"][0] | {"interaction": {"when": {"p_dissatisfied_at_least": 0.8}}}
    path.write_text(yaml.safe_dump({"triggers": [rule], "levels": RULES["levels"]}))
    ran = run(tmp_path, path, dry=True)
    assert [(one["interaction_id"], one["estimated"]) for one in ran.records] == [("c-1", True)]
    path.write_text(yaml.safe_dump({"triggers": [rule], "levels": RULES["levels"], "force_simulated_model": True}))
    assert [one["interaction_id"] for one in run(tmp_path, path, dry=True).records] == ["c-0", "c-1"]


def test_topics_by_rules_where_the_source_gives_none(tmp_path: Path) -> None:
    from voxcx.results.columnar import write_columns  # noqa: PLC0415 - only here

    small_folder(tmp_path, {"language": ["en"] * 3, "topic": [None, "given", None]})
    said = ["where is my order, the courier has not come", "where is my order", "hello"]
    columns = {
        "interaction_id": ["c-0", "c-1", "c-2"], "position": np.array([0, 0, 0], dtype=np.int32),
        "role": ["customer"] * 3, "text": said,
    }  # fmt: skip
    write_columns(tmp_path, "utterances", columns, "part-a")
    path = tmp_path / "triggers.yaml"
    rule = RULES["triggers"][0] | {"interaction": {"when": {"not": {"label": "topic", "is": ["", "given"]}}}}
    path.write_text(yaml.safe_dump({"triggers": [rule], "levels": RULES["levels"]}))
    assert [one["interaction_id"] for one in run(tmp_path, path, dry=True).records] == ["c-0"]


# The command line.

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def voxcx(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def running(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voxcx", *(str(one) for one in arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        code = ended.value.code
        return code if isinstance(code, int) else 0, out, err

    return running


def test_the_command_writes_and_tells(voxcx: Run, results: Path, triggers: Path) -> None:
    code, out, _ = voxcx("alerts", results, "--triggers", triggers, "--ui", "ru", "--since", "2026-03-09")
    assert code == 0
    assert "Уход: клиент говорит об уходе (по словарю): 1" in out
    assert f"{len(records(results))} new alerts" in out
    assert f"{len(cases(results))} new cases → cases.csv" in out
    code, out, _ = voxcx("alerts", results, "--triggers", triggers, "--since", "2026-03-09")
    assert code == 0
    assert out.startswith("0 new alerts")
    assert out.endswith("0 new cases → cases.csv\n")


def test_the_command_as_json_with_the_shipped_triggers(voxcx: Run, results: Path) -> None:
    code, out, _ = voxcx("alerts", results, "--dry-run", "--json", "--now", "2026-03-09T12:00+03:00")
    told = json.loads(out)
    assert code == 0
    assert {one["trigger"] for one in told["alerts"]} >= {"bottom_box"}
    assert max(one["at"] for one in told["alerts"]) <= "2026-03-09T09:00:00+00:00"
    assert told["new_cases"] == 0
    assert not (results / "alerts.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--now", "yesterday"), "--now: expected a moment such as"),
        (("--webhook", "ftp://example.org"), "--webhook: expected an address such as"),
        (
            ("--webhook", "http://127.0.0.1:9/x"),
            "VOXCX_WEBHOOK_SECRET: expected a secret of at least 16 characters, got 0",
        ),
        (("--triggers", "none.yaml"), "none.yaml: expected triggers, found none"),
        (("--ui", "de"), "de"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    voxcx: Run, results: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    monkeypatch.delenv("VOXCX_WEBHOOK_SECRET", raising=False)
    code, out, err = voxcx("alerts", results, *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
    assert not (results / "alerts.jsonl").exists()


def test_no_folder_is_told(voxcx: Run, tmp_path: Path) -> None:
    code, _, err = voxcx("alerts", tmp_path / "none")
    assert code == 2
    assert "expected a results folder" in err
