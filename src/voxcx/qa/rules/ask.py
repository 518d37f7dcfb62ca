"""``ask``: a question to a local language model; off unless the configuration names an endpoint.

Yes and no stand only on quotes that are in the transcript, word for word. A *no* may come without one: then it stands
on the whole conversation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from voxcx.config import Checked
from voxcx.domain.qa import Rule
from voxcx.qa.case import Answer
from voxcx.qa.outcome import Outcome, Place, unknown
from voxcx.qa.rules.operator import Bench, Operator, Party
from voxcx.qa.rules.search import absence, doubt_of, word_place
from voxcx.qa.scene import Scene
from voxcx.qa.windows import EVERYWHERE, WHOLE, Evaluate, Region, describe


class Arguments(Checked):
    """``question`` is answered by yes or no; ``quotes_of`` says whose words must show a yes."""

    question: Annotated[str, Field(min_length=5, max_length=2000)]
    quotes_of: Party = "anyone"


def build(rule: Rule, _bench: Bench) -> Evaluate:
    """The evaluator of ``ask``."""
    question, quotes_of = str(rule.argument("question")), str(rule.argument("quotes_of", "anyone"))

    def evaluate(scene: Scene) -> Outcome:
        ask = scene.case.knowledge.ask
        if ask is None:
            return unknown(scene.say("ask_off"))
        if reason := scene.distrust("agent"):
            return unknown(reason)
        if not scene.lines_by["anyone"]:
            return unknown(scene.say("no_speech"))
        return _judged(ask(question, conversation(scene)), question, quotes_of, scene)

    return evaluate


def conversation(scene: Scene) -> str:
    """What was said, a line each with its speaker; no names, no metadata."""
    lines = (f"{line.utterance.role}: {' '.join(w.text for w in line.utterance.words)}" for line in scene.lines)
    return "\n".join(lines)


def _judged(answer: Answer, question: str, quotes_of: str, scene: Scene) -> Outcome:
    if answer.truth is None:
        return unknown(scene.say(answer.reason or "ask_open"))
    places = [_found(quote, quotes_of, scene) for quote in answer.quotes if quote.strip()]
    if any(place is None for place in places):
        return unknown(scene.say("ask_invented"))
    found = tuple(place for place in places if place is not None)
    if doubts := [doubt for place in found if (doubt := doubt_of(place, scene))]:
        return unknown(doubts[0], found)
    note = scene.say("ask_said", question=question)
    whose = [place for place in found if quotes_of in {"anyone", place.role}]
    if answer.truth and not whose:
        return unknown(scene.say("ask_unshown"), found)
    if found:
        return Outcome(answer.truth, found, notes=(note,))
    nothing = absence(Region(lambda: describe(WHOLE, "anyone", scene), EVERYWHERE), "anyone", scene)
    return nothing if nothing.truth is None else Outcome(truth=False, searched=nothing.searched, notes=(note,))


def _found(quote: str, quotes_of: str, scene: Scene) -> Place | None:
    """Where a quote was said, by the party that is asked for if it said so, too; None when nobody did."""
    first = None
    for place in _places(quote.split(), scene):
        if quotes_of in {"anyone", place.role}:
            return place
        first = first or place
    return first


def _places(wanted: list[str], scene: Scene) -> Iterator[Place]:
    """These words in a row in one utterance, wherever they stand."""
    for line in scene.lines:
        texts = [word.text for word in line.utterance.words]
        for first in range(len(texts) - len(wanted) + 1):
            if texts[first : first + len(wanted)] == wanted:
                yield word_place(line, first, first + len(wanted) - 1)


ASK = Operator(
    "ask", Arguments, build, "ask: {question: 'Did the agent explain why?', quotes_of: agent}", judge="asked"
)
