r"""The door to RE2: regular expressions that no text can make slow.

RE2 takes time linear in the text and refuses what it cannot do so (look-around, backreferences). Its ``\w``, ``\d``
and ``\s`` know Latin letters only; here they are written as Unicode classes. ``\b`` has no such form and is refused:
``whole_words`` stands for it. ё is е, in the pattern and in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import re2

from voxcx.errors import FormError

MAX_LETTERS = 500
MAX_FINDS = 1000  # in one text; more is a pattern that says nothing
WORD = r"\p{L}\p{M}\p{N}_"
EXAMPLE = r"(счёт|договор)\s*№?\s*\d+"
OUTSIDE = {
    "w": f"[{WORD}]", "W": f"[^{WORD}]", "d": r"\p{Nd}", "D": r"\P{Nd}", "s": r"[\s\p{Z}]", "S": r"[^\s\p{Z}]",
}  # fmt: skip
INSIDE = {"w": WORD, "d": r"\p{Nd}", "D": r"\P{Nd}", "s": r"\s\p{Z}"}
EDGES = {"b", "B"}
EDGE = re.compile(r"[$^]|\\[Az]")  # of a text, or ^ as "none of these": it costs only time to take it so


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled expression; make it with ``compile_regex``."""

    pattern: str
    whole_words: bool
    compiled: Any

    def absent(self, texts: Iterable[str]) -> bool:
        """Whether no match can be in any of these texts, which are looked at together.

        A match inside a text is one inside them all; where the expression asks for a text's edge nothing is promised.
        """
        return EDGE.search(self.pattern) is None and self.compiled.search(_plain("\n".join(texts))) is None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Characters [start, end) of every match from left to right, none overlapping."""
        plain, start = _plain(text), 0
        for _ in range(MAX_FINDS):
            match = self.compiled.search(plain, start) if start <= len(plain) else None
            if match is None:
                return
            yield match.span(1)
            start = match.end(1)


def compile_regex(pattern: str, *, whole_words: bool = False, match_case: bool = False) -> Regex:
    r"""Compile an expression; it does not tell capital letters from small ones unless asked to.

    Raises FormError that says what RE2 does not know and what to write instead.

    >>> list(compile_regex(r"договор\w* № ?\d+").spans("Ваш договор №17, Договора № 5"))
    [(4, 15), (17, 29)]
    >>> list(compile_regex("да", whole_words=True).spans("да-да, когда"))
    [(0, 2), (3, 5)]
    """
    if len(pattern) > MAX_LETTERS:
        raise FormError(f"Expression of {len(pattern)} letters: expected at most {MAX_LETTERS}; split it in several.")
    written = translated(pattern)
    edges = (f"(?:^|[^{WORD}])", f"(?:$|[^{WORD}])") if whole_words else ("", "")
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = match_case, False, 1 << 23
    try:
        alone = re2.compile(written, options)
        compiled = re2.compile(f"{edges[0]}({written}){edges[1]}", options)
    except re2.error as error:
        raise FormError(f"Expression {pattern[:60]!r}: {_why(error)}; expected one such as {EXAMPLE}.") from None
    if alone.search("") is not None:
        raise FormError(f"Expression {pattern[:60]!r}: expected one that needs a letter, got one that fits nothing.")
    return Regex(pattern, whole_words, compiled)


def translated(pattern: str) -> str:
    r"""The expression with Unicode classes for ``\w``, ``\d`` and ``\s``; FormError for an edge ``\b``.

    >>> translated(r"\d[\w.]")
    '\\p{Nd}[\\p{L}\\p{M}\\p{N}_.]'
    """
    written: list[str] = []
    inside, k = False, 0
    while k < len(pattern):
        letter = pattern[k]
        if letter == "\\" and k + 1 < len(pattern):
            written.append(_escape(pattern, pattern[k + 1], inside=inside))
            k += 2
            continue
        if letter == "[" and not inside:
            inside = True
        elif letter == "]" and inside and not _opens(pattern, k):
            inside = False
        written.append(letter)
        k += 1
    return _plain("".join(written))


def _opens(pattern: str, k: int) -> bool:
    """Whether a bracket is the first letter of its class, where it stands for itself."""
    return pattern[k - 1] == "[" or pattern[k - 2 : k] == "[^"


def _escape(pattern: str, letter: str, *, inside: bool) -> str:
    if letter in EDGES and not inside:
        raise FormError(
            f"Expression {pattern[:60]!r}: \\{letter} knows Latin letters only; "
            "leave it out and write whole_words: true."
        )
    if inside and letter in {"W", "S"}:
        raise FormError(f"Expression {pattern[:60]!r}: expected \\{letter} outside of [ ], got it inside.")
    return (INSIDE if inside else OUTSIDE).get(letter, "\\" + letter)


def _plain(text: str) -> str:
    return text.replace("ё", "е").replace("Ё", "Е")


def _why(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if "perl operator" in text or "invalid named capture" in text:
        return "look-ahead and look-behind are not known here, they can take for ever"
    if "escape sequence: \\" in text and text[-1:].isdigit():
        return "references back to a group are not known here, they can take for ever"
    if "repetition size" in text or "too large" in text:
        return "it repeats too much"
    return text
