"""What stands at the top of every report – page or terminal – in words: who, how sure, how good, why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.csi import CsiEstimate, Reason
from voxcx.domain.interaction import Interaction, Stint, heard_in
from voxcx.domain.intervals import Intervals
from voxcx.domain.qa import Criterion
from voxcx.domain.result import Result
from voxcx.domain.scorecard import CriticalKind, Scorecard
from voxcx.report.as_json import findings_of
from voxcx.report.event_titles import known_by
from voxcx.report.wording import LANGUAGES, Wording
from voxcx.units import clock

KINDS: tuple[CriticalKind, ...] = ("customer", "business", "compliance")
SHORT_DIGEST = 12
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CsiFigure:
    """The estimate in words; ``simulated`` is the warning about the model's training data, if it applies."""

    estimate: CsiEstimate
    value: str
    interval: str
    p_dissatisfied: str
    p_satisfied: str
    simulated: str | None
    warnings: tuple[str, ...]
    distribution: tuple[tuple[int, float, str], ...]


@dataclass(frozen=True, slots=True)
class QaFigure:
    """The score in words, and critical errors by kind as criteria."""

    value: str | None
    zeroed: str | None
    decided: str
    critical: tuple[tuple[str, tuple[Criterion, ...]], ...]
    critical_undecided: str | None


def heading(result: Result, words: Wording) -> tuple[Pair, ...]:
    """Labels and values that say which contact this is; what is not known is left out."""
    interaction = result.interaction
    agents = interaction.agents or (Stint(interaction.agent_id, interaction.agent_name),)
    agent = " → ".join(" · ".join(part for part in (one.agent_name, one.agent_id) if part) for one in agents)
    customer = " · ".join(part for part in (interaction.customer_name, interaction.customer_id) if part)
    form = result.scorecard.form if result.scorecard else None
    values = {
        "started": _moment(interaction.started_at, words.ui),
        "agent": agent,
        "customer": customer,
        "queue": interaction.queue,
        "direction": words.name("category", interaction.direction),
        "duration": clock(result.timeline.duration_s) if result.timeline.duration_s else None,
        "messages_count": str(len(result.transcript.utterances)) if interaction.kind == "chat" else None,
        "language": words.name("category", result.transcript.language),
        "recordings": _several(interaction),
        "form": f"{form.title_in(words.ui)} (v{form.version})" if form else None,
    }
    return tuple((words.say(key), value) for key, value in values.items() if value)


def _several(interaction: Interaction) -> str | None:
    """Where each recording begins, when there is more than one."""
    if len(interaction.recordings) < 2:
        return None
    return ", ".join(f"{one.path.name} ({clock(one.starts_s)})" for one in interaction.recordings)


def heard_at(result: Result, time_s: float | None) -> str:
    """The file and its own second of a moment, where the contact has several recordings."""
    if time_s is None or len(result.interaction.recordings) < 2:
        return ""
    recording, second_s = heard_in(result.interaction, time_s)
    return f"{recording.path.name} {clock(second_s)}"


def _moment(moment: datetime | None, ui: str) -> str | None:
    if moment is None:
        return None
    zone = moment.strftime("%z")
    day = moment.strftime("%d.%m.%Y %H:%M" if ui == "ru" else "%Y-%m-%d %H:%M")
    return f"{day} (UTC{zone[:3]}:{zone[3:5]})" if zone else day


def channel_notes(result: Result, words: Wording) -> tuple[str, ...]:
    """The channels' verdict in words, then what was found beyond the verdict, each once."""
    said_by_findings = {finding.verdict for finding in findings_of(result)}
    notes = [] if result.roles.verdict in said_by_findings else [words.name("channels", result.roles.verdict)]
    for finding in findings_of(result):
        number = re.match(r"recording (\d+):", finding.text)
        of = () if number is None else (words.say("recording_n", n=number[1]),)
        channel = () if finding.channel is None else (words.say("channel", n=str(finding.channel + 1)),)
        where = f" ({', '.join((*of, *channel))})" if of or channel else ""
        notes.append(words.name("channels", finding.verdict) + where)
    warnings = [_known_sentence(warning, words) for warning in result.interaction.telephony.warnings]
    return tuple(dict.fromkeys((*notes, *warnings)))


def _known_sentence(text: str, words: Wording) -> str:
    """A warning of another room in the interface language, where we know its meaning, else as it came."""
    if "was clipped to the recording" in text:
        return words.say("hold_clipped")
    if text.endswith("before the one before it ends"):
        return words.say("recordings_overlap")
    if text.startswith("None of the model's features"):
        return words.say("nothing_known")
    if text.startswith("Not known here:"):
        share = text.removeprefix("Not known here:").split("%")[0].strip()
        return words.say("mostly_unknown", share=share)
    if text.startswith("Outside what the model was trained on:"):
        names = re.findall(r"[a-z][a-z0-9_]+", text.partition(":")[2])
        return words.say("outside", names=", ".join(words.feature(name) for name in names if name in CATALOGUE))
    return text


def csi_figure(csi: CsiEstimate, words: Wording) -> CsiFigure:
    """The estimate in words."""
    interval = words.say(
        "interval", level=words.percent(csi.level), low=words.number(csi.low, 0), high=words.number(csi.high, 0)
    )
    simulated = [warning for warning in csi.warnings if "simulated" in warning.casefold()]
    shares = tuple((rating, share, words.percent(round(share, 2))) for rating, share in csi.distribution)
    return CsiFigure(
        estimate=csi,
        value=words.number(csi.value, 0),
        interval=interval,
        p_dissatisfied=words.percent(csi.p_dissatisfied),
        p_satisfied=words.say("p_satisfied", x=words.percent(csi.p_satisfied)),
        simulated=words.say("simulated") if simulated else None,
        warnings=tuple(_known_sentence(w, words) for w in csi.warnings if w not in simulated),
        distribution=shares,
    )


def qa_figure(card: Scorecard, words: Wording) -> QaFigure:
    """The score in words."""
    share, minimum = card.decided_share, card.form.minimum_decided_share
    decided = words.percent(round(share or 0.0, 2))
    low = share is None or share < minimum
    before = card.score_before_zeroing
    zeroed = before is not None and card.score is not None and card.score < before
    open_ones = [r for r in card.results if r.verdict == "undecided" and r.criterion.severity != "plain"]
    by_kind = []
    for kind in KINDS:
        ids = set(card.critical_errors(kind))
        found = tuple(r.criterion for r in card.results if r.criterion.id in ids)
        if found:
            by_kind.append((words.name("critical_kind", kind), found))
    return QaFigure(
        value=None if card.score is None else words.number(card.score, 0),
        zeroed=words.say("zeroed", x=words.number(before, 0)) if zeroed and before is not None else None,
        decided=words.say("decided_low", x=decided, need=words.percent(minimum))
        if low
        else words.say("decided", x=decided),
        critical=tuple(by_kind),
        critical_undecided=words.say("critical_undecided", n=words.plural(len(open_ones), "criteria"))
        if open_ones
        else None,
    )


def gap(result: Result, what: str, words: Wording) -> str:
    """Why a part of the answer is missing."""
    return "; ".join(words.missing(why) for part, why in result.gaps if part == what) or words.say("unknown_reason")


def strongest(csi: CsiEstimate) -> tuple[Reason, ...]:
    """Reasons that move the estimate by at least a tenth of a point, strongest first."""
    felt = [reason for reason in csi.reasons if abs(reason.effect) >= 0.05]
    return tuple(sorted(felt, key=lambda reason: -abs(reason.effect)))


def spans_of(reason: Reason, result: Result) -> Intervals:
    """The seconds behind a reason: its own, else those of its feature."""
    feature = result.features.get(reason.feature)
    return reason.evidence or (feature.evidence if feature else ())


def before_recording(result: Result, words: Wording) -> tuple[tuple[str, float, str], ...]:
    """IVR and queue that precede the recording: (name, seconds, text), from the timeline or the call record."""
    phases = [p for p in result.timeline.phases if p.kind in {"ivr", "queue"}]
    known = [(p.kind, p.span.duration_s) for p in phases if p.span.end_s <= 0]
    telephony = result.interaction.telephony
    for kind, lasting in (("ivr", telephony.ivr_time_s), ("queue", telephony.queue_wait_s)):
        if lasting and not any(p.kind == kind for p in phases):
            known.append((kind, lasting))  # type: ignore[arg-type]
    return tuple((words.name("phase", kind), s, words.seconds(s)) for kind, s in known if s > 0)


def phases_known(result: Result, words: Wording) -> str | None:
    """Which phases are known by the telephony record and which by the sound, None when nothing but talk is known."""
    by_source: dict[str, list[str]] = {}
    for phase in result.timeline.phases:
        if phase.kind != "talk":
            by_source.setdefault(known_by(phase, words), []).append(words.name("phase", phase.kind).lower())
    told = "; ".join(f"{', '.join(dict.fromkeys(names))} – {source}" for source, names in by_source.items())
    return words.say("phases_from", x=told) if told else None


def disagreements(result: Result, words: Wording) -> tuple[str, ...]:
    """What the telephony record states and the sound contradicts, each a sentence."""
    return tuple(
        words.say(
            "disagrees",
            fact=words.feature(one.fact),
            stated=words.value(one.fact, one.stated),
            heard=words.value(one.fact, one.heard),
        )
        for one in result.timeline.disagreements
    )


def provenance(result: Result, words: Wording) -> tuple[Pair, ...]:
    """What made this result; digests short."""
    made_by = result.provenance
    values = {
        "voxcx": made_by.voxcx,
        words.say("asr_model"): made_by.asr_model,
        words.say("csi_model"): made_by.csi_model,
        words.say("form"): made_by.form,
        words.say("definitions"): made_by.definitions,
        words.say("file"): ", ".join(recording.path.name for recording in result.interaction.recordings),
        words.say("input_digest"): (made_by.input_sha256 or "")[:SHORT_DIGEST],
        words.say("config_digest"): made_by.config_sha256[:SHORT_DIGEST],
    }
    return tuple((label, value or words.say("none")) for label, value in values.items() if value != "")


def interface_language(result: Result, ui: str | None) -> str:
    """The interface language asked for, else the form's, else the transcript's, else English."""
    form = result.scorecard.form.language if result.scorecard else None
    return next((lang for lang in (ui, form, result.transcript.language) if lang in LANGUAGES), "en")
