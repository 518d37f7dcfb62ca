"""A phrase's tree as a finite automaton over tokens; matching follows all its states at once.

Time is bounded by states × tokens of the longest match for every start: nothing in a pattern can make it explode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from voxcx.language import grammar
from voxcx.language.alike import Alike
from voxcx.language.entities import PATTERNS, Spotter, Vocabulary, spotter
from voxcx.language.fuzzy import nearly_equal
from voxcx.language.normal_forms import exact_forms
from voxcx.language.tokens import Token, tokenise
from voxcx.language.wordings import stretches, wordings

MAX_STATES = 20_000
Tolerant = Literal["no", "words", "exact_too"]  # whether stretches may only sound alike: none, all but "=", all


@dataclass(frozen=True, slots=True)
class WordTest:
    """Whether one token fits: by normal forms (optionally but for a slip), exactly, by prefix, or any token."""

    kind: str
    wanted: frozenset[str]
    fuzzy: bool = False

    def fits(self, token: Token) -> bool:
        """Whether the token is the wanted word."""
        if self.kind == "forms":
            if not token.forms.isdisjoint(self.wanted):
                return True
            return self.fuzzy and nearly_equal(token.lower, token.forms, self.wanted)
        if self.kind == "exact":
            return token.lower in self.wanted
        if self.kind == "prefix":
            return any(token.lower.startswith(prefix) for prefix in self.wanted)
        return True


ANY = WordTest("any", frozenset())


class TooLargeError(ValueError):
    """The pattern asks for more states than any honest phrase needs."""


@dataclass(slots=True)
class Automaton:
    """States are numbers from 0 (start) to ``accepting``; each has moves by a word, by an entity, or for free."""

    language: str
    vocabulary: Vocabulary
    fuzzy: bool
    tolerant: Tolerant = "no"
    alike: list[Alike] = field(default_factory=list)
    words: list[list[tuple[WordTest, int]]] = field(default_factory=list)
    entities: list[list[tuple[Spotter, int]]] = field(default_factory=list)
    kinds: list[list[tuple[str, int]]] = field(default_factory=list)  # entities by name, for a search of many
    free: list[list[int]] = field(default_factory=list)
    closures: list[tuple[int, ...]] = field(default_factory=list)
    accepting: int = 0

    def state(self) -> int:
        """A new state."""
        if len(self.free) >= MAX_STATES:
            raise TooLargeError
        self.words.append([])
        self.entities.append([])
        self.kinds.append([])
        self.free.append([])
        return len(self.free) - 1

    def finish(self, accepting: int) -> None:
        """Close the automaton: from now on it only matches."""
        self.accepting = accepting
        self.closures = [self._closure(state) for state in range(len(self.free))]

    def _closure(self, state: int) -> tuple[int, ...]:
        seen, waiting = {state}, [state]
        while waiting:
            for after in self.free[waiting.pop()]:
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        return tuple(sorted(s for s in seen if self.words[s] or self.entities[s] or s == self.accepting))

    @property
    def accepts_nothing_said(self) -> bool:
        """Whether the pattern can match no words at all."""
        return self.accepting in self.closures[0]

    def first_tests(self) -> tuple[WordTest, ...] | None:
        """Tests of the first word; None when a match may begin with an entity or any word."""
        tests: list[WordTest] = []
        for state in self.closures[0]:
            if self.entities[state]:
                return None
            tests.extend(test for test, _ in self.words[state])
        return None if any(test.kind == "any" for test in tests) else tuple(tests)

    def longest(self, tokens: Sequence[Token], start: int) -> int | None:
        """End of the longest match that begins at a token, or None."""
        arrivals: dict[int, set[int]] = {start: set(self.closures[0])}
        best, position = None, start
        while arrivals:
            states = arrivals.pop(position, None)
            if states is not None:
                if self.accepting in states and position > start:
                    best = position
                if position < len(tokens):
                    self._step(tokens, position, states, arrivals)
            position += 1
        return best

    def _step(self, tokens: Sequence[Token], position: int, states: set[int], arrivals: dict[int, set[int]]) -> None:
        token = tokens[position]
        for state in states:
            for test, after in self.words[state]:
                if test.fits(token):
                    arrivals.setdefault(position + 1, set()).update(self.closures[after])
            for spot, after in self.entities[state]:
                for end in spot(tokens, position):
                    arrivals.setdefault(end, set()).update(self.closures[after])


def build(
    tree: grammar.Sequence, language: str, vocabulary: Vocabulary, *, fuzzy: bool, tolerant: Tolerant = "no"
) -> Automaton:
    """The automaton of a parsed pattern."""
    automaton = Automaton(language, vocabulary, fuzzy, tolerant)
    start = automaton.state()
    automaton.finish(_sequence(automaton, tree, start))
    return automaton


def _sequence(automaton: Automaton, sequence: grammar.Sequence, start: int) -> int:
    if automaton.tolerant != "no":
        return _tolerantly(automaton, sequence, start)
    for node in sequence.parts:
        start = _node(automaton, node, start)
    return start


def _tolerantly(automaton: Automaton, sequence: grammar.Sequence, start: int) -> int:
    """Each plain stretch as it is written, or in one step by how it sounds."""
    tolerant = automaton.tolerant
    for nodes, plain in stretches(sequence.parts, exact=tolerant == "exact_too"):
        end = start
        automaton.tolerant = "no" if plain else tolerant
        for node in nodes:
            end = _node(automaton, node, end)
        automaton.tolerant = tolerant
        alike = Alike(wordings(nodes, automaton.language) if plain else (), automaton.language)
        if alike.ways:
            automaton.alike.append(alike)
            automaton.entities[start].append((alike, end))
        start = end
    return start


def _node(automaton: Automaton, node: grammar.Node, start: int) -> int:
    if isinstance(node, grammar.Text):
        return _text(automaton, node, start)
    if isinstance(node, grammar.Gap):
        return _gap(automaton, node, start)
    if isinstance(node, grammar.Entity):
        return _entity(automaton, node.name, start)
    end = automaton.state()
    for option in node.options:
        automaton.free[_sequence(automaton, option, start)].append(end)
    if node.optional:
        automaton.free[start].append(end)
    return end


def _text(automaton: Automaton, text: grammar.Text, start: int) -> int:
    tokens = tokenise(text.text, automaton.language)
    for index, token in enumerate(tokens):
        if text.kind == "forms":
            wanted = token.forms | {token.lower} if automaton.fuzzy else token.forms  # a slip is like the very word
            test = WordTest("forms", wanted, automaton.fuzzy)
        else:
            kind = text.kind if index == len(tokens) - 1 else "exact"
            cut = kind == "exact" and start > 0  # a clitic begins nothing: "that's it" does not ask "is it"
            wanted = exact_forms(token.lower, automaton.language) if cut else frozenset({token.lower})
            test = WordTest(kind, wanted)
        end = automaton.state()
        automaton.words[start].append((test, end))
        start = end
    return start


def _gap(automaton: Automaton, gap: grammar.Gap, start: int) -> int:
    end = automaton.state()
    automaton.free[start].append(end)
    for _ in range(gap.words):
        following = automaton.state()
        automaton.words[start].append((ANY, following))
        automaton.free[following].append(end)
        start = following
    return end


def _entity(automaton: Automaton, name: str, start: int) -> int:
    end = automaton.state()
    spot = spotter(name, automaton.language, automaton.vocabulary)
    if spot is not None:
        automaton.entities[start].append((spot, end))
        automaton.kinds[start].append((name, end))
    elif name in PATTERNS.get(automaton.language, {}):
        tree = grammar.parse("{" + PATTERNS[automaton.language][name] + "}", shipped=True)
        automaton.free[_sequence(automaton, tree, start)].append(end)
    return end  # an entity that the language does not know is never reached
