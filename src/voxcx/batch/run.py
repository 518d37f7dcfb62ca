"""The whole batch on one page: survey the source, skip what is done, hand out the rest, write what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from voxcx.batch.history import Survey, survey
from voxcx.batch.journal import Journal, sole_writer
from voxcx.batch.keys import sound_key, work_key
from voxcx.batch.ratings import read_ratings
from voxcx.batch.work import Parcel, Task, source_failure
from voxcx.errors import InputError
from voxcx.intake.job import BadRow, Job
from voxcx.intake.manifest import jobs
from voxcx.results.failures import Failure
from voxcx.results.reading import done_keys
from voxcx.results.stored import Place
from voxcx.results.writing import write_json


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do.

    ``choices`` is the digest of config, form and models, ``sound`` that of what hearing needs of them;
    ``about`` goes into run.json. ``surveys`` holds answers to earlier contacts.
    """

    source: Path
    out: Path
    choices: str
    about: Mapping[str, object] = field(default_factory=dict)
    name_pattern: str | None = None
    transcripts: Path | None = None
    limit: int | None = None
    sound: str = ""
    surveys: Path | None = None


@dataclass(slots=True)
class Summary:
    """Counts of interactions; ``failed`` counts lines and rows that are none, too."""

    total: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    left: int = 0  # beyond --limit, not looked at
    judged_again: int = 0  # of those done: from what was kept of their sound or text, nothing was listened to
    asked_in_vain: int = 0  # of those done: a language model did not answer, the next run judges them again


class Observer(Protocol):
    """Told what happens; the library itself is silent."""

    def surveyed(self, total: int) -> None:
        """The source has been read once and holds so many interactions."""

    def moved(self, summary: Summary, failure: Failure | None) -> None:
        """One more is done, skipped or failed."""


class Workers(Protocol):
    """Whatever runs tasks: local processes now, a cluster later."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Parcel]:
        """Parcels in the order they come. A worker that dies is replaced, and what it held is done or is a failure."""


def run_batch(plan: Plan, workers: Workers, observer: Observer) -> Summary:
    """Do what is not done yet and write it into ``plan.out``.

    Raises:
        InputError: a source that cannot be read, or a results folder that another run holds.
        VoxcxError: tools that cannot be loaded.
    """
    if (plan.out / "truth.json").exists():
        raise InputError(f"{plan.out}: expected results of real interactions, got a simulation; give another --out.")
    found = _survey(plan, observer)
    with sole_writer(plan.out):
        journal = Journal(plan.out)
        journal.forget_failures(str(plan.source))
        write_json(plan.out / "run.json", {**plan.about, "source": plan.source.name, "work": plan.choices})
        desk = _Desk(plan, found, journal, observer)
        try:
            with closing(workers.run(desk.tasks())) as parcels:  # type: ignore[type-var]
                for parcel in parcels:
                    desk.take(parcel)
        finally:  # Ctrl-C and a full stop keep what is done
            journal.flush()
    return desk.summary


def rehearse(plan: Plan, observer: Observer) -> Summary:
    """Count what would be done, skipped and refused; writes nothing. ``done`` stays 0, the rest is ``left``."""
    found = _survey(plan, observer)
    desk = _Desk(plan, found, _Rehearsal(done_keys(plan.out)), observer)
    to_do = sum(1 for _ in desk.tasks())
    desk.summary.left += to_do
    return desk.summary


def _survey(plan: Plan, observer: Observer) -> Survey:
    if plan.out.resolve() == plan.source.resolve():
        raise InputError(f"--out {plan.out}: expected another folder than the source, got the same; name a new one.")
    found = survey(_walk(plan), read_ratings(plan.surveys))
    if not found.total:
        raise InputError(
            f"{plan.source}: expected recordings, chats or rows, found none; check the path and the suffixes."
        )
    observer.surveyed(found.total)
    return found


def _walk(plan: Plan) -> Iterator[Job | BadRow]:
    """The source anew; our own folders may lie inside it and are no input. Transcripts may lie beside recordings."""
    source, ours = plan.source.resolve(), [path for path in (plan.out, plan.transcripts) if path is not None]
    ours = [path for path in ours if source in path.resolve().parents]
    return jobs(plan.source, plan.name_pattern, leave_out=tuple(ours))


class _Book(Protocol):
    def is_done(self, interaction_id: str, key: str) -> bool: ...

    def place(self, interaction_id: str, sound: str) -> Place | None: ...

    def add(self, parcel: Parcel) -> None: ...


class _Rehearsal:
    """A journal that writes nothing."""

    def __init__(self, keys: Mapping[str, str | None]) -> None:
        self._keys = keys

    def is_done(self, interaction_id: str, key: str) -> bool:
        return self._keys.get(interaction_id) == key

    def place(self, interaction_id: str, sound: str) -> None:
        """Nothing is read."""

    def add(self, parcel: Parcel) -> None:
        """Nothing is kept."""


class _Desk:
    """Turns jobs into tasks as workers ask for them, and counts."""

    def __init__(self, plan: Plan, found: Survey, book: _Book, observer: Observer) -> None:
        self.summary = Summary(total=found.total)
        self._plan = plan
        self._found = found
        self._book = book
        self._observer = observer
        self._seen: dict[str, str] = {}

    def tasks(self) -> Iterator[Task]:
        """What is left to do, in the source's order."""
        given = 0
        for job in _walk(self._plan):
            if self._plan.limit is not None and given >= self._plan.limit and isinstance(job, Job):
                self.summary.left += 1
                continue
            task = self._task(job)
            if task is not None:
                given += 1
                yield task

    def take(self, parcel: Parcel) -> None:
        """Book a parcel."""
        self._book.add(parcel)
        self.summary.done += len(parcel.done)
        self.summary.judged_again += sum(one.again for one in parcel.done)
        self.summary.asked_in_vain += sum(one.key is None for one in parcel.done)
        for failure in parcel.failures:
            self.summary.failed += 1
            self._observer.moved(self.summary, failure)
        if parcel.done:
            self._observer.moved(self.summary, None)

    def _refuse(self, failure: Failure) -> None:
        self.take(Parcel(failures=(failure,)))

    def _task(self, job: Job | BadRow) -> Task | None:
        if isinstance(job, BadRow):
            self._refuse(source_failure(job.where, job.reason, job.interaction_id))
            return None
        try:
            task = self._prepared(job)
        except InputError as error:
            # The first of two keeps the id: the second's row is about its own place in the source.
            name = "" if isinstance(error, _TwiceError) else job.interaction_id
            self._refuse(source_failure(job.where, str(error), name))
            return None
        if self._book.is_done(job.interaction_id, task.key):
            self.summary.skipped += 1
            self._observer.moved(self.summary, None)
            return None
        return task

    def _prepared(self, job: Job) -> Task:
        first = self._seen.setdefault(job.interaction_id, job.where)
        if first != job.where:
            raise _TwiceError(job, first)
        history = self._found.history(job)
        transcript = _transcript(job, self._plan.transcripts)
        sound = sound_key(job, transcript, self._plan.sound)
        key = work_key(job, sound, history, self._plan.choices)
        return Task(job, key, history, transcript, sound, self._book.place(job.interaction_id, sound))


class _TwiceError(InputError):
    def __init__(self, job: Job, first: str) -> None:
        super().__init__(
            f"{job.where}: expected each interaction_id once, got {job.interaction_id!r} again after {first}; "
            "give it its own id (rename the file or state interaction_id) or take one of them out."
        )


def _transcript(job: Job, folder: Path | None) -> Path | None:
    """The stored transcript of a call: `<interaction id>.json`, else `<stem>.json`."""
    if folder is None or not job.recordings or job.kind == "chat":
        return None
    choices = [folder / f"{name}.json" for name in (job.interaction_id, job.recordings[0].stem)]
    found = next((path for path in choices if path.is_file()), None)
    if found is None:
        raise InputError(f"{job.where}: expected the transcript {choices[-1]}, found none; transcribe it first.")
    return found
