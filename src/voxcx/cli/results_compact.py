"""``voxcx results compact``: few large parts, each of one day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voxcx.storage.paths import usable
from voxcx.units import counted

RESULTS = typer.Argument(metavar="RESULTS", help="Results folder of `voxcx batch`.", parser=usable)
AS_JSON = typer.Option("--json", help="As JSON.")


def compact(results: Annotated[Path, RESULTS], as_json: Annotated[bool, AS_JSON] = False) -> None:
    """Join small parts, divide all by day (UTC), take out older rows of what was done again.

    Example: voxcx results compact R
    """
    import json

    from voxcx.batch.folder.holding import sole_writer
    from voxcx.errors import InputError
    from voxcx.results.compaction import compact as tidy
    from voxcx.results.reading import parts_of
    from voxcx.results.upkeep import put_right

    if not parts_of(results, "interactions"):
        raise InputError(f"{results}: expected a results folder as `voxcx batch` writes it, found none.")
    before = len(parts_of(results, "interactions"))
    with sole_writer(results):
        put_right(results)
        done = tidy(results, thorough=True)
    after = len(parts_of(results, "interactions"))
    if as_json:
        typer.echo(json.dumps({"parts_before": before, "parts_after": after, "parts_written": len(done.came)}))
    elif done.came or before != after:
        typer.echo(f"{counted(before, 'part')} → {after}, by day → {results}")
    else:
        typer.echo(f"Nothing to do: {counted(after, 'part')}, by day → {results}")
