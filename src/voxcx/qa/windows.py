"""Where a rule looks: a part of the talk, of one party's speech or turns, or the surroundings of something found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, crop, intersection, total_s, union
from voxcx.domain.qa import Evidence, Rule
from voxcx.domain.transcript import Word
from voxcx.qa.outcome import Outcome, Place, Position
from voxcx.qa.scene import SECONDS_EDGE_S, By, Line, Scene
from voxcx.qa.wording import span_text
from voxcx.units import rounded_s

Which = int | Literal["last", "each"]
Evaluate = Callable[[Scene], Outcome]
_T = TypeVar("_T", float, Position)
SPOKEN_UNHEARD_S = 1.0  # this much speech without any word means that the recogniser missed it


@dataclass(frozen=True, slots=True)
class Anchor:
    """The hit of another rule that a window is measured from: the n-th (from 1), the last, or each."""

    name: str
    rule: Rule
    hit: Which = 1


@dataclass(frozen=True, slots=True)
class Window:
    """All that is given must hold. ``of`` says what ``first_s`` and ``last_s`` count: the party's speech or talk."""

    first_s: float | None = None
    last_s: float | None = None
    of: Literal["speech", "talk"] = "speech"
    first_turns: int | None = None
    last_turns: int | None = None
    before: Anchor | None = None
    after: Anchor | None = None
    around: Anchor | None = None
    within_s: float | None = None
    within_turns: int | None = None

    @property
    def anchors(self) -> Iterator[tuple[str, Anchor]]:
        """The anchors that are given, with the side they are on."""
        for side, anchor in (("before", self.before), ("after", self.after), ("around", self.around)):
            if anchor is not None:
                yield side, anchor


WHOLE = Window()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece to search: seconds, and positions [low, high) as (utterance, word); None is unbounded."""

    start_s: float | None = None
    end_s: float | None = None
    low: Position | None = None
    high: Position | None = None

    def __and__(self, other: Stretch) -> Stretch:
        return Stretch(
            _tighter(max, self.start_s, other.start_s),
            _tighter(min, self.end_s, other.end_s),
            _tighter(max, self.low, other.low),
            _tighter(min, self.high, other.high),
        )

    def holds(self, position: Position, start_s: float | None) -> bool:
        """Whether a word that starts then and there is inside."""
        if (self.low is not None and position < self.low) or (self.high is not None and position >= self.high):
            return False
        if self.start_s is None and self.end_s is None:
            return True
        if start_s is None:
            return False
        after = self.start_s is None or start_s >= self.start_s - SECONDS_EDGE_S
        return after and (self.end_s is None or start_s < self.end_s + SECONDS_EDGE_S)


EVERYWHERE = (Stretch(),)


def _tighter(choose: Callable[[_T, _T], _T], one: _T | None, two: _T | None) -> _T | None:
    if one is None or two is None:
        return two if one is None else one
    return choose(one, two)


@dataclass(frozen=True, slots=True)
class Region:
    """Where to search. ``doubt``: why finding nothing here proves nothing; ``missing``: why there is no such place."""

    text: str
    stretches: tuple[Stretch, ...] = ()
    doubt: str | None = None
    missing: str | None = None

    def holds(self, place: Place) -> bool:
        """Whether a find starts inside."""
        first = place.first or (0, 0)
        return any(stretch.holds(first, place.start_s) for stretch in self.stretches)


def resolve(window: Window, by: By, scene: Scene, anchors: dict[Anchor, Evaluate]) -> Region:
    """The window in this interaction, for the words of one party."""
    text = describe(window, by, scene)
    if window == WHOLE:
        return Region(text, EVERYWHERE, _cut(scene) if scene.is_call else None)
    piece = Stretch()
    doubt = None
    for part in (_first_s, _last_s, _turns):
        narrowed, why = part(window, by, scene)
        if narrowed is None:
            return Region(text, doubt=why)
        piece, doubt = piece & narrowed, doubt or why
    stretches: tuple[Stretch, ...] = (piece,)
    for side, anchor in window.anchors:
        outcome = anchors[anchor](scene)
        if outcome.truth is None:
            return Region(text, doubt=outcome.reason)
        places = picked(outcome, anchor.hit)
        if not places:
            return Region(text, missing=scene.say("no_anchor", name=anchor.name))
        near = [_beside(side, place, window, by, scene) for place in places]
        stretches = tuple(stretch & other for stretch in stretches for other in near)
    return Region(text, stretches, doubt or _outside(stretches, text, scene))


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


def _turns(window: Window, by: By, scene: Scene) -> tuple[Stretch | None, str | None]:
    if window.first_turns is None and window.last_turns is None:
        return Stretch(), None
    lines = scene.lines_by.get(by, ())
    if not lines:
        return None, scene.say("no_speech")
    numbers = list(dict.fromkeys(line.turn for line in lines))
    piece, doubt = Stretch(), None
    if window.first_turns is not None:
        doubt = scene.say("start_cut") if scene.start_cut else None
        piece &= Stretch(high=_end_of(lines, numbers[: window.first_turns][-1]))
    if window.last_turns is not None:
        doubt = doubt or (scene.say("end_cut") if scene.end_cut else None)
        piece &= Stretch(low=_start_of(lines, numbers[-window.last_turns :][0]))
    return piece, doubt


def _end_of(lines: tuple[Line, ...], turn: int) -> Position:
    return max((line.index + 1, 0) for line in lines if line.turn == turn)


def _start_of(lines: tuple[Line, ...], turn: int) -> Position:
    return min((line.index, 0) for line in lines if line.turn == turn)


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
        high = _end_of(lines, numbers[:count][-1]) if numbers else (0, 0)
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


def _outside(stretches: tuple[Stretch, ...], text: str, scene: Scene) -> str | None:
    """Why nothing can be found in a window that the recording does not reach."""
    if not scene.is_call or not stretches:
        return None
    end = scene.timeline.duration_s
    lost = all(
        (s.end_s is not None and s.end_s <= 0) or (s.start_s is not None and s.start_s >= end) for s in stretches
    )
    return scene.say("not_recorded", where=text) if lost else None


def words_in(region: Region, by: By, scene: Scene) -> list[Word]:
    """The party's words inside a region."""
    return [
        word
        for line in scene.lines_by.get(by, ())
        for k, word in enumerate(line.utterance.words)
        if any(stretch.holds((line.index, k), word.start_s) for stretch in region.stretches)
    ]


def spans(region: Region, scene: Scene) -> Intervals:
    """The region in seconds, inside the talk; empty for a chat without times."""
    talk = scene.talk
    if talk is None:
        return ()
    pieces = []
    for stretch in region.stretches:
        low = _tighter(max, stretch.start_s, _time_of(stretch.low, scene, talk.start_s))
        high = _tighter(min, stretch.end_s, _time_of(stretch.high, scene, talk.end_s))
        start_s = max(talk.start_s, low if low is not None else talk.start_s)
        end_s = min(talk.end_s, high if high is not None else talk.end_s)
        if start_s < end_s or (start_s == end_s and not scene.is_call):  # a message has one moment
            pieces.append(Interval(start_s, end_s))
    return union(pieces) if scene.is_call else tuple(sorted(set(pieces)))


def _time_of(position: Position | None, scene: Scene, otherwise_s: float) -> float | None:
    if position is None:
        return None
    lines = scene.transcript.utterances
    if position[0] >= len(lines):
        return otherwise_s
    words = lines[position[0]].words
    return words[min(position[1], len(words) - 1)].start_s if words else None


def unheard_s(region: Region, by: By, scene: Scene) -> float:
    """Speech of the party inside a region, by the detector."""
    roles: tuple[Role, ...] = ("agent",) if by == "agent" else ("customer",) if by == "customer" else ()
    return sum(total_s(intersection(scene.timeline.speech(role), spans(region, scene))) for role in roles)


def searched(region: Region, by: By, scene: Scene) -> tuple[Evidence, ...]:
    """The region as evidence of absence: a role and seconds, with an empty quote."""
    role: Role | None = by if by in {"agent", "customer", "bot"} else None  # type: ignore[assignment]
    pieces = spans(region, scene)
    found = tuple(Evidence(role, rounded_s(p.start_s), rounded_s(p.end_s)) for p in pieces)
    return found or (Evidence(role, None, None),)


def describe(window: Window, by: By, scene: Scene) -> str:
    """The window in words, in the form's language."""
    who = scene.say(by)
    parts = []
    for edge in ("first", "last"):
        if (seconds := getattr(window, f"{edge}_s")) is not None:
            kind = "talk" if window.of == "talk" or by == "anyone" else "speech"
            parts.append(scene.say(f"{edge}_{kind}", n=seconds, who=who))
        if (turns := getattr(window, f"{edge}_turns")) is not None:
            parts.append(scene.say(f"{edge}_turns", n=turns, who=who))
    parts += [scene.say(side, anchor=anchor.name) for side, anchor in window.anchors]
    if window.within_s is not None:
        parts.append(scene.say("within_s", n=window.within_s))
    if window.within_turns is not None:
        parts.append(scene.say("within_turns", n=window.within_turns))
    if not parts:
        whole = "whole" if scene.is_call else "chat_whole"
        parts.append(scene.say(whole if by == "anyone" else f"{whole}_by", who=who))
    return ", ".join(parts)


def with_times(region: Region, scene: Scene) -> str:
    """The window in words, with its seconds where there are any."""
    pieces = spans(region, scene)
    times = "; ".join(span_text(piece.start_s, piece.end_s) for piece in pieces[:3])
    return f"{region.text} ({times})" if times and scene.is_call else region.text
