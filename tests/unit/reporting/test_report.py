"""The whole report from a folder to the file, on archives that lack things: the rest still stands."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from csi_folders import small_folder
from voxcx.cli import app
from voxcx.domain.pages import Page
from voxcx.errors import InputError
from voxcx.insight.catalogue import PAGES
from voxcx.insight.settings import ReportSettings, load_report_settings
from voxcx.reporting import making
from voxcx.reporting.fitting import misfits
from voxcx.reporting.making import make_report
from voxcx.reporting.reading import Asked, read_archive

N = 900


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted") / "R"
    run("simulate", "population", "--out", str(folder), "--n", str(N), "--seed", "3", "--full")
    return folder


@pytest.fixture
def copy(planted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(planted, tmp_path / "R"))


def run(*words: str) -> Result:
    done = CliRunner().invoke(app, list(words), catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def change(folder: Path, column: str, values: Callable[[pa.ChunkedArray], object]) -> None:
    """Rewrite a column of the interactions."""
    for path in (folder / "interactions").glob("*.parquet"):
        table = pq.read_table(path)
        place = table.schema.get_field_index(column)
        field = table.schema.field(place)
        made = pa.array(values(table[column]), field.type)
        pq.write_table(table.set_column(place, field, made), path)


def lacking(folder: Path) -> dict[str, list[str]]:
    """What each page says it lacks; every page is made, and a figure always says why it is none."""
    made = make_report(Asked(folder, load_report_settings()))
    assert [page.id for page in made.pages] == list(PAGES)
    return {page.id: [one.en for one in page.lacks] for page in made.pages}


def test_the_whole_report_with_tables_and_cards(planted: Path, tmp_path: Path) -> None:
    out, tables, cards = tmp_path / "report.html", tmp_path / "tables", tmp_path / "cards"
    done = run("report", str(planted), "--out", str(out), "--ui", "ru", "--tables", str(tables), "--cards", str(cards))
    assert done.exit_code == 0, done.output
    page = out.read_text(encoding="utf-8")
    for name in PAGES:
        assert re.search(rf'<section id="[^"]*{name}"', page), name
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL))
    assert re.findall(r"\{[a-z_.]+\}", words) == []  # no blank was left open
    assert {"None", "nan", "inf"} & set(words.split()) == set()
    assert len(list(tables.glob("*.csv"))) > 20
    for path in tables.glob("*.csv"):
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name
    assert len(list(cards.glob("*.html"))) > 5


def test_findings_as_json(planted: Path, tmp_path: Path) -> None:
    done = run(
        "report", str(planted), "--out", str(tmp_path / "r.html"), "--only", "wait", "--only", "surveys", "--json"
    )
    told = json.loads(done.stdout)
    assert told["interactions"] == N
    assert told["simulated"] is True
    assert [one["page"] for one in told["pages"]] == ["surveys", "wait"]


def test_the_same_archive_gives_the_same_bytes(planted: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.html", "two.html")]
    for out in files:
        assert run("report", str(planted), "--out", str(out)).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()


def test_without_answers_every_effect_says_so(copy: Path) -> None:
    (copy / "surveys.csv").unlink()
    told = lacking(copy)
    for name in ("surveys", "quality", "wait", "kano", "effort"):
        assert any("answer" in one for one in told[name]), (name, told[name])
    made = make_report(Asked(copy, ReportSettings()))
    assert not any("CSI" in one.said.en for page in made.pages for one in page.findings)


def test_answers_that_do_not_join_are_counted(copy: Path) -> None:
    rows = (copy / "surveys.csv").read_text().splitlines()
    (copy / "surveys.csv").write_text("\n".join([rows[0], *(f"other-{row}" for row in rows[1:])]) + "\n")
    told = lacking(copy)
    assert any("does not hold" in one for one in told["surveys"])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("agent_id", "agent-000"),
        ("agent_id", None),
        ("customer_id", None),
        ("started_at", np.datetime64("2026-03-02T10:00:00", "us")),
        ("started_at", None),
        ("queue_wait_s", None),
        ("queue", None),
        ("team", None),
        ("topic", None),
        ("kind", "chat"),
    ],
)
def test_a_column_that_is_all_alike_or_missing(copy: Path, column: str, value: object) -> None:
    change(copy, column, lambda old: [value] * len(old))
    lacking(copy)


def test_everything_missing(copy: Path) -> None:
    for path in (copy / "interactions").glob("*.parquet"):
        table = pq.read_table(path)
        empty = {one.name: pa.nulls(len(table), one.type) for one in table.schema}
        kept = {"interaction_id": table["interaction_id"], "kind": table["kind"]}
        pq.write_table(pa.table(empty | kept, schema=table.schema), path)
    told = lacking(copy)
    assert all(told[name] for name in ("agents", "wait", "service_level", "repeats", "change"))


def test_three_interactions(tmp_path: Path) -> None:
    small_folder(tmp_path)
    told = lacking(tmp_path)
    assert sum(bool(lacks) for lacks in told.values()) >= len(PAGES) - 4, {k: v for k, v in told.items() if not v}


def test_verdicts_about_other_interactions(copy: Path) -> None:
    for path in (copy / "criteria").glob("*.parquet"):
        table = pq.read_table(path)
        place = table.schema.get_field_index("interaction_id")
        other = pa.array([f"other-{one}" for one in table["interaction_id"].to_pylist()])
        pq.write_table(table.set_column(place, table.schema.field(place), other), path)
    lacking(copy)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--only", "everything"), "--only: expected one of surveys"),
        (("--by", "favourite colour"), "--by: expected a field such as"),
        (("--ui", "de"), "--ui: expected one of"),
        (("--tables", "t.ods"), "--tables t.ods: expected an .xlsx or a folder"),
        (("--since", "2099-01-01"), "--since 2099-01-01: expected interactions from then on"),
        (("--surveys", "none.csv"), "none.csv: expected survey answers as CSV, found no such file"),
        (("--calibration", "none.json"), "none.json: expected a calibration"),
        (("--config", "none.yaml"), "none.yaml: expected settings of a report, found none"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(planted: Path, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(Exception, match=re.escape(told)):
        run("report", str(planted), "--out", str(tmp_path / "r.html"), *words)
    assert not (tmp_path / "r.html").exists()


def test_names_that_the_archive_does_not_have_are_told(copy: Path, tmp_path: Path) -> None:
    (copy / "events.csv").write_text(
        "time,scope,name\n2026-03-02T10:00:00Z,queue=delivry,a\n2026-03-02T10:00:00Z,queue:delivery,b\n"
        "2026-03-02T10:00:00Z,queue=delivery,c\n2026-03-02T10:00:00Z,*,d\n"
    )
    (copy / "blocked.csv").write_text("interval,skill,type,count\n2026-03-02T10:00:00Z,nosuchskill,B,50\n")
    (copy / "kano.csv").write_text("respondent,criterion,functional,dysfunctional\nr,greting,like it,dislike it\n")
    (copy / "series.csv").write_text("date,team,customer_id,name,value\n2026-03-02,nort-1,,EES,70\n")
    notes = [one.en.format(**dict(one.blanks)) for one in misfits(read_archive(Asked(copy, ReportSettings())))]
    told = " ".join(notes)
    for name in ("queue:delivery, queue=delivry;", "nosuchskill", "greting", "nort-1"):
        assert name in told
    assert "queue=delivery" not in told
    done = run("report", str(copy), "--out", str(tmp_path / "r.html"), "--only", "surveys")
    assert "nosuchskill" in done.stdout


def test_a_page_that_breaks_costs_no_other(planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> Page:
        raise ZeroDivisionError("customer said: my card is 1234")

    whole = making.maker
    monkeypatch.setattr(making, "maker", lambda name: broken if name == "wait" else whole(name))
    done = run("report", str(planted), "--out", str(tmp_path / "r.html"), "--only", "wait", "--only", "surveys")
    assert done.exit_code == 1
    assert "wait: This part could not be made" in done.stdout
    assert "ZeroDivisionError" in done.stdout
    assert "1234" not in done.stdout + (tmp_path / "r.html").read_text()
    assert 'id="p-surveys"' in (tmp_path / "r.html").read_text()


def test_a_change_that_names_nothing_is_told_at_once(planted: Path, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("change: {where: queue=delivry, at: 2026-06-01}\n")
    words = ("--config", str(tmp_path / "own.yaml"), "--only", "change")
    done = run("report", str(planted), "--out", str(tmp_path / "r.html"), *words)
    assert "delivry" in done.stdout


def test_no_agent_is_named_as_the_worst(planted: Path) -> None:
    settings = load_report_settings().model_copy(update={"by": "agent"})
    made = make_report(Asked(planted, settings), ("critical",))
    names = set(made.archive.label("agent_id").tolist()) - {""}
    told = [dict(one.said.blanks).get("group") for one in made.pages[0].findings]
    assert not names & set(told)


@pytest.mark.parametrize("out", ["report.pdf", "no/such/folder/report.html"])
def test_the_place_is_refused_before_anything_is_read(tmp_path: Path, out: str) -> None:
    with pytest.raises(InputError, match=r"--out .*: expected"):
        run("report", str(tmp_path / "nothing"), "--out", str(tmp_path / out))
