"""``said_again``: a party sends nearly the same message once more: a bot in a loop, a question asked twice, a template.

The repeat stands inside the window; the first message may stand anywhere before it. Other digits (another order, a
sum) make another message. An equal message is looked for among all, a nearly equal one among the last 200 with the same
digits.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence

from voxcx.config import Checked, Share
from voxcx.domain.qa import Rule
from voxcx.language.fuzzy import nearest
from voxcx.qa.outcome import Place
from voxcx.qa.phrasing import Finder
from voxcx.qa.rules import operator
from voxcx.qa.rules.operator import Bench, Operator, Party
from voxcx.qa.rules.search import search_of, strings, word_place
from voxcx.qa.scene import By, Line, Scene
from voxcx.qa.windows import Evaluate

QUOTED_WORDS = 20  # of a repeated message; the rest is in the transcript
LIKENESS = 0.9
LEAST_WORDS = 3  # «Да» twice is no repeat
PERCENT = 100
REMEMBERED = 200  # messages with the same digits; all of them would take seconds in a chat of thousands
DIGITS = re.compile(r"\d+")


class Arguments(Checked):
    """How like two messages are and how long; a message with one of the ``unless`` phrases does not count."""

    by: Party = "agent"
    where: operator.Place = operator.Place()
    unless: tuple[operator.Phrase, ...] = ()
    likeness: Share = LIKENESS
    least_words: operator.Count = LEAST_WORDS
    at_least: operator.Count = 1
    at_most: operator.Most | None = None


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``said_again``."""
    by = str(rule.argument("by", "agent"))
    likeness = float(str(rule.argument("likeness", LIKENESS)))
    least_words = int(str(rule.argument("least_words", LEAST_WORDS)))
    unless = strings(rule, "unless")
    spared = bench.finder(unless) if unless else None
    return search_of(rule, bench, lambda scene: _repeats(_messages(scene, by, least_words, spared), likeness))


def _messages(scene: Scene, by: By, least_words: int, spared: Finder | None) -> list[Line]:
    """The party's messages that count."""
    passed = {line.index for line, _, _ in spared.find(scene, by)} if spared else set()
    return [
        line
        for line in scene.lines_by.get(by, ())
        if len(line.utterance.words) >= least_words and line.index not in passed
    ]


def _repeats(lines: Sequence[Line], likeness: float) -> list[Place]:
    earlier: dict[tuple[str, ...], deque[str]] = {}
    known: set[str] = set()
    found = []
    for line in lines:
        text = line.plain
        digits = tuple(DIGITS.findall(text))
        alike = earlier.get(digits)
        if alike is None:
            alike = earlier[digits] = deque(maxlen=REMEMBERED)
        if text in known or (alike and nearest(text, alike, likeness * PERCENT) is not None):
            found.append(word_place(line, 0, min(QUOTED_WORDS, len(line.utterance.words)) - 1))
        if text not in known:
            alike.append(text)
            known.add(text)
    return found


SAID_AGAIN = Operator(
    "said_again", Arguments, build, "said_again: {by: bot, at_least: 1, unless: [is there anything else]}"
)
