"""``similar``: a party says something like one of the examples, and not more like one of the counter-examples.

By words, a sentence with another number of negations than the example is not like it; by meaning a "not" may be missed.

At ``least`` 0.5, measured on the 2243 different sentences of agents in the MAIA chats, with two or three examples of
five intents (anything else, apology, wait, thanks, order number) and the sentences that a loose list of words marks as
such: by words 29–100 % of those are found (in the middle 81 %) and 0–1.7 % of all others (0.6 %); by meaning 25–78 %
(46 %) and 0–1.3 % (0.6 %). Of 25 Russian paraphrases of three intents, by words 12 and by meaning 22 are found; of 15
Russian sentences that only look like them, 0 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from voxcx.config import Checked, Share
from voxcx.domain.qa import Rule
from voxcx.language.meaning import by_meaning, meaning_reader
from voxcx.language.resemblance import Judge, by_words
from voxcx.qa.outcome import Outcome, Place, unknown
from voxcx.qa.rules import operator
from voxcx.qa.rules.operator import Bench, Operator, Party
from voxcx.qa.rules.search import search_of, strings, word_place
from voxcx.qa.scene import By, Line, Scene
from voxcx.qa.windows import Evaluate

Example = Annotated[str, Field(min_length=3, max_length=300)]
LEAST = 0.5
LONGEST_PIECE = 30  # words; a longer sentence of a recogniser that writes no full stops is read in halves that overlap


class Arguments(Checked):
    """Sentences to be like and, in ``unlike``, sentences not to be like; ``least`` is how alike, 0–1."""

    examples: Annotated[tuple[Example, ...], Field(min_length=1, max_length=100)]
    unlike: Annotated[tuple[Example, ...], Field(max_length=100)] = ()
    by: Party = "agent"
    where: operator.Place = operator.Place()
    least: Share = LEAST
    method: Literal["words", "meaning"] = "words"
    at_least: operator.Count = 1
    at_most: operator.Most | None = None
    min_confidence: Share | None = None


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``similar``."""
    by, least = str(rule.argument("by", "agent")), float(str(rule.argument("least", LEAST)))
    examples, unlike = strings(rule, "examples"), strings(rule, "unlike")
    by_sense = rule.argument("method") == "meaning"

    def places(scene: Scene) -> list[Place]:
        language = scene.form.language
        judge = by_meaning(examples, unlike) if by_sense else by_words(examples, unlike, language)
        return _places(judge, least, by, scene)

    search = search_of(rule, bench, places)

    def evaluate(scene: Scene) -> Outcome:
        if by_sense and meaning_reader() is None:
            return unknown(scene.say("no_embeddings"))
        return search(scene)

    return evaluate


def _places(judge: Judge, least: float, by: By, scene: Scene) -> list[Place]:
    pieces = [(line, first, end) for line in scene.lines_by.get(by, ()) for first, end in pieces_of(line)]
    texts = [" ".join(word.text for word in line.utterance.words[first:end]) for line, first, end in pieces]
    scores = judge(texts)
    found: list[Place] = []
    for (line, first, end), score in zip(pieces, scores, strict=True):
        if score >= least and not (found and found[-1].last is not None and found[-1].last >= (line.index, first)):
            found.append(word_place(line, first, end - 1))
    return found


def pieces_of(line: Line) -> Sequence[tuple[int, int]]:
    """Sentences of an utterance as words [first, end); long ones in overlapping parts."""
    texts = [word.text for word in line.utterance.words]
    ends = [k + 1 for k, text in enumerate(texts) if text.endswith((".", "!", "?", "…"))]
    bounds = sorted({0, *ends, len(texts)})
    pieces: list[tuple[int, int]] = []
    for first, end in pairwise(bounds):
        if end - first <= LONGEST_PIECE:
            pieces.append((first, end))
            continue
        half = LONGEST_PIECE // 2
        pieces += [(at, min(at + LONGEST_PIECE, end)) for at in range(first, end - half, half)]
    return pieces


SIMILAR = Operator(
    "similar", Arguments, build, "similar: {examples: [is there anything else i can help with], least: 0.5}"
)
