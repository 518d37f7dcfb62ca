"""Lexical features: what the parties' words say of their mood and of the contact, by lexicons (configs/lexicons).

Shares are words covered by hits ÷ words of the role; counts are hits. Only a voice's own words are read (trusted, said
in talk), and a hit never crosses from one utterance to the next. Evidence is the time of the hit's words; a chat's
words carry their message's time, and none in a chat whose export has no times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from voxcx.domain.features import Feature
from voxcx.domain.intervals import Interval, Intervals
from voxcx.domain.transcript import Word
from voxcx.features.voice import PARTIES, Party, Voice, Voices
from voxcx.language.lexicons import Lexicon, load_lexicon
from voxcx.language.tokens import Token, spoken_tokens

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


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Something said once or many times («угу»): it is read once, and searched once with each lexicon.

    Token k is from word ``sources[k]`` of the utterance, which is word ``word_of[k]`` when only marks are no words.
    """

    tokens: tuple[Token, ...]
    sources: tuple[int, ...]
    word_of: tuple[int, ...]
    words: int


@dataclass(frozen=True, slots=True)
class _Said:
    """One utterance: what was said, and when each of its words was."""

    line: _Line
    timed: tuple[Word, ...]

    def span(self, first: int, last: int) -> Interval | None:
        """From the word of one token to that of another; None where times are not known."""
        if not self.timed:
            return None
        one, other = (self.timed[self.line.sources[k]] for k in (first, last))
        if one.start_s is None or other.end_s is None:
            return None
        return Interval(one.start_s, other.end_s)


@dataclass(frozen=True, slots=True)
class _Hit:
    """Words [first, end) of the role, and when they were said."""

    first: int
    end: int
    span: Interval | None


@dataclass(frozen=True, slots=True)
class _Hits:
    """What one lexicon found among all ``words`` of the role."""

    hits: tuple[_Hit, ...]
    words: int

    def share(self, first: int, end: int) -> float:
        """Share of words [first, end) that hits cover."""
        covered = {word for hit in self.hits for word in range(max(hit.first, first), min(hit.end, end))}
        return len(covered) / (end - first)

    def evidence(self, first: int, end: int) -> Intervals:
        """When hits were said that have a word among [first, end)."""
        return _in_order(hit.span for hit in self.hits if hit.span and hit.first < end and hit.end > first)


def lexical_features(voices: Voices) -> Iterator[Feature]:
    """The ``lexical`` family of the catalogue, for calls and chats.

    Languages without lexicons give None, and so does a timeline whose roles cannot be trusted, with its reason.

    Yields:
        Every lexical feature once. ``customer_sentiment_drift`` is (positive − negative) share of the customer's last
        third of words − of the first third; thirds need 3 words and have ⌊n/3⌋ words each.
    """
    language, distrust = voices[0].transcript.language, voices[0].timeline.distrust
    said = {voice.party: _said(voice) for voice in voices} if distrust is None else {}
    moods: dict[str, _Hits] = {}
    for name, (lexicon_name, party) in (SHARES | COUNTS).items():
        reason = distrust or _unheard(said[party], party)
        lexicon = load_lexicon(lexicon_name, language)
        if reason is None and lexicon is None:
            reason = f"no {lexicon_name} lexicon for language {language}"
        if reason is not None or lexicon is None:
            yield Feature(name, None, reason)
            continue
        hits = _search(lexicon, said[party])
        if party == "customer" and name in SHARES:
            moods[lexicon_name] = hits
        value = hits.share(0, hits.words) if name in SHARES else len(hits.hits)
        yield Feature(name, value, None, hits.evidence(0, hits.words))
    yield from _course(said.get("customer", ()), moods, language, distrust)


def _course(
    said: tuple[_Said, ...], moods: Mapping[str, _Hits], language: str, distrust: str | None
) -> Iterator[Feature]:
    """How the customer's mood went from the first third of the words to the last."""
    good, bad = moods.get("positive"), moods.get("negative")
    words = sum(one.line.words for one in said)
    reason = distrust or _unheard(said, "customer")
    if reason is None and words < MIN_WORDS_FOR_THIRDS:
        reason = f"fewer than {MIN_WORDS_FOR_THIRDS} customer words"
    if reason is None and (good is None or bad is None):
        reason = f"no positive and negative lexicons for language {language}"
    if reason is not None or good is None or bad is None:
        yield from (Feature(name, None, reason) for name in COURSE)
        return
    first, last = (0, words // 3), (words - words // 3, words)
    begun, ended = (good.share(*third) - bad.share(*third) for third in (first, last))
    compared = _in_order(span for hits in (good, bad) for third in (first, last) for span in hits.evidence(*third))
    yield Feature("customer_negative_last_third", bad.share(*last), None, bad.evidence(*last))
    yield Feature("customer_sentiment_drift", ended - begun, None, compared)


def _unheard(said: tuple[_Said, ...], party: Party) -> str | None:
    return None if any(one.line.words for one in said) else f"no {party} words"


def _said(voice: Voice) -> tuple[_Said, ...]:
    lines: dict[tuple[str, ...], _Line] = {}
    said = []
    for utterance in voice.utterances:
        texts = tuple(word.text for word in utterance.words) or tuple(utterance.text.split())
        if texts not in lines:
            lines[texts] = _read(texts, voice.transcript.language)
        said.append(_Said(lines[texts], utterance.words))
    return tuple(said)


def _read(texts: tuple[str, ...], language: str) -> _Line:
    tokens, sources = spoken_tokens(texts, language)
    order = {source: index for index, source in enumerate(sorted(set(sources)))}  # words that hold only marks are none
    return _Line(tokens, sources, tuple(order[source] for source in sources), len(order))


def _search(lexicon: Lexicon, said: tuple[_Said, ...]) -> _Hits:
    found = {line: lexicon.find(line.tokens) for line in dict.fromkeys(one.line for one in said)}
    hits, before = [], 0  # words of the utterances before
    for one in said:
        for match in found[one.line]:
            first, last = match.start, match.end - 1
            words = one.line.word_of
            hits.append(_Hit(before + words[first], before + words[last] + 1, one.span(first, last)))
        before += one.line.words
    return _Hits(tuple(hits), before)


def _in_order(pieces: Iterable[Interval]) -> Intervals:
    """Sorted, without repeats; a chat's message has a moment, so empty intervals stay."""
    return tuple(sorted(set(pieces)))
