"""Openings → topics by rules: the first topic in the file one of whose phrases was said."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from voxcx.insight.archive import Flags, Labels
from voxcx.insight.topics.rules import RulesByLanguage, TopicRules
from voxcx.language.keeping import Kept
from voxcx.language.phrases import PhraseSet, compile_phrase
from voxcx.language.tokens import Token, tokens_of

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
KEPT_WORDS = 200_000


def languages_of(openings: Labels, told: Labels) -> Labels:
    """[n], the language of each opening: as told, else by its letters."""
    made = [
        language or ("ru" if CYRILLIC.search(opening) else "en")
        for opening, language in zip(openings.tolist(), told.tolist(), strict=True)
    ]
    return np.array(made, dtype=object)


def match_topics(openings: Labels, languages: Labels, rules: RulesByLanguage) -> tuple[Labels, Flags]:
    """[n] topic, "" where no rule fits or the language has none; [n] whether the opening asks where or when."""
    topic = np.full(len(openings), "", dtype=object)
    asks = np.zeros(len(openings), dtype=bool)
    for language, own in rules.items():
        rows = np.flatnonzero((languages == language) & (openings != ""))
        if len(rows):
            topic[rows], asks[rows] = TopicMatcher(own).match(openings[rows].tolist())
    return topic, asks


class TopicMatcher:
    """The rules of one language, compiled. Each word is read once, each distinct opening is searched once."""

    def __init__(self, rules: TopicRules) -> None:
        language = rules.language
        self._topics = [topic.id for topic in rules.topics]
        told = [(place, phrase) for place, topic in enumerate(rules.topics) for phrase in topic.phrases]
        self._place = {phrase: place for place, phrase in reversed(told)}  # in the order of the file
        self._rules = PhraseSet(compile_phrase(phrase, language) for _, phrase in told)
        self._asks = PhraseSet(compile_phrase(phrase, language) for phrase in rules.asks)
        self._tokens: Kept[tuple[Token, ...]] = Kept(
            lambda word: tokens_of(word.replace("’", "'"), language), KEPT_WORDS
        )

    def match(self, openings: Sequence[str]) -> tuple[Labels, Flags]:
        """Topic of each opening, and whether it asks."""
        known = Kept(self._one, KEPT_WORDS)
        told = [known[opening] for opening in openings]
        return np.array([topic for topic, _ in told], dtype=object), np.array([asks for _, asks in told], dtype=bool)

    def _one(self, opening: str) -> tuple[str, bool]:
        tokens = [token for word in opening.split() for token in self._tokens[word]]
        return self._topic(tokens), self._said(tokens)

    def _topic(self, tokens: Sequence[Token]) -> str:
        """Phrases stand in the order of the file, so a word is asked only for what comes before the best so far."""
        best = len(self._topics)
        for start, token in enumerate(tokens):
            for index in self._rules.beginning(token):
                phrase = self._rules.phrases[index]
                place = self._place[phrase.pattern]
                if place >= best:
                    break
                if phrase.longest(tokens, start) is not None:
                    best = place
                    break
        return self._topics[best] if best < len(self._topics) else ""

    def _said(self, tokens: Sequence[Token]) -> bool:
        return any(
            self._asks.phrases[index].longest(tokens, start) is not None
            for start, token in enumerate(tokens)
            for index in self._asks.beginning(token)
        )
