"""Many phrases searched at once: their automata made one, whose sets of states are worked out as texts need them.

Most words begin no phrase, and a word that begins some leads to one set of states, however many phrases these are. So
time hardly grows with the number of phrases (a lazily determinised automaton; Aho & Corasick 1975 for the idea of many
patterns in one pass).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from voxcx.language.automaton import WordTest
from voxcx.language.phrases import Phrase
from voxcx.language.spotting import Spotters, may_begin
from voxcx.language.tokens import Token

Hit = tuple[str, int, int]  # pattern, tokens [start, end)
States = frozenset[int]
NONE: States = frozenset()
NO_WORDS: frozenset[str] = frozenset()
NOTHING: Mapping[int, States] = {}
MAX_SETS = 20_000  # then they are forgotten and worked out anew: bounds memory on endless texts
MAX_STEPS = 1_000_000  # words remembered in all sets


@dataclass(slots=True, eq=False)
class StateSet:
    """States that are alive together: where each word leads, and which phrases end here."""

    states: States
    accepts: tuple[int, ...] = ()
    anyway: States = NONE
    by_form: dict[str, States] = field(default_factory=dict)
    by_text: dict[str, States] = field(default_factory=dict)
    by_prefix: tuple[tuple[str, States], ...] = ()
    entities: tuple[tuple[str, States], ...] = ()
    known: dict[str, StateSet | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Roads:
    """A set of states being put together."""

    accepts: list[int] = field(default_factory=list)
    entities: dict[str, States] = field(default_factory=dict)
    words: dict[str, dict[str, set[int]]] = field(default_factory=lambda: {"forms": {}, "exact": {}, "prefix": {}})
    anyway: set[int] = field(default_factory=set)

    def by_word(self, test: WordTest, after: States) -> None:
        """Words that fit a test lead there."""
        if test.kind == "any":
            self.anyway |= after
            return
        for key in test.wanted:
            self.words[test.kind].setdefault(key, set()).update(after)

    def built(self, states: States) -> StateSet:
        """The finished set."""
        ready = {kind: {key: frozenset(after) for key, after in places.items()} for kind, places in self.words.items()}
        return StateSet(
            states,
            tuple(sorted(self.accepts)),
            frozenset(self.anyway),
            ready["forms"],
            ready["exact"],
            tuple(ready["prefix"].items()),
            tuple(sorted(self.entities.items())),
        )


def _later(
    entities: Iterable[tuple[str, States]], start: int, ends: Callable[[str, int], tuple[int, ...]]
) -> dict[int, States]:
    """What is alive after the entities that begin at a token, by where they end."""
    later: dict[int, States] = {}
    for kind, after in entities:
        for end in ends(kind, start):
            later[end] = later.get(end, NONE) | after
    return later


class Together:
    """Phrases of one language in one automaton; ``find`` gives what each would find on its own."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._bases: list[int] = []
        self._owners: list[int] = []  # phrase of each state
        for index, phrase in enumerate(self.phrases):
            self._bases.append(len(self._owners))
            self._owners += [index] * len(phrase.automaton.free)
        self._starts: States = NONE.union(*(self._closed(index, 0) for index in range(len(self.phrases))))
        self._forget()

    def _forget(self) -> None:
        self._sets: dict[States, StateSet] = {}
        self._openers: dict[str, tuple[tuple[str, States], ...]] = {}
        self._dull: set[str] = set()  # words as they are written with which nothing begins
        self._steps = 0
        self._start = self._make(self._starts)

    @cached_property
    def entities(self) -> frozenset[str]:
        """Kinds of entities that the phrases speak of."""
        return frozenset(kind for p in self.phrases for edges in p.automaton.kinds for kind, _ in edges)

    def find(self, tokens: Sequence[Token], spotters: Spotters, names: frozenset[str] | None = None) -> Iterator[Hit]:
        """Each phrase's matches from left to right, each the longest from its start, none overlapping.

        ``names``: what ``Spotters.openers`` says of the whole conversation, where that is known.
        """
        if len(self._sets) > MAX_SETS or self._steps > MAX_STEPS:
            self._forget()
        free_from: dict[int, int] = {}
        spotted: dict[tuple[str, int], tuple[int, ...]] = {}
        first, opening, spots = self._start.known, self._start.entities, spotters.by_kind
        own = tuple(pair for pair in opening if pair[0] in spotters.own)
        dull, opens = self._dull, spotters.opening(tokens, names) if own else NO_WORDS
        lively = [k for k, token in enumerate(tokens) if token.text not in dull or token.lower in opens]

        def ends(kind: str, at: int) -> tuple[int, ...]:
            if (kind, at) not in spotted:
                spotted[kind, at] = tuple(spots[kind](tokens, at)) if kind in spots else ()
            return spotted[kind, at]

        for start in lively:
            token = tokens[start]
            word = token.lower
            alive = first[word] if word in first else self._after(self._start, token)
            begun = self._openers[token.text] if token.text in self._openers else self._opened(token)
            if alive is None and not begun:
                dull.add(token.text)
            if word in opens:
                begun = (*own, *begun)
            later = _later(begun, start, ends) if begun else NOTHING
            if alive is None and not later:
                continue
            for index, end in self._longest(tokens, start + 1, alive, dict(later), ends).items():
                if start >= free_from.get(index, 0):
                    free_from[index] = end
                    yield self.phrases[index].pattern, start, end

    def _longest(
        self,
        tokens: Sequence[Token],
        position: int,
        alive: StateSet | None,
        later: dict[int, States],
        ends: Callable[[str, int], tuple[int, ...]],
    ) -> dict[int, int]:
        """The longest end of each phrase, from the states that are alive at a position; ``later`` joins in there."""
        found: dict[int, int] = {}
        while alive is not None or later:
            if later and position in later:
                joining = later.pop(position)
                alive = self._make(joining if alive is None else joining | alive.states)
            if alive is not None:
                for index in alive.accepts:
                    found[index] = position
                if position >= len(tokens):
                    break
                if alive.entities:
                    for end, after in _later(alive.entities, position, ends).items():
                        later[end] = later.get(end, NONE) | after
                token = tokens[position]
                word = token.lower
                alive = alive.known[word] if word in alive.known else self._after(alive, token)
            position += 1
        return found

    def _opened(self, token: Token) -> tuple[tuple[str, States], ...]:
        """Entities that a word may begin; worked out once for each word as it is written."""
        language = self.phrases[0].language
        begun = tuple(pair for pair in self._start.entities if may_begin(pair[0], token, language))
        self._openers[token.text] = begun
        self._steps += 1
        return begun

    def _after(self, alive: StateSet, token: Token) -> StateSet | None:
        """What is alive after a word; worked out once for each word."""
        word = token.lower
        states = alive.anyway.union(
            *(alive.by_form[form] for form in token.forms if form in alive.by_form),
            alive.by_text.get(word, NONE),
            *(after for prefix, after in alive.by_prefix if word.startswith(prefix)),
        )
        following = self._make(states) if states else None
        alive.known[word] = following
        self._steps += 1
        return following

    def _closed(self, index: int, state: int) -> States:
        base = self._bases[index]
        return frozenset(base + other for other in self.phrases[index].automaton.closures[state])

    def _make(self, states: States) -> StateSet:
        """The set for these states, with where each word leads from it."""
        made = self._sets.get(states)
        if made is not None:
            return made
        roads = _Roads()
        for state in states:
            index = self._owners[state]
            automaton, own = self.phrases[index].automaton, state - self._bases[index]
            if own == automaton.accepting:
                roads.accepts.append(index)
            for test, after in automaton.words[own]:
                roads.by_word(test, self._closed(index, after))
            for kind, after in automaton.kinds[own]:
                roads.entities[kind] = roads.entities.get(kind, NONE) | self._closed(index, after)
        made = self._sets[states] = roads.built(states)
        return made
