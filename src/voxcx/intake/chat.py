"""Chats → Interaction, and a chat's messages as the transcript that the walk reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from voxcx.config import Checked, first_problem
from voxcx.domain.interaction import Interaction, Message
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.errors import InputError
from voxcx.intake.legs import stints, with_gaps
from voxcx.intake.metadata import Metadata
from voxcx.intake.values import Time, with_zone
from voxcx.intake.written import written_language


class MessageFields(Checked):
    """One message as a chat export has it."""

    role: Literal["customer", "agent", "bot", "system"]
    text: Annotated[str, Field(max_length=100_000)]
    sent_at: Time | None = None


def chat_interaction(record: Mapping[str, Any], where: str) -> tuple[Interaction, Metadata]:
    """Check one chat record.

    Raises:
        InputError: no messages, an unknown role, times that run backwards or that only some messages have zones in.
    """
    fields = dict(record)
    raw = fields.pop("messages", None)
    metadata = Metadata.from_mapping(fields, where)
    if not isinstance(raw, list) or not raw:
        raise InputError(f'{where}: expected a chat with "messages", got none; check the export.')
    messages = tuple(_message(item, f"{where}, message {number}") for number, item in enumerate(raw, 1))
    metadata.refuse_unless("chat", where)
    _refuse_backwards(messages, where)
    digest = hashlib.sha256(json.dumps(record, sort_keys=True, ensure_ascii=False, default=str).encode())
    fields = metadata.fields()
    fields["language"] = metadata.language or _language(messages)
    fields["started_at"] = metadata.started_at or _first_sent(messages)
    agents = stints(metadata)
    chat = Interaction(
        id=metadata.interaction_id or Path(where).stem,
        kind="chat",
        agents=agents,
        messages=messages,
        telephony=with_gaps(metadata.telephony.record(), (), agents, 0.0),
        input_sha256=digest.hexdigest(),
        **fields,
    )
    return chat, metadata


def chat_transcript(chat: Interaction) -> Transcript:
    """Messages as utterances, one each, in order; times are seconds from the first message, None without times."""
    first = next((m.sent_at for m in chat.messages if m.sent_at), None)
    timed = first is not None and all(m.sent_at for m in chat.messages)
    utterances = tuple(
        _utterance(m, (m.sent_at - first).total_seconds() if timed and m.sent_at and first else None)
        for m in chat.messages
        if m.text.strip()
    )
    return Transcript(language=chat.language or "und", engine="chat", utterances=utterances)


def _language(messages: tuple[Message, ...]) -> str:
    """By what agent and customer wrote; by all messages when neither wrote."""
    people = {role: " ".join(m.text for m in messages if m.role == role) for role in ("agent", "customer")}
    everyone = " ".join(m.text for m in messages)
    return written_language(*people.values()) if any(people.values()) else written_language(everyone)


def _utterance(message: Message, at_s: float | None) -> Utterance:
    words = tuple([Word(text, at_s, at_s) for text in message.text.split()])
    return Utterance(message.role, words, message.text)


def _message(raw: Any, where: str) -> Message:
    try:
        fields = MessageFields.model_validate(raw)
    except ValidationError as error:
        raise InputError(f"{where}: {first_problem(error)}.") from None
    return Message(fields.role, fields.text, fields.sent_at)


def _first_sent(messages: tuple[Message, ...]) -> datetime | None:
    return next((with_zone(m.sent_at) for m in messages if m.sent_at), None)


def _refuse_backwards(messages: tuple[Message, ...], where: str) -> None:
    times = [m.sent_at for m in messages if m.sent_at]
    if len({time.tzinfo is None for time in times}) > 1:
        raise InputError(f"{where}: expected every sent_at with a zone or none with one, got both; export it again.")
    for number, (earlier, later) in enumerate(pairwise(times), 2):
        if later < earlier:
            raise InputError(
                f"{where}: expected messages in order of sent_at, got message {number} ({later.isoformat()}) "
                f"before the one above it ({earlier.isoformat()}); sort the export."
            )
