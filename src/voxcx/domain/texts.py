"""What is told to a person, in both languages, with its blanks still open.

Insight speaks in these, so that it knows no language; a renderer fills the blanks the language's way (``report``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from voxcx.domain.pages import Figure

Blank = Union["Figure", "Text", str]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or a name in English and Russian.

    A blank that holds a figure is written with its unit; ``{effect.interval}`` writes its interval («−14…−8»),
    ``{effect.n}`` what it was computed from, ``{effect.abs}`` the figure without its sign.
    """

    en: str
    ru: str
    blanks: tuple[tuple[str, Blank], ...] = ()

    def with_blanks(self, filled: Mapping[str, Blank]) -> Text:
        """The same text with those blanks."""
        return Text(self.en, self.ru, tuple(filled.items()))


def text(en: str, ru: str, **blanks: Blank) -> Text:
    """A text with its blanks by name.

    >>> text("{topic}: nothing", "{topic}: ничего", topic="delivery").blanks
    (('topic', 'delivery'),)
    """
    return Text(en, ru, tuple(blanks.items()))


def same(word: str) -> Text:
    """A name that is the same in both languages: an id, a label of the user's own."""
    safe = word.replace("{", "{{").replace("}", "}}")
    return Text(safe, safe)
