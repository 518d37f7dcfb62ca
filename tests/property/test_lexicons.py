"""However many lexicons are searched at once, each finds what it finds on its own, phrase by phrase."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voxcx.config import shipped
from voxcx.language.lexicons import LexiconFile, load_lexicons
from voxcx.language.numbers import spoken_size, verbalise
from voxcx.language.phrases import PhraseSet, compile_phrase
from voxcx.language.readings import read
from voxcx.language.tokens import Token, tokenise

NAMES = (
    *("apologies", "asks_for_human", "auto_reply", "churn", "complaint", "confusion", "contradiction", "doubt"),
    *("filler", "gratitude", "greeting", "handover", "hold_request", "hold_return", "joined", "moment_request"),
    *("negative", "officialese", "positive", "profanity", "prompt", "reask", "repeat_cue", "transfer", "unresolved"),
)
PLAIN = {"не", "нет,", "без", "очень", "рад", "вас", "5", "раз", "not", "don't", "no,", "very", "you", "2", "times"}
BRACKETS = re.compile(r"[{}\[\]|]")
FIGURES = st.text(alphabet="абвгё ab  \n\u00a0'’-—–0123456789.,:!?%$€₽№²", max_size=50)
MARKS = st.sampled_from(["", "", "", ",", ".", " -", "!"])
SOME = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def written(name: str, language: str) -> LexiconFile:
    text = shipped("configs", "lexicons", f"{name}.{language}.yaml").read_text(encoding="utf-8")
    return LexiconFile.model_validate(yaml.safe_load(text))


@cache
def vocabulary(language: str) -> tuple[str, ...]:
    """Stretches that lexicons are made of, so that made-up lines are full of hits and of their exceptions."""
    patterns = [p for name in NAMES for p in (*written(name, language).phrases, *written(name, language).exceptions)]
    pieces = (piece.split() for pattern in patterns for piece in BRACKETS.split(pattern))
    plain = (" ".join(w.strip("=*") for w in words if "<" not in w and "..." not in w) for words in pieces)
    return tuple(sorted({*plain, *PLAIN} - {""}))


@cache
def each(patterns: tuple[str, ...], language: str) -> PhraseSet:
    return PhraseSet(compile_phrase(pattern, language) for pattern in patterns)


def alone(name: str, tokens: tuple[Token, ...], language: str) -> tuple[tuple[int, int], ...]:
    """Hits of one lexicon by the definition: phrase by phrase, exceptions and negations apart."""
    lexicon = written(name, language)
    barred = {k for m in each(lexicon.exceptions, language).find_each(tokens) for k in range(m.start, m.end)}
    negation = each(written("negation", language).phrases, language).find_each(tokens) if lexicon.negatable else ()
    undone = {
        end
        for match in negation
        for end in range(match.start + 1, match.end + 1)
        if end < len(tokens) and all(b.start - a.end <= 1 for a, b in pairwise(tokens[match.start : end + 1]))
    }
    hits = each(lexicon.phrases, language).find(tokens)
    return tuple((m.start, m.end) for m in hits if m.start not in undone and barred.isdisjoint(range(m.start, m.end)))


@SOME
@given(st.sampled_from(["ru", "en"]), st.data())
def test_lexicons_together_find_what_each_finds_alone(language: str, data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.sampled_from(vocabulary(language)), min_size=1, max_size=6))
    text = " ".join(piece + data.draw(MARKS) for piece in pieces)
    found = load_lexicons(language, *NAMES).find(read(text.split(), language))
    tokens = tokenise(" ".join(text.split()), language)
    assert found == {name: hits for name in NAMES if (hits := alone(name, tokens, language))}


@SOME
@given(FIGURES, st.sampled_from(["ru", "en", "fr"]))
def test_an_utterance_is_spoken_as_its_words_are(text: str, language: str) -> None:
    words = verbalise(text, language)
    size = len(words), sum(letter.isalpha() for word in words for letter in word)
    assert read(text.split(), language).spoken_as(text, language) == size == spoken_size(text, language)
