"""A window in one interaction: which seconds and which words it is, and why it may not be knowable."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from voxcx.domain.intervals import Intervals, crop, total_s
from voxcx.qa.away import during
from voxcx.qa.outcome import Outcome, Place, Position
from voxcx.qa.scene import By, Line, Scene
from voxcx.qa.windows import EVERYWHERE, WHOLE, Anchor, Evaluate, Region, Stretch, Which, Window, describe


def resolve(window: Window, by: By, scene: Scene, anchors: Sequence[tuple[Anchor, Evaluate]]) -> Region:
    """The window in this interaction, for the words of one party; ``anchors`` in the window's own order."""
    text = partial(describe, window, by, scene)
    if window is WHOLE or window == WHOLE:
        return Region(text, EVERYWHERE, _cut(scene) if scene.is_call else None)
    piece, doubt = EVERYWHERE[0], None
    for part in _parts(window):
        narrowed, why = part(window, by, scene)
        if narrowed is None:
            return Region(text, doubt=why)
        piece, doubt = narrowed if piece is EVERYWHERE[0] else piece & narrowed, doubt or why
    stretches: tuple[Stretch, ...] = (piece,)
    if window.during is not None:
        meanwhile = during(window.during, scene)
        if meanwhile.missing or not meanwhile.stretches:
            return Region(text, doubt=meanwhile.doubt, missing=meanwhile.missing)
        doubt = doubt or meanwhile.doubt
        stretches = tuple(piece & other for other in meanwhile.stretches)
    for (side, anchor), (_, evaluate) in zip(window.anchors, anchors, strict=True):
        outcome = evaluate(scene)
        if outcome.truth is None:
            return Region(text, doubt=outcome.reason)
        places = picked(outcome, anchor.hit)
        if not places:
            return Region(text, missing=scene.say("no_anchor", name=anchor.name))
        near = [_beside(side, place, window, by, scene) for place in places]
        stretches = tuple(stretch & other for stretch in stretches for other in near)
    return Region(text, stretches, doubt or _outside(stretches, text, scene))


Part = Callable[[Window, By, Scene], tuple[Stretch | None, str | None]]


def _parts(window: Window) -> Iterator[Part]:
    """What narrows this window: most windows have one bound or none."""
    if window.first_s is not None:
        yield _first_s
    if window.last_s is not None:
        yield _last_s
    if window.first_share is not None or window.last_share is not None:
        yield _shares
    if window.first_turns is not None or window.last_turns is not None:
        yield _turns


def picked(outcome: Outcome, which: Which) -> tuple[Place, ...]:
    """The hits of an anchor that count; none when it was not found that often."""
    if not outcome.truth:
        return ()
    places = sorted(outcome.places, key=lambda p: (p.start_s is not None, p.start_s or 0.0, p.first or (0, 0)))
    if which == "each":
        return tuple(places)
    index = len(places) - 1 if which == "last" else int(which) - 1
    return tuple(places[index : index + 1]) if 0 <= index < len(places) else ()


def _cut(scene: Scene) -> str | None:
    if scene.start_cut:
        return scene.say("start_cut")
    return scene.say("end_cut") if scene.end_cut else None


def _first_s(window: Window, by: By, scene: Scene) -> tuple[Stretch | None, str | None]:
    if window.first_s is None:
        return Stretch(), None
    speech = _counted(window, by, scene)
    if not speech:
        return None, scene.say("no_speech" if scene.talk else "no_times")
    doubt = scene.say("start_cut") if scene.start_cut else None
    return Stretch(end_s=_time_after(speech, window.first_s)), doubt


def _last_s(window: Window, by: By, scene: Scene) -> tuple[Stretch | None, str | None]:
    if window.last_s is None:
        return Stretch(), None
    speech = _counted(window, by, scene)
    if not speech:
        return None, scene.say("no_speech" if scene.talk else "no_times")
    doubt = scene.say("end_cut") if scene.end_cut else None
    rest_s = max(0.0, total_s(speech) - window.last_s)
    return Stretch(start_s=_time_after(speech, rest_s) if rest_s else speech[0].start_s), doubt


def _counted(window: Window, by: By, scene: Scene) -> Intervals:
    """The time that ``first_s`` and ``last_s`` count."""
    if scene.talk is None:
        return ()
    if window.of == "talk" or not scene.is_call or by not in {"agent", "customer"}:
        return (scene.talk,)
    return crop(scene.timeline.speech("agent" if by == "agent" else "customer"), scene.talk)


def _time_after(pieces: Intervals, amount_s: float) -> float:
    """The moment when that much of the pieces is over; their end when they are shorter."""
    for piece in pieces:
        if amount_s <= piece.duration_s:
            return piece.start_s + amount_s
        amount_s -= piece.duration_s
    return pieces[-1].end_s


def _shares(window: Window, _by: By, scene: Scene) -> tuple[Stretch | None, str | None]:
    """A part of the talk: by time in a call, by messages in a chat (its times may be absent, or days apart)."""
    if window.first_share is None and window.last_share is None:
        return Stretch(), None
    talk, first, last = scene.talk, window.first_share, window.last_share
    doubt = _cut(scene) if scene.is_call else None  # where the talk ends is not known, nor what is a part of it
    if not scene.is_call:
        count = len(scene.lines)
        high = None if first is None else (math.ceil(first * count), 0)
        return Stretch(low=None if last is None else (count - math.ceil(last * count), 0), high=high), None
    if talk is None:
        return None, scene.say("no_times")
    end_s = None if first is None else talk.start_s + first * talk.duration_s
    return Stretch(None if last is None else talk.end_s - last * talk.duration_s, end_s), doubt


def _turns(window: Window, by: By, scene: Scene) -> tuple[Stretch | None, str | None]:
    if window.first_turns is None and window.last_turns is None:
        return Stretch(), None
    lines = scene.lines_by.get(by, ())
    if not lines:
        return None, scene.say("no_speech")
    numbers = list(dict.fromkeys([line.turn for line in lines]))
    doubt, low, high = None, None, None
    if window.first_turns is not None:
        doubt = scene.say("start_cut") if scene.start_cut else None
        high = _end_of(lines, numbers[: window.first_turns][-1])
    if window.last_turns is not None:
        doubt = doubt or (scene.say("end_cut") if scene.end_cut else None)
        low = _start_of(lines, numbers[-window.last_turns :][0])
    return Stretch(low=low, high=high), doubt


def _end_of(lines: tuple[Line, ...], turn: int) -> Position:
    return max([line.index for line in lines if line.turn == turn]) + 1, 0


def _start_of(lines: tuple[Line, ...], turn: int) -> Position:
    return min([line.index for line in lines if line.turn == turn]), 0


def _beside(side: str, place: Place, window: Window, by: By, scene: Scene) -> Stretch:
    """What lies before, after or around one place. A chat goes by positions, a call by its clock."""
    reach_s = window.within_s
    near = Stretch()
    before, after = side in {"before", "around"}, side in {"after", "around"}
    if place.start_s is not None and place.end_s is not None and (scene.is_call or reach_s is not None):
        low_s = place.end_s if side == "after" else (None if reach_s is None else place.start_s - reach_s)
        high_s = place.start_s if side == "before" else (None if reach_s is None else place.end_s + reach_s)
        near = Stretch(low_s, high_s)
    if not scene.is_call and place.first and place.last:
        low = (place.last[0], place.last[1] + 1) if side == "after" else None
        near = replace(near, low=low, high=place.first if side == "before" else None)
    if window.within_turns is None:
        return near
    return near & _turns_beside(place, window.within_turns, scene.lines_by.get(by, ()), before=before, after=after)


def _turns_beside(place: Place, count: int, lines: tuple[Line, ...], *, before: bool, after: bool) -> Stretch:
    """The last turns that begin before the place, the first that end after it."""
    low: Position | None = None
    high: Position | None = None
    if before:
        numbers = list(dict.fromkeys(line.turn for line in lines if _starts_by(line, place)))
        low = _start_of(lines, numbers[-count:][0]) if numbers else (0, 0)
    if after:
        numbers = list(dict.fromkeys(line.turn for line in lines if _ends_after(line, place)))
        high = _end_of(lines, numbers[:count][-1]) if numbers else (None if before else (0, 0))
    return Stretch(low=low, high=high)


def _starts_by(line: Line, place: Place) -> bool:
    if place.first is not None:
        return line.index <= place.first[0]
    start_s = line.utterance.start_s
    return start_s is not None and place.start_s is not None and start_s < place.start_s


def _ends_after(line: Line, place: Place) -> bool:
    if place.last is not None:
        same = line.index == place.last[0]
        return place.last[1] + 1 < len(line.utterance.words) if same else line.index > place.last[0]
    end_s = line.utterance.end_s
    return end_s is not None and place.end_s is not None and end_s > place.end_s


def _outside(stretches: tuple[Stretch, ...], text: Callable[[], str], scene: Scene) -> str | None:
    """Why nothing can be found in a window that the recording does not reach."""
    if not scene.is_call or not stretches:
        return None
    end = scene.timeline.duration_s
    lost = all(
        (s.end_s is not None and s.end_s <= 0) or (s.start_s is not None and s.start_s >= end) for s in stretches
    )
    return scene.say("not_recorded", where=text()) if lost else None
