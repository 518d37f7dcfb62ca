"""``voxcx results merge``: folders of several machines or days → one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.storage.paths import usable
from voxcx.units import counted

if TYPE_CHECKING:
    from voxcx.results.merging import Merged

RESULTS = typer.Argument(metavar="RESULTS", help="Results folders of `voxcx batch`; they stay.", parser=usable)
OUT = typer.Option("--out", help="New folder for all of them.", show_default=False, parser=usable, metavar="<path>")
AS_JSON = typer.Option("--json", help="As JSON.")


def merge(
    results: Annotated[list[Path], RESULTS],
    out: Annotated[Path, OUT],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Make one results folder of several; of an interaction in several the one processed later stays.

    Example: voxcx results merge monday tuesday --out week
    """
    import json
    from dataclasses import asdict

    from voxcx.batch.folder.holding import sole_writer
    from voxcx.results.merging import check
    from voxcx.results.merging import merge as join

    check(results, out)  # before the folder is made
    with sole_writer(out):
        done = join(results, out)
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    typer.echo(told(done, out))
    if done.differing:
        typer.echo(
            f"  made with different choices: {', '.join(done.differing)} (all of them: {out / 'run.json'})", err=True
        )


def told(done: Merged, out: Path) -> str:
    """What became of it, in lines."""
    lines = [f"{folder}: {counted(count, 'interaction')}" for folder, count in done.found.items()]
    twice = f"; of {done.replaced} done more than once the one processed later" if done.replaced else ""
    failures = f" · {counted(done.failures, 'failure')}" if done.failures else ""
    return "\n".join([*lines, f"Together {counted(done.interactions, 'interaction')}{twice}{failures} → {out}"])
