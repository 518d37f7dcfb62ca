"""The desk between the source and the workers: hands out what is to do as they ask for it, books what comes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic

from voxcx.batch.folder.journal import Journal
from voxcx.batch.folder.pace import read_pace
from voxcx.batch.incoming.history import Survey
from voxcx.batch.incoming.keys import facts_of
from voxcx.batch.incoming.source import walk_of
from voxcx.batch.plan import Observer, Plan, Summary
from voxcx.batch.register import Noted
from voxcx.batch.triage import Ready, Triage
from voxcx.batch.work import Parcel, Task, source_failure
from voxcx.domain.interaction import History
from voxcx.intake.job import BadRow, Job
from voxcx.results.failures import Failure

TELL_S = 0.1  # what was done before passes by the thousand a second


class Desk:
    """Takes the surveyed source in its order. What is done already is not even read a second time."""

    def __init__(self, plan: Plan, found: Survey, journal: Journal, observer: Observer) -> None:
        self.summary = Summary()
        self.stages: set[str] = set()  # of what failed
        self._plan = plan
        self.found = found
        self._journal = journal
        self._observer = observer
        self._triage = Triage(plan, found, journal)
        self._pace = read_pace(plan.out)
        self._given = 0
        self._ready: deque[Ready] = deque()  # chosen, not yet read: one, or as many as are read ahead
        self._in_hand: dict[str, Ready] = {}
        self._told_s = 0.0

    def open(self) -> None:
        """The source is surveyed."""
        self.summary.total = self.found.total
        self.summary.work_left_s = sum(self._pace.of(one) for one in self.found.register.chosen())
        self._observer.surveyed(self.found.total)

    def tasks(self) -> Iterator[Task]:
        """What is left to do, in the source's order."""
        rows = _Rows(self.found, self._gone)
        for job in walk_of(self._plan, lambda place: self._wants(rows.at(place))):
            ready = self._ready[0] if self._ready else None
            if ready is None or ready.noted.place != job.where:
                continue  # a line that is no row was told when the source was surveyed
            self._ready.popleft()
            if isinstance(job, BadRow) or facts_of(job) != ready.noted.facts:
                self.refuse(BadRow(job.where, _changed(job), ready.noted.id))
                self._pass_over(ready.noted)
            else:
                self._in_hand[ready.noted.id] = ready
                yield _task(ready, job)
        rows.finish()

    def take(self, parcel: Parcel) -> None:
        """Book a parcel."""
        wrote = self._journal.add(parcel)
        for one in parcel.done:
            ready = self._in_hand.pop(one.interaction_id, None)
            self.summary.done += 1
            self.summary.judged_again += one.again
            self.summary.asked_in_vain += one.key is None
            if ready is not None:
                self.summary.work_done_s += self._pace.of(ready.noted)
                self.summary.sound_s += 0.0 if one.again else ready.noted.sound_s or 0.0
                self._pass_over(ready.noted)
        for failure in parcel.failures:
            if (ready := self._in_hand.pop(failure.interaction_id, None)) is not None:
                self._pass_over(ready.noted)
            self._count(failure)
        if parcel.done:
            self._observer.moved(self.summary, None)
        if wrote and not any(ready.place for ready in self._in_hand.values()):  # a worker may be reading there
            self._journal.tidy(at_end=False)

    def refuse(self, row: BadRow) -> None:
        """What is no job, or none any more."""
        self.take(Parcel(failures=(source_failure(row.where, row.reason, row.interaction_id),)))

    def close(self) -> None:
        """All is told."""
        self._observer.moved(self.summary, None)

    def _wants(self, one: Noted | None) -> bool:
        """Whether an interaction is to be read and done; what is not is counted."""
        if one is None:
            return False
        if self._plan.limit is not None and self._given >= self._plan.limit and not one.left_out:
            self.summary.left += 1
            return False
        verdict = self._triage.of(one)
        if isinstance(verdict, Ready):
            self._given += 1
            self._ready.append(verdict)
            return True
        self._pass_over(one)
        if isinstance(verdict, Failure):
            self._journal.add(Parcel(failures=(verdict,)))
            self._count(verdict)
        else:
            self.summary.skipped += verdict == "done"
            self.summary.left_out += verdict == "left out"
            self._tell()
        return False

    def _gone(self, one: Noted) -> None:
        """What was surveyed and is no more."""
        self._pass_over(one)
        self.refuse(BadRow(one.place, f"{one.place}: expected what stood there a moment ago, found nothing.", one.id))

    def _pass_over(self, one: Noted) -> None:
        if not (one.left_out or one.twice):
            self.summary.work_left_s = max(0.0, self.summary.work_left_s - self._pace.of(one))

    def _count(self, failure: Failure) -> None:
        self.summary.failed += 1
        self.stages.add(failure.stage)
        self._observer.moved(self.summary, failure)

    def _tell(self) -> None:
        if monotonic() - self._told_s >= TELL_S:
            self._told_s = monotonic()
            self._observer.moved(self.summary, None)


class _Rows:
    """The register beside a second walk of the source, which may have changed since the first."""

    def __init__(self, found: Survey, gone: Callable[[Noted], None]) -> None:
        self._register = found.register
        self._rows = found.register.rows()
        self._next = next(self._rows, None)
        self._gone = gone

    def at(self, place: str) -> Noted | None:
        """What was noted at a place; None where nothing was: it is new, and the next run's."""
        if self._next is not None and self._next.place != place:
            known = self._register.at(place)
            if known is None or known.n < self._next.n:
                return None
            self._pass_to(known.n)
        one, self._next = self._next, next(self._rows, None)
        return one

    def finish(self) -> None:
        """The source has ended."""
        self._pass_to(None)

    def _pass_to(self, n: int | None) -> None:
        while self._next is not None and self._next.n != n:
            self._gone(self._next)
            self._next = next(self._rows, None)


def _task(ready: Ready, job: Job) -> Task:
    history = ready.before.history() if ready.before is not None else History()
    return Task(job, ready.key, history, ready.transcript, ready.sound, ready.place)


def _changed(job: Job | BadRow) -> str:
    if isinstance(job, BadRow):
        return job.reason
    return f"{job.where}: expected what was read a moment ago, got something else; run again when it is whole."
