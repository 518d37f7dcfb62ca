"""One pass over the source before the work: how much there is, who contacted us when, and what agents wrote.

A chat ends with its last message that has a time. A call ends after what its record states (IVR, queue) and the length
of its recordings, which their headers promise: they count only where the end may matter, that is unless the record says
that a party hung up, gave up or was blocked. Otherwise the end is not known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from voxcx.batch.incoming.contacts import Ledger, Line, contacts_of, ticks
from voxcx.batch.incoming.keys import facts_of, spoken_of
from voxcx.batch.incoming.ratings import Ratings
from voxcx.batch.incoming.stamps import Stamps
from voxcx.batch.incoming.wordings import Wordings
from voxcx.batch.register import Noted, Register
from voxcx.domain.interaction import Contact, History
from voxcx.errors import InputError
from voxcx.features.chat_times import requests_for_person
from voxcx.intake.chat import chat_interaction, chat_transcript
from voxcx.intake.job import BadRow, Job
from voxcx.intake.values import plausible, with_zone

Message = Mapping[str, object]
Look = Callable[[int, Job, datetime | None], None]


@dataclass(frozen=True, slots=True)
class Before:
    """What was known before an interaction began, as it is kept; ``lines`` None: nobody could look."""

    lines: tuple[Line, ...] | None
    texts: tuple[str, ...]
    ratings_known: bool

    @property
    def told(self) -> str:
        """All of it as text: another text is another history."""
        return json.dumps([self.lines, self.texts, self.ratings_known])

    def history(self) -> History:
        """The record that the walk reads."""
        contacts = None if self.lines is None else contacts_of(self.lines)
        return History(contacts, agent_texts=self.texts, ratings_known=self.ratings_known)


class Survey:
    """The source's interactions, contacts of each customer, messages of each agent: all in the register's file."""

    def __init__(self, answers: Ratings | None = None, stamps_in: Path | None = None) -> None:
        self.total = 0
        self.register = Register()
        self.stamps = Stamps(stamps_in, self.register.db)
        self.contacts = Ledger(self.register.db)
        self.wordings = Wordings(self.register.db)
        self.answers = answers or Ratings()

    def before(self, one: Noted) -> Before:
        """What the source shows of the time before an interaction, strictly."""
        known = one.started is not None and one.customer is not None
        lines = self.contacts.lines(one.customer or "", one.started or 0) if known else None
        return Before(lines, self.wordings.known(one.n), self.answers.known)

    def add(self, job: Job) -> None:
        """Note a job, the contact that it is and what its agent wrote."""
        self.total += 1
        sound_s = _promised_s(job, self.stamps)
        messages = _messages(job)
        started, known = _started_at(job, messages), job.metadata
        customer, agent = known.customer_id or None, known.agent_id or None
        at = None if started is None else ticks(started)
        about = (job.where, job.interaction_id, job.kind, facts_of(job), spoken_of(job))
        self.register.note(Noted(self.total, *about, customer, agent, at, sound_s))
        if started is None:
            return
        written = _written(messages)
        if customer is not None:
            contact = _contact(job, messages, started, sound_s)
            self.contacts.add(customer, contact, self.answers.of(job.interaction_id))
        if agent is not None and written:
            self.wordings.add(self.total, agent, started, written)


def _pass_over(_row: BadRow) -> None:
    """What is no job is told by someone else."""


def survey(
    walk: Iterable[Job | BadRow],
    found: Survey,
    refuse: Callable[[BadRow], None] = _pass_over,
    look: Look | None = None,
) -> Survey:
    """Note all jobs; ``refuse`` is told what is none, ``look`` every job with its number and start."""
    for job in walk:
        if isinstance(job, BadRow):
            refuse(job)
            continue
        found.add(job)
        if look is not None:
            look(found.total, job, started_at(job))
    return found


def started_at(job: Job) -> datetime | None:
    """When it started: as stated, or a chat's first message; without a zone it is taken as UTC."""
    return _started_at(job, _messages(job))


def _started_at(job: Job, messages: list[Message]) -> datetime | None:
    if job.metadata.started_at is not None:
        return job.metadata.started_at
    first = next((sent for one in messages if (sent := one.get("sent_at"))), None)
    return _moment(first)


def _moment(written: object) -> datetime | None:
    if not isinstance(written, str):
        return None
    try:
        return with_zone(plausible(datetime.fromisoformat(written)))
    except ValueError:
        return None  # the chat itself is refused when it is opened


def _promised_s(job: Job, stamps: Stamps) -> float | None:
    """Seconds of sound that all its headers promise together; None where one does not say."""
    if not job.recordings:
        return None
    lengths = [stamps.sound_s(path) for path in job.recordings]
    known = [length for length in lengths if length is not None]
    return sum(known) if len(known) == len(lengths) else None


def _contact(job: Job, messages: list[Message], started: datetime, sound_s: float | None) -> Contact:
    known, had_ivr = job.metadata, _had_ivr(job, messages)
    requests = known.telephony.ivr_operator_requests
    if requests is None and had_ivr and job.chat is not None:
        requests = _requests_in_chat(job.chat, job.where)
    return Contact(
        started,
        job.kind,
        had_ivr,
        known.telephony.ivr_status,
        requests,
        ended_at=_chat_ended_at(messages, started) if job.chat is not None else _call_ended_at(job, started, sound_s),
        channel=known.channel,
        direction=known.direction,
        agent_id=known.agent_id,
        abandoned=known.abandoned,
        blocked=known.blocked,
        contained=_contained(job, messages),
        hangup_by=known.telephony.hangup_by,
        queue=known.queue,
        topic=known.topic,
    )


def _chat_ended_at(messages: list[Message], started: datetime) -> datetime | None:
    """The chat's last message that has a time; never before the start."""
    last = next((sent for one in reversed(messages) if (sent := one.get("sent_at"))), None)
    ended = _moment(last)
    return ended if ended is not None and ended >= started else None


def _call_ended_at(job: Job, started: datetime, sound_s: float | None) -> datetime | None:
    """The start and what is known to have lasted."""
    known, telephony = job.metadata, job.metadata.telephony
    stated = [part for part in (telephony.ivr_time_s, telephony.queue_wait_s) if part is not None]
    if known.abandoned or known.blocked or known.contained:  # nobody talked: the machine and the queue are all of it
        return started + timedelta(seconds=sum(stated)) if stated else None
    if not job.recordings or telephony.hangup_by in {"agent", "customer"} or sound_s is None:
        return None
    before_s = sum(stated) if telephony.recording_offset_s is None else telephony.recording_offset_s
    return started + timedelta(seconds=max(0.0, before_s + sound_s))


def _contained(job: Job, messages: list[Message]) -> bool | None:
    """As stated; a chat in which an agent wrote was not contained."""
    if job.metadata.contained is not None or not _written(messages):
        return job.metadata.contained
    return False


def _requests_in_chat(chat: Mapping[str, Any], where: str) -> int | None:
    """How often the customer asked the bot for a person; None where nobody can look."""
    try:
        interaction, _ = chat_interaction(chat, where)
    except InputError:
        return None  # the chat itself is refused when it is opened
    return requests_for_person(interaction, chat_transcript(interaction))


def _had_ivr(job: Job, messages: list[Message]) -> bool | None:
    """Was there a bot or IVR leg? None when the record says nothing of it."""
    if job.chat is not None:
        return any(one.get("role") == "bot" for one in messages)
    telephony = job.metadata.telephony
    if telephony.ivr_status is not None:
        return telephony.ivr_status != "none"
    return None if telephony.ivr_time_s is None else telephony.ivr_time_s > 0


def _written(messages: list[Message]) -> list[str]:
    """What the agent wrote in a chat."""
    said = (one.get("text") for one in messages if one.get("role") == "agent")
    return [text for text in said if isinstance(text, str)]


def _messages(job: Job) -> list[Message]:
    raw = job.chat.get("messages") if job.chat else None
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
