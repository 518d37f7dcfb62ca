"""The source of a batch: walked once to survey it, and once more for what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from voxcx.batch.incoming.history import Survey, survey
from voxcx.batch.incoming.lengths import with_lengths
from voxcx.batch.incoming.quiet import changed_s, is_quiet
from voxcx.batch.incoming.ratings import read_ratings
from voxcx.batch.incoming.where import Condition
from voxcx.batch.plan import Plan
from voxcx.errors import InputError
from voxcx.intake.job import BadRow, Job, Wanted, everything
from voxcx.intake.manifest import jobs
from voxcx.storage.listing import kind_of
from voxcx.storage.paths import is_remote


def walk_of(plan: Plan, wanted: Wanted = everything) -> Iterator[Job | BadRow]:
    """The source anew; our own folders may lie inside it and are no input. Transcripts may lie beside recordings."""
    ours = [path for path in (plan.out, plan.transcripts) if path is not None and _is_inside(path, plan.source)]
    return jobs(plan.source, plan.name_pattern, leave_out=tuple(ours), wanted=wanted)


def surveyed(plan: Plan, found: Survey, refuse: Callable[[BadRow], None]) -> None:
    """Read the source once; ``refuse`` is told what is no job.

    Raises:
        InputError: it cannot be read, or there is nothing in it; a condition that is none.
    """
    bad = 0

    def told(row: BadRow) -> None:
        nonlocal bad
        bad += 1
        refuse(row)

    if plan.where is None:
        survey(with_lengths(walk_of(plan, _complete(plan)), found.stamps), found, told)
    else:
        condition = Condition(plan.where, found.register.leave_out)
        survey(with_lengths(walk_of(plan, _complete(plan)), found.stamps), found, told, condition.look)
        condition.finish()
    if not found.total and not bad and plan.quiet_s is None:
        raise InputError(
            f"{plan.source}: expected recordings, chats or rows, found none; check the path and the suffixes."
        )


def _complete(plan: Plan) -> Wanted:
    """Files that nobody has written to for a while, where that is asked; objects of a store appear whole."""
    quiet_s = plan.quiet_s
    if quiet_s is None or is_remote(plan.source) or kind_of(plan.source) != "folder":
        return everything
    return lambda where: is_quiet(changed_s(Path(where)), quiet_s)


def new_survey(plan: Plan, stamps_in: Path | None) -> Survey:
    """An empty one, with the answers to earlier contacts."""
    return Survey(read_ratings(plan.surveys), stamps_in)


def refuse_nonsense(plan: Plan) -> None:
    """What cannot be a batch, before anything is written.

    Raises:
        InputError: results into the source or into a simulation, a source or condition that is none.
    """
    if _is_there(plan.out / "truth.json"):
        raise InputError(f"{plan.out}: expected results of real interactions, got a simulation; give another --out.")
    if plan.out.resolve() == plan.source.resolve():
        raise InputError(f"--out {plan.out}: expected another folder than the source, got the same; name a new one.")
    walk_of(plan)
    if plan.where is not None:
        Condition(plan.where, lambda _: None)


def _is_there(path: Path) -> bool:
    try:
        return kind_of(path) is not None
    except OSError as error:
        told = f"expected a results folder that can be reached, got {error.strerror}; mend it and run again."
        raise InputError(f"{path.parent}: {told}") from None


def _is_inside(path: Path, source: Path) -> bool:
    return is_remote(path) == is_remote(source) and source.resolve() in path.resolve().parents
