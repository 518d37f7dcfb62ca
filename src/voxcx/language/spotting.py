"""The spotters of one interaction, and which words may begin an entity at all: what a search of many phrases asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from voxcx.language.entities import (
    KEPT_VOCABULARIES,
    MIN_FUZZY_NAME,
    Spotter,
    Vocabulary,
    compact_name,
    forms_of,
    is_name,
    long_names,
    may_open,
    spotter,
)
from voxcx.language.fuzzy import NAME_RATIO, likeness
from voxcx.language.number_tokens import is_number, is_ordinal
from voxcx.language.tokens import Token, tokenise


@dataclass(frozen=True, slots=True)
class Spotters:
    """What finds each kind of entity in one interaction; ``own`` are kinds that its own names may begin anywhere."""

    by_kind: Mapping[str, Spotter]
    own: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()  # normal forms of known names and of the first words of companies
    names: tuple[str, ...] = ()  # long enough to be told with a slip
    companies: tuple[str, ...] = ()  # their letters run together, as well long enough

    def open_with(self, token: Token) -> bool:
        """Whether one of the interaction's own names may begin with a token."""
        if not token.forms.isdisjoint(self.words):
            return True
        word = token.lower
        if len(word) >= MIN_FUZZY_NAME:
            for name in self.names:
                if likeness(word, name) >= NAME_RATIO:
                    return True
        return any(may_open(word, company) for company in self.companies)


@lru_cache(maxsize=KEPT_VOCABULARIES)
def spotters(kinds: frozenset[str], language: str, vocabulary: Vocabulary) -> Spotters:
    """The spotters of some kinds for an interaction with these names."""
    found = {kind: spotter(kind, language, vocabulary) for kind in sorted(kinds)}
    own = {kind for kind, given in (("name", vocabulary.names), ("company", vocabulary.companies)) if given}
    known = forms_of(vocabulary.names, language) if "name" in kinds else frozenset()
    written = vocabulary.companies if "company" in kinds else ()
    first = [tokens[0].forms for tokens in (tokenise(company, language) for company in written) if tokens]
    return Spotters(
        {kind: spot for kind, spot in found.items() if spot is not None},
        kinds & own,
        known.union(*first),
        long_names(known),
        tuple(letters for letters, _ in map(compact_name, written) if len(letters) >= MIN_FUZZY_NAME),
    )


def may_begin(kind: str, token: Token, language: str) -> bool:
    """Whether an entity may begin with a token, whatever follows; names that only the interaction knows aside."""
    if kind == "name":
        return is_name(token, 1, language, frozenset())
    if kind == "company":
        return False
    if kind in {"number", "ordinal", "numeric_date", "card", "snils", "phone"}:
        said = is_number(token, language) or is_ordinal(token, language) or token.lower in {"double", "triple"}
        return said or any(map(str.isdecimal, token.lower))
    return True
