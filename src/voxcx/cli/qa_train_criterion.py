"""``voxcx qa train-criterion``: people's marks of one criterion → a folder that a form can judge by."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from voxcx.cli import train
from voxcx.storage.paths import usable


class Party(StrEnum):
    """Whose words decide."""

    AGENT = "agent"
    CUSTOMER = "customer"
    ANYONE = "anyone"


RESULTS = typer.Option(
    "--results", help="Results folder that `voxcx batch` wrote.", show_default=False, parser=usable, metavar="<path>"
)
HUMAN = typer.Option(
    "--human", help="CSV: interaction_id, criterion, verdict (met, not_met)[, evaluator].", show_default=False
)
CRITERION = typer.Option("--criterion", help="Id of the criterion, as the marks have it.", show_default=False)
OUT = typer.Option("--out", help="Folder to write; a form names it as `trained: {model: FOLDER}`.", show_default=False)
BY = typer.Option("--by", help="Whose words decide.")
PRECISION = typer.Option(
    "--precision", min=0.5, max=0.99, help="How often a verdict must be shown to be right; else it is not given."
)
AS_JSON = typer.Option("--json", help="Print the figures as JSON.")


def train_criterion(
    results: Annotated[Path, RESULTS],
    human: Annotated[Path, HUMAN],
    criterion: Annotated[str, CRITERION],
    out: Annotated[Path, OUT],
    by: Annotated[Party, BY] = Party.AGENT,
    precision: Annotated[float, PRECISION] = 0.8,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Learn one criterion from people's marks, and measure it on interactions it did not learn from.

    Example: voxcx qa train-criterion --results R --human SCORES.csv --criterion empathy --out forms/trained/empathy
    """
    from voxcx.criterion_training import train_criterion as learn_from
    from voxcx.qa.learning.card import abstains, cell, figures_json

    with train.bar() as on_step:
        trained, study, examples = learn_from(results, human, criterion, out, by.value, precision, on_step)
    if as_json:
        typer.echo(figures_json(trained, study, examples), nl=False)
        return
    figures = study.targets[trained.target].figures
    errors = sum(examples.errors)
    known = "" if examples.known == 1 else f", known for {examples.known:.0%}"
    typer.echo(f"{criterion} → {out}: learned from {len(examples.examples) - errors} met and {errors} not met")
    typer.echo(f"on interactions that it did not learn from (folds keep {examples.grouped_by} together{known}):")
    for name, figure in (
        ("precision of errors", figures.precision),
        ("recall of errors", figures.recall),
        ("precision of met", figures.met_precision),
        ("decided", figures.decided),
    ):
        typer.echo(f"  {name:<20} {cell(figure)}")
    for verdict, why in study.targets[trained.target].silent.items():
        typer.echo(f"note: it never says {verdict}: {why}")
    if abstains(trained):
        typer.echo("note: it abstains everywhere; more marks, or a rule, may do better")
    typer.echo(f"All figures, and what they mean: {out / 'CARD.md'}")
