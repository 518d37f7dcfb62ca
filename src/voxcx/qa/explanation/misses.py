"""What was nearly found: the places most like a phrase, and finds that do not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from voxcx.domain.qa import Rule
from voxcx.language.fuzzy import likeness, nearest
from voxcx.qa.checking.expansions import some_expansions, spelled
from voxcx.qa.explanation.records import Near, Passed
from voxcx.qa.outcome import Place
from voxcx.qa.phrasing import Saying, negated
from voxcx.qa.scene import Line, Scene
from voxcx.qa.windows import Region

LEAST = 0.7  # likeness from which a miss is worth a look
MOST_NEAR = 2
MOST_PASSED = 4
MOST_WAYS = 60  # ways to say one phrase that are compared
SPARE_WORDS = 1  # a stretch of the talk may be that much longer or shorter than the phrase
Windows = dict[int, dict[str, tuple[Line, int, int]]]


def near_misses(phrases: Sequence[str], by: str, region: Region, scene: Scene) -> tuple[Near, ...]:
    """The stretches of the region that are most like one of the phrases, the likest first."""
    stretches = _stretches(by, region, scene)
    best: dict[str, Near] = {}
    for phrase in phrases:
        for way in {spelled(tokens) for tokens in some_expansions(phrase, scene.form.language, MOST_WAYS)}:
            found = _nearest(way.lower(), stretches)
            if found is not None and (found.quote not in best or best[found.quote].likeness < found.likeness):
                best[found.quote] = found
    return tuple(_apart(sorted(best.values(), key=lambda one: -one.likeness)))[:MOST_NEAR]


def _apart(found: Sequence[Near]) -> Iterator[Near]:
    """One of several that overlap: same moment, nearly the same words."""
    seen: list[Near] = []
    for one in found:
        if not any(one.quote in other.quote or other.quote in one.quote for other in seen):
            seen.append(one)
            yield one


def _stretches(by: str, region: Region, scene: Scene) -> dict[int, dict[str, tuple[Line, int, int]]]:
    """Stretches of words inside the region by their number of words, each text once."""
    found: Windows = defaultdict(dict)
    for line in scene.lines_by.get(by, ()):
        words = [word.text.lower().strip('.,!?…:;«»"') for word in line.utterance.words]
        inside = [
            any(stretch.holds((line.index, k), word.start_s) for stretch in region.stretches)
            for k, word in enumerate(line.utterance.words)
        ]
        for start in (k for k, held in enumerate(inside) if held):
            for size in range(1, 9):
                if start + size <= len(words):
                    found[size].setdefault(" ".join(words[start : start + size]), (line, start, start + size))
    return found


def _nearest(way: str, stretches: Windows) -> Near | None:
    size = len(way.split())
    texts = [text for k in range(size - SPARE_WORDS, size + SPARE_WORDS + 1) for text in stretches.get(k, ())]
    text = nearest(way, texts, 100 * LEAST) if way and texts else None
    if text is None:
        return None
    line, start, end = stretches[len(text.split())][text]
    words = line.utterance.words[start:end]
    quote = " ".join(word.text for word in words)
    return Near(way, quote, line.utterance.role, words[0].start_s, round(likeness(way, text) / 100, 2))


def passed_over(saying: Saying, region: Region, counted: Sequence[Place], scene: Scene) -> tuple[Passed, ...]:
    """Finds of the phrases that do not count here, and why."""
    found = [(scene.place(*find), find) for find in saying.finder.find(scene, saying.by)]
    stand = {(place.first, place.last) for place in saying.places(scene)}
    passed: list[Passed] = []
    for place, find in found:
        if (place.first, place.last) not in stand:
            reversed_ = saying.affirmed and negated(find, scene.form.language)
            passed.append(_passed("negated" if reversed_ else "cancelled", place))
        elif not region.holds(place):
            passed.append(_passed("outside", place))
    if not counted and saying.by in {"agent", "customer"}:
        other = "customer" if saying.by == "agent" else "agent"
        theirs = [scene.place(*find) for find in saying.finder.find(scene, other)]
        passed += [_passed("other_party", place) for place in theirs if region.holds(place)]
    return tuple(passed[:MOST_PASSED])


def _passed(why: str, place: Place) -> Passed:
    return Passed(why, place.quote, place.role, place.start_s)


def phrases_of(rule: Rule) -> tuple[str, ...]:
    """The phrases of a rule that looks for words."""
    value = rule.argument("phrases") or rule.argument("examples") or ()
    return tuple(str(text) for text in value) if isinstance(value, tuple) else ()
