"""``voxcx train``: survey answers → a model folder, and the proof of what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.storage.paths import usable

if TYPE_CHECKING:
    from voxcx.csi.evaluation.comparison import Compared
    from voxcx.csi.meta import ModelMeta
    from voxcx.csi.training.study import Study
    from voxcx.csi.training.walk import OnStep

RESULTS = typer.Option(
    "--results", help="Results folder that `voxcx batch` wrote.", show_default=False, parser=usable, metavar="<path>"
)
SURVEYS = typer.Option(
    "--surveys",
    help="CSV: interaction_id, rating[, answered_at, ces, nps, comment].",
    show_default=False,
    parser=usable,
    metavar="<path>",
)
OUT = typer.Option("--out", help="Model folder to write; its name becomes the model's id.", show_default=False)
CONFIG = typer.Option(
    "--config", help="Training configuration; the shipped training.yaml unless given.", show_default=False
)
AGAINST = typer.Option("--against", help="An older model: is the new one better on the latest answers?")
AS_JSON = typer.Option("--json", help="Print the model's figures as JSON.")


def train(
    results: Annotated[Path, RESULTS],
    surveys: Annotated[Path, SURVEYS],
    out: Annotated[Path, OUT],
    config: Annotated[Path | None, CONFIG] = None,
    against: Annotated[str | None, AGAINST] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Train a satisfaction model on your own survey answers, and measure it on the latest of them.

    Example: voxcx train --results R --surveys R/surveys.csv --out models/csi-ours-2 --against models/csi-ours-1
    """
    from voxcx.csi.current import resolve
    from voxcx.csi.plain import as_json as to_json
    from voxcx.retraining import retrain

    replaced = (out / "meta.json").exists()
    older = None if against is None else resolve(against)
    with bar() as on_step:
        meta, study = retrain(results, surveys, out, config, older, on_step)
    if as_json:
        kept = meta.model_dump(include={"model_id", "trained_on", "index", "data", "importance", "notes"})
        typer.echo(to_json(kept | {"study": study}), nl=False)
        return
    if replaced:
        typer.echo(f"The model that was in {out} has been replaced.", err=True)
    for line in told(meta, study, out):
        typer.echo(line)


@contextmanager
def bar() -> Iterator[OnStep]:
    """A bar with the time left on a terminal's standard error; silent when piped."""
    import sys

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(20),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as shown:
        task = shown.add_task("starting", total=1.0)
        yield lambda text, done: shown.update(task, description=text, completed=done)


def told(meta: ModelMeta, study: Study, out: Path) -> list[str]:
    """The figures as lines of text."""
    from voxcx.cli.evaluate import VERDICTS, written
    from voxcx.csi.card import TITLES

    lines = [f"{meta.model_id} ({meta.trained_on} data; index: {meta.index}) → {out}"]
    lines.append(
        f"measured on the {meta.data.test} {'latest' if meta.data.split_by == 'time' else 'drawn'} interactions:"
    )
    lines += [f"  {title:<45} {written(meta.metrics['model'][name])}" for name, title in TITLES.items()]
    lines.append("beside it, Pearson and log-loss:")
    for name, figures in meta.metrics.items():
        if name != "model":
            pearson = written(figures["pearson"]) if figures["pearson"].value is not None else "–"
            lines.append(f"  {name:<34} {pearson:<22} {written(figures['log_loss'])}")
    if study.ablations:
        lines.append("difference to the model (Pearson below 0, log-loss above 0: worse without):")
    lines += [f"  {name:<34} {_difference(one.measures)}" for name, one in study.ablations.items()]
    if study.against is not None:
        told = f"{VERDICTS[study.against.verdict]} ({study.against.interactions} interactions that it has not seen)"
        lines.append(f"beside the older model: {told}")
        lines.append(f"  {'new − old, Pearson and log-loss':<34} {_difference(study.against.measures)}")
    lines += [*(f"note: {note}" for note in meta.notes), f"All figures, and what they mean: {out / 'CARD.md'}"]
    return lines


def _difference(measures: dict[str, Compared]) -> str:
    from voxcx.cli.evaluate import written

    return f"{written(measures['pearson'].difference):<22} {written(measures['log_loss'].difference)}"
