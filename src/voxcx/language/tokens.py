"""Text to tokens with their normal forms and their place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from voxcx.language.normal_forms import forms, lowered

if TYPE_CHECKING:
    from spacy.tokenizer import Tokenizer

__all__ = ["Token", "forms", "lowered", "spoken_tokens", "tokenise", "tokens_of"]

TOKENISERS = {"ru": "ru", "en": "en"}  # another language is split by the rules that all languages share
ENDLESS = re.compile(r"\S{200,}")  # spaCy needs minutes for a row of 50 000 apostrophes; such a chunk is split plainly
ENDLESS_LETTERS = 100
MARKS_BEHIND = frozenset(",!?")
ENDS_SENTENCE = re.compile(r"(?:[A-ZА-ЯЁ]?[a-zа-яё]+|[0-9]+)\.")  # after a capital a full stop may be an initial's
MOST_LEXEMES = 200_000  # spaCy keeps every word it meets; then it begins anew: bounds memory
NO_WORD = re.compile(r"[\W_]")
CLIPPED = frozenset({"ca", "wo", "sha", "nt", "gon", "na", "ta", "cos", "coz"})  # left of "can't", "gonna" …
SYMBOLS_SAID = frozenset("%$€£₽№")  # punctuation that is read aloud
# spaCy's own infixes split at hyphens; «да-да», «что-то», "e-mail" and "mm-hm" are one word each.
INFIXES = (
    r"\.\.+|…",
    r"--+|[–—]",
    r"(?<=\w)[,;:?!()\[\]«»\"/+=<>|](?=[^\W\d_])",
    r"(?<=[^\W\d_])[,;:?!()\[\]«»\"/+=<>|](?=\w)",
    r"(?<=[^\W\d_])\.(?=[A-ZА-ЯЁ])",
    r"(?<=\d)-(?=\d)",
    r"(?<=\d)(?=[$€£₽%])",
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or spoken symbol (%, currency). ``text`` is verbatim; [start, end) are its characters.

    ``lower`` is the text in lower case with ё as е; an English clitic is written out ("n't" → "not").
    """

    text: str
    forms: frozenset[str]
    start: int
    end: int
    lower: str = ""


@cache
def _tokeniser(language: str) -> Tokenizer:
    import spacy  # noqa: PLC0415 - most of a second, which a command that reads no words does without
    from spacy.util import compile_infix_regex  # noqa: PLC0415 - as above

    tokeniser = cast("Tokenizer", spacy.blank(TOKENISERS.get(language, "xx")).tokenizer)
    tokeniser.infix_finditer = compile_infix_regex(INFIXES).finditer
    return tokeniser


def load_tokenisers() -> None:
    """Load them now: a worker that cannot is to say so before it is given work."""
    for language in TOKENISERS:
        _tokeniser(language)


def tokenise(text: str, language: str) -> tuple[Token, ...]:
    """Words and numbers of a text in order; punctuation is left out, so that a phrase reads across a comma.

    English contractions are split as spoken: "don't" is *do* and *not*, "I'll" is *I* and *will*.

    >>> [token.text for token in tokenise("Да-да, подождите!", "ru")]
    ['Да-да', 'подождите']
    >>> [token.lower for token in tokenise("I can't.", "en")]
    ['i', 'can', 'not']
    """
    english = language == "en"
    found = []
    plain = ENDLESS.sub(lambda chunk: NO_WORD.sub(" ", chunk.group()), text.replace("’", "'"))
    tokeniser = _tokeniser(language)
    if len(tokeniser.vocab) > MOST_LEXEMES:
        _tokeniser.cache_clear()
    for token in tokeniser(plain):
        verbatim = token.text
        if not any(map(str.isalnum, verbatim)) and verbatim not in SYMBOLS_SAID:
            continue
        lower = lowered(verbatim)
        if english and ("'" in lower or lower in CLIPPED):
            lower = lowered(token.norm_)
        start = token.idx
        end = start + len(verbatim)
        found.append(Token(text[start:end], forms(lower, language), start, end, lower.strip(".")))
    return tuple(found)


@cache
def _exceptions(language: str) -> frozenset[str]:
    """Words that the tokeniser has rules of its own for ("cannot", «руб.»)."""
    return frozenset(_tokeniser(language).rules) | CLIPPED


def tokens_of(word: str, language: str) -> tuple[Token, ...]:
    """Tokens of one word as it is written; a tokeniser splits at spaces first. Who asks often keeps the answer.

    Letters alone or figures alone, with at most one mark behind them, are one token: the tokeniser need not be asked,
    which costs more than all the rest.
    """
    core = word[:-1] if word[-1:] in MARKS_BEHIND or ENDS_SENTENCE.fullmatch(word) else word
    plain = core.isalpha() or (core.isascii() and core.isdecimal())
    if plain and len(core) < ENDLESS_LETTERS and _exceptions(language).isdisjoint((core, word)):
        lower = lowered(core)
        if lower not in CLIPPED:
            return (Token(core, forms(lower, language), 0, len(core), lower),)
    return tokenise(word, language)


def spoken_tokens(texts: Sequence[str], language: str) -> tuple[tuple[Token, ...], tuple[int, ...]]:
    """Tokens of words that come one by one (a transcript's), and for each token the index of the word it is from.

    Token offsets count in the words joined by single spaces. A token belongs to the word it starts in.
    """
    starts, length = [], 0
    for text in texts:
        starts.append(length)
        length += len(text) + 1
    tokens = tokenise(" ".join(texts), language)
    return tokens, tuple(bisect_right(starts, token.start) - 1 for token in tokens)
