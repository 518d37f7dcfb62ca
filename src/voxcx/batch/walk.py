"""The real walk for a worker: tools assembled once from the user's choices."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voxcx.assembly import Choices, make_tools
from voxcx.batch.work import Task
from voxcx.config import load_config
from voxcx.domain.interaction import History, Interaction
from voxcx.domain.result import Result
from voxcx.errors import InputError
from voxcx.intake.chat import chat_interaction
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import Tools, analyse
from voxcx.transcribe.replay import ReplayTranscriber


class ToolsWalk:
    """Opens a task's input and walks it with one set of tools."""

    def __init__(self, tools: Tools, skew_s: float) -> None:
        self._tools = tools
        self._skew_s = skew_s

    def open(self, task: Task) -> tuple[Interaction, History]:
        """The interaction and its history: stated contacts win over those found in the source."""
        interaction, history = self._opened(task)
        known = replace(interaction, id=task.job.interaction_id)
        return known, history if history.contacts is not None else replace(history, contacts=task.contacts)

    def _opened(self, task: Task) -> tuple[Interaction, History]:
        job = task.job
        if job.chat is not None:
            chat, metadata = chat_interaction(job.chat, job.where)
            return chat, metadata.history()
        if len(job.recordings) > 1:
            raise InputError(
                f"{job.where}: expected one recording of an interaction, got {len(job.recordings)}; "
                "join them or give each its own row."
            )
        return open_interaction(job.recordings[0] if job.recordings else None, job.metadata, self._skew_s)

    def analyse(self, task: Task, interaction: Interaction, history: History) -> Result:
        """The whole walk; a stored transcript stands in for the recogniser."""
        tools = self._tools
        if task.transcript is not None:
            tools = replace(tools, transcriber=ReplayTranscriber(task.transcript))
        return analyse(interaction, tools, history)


@dataclass(frozen=True, slots=True)
class MakeToolsWalk:
    """Made in the parent, called in each worker."""

    choices: Choices

    def __call__(self, threads: int) -> ToolsWalk:
        """Load the tools for that many threads."""
        choices = replace(self.choices, threads=threads)
        return ToolsWalk(make_tools(choices), load_config(choices.config_path).telephony_skew_s)
