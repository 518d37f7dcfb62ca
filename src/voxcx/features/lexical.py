"""Lexical features: what the parties' words say of their mood and of the contact, by lexicons (configs/lexicons).

Shares are words covered by hits ÷ words of the role; counts are hits. Words that the recogniser may have made up
(``suspect``) are left out, and a hit never crosses from one utterance to the next. Evidence is the time of the hit's
words; a chat's words carry their message's time, and none in a chat whose export has no times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voxcx.domain.features import Feature
from voxcx.domain.intervals import Interval, Intervals
from voxcx.domain.transcript import Transcript, Utterance
from voxcx.language.lexicons import Lexicon, load_lexicon
from voxcx.language.tokens import Token, spoken_tokens

Party = Literal["agent", "customer"]
PARTIES: tuple[Party, ...] = ("agent", "customer")
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
COURSE = ("customer_negative_last_third", "customer_sentiment_drift")


@dataclass(frozen=True, slots=True)
class _Said:
    """One utterance's tokens; ``word_of[k]`` is the word that token k is from, ``times[k]`` that word's time."""

    tokens: tuple[Token, ...]
    word_of: tuple[int, ...]
    times: tuple[Interval | None, ...]
    words: int


@dataclass(frozen=True, slots=True)
class _Hits:
    """What one lexicon found: hits, their evidence, and for every word of the role whether a hit covers it."""

    count: int
    evidence: Intervals
    covered: tuple[bool, ...]

    def share(self, first: int, end: int) -> float:
        """Share of covered words among words [first, end)."""
        return sum(self.covered[first:end]) / (end - first)


def lexical_features(transcript: Transcript, language: str, distrust: str | None) -> Iterator[Feature]:
    """The ``lexical`` family of the catalogue, for calls and chats.

    Args:
        transcript: what was said, by role.
        language: ``ru`` or ``en``; any other has no lexicons and gives None.
        distrust: why roles or words cannot be trusted (``mono recording`` …); then every feature is None with it.

    Yields:
        Every lexical feature once. ``customer_sentiment_drift`` is (positive − negative) share of the customer's last
        third of words − of the first third; thirds need 3 words and have ⌊n/3⌋ words each.
    """
    said = {party: _said(transcript, party, language) for party in PARTIES} if distrust is None else {}
    for name, (lexicon_name, party) in (SHARES | COUNTS).items():
        reason = distrust or _unheard(said[party], party)
        lexicon = load_lexicon(lexicon_name, language)
        if reason is None and lexicon is None:
            reason = f"no {lexicon_name} lexicon for language {language}"
        if reason is not None or lexicon is None:
            yield Feature(name, None, reason)
            continue
        hits = _search(lexicon, said[party])
        value = hits.share(0, len(hits.covered)) if name in SHARES else hits.count
        yield Feature(name, value, None, hits.evidence)
    yield from _course(said.get("customer", ()), language, distrust)


def _course(said: tuple[_Said, ...], language: str, distrust: str | None) -> Iterator[Feature]:
    """How the customer's mood went from the first third of the words to the last."""
    positive, negative = load_lexicon("positive", language), load_lexicon("negative", language)
    words = sum(one.words for one in said)
    reason = distrust or _unheard(said, "customer")
    if reason is None and words < MIN_WORDS_FOR_THIRDS:
        reason = f"fewer than {MIN_WORDS_FOR_THIRDS} customer words"
    if reason is None and (positive is None or negative is None):
        reason = f"no positive and negative lexicons for language {language}"
    if reason is not None or positive is None or negative is None:
        yield from (Feature(name, None, reason) for name in COURSE)
        return
    good, bad = _search(positive, said), _search(negative, said)
    third = words // 3
    last_bad = bad.share(words - third, words)
    last = good.share(words - third, words) - last_bad
    first = good.share(0, third) - bad.share(0, third)
    yield Feature("customer_negative_last_third", last_bad, None, bad.evidence)
    yield Feature("customer_sentiment_drift", last - first, None, _in_order((*good.evidence, *bad.evidence)))


def _unheard(said: tuple[_Said, ...], party: Party) -> str | None:
    return None if any(one.words for one in said) else f"no {party} words"


def _said(transcript: Transcript, party: Party, language: str) -> tuple[_Said, ...]:
    return tuple(_read(utterance, language) for utterance in transcript.of(party))


def _read(utterance: Utterance, language: str) -> _Said:
    trusted = [word for word in utterance.words if word.suspect is None]
    texts = [word.text for word in trusted] if utterance.words else utterance.text.split()
    tokens, sources = spoken_tokens(texts, language)
    order = {source: index for index, source in enumerate(sorted(set(sources)))}  # words that hold only marks are none
    times: list[Interval | None] = [
        Interval(word.start_s, word.end_s) if word.start_s is not None and word.end_s is not None else None
        for word in trusted
    ] or [None] * len(texts)
    word_of = tuple(order[source] for source in sources)
    return _Said(tokens, word_of, tuple(times[source] for source in sources), len(order))


def _search(lexicon: Lexicon, said: tuple[_Said, ...]) -> _Hits:
    count, evidence, covered = 0, [], []
    for one in said:
        marks = [False] * one.words
        for hit in lexicon.find(one.tokens):
            count += 1
            for token in range(hit.start, hit.end):
                marks[one.word_of[token]] = True
            first, last = one.times[hit.start], one.times[hit.end - 1]
            if first is not None and last is not None:
                evidence.append(Interval(first.start_s, last.end_s))
        covered.extend(marks)
    return _Hits(count, _in_order(evidence), tuple(covered))


def _in_order(pieces: list[Interval] | Intervals) -> Intervals:
    """Sorted, without repeats; a chat's message has a moment, so empty intervals stay."""
    return tuple(sorted(set(pieces)))
