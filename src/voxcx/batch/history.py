"""One pass over the source before the work: how much there is, who contacted us when, and what agents wrote.

A chat ends with its last message that has a time. A call ends after what its record states (IVR, queue) and the length
of its recording, which its header promises: that is read only where the end may matter, that is unless the record says
that a party hung up, gave up or was blocked. Otherwise the end is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from voxcx.batch.contacts import Ledger
from voxcx.batch.ratings import Ratings
from voxcx.batch.wordings import Wordings
from voxcx.domain.interaction import Contact, History
from voxcx.errors import InputError
from voxcx.features.chat_times import requests_for_person
from voxcx.intake.audio import promised_s
from voxcx.intake.chat import chat_interaction, chat_transcript
from voxcx.intake.job import BadRow, Job
from voxcx.intake.values import plausible, with_zone


@dataclass(slots=True)
class Survey:
    """Number of jobs, contacts of each customer, messages of each agent. Nothing else is kept: archives are long."""

    total: int = 0
    contacts: Ledger = field(default_factory=Ledger)
    wordings: Wordings = field(default_factory=Wordings)
    answers: Ratings = field(default_factory=Ratings)

    def history(self, job: Job) -> History:
        """What was known before the job began."""
        return History(self.earlier(job), agent_texts=self.agent_texts(job), ratings_known=self.answers.known)

    def earlier(self, job: Job) -> tuple[Contact, ...] | None:
        """Contacts of the same customer strictly before the job's start; None when customer or start is unknown."""
        started, customer = started_at(job), job.metadata.customer_id
        return None if started is None or not customer else self.contacts.of(customer, started)

    def agent_texts(self, job: Job) -> tuple[str, ...]:
        """Messages of the agent's strictly earlier chats that are like those of this chat."""
        agent, started = job.metadata.agent_id, started_at(job)
        if job.chat is None or started is None or not agent:
            return ()
        return self.wordings.known(agent, started, _written(job))


def survey(walk: Iterable[Job | BadRow], answers: Ratings | None = None) -> Survey:
    """Count the jobs, gather the contacts of known customers and what known agents wrote."""
    found = Survey(answers=answers or Ratings())
    for job in walk:
        if isinstance(job, BadRow):
            continue
        found.total += 1
        started, customer, agent = started_at(job), job.metadata.customer_id, job.metadata.agent_id
        if started is not None and customer:
            found.contacts.add(customer, _contact(job, started), found.answers.of(job.interaction_id))
        if started is not None and agent and job.chat is not None:
            found.wordings.add(agent, started, _written(job))
    return found


def started_at(job: Job) -> datetime | None:
    """When it started: as stated, or a chat's first message; without a zone it is taken as UTC."""
    if job.metadata.started_at is not None:
        return job.metadata.started_at
    sent = [one.get("sent_at") for one in _messages(job) if one.get("sent_at")]
    return _moment(sent[0]) if sent else None


def _moment(written: object) -> datetime | None:
    if not isinstance(written, str):
        return None
    try:
        return with_zone(plausible(datetime.fromisoformat(written)))
    except ValueError:
        return None  # the chat itself is refused when it is opened


def _contact(job: Job, started: datetime) -> Contact:
    known, had_ivr = job.metadata, _had_ivr(job)
    requests = known.telephony.ivr_operator_requests
    if requests is None and had_ivr and job.chat is not None:
        requests = _requests_in_chat(job.chat, job.where)
    return Contact(
        started,
        job.kind,
        had_ivr,
        known.telephony.ivr_status,
        requests,
        ended_at=_ended_at(job, started),
        channel=known.channel,
        direction=known.direction,
        agent_id=known.agent_id,
        abandoned=known.abandoned,
        blocked=known.blocked,
        contained=_contained(job),
        hangup_by=known.telephony.hangup_by,
        queue=known.queue,
        topic=known.topic,
    )


def _ended_at(job: Job, started: datetime) -> datetime | None:
    """The chat's last message, or the call's start and what is known to have lasted; never before the start."""
    if job.chat is not None:
        ended = next((_moment(one["sent_at"]) for one in reversed(_messages(job)) if one.get("sent_at")), None)
        return ended if ended is not None and ended >= started else None
    lasted_s = _lasted_s(job)
    return None if lasted_s is None else started + timedelta(seconds=lasted_s)


def _lasted_s(job: Job) -> float | None:
    known, telephony = job.metadata, job.metadata.telephony
    stated = [part for part in (telephony.ivr_time_s, telephony.queue_wait_s) if part is not None]
    if known.abandoned or known.blocked or known.contained:  # nobody talked: the machine and the queue are all of it
        return sum(stated) if stated else None
    if not job.recordings or telephony.hangup_by in {"agent", "customer"}:
        return None
    length_s = promised_s(job.recordings[0])
    before_s = sum(stated) if telephony.recording_offset_s is None else telephony.recording_offset_s
    return None if length_s is None else max(0.0, before_s + length_s)


def _contained(job: Job) -> bool | None:
    """As stated; a chat in which an agent wrote was not contained."""
    if job.metadata.contained is not None or not _written(job):
        return job.metadata.contained
    return False


def _requests_in_chat(chat: Mapping[str, Any], where: str) -> int | None:
    """How often the customer asked the bot for a person; None where nobody can look."""
    try:
        interaction, _ = chat_interaction(chat, where)
    except InputError:
        return None  # the chat itself is refused when it is opened
    return requests_for_person(interaction, chat_transcript(interaction))


def _had_ivr(job: Job) -> bool | None:
    """Was there a bot or IVR leg? None when the record says nothing of it."""
    if job.chat is not None:
        return any(one.get("role") == "bot" for one in _messages(job))
    telephony = job.metadata.telephony
    if telephony.ivr_status is not None:
        return telephony.ivr_status != "none"
    return None if telephony.ivr_time_s is None else telephony.ivr_time_s > 0


def _written(job: Job) -> list[str]:
    """What the agent wrote in a chat."""
    said = (one.get("text") for one in _messages(job) if one.get("role") == "agent")
    return [text for text in said if isinstance(text, str)]


def _messages(job: Job) -> list[dict[str, object]]:
    raw = job.chat.get("messages") if job.chat else None
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
