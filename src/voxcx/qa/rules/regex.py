"""``regex``: a party says or writes what a regular expression (RE2) describes.

The words of one utterance are searched as they stand, joined by single spaces; several utterances are not joined. A
match is cited as the whole words that it touches.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Annotated

from pydantic import Field, model_validator

from voxcx.config import Checked, Share
from voxcx.domain.qa import Rule
from voxcx.errors import FormError
from voxcx.language.regexes import MAX_LETTERS, Regex, compile_regex
from voxcx.qa.outcome import Place
from voxcx.qa.rules import operator
from voxcx.qa.rules.operator import Bench, Operator, Party
from voxcx.qa.rules.search import search_of, strings, word_place
from voxcx.qa.scene import By, Line, Scene
from voxcx.qa.windows import Evaluate

Expression = Annotated[str, Field(min_length=1, max_length=MAX_LETTERS)]


class Arguments(Checked):
    """One ``pattern`` or several ``patterns``, any of which is enough; what an ``unless`` describes does not count."""

    pattern: Expression | None = None
    patterns: Annotated[tuple[Expression, ...], Field(min_length=1, max_length=100)] | None = None
    unless: Annotated[tuple[Expression, ...], Field(max_length=100)] = ()
    by: Party = "agent"
    where: operator.Place = operator.Place()
    whole_words: bool = False
    match_case: bool = False
    at_least: operator.Count = 1
    at_most: operator.Most | None = None
    min_confidence: Share | None = None

    @model_validator(mode="after")
    def compiles(self) -> Arguments:
        """One of the two, and expressions that RE2 takes."""
        if (self.pattern is None) == (self.patterns is None):
            raise ValueError("expected pattern or patterns, one of them")
        for pattern in (*(self.patterns or (self.pattern or "",)), *self.unless):
            try:
                compile_regex(pattern, whole_words=self.whole_words, match_case=self.match_case)
            except FormError as error:
                raise ValueError(str(error).rstrip(".")) from None
        return self


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``regex``."""
    patterns = strings(rule, "patterns") or (str(rule.argument("pattern")),)
    flags = {name: rule.argument(name) is True for name in ("whole_words", "match_case")}
    regexes, unless = (
        tuple(compile_regex(pattern, **flags) for pattern in group) for group in (patterns, strings(rule, "unless"))
    )
    by = str(rule.argument("by", "agent"))
    return search_of(rule, bench, lambda scene: _places(regexes, unless, by, scene))


def _places(regexes: Sequence[Regex], unless: Sequence[Regex], by: By, scene: Scene) -> list[Place]:
    """Matches of all expressions, the longest of those that overlap; none whose words an exception fits too."""
    found: list[Place] = []
    lines = scene.lines_by.get(by, ())
    texts = [line.text for line in lines]
    if all(regex.absent(texts) for regex in regexes):  # most conversations
        return found
    for line in lines:
        spans = sorted({span for regex in regexes for span in _words_of(regex, line)}, key=lambda s: (s[0], -s[1]))
        end = -1
        for first, last in spans:
            place = word_place(line, first, last)
            if first > end and not any(next(iter(regex.spans(place.quote)), None) for regex in unless):
                found.append(place)
                end = last
    return found


def _words_of(regex: Regex, line: Line) -> list[tuple[int, int]]:
    """First and last word of every match in an utterance."""
    spans = [(start, end) for start, end in regex.spans(line.text) if start < end]
    if not spans:
        return []
    starts = [0, *accumulate(len(word.text) + 1 for word in line.utterance.words)]
    return [(bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1) for start, end in spans]


REGEX = Operator("regex", Arguments, build, r"regex: {pattern: 'договор\w* № ?\d+', by: agent}", phrases=())
