"""What is true of a chat, counted from its own messages; the judgements come from its plan."""

from __future__ import annotations

from datetime import datetime
from statistics import median
from typing import Any

from samples.call_features import words_of

Message = dict[str, Any]
PEOPLE = ("agent", "customer")


def chat_truth(chat: dict[str, Any], judged: dict[str, Any]) -> dict[str, Any]:
    """The truth file of a chat."""
    messages = chat["messages"]
    end_s = _between(messages[0], messages[-1])
    features = _counts(messages) | _times(messages, judged["handover_message"])
    features |= {name: judged[name] for name in ("handover", "uses_customer_name", "main_point_first")}
    return {
        "id": chat["id"],
        "duration_s": end_s,
        "events": judged["events"],
        "features": dict(sorted(features.items())),
        "expected": judged["expected"],
        "critical_errors": judged["critical_errors"],
    }


def _counts(messages: list[Message]) -> dict[str, Any]:
    values: dict[str, Any] = {"bot_messages": sum(message["role"] == "bot" for message in messages)}
    for role in PEOPLE:
        texts = [message["text"] for message in messages if message["role"] == role]
        words = sum(len(words_of(text)) for text in texts)
        values[f"{role}_messages"] = len(texts)
        values[f"{role}_words"] = words
        values[f"{role}_words_per_message"] = round(words / len(texts), 4)
    spoken = [message["role"] for message in messages if message["role"] in PEOPLE]
    return values | {"customer_spoke_last": spoken[-1] == "customer"}


def _times(messages: list[Message], handover: int) -> dict[str, Any]:
    """Seconds; the first reply counts from the handover, every other from the message it answers."""
    talk = messages[handover:]
    first = next(index for index, message in enumerate(talk) if message["role"] == "agent")
    waits: dict[str, list[float]] = {"agent": [_between(talk[0], talk[first])], "customer": []}
    for asked, answered in zip(talk[first:], talk[first + 1 :], strict=False):
        if asked["role"] != answered["role"]:
            waits[answered["role"]].append(_between(asked, answered))
    values: dict[str, Any] = {
        "first_response_s": waits["agent"][0],
        "bot_time_s": _between(messages[0], messages[handover]),
    }
    for role, all_s in waits.items():
        values[f"{role}_response_median_s"] = median(all_s)
        values[f"{role}_response_longest_s"] = max(all_s)
    return values


def _between(earlier: Message, later: Message) -> float:
    start, end = (datetime.fromisoformat(message["sent_at"]) for message in (earlier, later))
    return (end - start).total_seconds()
