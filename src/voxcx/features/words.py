"""Words, letters, speech rates, and how far to trust the words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from voxcx.config import Definitions
from voxcx.domain.features import Feature
from voxcx.domain.intervals import total_s
from voxcx.features.building import known, known_or, missing, ratio
from voxcx.features.voice import PARTIES, Amount, Voice, Voices


def amount_features(voices: Voices) -> Iterator[Feature]:
    """Counts of words and letters, for calls and chats."""
    yield known("language", voices[0].transcript.language)
    for voice in voices:
        party, reason = voice.party, _why_no_words(voices)
        names = (f"{party}_words", f"{party}_letters_per_word")
        if reason:
            yield from (missing(name, reason) for name in names)
            continue
        whole = Amount.of(voice.amounts)
        yield known(names[0], whole.words)
        yield known_or(names[1], ratio(whole.letters, whole.words), f"no {party} words")


def _why_no_words(voices: Voices) -> str | None:
    """Why words cannot be counted, or None. Speech without one trusted word of anybody was not transcribed."""
    timeline = voices[0].timeline
    spoke = any(timeline.speech(voice.party) for voice in voices)
    unwritten = spoke and not any(voice.utterances for voice in voices)
    return timeline.distrust or ("no words were recognised" if unwritten else None)


def rate_features(voices: Voices, rules: Definitions) -> Iterator[Feature]:
    """Speech rates of each party and the differences between them."""
    agent, customer = voices
    if agent.timeline.distrust:
        yield from (missing(name, agent.timeline.distrust) for name in _rate_names())
        return
    for voice in voices:
        yield from _own_rates(voice, rules)
        yield from _rate_in_turns(voice, rules)
    yield from _differences(agent, customer)
    yield known_or("rate_accommodation_wps", _accommodation(agent, customer, rules), "no neighbouring long utterances")


def _rate_names() -> Iterator[str]:
    own = ("articulation_wps", "articulation_lps", "rate_wpm", "rate_delta_wps", "rate_drift_wps")
    yield from (f"{party}_{name}" for party in PARTIES for name in own)
    yield from (f"asr_confidence_{party}" for party in PARTIES)
    yield from (f"rate_diff_{unit}{suffix}" for suffix in ("", "_call") for unit in ("wps", "lps"))
    yield "rate_accommodation_wps"


def _own_rates(voice: Voice, rules: Definitions) -> Iterator[Feature]:
    party, whole = voice.party, voice.whole
    few = f"fewer than {rules.min_words_for_rate} {party} words"
    enough = whole.words >= rules.min_words_for_rate
    mean, channel = voice.mean_rate("words_per_s"), whole.words_per_s
    delta = None if mean is None or channel is None else mean - channel
    for name, value in (
        (f"{party}_articulation_wps", channel),
        (f"{party}_articulation_lps", whole.letters_per_s),
        (f"{party}_rate_delta_wps", delta),
        (f"{party}_rate_drift_wps", _drift(voice.rated)),
    ):
        yield known_or(name, value if enough else None, few if not enough else f"no {party} speech")
    sure = [w.confidence for u in voice.utterances for w in u.words if w.confidence is not None]
    yield known_or(f"asr_confidence_{party}", sum(sure) / len(sure) if sure else None, f"no {party} word confidences")


def _rate_in_turns(voice: Voice, rules: Definitions) -> Iterator[Feature]:
    """Words ÷ turn time: only words of turns, since the time is theirs alone (backchannels are no turns)."""
    name, words = f"{voice.party}_rate_wpm", voice.words_in_turns
    if words < rules.min_words_for_rate:
        yield missing(name, f"fewer than {rules.min_words_for_rate} {voice.party} words in turns")
    else:
        yield known_or(name, ratio(words * 60.0, total_s(voice.turns)), f"no {voice.party} speech")


def _drift(amounts: tuple[Amount, ...]) -> float | None:
    """Rate in the last third of the words − in the first third; utterances go whole to where their middle word is."""
    total = sum(amount.words for amount in amounts)
    first, last, before = Amount(), Amount(), 0
    for amount in amounts:
        middle = (before + amount.words / 2) / total if total else 0.5
        first, last = (first + amount, last) if middle < 1 / 3 else (first, last + amount if middle > 2 / 3 else last)
        before += amount.words
    early, late = first.words_per_s, last.words_per_s
    return None if early is None or late is None else late - early


def _differences(agent: Voice, customer: Voice) -> Iterator[Feature]:
    for unit, rate in (("wps", "words_per_s"), ("lps", "letters_per_s")):
        pairs = {
            "": (customer.mean_rate(rate), agent.mean_rate(rate)),
            "_call": (getattr(customer.whole, rate), getattr(agent.whole, rate)),
        }
        for suffix, (theirs, ours) in pairs.items():
            spoke = agent.whole.words and customer.whole.words
            value = None if theirs is None or ours is None or not spoke else theirs - ours
            yield known_or(f"rate_diff_{unit}{suffix}", value, "words of one party only")


def _accommodation(agent: Voice, customer: Voice, rules: Definitions) -> float | None:
    """Mean |rate difference| of neighbouring long utterances of the two parties."""
    long_ones = sorted(
        (utterance.start_s or 0.0, voice.party, amount.words / amount.speech_s)
        for voice in (agent, customer)
        for utterance, amount in zip(voice.utterances, voice.amounts, strict=True)
        if amount.speech_s > rules.long_utterance_s
    )
    steps = [abs(b[2] - a[2]) for a, b in pairwise(long_ones) if a[1] != b[1]]
    return sum(steps) / len(steps) if steps else None
