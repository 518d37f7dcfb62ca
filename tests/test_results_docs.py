"""The queries of docs/results.md are run as they stand; all give the same where an interaction was done again."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from results_folders import interaction, write_fresh
from voxcx.results.compaction import compact
from voxcx.results.schema import TABLES

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "results.md").read_text(encoding="utf-8")
Row = tuple[str | None, int, float | None, float | None]


def queries(engine: str) -> list[str]:
    return re.findall(rf"^```\w+ query {engine}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def judged(name: str, queue: str | None, csi: float | None, qa: float | None) -> dict[str, pa.Table]:
    made = dict(interaction(name, len(name)))
    rows = made["interactions"]
    for column, value in (("queue", queue), ("csi_value", csi), ("qa_score", qa)):
        place = rows.schema.get_field_index(column)
        rows = rows.set_column(place, rows.schema.field(place), pa.array([value], rows.schema.field(place).type))
    return made | {"interactions": rows}


@pytest.fixture(params=["fresh", "compacted"])
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """`b` was done again with other numbers in another queue, and its older rows are still there."""
    results = tmp_path / "R"
    write_fresh(results, 1, judged("a", "billing", 40.0, 50.0), judged("bb", "billing", 10.0, None))
    write_fresh(results, 2, judged("ccc", None, None, 80.0), judged("dddd", "roaming", None, None))
    if request.param == "compacted":
        compact(results, thorough=True)
    again = judged("bb", "roaming", 70.0, 90.0)
    again["criteria"] = again["criteria"].slice(0, 1)
    write_fresh(results, 9, again)
    monkeypatch.chdir(tmp_path)
    return results


ANSWER: list[Row] = [("billing", 1, 40.0, 50.0), ("roaming", 2, 70.0, 90.0), (None, 1, None, 80.0)]


def python_answer(engine: str) -> Any:
    (code,) = queries(engine)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    return names["answer"]


def in_order(rows: list[Row]) -> list[Row]:
    clean: list[Any] = [tuple(None if value != value else value for value in row) for row in rows]  # noqa: PLR0124 - NaN
    return sorted(clean, key=lambda row: (row[0] is None, row[0]))


def by_duckdb() -> list[Row]:
    return duckdb.sql(queries("duckdb")[0]).fetchall()


def by_pandas() -> list[Row]:
    return [tuple(row) for row in python_answer("pandas").itertuples(index=False)]


def by_polars() -> list[Row]:
    answer = python_answer("polars")
    assert isinstance(answer, pl.DataFrame)
    return answer.rows()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("ask", [by_duckdb, by_pandas, by_polars])
def test_the_query_gives_the_latest_rows(ask: Callable[[], list[Row]]) -> None:
    assert in_order(ask()) == ANSWER


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning")  # of pyspark about the newest pandas, which it is not asked for
@pytest.mark.usefixtures("folder")
def test_spark_gives_the_same() -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: the query of docs/results.md is not run")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only where it is installed

    SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    assert in_order([tuple(row) for row in python_answer("spark").collect()]) == ANSWER


def test_verdicts_are_counted_once(folder: Path) -> None:
    rows = duckdb.sql(queries("duckdb")[1]).fetchall()
    assert sum(count for _, count, _ in rows) == 3 * interaction("x", 0)["criteria"].num_rows + 1
    raw = sum(rows.num_rows for rows in (pa.parquet.read_table(p) for p in (folder / "criteria").glob("part-*")))
    assert raw > sum(count for _, count, _ in rows), "older rows are there to be counted wrongly"


def test_every_column_says_what_it_holds() -> None:
    for table, columns in TABLES.items():
        for column in columns:
            assert len(column.en.strip()) > 2, f"{table}.{column.name}"
            assert f"| `{column.name}` |" in PAGE
