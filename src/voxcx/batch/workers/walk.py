"""The real walk for a worker: tools assembled once from the user's choices."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from voxcx.assembly import make_tools
from voxcx.batch.work import Opened, Sound, Task, Told, in_silence
from voxcx.batch.workers.nearby import Nearby
from voxcx.choices import Choices
from voxcx.config import load_config
from voxcx.domain.interaction import History, Interaction
from voxcx.domain.result import Result
from voxcx.errors import VoxcxError
from voxcx.intake.chat import chat_interaction
from voxcx.intake.job import Job
from voxcx.intake.opening import open_call, open_interaction, recorded
from voxcx.language.tokens import load_tokenisers
from voxcx.pipeline import Tools, judge, listen, transcribe
from voxcx.qa.case import Answer, Asker
from voxcx.results.stored import Kept, kept_of
from voxcx.transcribe.replay import ReplayTranscriber
from voxcx.transcribing import hear_many

NO_ANSWER = frozenset({"ask_unreachable", "ask_late"})  # another night it may answer; what it answered stands


class WatchedAsker:
    """Asks as another does, and remembers whether any answer since ``in_vain`` was cleared did not come."""

    def __init__(self, ask: Asker) -> None:
        self.in_vain = False
        self._ask = ask

    def __call__(self, question: str, conversation: str) -> Answer:
        """The other's answer."""
        answer = self._ask(question, conversation)
        self.in_vain |= answer.reason in NO_ANSWER
        return answer


class ToolsWalk:
    """Opens a task's input and walks it with one set of tools. ``asker`` is theirs, where they ask at all.

    ``threads`` recordings are listened to at once, one a core unless given.
    """

    def __init__(
        self, tools: Tools, skew_s: float, asker: WatchedAsker | None = None, threads: int | None = None
    ) -> None:
        self._tools = tools
        self._threads = threads
        self._skew_s = skew_s
        self._asker = asker
        self._nearby = Nearby()

    def expect(self, tasks: Iterable[Task]) -> None:
        """These come soon: what lies far away begins to come near."""
        self._nearby.expect(tasks)

    def open(self, task: Task) -> Opened:
        """The interaction, its history and what is kept of it: stated contacts win over those found in the source.

        What is known of it is always read anew; of a recording that was measured already nothing is decoded.
        """
        kept = None if task.place is None else kept_of(task.place, task.id, task.sound)
        try:
            job = task.job if kept is not None else self._nearby.job(task)
            interaction, stated = self._opened(job, kept)
        except BaseException:
            self._nearby.drop(task)
            raise
        interaction = self._nearby.named(task, interaction)
        found = task.history
        contacts = found.contacts if stated.contacts is None else stated.contacts
        rated = found.ratings_known if stated.contacts is None else stated.ratings_known
        history = replace(stated, contacts=contacts, agent_texts=found.agent_texts, ratings_known=rated)
        return Opened(task, replace(interaction, id=task.id), history, kept)

    def _opened(self, job: Job, kept: Kept | None) -> tuple[Interaction, History]:
        if job.chat is not None:
            chat, metadata = chat_interaction(job.chat, job.where)
            return chat, metadata.history()
        if not job.recordings:
            return open_interaction(None, job.metadata, self._skew_s)
        if kept is None or len(kept.interaction.recordings) != len(job.recordings):
            return open_call(job.recordings, job.metadata, self._skew_s)
        pairs = zip(kept.interaction.recordings, job.recordings, strict=True)
        measured = [replace(recording, path=path) for recording, path in pairs]
        return recorded(measured, job.metadata, self._skew_s)

    def hear(self, opened: Iterable[Opened], heard: Told = in_silence) -> Iterator[tuple[Opened, Sound | VoxcxError]]:
        """Listening runs ahead while windows are decoded; answers in order."""
        order: deque[Opened] = deque()

        def interactions() -> Iterator[Interaction]:
            for one in opened:
                order.append(one)
                yield self._nearby.sounding(one.task, one.interaction)

        for _, answer in hear_many(interactions(), self._tools, lambda *_: heard(), self._threads):
            one = order.popleft()
            self._nearby.drop(one.task)
            yield one, answer if isinstance(answer, VoxcxError) else Sound(*answer)

    def alone(self, opened: Opened) -> Sound:
        """What is kept, or the sound with a stored transcript in the recogniser's place."""
        task, kept, tools = opened.task, opened.kept, self._tools
        if kept is not None:
            return Sound(kept.heard, kept.recognition)
        if task.transcript is not None:
            tools = replace(tools, transcriber=ReplayTranscriber(task.transcript))
        interaction = self._nearby.sounding(task, opened.interaction)
        try:
            heard = listen(interaction, tools)
            return Sound(heard, transcribe(interaction, heard, tools))
        finally:
            self._nearby.drop(task)

    def judge(self, opened: Opened, sound: Sound) -> Result:
        """Roles, timeline, features, CSI, scorecard."""
        if self._asker is not None:
            self._asker.in_vain = False
        return judge(opened.interaction, sound.heard, sound.recognition, self._tools, opened.history)

    def asked_in_vain(self) -> bool:
        """Whether the language model did not answer a question of the last ``judge``."""
        return self._asker is not None and self._asker.in_vain


def tools_walk(choices: Choices) -> ToolsWalk:
    """The walk with tools loaded as chosen."""
    load_tokenisers()
    tools = replace(make_tools(choices), explain=False)  # reasons are worked out from a row when somebody asks
    skew_s = load_config(choices.config_path).telephony_skew_s
    if tools.knowledge.ask is None:
        return ToolsWalk(tools, skew_s, threads=choices.threads)
    asker = WatchedAsker(tools.knowledge.ask)
    return ToolsWalk(replace(tools, knowledge=replace(tools.knowledge, ask=asker)), skew_s, asker, choices.threads)
