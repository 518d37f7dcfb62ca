"""What lies inside a region: its words, its seconds, how well it was heard, and how it is cited."""

from __future__ import annotations

from functools import lru_cache

from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, intersection, total_s, union
from voxcx.domain.qa import Evidence
from voxcx.domain.transcript import Word
from voxcx.qa.outcome import Position
from voxcx.qa.resolving import resolve
from voxcx.qa.scene import By, Scene
from voxcx.qa.windows import EVERYWHERE, Anchor, Evaluate, Region, Window, tighter
from voxcx.qa.wording import span_text
from voxcx.units import rounded_s

KEPT_WINDOWS = 4096
SPOKEN_UNHEARD_S = 1.0  # this much speech without any word means that the recogniser missed it


@lru_cache(maxsize=KEPT_WINDOWS)
def shared(window: Window) -> Window:
    """The one record that stands for all equal windows, so that rules can share what is found out about it."""
    return window


def region_of(window: Window, by: By, scene: Scene, anchors: tuple[tuple[Anchor, Evaluate], ...]) -> Region:
    """The window in this interaction, worked out once for all rules that look there."""
    key = (id(window), by)
    kept = scene.regions.get(key)
    if not isinstance(kept, Region):
        kept = scene.regions[key] = resolve(window, by, scene, anchors)
    return kept


def words_in(region: Region, by: By, scene: Scene) -> list[Word]:
    """The party's words inside a region."""
    if region.stretches is EVERYWHERE:
        return [word for line in scene.lines_by.get(by, ()) for word in line.utterance.words]
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
        low = tighter(max, stretch.start_s, _time_of(stretch.low, scene, talk.start_s))
        high = tighter(min, stretch.end_s, _time_of(stretch.high, scene, talk.end_s))
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
    own: dict[By, tuple[Role, ...]] = {"agent": ("agent",), "customer": ("customer",)}
    roles = own.get(by, ("agent", "customer", "unknown"))
    return sum(total_s(intersection(scene.timeline.speech(role), spans(region, scene))) for role in roles)


def searched(region: Region, by: By, scene: Scene) -> tuple[Evidence, ...]:
    """The region as evidence of absence: a role and seconds, with an empty quote."""
    role: Role | None = by if by in {"agent", "customer", "bot"} else None
    pieces = spans(region, scene)
    found = tuple(Evidence(role, rounded_s(p.start_s), rounded_s(p.end_s)) for p in pieces)
    return found or (Evidence(role, None, None),)


def with_times(region: Region, scene: Scene) -> str:
    """The window in words, with its seconds where there are any."""
    text = region.text()
    if not scene.is_call:
        return text
    times = "; ".join(span_text(piece.start_s, piece.end_s) for piece in spans(region, scene)[:3])
    return f"{text} ({times})" if times else text
