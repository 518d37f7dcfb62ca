"""The phrase language of QA forms, lexicons and search.

=====================  =============================================================================================
``подождите минуту``   words in any form: «подожди минуту» matches, «минуту подождите» does not
``=подождите``         this very form; ``"на линии"`` is several of them
``{день|добрый вечер}``  one of the alternatives, each of several words if need be, nested as you like
``подождите [ещё]``    optional words
``не ... понял``       up to 4 other words between; ``...7`` up to 7
``претензи*``          words that begin so
``<имя>``              entities: <имя> <число> <сумма> <дата> <срок> <компания>, or <name> <number> <sum> <date> <term>
                       <company>
=====================  =============================================================================================

Punctuation is not part of a phrase: it is passed over in the text and in the pattern. Words match when their sets of
normal forms meet; with ``fuzzy`` a word of at least 5 letters may have a slip (RapidFuzz ratio ≥ 85 %). A company of
the vocabulary is found at a ratio ≥ 80 %, also across word boundaries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from voxcx.errors import FormError
from voxcx.language import grammar
from voxcx.language.automaton import Automaton, Tolerant, TooLargeError, build
from voxcx.language.entities import Vocabulary
from voxcx.language.tokens import Token

__all__ = ["Match", "Phrase", "PhraseSet", "Vocabulary", "compile_phrase"]

NO_VOCABULARY = Vocabulary()
KEPT_WORDS = 20_000  # of each set of phrases


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens [start, end) that fit a pattern."""

    start: int
    end: int
    pattern: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled pattern; make it with ``compile_phrase``."""

    pattern: str
    language: str
    automaton: Automaton

    def find(self, tokens: Sequence[Token]) -> tuple[Match, ...]:
        """Matches from left to right, each the longest from its start, none overlapping."""
        found, start = [], 0
        while start < len(tokens):
            end = self.longest(tokens, start)
            if end is not None:
                found.append(Match(start, end, self.pattern))
            start = end or start + 1
        return tuple(found)

    def longest(self, tokens: Sequence[Token], start: int) -> int | None:
        """End of the longest match that begins at this token, or None."""
        return self.automaton.longest(tokens, start)


def compile_phrase(
    pattern: str,
    language: str,
    vocabulary: Vocabulary = NO_VOCABULARY,
    *,
    fuzzy: bool = False,
    tolerant: Tolerant = "no",
) -> Phrase:
    """Compile a pattern for texts of a language.

    ``tolerant``: stretches of at least 8 letters also match what only sounds like them, also across word boundaries.

    Raises FormError naming the pattern, the position (from 1) and a correct example.

    >>> from voxcx.language.tokens import tokenise
    >>> hold = compile_phrase("{оставаться|побыть} ... линии", "ru")
    >>> hold.find(tokenise("Хорошо, оставайтесь, пожалуйста, на линии.", "ru"))
    (Match(start=1, end=5, pattern='{оставаться|побыть} ... линии'),)
    """
    tree = grammar.parse(pattern)
    _refuse_open_ends(pattern, tree)
    try:
        automaton = build(tree, language, vocabulary, fuzzy=fuzzy, tolerant=tolerant)
    except TooLargeError:
        raise FormError(f"Phrase {pattern[:60]!r}, position 1: got a pattern too large; split it in several.") from None
    if automaton.accepts_nothing_said:
        example = grammar.EXAMPLES["empty"]
        raise FormError(
            f"Phrase {pattern!r}, position 1: got a pattern that needs no word; expected one such as {example}."
        )
    return Phrase(pattern, language, automaton)


def compile_any(name: str, patterns: Iterable[str], language: str) -> Phrase:
    """Patterns as one phrase: from each word it matches what the longest of them does. Raises as ``compile_phrase``.

    So many patterns cost a search of many phrases no more than one, where it matters not which of them was said.
    """
    known = tuple(dict.fromkeys(patterns))
    for pattern in known:
        compile_phrase(pattern, language)  # each by itself, so that an error names it
    tree = grammar.Sequence((grammar.Choice(tuple(grammar.parse(pattern) for pattern in known)),))
    return Phrase(name, language, build(tree, language, NO_VOCABULARY, fuzzy=False))


def _refuse_open_ends(pattern: str, tree: grammar.Sequence) -> None:
    for index, side in ((0, "begins"), (-1, "ends")):
        if tree.parts and isinstance(tree.parts[index], grammar.Gap):
            position = 1 if index == 0 else len(pattern.rstrip())
            example = grammar.EXAMPLES["gap"]
            raise FormError(
                f"Phrase {pattern!r}, position {position}: got a gap where the pattern {side}; "
                f"expected words on both sides of it, such as {example}."
            )


class PhraseSet:
    """Many phrases searched in one pass: each token only tries the phrases that can begin with it."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._by_form: dict[str, list[int]] = {}
        self._by_text: dict[str, list[int]] = {}
        self._by_prefix: dict[str, list[int]] = {}
        self._anywhere: list[int] = []
        self._begun: dict[str, tuple[int, ...]] = {}
        for index, phrase in enumerate(self.phrases):
            self._index(index, phrase)
        self._prefix_lengths = tuple(sorted({len(prefix) for prefix in self._by_prefix}))

    def _index(self, index: int, phrase: Phrase) -> None:
        tests = phrase.automaton.first_tests()
        if tests is None or any(test.fuzzy for test in tests):
            self._anywhere.append(index)
            return
        places = {"forms": self._by_form, "exact": self._by_text, "prefix": self._by_prefix}
        for test in tests:
            for key in test.wanted:
                places[test.kind].setdefault(key, []).append(index)

    def find(self, tokens: Sequence[Token]) -> tuple[Match, ...]:
        """Matches of any phrase from left to right: the longest from each start, none overlapping.

        So «большое спасибо» counts once, even when «спасибо» is in the set too.
        """
        found, start = [], 0
        while start < len(tokens):
            match = self._longest(tokens, start)
            if match is not None:
                found.append(match)
            start = start + 1 if match is None else match.end
        return tuple(found)

    def find_each(self, tokens: Sequence[Token]) -> tuple[Match, ...]:
        """Matches of every phrase on its own, as ``Phrase.find`` gives them, in order of their start.

        Matches of different phrases may overlap.
        """
        after = [0] * len(self.phrases)
        found = []
        for start, token in enumerate(tokens):
            for index in self.beginning(token):
                end = self.phrases[index].longest(tokens, start) if start >= after[index] else None
                if end is not None:
                    after[index] = end
                    found.append(Match(start, end, self.phrases[index].pattern))
        return tuple(found)

    def _longest(self, tokens: Sequence[Token], start: int) -> Match | None:
        best: Match | None = None
        for index in self.beginning(tokens[start]):
            end = self.phrases[index].longest(tokens, start)
            if end is not None and (best is None or end > best.end):
                best = Match(start, end, self.phrases[index].pattern)
        return best

    def beginning(self, token: Token) -> tuple[int, ...]:
        """Phrases that may begin with a word, in order; worked out once for each word."""
        begun = self._begun.get(token.lower)
        if begun is None:
            if len(self._begun) >= KEPT_WORDS:
                self._begun.clear()
            begun = self._begun[token.lower] = tuple(sorted(set(self._candidates(token))))
        return begun

    def _candidates(self, token: Token) -> Iterator[int]:
        for index in self._anywhere:
            tests = self.phrases[index].automaton.first_tests()
            if tests is None or any(test.fits(token) for test in tests):
                yield index
        for form in token.forms:
            yield from self._by_form.get(form, ())
        yield from self._by_text.get(token.lower, ())
        for length in self._prefix_lengths:
            yield from self._by_prefix.get(token.lower[:length], ())
