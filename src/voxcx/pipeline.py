"""HALL: the whole walk on one page. A recording or chat comes in, one honest answer goes out.

listen      all that needs samples: channel health and speech per channel
transcribe  words per channel (a chat brings its own)
judge       roles → transcript → timeline → features → CSI → scorecard
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from voxcx import __version__
from voxcx.channels.exchanged import straightened
from voxcx.channels.roles import settle_roles
from voxcx.config import Config
from voxcx.csi.reach import why_no_estimate
from voxcx.domain.csi import CsiEstimate
from voxcx.domain.features import FeatureRow
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Interaction
from voxcx.domain.qa import QaForm
from voxcx.domain.result import Provenance, Result, Roles
from voxcx.domain.transcript import UNKNOWN_LANGUAGE, Recognition, Transcript
from voxcx.features.material import Material
from voxcx.features.table import extract_features
from voxcx.intake.chat import chat_transcript
from voxcx.listening import hear, whole_sound
from voxcx.qa.case import Case, Knowledge
from voxcx.qa.scoring import score_form
from voxcx.timeline.build import build_timeline
from voxcx.transcribe.protocol import Sound, Spoken, Transcriber
from voxcx.transcribe.utterances import to_transcript

NOTHING_HEARD = Heard(duration_s=0.0, verdict="no_audio")


class CsiModel(Protocol):
    """What estimates satisfaction from features."""

    @property
    def model_id(self) -> str:
        """Name and version of the model."""

    def estimate(
        self, features: FeatureRow, transcript: Transcript | None = None, *, explain: bool = True
    ) -> CsiEstimate:
        """One estimate with its interval and, if ``explain``, reasons."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The ready-made parts of the walk: voxcx.assembly builds them, a test or a batch passes its own."""

    config: Config
    definitions: str
    transcriber: Transcriber
    csi_model: CsiModel
    form_for: Callable[[Interaction, str], QaForm | None]
    mask: Callable[[Transcript], Transcript]
    knowledge: Knowledge = field(default_factory=Knowledge)
    explain: bool = True  # whether an estimate brings its reasons: rows of a results folder have no place for them
    config_sha256: str = field(init=False)  # worked out once: it would cost as much as a tenth of a chat's judgement

    def __post_init__(self) -> None:
        object.__setattr__(self, "config_sha256", self.config.sha256())


def analyse(interaction: Interaction, tools: Tools, history: History) -> Result:
    """The walk. Raises a VoxcxError when the input cannot be used."""
    heard = listen(interaction, tools)
    return judge(interaction, heard, transcribe(interaction, heard, tools), tools, history)


def listen(interaction: Interaction, tools: Tools) -> Heard:
    """One pass over the sound of all recordings: channel health, signals, music, and speech and voice per channel."""
    return hear(interaction.recordings, tools.config) if interaction.recordings else NOTHING_HEARD


def transcribe(interaction: Interaction, heard: Heard, tools: Tools) -> Recognition | None:
    """Words per channel; None for a chat, which brings its own, and for a row without a recording."""
    spoken = Spoken(interaction, heard, sound_of(interaction)) if interaction.recordings else None
    return tools.transcriber.transcribe(spoken) if spoken else None


def judge(
    interaction: Interaction, heard: Heard, recognition: Recognition | None, tools: Tools, history: History
) -> Result:
    """Everything that needs no samples: re-scoring with a new form or model is this alone."""
    roles, case = case_of(interaction, heard, recognition, tools, history)
    silent = why_no_estimate(interaction, heard, case.timeline.distrust)
    csi = None if silent else tools.csi_model.estimate(case.features, case.transcript, explain=tools.explain)
    form = tools.form_for(interaction, case.transcript.language)
    scorecard = None if form is None else score_form(form, case)
    provenance = Provenance(
        voxcx=__version__,
        asr_model=case.transcript.engine,
        csi_model=tools.csi_model.model_id,
        form=None if form is None else f"{form.id}.v{form.version}",
        definitions=tools.definitions,
        config_sha256=tools.config_sha256,
        input_sha256=interaction.input_sha256,
        parameters=tuple(tools.config.definitions_named(tools.definitions).model_dump().items()),
    )
    unfit = None if form else f"no form for a {interaction.kind} in {case.transcript.language!r}"
    gaps = tuple((part, reason) for part, reason in (("csi", silent), ("scorecard", unfit)) if reason)
    judged = (case.transcript, case.timeline, case.features, csi, scorecard, provenance)
    return Result(interaction, heard, roles, *judged, gaps, recognition)


def case_of(
    interaction: Interaction, heard: Heard, recognition: Recognition | None, tools: Tools, history: History
) -> tuple[Roles, Case]:
    """Who is who, and all that rules may look at: transcript, timeline, features."""
    rules = tools.config.definitions_named(tools.definitions)
    heard, recognition = straightened(interaction, heard, recognition)
    roles = settle_roles(interaction, heard, recognition)
    transcript = tools.mask(written(interaction, recognition, roles, tools))
    timeline = build_timeline(heard, transcript, roles, interaction.telephony, rules)
    features = extract_features(Material(interaction, heard, roles, transcript, timeline, history, rules))
    return roles, Case(interaction, transcript, timeline, features, history, tools.knowledge)


def written(interaction: Interaction, recognition: Recognition | None, roles: Roles, tools: Tools) -> Transcript:
    """The transcript by roles: recognised words, a chat's own messages, or nothing where nothing was recorded."""
    if recognition is not None:
        return to_transcript(recognition, roles.by_channel, tools.config.transcribe.utterance_gap_s)
    nothing = Transcript(interaction.language or UNKNOWN_LANGUAGE, "none", ())
    return chat_transcript(interaction) if interaction.kind == "chat" else nothing


def sound_of(interaction: Interaction) -> Sound:
    """Opens the whole sound anew each time: blocks of int16, (channels, n) at 16 kHz."""
    return lambda: whole_sound(interaction.recordings)
