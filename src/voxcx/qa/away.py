"""Where the customer does not hear the agent: on hold, before they come and after they go, while they look for a paper.

What an agent says then is said among colleagues, or to nobody: rudeness there is still recorded, and a greeting there
greets no one.
"""

from __future__ import annotations

from functools import cache

from voxcx.domain.intervals import Interval, Intervals, union
from voxcx.language.phrases import PhraseSet, compile_phrase
from voxcx.qa.scene import Scene
from voxcx.qa.windows import During, Region, Stretch

GONE_AFTER_S = 2.0  # after the customer's last word: they may still be on the line
LONGEST_LOOK_S = 120.0  # a customer who says no word for longer listened again before
SHORTEST_LOOK_S = 3.0  # a shorter pause after «сейчас посмотрю» is no absence
LEAVING = {
    "ru": (
        (
            "{подождите|погодите|минуту|минутку|минуточку|секунду|секундочку|сейчас|щас|момент} [я] "
            "{=найду|=посмотрю|=схожу|=поищу|=возьму|=принесу|=спрошу|=достану|=гляну|=позову|=открою|=запишу}"
        ),
        (
            "{подождите|погодите|минуту|минутку|минуточку|секунду|секундочку} [пожалуйста] [я] "
            "{=за =ручкой|=отойду|=отвлекусь|=документы|=паспорт}"
        ),
        "{=отойду|=отлучусь} [я] [на] {минуту|минутку|минуточку|секунду|секундочку}",
        "[сейчас] {=дам|=передам} {трубку|телефон}",
    ),
    "en": (
        (
            "let me [just] [go] [and] {find|get|grab|look for|fetch|check|ask|see if i have} ...2 "
            "{it|my|the|that|a|her|him}"
        ),
        (
            "{hold on|hang on|one moment|one second|just a moment|just a second|just a minute|wait} ...2 "
            "{i will|let me|i need to|i have to|while i} ...1 {find|get|grab|look|fetch|check|ask|go}"
        ),
        "i will [just] be [right] back",
        "{hold on|hang on|one moment|just a minute} i am {getting|looking for|grabbing} ...2 {it|my|the|that|a}",
    ),
}


def during(when: During, scene: Scene) -> Region:
    """The region in this interaction. A chat has no such time; holds that nobody knows of leave a doubt."""
    name = scene.say(f"during_{when}")
    text = scene.say("no_such_time", name=name)
    if not scene.is_call:
        return Region(lambda: name, missing=text)
    holds = tuple(event.span for event in scene.timeline.of("hold"))
    record = scene.interaction.telephony.holds
    known = record is not None or bool(holds) or scene.features.value("holds_count") is not None
    doubt = None if known else scene.say("holds_unknown")
    pieces = union(holds)
    if when == "customer_away":
        if scene.timeline.distrust or scene.one_sided or not scene.timeline.customer:
            return Region(lambda: name, doubt=scene.distrust("customer") or scene.say("one_sided"))
        pieces = union((*pieces, *_absences(scene)))
    stretches = tuple(Stretch(piece.start_s, piece.end_s) for piece in pieces)
    return Region(lambda: name, stretches, doubt, None if stretches or doubt else text)


def _absences(scene: Scene) -> Intervals:
    """Before the customer's first speech, after their last, and while they are looking for something."""
    speech, end_s = scene.timeline.customer, scene.timeline.duration_s
    away = [Interval(0.0, speech[0].start_s)] if speech[0].start_s > 0 else []
    if speech[-1].end_s + GONE_AFTER_S < end_s:
        away.append(Interval(speech[-1].end_s + GONE_AFTER_S, end_s))
    return (*away, *_looking(scene))


def _looking(scene: Scene) -> Intervals:
    """From the customer's «сейчас найду» to their next word."""
    found: list[Interval] = []
    phrases = _leaving(scene.form.language)
    lines = scene.lines_by.get("customer", ())
    starts = sorted(w.start_s for line in lines for w in line.utterance.words if w.start_s is not None)
    for line in lines:
        for match in phrases.find(line.tokens):
            left_s = scene.place(line, match.start, match.end).end_s
            back_s = next((start for start in starts if left_s is not None and start >= left_s), None)
            if left_s is not None and back_s is not None and SHORTEST_LOOK_S <= back_s - left_s <= LONGEST_LOOK_S:
                found.append(Interval(left_s, back_s))
    return tuple(found)


@cache
def _leaving(language: str) -> PhraseSet:
    return PhraseSet(compile_phrase(phrase, language) for phrase in LEAVING.get(language, ()))
