"""``voxcx qa``: all that is done with a form besides scoring with it. One verb per file, ``qa_<verb>.py``.

A new verb: its file (typer alone at the top, rooms inside the function), its import and its line below.
"""

from __future__ import annotations

import typer

from voxcx.cli import qa_backtest, qa_calibrate, qa_check, qa_explain, qa_train_criterion, qa_usual

app = typer.Typer(help="QA forms.", no_args_is_help=True)

app.command()(qa_check.check)
app.command()(qa_explain.explain)
app.command()(qa_backtest.backtest)
app.command()(qa_calibrate.calibrate)
app.command()(qa_train_criterion.train_criterion)
app.command()(qa_usual.usual)


@app.callback()
def _group() -> None:
    """QA forms: check them, explain verdicts, compare them with people."""
