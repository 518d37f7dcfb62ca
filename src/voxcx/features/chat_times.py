"""Who answered whom in a chat, and when a person took over: the times behind the chat features.

Decided here:
- The **handover** is from a bot: the first message of the bot or the system, before the agent's first answer, that
  announces it (lexicon ``handover``; an offer or a question is no announcement), since the customer waits from then;
  failing that the system's first message after the bot ("Anna has joined"); failing that the customer's last request
  for a person; failing that the bot's last message. Without a bot there is none.
- The **agent's first answer** is the first agent message that is no auto-reply (lexicon ``auto_reply``).
- The **first response** is waited for from the handover, without one from the customer's first message.
- A party **answers** with its first message after the other's; it was waited for since the other's first message that
  was still unanswered. Bots, systems, auto-replies and what came before the handover do not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from voxcx.domain.interaction import Interaction, Role
from voxcx.domain.transcript import Transcript
from voxcx.features.chat_lines import Line
from voxcx.language.lexicons import load_lexicons


@dataclass(frozen=True, slots=True)
class Course:
    """The messages in order, and the indices of the agent's first answer and of the handover (None: there is none)."""

    lines: tuple[Line, ...]
    first_answer: int | None
    handover: int | None
    auto_replies: frozenset[int]

    @property
    def timed(self) -> bool:
        """Whether every message has its time."""
        return all(line.at_s is not None for line in self.lines)

    def of(self, role: Role) -> tuple[Line, ...]:
        """Messages of one role; an agent's auto-replies are left out."""
        return tuple(
            line for index, line in enumerate(self.lines) if line.role == role and index not in self.auto_replies
        )


def read_course(interaction: Interaction, transcript: Transcript) -> Course:
    """Messages with their times. Texts come from the transcript, which may have been masked."""
    messages = [message for message in interaction.messages if message.text.strip()]
    texts = [utterance.text for utterance in transcript.utterances]
    if len(texts) != len(messages):
        texts = [message.text for message in messages]
    timed = bool(messages) and all(message.sent_at is not None for message in messages)
    language = transcript.language
    lines = tuple(
        Line(message.role, text, _seconds(messages[0].sent_at, message.sent_at) if timed else None, language)
        for message, text in zip(messages, texts, strict=True)
    )
    automatic = frozenset(i for i, line in enumerate(lines) if line.role == "agent" and "auto_reply" in line.says)
    first = next((i for i, line in enumerate(lines) if line.role == "agent" and i not in automatic), None)
    return Course(lines, first, _handover(lines, first), automatic)


def _seconds(first: datetime | None, at: datetime | None) -> float | None:
    return None if first is None or at is None else (at - first).total_seconds()


def _handover(lines: Sequence[Line], first_answer: int | None) -> int | None:
    before = range(first_answer if first_answer is not None else len(lines))
    machine = [i for i in before if lines[i].role in {"bot", "system"}]
    bots = [i for i in machine if lines[i].role == "bot"]
    if not bots:
        return None
    announced = next((i for i in machine if "handover" in lines[i].says), None)
    if announced is not None or first_answer is None:
        return announced
    joined = next((i for i in machine if lines[i].role == "system" and i > bots[0]), None)
    if joined is not None:
        return joined
    requests = [i for i in before if lines[i].requests_person]
    return requests[-1] if requests else bots[-1]


def requests_for_person(interaction: Interaction, transcript: Transcript) -> int | None:
    """How many messages of the customer asked for a person before one took over (lexicon ``asks_for_human``).

    None when the language has no such lexicon: then nobody looked.
    """
    language = transcript.language
    if not load_lexicons(language, "asks_for_human").names:
        return None
    asked = any(Line(u.role, u.text, None, language).requests_person for u in transcript.utterances)
    if not asked:
        return 0  # most chats: the rest need not be read
    course = read_course(interaction, transcript)
    ends = [index for index in (course.handover, course.first_answer) if index is not None]
    leg = course.lines[: min(ends, default=len(course.lines)) + 1]  # the handover may be the request itself
    return sum(line.requests_person for line in leg)


def first_response_s(course: Course) -> tuple[float | None, str | None]:
    """Seconds from the handover, or the customer's first message, to the agent's first answer; or why none."""
    if course.first_answer is None:
        return None, "no agent messages"
    if not course.timed:
        return None, "messages have no times"
    customers = (i for i, line in enumerate(course.lines[: course.first_answer]) if line.role == "customer")
    start = course.handover if course.handover is not None else next(customers, None)
    if start is None:
        return None, "the agent wrote first"
    return _at(course, course.first_answer) - _at(course, start), None


def waits_s(course: Course, role: Role) -> tuple[float, ...]:
    """Seconds that each answer of a party was waited for, in order; needs times."""
    return tuple(_waits(course, role))


def _waits(course: Course, role: Role) -> Iterator[float]:
    other: Role = "customer" if role == "agent" else "agent"
    pending: int | None = None
    if role == "agent" and course.first_answer is not None:
        pending = course.handover
    for index in range(course.handover + 1 if course.handover is not None else 0, len(course.lines)):
        if index in course.auto_replies:
            continue
        if course.lines[index].role == other:
            pending = index if pending is None else pending
        elif course.lines[index].role == role:
            if pending is not None:
                yield _at(course, index) - _at(course, pending)
            pending = None


def _at(course: Course, index: int) -> float:
    return course.lines[index].at_s or 0.0
