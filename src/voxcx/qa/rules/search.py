"""What every operator that looks for words shares: a party, a window, how often, and when not finding proves nothing.

Not finding words is a *no* only where they could have been found: roles known, language right, window recorded, words
recognised well enough. Everything else is unknown, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, intersection, subtract, total_s, union
from voxcx.domain.qa import Rule
from voxcx.domain.transcript import Word
from voxcx.qa.outcome import Outcome, Place, unknown
from voxcx.qa.regions import SPOKEN_UNHEARD_S, region_of, searched, shared, spans, unheard_s, with_times, words_in
from voxcx.qa.resolving import picked
from voxcx.qa.rules.operator import Bench
from voxcx.qa.scene import SECONDS_EDGE_S, By, Line, Scene, mean_confidence
from voxcx.qa.windows import WHOLE, Anchor, Evaluate, Region, Window

Anchors = tuple[tuple[Anchor, Evaluate], ...]
# Six real calls leave at most 1.3 s of a party's speech without words: this much more was not recognised.
WORDLESS_S = 3.0
WORDLESS_SHARE = 0.4
PEOPLE: tuple[Role, ...] = ("agent", "customer", "unknown")
WORD_EDGE_S = 0.5  # a recogniser's word times are that rough


@dataclass(frozen=True)
class Search:
    """Finds of one party in a window, at least ``count`` and at most ``most`` of them.

    ``places`` gives the party's finds in the whole conversation, in order.
    """

    places: Callable[[Scene], Sequence[Place]]
    by: By
    window: Window = WHOLE
    anchors: Anchors = ()
    count: int = 1
    most: int | None = None
    min_confidence: float | None = None
    number: int | None = None  # of the finder of its phrases, where those alone decide

    def silent(self, scene: Scene) -> bool:
        """Whether none of its phrases was found at all, which is what most searches come to."""
        number = self.number
        return number is not None and scene.found is not None and number not in scene.found and self.count > 0

    def __call__(self, scene: Scene, *, silent: bool = False) -> Outcome:
        """Look in the window of this interaction; ``silent`` where it is known that nothing was found."""
        if reason := scene.unfit(self.by):
            return unknown(reason)
        region = region_of(self.window, self.by, scene, self.anchors)
        if region.missing:
            return Outcome(truth=self.count == 0, notes=(region.missing,))
        return self._nothing(region, scene) if silent or self.silent(scene) else self.inside(region, scene)

    def inside(self, region: Region, scene: Scene) -> Outcome:
        """Look in a region that is already known."""
        found = self.places(scene)
        if not found and self.count > 0:
            return self._nothing(region, scene)
        heard = [place for place in found if region.holds(place)]
        sure = tuple(place for place in heard if self._doubt(place, scene) is None)
        if self.most is not None and len(sure) > self.most:
            note = scene.say("too_many", count=len(sure), most=self.most)
            return Outcome(truth=False, places=sure, notes=(note,))
        if len(sure) >= self.count and self.most is None:
            return Outcome(truth=True, places=sure)
        if len(heard) >= self.count and len(heard) > len(sure):
            doubts = [self._doubt(place, scene) for place in heard]
            return unknown(next(doubt for doubt in doubts if doubt), heard)
        nothing = self._nothing(region, scene)
        if nothing.truth is None or len(sure) < self.count:
            return nothing
        return Outcome(truth=True, places=sure, searched=nothing.searched, notes=() if sure else nothing.notes)

    def _nothing(self, region: Region, scene: Scene) -> Outcome:
        """No; with a note where the talk ended before the party could say what is due after something."""
        nothing = absence(region, self.by, scene)
        if nothing.truth is False and self.count > 0 and self.anchors and self._over(scene):
            return replace(nothing, notes=(*nothing.notes, no_chance(self.by, scene)))
        return nothing

    def _over(self, scene: Scene) -> bool:
        """Whether the other party hung up before this one said a word after the anchor: it had no chance to."""
        ended = scene.interaction.telephony.hangup_by
        if ended is None or self.by in {ended, "bot"}:
            return False
        sides = zip(self.window.anchors, self.anchors, strict=True)
        after = [(anchor, evaluate) for (side, _), (anchor, evaluate) in sides if side != "before"]
        return any(_silent_after(place, self.by, scene) for one in after for place in _first_hit(*one, scene))

    def _doubt(self, place: Place, scene: Scene) -> str | None:
        return doubt_of(place, scene, self.min_confidence)


def no_chance(by: By, scene: Scene) -> str:
    """What a search notes where a party had no chance to speak: silence that is known, and is no error."""
    return scene.say("nothing_after", who=scene.say(by))


def _first_hit(anchor: Anchor, evaluate: Evaluate, scene: Scene) -> tuple[Place, ...]:
    return picked(evaluate(scene), anchor.hit)[:1]


def _silent_after(place: Place, by: By, scene: Scene) -> bool:
    """Whether no word of the party comes after a place that is not its own: who spoke could have spoken on."""
    lines = [line for line in scene.lines_by.get(by, ()) if line.utterance.words]
    if not lines or place.role == by:
        return False
    if place.last is not None and not scene.is_call:
        return lines[-1].index <= place.last[0]
    starts = [start for line in lines[-2:] if (start := line.utterance.words[-1].start_s) is not None]
    return bool(starts) and place.end_s is not None and max(starts) < place.end_s - SECONDS_EDGE_S


def doubt_of(place: Place, scene: Scene, limit: float | None = None) -> str | None:
    """Why words may not have been said so, or None."""
    if place.first and place.last and any(word.suspect for word in scene.words(place.first, place.last)):
        return scene.say("suspect_words")
    if limit is not None and place.confidence is not None and place.confidence < limit:
        return scene.say("unsure_words", got=place.confidence, limit=limit)
    return None


def word_place(line: Line, first: int, last: int) -> Place:
    """Words ``first`` to ``last`` of a line, both inside, verbatim and with their time."""
    words = line.utterance.words[first : last + 1]
    text = " ".join(word.text for word in words)
    start, end = (line.index, first), (line.index, last)
    return Place(line.utterance.role, words[0].start_s, words[-1].end_s, text, start, end, mean_confidence(words))


def absence(region: Region, by: By, scene: Scene) -> Outcome:
    """No, with the window that was searched; unknown where the words could have been missed."""
    kept = scene.absences.get((id(region), by))
    if kept is None or kept[0] is not region:
        kept = scene.absences[id(region), by] = (region, _absence(region, by, scene))
    return kept[1]


def _absence(region: Region, by: By, scene: Scene) -> Outcome:
    if region.doubt:
        return unknown(region.doubt)
    text = with_times(region, scene)
    if scene.is_call and (reason := _unheard(region, by, scene, text)):
        return unknown(reason)
    if not scene.lines_by.get(by) and (scene.is_call or by != "bot"):  # a chat holds all that its bot wrote
        return unknown(scene.say("no_speech"))
    return Outcome(truth=False, searched=searched(region, by, scene), notes=(scene.say("searched", where=text),))


def _unheard(region: Region, by: By, scene: Scene, text: str) -> str | None:
    """Why words may have been said and not be in the transcript; written words are certain."""
    words = words_in(region, by, scene)
    if by == "anyone" and scene.one_sided:
        return scene.say("one_sided")
    if not words and unheard_s(region, by, scene) >= SPOKEN_UNHEARD_S:
        return scene.say("no_words", where=text)
    confidence, limit = mean_confidence(words), scene.form.minimum_confidence
    if confidence is not None and confidence < limit:
        return scene.say("confidence", got=confidence, limit=limit, where=text)
    if words and (missed_s := _wordless_s(words, region, by, scene)):
        return scene.say("few_words", missed=missed_s, where=text)
    return None


def _wordless_s(words: list[Word], region: Region, by: By, scene: Scene) -> float:
    """Seconds of a party's speech in a region without words, where they are many and a large part of it; else 0."""
    roles: tuple[Role, ...] = ("agent",) if by == "agent" else ("customer",) if by == "customer" else PEOPLE
    inside = spans(region, scene)
    heard = [intersection(scene.timeline.speech(role), inside) for role in roles]
    if all(total_s(pieces) <= WORDLESS_S for pieces in heard):
        return 0.0
    told = _told_by(words)
    for role, pieces in zip(roles, heard, strict=True):
        asides = union(event.span for event in scene.timeline.of("backchannel", role))
        missed_s = total_s(subtract(subtract(pieces, told), asides))
        if missed_s > max(WORDLESS_S, WORDLESS_SHARE * total_s(pieces)):
            return missed_s
    return 0.0


def _told_by(words: list[Word]) -> Intervals:
    """The time that words account for, with rough edges; one pass, since a long call has many words."""
    ends: list[tuple[float, float]] = []
    for word in words:
        if word.start_s is None or word.end_s is None:
            continue
        start_s, end_s = max(0.0, word.start_s - WORD_EDGE_S), word.end_s + WORD_EDGE_S
        if ends and ends[-1][0] <= start_s <= ends[-1][1]:
            ends[-1] = (ends[-1][0], max(end_s, ends[-1][1]))
        else:
            ends.append((start_s, end_s))
    return union(Interval(*pair) for pair in ends)


def search_of(rule: Rule, bench: Bench, places: Callable[[Scene], Sequence[Place]]) -> Search:
    """A search with a rule's ``by``, ``where``, ``at_least``, ``at_most`` and ``min_confidence``."""
    window = window_of(rule)
    limit, most = rule.argument("min_confidence"), rule.argument("at_most")
    least = 1 if most is None else 0
    return Search(
        places,
        str(rule.argument("by", "agent")),
        window,
        anchors_of(window, bench),
        int(str(rule.argument("at_least", least))),
        None if most is None else int(str(most)),
        None if limit is None else float(str(limit)),
    )


def window_of(rule: Rule, name: str = "where") -> Window:
    """The window of a rule; the whole conversation when none is given."""
    window = rule.argument(name)
    return shared(window) if isinstance(window, Window) else WHOLE


def anchors_of(window: Window, bench: Bench) -> Anchors:
    """What the window is measured from, ready to run."""
    return tuple((anchor, bench.compile(anchor.rule)) for _, anchor in window.anchors)


def strings(rule: Rule, name: str) -> tuple[str, ...]:
    """An argument that is a list of texts."""
    value = rule.argument(name, ())
    return tuple(str(text) for text in value) if isinstance(value, tuple) else ()
