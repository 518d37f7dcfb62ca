"""Who sits on which channel, and whether that can be trusted."""

from __future__ import annotations

from voxcx.domain.heard import Heard, Verdict
from voxcx.domain.interaction import Interaction, Role
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Recognition

DISTRUST: dict[Verdict, str] = {
    "mono": "mono recording",
    "dual_mono": "both channels the same",
    "no_audio": "no recording",
    # Here who sits where is known, but not what they did.
    "dead_channel": "one channel carries nothing",
    "not_speech": "no speech was heard",
}


def settle_roles(interaction: Interaction, heard: Heard, recognition: Recognition | None) -> Roles:  # noqa: ARG001
    """Give each channel its role: the agent's channel comes from the metadata, the other one is the customer.

    Mono and dual mono leave the one usable channel ``unknown``: role metrics are then None with that reason. A dead
    channel or no speech at all leaves the labels, but nothing that counts or compares the parties.
    """
    distrust = DISTRUST.get(heard.verdict)
    if interaction.kind == "chat":
        return Roles((), "no_audio")
    return Roles(_by_channel(interaction, heard), heard.verdict, heard.findings, distrust)


def _by_channel(interaction: Interaction, heard: Heard) -> tuple[Role, ...]:
    if heard.verdict in {"mono", "dual_mono", "no_audio"}:
        nobody: Role = "unknown"
        return (nobody,) * len(heard.speech)
    sides: list[Role] = ["agent", "customer"]
    if interaction.agent_channel == 1:
        sides.reverse()
    return tuple(sides[: len(heard.speech)])
