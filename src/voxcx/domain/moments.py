"""What there is to see and hear at a place of an interaction that a page refers to."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.interaction import Role
from voxcx.domain.texts import Text


@dataclass(frozen=True, slots=True)
class Moment:
    """An interaction, and the place in it, as a person finds and hears it.

    Attributes:
        interaction_id: its id.
        started_at: when, as it is told to a person ("2026-03-03 14:05"), "" where not known.
        agent: who had it, "" where not known.
        queue: where it came in, "" where not known.
        kind: call or chat.
        quote: the words said there, None where there are none to show.
        role: who said them, None where not known.
        start_s: where in the recording, None where the place is the whole interaction.
        recording: path or address of the sound, None where there is none.
        criterion_title: what was judged there, None where nothing was.
    """

    interaction_id: str
    started_at: str = ""
    agent: str = ""
    queue: str = ""
    kind: str = "call"
    quote: str | None = None
    role: Role | None = None
    start_s: float | None = None
    recording: str | None = None
    criterion_title: Text | None = None
