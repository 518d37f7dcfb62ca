"""From a script to places: who says which clip when, so that the planned events lie well inside their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from voxcx.domain.timeline import EventKind
from voxcx.simulation.calls.asides import speak_asides
from voxcx.simulation.calls.clips import ClipKind
from voxcx.simulation.calls.plan import DoesNotFitError, Mark, Placed
from voxcx.simulation.calls.script import OTHER, Hold, Onset, Party, Turn
from voxcx.simulation.calls.speaker import Fits, Speaker
from voxcx.simulation.calls.voiced import Voiced, broken_off

SPOKEN_LINE = 60  # frames: a shorter clip is for falling in with a word, not for a turn
GAP, OWN_GAP, INNER_GAP = (25, 121), (25, 81), (25, 51)  # before the other's line, after one's own, within a turn
SILENCE, LONG_SILENCE = (350, 801), (1100, 1601)
TERMINAL = (15, 36)
DUAL_PAUSE, DUAL_DELAY = (60, 75), (4, 11)
CUT_AFTER, CUT_BETWEEN, GOES_ON_ALONE = (90, 141), (80, 150), 230
CLEAR = 30  # frames: what begins or ends inside something else does so by this much


class Stage:
    """Places acts one after another; ``end`` is where the last speech (or hold) ended."""

    def __init__(self, speakers: Mapping[Party, Speaker], start: int, rng: np.random.Generator) -> None:
        self.placed: list[Placed] = []
        self.marks: list[Mark] = []
        self.holds: list[tuple[int, int, bool]] = []
        self.end = start
        self._speakers = speakers
        self._rng = rng
        self._floor: Placed | None = None  # the last clip of the last turn
        self._onsets: dict[Onset, Callable[[Turn, Voiced], int | None]] = {
            "silence": self._after_silence,
            "long_silence": self._after_silence,
            "terminal_overlap": self._before_the_end,
            "dual_start": self._both_at_once,
            "interruption": self._cutting_off,
        }

    def play(self, acts: Sequence[Turn | Hold]) -> None:
        """All acts in order."""
        for number, act in enumerate(acts):
            if isinstance(act, Hold):
                self._hold(act)
                continue
            after = acts[number + 1] if number + 1 < len(acts) else None
            self._turn(act, after.onset if isinstance(after, Turn) else "gap")

    def number(self, bounds: tuple[int, int]) -> int:
        """A random whole number; the upper bound is excluded."""
        return int(self._rng.integers(*bounds))

    def _turn(self, turn: Turn, following: Onset) -> None:
        clips = max(turn.clips, 2 if turn.asides else 1)
        alone = clips == 1
        said = self._draw(turn, _begins(turn.onset), *([_ends(following)] if alone else []), _carries(turn))
        began = len(self.placed)
        self._say(turn.party, said, self._start(turn, said, first=began == 0))
        while clips > 1 or self._still_short(turn):
            clips -= 1
            more = self._draw(replace(turn, kind="line"), *([_ends(following)] if clips <= 1 else []))
            self._say(turn.party, more, self.end + self.number(INNER_GAP))
        own = [one for one in self.placed[began:] if one.party == turn.party]
        asides, marks = speak_asides(turn, own, self.placed, self._speakers[OTHER[turn.party]], self._rng)
        self.placed += asides
        self.marks += marks

    def _draw(self, turn: Turn, *fits: Fits) -> Voiced:
        """A clip that all of it works with; failing that, any of the kind, failing that, any line."""
        speaker = self._speakers[turn.party]
        kinds: tuple[ClipKind, ...] = (turn.kind, "line") if turn.kind != "line" else ("line",)
        for kind in kinds:
            for wanted in (fits, ()):
                said = speaker.draw(kind, lambda one: one.length >= SPOKEN_LINE, *wanted)
                if said is not None:
                    return said
        raise DoesNotFitError(f"no clip of the {turn.party} lasts {SPOKEN_LINE / 100:g} s")

    def _say(self, party: Party, said: Voiced, start: int) -> None:
        self._floor = Placed(party, said, start)
        self.placed.append(self._floor)
        self.end = max(self.end, self._floor.end)

    def _start(self, turn: Turn, said: Voiced, *, first: bool) -> int:
        if first:
            return self.end
        special = self._onsets.get(turn.onset)
        start = special(turn, said) if special else None
        if start is not None:
            return start
        goes_on = self.placed and self.placed[-1].party == turn.party
        return self.end + self.number(OWN_GAP if goes_on else GAP)

    def _after_silence(self, turn: Turn, said: Voiced) -> int | None:
        del said
        start = self.end + self.number(SILENCE if turn.onset == "silence" else LONG_SILENCE)
        kinds: tuple[EventKind, ...] = ("silence",) if turn.onset == "silence" else ("silence", "long_silence")
        self.marks += [Mark(kind, None, self.end, start) for kind in kinds]
        return start

    def _before_the_end(self, turn: Turn, said: Voiced) -> int | None:
        """A terminal overlap: shortly before the other's line ends, and going on after it."""
        other, start = self._floor, self.end - self.number(TERMINAL)
        if other is None or other.party == turn.party or other.end != self.end:
            return None
        if start - other.pieces[-1][0] < 50 or said.pieces[0][1] < self.end - start + CLEAR:
            return None
        self.marks.append(Mark("terminal_overlap", turn.party, start, self.end))
        return start

    def _both_at_once(self, turn: Turn, said: Voiced) -> int | None:
        """A dual start: after a pause both begin; the other says a short line and leaves the floor."""
        other, delay = OTHER[turn.party], self.number(DUAL_DELAY)
        room = said.pieces[0][1] - delay - CLEAR
        short = self._speakers[other].draw("line", _in_one_breath(90, min(171, room)))
        if short is None:
            return None
        begins = self.end + self.number(DUAL_PAUSE)
        other_first = bool(self._rng.random() < 0.5)
        start, theirs = (begins + delay, begins) if other_first else (begins, begins + delay)
        self.placed.append(Placed(other, short, theirs))
        second = turn.party if other_first else other
        self.marks.append(Mark("dual_start", second, begins + delay, theirs + short.length))
        return start

    def _cutting_off(self, turn: Turn, said: Voiced) -> int | None:
        """An interruption that the other yields to: their line breaks off in mid-sentence."""
        other = self._floor
        if other is None or other.party == turn.party or other.end != self.end:
            return None
        overlap = self.number(CUT_AFTER)
        places = [
            (max(100, start + 50), end - overlap - 10)
            for start, end in other.said.pieces
            if max(100, start + 50) < end - overlap - 10 and end - overlap > 0
        ]
        if not places:
            return None
        low, high = places[self.number((0, len(places)))]
        since = self.number((low, high))
        latest = min(since + CUT_BETWEEN[1], high + overlap, other.said.length - CLEAR)
        cut = broken_off(other.said, since + CUT_BETWEEN[0], latest, since + overlap)
        if cut is None or not 60 <= cut.length - since <= said.pieces[0][1] - CLEAR:
            return None
        self.placed[self.placed.index(other)] = replace(other, said=cut)
        self.end = other.start + cut.length
        self.marks.append(Mark("interruption", turn.party, other.start + since, self.end, yielded=True))
        return other.start + since

    def _still_short(self, turn: Turn) -> bool:
        """Who took the floor keeps it until it is plain that the other has yielded."""
        cut = self.marks[-1] if self.marks and turn.onset == "interruption" else None
        return (
            cut is not None
            and cut.kind == "interruption"
            and cut.yielded is True
            and self.end - cut.end < GOES_ON_ALONE
        )

    def _hold(self, hold: Hold) -> None:
        """The agent asks, is away, returns; what the clips cannot say is left out."""
        self._phrase("hold_request", self.number(OWN_GAP))
        start = self.end + self.number((50, 151)) if hold.music else self.end
        end = start + self.number((800, 2001) if hold.music else (1100, 1601))
        self.holds.append((start, end, hold.music))
        self.marks.append(Mark("hold", "agent", start, end))
        self.end, self._floor = end, None
        self._phrase("hold_return", self.number((30, 101)) if hold.music else 0)
        self._floor = None

    def _phrase(self, kind: ClipKind, gap: int) -> None:
        said = self._speakers["agent"].draw(kind)
        if said is not None:
            start = self.end + gap
            self._say("agent", said, start)
            event: EventKind = "hold_request" if kind == "hold_request" else "hold_return"
            self.marks.append(Mark(event, "agent", start, self.end, detail=said.text))


def _begins(onset: Onset) -> Fits:
    least = {"terminal_overlap": 70, "dual_start": 210, "interruption": 185}.get(onset, 0)
    return lambda said: said.pieces[0][1] >= least


def _ends(following: Onset) -> Fits:
    if following == "interruption":
        return lambda said: any(end - start >= 260 for start, end in said.pieces) and len(said.words) > 3
    least = 100 if following == "terminal_overlap" else 0
    return lambda said: said.pieces[-1][1] - said.pieces[-1][0] >= least


def _carries(turn: Turn) -> Fits:
    """A line in one breath, long enough for what the listener says into it."""
    least = max((320 if aside.kind == "interruption" else 220 for aside in turn.asides), default=0)
    return lambda said: max(end - start for start, end in said.pieces) >= least


def _in_one_breath(shortest: int, below: int) -> Fits:
    return lambda said: len(said.pieces) == 1 and shortest <= said.length < below
