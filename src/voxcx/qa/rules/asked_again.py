"""``asked_again``: a party asks for what the customer has given above, to a bot too.

Given is what answered an earlier question for the same thing, what was called by its name, or what cannot be anything
else (a phone, an e-mail address). Asking to repeat what was not heard, for another one, or with the value itself
("5521, is that right?") is no asking again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from voxcx.config import Checked
from voxcx.domain.qa import Rule
from voxcx.language.digit_runs import runs
from voxcx.language.phrases import Phrase, compile_phrase
from voxcx.qa.outcome import Outcome, Place, unknown
from voxcx.qa.phrasing import SENTENCE_ENDS, Finder, negated
from voxcx.qa.resolving import resolve
from voxcx.qa.rules import operator
from voxcx.qa.rules.asking_for import (
    EXCUSES,
    SIGNS,
    Sign,
    Thing,
    asking_phrases,
    asks_for,
    bare_inside,
    chosen,
    naming_phrases,
)
from voxcx.qa.rules.operator import Bench, Operator, Party
from voxcx.qa.rules.search import Anchors, absence, anchors_of, doubt_of, strings, window_of
from voxcx.qa.scene import Line, Scene
from voxcx.qa.windows import Evaluate, Window

NEAR_NAME = 4  # words between «номер заказа» and its digits
READ_OUT = 3  # digits in a question that make it a question about them
LONGEST_ANSWER = 6  # lines after a question in which its answer stands


class Arguments(Checked):
    """Which things (all known ones unless given), asked by whom; ``unless`` are phrases beside which it is allowed."""

    what: Annotated[tuple[Thing, ...], Field(max_length=20)] = ()
    by: Party = "agent"
    where: operator.Place = operator.Place()
    unless: tuple[operator.Phrase, ...] = ()
    at_least: operator.Count = 1


@dataclass(frozen=True)
class Asked:
    """How one thing is asked for, named and told, ready to find."""

    name: Thing
    sign: Sign
    asking: Finder
    naming: Finder
    telling: Finder | None


@dataclass(frozen=True)
class AskedAgain:
    """The evaluator of ``asked_again``."""

    by: str
    window: Window
    anchors: Anchors
    things: tuple[Asked, ...]
    excuses: Finder
    count: int
    language: str

    def __call__(self, scene: Scene) -> Outcome:
        """Find each question for a thing that the customer had given before."""
        if reason := scene.distrust(self.by) or scene.distrust("customer") or scene.foreign:
            return unknown(reason)
        region = resolve(self.window, self.by, scene, self.anchors)
        if region.missing:
            return Outcome(truth=False, notes=(region.missing,))
        pairs = [pair for thing in self.things for pair in self._again(thing, scene) if region.holds(pair[1])]
        places = tuple(dict.fromkeys(place for pair in sorted(pairs, key=_when) for place in pair))
        if len({ask.first for _, ask in pairs}) < self.count:
            return absence(region, self.by, scene)
        doubts = [doubt for place in places if (doubt := doubt_of(place, scene, scene.form.minimum_confidence))]
        return unknown(doubts[0], places) if doubts else Outcome(truth=True, places=places)

    def _again(self, thing: Asked, scene: Scene) -> list[tuple[Place, Place]]:
        asked = self._asked(thing, scene)
        if not asked:
            return []
        given = self._given(thing, scene)
        found = []
        for line, start, end in asked:
            before = [place for place in given if place.first and place.first[0] < line.index]
            if (before and line.utterance.role != "bot") or (before and self.by == "bot"):
                found.append((before[-1], scene.place(line, start, end)))
        return found

    def _asked(self, thing: Asked, scene: Scene) -> list[tuple[Line, int, int]]:
        """Questions of the party for a thing, without those that are excused."""
        excused = {line.index for line, _, _ in self.excuses.find(scene, self.by)}
        return [
            find
            for find in self._asking(thing, scene, self.by)
            if find[0].index not in excused
            and not negated(find, self.language)
            and not _reads_out(find[0], self.language)
        ]

    def _asking(self, thing: Asked, scene: Scene, by: str) -> list[tuple[Line, int, int]]:
        """Where a party asks the hearer for a thing."""
        finds = thing.asking.find(scene, by)
        if not finds:
            return []
        nouns: dict[tuple[int, int], int] = {}
        for line, start, end in thing.naming.find(scene, by):
            nouns.setdefault((line.index, end), start)
        return [find for find in finds if _wanted(thing.name, find, nouns, self.language)]

    def _given(self, thing: Asked, scene: Scene) -> list[Place]:
        """Where the customer gave the thing."""
        questions = [find[0].index for by in ("agent", "bot") for find in self._asking(thing, scene, by)]
        names: dict[int, list[int]] = {}
        for line, _, end in thing.naming.find(scene, "customer"):
            names.setdefault(line.index, []).append(end)
        told = {line.index for line, _, _ in thing.telling.find(scene, "customer")} if thing.telling else set()
        found = []
        for line in scene.lines_by.get("customer", ()):
            answers = any(_answers(question, line, scene) for question in questions)
            for start, end in _shapes(thing.sign, line, self.language):
                named = any(0 <= start - after <= NEAR_NAME for after in names.get(line.index, ()))
                if thing.sign.own or answers or named or line.index in told:
                    found.append(scene.place(line, start, end))
        return found


def _wanted(thing: Thing, find: tuple[Line, int, int], nouns: dict[tuple[int, int], int], language: str) -> bool:
    """Whether words of asking do ask: in one sentence, for the thing itself and for no other's."""
    line, start, end = find
    noun = nouns.get((line.index, end), end)
    texts = [line.utterance.words[line.word_of(at)].text for at in range(start, end)]
    if any(text.endswith(SENTENCE_ENDS) for text in texts[:-1]):
        return False
    if bare_inside(line.tokens[noun:end], line.tokens[end : end + 1], texts[-1]):
        return False
    return asks_for(thing, line.tokens, (start, end), noun, language)


def _when(pair: tuple[Place, Place]) -> tuple[int, int]:
    return pair[1].first or (0, 0)


def _answers(question: int, line: Line, scene: Scene) -> bool:
    """Whether a line is in the customer's first turn after a question."""
    if not question < line.index <= question + LONGEST_ANSWER:
        return False
    return not any(
        other.utterance.role != "customer" and len(other.tokens) > 2 for other in scene.lines[question + 1 : line.index]
    )


def _shapes(sign: Sign, line: Line, language: str) -> list[tuple[int, int]]:
    """Where something of the thing's shape stands in a line."""
    if sign.shape != "digits":
        return [(match.start, match.end) for match in _entity(sign.shape, language).find(line.tokens)]
    found, at = [], 0
    while at < len(line.tokens):
        rows = runs(line.tokens, at, language)
        if rows and len(rows[-1].digits) >= sign.digits:
            found.append((at, rows[-1].end))
        at = rows[-1].end if rows else at + 1
    return found


def _reads_out(line: Line, language: str) -> bool:
    return any(
        len(rows[-1].digits) >= READ_OUT for at in range(len(line.tokens)) if (rows := runs(line.tokens, at, language))
    )


_ENTITIES: dict[tuple[str, str], Phrase] = {}


def _entity(kind: str, language: str) -> Phrase:
    if (kind, language) not in _ENTITIES:
        _ENTITIES[kind, language] = compile_phrase(f"<{kind}>", language)
    return _ENTITIES[kind, language]


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``asked_again``."""
    language, window = bench.language, window_of(rule)
    things = []
    for thing in chosen(strings(rule, "what")):
        sign = SIGNS[language][thing]
        finders = (bench.finder(asking_phrases(thing, language)), bench.finder(naming_phrases(thing, language)))
        things.append(Asked(thing, sign, *finders, bench.finder(sign.told) if sign.told else None))
    return AskedAgain(
        str(rule.argument("by", "agent")),
        window,
        anchors_of(window, bench),
        tuple(things),
        bench.finder((*EXCUSES[language], *strings(rule, "unless"))),
        int(str(rule.argument("at_least", 1))),
        language,
    )


ASKED_AGAIN = Operator("asked_again", Arguments, build, "asked_again: {what: [order, phone], by: agent}")
