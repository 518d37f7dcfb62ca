from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

import unit.report.insight.sample_pages as sample
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Column, Figure, Page, Paragraph, Table, Unit
from voxcx.domain.texts import same, text
from voxcx.report.insight.as_tables import tables_of, write_csv, write_excel


def page(*blocks: Block, page_id: str = "p") -> Page:
    return Page(page_id, same("P"), same("Q"), blocks)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def a_table(*figures: Figure, table_id: str = "t", column: str = "x") -> Table:
    heads = (Column("name", text("Name", "Название")), Column(column, text("X", "Икс"), text("how", "как")))
    return Table(table_id, same("T"), heads, tuple((same(f"r{k}"), one) for k, one in enumerate(figures)), same("D"))


def test_a_figure_takes_a_column_each_for_value_interval_n_and_why_not(tmp_path: Path) -> None:
    known = Figure(Estimate(-0.0321, -0.05, -0.01, 1204), "share_points")
    missing = Figure(Estimate(None, n=12, reason=text("18 more", "нужно ещё 18")), "share_points")
    [path] = write_csv([page(a_table(known, missing))], tmp_path / "new", "ru")
    assert path == tmp_path / "new" / "t.csv"
    assert rows_of(path) == [
        {"name": "r0", "x": "-0.0321", "x_low": "-0.05", "x_high": "-0.01", "x_n": "1204", "x_reason": ""},
        {"name": "r1", "x": "", "x_low": "", "x_high": "", "x_n": "12", "x_reason": "нужно ещё 18"},
    ]


@pytest.mark.parametrize("unit", ["count", "date"])
def test_plain_facts_take_one_column(unit: Unit, tmp_path: Path) -> None:
    [path] = write_csv([page(a_table(Figure(Estimate(20_515.0, n=7), unit)))], tmp_path, "en")
    assert rows_of(path) == [{"name": "r0", "x": {"count": "20515", "date": "2026-03-03"}[unit]}]


def test_an_open_interval_is_told_as_infinite(tmp_path: Path) -> None:
    only_low = Figure(Estimate(None, 1.3, float("inf"), 40, reason=same("nobody else")), "ratio")
    [path] = write_csv([page(a_table(only_low))], tmp_path, "en")
    assert rows_of(path)[0] == {
        "name": "r0",
        "x": "",
        "x_low": "1.3",
        "x_high": "inf",
        "x_n": "40",
        "x_reason": "nobody else",
    }


def test_the_file_opens_in_excel_as_russian_and_runs_nothing(tmp_path: Path) -> None:
    cells = ("=cmd()", "+7 900", "-1", "@x", "Привет")
    table = Table("t", same("T"), (Column("name", same("N")),), tuple((cell,) for cell in cells), same("D"))
    [path] = write_csv([page(table)], tmp_path, "ru")
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert [row["name"] for row in rows_of(path)] == ["'=cmd()", "'+7 900", "'-1", "'@x", "Привет"]


def test_every_picture_has_its_figures_in_a_file(tmp_path: Path) -> None:
    written = {path.stem: rows_of(path) for path in write_csv(sample.pages(), tmp_path, "en")}
    assert set(written) == {
        *("criteria", "criteria_figures_1", "criteria_dots_1", "criteria_lines_1", "criteria_lines_2"),
        *("criteria_heat_1", "criteria_heat_2", "criteria_flow_1", "criteria_journey_1", "criteria_moments_1"),
        *("criteria_findings", "kano_dots_1", "kano_findings"),
    }
    assert len(written["criteria"]) == 30
    assert written["criteria"][0]["calls"] == "call-000417@83.2 call-001204"
    assert written["criteria_dots_1"][2]["value_points_reason"] == "only 12 answers; 18 more needed"
    assert written["criteria_lines_1"][1]["x_s"] == "15.0"
    assert written["criteria_heat_1"][0] == {
        "row": "Ordering", "column": "Phone",
        "value": "60.0", "value_low": "57.5", "value_high": "62.5", "value_n": "400", "value_reason": "",
    }  # fmt: skip
    assert written["criteria_flow_1"][0]["interactions"] == "340"
    assert written["criteria_findings"][0]["weight_points"] == "1.5"
    assert written["criteria_findings"][0]["finding"].startswith(
        "Long hold without a warning: 14% of calls, −11 points"
    )
    assert "\u00a0" not in (tmp_path / "criteria_findings.csv").read_text(encoding="utf-8-sig")


def test_ids_become_names_that_every_system_takes_each_once() -> None:
    tables = (a_table(table_id="A/b c"), a_table(table_id="a_b_c"), a_table(table_id="../../x"), a_table(table_id="…"))
    assert [one.table.id for one in tables_of([page(*tables)])] == ["A_b_c", "a_b_c_2", "x", "table"]


def test_pages_without_tables_give_no_files(tmp_path: Path) -> None:
    assert write_csv([page(Paragraph(same("a")))], tmp_path, "en") == []
    write_excel([], tmp_path / "t.xlsx", "en")
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames == ["Contents"]


def test_a_workbook_has_contents_with_definitions_and_a_sheet_a_table(tmp_path: Path) -> None:
    write_excel(sample.pages(), tmp_path / "t.xlsx", "ru")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    contents = list(book["Содержание"].iter_rows(values_only=True))
    assert contents[0] == ("Лист", "Таблица", "Раздел", "Строк", "Как считается")
    assert contents[1][:4] == ("criteria", "Критерии и удовлетворённость", "Качество и удовлетворённость", "30")
    assert "поправка Бенджамини" in str(contents[1][4])
    assert ("criteria", "Доля ошибок", "error_share", None, "не выполнено ÷ оценено") in contents
    assert book["Содержание"]["A2"].hyperlink.location == "'criteria'!A1"
    sheet = book["criteria"]
    share = ["Доля ошибок", "Доля ошибок: от", "Доля ошибок: до", "Доля ошибок: n"]
    assert [cell.value for cell in sheet[1]][:7] == ["Критерий", "Обращений", *share, "Влияние на CSI"]
    assert [cell.value for cell in sheet[2]][:3] == ["Приветствие с названием компании и именем", 1204, 0.14]
    assert sheet["C2"].number_format == "0.0%"
    assert sheet["G2"].value == pytest.approx(-11.26)
    assert sheet["G4"].value is None
    assert len(book.sheetnames) == 1 + 13


def test_days_are_dates_and_nothing_is_a_formula(tmp_path: Path) -> None:
    day = Figure(Estimate(20_515.0), "date")
    table = replace(a_table(day, table_id="=x[1]:*?" + "long " * 20), rows=((same("=1+1"), day),))
    write_excel([page(table, table)], tmp_path / "t.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert len({name.lower() for name in book.sheetnames}) == 3
    sheet = book[book.sheetnames[1]]
    assert sheet["B2"].value == datetime(2026, 3, 3)  # noqa: DTZ001
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
