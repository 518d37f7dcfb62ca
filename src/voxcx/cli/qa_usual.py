"""``voxcx qa usual``: what features usually are, for rules that ask whether this contact is unlike the others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from voxcx.storage.paths import usable

RESULTS = typer.Argument(metavar="RESULTS", help="A results folder of voxcx batch.", parser=usable)
UNTIL = typer.Option("--until", formats=["%Y-%m-%d"], help="Only contacts before this day (UTC).", show_default=False)


def usual(
    results: Annotated[Path, RESULTS],
    out: Annotated[Path, typer.Option("--out", help="CSV to write; name it in the configuration: usual: usual.csv")],
    until: Annotated[datetime | None, UNTIL] = None,
    least: Annotated[int, typer.Option("--min-n", min=2, help="Fewer contacts than this say nothing.")] = 20,
) -> None:
    """Count what each feature usually is for every agent and team, calls apart from chats.

    Example: voxcx qa usual R --out usual.csv --until 2026-03-01
    """
    from voxcx.qa.case import Usual
    from voxcx.qa.usual import Key, write_usual
    from voxcx.results.usual import count_usual

    rows = []
    for whose, owner, kind, feature, mean, sd, count in count_usual(results, until, least):
        key: Key = ("agent" if whose == "agent" else "team", owner, "call" if kind == "call" else "chat", feature)
        rows.append((key, Usual(mean, sd, count)))
    written = write_usual(out, rows)
    typer.echo(f"{out}: {written} rows, {len({key[:2] for key, _ in rows})} agents and teams.")
