"""The whole batch on one page: survey the source, skip what is done, hand out the rest, write what comes back."""

from __future__ import annotations

from contextlib import closing
from time import monotonic

from voxcx.batch.desk import Desk
from voxcx.batch.folder.earlier import keep_record, tell_differences
from voxcx.batch.folder.finished import Snapshot, finished_before, keep_finished, state_of
from voxcx.batch.folder.holding import sole_writer
from voxcx.batch.folder.journal import Journal
from voxcx.batch.folder.pace import read_pace, write_pace
from voxcx.batch.folder.whereabouts import Whereabouts
from voxcx.batch.incoming.history import Survey
from voxcx.batch.incoming.source import new_survey, refuse_nonsense, surveyed
from voxcx.batch.plan import Observer, Plan, Summary, Workers
from voxcx.batch.register import room_for_notes
from voxcx.batch.rehearsal import Rehearsal, rehearse
from voxcx.results.failures import read_failures

__all__ = ["Observer", "Plan", "Rehearsal", "Summary", "Workers", "rehearse", "run_batch"]


def run_batch(plan: Plan, workers: Workers, observer: Observer) -> Summary:
    """Do what is not done yet and write it into ``plan.out``.

    Raises:
        InputError: a source that cannot be read, or a results folder that another run holds.
        VoxcxError: tools that cannot be loaded.
        OSError: the folder cannot be written; what was whole before stays whole.
    """
    refuse_nonsense(plan)
    with room_for_notes(), sole_writer(plan.out) as assure:
        state = state_of(plan)
        if (known := finished_before(plan, state)) is not None:
            return _nothing_to_do(plan, known, observer)
        found = new_survey(plan, plan.out)
        journal = Journal(plan.out, Whereabouts(found.register.db), assure, lambda: keep_record(plan))
        desk = Desk(plan, found, journal, observer)
        tell_differences(plan, observer)
        _survey(plan, found, journal, desk)
        _work(plan, workers, desk, journal)
        journal.tidy(at_end=True)
        keep_finished(plan, state, desk.summary, desk.stages)
    return desk.summary


def _survey(plan: Plan, found: Survey, journal: Journal, desk: Desk) -> None:
    """Read the source once. What it refuses is told anew each time."""
    journal.forget_failures(str(plan.source))
    found.stamps.begin()
    surveyed(plan, found, desk.refuse)
    desk.open()


def _work(plan: Plan, workers: Workers, desk: Desk, journal: Journal) -> None:
    """Hand out and book until nothing is left."""
    began_s = monotonic()
    try:
        with closing(workers.run(desk.tasks())) as parcels:  # type: ignore[type-var]
            for parcel in parcels:
                desk.take(parcel)
    finally:  # Ctrl-C and a full stop keep what is done
        journal.flush()
        desk.found.stamps.save()
    desk.close()
    keep_record(plan)
    write_pace(plan, read_pace(plan.out), desk.summary, monotonic() - began_s)


def _nothing_to_do(plan: Plan, known: Snapshot, observer: Observer) -> Summary:
    """What a finished run left is told again: how much there is, and what failed for good."""
    keep_record(plan)
    summary = Summary(known.total, skipped=known.done, failed=known.failed, left_out=known.left_out)
    observer.surveyed(known.total)
    for failure in read_failures(plan.out).values():
        observer.moved(summary, failure)
    observer.moved(summary, None)
    return summary
