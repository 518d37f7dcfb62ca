"""What is judged: one interaction with all that the rules may look at, and what the team knows beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from voxcx.domain.features import FeatureRow
from voxcx.domain.interaction import History, Interaction, Kind
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript

Whose = Literal["agent", "team"]


@dataclass(frozen=True, slots=True)
class Usual:
    """What a feature usually is: mean and standard deviation of ``n`` earlier interactions."""

    mean: float
    sd: float
    n: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a local language model says to a question: yes, no or unknown, with verbatim quotes that show it."""

    truth: bool | None
    quotes: tuple[str, ...] = ()
    reason: str | None = None


class Asker(Protocol):
    """Puts a question about a conversation to a local language model."""

    def __call__(self, question: str, conversation: str) -> Answer:
        """The answer; unknown with a reason when the endpoint cannot be reached. It never raises."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beside the interaction. ``usual`` is None where nobody counted it.

    Its keys are agent or team, its id, the kind of interaction and the feature: a call is unlike any chat.
    ``ask`` is None where asking a language model is switched off.
    """

    usual: Mapping[tuple[Whose, str, Kind, str], Usual] | None = None
    ask: Asker | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One interaction as it comes to be judged."""

    interaction: Interaction
    transcript: Transcript
    timeline: Timeline
    features: FeatureRow
    history: History = field(default_factory=History)
    knowledge: Knowledge = field(default_factory=Knowledge)
