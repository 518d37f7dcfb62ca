"""What a phrase may be found in, written out word by word: enough to see whether another phrase finds it all."""

from __future__ import annotations

from itertools import product

from voxcx.language import grammar
from voxcx.language.tokens import Token, tokenise

MOST_EXPANSIONS = 256
SAMPLES = {
    "ru": {"name": "Анна", "number": "17", "sum": "500 рублей", "date": "5 мая", "term": "в течение двух дней"},
    "en": {"name": "Anna", "number": "17", "sum": "500 dollars", "date": "May 5", "term": "within two days"},
}
OTHER = Token("…", frozenset({"\0"}), 0, 0, "\0")
Tokens = tuple[Token, ...]


class TooManyError(ValueError):
    """The phrase may be found in more ways than are worth writing out."""


def expansions(pattern: str, language: str) -> tuple[Tokens, ...] | None:
    """All the ways a phrase can be said, gaps empty and full; None where there are too many."""
    try:
        return tuple(dict.fromkeys(_sequence(grammar.parse(pattern), language)))
    except TooManyError:
        return None


def _sequence(sequence: grammar.Sequence, language: str) -> list[Tokens]:
    ways, count = [_node(part, language) for part in sequence.parts], 1
    for way in ways:
        count *= len(way)
        if count > MOST_EXPANSIONS:
            raise TooManyError
    return [sum(parts, ()) for parts in product(*ways)]


def _node(node: grammar.Node, language: str) -> list[Tokens]:
    if isinstance(node, grammar.Gap):
        return [(), (OTHER,) * node.words]
    if isinstance(node, grammar.Entity):
        sample = SAMPLES.get(language, SAMPLES["en"]).get(node.name)
        return [tokenise(sample, language) if sample else (Token(node.name, frozenset({f"\0{node.name}"}), 0, 0),)]
    if isinstance(node, grammar.Choice):
        ways = [way for option in node.options for way in _sequence(option, language)]
        return [*ways, ()] if node.optional else ways
    return [tuple(_token(token, node.kind) for token in tokenise(node.text, language))]


def _token(token: Token, kind: str) -> Token:
    """A word in any form is no certain form, and a beginning is no certain word."""
    if kind == "exact":
        return token
    if kind == "prefix":
        return Token(token.text, frozenset({f"\0{token.lower}"}), 0, 0, token.lower)
    return Token(token.text, token.forms, 0, 0, f"\0{token.lower}")


def some_expansions(pattern: str, language: str, most: int) -> tuple[Tokens, ...]:
    """As many ways to say a phrase as are asked for, gaps empty; an entity by its sample."""
    return tuple(dict.fromkeys(_some(grammar.parse(pattern), language, most)))[:most]


def _some(sequence: grammar.Sequence, language: str, most: int) -> list[Tokens]:
    ways: list[Tokens] = [()]
    for part in sequence.parts:
        if isinstance(part, grammar.Choice):
            shares = [_some(option, language, max(1, most // len(part.options))) for option in part.options]
            more = [way for share in shares for way in share] + ([()] if part.optional else [])
        else:
            more = _node(part, language)[:1]
        ways = [way + tail for tail in more for way in ways][: most * 4]
    return ways[:most]


def spelled(tokens: Tokens) -> str:
    """The words of an expansion as a person would write them."""
    return " ".join(token.text for token in tokens if token is not OTHER)
