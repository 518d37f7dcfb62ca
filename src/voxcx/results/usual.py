"""What features usually are in a results folder: mean, deviation and count by agent and team, calls and chats apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow.compute as pc

from voxcx.domain.catalogue import CATALOGUE
from voxcx.errors import InputError
from voxcx.results.reading import read_columns

ABOUT = ("interaction_id", "kind", "started_at")  # with the id, what stands in two parts counts once
OWNERS = (("agent", "agent_id"), ("team", "team"))
Counted = tuple[str, str, str, str, float, float, int]  # whose, id, kind, feature, mean, standard deviation, n


def judging_features() -> list[str]:
    """Numbers that rules may ask for."""
    return [
        spec.name
        for spec in CATALOGUE.values()
        if spec.unit != "category" and not spec.voice_proxy and spec.family != "trust"
    ]


def count_usual(folder: Path, until: datetime | None = None, least: int = 20) -> Iterator[Counted]:
    """Every agent's and team's usual by kind, of features with at least ``least`` known values before ``until`` (UTC).

    Raises:
        InputError: no results folder, or nothing in it.
    """
    names = judging_features()
    table = read_columns(folder, "interactions", [*ABOUT, *(column for _, column in OWNERS), *names])
    if table.num_rows == 0:
        raise InputError(f"{folder}: expected a results folder with interactions, found none; run voxcx batch first.")
    if until is not None:
        table = table.filter(pc.less(table["started_at"], until))
    options = pc.VarianceOptions(ddof=1, min_count=1)
    asked = [(name, how, options if how == "stddev" else None) for name in names for how in ("mean", "stddev", "count")]
    for whose, column in OWNERS:
        keys, whole = [column, "kind"], pc.and_(pc.is_valid(table[column]), pc.is_valid(table["kind"]))
        rows = table.filter(whole).group_by(keys).aggregate(asked).sort_by([(key, "ascending") for key in keys])
        for row in rows.to_pylist():
            for name, mean, sd, count in _of(row, names, least):
                yield whose, str(row[column]), str(row["kind"]), name, mean, sd, count


def _of(row: dict[str, float], names: list[str], least: int) -> Iterator[tuple[str, float, float, int]]:
    for name in names:
        count = int(row[f"{name}_count"])
        if count >= max(least, 2):
            yield name, row[f"{name}_mean"], row[f"{name}_stddev"], count
