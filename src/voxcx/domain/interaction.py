"""One contact of a customer: a call or a chat, who took part, and what the telephony knows about it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal

from voxcx.domain.intervals import Interval, Intervals
from voxcx.storage.paths import AnyPath

Role = Literal["agent", "customer", "bot", "system", "unknown"]
Kind = Literal["call", "chat"]
Source = Literal["cdr", "audio", "none"]

IVR_STATUSES = ("completed", "transferred", "opted_out", "abandoned", "timeout", "error", "none")
HANGUP_PARTIES = ("agent", "customer", "system")


@dataclass(frozen=True, slots=True)
class Recording:
    """Where the sound is and what its container says of it; the samples are read in blocks, never stored.

    ``truncated``: it holds less sound than its header promises, or is an Ogg file without its last page (a copy of a
    live stream lacks it too). ``missing_s``: what could not be decoded in the middle; silence stands in its place, so
    that times stay those of the call.

    A contact may have several, one after another: this one begins ``starts_s`` after the first. ``exchanged``: its
    agent sits on the other channel than in the first, so its channels are exchanged when it is read.
    """

    path: AnyPath
    sha256: str
    duration_s: float
    channels: int
    sample_rate_hz: int
    truncated: bool = False
    missing_s: float = 0.0
    starts_s: float = 0.0
    exchanged: bool = False

    @property
    def span(self) -> Interval:
        """Where it lies on the interaction's clock."""
        return Interval(self.starts_s, self.starts_s + self.duration_s)


@dataclass(frozen=True, slots=True)
class Stint:
    """One agent's part of a contact, on the interaction's clock; times None where nothing tells when."""

    agent_id: str | None
    agent_name: str | None = None
    team: str | None = None
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message; ``sent_at`` is None where the export has no times."""

    role: Role
    text: str
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Telephony:
    """What the call record says. None means *not known*; an empty ``holds`` means *known to be none*.

    Times of holds are seconds from the recording's start. ``recording_offset_s`` is how long after the call's start
    the recording begins; None means it begins when the agent answers (IVR and queue precede it). ``unrecorded``:
    between two recordings the customer waited; these are holds, and where ``holds`` is known they are among them.
    """

    ivr_time_s: float | None = None
    ivr_status: str | None = None
    ivr_path: str | None = None
    ivr_steps: int | None = None
    ivr_last_node: str | None = None
    ivr_intent: str | None = None
    ivr_no_input: int | None = None
    ivr_no_match: int | None = None
    ivr_operator_requests: int | None = None
    ivr_authenticated: bool | None = None
    queue_wait_s: float | None = None
    holds: Intervals | None = None
    transfers: int | None = None
    handover_context: str | None = None
    hangup_by: str | None = None
    wrap_s: float | None = None
    wrap_code: str | None = None
    recording_offset_s: float | None = None
    unrecorded: Intervals = ()
    warnings: tuple[str, ...] = ()

    def source(self, fact: str) -> Source:
        """Where a fact comes from: ``cdr`` when the record states it, ``none`` when nothing does."""
        return "none" if getattr(self, fact) is None else "cdr"


# What a call record states, fact by fact; the rest is derived.
TELEPHONY_FACTS = tuple(one.name for one in fields(Telephony) if one.name not in {"unrecorded", "warnings"})


@dataclass(frozen=True, slots=True)
class Contact:
    """An earlier contact of the same customer, as far as history needs it.

    ``operator_requests`` counts requests for a person inside the IVR or to a chat's bot; None means nobody looked.
    ``channel`` is the source's word for it (phone, chat, mail …), ``ended_at`` None where the end is not known.
    ``rating`` is what the customer answered in its survey before the present contact began; None: no answer by then.
    """

    started_at: datetime
    kind: Kind = "call"
    had_ivr: bool | None = None
    ivr_status: str | None = None
    operator_requests: int | None = None
    ended_at: datetime | None = None
    channel: str | None = None
    direction: str | None = None
    agent_id: str | None = None
    abandoned: bool | None = None
    blocked: bool | None = None
    contained: bool | None = None
    hangup_by: str | None = None
    queue: str | None = None
    topic: str | None = None
    rating: float | None = None
    open_complaint: bool | None = None

    @property
    def refused_the_machine(self) -> bool:
        """The customer opted out of the bot or IVR leg, or asked for a person inside it."""
        return self.ivr_status == "opted_out" or bool(self.operator_requests)


@dataclass(frozen=True, slots=True)
class History:
    """What was known before this interaction began; ``contacts`` None means nobody looked.

    ``ratings_known``: survey answers were looked up, so that a contact without a rating was not rated by then.
    """

    contacts: tuple[Contact, ...] | None = None
    canned_texts: tuple[str, ...] = ()
    agent_texts: tuple[str, ...] = ()  # what the same agent wrote in earlier chats
    ratings_known: bool = False


@dataclass(frozen=True, slots=True)
class Interaction:
    """One call or chat. ``recordings`` may be empty (abandoned, blocked, contained in IVR): the row stays.

    Times are seconds of one clock that starts with the first recording. ``agent_id``, ``agent_name`` and ``team`` are
    the last agent's, who closed the contact; ``agents`` are all of them, in order.
    """

    id: str
    kind: Kind
    started_at: datetime | None = None
    channel: str | None = None
    direction: str | None = None
    language: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None
    customer_zone: str | None = None  # IANA name of the customer's time zone
    ticket_id: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    company: str | None = None
    team: str | None = None
    agent_since: str | None = None
    queue: str | None = None
    skill: str | None = None
    priority: str | None = None
    process: str | None = None
    topic: str | None = None
    agent_channel: int = 0
    abandoned: bool | None = None
    blocked: bool | None = None
    blocked_type: str | None = None
    contained: bool | None = None
    flow_out: bool | None = None
    callback_of: str | None = None
    survey_invited: bool | None = None
    prefers_human: bool | None = None  # the CRM's own flag; it wins over history
    agents: tuple[Stint, ...] = ()
    recordings: tuple[Recording, ...] = ()
    messages: tuple[Message, ...] = ()
    telephony: Telephony = field(default_factory=Telephony)
    input_sha256: str | None = None

    @property
    def agent_names(self) -> tuple[str, ...]:
        """Names of all agents who took part, each once."""
        every = (*(one.agent_name for one in self.agents), self.agent_name)
        return tuple(dict.fromkeys(name for name in every if name))


def heard_in(interaction: Interaction, time_s: float) -> tuple[Recording, float]:
    """The recording that holds a moment, and the second in it.

    A moment between two recordings leads to the next one's start, one outside of all to the nearest end.

    Raises:
        ValueError: an interaction without recordings.
    """
    if not interaction.recordings:
        raise ValueError(f"expected an interaction with a recording, got {interaction.id} without one")
    for recording in interaction.recordings:
        if time_s < recording.span.end_s:
            return recording, max(0.0, time_s - recording.starts_s)
    last = interaction.recordings[-1]
    return last, last.duration_s
