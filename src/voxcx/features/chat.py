"""Chat features: how long they waited, how the agent wrote, how the customer did.

Edges decided here: without times every time feature is None (``messages have no times``); without agent messages what
needs them is None (``no agent messages``), counts are 0; auto-replies in the agent's name count as messages but neither
as answers nor as style. chat_times.py says when a person took over, chat_style.py what templates and fillers are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from voxcx.domain.features import Feature, Value
from voxcx.domain.interaction import History, Interaction
from voxcx.domain.transcript import Transcript
from voxcx.features.building import missing
from voxcx.features.chat_lines import Line
from voxcx.features.chat_style import names_customer, plain_words, starts_with_substance, template_share
from voxcx.features.chat_times import Course, first_response_s, read_course, waits_s
from voxcx.features.voice import PARTIES
from voxcx.language.sentences import asks, exclaims

NO_TIMES = "messages have no times"
SHOUTED_LETTERS = 3  # a shorter word in capitals is an abbreviation or «Я»


def chat_features(interaction: Interaction, transcript: Transcript, history: History) -> Iterator[Feature]:
    """The ``chat`` family of the catalogue, every feature once; nothing for a call.

    Args:
        interaction: the chat with its messages, their roles and times, and the customer's name when it is known.
        transcript: the same messages as utterances; its texts are used (they may be masked), and its language.
        history: canned texts and texts of the agent's earlier chats, which the messages are compared with.
    """
    if interaction.kind != "chat":
        return
    course = read_course(interaction, transcript)
    yield from _times(course)
    yield from _counts(course)
    yield Feature("handover", _handover_kind(course))
    yield from _agent_style(course, interaction.customer_name, history, transcript.language)
    yield from _customer_style(course)


def _known(name: str, value: Value, reason: str) -> Feature:
    """The value, or None for the reason."""
    return missing(name, reason) if value is None else Feature(name, value)


def _times(course: Course) -> Iterator[Feature]:
    value, reason = first_response_s(course)
    yield Feature("first_response_s", value, reason)
    for party in PARTIES:
        waits = waits_s(course, party) if course.timed else ()
        unanswered = NO_TIMES if not course.timed else f"no answers of the {party}"
        if not any(line.role == party for line in course.lines):
            unanswered = f"no {party} messages"
        yield _known(f"{party}_response_median_s", median(waits) if waits else None, unanswered)
        yield _known(f"{party}_response_longest_s", max(waits) if waits else None, unanswered)
    ends = course.lines[-1].at_s if course.lines else None
    yield _known("chat_duration_s", ends, NO_TIMES if course.lines else "no messages")
    yield _known("bot_time_s", _bot_time_s(course), NO_TIMES)


def _bot_time_s(course: Course) -> float | None:
    """From the first message to the handover, to the last one when there was none; 0 when no bot came before."""
    until = course.first_answer if course.first_answer is not None else len(course.lines)
    if not any(line.role == "bot" for line in course.lines[:until]):
        return 0.0
    last = course.handover if course.handover is not None else until - 1
    return course.lines[last].at_s


def _counts(course: Course) -> Iterator[Feature]:
    for party in PARTIES:
        sizes = [line.words for line in course.lines if line.role == party]
        yield Feature(f"{party}_messages", len(sizes))
        yield _known(f"{party}_words_per_message", _mean(sizes), f"no {party} messages")
    yield Feature("bot_messages", sum(line.role == "bot" for line in course.lines))


def _mean(counts: Sequence[int]) -> float | None:
    """Mean, a whole number where it is one; None of nothing."""
    if not counts:
        return None
    whole, rest = divmod(sum(counts), len(counts))
    return sum(counts) / len(counts) if rest else whole


def _handover_kind(course: Course) -> str:
    """``agent_to_agent`` when after the agent's first answer a transfer was announced and an agent wrote again.

    It wins over ``bot_to_agent`` (a bot wrote before the agent's first answer): a second change of hands costs the
    customer more.
    """
    if course.first_answer is None:
        return "none"
    after = range(course.first_answer, len(course.lines))
    announced = [
        i
        for i in after
        if course.lines[i].role in {"agent", "system"} and not course.lines[i].says.isdisjoint({"handover", "joined"})
    ]
    if announced and any(line.role == "agent" for line in course.lines[announced[0] + 1 :]):
        return "agent_to_agent"
    if any(line.role == "bot" for line in course.lines[: course.first_answer]):
        return "bot_to_agent"
    return "none"


def _agent_style(course: Course, customer_name: str | None, history: History, language: str) -> Iterator[Feature]:
    lines = course.of("agent")
    texts = tuple(line.text for line in lines)
    none_written = "no agent messages"
    lexicons = f"no lexicon for language {language}" if language not in {"ru", "en"} else None
    named = None
    if texts and customer_name:
        named = int(names_customer(texts, customer_name, language))
    yield _known("uses_customer_name", named, none_written if not texts else "the customer's name is not known")
    known = (*history.canned_texts, *history.agent_texts)
    yield _known("template_share", template_share(texts, known) if texts else None, none_written)
    first = starts_with_substance(lines)
    only_greeted = lexicons or "the agent only greeted"
    yield _known("main_point_first", None if first is None else int(first), only_greeted if texts else none_written)
    plain = plain_words(lines)
    yield _known("plain_words", plain, (lexicons or "no agent sentences") if texts else none_written)


def _customer_style(course: Course) -> Iterator[Feature]:
    people = [line.role for line in course.lines if line.role in PARTIES]
    yield _known("customer_spoke_last", int(people[-1] == "customer") if people else None, "no messages of a person")
    lines = course.of("customer")
    yield _known("exclamations", _count(lines, exclaims), "no customer messages")
    yield _known("questions", _count(lines, asks), "no customer messages")
    long = [word for line in lines for word in map(_letters, line.text.split()) if len(word) >= SHOUTED_LETTERS]
    shouted = sum(map(str.isupper, long)) / len(long) if long else None
    yield _known("capitals_share", shouted, f"no customer words of {SHOUTED_LETTERS} letters")


def _count(lines: tuple[Line, ...], test: Callable[[str], bool]) -> int | None:
    """Sentences that pass the test; None when nothing was written."""
    return sum(test(sentence.text) for line in lines for sentence in line.sentences) if lines else None


def _letters(piece: str) -> str:
    """The letters of a word, marks in it dropped."""
    return piece if piece.isalpha() else "".join(filter(str.isalpha, piece))
