"""``voxcx results``: what is done with a results folder as a whole. One verb per file, ``results_<verb>.py``."""

from __future__ import annotations

import typer

from voxcx.cli import results_compact, results_export, results_merge

app = typer.Typer(help="Results folders.", no_args_is_help=True)

app.command()(results_compact.compact)
app.command()(results_merge.merge)
app.command()(results_export.export)


@app.callback()
def _group() -> None:
    """Results folders: tidy them up, make one of several, hand them on."""
