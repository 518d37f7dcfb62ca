"""Who sits on which channel, and whether that can be trusted."""

from __future__ import annotations

from voxcx.channels.sides import Evidence, weigh
from voxcx.domain.heard import Finding, Heard, Verdict
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
# Log-odds by which exchanged roles must win. A false swap costs far more than a missed one, and swaps are rare. The
# surest is an agent on the one channel and a customer on the other. Phrases on one channel alone may be a caller's who
# mocks the agent, or those of another firm's receptionist; echo may put them on both.
SIDE = 1.2  # a channel that says at least so much has a say
MARGIN_BOTH_SIDES = 5.0
MARGIN_ONE_SIDE = 11.0
MARGIN_WITH_ECHO = 12.0
MIXED_SHARE = 1 / 3  # with more evidence than this for the roles as they stand nothing is sure


def settle_roles(interaction: Interaction, heard: Heard, recognition: Recognition | None) -> Roles:
    """Give each channel its role: the agent's channel comes from the metadata, the other one is the customer.

    Where the words are sure that it is the other way round, the roles are exchanged and a ``swapped`` finding says so;
    the verdict is then ``swapped`` whatever else was found, since whoever set up the recording should know. Mono and
    dual mono leave the one usable channel ``unknown``: role metrics are then None with that reason. A dead channel or
    no speech at all leaves the labels, but nothing that counts or compares the parties.
    """
    distrust = DISTRUST.get(heard.verdict)
    if interaction.kind == "chat":
        return Roles((), "no_audio")
    roles = _by_channel(interaction, heard)
    swap = None if distrust or recognition is None else _swap(interaction, heard, recognition)
    if swap is None:
        return Roles(roles, heard.verdict, heard.findings, distrust)
    return Roles(roles[::-1], "swapped", (swap, *heard.findings), distrust)


def _by_channel(interaction: Interaction, heard: Heard) -> tuple[Role, ...]:
    if heard.verdict in {"mono", "dual_mono", "no_audio"}:
        nobody: Role = "unknown"
        return (nobody,) * len(heard.speech)
    sides: list[Role] = ["agent", "customer"]
    if interaction.agent_channel == 1:
        sides.reverse()
    return tuple(sides[: len(heard.speech)])


def _swap(interaction: Interaction, heard: Heard, recognition: Recognition) -> Finding | None:
    """The finding when the words are sure that the agent sits on the customer's channel."""
    told = weigh(recognition, interaction.agent_channel, interaction.direction)
    echo = any(finding.verdict == "bleed" for finding in heard.findings)
    if told is None or not is_sure(told, echo=echo):
        return None
    text = (
        f"the agent's phrases are on channel {1 - interaction.agent_channel}, which should be the customer's: "
        "the roles were exchanged; check agent_channel"
    )
    measured = (("evidence_swapped", round(told.against, 1)), ("evidence_as_stated", round(told.straight, 1)))
    return Finding("swapped", text, measured=measured)


def is_sure(told: Evidence, *, echo: bool) -> bool:
    """Whether the evidence is enough to exchange roles; ``echo``: phrases may be heard on both channels."""
    margin = MARGIN_BOTH_SIDES if min(told.crossed) >= SIDE else MARGIN_ONE_SIDE
    if echo:
        margin = MARGIN_WITH_ECHO
    return told.against - told.straight >= margin and told.straight <= MIXED_SHARE * told.against
