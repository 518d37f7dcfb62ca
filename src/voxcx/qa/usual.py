"""What features usually are, as `voxcx qa usual` counts it: a CSV of whose, id, feature, mean, sd, n."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path

from voxcx.domain.catalogue import CATALOGUE
from voxcx.errors import InputError
from voxcx.qa.case import Usual, Whose

COLUMNS = ("whose", "id", "feature", "mean", "sd", "n")
Row = tuple[Whose, str, str, Usual]
Known = dict[tuple[Whose, str, str], Usual]


def read_usual(path: Path) -> Known:
    """(agent or team, its id, feature) → what is usual.

    Raises:
        InputError: no such file, other columns, or a row that is none.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if tuple(table.fieldnames or ()) != COLUMNS:
                got = ", ".join(table.fieldnames or ("nothing",))
                raise InputError(
                    f"{path}: expected the columns {', '.join(COLUMNS)}, got {got}; make it by voxcx qa usual."
                )
            return dict(_row(path, table.line_num, row) for row in table)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(
            f"{path}: expected what is usual as CSV, could not read it; make it by voxcx qa usual."
        ) from None


def _row(path: Path, line: int, row: dict[str, str]) -> tuple[tuple[Whose, str, str], Usual]:
    try:
        usual = Usual(float(row["mean"]), float(row["sd"]), int(row["n"]))
    except (TypeError, ValueError):
        usual = Usual(math.nan, math.nan, 0)
    whose: Whose = "agent" if row["whose"] == "agent" else "team"
    sound = row["whose"] in {"agent", "team"} and row["feature"] in CATALOGUE
    if not sound or not math.isfinite(usual.mean) or not usual.sd >= 0:
        raise InputError(
            f"{path}, line {line}: expected what is usual of an agent or a team, got another row; make it anew."
        )
    return (whose, row["id"], row["feature"]), usual


def write_usual(path: Path, rows: Iterable[Row]) -> int:
    """Write the rows in order; how many there were."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for whose, owner, feature, usual in rows:
            table.writerow((whose, owner, feature, f"{usual.mean:.6g}", f"{usual.sd:.6g}", usual.n))
            written += 1
    return written
