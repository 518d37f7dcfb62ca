"""The text of a phrase pattern to its tree. The syntax is described in voxcx.language.phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from voxcx.errors import FormError

DEFAULT_GAP_WORDS = 4
MAX_GAP_WORDS = 50
MAX_DEPTH = 20
MAX_LETTERS = 20_000

WordKind = Literal["forms", "exact", "prefix"]


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of plain words, still to be tokenised, and how they match."""

    text: str
    kind: WordKind


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to ``words`` other words."""

    words: int


@dataclass(frozen=True, slots=True)
class Entity:
    """A name, number, sum …, by its English name."""

    name: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts in order."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options; ``optional`` allows none."""

    options: tuple[Sequence, ...]
    optional: bool = False


Node = Text | Gap | Entity | Choice

ENTITIES = {
    "имя": "name", "число": "number", "сумма": "sum", "дата": "date", "срок": "term", "компания": "company",
    "карта": "card", "паспорт": "passport", "снилс": "snils", "телефон": "phone", "почта": "email", "ссылка": "link",
    "адрес": "address",
    **{name: name for name in ("name", "number", "sum", "date", "term", "company")},
    **{name: name for name in ("card", "passport", "snils", "phone", "email", "link", "address")},
}  # fmt: skip
BUILDING_BLOCKS = {name: name for name in ("ordinal", "unit", "numeric_date")}  # of the shipped entities, not for forms
EXAMPLES = {
    "entity": "«меня зовут <имя>» (<имя>, <число>, <сумма>, <дата>, <срок>, <компания>, <карта>, "
    "<паспорт>, <снилс>, <телефон>, <почта>, <ссылка>, <адрес>)",
    "brace": "«{добрый {день|вечер}|здравствуйте}»",
    "bracket": "«подождите [ещё] минуту»",
    "quote": '«"на линии"»',
    "gap": "«оставайтесь ...3 линии» (0 to 50 words)",
    "word": "«=подождите» or «претензи*»",
    "empty": "«подождите [ещё] минуту», with at least one word that must be there",
}
PART = re.compile(
    r"(?P<gap>\.\.\.(?P<gap_words>\d*)|…(?P<gap_words2>\d*))"
    r"|(?P<open>\{)|(?P<close>\})|(?P<bar>\|)|(?P<optional>\[)|(?P<end_optional>\])"
    r"|(?P<entity><(?P<entity_name>[^<>]*)>)|(?P<stray><|>)"
    r"|(?P<quoted>[\"“”](?P<quoted_text>[^\"“”]*)[\"“”])|(?P<stray_quote>[\"“”])"
    r"|(?P<exact>=(?P<exact_text>[^\s{}|\[\]<>\"“”*…]*)(?P<both>\*?))"
    r"|(?P<prefix>(?P<prefix_text>[^\s{}|\[\]<>\"“”*=…]*)\*)"
    r"|(?P<plain>(?:(?!\.\.\.)[^\s{}|\[\]<>\"“”*=…])+)"
    r"|(?P<space>\s+)"
)


def parse(pattern: str, *, shipped: bool = False) -> Sequence:
    """The tree of a pattern; FormError names the pattern, the position and a correct example.

    ``shipped`` patterns may also use the building blocks of the entities.
    """
    if len(pattern) > MAX_LETTERS:
        raise FormError(f"Phrase {pattern[:40]!r}…: expected at most {MAX_LETTERS} letters, got {len(pattern)}.")
    parser = _Parser(pattern, ENTITIES | BUILDING_BLOCKS if shipped else ENTITIES)
    options = parser.options(closing=None, depth=0)
    if len(options) > 1:
        raise parser.problem("an alternative outside braces", parser.first_bar, "brace")
    return options[0]


class _Parser:
    """Recursive descent over the parts of one pattern."""

    def __init__(self, pattern: str, entities: dict[str, str]) -> None:
        self.pattern = pattern
        self.entities = entities
        self.parts = list(PART.finditer(pattern))
        self.next = 0
        self.first_bar = 0

    def problem(self, got: str, position: int, example: str) -> FormError:
        """The error for a pattern that breaks the syntax; positions count from 1."""
        return FormError(
            f"Phrase {self.pattern!r}, position {position + 1}: got {got}; "
            f"expected a pattern such as {EXAMPLES[example]}."
        )

    def options(self, closing: str | None, depth: int) -> tuple[Sequence, ...]:
        """Alternatives up to the closing part (or the end)."""
        if depth > MAX_DEPTH:
            raise self.problem("braces nested too deep", self.parts[self.next - 1].start(), "brace")
        opened_at = self.parts[self.next - 1].start() if closing else 0
        found: list[Sequence] = []
        nodes: list[Node] = []
        while self.next < len(self.parts):
            part = self.parts[self.next]
            self.next += 1
            kind = part.lastgroup
            if kind == "bar":
                self.first_bar = self.first_bar or part.start()
                found.append(Sequence(tuple(nodes)))
                nodes = []
            elif kind == closing:
                found.append(Sequence(tuple(nodes)))
                return self._checked(found, opened_at)
            elif kind in {"close", "end_optional"}:
                example = "brace" if kind == "close" else "bracket"
                raise self.problem(f"{part.group()!r} that closes nothing", part.start(), example)
            elif kind != "space":
                nodes.append(self._node(part, depth))
        if closing:
            example = "brace" if closing == "close" else "bracket"
            raise self.problem(f"{self.pattern[opened_at]!r} that is never closed", opened_at, example)
        found.append(Sequence(tuple(nodes)))
        return tuple(found)

    def _checked(self, options: list[Sequence], opened_at: int) -> tuple[Sequence, ...]:
        if any(not option.parts for option in options):
            raise self.problem("an empty alternative (write [words] for optional ones)", opened_at, "brace")
        return tuple(options)

    def _node(self, part: re.Match[str], depth: int) -> Node:
        kind, at = part.lastgroup, part.start()
        if kind == "open":
            return Choice(self.options("close", depth + 1))
        if kind == "optional":
            return Choice(self.options("end_optional", depth + 1), optional=True)
        if kind == "gap":
            words = part["gap_words"] or part["gap_words2"] or str(DEFAULT_GAP_WORDS)
            if len(words) > 4 or int(words) > MAX_GAP_WORDS:
                raise self.problem(f"a gap of {words[:9]} words", at, "gap")
            return Gap(int(words))
        if kind == "entity":
            name = part["entity_name"].strip().lower()
            if name not in self.entities:
                raise self.problem(f"an unknown entity {part.group()}", at, "entity")
            return Entity(self.entities[name])
        if kind in {"stray", "stray_quote"}:
            raise self.problem(f"{part.group()!r} without its pair", at, "entity" if kind == "stray" else "quote")
        return self._text(part)

    def _text(self, part: re.Match[str]) -> Text:
        kinds: dict[str, tuple[str, WordKind]] = {
            "quoted": ("quoted_text", "exact"),
            "exact": ("exact_text", "exact"),
            "prefix": ("prefix_text", "prefix"),
            "plain": ("plain", "forms"),
        }
        group, kind = kinds[str(part.lastgroup)]
        if part["both"]:
            raise self.problem(f"{part.group()!r}, an exact word and a beginning at once", part.start(), "word")
        if kind != "forms" and not any(map(str.isalnum, part[group])):
            raise self.problem(f"{part.group()!r} without a word", part.start(), "word")
        return Text(part[group], kind)
