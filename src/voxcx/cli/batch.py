"""``voxcx batch``: a folder, a manifest or a file of chats → a results folder."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.cli import console
from voxcx.cli.batch_screen import Screen
from voxcx.cli.batch_told import told, told_beforehand
from voxcx.cli.stopping import stopped_like_ctrl_c
from voxcx.cli.transcribe import Device
from voxcx.storage.paths import usable

if TYPE_CHECKING:
    from voxcx.batch.run import Plan, Workers
    from voxcx.batch.workers.local import LocalWorkers
    from voxcx.batch.workers.on_ray import RayWorkers
    from voxcx.batch.workers.sizing import Asked, Sizing
    from voxcx.choices import Choices

SOURCE = typer.Argument(
    help="A folder, a manifest .csv or .parquet, or a .jsonl of chats.", show_default=False, parser=usable
)
OUT = typer.Option(
    "--out", help="Results folder; running again resumes it.", show_default=False, parser=usable, metavar="<path>"
)
WORKERS = typer.Option(
    "--workers", min=1, help="Worker processes; as many as cores and memory allow unless given.", show_default=False
)
THREADS = typer.Option(
    "--threads", min=1, help="Threads of each worker; cores ÷ workers unless given.", show_default=False
)
DEVICE = typer.Option(
    "--device", help="Where the recogniser computes; by the configuration unless given.", show_default=False
)
TIME_LIMIT = typer.Option(
    "--time-limit", min=1, help="Seconds for one interaction, and 10 more for each MB of recording; then it has failed."
)
MEMORY_LIMIT = typer.Option(
    "--memory-limit",
    min=0.1,
    help="GB of memory for one worker (Linux); its share of what is free unless given.",
    show_default=False,
)
CONFIG = typer.Option("--config", help="Configuration that replaces the shipped one.", show_default=False)
FORM = typer.Option("--form", help="QA form for all; by the configuration unless given.", show_default=False)
CSI_MODEL = typer.Option("--csi-model", help="CSI model folder or shipped name.", show_default=False)
ASR_MODEL = typer.Option("--asr-model", help="Recogniser: a name, a folder or a hub name.", show_default=False)
LANGUAGE = typer.Option("--language", help="ru, en or auto.")
DEFINITIONS = typer.Option("--definitions", help="Named set of event definitions.")
TRANSCRIPTS = typer.Option(
    "--transcripts",
    help="Folder of <stem>.json transcripts, instead of ASR.",
    show_default=False,
    parser=usable,
    metavar="<path>",
)
PATTERN = typer.Option("--name-pattern", help="Metadata in file names: {started_at}_{agent_id}.wav", show_default=False)
SURVEYS = typer.Option(
    "--surveys",
    help="Answers to earlier contacts (CSV), for forms that ask for ratings.",
    show_default=False,
    parser=usable,
    metavar="<path>",
)
LIMIT = typer.Option("--limit", min=1, help="Do at most so many now.", show_default=False)
WHERE = typer.Option(
    "--where",
    help="Only interactions that this is true of: \"queue = 'billing' and started_at >= '2026-03-01'\".",
    show_default=False,
)
RETRY = typer.Option("--retry", help="Try again what killed its worker or broke a limit.")
ENGINE = typer.Option("--engine", help="local: this machine; ray: a Ray cluster.")
ADDRESS = typer.Option(
    "--address",
    help="The Ray cluster: auto, HOST:PORT or ray://HOST:PORT; one of this machine alone unless given.",
    show_default=False,
)
WATCH = typer.Option("--watch", help="Go on: take recordings as they land, until SIGTERM or Ctrl-C.")
EVERY = typer.Option("--every", min=0.1, help="With --watch: look every so many seconds.")
QUIET = typer.Option(
    "--quiet", min=0, help="With --watch: a file is complete when nobody wrote to it for so many seconds."
)
DRY_RUN = typer.Option("--dry-run", help="Say what would be done, how long and how much disk; write nothing.")
AS_JSON = typer.Option("--json", help="Print the summary as JSON.")

STOPPED = 130  # as shells say of Ctrl-C


class Engine(StrEnum):
    """What runs the workers."""

    LOCAL = "local"
    RAY = "ray"


def batch(
    source: Annotated[Path, SOURCE],
    out: Annotated[Path, OUT],
    workers: Annotated[int | None, WORKERS] = None,
    threads: Annotated[int | None, THREADS] = None,
    device: Annotated[Device | None, DEVICE] = None,
    time_limit: Annotated[float, TIME_LIMIT] = 600.0,
    memory_limit: Annotated[float | None, MEMORY_LIMIT] = None,
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
    where: Annotated[str | None, WHERE] = None,
    retry: Annotated[bool, RETRY] = False,
    engine: Annotated[Engine, ENGINE] = Engine.LOCAL,
    address: Annotated[str | None, ADDRESS] = None,
    watch: Annotated[bool, WATCH] = False,
    every: Annotated[float, EVERY] = 10.0,
    quiet: Annotated[float, QUIET] = 30.0,
    dry_run: Annotated[bool, DRY_RUN] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Score many interactions into a results folder; what is done already is skipped.

    Example: voxcx batch calls/ --out R --workers 2
    """
    from voxcx.batch.choices import about, choices_digest, sound_digest
    from voxcx.batch.run import Plan
    from voxcx.batch.workers.limits import GB
    from voxcx.batch.workers.sizing import Asked
    from voxcx.choices import Choices
    from voxcx.errors import InputError

    on_cluster = engine is Engine.RAY
    if address is not None and not on_cluster:
        raise InputError(f"--address {address}: expected --engine ray with it, got none; give both.")
    choices = Choices(
        config_path=config,
        form=form,
        csi_model=csi_model,
        asr_model=asr_model,
        language=language,
        transcript=None,
        definitions=definitions,
        threads=1,
        device=None if device is None else device.value,
    )
    asked = Asked(workers, threads, choices.device, None if memory_limit is None else round(memory_limit * GB))
    known = about(choices)
    sound = sound_digest(choices)
    plan = Plan(
        source, out, choices_digest(known), known, name_pattern, transcripts, limit, sound, surveys, where, retry
    )
    size = sizing_of(plan, choices, asked)
    plan = replace(plan, workers=size.workers)
    if dry_run:
        _rehearse(plan, size, as_json=as_json)
        return
    pool = (
        cluster_workers(choices, asked, time_limit, address) if on_cluster else local_workers(choices, size, time_limit)
    )
    if watch:
        from voxcx.batch.watching import Pace
        from voxcx.cli.batch_watch import watch as go_on

        go_on(plan, pool, Pace(every, quiet), as_json=as_json)
        return
    _run(plan, pool, as_json=as_json)


def sizing_of(plan: Plan, choices: Choices, asked: Asked) -> Sizing:
    """Workers × threads for this machine and this source: where nothing is recognised, no weights are counted."""
    from voxcx.batch.workers.sizing import sized, this_machine, weights_bytes
    from voxcx.config import load_config

    known = load_config(choices.config_path).transcribe
    recognises = plan.source.suffix != ".jsonl" and plan.transcripts is None
    asked = replace(asked, device=asked.device or known.device)
    return sized(this_machine(), weights_bytes(choices.asr_model or known.model) if recognises else None, asked)


def local_workers(choices: Choices, size: Sizing, time_limit_s: float) -> LocalWorkers:
    """Worker processes on this machine."""
    from voxcx.batch.workers.limits import Limits
    from voxcx.batch.workers.local import LocalWorkers
    from voxcx.batch.workers.making import MakeToolsWalk

    limits = Limits(time_limit_s, memory_bytes=size.memory_bytes)
    return LocalWorkers(MakeToolsWalk(choices), size.workers, size.threads, limits, size.gpus)


def cluster_workers(choices: Choices, asked: Asked, time_limit_s: float, address: str | None) -> RayWorkers:
    """Workers of a cluster: as many as it has room for, unless so many are asked for."""
    from voxcx.batch.workers.limits import Limits
    from voxcx.batch.workers.making import MakeToolsWalk
    from voxcx.batch.workers.on_ray import RayWorkers
    from voxcx.batch.workers.pools import Pools
    from voxcx.config import load_config

    device = asked.device or load_config(choices.config_path).transcribe.device
    pools = Pools(asked.workers, asked.threads or 1, device=device)
    limits = Limits(time_limit_s, memory_bytes=asked.memory_bytes)
    return RayWorkers(MakeToolsWalk(choices), pools, limits, address, debug="--debug" in sys.argv)


def _run(plan: Plan, pool: Workers, *, as_json: bool) -> None:
    from voxcx.batch.run import run_batch
    from voxcx.errors import InputError

    started_s = monotonic()
    try:
        with Screen() as screen, stopped_like_ctrl_c():
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


def _rehearse(plan: Plan, size: Sizing, *, as_json: bool) -> None:
    from voxcx.batch.run import rehearse

    with Screen() as screen:
        found = rehearse(plan, screen)
    typer.echo(told_beforehand(found, size, as_json=as_json))
    screen.list_failures(None)
