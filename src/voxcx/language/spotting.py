"""The spotters of one interaction, and which words may begin an entity at all: what a search of many phrases asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from voxcx.language.addresses import may_open_address
from voxcx.language.digit_runs import REPEATS, runs
from voxcx.language.entities import (
    KEPT_VOCABULARIES,
    MIN_FUZZY_NAME,
    Spotter,
    Vocabulary,
    compact_name,
    forms_of,
    is_name,
    long_names,
    may_be_name,
    may_open,
    spotter,
)
from voxcx.language.fuzzy import NAME_RATIO, like_words, likest_part
from voxcx.language.number_tokens import is_number, is_ordinal
from voxcx.language.personal import AT, DOT, LINK, MAIL
from voxcx.language.tokens import Token, tokenise

NOTHING: frozenset[str] = frozenset()
# What is told by its second word when it is said («иван собака …», «орбита точка ру»): it may begin with any word.
TOLD_NEXT: Mapping[str, frozenset[str]] = {"email": AT, "link": DOT}


@dataclass(frozen=True, slots=True)
class Spotters:
    """What finds each kind of entity in one interaction; ``own`` are kinds that its own names may begin anywhere."""

    by_kind: Mapping[str, Spotter]
    own: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()  # normal forms of known names and of the first words of companies
    names: tuple[str, ...] = ()  # long enough to be told with a slip
    companies: tuple[str, ...] = ()  # their letters run together, as well long enough

    def openers(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Words among those of a conversation, in lower case, that a known name may begin with."""
        if not self.words:
            return NOTHING
        known = self.words
        found = {token.lower for token in tokens if not token.forms.isdisjoint(known)}
        long = {token.lower for token in tokens if len(token.lower) >= MIN_FUZZY_NAME}
        for name in self.names:
            found.update(like_words(name, long, NAME_RATIO))
        return frozenset(found)

    def opening(self, tokens: Sequence[Token], names: frozenset[str] | None) -> frozenset[str]:
        """Words of a line that a name or a company may begin with; ``names`` where those are known already."""
        return (self.openers(tokens) if names is None else names) | self.sounding(tokens)

    def sounding(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Words of a line with which something may begin that sounds like a company's name."""
        companies = [company for company in self.companies if sounds_inside(company, tokens)]
        if not companies:
            return NOTHING
        return frozenset(t.lower for t in tokens if any(may_open(t.lower, company) for company in companies))


def sounds_inside(company: str, tokens: Sequence[Token]) -> bool:
    """Whether some stretch of these words may be like a name: of no such stretch is any part less like it than this.

    A stretch at least NAME_RATIO like the name differs from it in length by ``spare`` letters at most, so a part as
    long as the name is off by no more letters than the stretch is, and those.
    """
    letters = len(company)
    spare = 1 + letters // 6
    most_off = (2 * letters + spare) * (100 - NAME_RATIO) / 100 + spare
    text = "".join([token.lower for token in tokens]).replace("-", "")
    if len(text) < letters:
        return True
    return likest_part(company, text) >= 100 - 100 * most_off / (2 * letters)


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
    """Whether an entity may begin with a token, whatever follows.

    Aside are names that only the interaction knows, and what its second word tells (``TOLD_NEXT``).
    """
    if kind == "name":
        return not token.lower.isdecimal() and (
            is_name(token, 1, language, frozenset()) or may_be_name(token, language)
        )
    if kind == "company":
        return False
    if kind in {"number", "ordinal", "numeric_date", "card", "snils", "phone"}:
        if any(map(str.isdecimal, token.lower)):
            return True
        return is_number(token, language) or is_ordinal(token, language) or token.lower in {"double", "triple"}
    shapes = {"passport": _may_open_passport, "address": may_open_address, "email": _is_mail, "link": _is_link}
    return shapes[kind](token, language) if kind in shapes else True


def _may_open_passport(token: Token, language: str) -> bool:
    """Digits, said or written, or letters with digits behind them («семью» may be a misheard digit, too)."""
    repeats = token.lower in REPEATS.get(language, {})
    return repeats or any(map(str.isdecimal, token.lower)) or bool(runs((token,), 0, language))


def _is_mail(token: Token, _language: str) -> bool:
    return MAIL.fullmatch(token.lower) is not None


def _is_link(token: Token, _language: str) -> bool:
    return LINK.fullmatch(token.lower) is not None
