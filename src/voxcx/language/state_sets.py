"""Sets of states of many automata that are alive together: where each word leads, and which phrases end there."""

from __future__ import annotations

from dataclasses import dataclass, field

from voxcx.language.automaton import WordTest

States = frozenset[int]
Pair = tuple[str, States]  # a kind of entity, and what is alive after it
Pairs = tuple[Pair, ...]
NONE: States = frozenset()


@dataclass(slots=True, eq=False)
class StateSet:
    """States that are alive together: where each word leads, and which phrases end here."""

    states: States
    accepts: tuple[int, ...] = ()
    anyway: States = NONE
    by_form: dict[str, States] = field(default_factory=dict)
    by_text: dict[str, States] = field(default_factory=dict)
    by_prefix: dict[str, States] = field(default_factory=dict)
    prefix_lengths: tuple[int, ...] = ()
    entities: Pairs = ()
    known: dict[str, StateSet | None] = field(default_factory=dict)


@dataclass(slots=True)
class Roads:
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
            ready["prefix"],
            tuple(sorted({len(prefix) for prefix in ready["prefix"]})),
            tuple(sorted(self.entities.items())),
        )
