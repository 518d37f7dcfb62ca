"""``--where``: which interactions of the source are meant, by an SQL condition over what is known of them."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, get_args

import duckdb
import pyarrow as pa
from pydantic.fields import FieldInfo

from voxcx.errors import InputError
from voxcx.intake.file_names import closest
from voxcx.intake.job import Job
from voxcx.intake.metadata import Metadata, TelephonyFields
from voxcx.results.conditions import is_condition

CHUNK = 1_000  # jobs looked at together
_ARROW: dict[type, pa.DataType] = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}
_NOT_ASKED = {"telephony", "earlier_contacts", "canned_texts", "legs", "holds"}


class Condition:
    """Looks at jobs, a thousand together; ``leave_out`` is told the numbers of those that it is not true of.

    Raises:
        InputError: at once, when it is no condition over the columns. It can read no file and no other table.
    """

    def __init__(self, expression: str, leave_out: Callable[[list[int]], None]) -> None:
        self._expression = expression
        self._leave_out = leave_out
        self._waiting: list[dict[str, Any]] = []
        self._duckdb = duckdb.connect(config={"enable_external_access": "false"})
        self._duckdb.execute("SET TimeZone = 'UTC'; SET lock_configuration = true")
        if not is_condition(self._duckdb, expression):
            raise InputError(
                f"--where {expression!r}: expected a condition such as queue = 'billing' and "
                "started_at >= '2026-03-01', got a query; correct it."
            )
        self._chosen([])

    def look(self, n: int, job: Job, started: datetime | None) -> None:
        """One more job of the source; ``started`` is when it began, as stated or by its first message."""
        self._waiting.append({"_n": n, **_row(job, started)})
        if len(self._waiting) >= CHUNK:
            self.finish()

    def finish(self) -> None:
        """Decide on those that wait."""
        chosen = self._chosen(self._waiting)
        if left := [row["_n"] for row in self._waiting if row["_n"] not in chosen]:
            self._leave_out(left)
        self._waiting = []

    def _chosen(self, rows: list[dict[str, Any]]) -> set[int]:
        self._duckdb.register("source", pa.Table.from_pylist(rows, schema=_schema()))
        sql = f"SELECT _n FROM source WHERE (\n{self._expression}\n)"  # noqa: S608 - the user's own, with nothing in reach
        try:
            return {n for (n,) in self._duckdb.execute(sql).fetchall()}
        except duckdb.Error as error:
            raise InputError(f"--where {self._expression!r}: {_reason(error)}") from None


@cache
def _schema() -> pa.Schema:
    """Columns as a manifest has them, typed; times are UTC."""
    fields = {**Metadata.model_fields, **TelephonyFields.model_fields}
    known = [(name, _type(name, field)) for name, field in fields.items() if name not in _NOT_ASKED]
    return pa.schema([("_n", pa.int64()), ("recording", pa.string()), *known])


def _type(name: str, field: FieldInfo) -> pa.DataType:
    if name == "started_at":
        return pa.timestamp("us", "UTC")
    kinds = set(_plain_types(field.annotation))
    return next((arrow for kind, arrow in _ARROW.items() if kind in kinds), pa.string())


def _plain_types(annotation: Any) -> list[type]:
    """The types that a field may hold, without what is said about them."""
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return [type(value) for value in get_args(annotation)]
    if origin is typing.Annotated:
        return _plain_types(get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        return [kind for part in get_args(annotation) for kind in _plain_types(part)]
    return [annotation] if isinstance(annotation, type) else []


def _row(job: Job, started: datetime | None) -> dict[str, Any]:
    known, telephony = job.metadata, job.metadata.telephony
    row = {name: getattr(known, name, None) for name in _schema().names if name in Metadata.model_fields}
    row |= {name: getattr(telephony, name) for name in _schema().names if name in TelephonyFields.model_fields}
    row |= {"interaction_id": job.interaction_id, "kind": job.kind}
    row["started_at"] = None if started is None else started.astimezone(UTC)
    row["recording"] = ";".join(map(str, job.recordings)) or None
    return {name: _whole(value) if isinstance(value, str) else value for name, value in row.items()}


def _whole(text: str) -> str:
    """Without halves of surrogate pairs, as odd file names have them: a table takes none."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _reason(error: duckdb.Error) -> str:
    """What DuckDB says, in one sentence; an unknown column with those that it may be."""
    first = str(error).splitlines()[0]
    if isinstance(error, duckdb.BinderException) and 'column "' in first and "not found" in first:
        name = first.split('column "', 1)[1].split('"', 1)[0]
        names = tuple(name for name in _schema().names if name != "_n")
        return f"the column {name!r} is not known{closest(name, names)}; text stands in 'single quotes'."
    if isinstance(error, duckdb.ConversionException):  # its words quote what stands in a row
        first = "a text where it takes a number, a time or a truth"
    return f"expected a condition such as queue = 'billing' and started_at >= '2026-03-01', got {first}; correct it."
