"""FRONT DOOR: one verb per file. In: arguments. Out: an answer, one sentence when something is wrong, an exit code.

Loads only typer and rich; a command opens the rooms it needs when it runs.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from voxcx import __version__
from voxcx.cli import (
    alerts,
    batch,
    console,
    demo,
    evaluate,
    features,
    model,
    qa,
    report,
    results,
    score,
    search,
    simulate,
    telephony,
    train,
    transcribe,
)

app = typer.Typer(
    name="voxcx",
    help="Speech and text analytics for contact centres: what the customer felt, what the agent got right, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_simulate = typer.Typer(help="Data with a known truth.", no_args_is_help=True)
_model = typer.Typer(help="Which satisfaction model is in use.", no_args_is_help=True)

app.command()(score.score)
app.command()(transcribe.transcribe)
app.command()(batch.batch)
app.command()(search.search)
app.command()(report.report)
app.command()(alerts.alerts)
app.add_typer(results.app, name="results")  # its verbs are listed in cli/results.py
app.command()(features.features)
app.command()(telephony.telephony)
app.command()(train.train)
app.command()(evaluate.evaluate)
app.command()(demo.demo)
app.add_typer(qa.app, name="qa")  # its verbs are listed in cli/qa.py
app.add_typer(_model, name="model")
_model.command()(model.use)
_model.command()(model.back)
_model.command()(model.show)
app.add_typer(_simulate, name="simulate")
_simulate.command()(simulate.calls)
_simulate.command()(simulate.population)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"voxcx {__version__}")
        raise typer.Exit


VERSION = typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
DEBUG = typer.Option("--debug", help="Show a traceback when something breaks.")


@app.callback()
def _options(version: Annotated[bool, VERSION] = False, debug: Annotated[bool, DEBUG] = False) -> None:
    """Speech and text analytics for contact centres: what the customer felt, what the agent got right, and why."""
    del version, debug


@_model.callback()
def _model_group() -> None:
    """Which satisfaction model is in use."""


@_simulate.callback()
def _simulate_group() -> None:
    """Data with a known truth."""


def main() -> None:
    """Run the command line; errors are told in one sentence and end with exit code 2."""
    with console.told_kindly(debug="--debug" in sys.argv):
        app()
