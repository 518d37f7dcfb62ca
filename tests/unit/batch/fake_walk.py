"""A walk without sound or models, importable by a spawned worker: what it does is told by the interaction's topic."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from builders import a_chat
from voxcx.batch.work import Opened, Sound, Task, Told, in_silence
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.result import Result
from voxcx.errors import InputError, ModelError, VoxcxError
from voxcx.results.stored import kept_of

NOTHING_HEARD = Heard(duration_s=0.0, verdict="no_audio")  # the walk's own would load its libraries in every worker


class FakeWalk:
    asked = ""

    def expect(self, tasks: Iterable[Task]) -> None:
        """Nothing lies far away."""

    def open(self, task: Task) -> Opened:
        topic = task.job.metadata.topic
        if topic == "refused":
            raise InputError(f"{task.job.where}: expected a chat, got noise; record it again.")
        shape = a_chat().interaction
        known = Interaction(task.job.interaction_id, "chat", messages=shape.messages, topic=topic)
        kept = None if task.place is None else kept_of(task.place, task.job.interaction_id, task.sound)
        return Opened(task, known, task.history, kept)

    def hear(
        self,
        opened: Iterable[Opened],
        heard: Told = in_silence,  # noqa: ARG002 - nothing takes its time
    ) -> Iterator[tuple[Opened, Sound | VoxcxError]]:
        for one in opened:
            yield one, self.alone(one)

    def alone(self, opened: Opened) -> Sound:  # noqa: ARG002 - a chat has no sound
        return Sound(NOTHING_HEARD)

    def judge(self, opened: Opened, sound: Sound) -> Result:  # noqa: ARG002 - the same
        interaction = opened.interaction
        assert opened.task.job.interaction_id == interaction.id
        if interaction.topic == "kills":
            os.kill(os.getpid(), signal.SIGKILL)
        if interaction.topic == "breaks":
            raise ZeroDivisionError("the customer's own words")
        self.asked = interaction.topic or ""
        earlier = len(opened.history.contacts or ())
        return replace(a_chat(), interaction=replace(interaction, priority=str(earlier)))

    def asked_in_vain(self) -> bool:
        return self.asked == "asks"


@dataclass(frozen=True)
class MakeFakeWalk:
    """Writes one line into ``diary`` for every load, so that a test can count them."""

    diary: Path
    refuse: bool = False

    def __call__(self, threads: int) -> FakeWalk:
        with self.diary.open("a", encoding="utf-8") as file:
            file.write(f"{threads} {os.environ['OMP_NUM_THREADS']}\n")
        if self.refuse:
            raise ModelError("csi-x: expected a model folder, found none; give --csi-model.")
        return FakeWalk()


@dataclass(frozen=True)
class MakeNothing:
    """Dies, or breaks, while it loads."""

    how: str

    def __call__(self, threads: int) -> FakeWalk:
        if self.how == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        raise ZeroDivisionError(threads)
