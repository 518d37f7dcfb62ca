"""``misspelt``: a party writes words with slips in spelling, so many different ones.

Names, products and what the other party calls so are no slips, and neither is a word that the writer mended with a
star («*извините»). A slip is one letter away from a known word (voxcx.language.spelling): other mistakes are missed.
"""

from __future__ import annotations

from voxcx.config import Checked
from voxcx.domain.interaction import Interaction
from voxcx.domain.qa import Rule
from voxcx.language.normal_forms import lowered
from voxcx.language.spelling import meant_by
from voxcx.language.tokens import tokenise
from voxcx.qa.outcome import Place
from voxcx.qa.rules import operator
from voxcx.qa.rules.operator import Bench, Operator, Party
from voxcx.qa.rules.search import search_of, strings
from voxcx.qa.scene import By, Line, Scene
from voxcx.qa.windows import Evaluate

MENDED = "*"
LINKING = frozenset("@/_#.")
SENTENCE_ENDS = (".", "!", "?", "…", ":")


class Arguments(Checked):
    """How many different words; ``known`` are words of the trade that no dictionary has."""

    by: Party = "agent"
    where: operator.Place = operator.Place()
    known: tuple[operator.Phrase, ...] = ()
    at_least: operator.Count = 1
    at_most: operator.Most | None = None


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``misspelt``."""
    by, known = str(rule.argument("by", "agent")), frozenset(map(lowered, strings(rule, "known")))
    return search_of(rule, bench, lambda scene: _slips(scene, by, known))


def _slips(scene: Scene, by: By, known: frozenset[str]) -> list[Place]:
    """Every misspelt word once, where it stands first."""
    if scene.is_call:  # a recogniser's spelling is nobody's
        return []
    language = scene.form.language
    slips = [
        (line, k, meant)
        for line in scene.lines_by.get(by, ())
        for k, token in enumerate(line.tokens)
        if (token.text.islower() or not _is_name(line, k))  # a name need not be looked up, which is dear
        and (meant := meant_by(token.lower, language)) is not None
    ]
    if not slips:  # most messages: who may be spared need not be known
        return []
    spared = known | _named(scene) | _of_others(scene, by)
    mended = _mended(scene, by)
    found: dict[str, Place] = {}
    for line, k, meant in slips:
        word = line.tokens[k].lower
        if not (word in found or word in spared or meant in mended or _is_name(line, k)):
            found[word] = scene.place(line, k, k + 1)
    return list(found.values())


def _named(scene: Scene) -> frozenset[str]:
    """Words of the names that the form and the interaction know."""
    one: Interaction = scene.interaction
    names = (one.company, *one.agent_names, one.customer_name, *scene.form.vocabulary)
    return frozenset(token.lower for name in names if name for token in tokenise(name, scene.form.language))


def _of_others(scene: Scene, by: By) -> frozenset[str]:
    """What the others wrote: a product is called so by both."""
    others = (line for line in scene.lines if line.utterance.role != by)
    return frozenset(token.lower for line in others for token in line.tokens)


def _mended(scene: Scene, by: By) -> frozenset[str]:
    """Words that the writer put right in a message with a star."""
    lines = (line for line in scene.lines_by.get(by, ()) if MENDED in line.utterance.text)
    return frozenset(token.lower for line in lines for token in line.tokens)


def _is_name(line: Line, k: int) -> bool:
    """Whether a word has capitals that no sentence's beginning explains, or stands in a link or an address."""
    word = line.utterance.words[line.word_of(k)].text
    if not LINKING.isdisjoint(word) and not word.endswith(SENTENCE_ENDS):
        return True
    text = line.tokens[k].text
    if not text[:1].isupper():
        return not text.islower()
    first = line.word_of(k) == 0 or line.utterance.words[line.word_of(k) - 1].text.endswith(SENTENCE_ENDS)
    return not first or not text[1:].islower()


MISSPELT = Operator("misspelt", Arguments, build, "misspelt: {by: agent, at_least: 3, known: [роуминг]}")
