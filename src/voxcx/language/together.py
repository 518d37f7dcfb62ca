"""Many phrases searched at once: their automata made one, whose sets of states are worked out as texts need them.

Most words begin no phrase, and a word that begins some leads to one set of states, however many phrases these are. So
time hardly grows with the number of phrases (a lazily determinised automaton; Aho & Corasick 1975 for the idea of many
patterns in one pass).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from voxcx.language.entities import Spotter
from voxcx.language.phrases import NO_VOCABULARY, Match, Phrase
from voxcx.language.spotting import TOLD_NEXT, Spotters, may_begin, spotters
from voxcx.language.state_sets import NONE, Pair, Pairs, Roads, States, StateSet
from voxcx.language.tokens import Token

Hit = tuple[str, int, int]  # pattern, tokens [start, end)
NO_WORDS: frozenset[str] = frozenset()
NOTHING_TOLD: Mapping[int, Pairs] = {}
MAX_SETS = 20_000  # then they are forgotten and worked out anew: bounds memory on endless texts
MAX_STEPS = 1_000_000  # words remembered in all sets


class _Seen:
    """One line with the entities in it: where one that begins at a token ends is worked out once."""

    __slots__ = ("_ends", "_spots", "tokens")

    def __init__(self, tokens: Sequence[Token], spots: Mapping[str, Spotter]) -> None:
        self.tokens, self._spots = tokens, spots
        self._ends: dict[tuple[str, int], tuple[int, ...]] = {}

    def after(self, entities: Iterable[Pair], start: int) -> dict[int, States]:
        """What is alive after the entities that begin at a token, by where they end."""
        later: dict[int, States] = {}
        for kind, states in entities:
            key = kind, start
            if key not in self._ends:
                self._ends[key] = tuple(self._spots[kind](self.tokens, start)) if kind in self._spots else ()
            for end in self._ends[key]:
                later[end] = later.get(end, NONE) | states
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
        self._begun: dict[str, tuple[StateSet | None, Pairs]] = {}
        self._dull: set[str] = set()  # words as they are written with which nothing begins
        self._steps = 0
        self._start = self._make(self._starts)
        self._told: dict[str, Pairs] = {}
        for pair in self._start.entities:
            for word in TOLD_NEXT.get(pair[0], ()):
                self._told[word] = (*self._told.get(word, ()), pair)

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
        dull, begun = self._dull, self._begun
        own = tuple(pair for pair in self._start.entities if pair[0] in spotters.own) if spotters.own else ()
        opens = spotters.opening(tokens, names) if own else NO_WORDS
        told = self._told_next(tokens) if self._told else NOTHING_TOLD
        free_from: dict[int, int] = {}
        seen = _Seen(tokens, spotters.by_kind)
        for start, token in enumerate(tokens):
            anyway = told.get(start, ()) if told else ()
            if opens and token.lower in opens:
                anyway = (*own, *anyway)
            if token.text in dull and not anyway:
                continue
            alive, pairs = begun[token.text] if token.text in begun else self._open(token)
            later = seen.after((*anyway, *pairs) if anyway else pairs, start) if anyway or pairs else {}
            if not later and (alive is None or self._ends_at_once(alive, tokens, start + 1)):
                continue
            for index, end in self._longest(seen, start + 1, alive, later).items():
                if start >= free_from.get(index, 0):
                    free_from[index] = end
                    yield self.phrases[index].pattern, start, end

    def _ends_at_once(self, alive: StateSet, tokens: Sequence[Token], position: int) -> bool:
        """Whether nothing ends before the next word and nothing goes on with it: so most that begins is over."""
        if alive.accepts or alive.entities:
            return False
        return position == len(tokens) or (
            (word := tokens[position].lower) in alive.known and alive.known[word] is None
        )

    def find_each(self, tokens: Sequence[Token]) -> list[Match]:
        """The same as matches, where nobody's names are known."""
        known = spotters(self.entities, self.phrases[0].language, NO_VOCABULARY) if self.phrases else Spotters({})
        return [Match(start, end, pattern) for pattern, start, end in self.find(tokens, known)]

    def _told_next(self, tokens: Sequence[Token]) -> Mapping[int, Pairs]:
        """Tokens right before a word that tells an entity, with those entities: very few."""
        told = self._told
        return {k - 1: told[token.lower] for k, token in enumerate(tokens) if token.lower in told and k}

    def _longest(self, seen: _Seen, position: int, alive: StateSet | None, later: dict[int, States]) -> dict[int, int]:
        """The longest end of each phrase, from the states that are alive at a position; ``later`` joins in there."""
        tokens, found = seen.tokens, {}
        count = len(tokens)
        while alive is not None or later:
            if later and position in later:
                joining = later.pop(position)
                alive = self._make(joining if alive is None else joining | alive.states)
            if alive is not None:
                for index in alive.accepts:
                    found[index] = position
                if position >= count:
                    break
                if alive.entities:
                    for end, after in seen.after(alive.entities, position).items():
                        later[end] = later.get(end, NONE) | after
                token = tokens[position]
                word = token.lower
                alive = alive.known[word] if word in alive.known else self._after(alive, token)
            position += 1
        return found

    def _open(self, token: Token) -> tuple[StateSet | None, Pairs]:
        """What a word begins: the states after it, and entities; worked out once for each word as it is written."""
        first, language = self._start.known, self.phrases[0].language
        alive = first[token.lower] if token.lower in first else self._after(self._start, token)
        begun = alive, tuple(pair for pair in self._start.entities if may_begin(pair[0], token, language))
        if begun == (None, ()):
            self._dull.add(token.text)
        else:
            self._begun[token.text] = begun
        self._steps += 1
        return begun

    def _after(self, alive: StateSet, token: Token) -> StateSet | None:
        """What is alive after a word; worked out once for each word."""
        word = token.lower
        prefixes = [word[:length] for length in alive.prefix_lengths if length <= len(word)]
        states = alive.anyway.union(
            *[alive.by_form[form] for form in token.forms if form in alive.by_form],
            alive.by_text.get(word, NONE),
            *[alive.by_prefix[prefix] for prefix in prefixes if prefix in alive.by_prefix],
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
        roads = Roads()
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
