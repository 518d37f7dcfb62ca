"""``voxcx batch --watch``: round after round until SIGTERM or Ctrl-C, a line for each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from voxcx.cli.batch_screen import Screen
from voxcx.cli.batch_told import told
from voxcx.cli.stopping import stopped_like_ctrl_c
from voxcx.errors import InputError

if TYPE_CHECKING:
    from voxcx.batch.plan import Plan, Summary, Workers
    from voxcx.batch.watching import Pace


class _Clock:
    """Waits; it is stopped by a signal, which raises."""

    def wait(self, timeout: float) -> bool:
        """Sleep."""
        time.sleep(timeout)
        return False


def watch(plan: Plan, pool: Workers, pace: Pace, *, as_json: bool) -> None:
    """Do what lands until somebody stops it; that is no failure."""
    plan = replace(plan, quiet_s=pace.quiet_s)
    typer.echo(f"{_now()} Watching {plan.source}; SIGTERM or Ctrl-C stops.", err=True)
    try:
        with stopped_like_ctrl_c(), _staying(pool):
            for line in _lines(plan, pool, pace, as_json=as_json):
                typer.echo(line)
    except KeyboardInterrupt:
        typer.echo(f"{_now()} Stopped; what was done is kept.", err=True)


def _lines(plan: Plan, pool: Workers, pace: Pace, *, as_json: bool) -> Iterator[str]:
    from voxcx.batch.run import run_batch
    from voxcx.batch.watching import looked, rounds

    began_s = 0.0

    def do() -> Summary:
        nonlocal began_s
        began_s = time.monotonic()
        with Screen() as screen:
            summary = run_batch(plan, pool, screen)
        screen.list_failures(plan.out)
        return summary

    for answer in rounds(do, lambda: looked(plan.source, pace.quiet_s, _ours(plan)), pace, _Clock()):
        if isinstance(answer, InputError):
            typer.echo(f"{_now()} voxcx: {answer}", err=True)
            continue
        line = told(answer, plan.out, time.monotonic() - began_s, as_json=as_json)
        yield line if as_json else f"{_now()} {line}"


def _ours(plan: Plan) -> tuple[Path, ...]:
    return tuple(path for path in (plan.out, plan.transcripts) if path is not None)


def _staying(pool: Workers) -> AbstractContextManager[None]:
    """Models stay loaded between rounds where the workers can stay."""
    from voxcx.batch.workers.local import LocalWorkers
    from voxcx.batch.workers.on_ray import RayWorkers

    return pool.staying() if isinstance(pool, LocalWorkers | RayWorkers) else nullcontext()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
