"""What is to be done with each interaction of the source: nothing, the work again, or a failure at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from voxcx.batch.incoming.history import Before, Survey
from voxcx.batch.incoming.keys import recordings_of, sound_key, work_key
from voxcx.batch.plan import Plan
from voxcx.batch.register import Noted
from voxcx.batch.work import source_failure
from voxcx.errors import InputError
from voxcx.results.failures import Failure
from voxcx.results.stored import Place

POISONED = frozenset({"worker", "time", "memory"})  # stages whose failures are not tried again


class Book(Protocol):
    """What a results folder holds."""

    def is_done(self, interaction_id: str, key: str) -> bool:
        """The folder holds this very work already."""

    def failed_before(self, interaction_id: str) -> Failure | None:
        """Why an interaction was not done by an earlier run."""

    def place(self, interaction_id: str, sound: str) -> Place | None:
        """Where the folder keeps this very sound of the interaction, judged with whatever key."""

    def knows(self, interaction_id: str) -> bool:
        """The folder holds something of the interaction."""


@dataclass(frozen=True, slots=True)
class Ready:
    """To be done."""

    noted: Noted
    key: str = ""
    sound: str = ""
    transcript: Path | None = None
    place: Place | None = None
    before: Before | None = None


Verdict = Ready | Failure | Literal["done", "left out"]


class Triage:
    """Looks at one interaction after another."""

    def __init__(self, plan: Plan, found: Survey, book: Book) -> None:
        self._plan = plan
        self._found = found
        self._book = book

    def of(self, one: Noted, *, roughly: bool = False) -> Verdict:
        """What is to be done. ``roughly``: of what the folder knows nothing of no file is hashed."""
        if one.left_out:
            return "left out"
        if one.twice:  # the first of two keeps the id: the second's row is about its own place in the source
            return source_failure(one.place, _twice(one, self._found.register.first_of(one)))
        try:
            return self._checked(one, roughly=roughly)
        except InputError as error:
            return source_failure(one.place, str(error), one.id)

    def _checked(self, one: Noted, *, roughly: bool) -> Verdict:
        transcript = _transcript(one, recordings_of(one), self._plan.transcripts)
        if roughly and not self._book.knows(one.id):
            return Ready(one, transcript=transcript)
        sound = sound_key(one, transcript, self._plan.sound, self._found.stamps.sha256)
        before = self._found.before(one)
        key = work_key(one, sound, before.told, self._plan.choices)
        if self._book.is_done(one.id, key):
            return "done"
        failed = self._book.failed_before(one.id)
        if failed is not None and failed.work_key == key and failed.stage in POISONED and not self._plan.retry:
            return failed
        return Ready(one, key, sound, transcript, self._book.place(one.id, sound), before)


def _twice(one: Noted, first: str) -> str:
    return (
        f"{one.place}: expected each interaction_id once, got {one.id!r} again after {first}; "
        "give it its own id (rename the file or state interaction_id) or take one of them out."
    )


def _transcript(one: Noted, recordings: Sequence[Path], folder: Path | None) -> Path | None:
    """The stored transcript of a call: `<interaction id>.json`, else `<stem>.json`."""
    if folder is None or not recordings or one.kind == "chat":
        return None
    choices = [folder / f"{name}.json" for name in (one.id, recordings[0].stem)]
    found = next((path for path in choices if path.is_file()), None)
    if found is None:
        raise InputError(f"{one.place}: expected the transcript {choices[-1]}, found none; transcribe it first.")
    return found
