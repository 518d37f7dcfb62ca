"""Lexical features: what the parties' words say of their mood and of the contact, by lexicons (configs/lexicons).

Shares are words covered by hits ÷ words of the role; counts are hits. Only a voice's own words are read (trusted, said
in talk), and a hit never crosses from one utterance to the next. Evidence is the time of the hit's words; a chat's
words carry their message's time, and none in a chat whose export has no times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from voxcx.domain.features import Feature
from voxcx.domain.intervals import Interval, Intervals
from voxcx.features.building import missing
from voxcx.features.voice import PARTIES, Party, Voices
from voxcx.language.hits import Hits, SaidWords
from voxcx.language.lexicons import Lexicons, load_lexicons

MIN_WORDS_FOR_THIRDS = 3

# feature → (lexicon, whose words)
COUNTS: dict[str, tuple[str, Party]] = {
    "profanity_by_agent": ("profanity", "agent"),
    "profanity_by_customer": ("profanity", "customer"),
    "reasks_by_agent": ("reask", "agent"),
    "reasks_by_customer": ("reask", "customer"),
    "customer_confusion": ("confusion", "customer"),
    "customer_doubt": ("doubt", "customer"),
    "gratitude": ("gratitude", "customer"),
    "apologies_by_agent": ("apologies", "agent"),
    "repeat_cue": ("repeat_cue", "customer"),
    "asks_for_human": ("asks_for_human", "customer"),
    "complaint_cue": ("complaint", "customer"),
    "churn_cue": ("churn", "customer"),
    "unresolved_cue": ("unresolved", "customer"),
    "contradiction_cue": ("contradiction", "customer"),
}
SHARES: dict[str, tuple[str, Party]] = {
    f"{party}_{mood}": (mood, party) for party in PARTIES for mood in ("positive", "negative")
}
FEATURES = SHARES | COUNTS
# Looked for in the sentences of a chat: what a message of the agent, the bot or the system is, and how it is written.
IN_SENTENCES = ("auto_reply", "handover", "joined", "greeting", "filler", "officialese")
COURSE = ("customer_negative_last_third", "customer_sentiment_drift")


@cache
def lexicons_of(party: Party, language: str) -> Lexicons:
    """All that is looked for in a party's words, so that they are searched once."""
    names = (*(name for name, who in FEATURES.values() if who == party), *(IN_SENTENCES if party == "agent" else ()))
    return load_lexicons(language, *dict.fromkeys(names))


def lexical_features(voices: Voices) -> Iterator[Feature]:
    """The ``lexical`` family of the catalogue, for calls and chats.

    Languages without lexicons give None, and so does a timeline whose roles cannot be trusted, with its reason.

    Yields:
        Every lexical feature once. ``customer_sentiment_drift`` is (positive − negative) share of the customer's last
        third of words − of the first third; thirds need 3 words and have ⌊n/3⌋ words each.
    """
    language, distrust = voices[0].transcript.language, voices[0].timeline.distrust
    told = voices if distrust is None else ()
    said = {voice.party: voice.said for voice in told}
    found = {party: one.search(lexicons_of(party, language)) for party, one in said.items()}
    for name, (lexicon, party) in FEATURES.items():
        reason = distrust or _unheard(said[party], party)
        if reason is None and lexicon not in found[party]:
            reason = f"no {lexicon} lexicon for language {language}"
        if reason is not None:
            yield missing(name, reason)
            continue
        hits = found[party][lexicon]
        if not hits.hits:
            yield _none_of(name)
            continue
        value = hits.share(0, hits.words) if name in SHARES else len(hits.hits)
        yield Feature(name, value, None, _evidence(hits, 0, hits.words))
    yield from _course(said.get("customer"), found.get("customer", {}), language, distrust)


@cache
def _none_of(name: str) -> Feature:
    """Nothing was found."""
    return Feature(name, 0.0 if name in SHARES else 0)


def _course(
    said: SaidWords | None, moods: Mapping[str, Hits], language: str, distrust: str | None
) -> Iterator[Feature]:
    """How the customer's mood went from the first third of the words to the last."""
    good, bad = moods.get("positive"), moods.get("negative")
    words = said.words if said else 0
    reason = distrust or (_unheard(said, "customer") if said else None)
    if reason is None and words < MIN_WORDS_FOR_THIRDS:
        reason = f"fewer than {MIN_WORDS_FOR_THIRDS} customer words"
    if reason or good is None or bad is None:
        why = reason or f"no positive and negative lexicons for language {language}"
        yield from (missing(name, why) for name in COURSE)
        return
    first, last = (0, words // 3), (words - words // 3, words)
    begun, ended = (good.share(*third) - bad.share(*third) for third in (first, last))
    compared = _in_order(span for hits in (good, bad) for third in (first, last) for span in _evidence(hits, *third))
    yield Feature("customer_negative_last_third", bad.share(*last), None, _evidence(bad, *last))
    yield Feature("customer_sentiment_drift", ended - begun, None, compared)


def _unheard(said: SaidWords, party: Party) -> str | None:
    return None if said.words else f"no {party} words"


def _evidence(hits: Hits, first: int, end: int) -> Intervals:
    return _in_order(hit.span for hit in hits.between(first, end) if hit.span)


def _in_order(pieces: Iterable[Interval]) -> Intervals:
    """Sorted, without repeats; a chat's message has a moment, so empty intervals stay."""
    return tuple(sorted(set(pieces)))
