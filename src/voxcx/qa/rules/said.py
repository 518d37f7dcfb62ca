"""``said``: a party says one of the phrases inside a window, at least so many times.

Not finding words is a *no* only where they could have been found: roles known, language right, window recorded, words
recognised well enough. Everything else is unknown, with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from voxcx.config import Checked, Share
from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, Place, unknown
from voxcx.qa.phrasing import Saying
from voxcx.qa.regions import SPOKEN_UNHEARD_S, searched, unheard_s, with_times, words_in
from voxcx.qa.resolving import resolve
from voxcx.qa.rules import operator
from voxcx.qa.rules.operator import Bench, Operator, Party, Phrases
from voxcx.qa.scene import Scene, mean_confidence
from voxcx.qa.windows import EVERYWHERE, WHOLE, Anchor, Evaluate, Region, Window


class Arguments(Checked):
    """Who says which phrases where; ``unless`` are phrases beside which a find does not count."""

    phrases: Phrases
    by: Party = "agent"
    where: operator.Place = operator.Place()
    unless: tuple[operator.Phrase, ...] = ()
    affirmed: bool = False
    at_least: operator.Count = 1
    min_confidence: Share | None = Field(default=None)


@dataclass(frozen=True)
class Said:
    """The evaluator of ``said``."""

    saying: Saying
    window: Window = WHOLE
    anchors: tuple[tuple[Anchor, Evaluate], ...] = ()
    count: int = 1
    min_confidence: float | None = None

    def __call__(self, scene: Scene) -> Outcome:
        """Look for the phrases in the window of this interaction."""
        if reason := scene.distrust(self.saying.by) or scene.foreign:
            return unknown(reason)
        region = resolve(self.window, self.saying.by, scene, dict(self.anchors))
        if region.missing:
            return Outcome(truth=False, notes=(region.missing,))
        return self.inside(region, scene)

    def inside(self, region: Region, scene: Scene) -> Outcome:
        """Look for the phrases in a region that is already known."""
        heard = [place for place in self.saying.places(scene) if region.holds(place)]
        sure = tuple(place for place in heard if self._doubt(place, scene) is None)
        if len(sure) >= self.count:
            return Outcome(truth=True, places=sure)
        if len(heard) >= self.count:
            doubts = [self._doubt(place, scene) for place in heard]
            return unknown(next(doubt for doubt in doubts if doubt), heard)
        return absence(region, self.saying.by, scene)

    def _doubt(self, place: Place, scene: Scene) -> str | None:
        if place.first and place.last and any(word.suspect for word in scene.words(place.first, place.last)):
            return scene.say("suspect_words")
        limit = self.min_confidence
        if limit is not None and place.confidence is not None and place.confidence < limit:
            return scene.say("unsure_words", got=place.confidence, limit=limit)
        return None


def absence(region: Region, by: str, scene: Scene) -> Outcome:
    """No, with the window that was searched; unknown where the words could have been missed."""
    if region.stretches != EVERYWHERE:
        return _absence(region, by, scene)
    if by not in scene.absences:
        scene.absences[by] = _absence(region, by, scene)
    return scene.absences[by]


def _absence(region: Region, by: str, scene: Scene) -> Outcome:
    if region.doubt:
        return unknown(region.doubt)
    text = with_times(region, scene)
    if scene.is_call and (reason := _unheard(region, by, scene, text)):
        return unknown(reason)
    if not scene.lines_by.get(by):
        return unknown(scene.say("no_speech"))
    return Outcome(truth=False, searched=searched(region, by, scene), notes=(scene.say("searched", where=text),))


def _unheard(region: Region, by: str, scene: Scene, text: str) -> str | None:
    """Why words may have been said and not be in the transcript; written words are certain."""
    words = words_in(region, by, scene)
    if by == "anyone" and scene.one_sided:
        return scene.say("one_sided")
    if not words and unheard_s(region, by, scene) >= SPOKEN_UNHEARD_S:
        return scene.say("no_words", where=text)
    confidence, limit = mean_confidence(words), scene.form.minimum_confidence
    if confidence is not None and confidence < limit:
        return scene.say("confidence", got=confidence, limit=limit, where=text)
    return None


def evaluator(rule: Rule, bench: Bench) -> Said:
    """The evaluator of a rule with the arguments of ``said``."""
    window = rule.argument("where")
    if not isinstance(window, Window):
        window = WHOLE
    limit = rule.argument("min_confidence")
    return Said(
        saying(rule, bench),
        window,
        tuple((anchor, bench.compile(anchor.rule)) for _, anchor in window.anchors),
        int(str(rule.argument("at_least", 1))),
        None if limit is None else float(str(limit)),
    )


def saying(rule: Rule, bench: Bench) -> Saying:
    """The phrases of a rule as its party says them."""
    unless = strings(rule, "unless")
    return Saying(
        bench.finder(strings(rule, "phrases")),
        str(rule.argument("by", "agent")),
        bench.finder(unless) if unless else None,
        rule.argument("affirmed") is True,
    )


def strings(rule: Rule, name: str) -> tuple[str, ...]:
    """An argument that is a list of texts."""
    value = rule.argument(name, ())
    return tuple(str(text) for text in value) if isinstance(value, tuple) else ()


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``said``."""
    return evaluator(rule, bench)


SAID = Operator("said", Arguments, build, "said: {phrases: [good morning], by: agent, where: {first_s: 15}}")
