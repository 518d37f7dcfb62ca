"""``voxcx batch``: a folder, a manifest or a file of chats → a results folder."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Self

import typer

from voxcx.cli import console
from voxcx.units import clock, cores

if TYPE_CHECKING:
    from rich.progress import Progress

    from voxcx.assembly import Choices
    from voxcx.batch.run import Plan, Summary
    from voxcx.results.failures import Failure

SOURCE = typer.Argument(help="A folder, a manifest .csv or .parquet, or a .jsonl of chats.", show_default=False)
OUT = typer.Option("--out", help="Results folder; running again resumes it.", show_default=False)
WORKERS = typer.Option("--workers", min=1, help="Worker processes; one a core unless given.", show_default=False)
CONFIG = typer.Option("--config", help="Configuration that replaces the shipped one.", show_default=False)
FORM = typer.Option("--form", help="QA form for all; by the configuration unless given.", show_default=False)
CSI_MODEL = typer.Option("--csi-model", help="CSI model folder or shipped name.", show_default=False)
ASR_MODEL = typer.Option("--asr-model", help="Recogniser: a name, a folder or a hub name.", show_default=False)
LANGUAGE = typer.Option("--language", help="ru, en or auto.")
DEFINITIONS = typer.Option("--definitions", help="Named set of event definitions.")
TRANSCRIPTS = typer.Option(
    "--transcripts", help="Folder of <stem>.json transcripts, instead of ASR.", show_default=False
)
PATTERN = typer.Option("--name-pattern", help="Metadata in file names: {started_at}_{agent_id}.wav", show_default=False)
SURVEYS = typer.Option(
    "--surveys", help="Answers to earlier contacts (CSV), for forms that ask for ratings.", show_default=False
)
LIMIT = typer.Option("--limit", min=1, help="Do at most so many now.", show_default=False)
DRY_RUN = typer.Option("--dry-run", help="Count what would be done; write nothing.")
AS_JSON = typer.Option("--json", help="Print the summary as JSON.")

SHOWN_FAILURES = 5
STOPPED = 130  # as shells say of Ctrl-C


def batch(
    source: Annotated[Path, SOURCE],
    out: Annotated[Path, OUT],
    workers: Annotated[int | None, WORKERS] = None,
    config: Annotated[Path | None, CONFIG] = None,
    form: Annotated[str | None, FORM] = None,
    csi_model: Annotated[str | None, CSI_MODEL] = None,
    asr_model: Annotated[str | None, ASR_MODEL] = None,
    language: Annotated[str, LANGUAGE] = "auto",
    definitions: Annotated[str, DEFINITIONS] = "default",
    transcripts: Annotated[Path | None, TRANSCRIPTS] = None,
    name_pattern: Annotated[str | None, PATTERN] = None,
    surveys: Annotated[Path | None, SURVEYS] = None,
    limit: Annotated[int | None, LIMIT] = None,
    dry_run: Annotated[bool, DRY_RUN] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Score many interactions into a results folder; what is done already is skipped.

    Example: voxcx batch calls/ --out R --workers 2
    """
    from voxcx.assembly import Choices
    from voxcx.batch.choices import about, choices_digest, sound_digest
    from voxcx.batch.run import Plan

    choices = Choices(
        config_path=config,
        form=form,
        csi_model=csi_model,
        asr_model=asr_model,
        language=language,
        transcript=None,
        definitions=definitions,
        threads=1,
    )
    known = about(choices)
    sound = sound_digest(choices)
    plan = Plan(source, out, choices_digest(known), known, name_pattern, transcripts, limit, sound, surveys)
    if dry_run:
        _rehearse(plan, as_json=as_json)
        return
    _run(plan, choices, workers, as_json=as_json)


def _run(plan: Plan, choices: Choices, workers: int | None, *, as_json: bool) -> None:
    from voxcx.batch.local import LocalWorkers
    from voxcx.batch.run import run_batch
    from voxcx.batch.walk import MakeToolsWalk
    from voxcx.errors import InputError

    count = workers or cores()
    pool = LocalWorkers(MakeToolsWalk(choices), count, threads=max(1, cores() // count))
    started_s = monotonic()
    try:
        with Screen() as screen:
            summary = run_batch(plan, pool, screen)
    except KeyboardInterrupt:
        typer.echo("voxcx: stopped; what was done is kept, the same command goes on from there.", err=True)
        raise typer.Exit(STOPPED) from None
    except OSError as error:  # a full disk, a folder that cannot be written: what was whole before stays whole
        raise InputError(f"{plan.out}: expected a folder to write to, got {error}; mend it and run again.") from None
    typer.echo(told(summary, plan.out, monotonic() - started_s, as_json=as_json))
    screen.list_failures(plan.out)
    if summary.failed:
        raise typer.Exit(console.FAILED)


def _rehearse(plan: Plan, *, as_json: bool) -> None:
    from voxcx.batch.run import rehearse

    with Screen() as screen:
        summary = rehearse(plan, screen)
    if as_json:
        typer.echo(_as_json(summary))
    else:
        typer.echo(
            f"Would do {summary.left} of {summary.total}; done already: {summary.skipped}; refused: {summary.failed}."
        )
    screen.list_failures(None)


def told(summary: Summary, out: Path, took_s: float, *, as_json: bool) -> str:
    """The last line: what was done, how fast, where it lies."""
    if as_json:
        return _as_json(summary)
    if not (summary.done or summary.failed):
        later = f", {summary.left} left for later" if summary.left else ""
        return f"Nothing to do: {summary.skipped} of {summary.total} were done before{later} → {out}"
    rate = f"{60 * summary.done / took_s:.1f} a minute" if took_s > 0 else "at once"
    left = f" · left {summary.left}" if summary.left else ""
    again = f" · judged again {summary.judged_again}" if summary.judged_again else ""
    line = f"Done {summary.done} ({rate}){again} · skipped {summary.skipped} · failed {summary.failed}{left} → {out}"
    return f"{line}{_in_vain(summary)}"


def _in_vain(summary: Summary) -> str:
    """What a language model that was not there leaves open."""
    if not summary.asked_in_vain:
        return ""
    count = summary.asked_in_vain
    return f"\n{count} of them asked a language model that did not answer; the next run judges them again."


def _as_json(summary: Summary) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(summary))


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
        self._total = 0
        self._started_s = monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def surveyed(self, total: int) -> None:
        """The source is known."""
        self._total = total
        self._progress.update(self._line, description="Interactions (models load first)", total=total)

    def moved(self, summary: Summary, failure: Failure | None) -> None:
        """One more."""
        if failure is not None:
            self._count += 1
            self._failures = [*self._failures, failure][:SHOWN_FAILURES]
        minutes = (monotonic() - self._started_s) / 60
        waiting = self._total - summary.done - summary.skipped - summary.failed
        left_s = 60 * minutes * waiting / summary.done if summary.done else 0.0
        self._progress.update(
            self._line,
            description="Interactions",
            completed=summary.done + summary.skipped + summary.failed,
            rate=f"{summary.done / minutes:.0f} a minute" if minutes and summary.done else "",
            left=f"{clock(left_s)} left" if summary.done and waiting else "",
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
