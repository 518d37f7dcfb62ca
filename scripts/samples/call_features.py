"""The features of a call that its plan fixes, under the names of the feature catalogue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from samples.plan import CallPlan, Placed

Span = tuple[float, float]
Value = float | int | str | bool | None

ROLES = ("agent", "customer")
PREFERS_HUMAN_FROM_CONTACTS = 3
OPENING_PAUSE_BELOW_S = 1.0
OPENING_AT_MOST_S = 30.0
TELEPHONY = (
    "ivr_time_s", "ivr_status", "ivr_path", "ivr_steps", "ivr_operator_requests", "ivr_no_input",
    "ivr_no_match", "queue_wait_s", "transfers", "hangup_by", "wrap_s",
)  # fmt: skip


def call_features(
    plan: CallPlan,
    placed: tuple[Placed, ...],
    speech: dict[str, list[Span]],
    events: list[dict[str, Any]],
    duration_s: float,
) -> dict[str, Value]:
    """Name → value; what the plan alone cannot fix (pitch, word times …) is left out."""
    holds = [event["end_s"] - event["start_s"] for event in events if event["kind"] == "hold"]
    talk_s = duration_s - sum(holds)
    telephony = plan.metadata["telephony"]
    values: dict[str, Value] = {name: telephony[name] for name in TELEPHONY}
    values |= {
        "language": plan.metadata["language"],
        "duration_s": duration_s,
        "talk_s": talk_s,
        "handle_s": duration_s + telephony["wrap_s"],
        "holds_count": len(holds),
        "hold_total_s": sum(holds),
        "hold_longest_s": max(holds, default=0.0),
        "prefers_human": prefers_human(plan.metadata["earlier_contacts"]),
    }
    values |= _overlap_features(events, speech, duration_s, talk_s)
    values |= _silence_features(events, speech, talk_s)
    values |= _word_features(placed, speech)
    values |= {f"{role}_opening_end_s": opening_end_s(speech[role]) for role in ROLES}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in sorted(values.items())}


def prefers_human(contacts: list[dict[str, Any]]) -> bool:
    """True when each of at least three earlier contacts with an IVR left it or asked for a person."""
    legs = [contact for contact in contacts if contact["had_ivr"]]
    left = [leg["ivr_status"] == "opted_out" or leg["operator_requests"] > 0 for leg in legs]
    return len(left) >= PREFERS_HUMAN_FROM_CONTACTS and all(left)


def opening_end_s(speech: list[Span]) -> float:
    """End of the first run of speech whose pauses are under a second, at most 30 s after it began."""
    end_s = speech[0][1]
    for start_s, next_end_s in speech[1:]:
        if start_s - end_s >= OPENING_PAUSE_BELOW_S or next_end_s > speech[0][0] + OPENING_AT_MOST_S:
            break
        end_s = next_end_s
    return end_s


def words_of(text: str) -> list[str]:
    """Words as runs of letters; an apostrophe or hyphen inside keeps one word together."""
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)


def letters_of(word: str) -> int:
    """Only letters count."""
    return sum(sign.isalpha() for sign in word)


def _overlap_features(
    events: list[dict[str, Any]], speech: dict[str, list[Span]], duration_s: float, talk_s: float
) -> dict[str, Value]:
    overlap_s = sum(_length_s(speech[role]) for role in ROLES) - _union_s(speech)
    cuts = [event for event in events if event["kind"] == "interruption"]
    values: dict[str, Value] = {
        "overlap_s": overlap_s,
        "overlap_share_call": overlap_s / duration_s,
        "overlap_share": overlap_s / talk_s,
        "overlap_in_interruptions_s": sum(event["end_s"] - event["start_s"] for event in cuts),
        "dual_starts": 0,
        "brief_overlaps": 0,
    }
    for role in ROLES:
        mine = [event for event in cuts if event["role"] == role]
        values[f"interruptions_by_{role}"] = len(mine)
        values[f"interruptions_by_{role}_yielded"] = sum(event["yielded"] for event in mine)
        values[f"backchannels_by_{role}"] = sum(
            event["kind"] == "backchannel" and event["role"] == role for event in events
        )
    return values


def _silence_features(events: list[dict[str, Any]], speech: dict[str, list[Span]], talk_s: float) -> dict[str, Value]:
    lengths = [event["end_s"] - event["start_s"] for event in events if event["kind"] == "silence"]
    union_s = _union_s(speech)
    return {
        "silences": len(lengths),
        "silence_s": sum(lengths),
        "silence_longest_s": max(lengths, default=0.0),
        "long_silences": sum(event["kind"] == "long_silence" for event in events),
        "mutual_silence_s": talk_s - union_s,
        "mutual_silence_share": (talk_s - union_s) / talk_s,
    }


def _word_features(placed: tuple[Placed, ...], speech: dict[str, list[Span]]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    rates: dict[str, tuple[float, float]] = {}
    for role in ROLES:
        words = [word for item in placed if item.line.role == role for word in words_of(item.line.heard_text)]
        letters = sum(letters_of(word) for word in words)
        speech_s = _length_s(speech[role])
        rates[role] = (len(words) / speech_s, letters / speech_s)
        values[f"{role}_speech_s"] = speech_s
        values[f"{role}_words"] = len(words)
        values[f"{role}_letters_per_word"] = letters / len(words)
        values[f"{role}_articulation_wps"], values[f"{role}_articulation_lps"] = rates[role]
    values["rate_diff_wps_call"] = rates["customer"][0] - rates["agent"][0]
    values["rate_diff_lps_call"] = rates["customer"][1] - rates["agent"][1]
    return values


def _length_s(spans: list[Span]) -> float:
    return sum(end - start for start, end in spans)


def _union_s(speech: dict[str, list[Span]]) -> float:
    union_s, reached_s = 0.0, 0.0
    for start_s, end_s in sorted(speech["agent"] + speech["customer"]):
        union_s += max(0.0, end_s - max(start_s, reached_s))
        reached_s = max(reached_s, end_s)
    return union_s
