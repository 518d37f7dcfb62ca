"""Recordings on object storage, near while they are heard: copies on this disk, removed as soon as they are done with.

Rows and evidence name the recording where it lies, not its copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from voxcx.batch.work import Task
from voxcx.domain.interaction import Interaction
from voxcx.intake.job import Job
from voxcx.storage.fetching import Copies
from voxcx.storage.paths import is_remote


class Nearby:
    """Copies by task. What lies on this disk already costs nothing."""

    def __init__(self) -> None:
        self._copies = Copies()
        self._near: dict[str, dict[Path, Path]] = {}  # by task: recording → copy

    def expect(self, tasks: Iterable[Task]) -> None:
        """Begin to fetch, in the background, what will be opened soon."""
        for task in tasks:
            if task.place is None and task.heard is None:
                self._copies.expect(task.id, task.job.recordings)

    def job(self, task: Task) -> Job:
        """The task's job with recordings on this disk, waited for.

        Raises:
            InputError: one cannot be fetched.
        """
        recordings = task.job.recordings
        if not any(map(is_remote, recordings)):
            return task.job
        near = {path: self._copies.of(task.id, path) for path in recordings}
        self._near[task.id] = near
        return replace(task.job, recordings=tuple(near[path] for path in recordings))

    def named(self, task: Task, interaction: Interaction) -> Interaction:
        """The interaction, its recordings named where they lie."""
        return _moved(interaction, {copy: path for path, copy in self._near.get(task.id, {}).items()})

    def sounding(self, task: Task, interaction: Interaction) -> Interaction:
        """The interaction, its recordings where they can be heard."""
        return _moved(interaction, self._near.get(task.id, {}))

    def drop(self, task: Task) -> None:
        """Remove the task's copies."""
        self._near.pop(task.id, None)
        self._copies.drop(task.id)


def _moved(interaction: Interaction, places: dict[Path, Path]) -> Interaction:
    if not places:
        return interaction
    recordings = (replace(one, path=places.get(one.path, one.path)) for one in interaction.recordings)
    return replace(interaction, recordings=tuple(recordings))
