"""Everything one walk gives, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.csi import CsiEstimate
from voxcx.domain.features import FeatureRow
from voxcx.domain.heard import Finding, Heard, Verdict
from voxcx.domain.interaction import Interaction, Role
from voxcx.domain.scorecard import Scorecard
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Recognition, Transcript


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is on which channel. ``distrust`` is the reason when roles cannot be trusted, else None."""

    by_channel: tuple[Role, ...]
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    distrust: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made this result. No clock: the same input gives the same bytes."""

    voxcx: str
    asr_model: str
    csi_model: str | None
    form: str | None
    definitions: str
    config_sha256: str
    input_sha256: str | None
    parameters: tuple[tuple[str, float], ...] = ()  # of the definitions that were used


@dataclass(frozen=True, slots=True)
class Result:
    """The whole answer about one interaction. ``csi`` or ``scorecard`` is None with a reason in ``gaps``.

    ``recognition`` is what was recognised by channel, kept so that a call can be judged again; None for a chat.
    """

    interaction: Interaction
    heard: Heard
    roles: Roles
    transcript: Transcript
    timeline: Timeline
    features: FeatureRow
    csi: CsiEstimate | None
    scorecard: Scorecard | None
    provenance: Provenance
    gaps: tuple[tuple[str, str], ...] = ()
    recognition: Recognition | None = None
