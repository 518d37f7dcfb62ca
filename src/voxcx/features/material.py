"""All that a feature may be computed from, in one place: the walk hands it over, families take what they need."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.config import Definitions
from voxcx.domain.heard import Heard, VoicePiece
from voxcx.domain.interaction import History, Interaction
from voxcx.domain.result import Roles
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript
from voxcx.features.voice import PARTIES, Party


@dataclass(frozen=True, slots=True)
class Material:
    """What was heard, said and known of one interaction, and the definitions to measure it by."""

    interaction: Interaction
    heard: Heard
    roles: Roles
    transcript: Transcript
    timeline: Timeline
    history: History
    rules: Definitions

    def pieces_of(self, party: Party) -> tuple[VoicePiece, ...]:
        """A party's voice unit by unit, in order of time."""
        channels = zip(self.roles.by_channel, self.heard.voices, strict=False)
        return tuple(sorted((one for role, pieces in channels if role == party for one in pieces), key=_start_s))

    @property
    def pieces(self) -> dict[Party, tuple[VoicePiece, ...]]:
        """Both parties' voices."""
        return {party: self.pieces_of(party) for party in PARTIES}


def _start_s(piece: VoicePiece) -> float:
    return piece.span.start_s
