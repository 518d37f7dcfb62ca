"""Exported tables as CSV or Parquet files. A cell of a CSV file is never a formula, and a list in it is JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from voxcx.domain.cells import FORMULA
from voxcx.results.documenting import columns_page
from voxcx.results.schema import Column
from voxcx.results.writing import whole, write_text

README = "README.md"
BOM = b"\xef\xbb\xbf"  # tells Excel that the file is UTF-8
_FORMULA = "^[" + "".join(f"\\x{ord(sign):02x}" for sign in FORMULA) + "]"


def nested(kind: pa.DataType) -> bool:
    """A list or a record, which no cell holds as such."""
    return bool(pa.types.is_nested(kind))


def as_json(value: object) -> str | None:
    """A list or record as JSON text; None stays None."""
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class CsvFiles:
    """One CSV file a table. ``single``: ``out`` is that file, else a folder."""

    out: Path
    separator: str = ","
    bom: bool = False
    single: bool = False

    @contextmanager
    def open(self, table: str, columns: tuple[Column, ...]) -> Iterator[_Csv]:
        """The file of a table; it appears when everything is written."""
        path = self.out if self.single else self.out / f"{table}.csv"
        schema = pa.schema([(column.name, _plain(column.type)) for column in columns])
        options = pc_csv.WriteOptions(delimiter=self.separator, quoting_style="needed")
        with whole(path) as sink:
            sink.write(BOM if self.bom else b"")
            with pc_csv.CSVWriter(sink, schema, write_options=options) as writer:
                yield _Csv(writer, schema)


@dataclass(frozen=True, slots=True)
class _Csv:
    writer: pc_csv.CSVWriter
    schema: pa.Schema

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        arrays = [_cells(rows[field.name]).cast(field.type) for field in self.schema]
        self.writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("s")
    return pa.string() if nested(kind) else kind


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers and flags stay; text that begins like a formula gets an apostrophe, as ``voxcx.domain.cells`` has it."""
    if nested(column.type):
        return pa.chunked_array([pa.array([as_json(value) for value in column.to_pylist()], pa.string())])
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("s"), safe=False)
    if not pa.types.is_string(column.type):
        return column
    formula = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)


@dataclass(frozen=True, slots=True)
class ParquetFiles:
    """One Parquet file a table, its columns described in the schema."""

    out: Path

    @contextmanager
    def open(self, table: str, columns: tuple[Column, ...]) -> Iterator[_Parquet]:
        """The file of a table; it appears when everything is written."""
        fields = [pa.field(column.name, column.type, metadata={"description": column.en}) for column in columns]
        with (
            whole(self.out / f"{table}.parquet") as sink,
            pq.ParquetWriter(sink, pa.schema(fields), compression="zstd") as writer,
        ):
            yield _Parquet(writer)


@dataclass(frozen=True, slots=True)
class _Parquet:
    writer: pq.ParquetWriter

    def write(self, rows: pa.Table) -> None:
        """Append a row group."""
        self.writer.write_table(rows.cast(self.writer.schema))


def write_readme(out: Path, chosen: Mapping[str, tuple[Column, ...]]) -> None:
    """What the columns of the files in a folder mean."""
    write_text(out / README, f"# Columns of these files\n\n{columns_page(chosen)}")
