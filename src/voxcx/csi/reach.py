"""When there is a conversation at all from which satisfaction can be estimated."""

from __future__ import annotations

from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction

PEOPLE = {"agent", "customer"}


def why_no_estimate(interaction: Interaction, heard: Heard, distrust: str | None) -> str | None:
    """The reason why nothing can be estimated (nobody said anything, or nobody knows who), or None."""
    if interaction.kind == "chat":
        written = any(message.role in PEOPLE and message.text.strip() for message in interaction.messages)
        return None if written else "no messages of a person"
    if not interaction.recordings:
        return "no recording"
    return distrust if any(heard.speech) else "no speech was heard"
