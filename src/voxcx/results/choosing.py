"""Which interactions of a folder are meant: those that a condition in SQL is true of, each in its latest part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from voxcx.errors import InputError
from voxcx.results.conditions import is_condition
from voxcx.results.reading import parts_of, read_part, without
from voxcx.results.schema import arrow_schema
from voxcx.results.standing import replaced

_NAME = re.compile(r"\w+")


def chosen_ids(folder: Path, where: str | None = None) -> Iterator[tuple[str, list[str]]]:
    """(part, ids of its interactions) for every part; ``where`` is a condition over the columns of `interactions`.

    Raises:
        InputError: a condition that DuckDB refuses; it can read no file and no other table.
    """
    older = replaced(folder)
    columns = ["interaction_id", *_asked(where)]
    with duckdb.connect(config={"enable_external_access": "false"}) as connection:
        for path in parts_of(folder, "interactions"):
            rows = read_part(path, columns)
            latest = without(rows, older[path.stem]) if path.stem in older else rows
            connection.register("interactions", latest)
            yield path.stem, [name for (name,) in _matching(connection, where)]


def _asked(where: str | None) -> list[str]:
    """Columns that a condition names: of some hundred only these are read."""
    words = set(_NAME.findall((where or "").lower()))
    return [name for name in arrow_schema("interactions").names if name in words and name != "interaction_id"]


def _matching(connection: duckdb.DuckDBPyConnection, where: str | None) -> list[tuple[str]]:
    condition = f" WHERE ({where})" if where else ""
    if where and not is_condition(connection, where):
        raise InputError(
            f"--where {where!r}: expected a condition such as queue = 'billing' and csi_value < 40, got a query; "
            "correct it."
        )
    try:
        return connection.execute(f"SELECT interaction_id FROM interactions{condition}").fetchall()  # noqa: S608 - the user's own
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].partition(": ")[2] or str(error).splitlines()[0]
        raise InputError(
            f"--where {where!r}: expected a condition over columns of interactions such as queue = 'billing' and "
            f"csi_value < 40, got {reason}; docs/results.md lists the columns."
        ) from None
