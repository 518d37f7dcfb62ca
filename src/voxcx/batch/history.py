"""One pass over the source before the work: how much there is, and who contacted us when."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from voxcx.domain.interaction import Contact
from voxcx.errors import InputError
from voxcx.features.chat_times import requests_for_person
from voxcx.intake.chat import chat_interaction, chat_transcript
from voxcx.intake.job import BadRow, Job
from voxcx.intake.values import plausible, with_zone


@dataclass(slots=True)
class Survey:
    """Number of jobs and, per customer, contacts in order of time. Nothing else is kept: archives are long."""

    total: int = 0
    by_customer: dict[str, list[Contact]] = field(default_factory=dict)

    def earlier(self, job: Job) -> tuple[Contact, ...] | None:
        """Contacts of the same customer strictly before the job's start; None when customer or start is unknown."""
        started, customer = started_at(job), job.metadata.customer_id
        if started is None or not customer:
            return None
        contacts = self.by_customer.get(customer, [])
        return tuple(contacts[: bisect_left(contacts, started, key=lambda one: one.started_at)])


def survey(walk: Iterable[Job | BadRow]) -> Survey:
    """Count the jobs and gather the contacts of known customers."""
    found = Survey()
    for job in walk:
        if isinstance(job, BadRow):
            continue
        found.total += 1
        started, customer = started_at(job), job.metadata.customer_id
        if started is not None and customer:
            found.by_customer.setdefault(customer, []).append(_contact(job, started))
    for contacts in found.by_customer.values():
        contacts.sort(key=lambda one: one.started_at)
    return found


def started_at(job: Job) -> datetime | None:
    """When it started: as stated, or a chat's first message; without a zone it is taken as UTC."""
    if job.metadata.started_at is not None:
        return job.metadata.started_at
    sent = [one.get("sent_at") for one in _messages(job) if one.get("sent_at")]
    if not sent or not isinstance(sent[0], str):
        return None
    try:
        return with_zone(plausible(datetime.fromisoformat(sent[0])))
    except ValueError:
        return None  # the chat itself is refused when it is opened


def _contact(job: Job, started: datetime) -> Contact:
    had_ivr = _had_ivr(job)
    requests = job.metadata.telephony.ivr_operator_requests
    if requests is None and had_ivr and job.chat is not None:
        requests = _requests_in_chat(job.chat, job.where)
    return Contact(started, job.kind, had_ivr, job.metadata.telephony.ivr_status, requests)


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


def _messages(job: Job) -> list[dict[str, object]]:
    raw = job.chat.get("messages") if job.chat else None
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
