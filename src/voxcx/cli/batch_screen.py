"""What ``voxcx batch`` shows while it works: progress on stderr, and the first failures at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self

import typer

from voxcx.units import clock

if TYPE_CHECKING:
    from rich.progress import Progress

    from voxcx.batch.plan import Summary
    from voxcx.results.failures import Failure

SHOWN_FAILURES = 5


class Screen:
    """Progress on stderr while it is a terminal; the first failures are kept for the end."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

        console = Console(stderr=True)
        self._progress: Progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[left]}"),
            TextColumn("[red]{task.fields[failures]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._line = self._progress.add_task("Reading the source", total=None, rate="", left="", failures="")
        self._failures: list[Failure] = []
        self._count = 0
        self._started_s = monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def differs(self, what: Sequence[str]) -> None:
        """Rows in the folder were made otherwise."""
        told = f"Other choices than for what lies there: {'; '.join(what)}. What they touch is done again."
        self._progress.console.print(told, markup=False, highlight=False, soft_wrap=True)

    def surveyed(self, total: int) -> None:
        """The source is known."""
        self._started_s = monotonic()  # reading the source is no part of the rate
        self._progress.update(self._line, description="Interactions (models load first)", total=total)

    def moved(self, summary: Summary, failure: Failure | None) -> None:
        """One more."""
        if failure is not None:
            self._count += 1
            self._failures = [*self._failures, failure][:SHOWN_FAILURES]
        passed_s = monotonic() - self._started_s
        left_s = time_left_s(summary, passed_s)
        self._progress.update(
            self._line,
            description="Interactions",
            completed=summary.done + summary.skipped + summary.failed + summary.left_out,
            rate=f"{60 * summary.done / passed_s:.0f} a minute" if passed_s and summary.done else "",
            left="" if left_s is None else f"{clock(left_s)} left",
            failures=f"{summary.failed} failed" if summary.failed else "",
        )

    def list_failures(self, out: Path | None) -> None:
        """The first failures on stderr, and where all of them are."""
        for failure in self._failures:
            typer.echo(f"  {failure.interaction_id or failure.input} ({failure.stage}): {failure.reason}", err=True)
        rest = self._count - len(self._failures)
        if rest > 0:
            typer.echo(f"  … and {rest} more", err=True)
        if self._count and out is not None:
            typer.echo(f"All of them, with what to do: {out / 'failures.csv'}", err=True)


def time_left_s(summary: Summary, passed_s: float) -> float | None:
    """Seconds until all is done, as long calls count more than short ones; None where nothing tells."""
    if not summary.work_done_s or not summary.work_left_s:
        return None
    return passed_s * summary.work_left_s / summary.work_done_s
