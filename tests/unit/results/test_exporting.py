"""Tables for spreadsheets: every value comes back, and no cell is a formula."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builders import a_call, a_chat
from results_folders import interaction, write_fresh
from voxcx.domain.cells import FORMULA, harmless
from voxcx.errors import InputError
from voxcx.results import export_excel, exporting
from voxcx.results.export_excel import workbook
from voxcx.results.export_files import CsvFiles, ParquetFiles, write_readme
from voxcx.results.exporting import Wanted, chosen_columns, export
from voxcx.results.reading import read_table
from voxcx.results.rows import rows_of
from voxcx.results.schema import TABLES
from voxcx.results.upkeep import write_chunk
from voxcx.results.writing import part_name

NASTY = [f"{sign}SUM(A1)" for sign in FORMULA] + ["http://x.test", 'a "b", c;\nd', "'=1", "", "file://c", "Ж" * 40_000]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A call, a chat, one that was redone, and texts that spreadsheets take for something else."""
    results = tmp_path / "R"
    each = [rows_of(one, "k") for one in (a_call(), a_chat())]
    rows = {table: [row for one in each for row in one[table]] for table in TABLES}
    rows["utterances"] += [
        {"interaction_id": "chat-2093", "position": 100 + number, "role": "customer", "text": text}
        for number, text in enumerate(NASTY)
    ]
    write_chunk(results, rows, part_name(1))
    write_fresh(results, 2, interaction("redone", 0, "old"))
    write_fresh(results, 3, interaction("redone", 0, "new"))
    return results


def read_csv(path: Path, **how: Any) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, **how))


def test_csv_gives_every_value_back(folder: Path, tmp_path: Path) -> None:
    counts = export(Wanted(folder, tuple(TABLES)), CsvFiles(tmp_path / "out").open)
    for table in TABLES:
        rows, expected = read_csv(tmp_path / "out" / f"{table}.csv"), read_table(folder, table)
        assert counts[table] == len(rows) == expected.num_rows
        for got, row in zip(rows, expected.to_pylist(), strict=True):
            assert got == {name: as_cell(value) for name, value in row.items()}


def as_cell(value: object) -> str:
    """What a careful person expects in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(harmless(value)) if isinstance(value, str) else str(value)


def test_no_cell_of_a_csv_is_a_formula(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    export(Wanted(folder, ("utterances",)), CsvFiles(path, ";", bom=True, single=True).open)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    texts = [row["text"] for row in read_csv(path, delimiter=";") if int(row["position"]) >= 100]
    assert [text.startswith(FORMULA) for text in texts] == [False] * len(NASTY)
    assert texts == [harmless(text) for text in NASTY]


def test_excel_gives_types_back_and_text_stays_text(folder: Path, tmp_path: Path) -> None:
    with workbook(tmp_path / "t.xlsx") as book:
        counts = export(Wanted(folder, ("interactions", "utterances")), book.open)
    assert counts == {"interactions": 3, "utterances": read_table(folder, "utterances").num_rows}
    assert book.cut == 1
    made = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert made.sheetnames == ["interactions", "utterances", "columns"]
    rows = sheet_rows(made["interactions"])
    assert rows[0]["interaction_id"] == "call-0417"
    assert rows[0]["started_at"] == datetime(2026, 3, 4, 8, 20, 5)  # noqa: DTZ001 - Excel has no zones
    assert rows[0]["csi_value"] == pytest.approx(32.3)
    assert rows[0]["missing"].startswith("[{")
    assert [row["work_key"] for row in rows] == ["k", "k", "new"]
    texts = [cell for cell in made["utterances"]["F"] if cell.value is not None][-len(NASTY) + 1 :]
    assert not [cell.coordinate for cell in texts if cell.data_type == "f" or cell.hyperlink]
    stored = [row["text"] for row in sheet_rows(made["utterances"]) if row["position"] >= 100]
    as_written = [text.replace("\r", "_x000D_") for text in NASTY[:-1]]  # which Excel shows as a line's end
    assert stored[:-1] == as_written
    assert len(stored[-1]) == export_excel.CELL_CHARACTERS
    assert made["interactions"].freeze_panes == "A2"
    described = {(row["table"], row["column"]): row["what"] for row in sheet_rows(made["columns"])}
    assert described["utterances", "role"] == "agent, customer, bot, system or unknown"
    assert len(described) == len(TABLES["interactions"]) + len(TABLES["utterances"])


def sheet_rows(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_more_rows_than_a_sheet_takes_go_on_in_another(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_excel, "SHEET_ROWS", 10)
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 4)
    with workbook(tmp_path / "t.xlsx") as book:
        export(Wanted(folder, ("events", "utterances")), book.open)
    made = openpyxl.load_workbook(tmp_path / "t.xlsx")
    names = [name for name in made.sheetnames if name.startswith("utterances")]
    assert names[:2] == ["utterances", "utterances 2"]
    rows = [row for name in names for row in sheet_rows(made[name])]
    assert [row["position"] for row in rows] == read_table(folder, "utterances")["position"].to_pylist()


def test_parquet_keeps_types_and_describes_columns(folder: Path, tmp_path: Path) -> None:
    export(Wanted(folder, ("criteria",), where="kind = 'chat'"), ParquetFiles(tmp_path).open)
    rows = pq.read_table(tmp_path / "criteria.parquet")
    expected = read_table(folder, "criteria")
    kept = expected.filter(pa.compute.not_equal(expected["interaction_id"], "call-0417"))
    assert rows.to_pylist() == kept.to_pylist()
    assert rows.schema.field("verdict").metadata[b"description"].startswith(b"met, not_met")


def test_columns_and_conditions_choose(folder: Path, tmp_path: Path) -> None:
    wanted = Wanted(folder, ("interactions", "events"), ("work_key", "interaction_id"), "work_key = 'new'")
    counts = export(wanted, CsvFiles(tmp_path / "out").open)
    assert counts == {"interactions": 1, "events": 0}
    assert read_csv(tmp_path / "out" / "interactions.csv") == [{"work_key": "new", "interaction_id": "redone"}]
    write_readme(tmp_path / "out", chosen_columns(wanted))
    told = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "| `work_key` | string | digest of input" in told


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"columns": ("queu",)}, r"got 'queu' \(did you mean queue\?\)"),
        ({"where": "queue = "}, "--where 'queue = ': expected a condition"),
        ({"where": "queu = 'x'"}, "--where"),
        ({"tables": ("calls",)}, "expected one of interactions"),
        ({"results": Path("none")}, "expected a results folder"),
    ],
)
def test_what_cannot_be_exported_is_told_before_a_file_is_made(
    folder: Path, tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        export(Wanted(**({"results": folder} | change)), CsvFiles(tmp_path / "out").open)
    assert not (tmp_path / "out").exists()
