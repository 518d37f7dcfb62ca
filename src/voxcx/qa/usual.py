"""What features usually are, as `voxcx qa usual` counts it: a CSV of whose, id, kind, feature, mean, sd, n."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.cells import as_meant, harmless
from voxcx.domain.interaction import Kind
from voxcx.errors import InputError
from voxcx.qa.case import Usual, Whose

COLUMNS = ("whose", "id", "kind", "feature", "mean", "sd", "n")
FEWEST = 2  # one contact has no deviation
Key = tuple[Whose, str, Kind, str]  # of an agent or a team, its id, the kind of interaction, the feature
Row = tuple[Key, Usual]


def read_usual(path: Path) -> dict[Key, Usual]:
    """What is usual by its key.

    Raises:
        InputError: no such file, other columns, a row that is none, or one that stands there twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if tuple(table.fieldnames or ()) != COLUMNS:
                got = ", ".join(table.fieldnames or ("nothing",))
                raise InputError(
                    f"{path}: expected the columns {', '.join(COLUMNS)}, got {got}; make it by voxcx qa usual."
                )
            return _whole(path, ((table.line_num, row) for row in table))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(
            f"{path}: expected what is usual as CSV, could not read it; make it by voxcx qa usual."
        ) from None


def _whole(path: Path, rows: Iterable[tuple[int, dict[str, str]]]) -> dict[Key, Usual]:
    known: dict[Key, Usual] = {}
    for line, row in rows:
        key, usual = _row(path, line, row)
        if key in known:
            raise InputError(f"{path}, line {line}: expected each row once, got {', '.join(key)} again; make it anew.")
        known[key] = usual
    return known


def _row(path: Path, line: int, row: dict[str, str]) -> Row:
    try:
        usual = Usual(float(row["mean"]), float(row["sd"]), int(row["n"]))
    except (TypeError, ValueError):
        usual = Usual(math.nan, math.nan, 0)
    whose: Whose = "agent" if row["whose"] == "agent" else "team"
    kind: Kind = "call" if row["kind"] == "call" else "chat"
    named = row["whose"] == whose and row["kind"] == kind and row["feature"] in CATALOGUE and row["id"]
    if not named or not math.isfinite(usual.mean) or not 0 <= usual.sd < math.inf or usual.n < FEWEST:
        raise InputError(
            f"{path}, line {line}: expected what is usual of an agent or a team, that is a finite mean and sd and an n "
            f"of at least {FEWEST}, got another row; make it anew."
        )
    return (whose, as_meant(row["id"]), kind, row["feature"]), usual


def write_usual(path: Path, rows: Iterable[Row]) -> int:
    """Write the rows in order; how many there were."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for (whose, owner, kind, feature), usual in rows:
            numbers = (f"{usual.mean:.6g}", f"{usual.sd:.6g}", usual.n)  # a minus is no formula there
            table.writerow((whose, harmless(owner), kind, feature, *numbers))
            written += 1
    return written
