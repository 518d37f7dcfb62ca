"""Words read once for all who ask: tokens with their normal forms, and the word that each of them is from.

Rooms look at the same utterances one after another, and short ones are said again and again, so some readings are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain, groupby

from voxcx.language.keeping import Kept
from voxcx.language.normal_forms import CACHED_WORDS
from voxcx.language.numbers import spoken_alone, spoken_size
from voxcx.language.tokens import Token, tokens_of

KEPT_READINGS = 1_000  # several interactions; a long one is read anew by each room, which costs little
KEPT_WORDS = 200  # a longer utterance is not kept: bounds memory
FIGURES = -1  # for the letters of a word with figures, which are not known without its neighbours
_Word = tuple[tuple[Token, ...], int, int]  # its tokens, and how many words and letters it is when it is spoken


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Words as they are written and their tokens in order, whose offsets count inside the own word.

    Token k is from word ``sources[k]``, which is word ``word_of[k]`` of ``words`` when only marks are no words.
    ``spoken`` is how many words and letters there are when it is spoken, the words parted by single spaces: with
    ``figures`` in it these matter ("2 500" is one number, two lines of a list are two).
    """

    texts: tuple[str, ...]
    tokens: tuple[Token, ...]
    sources: tuple[int, ...]
    word_of: tuple[int, ...]
    words: int
    spoken: tuple[int, int]
    figures: bool

    def spoken_as(self, text: str, language: str) -> tuple[int, int]:
        """How many words and letters a text with these very words is when it is spoken."""
        same = not self.figures or text == " ".join(self.texts)
        return self.spoken if same else spoken_size(text, language)

    def unbroken(self, first: int, last: int) -> bool:
        """Whether nothing but a space, so no punctuation, stands between neighbours from one token to another."""
        return all(self._beside(k) for k in range(first, last))

    def since(self, start: int) -> Reading:
        """What is left from a token on."""
        if not start:
            return self
        return replace(self, tokens=self.tokens[start:], sources=self.sources[start:], word_of=self.word_of[start:])

    def _beside(self, k: int) -> bool:
        one, other = self.tokens[k], self.tokens[k + 1]
        word, following = self.sources[k], self.sources[k + 1]
        if word == following:
            return other.start - one.end <= 1
        return following == word + 1 and one.end == len(self.texts[word]) and other.start == 0


def read(texts: Sequence[str], language: str) -> Reading:
    """The reading of words that come one by one, as a transcript's do."""
    return (_kept if len(texts) <= KEPT_WORDS else _read)(tuple(texts), language)


def _read(texts: tuple[str, ...], language: str) -> Reading:
    found = map(_words(language).__getitem__, texts)
    by_word, spoken, letters = zip(*found, strict=True) if texts else ((), (), ())
    tokens = tuple(chain.from_iterable(by_word))
    figures = FIGURES in letters
    size = _with_figures(texts, spoken, letters, language) if figures else (sum(spoken), sum(letters))
    if len(tokens) == len(texts) and all(by_word):  # nearly always: one token from each
        one_each = _upto(len(texts))
        return Reading(texts, tokens, one_each, one_each, len(texts), size, figures)
    sources = tuple([k for k, own in enumerate(by_word) for _ in own])
    order = {source: index for index, source in enumerate(dict.fromkeys(sources))}
    word_of = tuple([order[source] for source in sources])
    return Reading(texts, tokens, sources, word_of, len(order), size, figures)


def _with_figures(
    texts: Sequence[str], spoken: Sequence[int], letters: Sequence[int], language: str
) -> tuple[int, int]:
    """Words and letters as they are spoken; words with figures, and marks between them, are read together."""
    sizes = [(count, many) for count, many in zip(spoken, letters, strict=True) if many != FIGURES]
    for figures, row in groupby(zip(texts, spoken, letters, strict=True), key=lambda word: word[1] == 0):
        if figures:
            sizes.append(spoken_size(" ".join([text for text, _, _ in row]), language))
    return sum([count for count, _ in sizes]), sum([many for _, many in sizes])


@cache
def _words(language: str) -> Kept[_Word]:
    """Words of a language that were read before."""

    def make(text: str) -> _Word:
        said = spoken_alone(text)
        letters = FIGURES if said is None else sum(sum(map(str.isalpha, word)) for word in said)
        return tokens_of(text, language), len(said or ()), letters

    return Kept(make, CACHED_WORDS)


@lru_cache(maxsize=KEPT_WORDS)
def _upto(count: int) -> tuple[int, ...]:
    return tuple(range(count))


_kept = lru_cache(maxsize=KEPT_READINGS)(_read)
