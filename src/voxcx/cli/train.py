"""``voxcx train``: a results folder and survey answers → a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RESULTS = typer.Option("--results", help="Results folder that `voxcx batch` wrote.", show_default=False)
SURVEYS = typer.Option(
    "--surveys", help="CSV: interaction_id, rating[, answered_at, ces, nps, comment].", show_default=False
)
OUT = typer.Option("--out", help="Model folder to write; its name becomes the model's id.", show_default=False)
CONFIG = typer.Option(
    "--config", help="Training configuration; the shipped training.yaml unless given.", show_default=False
)
AS_JSON = typer.Option("--json", help="Print the model's figures as JSON.")


def train(
    results: Annotated[Path, RESULTS],
    surveys: Annotated[Path, SURVEYS],
    out: Annotated[Path, OUT],
    config: Annotated[Path | None, CONFIG] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Train a satisfaction model on your own survey answers.

    Example: voxcx train --results R --surveys R/surveys.csv --out models/csi-ours-1
    """
    from voxcx.cli.console import progress
    from voxcx.csi.card import TITLES
    from voxcx.retraining import retrain

    replaced = (out / "meta.json").exists()
    meta = retrain(results, surveys, out, config, on_step=progress().print)
    if as_json:
        typer.echo(meta.model_dump_json(include={"model_id", "trained_on", "index", "data", "metrics", "importance"}))
        return
    if replaced:
        typer.echo(f"The model that was in {out} has been replaced.", err=True)
    typer.echo(f"{meta.model_id} ({meta.trained_on} data; index: {meta.index}) → {out}")
    for name, title in TITLES.items():
        figure, plain = meta.metrics["model"][name], meta.metrics["metadata only"][name]
        typer.echo(f"  {title:<45} {_written(figure.value):>8}   metadata only {_written(plain.value):>8}")
    typer.echo(f"Intervals and baselines: {out / 'CARD.md'}")


def _written(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
