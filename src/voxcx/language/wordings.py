"""All ways to say a plain stretch of a phrase: its alternatives and optional words written out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from voxcx.language import grammar
from voxcx.language.tokens import tokenise

Wording = tuple[str, ...]  # words in lower case
MAX_WORDINGS = 300  # of one stretch; a larger one is matched as written only


def stretches(parts: Sequence[grammar.Node], *, exact: bool) -> Iterator[tuple[tuple[grammar.Node, ...], bool]]:
    """Runs of parts that are plain words all through, and between them single parts that are not (False)."""
    run: list[grammar.Node] = []
    for part in parts:
        if is_plain(part, exact=exact):
            run.append(part)
            continue
        if run:
            yield tuple(run), True
        yield (part,), False
        run = []
    if run:
        yield tuple(run), True


def is_plain(node: grammar.Node, *, exact: bool) -> bool:
    """Whether a part holds no gap, entity or beginning of a word, nor (unless ``exact``) a word in one form only."""
    if isinstance(node, grammar.Text):
        return node.kind == "forms" or (exact and node.kind == "exact")
    if isinstance(node, grammar.Choice):
        return all(is_plain(part, exact=exact) for option in node.options for part in option.parts)
    return False


def wordings(nodes: Sequence[grammar.Node], language: str) -> tuple[Wording, ...]:
    """Every way to say a plain stretch; none when there are more than 300."""
    ways: list[Wording] = [()]
    for node in nodes:
        ways = [way + more for way, more in product(ways, _of(node, language))]
        if len(ways) > MAX_WORDINGS:
            return ()
    return tuple(dict.fromkeys(ways))


def _of(node: grammar.Node, language: str) -> tuple[Wording, ...]:
    if isinstance(node, grammar.Text):
        return (tuple(token.lower for token in tokenise(node.text, language)),)
    if not isinstance(node, grammar.Choice):
        return ()
    found = tuple(way for option in node.options for way in wordings(option.parts, language))
    return (*found, ()) if node.optional else found
