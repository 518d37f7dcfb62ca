"""Where a rule looks: a part of the talk, of one party's speech or turns, or what surrounds something found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, Place, Position
from voxcx.qa.scene import SECONDS_EDGE_S, By, Scene

Which = int | Literal["last", "each"]
During = Literal["hold", "customer_away"]
Evaluate = Callable[[Scene], Outcome]
_T = TypeVar("_T", float, Position)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The hit of another rule that a window is measured from: the n-th (from 1), the last, or each."""

    name: str
    rule: Rule
    hit: Which = 1


@dataclass(frozen=True, slots=True)
class Window:
    """All that is given must hold. ``of`` says what ``first_s`` and ``last_s`` count: the party's speech or talk.

    Shares are of the talk's time in a call, of the messages in a chat.
    """

    first_s: float | None = None
    last_s: float | None = None
    of: Literal["speech", "talk"] = "speech"
    first_share: float | None = None
    last_share: float | None = None
    first_turns: int | None = None
    last_turns: int | None = None
    before: Anchor | None = None
    after: Anchor | None = None
    around: Anchor | None = None
    within_s: float | None = None
    within_turns: int | None = None
    during: During | None = None

    @property
    def anchors(self) -> Iterator[tuple[str, Anchor]]:
        """The anchors that are given, with the side they are on."""
        for side, anchor in (("before", self.before), ("after", self.after), ("around", self.around)):
            if anchor is not None:
                yield side, anchor


WHOLE = Window()
KEPT_TEXTS = 10_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece to search: seconds, and positions [low, high) as (utterance, word); None is unbounded."""

    start_s: float | None = None
    end_s: float | None = None
    low: Position | None = None
    high: Position | None = None

    def __and__(self, other: Stretch) -> Stretch:
        return Stretch(
            tighter(max, self.start_s, other.start_s),
            tighter(min, self.end_s, other.end_s),
            tighter(max, self.low, other.low),
            tighter(min, self.high, other.high),
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


def tighter(choose: Callable[[_T, _T], _T], one: _T | None, two: _T | None) -> _T | None:
    """The tighter of two bounds; None is no bound."""
    if one is None or two is None:
        return two if one is None else one
    return choose(one, two)


@dataclass(frozen=True, slots=True)
class Region:
    """Where to search. ``doubt``: why finding nothing here proves nothing; ``missing``: why there is no such place.

    ``text`` says it in words, made only when somebody asks.
    """

    text: Callable[[], str]
    stretches: tuple[Stretch, ...] = ()
    doubt: str | None = None
    missing: str | None = None

    def holds(self, place: Place) -> bool:
        """Whether a find starts inside."""
        first = place.first or (0, 0)
        return any(stretch.holds(first, place.start_s) for stretch in self.stretches)


_TEXTS: dict[tuple[int, By, bool, str], tuple[Window, str]] = {}


def describe(window: Window, by: By, scene: Scene) -> str:
    """The window in words, in the form's language; kept, since all conversations that a form judges share them."""
    key = (id(window), by, scene.is_call, scene.form.language)
    kept = _TEXTS.get(key)
    if kept is None or kept[0] is not window:
        if len(_TEXTS) >= KEPT_TEXTS:
            _TEXTS.clear()
        kept = _TEXTS[key] = (window, _described(window, by, scene))
    return kept[1]


def _described(window: Window, by: By, scene: Scene) -> str:
    who = scene.say(by)
    parts = []
    for edge in ("first", "last"):
        if (seconds := getattr(window, f"{edge}_s")) is not None:
            kind = "talk" if window.of == "talk" or by == "anyone" else "speech"
            parts.append(scene.say(f"{edge}_{kind}", n=seconds, who=who))
        if (share := getattr(window, f"{edge}_share")) is not None:
            parts.append(scene.say(f"{edge}_share", n=share * 100))
        if (turns := getattr(window, f"{edge}_turns")) is not None:
            parts.append(scene.say(f"{edge}_turns", n=turns, who=who))
    parts += [scene.say(side, anchor=anchor.name) for side, anchor in window.anchors]
    if window.within_s is not None:
        parts.append(scene.say("within_s", n=window.within_s))
    if window.within_turns is not None:
        parts.append(scene.say("within_turns", n=window.within_turns))
    if window.during is not None:
        parts.append(scene.say(f"during_{window.during}"))
    if not parts:
        whole = "whole" if scene.is_call else "chat_whole"
        parts.append(scene.say(whole if by == "anyone" else f"{whole}_by", who=who))
    return ", ".join(parts)
