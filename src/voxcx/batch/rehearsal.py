"""``--dry-run``: what would be done, how long it would take, how much disk it would need. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from voxcx.batch.folder.earlier import tell_differences
from voxcx.batch.folder.pace import Pace, bytes_on_disk, read_pace
from voxcx.batch.folder.whereabouts import Whereabouts
from voxcx.batch.incoming.keys import recordings_of
from voxcx.batch.incoming.source import new_survey, refuse_nonsense, surveyed
from voxcx.batch.plan import Observer, Plan, Summary
from voxcx.batch.register import Noted, room_for_notes
from voxcx.batch.triage import Ready, Triage
from voxcx.batch.work import source_failure
from voxcx.intake.job import BadRow
from voxcx.results.failures import Failure, read_failures
from voxcx.results.stored import Place

CHAT_BYTES = 12_000  # of 240 words, in all tables
SOUND_S_BYTES = 150  # a second of a call; both as the samples and the benches have them
ENOUGH_TO_MEASURE = 50  # interactions; the rows of fewer are mostly what Parquet says about itself


@dataclass(slots=True)
class Rehearsal:
    """Interactions by what would become of them; ``failed``: refused, and what a run would not try again.

    ``sound_s`` and ``work_s`` are of what would be done: seconds of sound by headers, and of one worker.
    """

    total: int = 0
    new: int = 0
    again: int = 0  # judged again from what is kept of their sound or text
    later: int = 0  # beyond --limit
    skipped: int = 0
    failed: int = 0
    left_out: int = 0
    sound_s: float = 0.0
    unknown_lengths: int = 0  # recordings whose header does not say
    work_s: float = 0.0
    took_s: float = 0.0  # on the wall, by --workers
    disk_bytes: int = 0
    pace: Pace = field(default_factory=Pace)
    disk_is_measured: bool = False

    @property
    def left(self) -> int:
        """All that is not done."""
        return self.new + self.again + self.later


def rehearse(plan: Plan, observer: Observer) -> Rehearsal:
    """Look at everything as a run does; what the folder knows nothing of is not even hashed.

    Raises:
        InputError: a source that cannot be read.
    """
    refuse_nonsense(plan)
    with room_for_notes():
        found = new_survey(plan, plan.out)
        book = _Book(plan.out, Whereabouts(found.register.db))
        tally = _Tally(plan, observer)
        surveyed(plan, found, tally.refuse)
        tell_differences(plan, observer)
        observer.surveyed(found.total)
        tally.sums.total = found.total
        triage = Triage(plan, found, book)
        for one in found.register.rows():
            tally.count(one, triage)
        tally.weigh(book)
    return tally.sums


class _Book:
    """A results folder that is only read; another run may be at work there."""

    def __init__(self, folder: Path, stands: Whereabouts) -> None:
        stands.load(folder)
        self.stands = stands
        self._folder = folder
        self._failures = read_failures(folder)

    def is_done(self, interaction_id: str, key: str) -> bool:
        known = self.stands.of(interaction_id)
        return known is not None and known.key == key

    def knows(self, interaction_id: str) -> bool:
        return interaction_id in self._failures or self.stands.of(interaction_id) is not None

    def failed_before(self, interaction_id: str) -> Failure | None:
        return self._failures.get(interaction_id)

    def place(self, interaction_id: str, sound: str) -> Place | None:
        known = self.stands.of(interaction_id)
        return None if known is None or known.sound != sound else Place(self._folder, known.part)


class _Tally:
    """Counts verdicts and weighs what is to be done."""

    def __init__(self, plan: Plan, observer: Observer) -> None:
        self.sums = Rehearsal(pace=read_pace(plan.out))
        self._plan = plan
        self._observer = observer
        self._new_bytes = 0.0

    def refuse(self, row: BadRow) -> None:
        """A line that is no interaction."""
        self._fail(source_failure(row.where, row.reason, row.interaction_id))

    def count(self, one: Noted, triage: Triage) -> None:
        """One more interaction."""
        sums, limit = self.sums, self._plan.limit
        if limit is not None and sums.new + sums.again >= limit and not one.left_out:
            sums.later += 1
            return
        verdict = triage.of(one, roughly=True)
        if isinstance(verdict, Failure):
            self._fail(verdict)
        elif isinstance(verdict, Ready):
            self._to_do(verdict)
        else:
            sums.skipped += verdict == "done"
            sums.left_out += verdict == "left out"

    def weigh(self, book: _Book) -> None:
        """Time on the wall, and disk by what interactions take there so far."""
        sums, known = self.sums, len(book.stands)
        sums.took_s = sums.work_s / max(1, min(self._plan.workers, sums.new + sums.again))
        sums.disk_is_measured = known >= ENOUGH_TO_MEASURE
        measured = sums.new * bytes_on_disk(self._plan.out) / max(1, known)
        sums.disk_bytes = round(measured if sums.disk_is_measured else self._new_bytes)

    def _to_do(self, ready: Ready) -> None:
        sums, one = self.sums, ready.noted
        if ready.place is not None:
            sums.again += 1
            sums.work_s += sums.pace.chat_s
            return
        sums.new += 1
        sums.sound_s += one.sound_s or 0.0
        sums.unknown_lengths += bool(recordings_of(one)) and one.sound_s is None
        sums.work_s += sums.pace.of(one)
        self._new_bytes += CHAT_BYTES + SOUND_S_BYTES * (one.sound_s or 0.0)

    def _fail(self, failure: Failure) -> None:
        self.sums.failed += 1
        self._observer.moved(Summary(self.sums.total, failed=self.sums.failed), failure)
