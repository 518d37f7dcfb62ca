"""What was said in each interaction of a results folder, as ``voxcx.domain.views`` divides it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from voxcx.domain.views import PARTIES, VIEWS, views_of_utterances
from voxcx.errors import InputError
from voxcx.results.reading import read_columns

COLUMNS = ["interaction_id", "position", "role", "text"]
# The order inside an interaction is the only one that matters: DuckDB groups, the rule for the views stays in domain.
GROUPED = f"""
SELECT wanted.place, list(said.role ORDER BY said.position) AS roles, list(said.text ORDER BY said.position) AS texts
FROM said JOIN wanted USING (interaction_id)
WHERE said.role IN {PARTIES!r} AND said.text IS NOT NULL
GROUP BY wanted.place
"""  # noqa: S608 - made of constants alone


def read_views(folder: Path, ids: Sequence[str]) -> dict[str, list[str]]:
    """View → what was said in it, in the order of ``ids``; "" where nothing was said or the folder knows nothing.

    Raises:
        InputError: no results folder, or a part of it cannot be read.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: expected a results folder as `voxcx batch` writes it, found none.")
    views = {view: [""] * len(ids) for view in VIEWS}
    for place, roles, texts in _grouped(read_columns(folder, "utterances", COLUMNS), ids):
        for view, said in views_of_utterances(zip(roles, texts, strict=True)).items():
            views[view][place] = said
    return views


def _grouped(said: pa.Table, ids: Sequence[str]) -> Iterator[tuple[int, list[str], list[str]]]:
    wanted = pa.table({"interaction_id": pa.array(ids, pa.string()), "place": pa.array(range(len(ids)), pa.int64())})
    with duckdb.connect() as connection:
        connection.register("said", said)
        connection.register("wanted", wanted)
        found = connection.execute(GROUPED)
        while rows := found.fetchmany(10_000):
            yield from rows


def read_said(folder: Path, ids: Sequence[str]) -> list[list[tuple[str, str]]]:
    """(role, text) of everything that the two parties said in each of these interactions, in the order of ``ids``.

    Raises:
        InputError: no results folder, or a part of it cannot be read.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: expected a results folder as `voxcx batch` writes it, found none.")
    said: list[list[tuple[str, str]]] = [[] for _ in ids]
    for place, roles, texts in _grouped(read_columns(folder, "utterances", COLUMNS), ids):
        said[place] = list(zip(roles, texts, strict=True))
    return said


OPENING_UTTERANCES, OPENING_LETTERS = 4, 400  # a greeting, an answer to the greeting, and what they came for
OPENINGS = f"""
SELECT interaction_id, left(string_agg(text, ' ' ORDER BY position), {OPENING_LETTERS}) AS opening
FROM (
    SELECT interaction_id, text, position,
           row_number() OVER (PARTITION BY interaction_id ORDER BY position) AS nth
    FROM said WHERE role = 'customer' AND text IS NOT NULL
)
WHERE nth <= {OPENING_UTTERANCES} GROUP BY interaction_id
"""  # noqa: S608 - made of constants alone


def read_openings(folder: Path, ids: Sequence[str]) -> list[str]:
    """What each customer said first, in the order of ``ids``; "" where they said nothing or no words are kept."""
    said = read_columns(folder, "utterances", COLUMNS)
    if said.num_rows == 0:
        return [""] * len(ids)
    with duckdb.connect() as connection:
        connection.register("said", said)
        found = dict(connection.execute(OPENINGS).fetchall())
    return [found.get(name, "") for name in ids]
