"""Events of METRICS §2: every stretch of simultaneous speech is classified exactly once; silences; latencies; holds."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.config import Definitions
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, bridge, crop, gaps, total_s, union
from voxcx.domain.timeline import Event, Phase, Turn
from voxcx.domain.transcript import Transcript
from voxcx.timeline.turns import Unit, words_in
from voxcx.units import INSTANT_S

_SENTENCE_ENDS = (".", "?", "!", "…")


class Overlaps:
    """Classifies simultaneous speech; built once per call from its units, turns and words."""

    def __init__(
        self, units: tuple[Unit, ...], turns: tuple[Turn, ...], transcript: Transcript, rules: Definitions
    ) -> None:
        self._units = units
        self._turns = turns
        self._transcript = transcript
        self._rules = rules
        self._spoken = union(unit.span for unit in units)

    def events(self) -> Iterator[Event]:
        """One event per stretch in which both speak."""
        agent = [unit for unit in self._units if unit.role == "agent"]
        customer = [unit for unit in self._units if unit.role == "customer"]
        j = 0
        for unit in agent:
            while j and customer[j - 1].span.end_s > unit.span.start_s:
                j -= 1
            while j < len(customer) and customer[j].span.start_s < unit.span.end_s:
                if stretch := unit.span & customer[j].span:
                    yield self._classify(unit, customer[j], stretch)
                j += 1

    def _classify(self, agent: Unit, customer: Unit, stretch: Interval) -> Event:
        first, second = sorted((agent, customer), key=lambda unit: unit.span.start_s)
        for listener in (second, first):
            if listener.backchannel:
                return Event("backchannel", listener.role, stretch)
        if self._is_dual_start(first, second):
            return Event("dual_start", second.role, stretch)
        turn = self._turn_of(first)
        if turn.span.end_s - stretch.start_s <= self._rules.terminal_s + INSTANT_S:
            return Event("terminal_overlap", second.role, stretch, cut_in_suspected=self._cut_in(turn))
        long_enough = stretch.duration_s >= self._rules.interruption_min_s - INSTANT_S
        if long_enough and self._letters(second) >= self._rules.interruption_min_letters:
            return Event("interruption", second.role, stretch, yielded=self._stops(first, stretch.start_s))
        return Event("brief_overlap", second.role, stretch)

    def _is_dual_start(self, first: Unit, second: Unit) -> bool:
        if second.span.start_s - first.span.start_s > self._rules.dual_start_s + INSTANT_S:
            return False
        before = Interval(first.span.start_s - self._rules.dual_start_silence_s, first.span.start_s)
        return total_s(crop(self._spoken, before)) < INSTANT_S

    def _turn_of(self, unit: Unit) -> Turn:
        """The turn that a unit belongs to (its own span when it is a backchannel)."""
        middle_s = (unit.span.start_s + unit.span.end_s) / 2
        turns = (turn for turn in self._turns if turn.role == unit.role and middle_s in turn.span)
        return next(turns, Turn(unit.role, unit.span))

    def _cut_in(self, turn: Turn) -> bool:
        """The victim's sentence was not finished, or is taken up again within 3 s."""
        said = words_in(turn.span, self._transcript.words_of(turn.role))
        unfinished = bool(said) and not said[-1].text.endswith(_SENTENCE_ENDS)
        later = (t.span.start_s - turn.span.end_s for t in self._turns if t.role == turn.role)
        return unfinished or any(0 < wait_s <= self._rules.taken_up_again_s + INSTANT_S for wait_s in later)

    def _stops(self, victim: Unit, since_s: float) -> bool:
        """The victim falls silent within ``yield_s``; a breath after which they go on is no silence."""
        own = (unit.span for unit in self._units if unit.role == victim.role)
        run = next(run for run in bridge(own, self._rules.breath_s) if since_s in run)
        return run.end_s - since_s <= self._rules.yield_s + INSTANT_S

    def _letters(self, unit: Unit) -> int:
        said = words_in(unit.span, self._transcript.words_of(unit.role))
        return sum(letter.isalpha() for word in said for letter in word.text)


def find_silences(spoken: Intervals, talk: Intervals, rules: Definitions) -> Iterator[Event]:
    """Stretches of talk in which nobody speaks; a long one is both a silence and a long silence."""
    for span in (gap for part in talk for gap in gaps(spoken, part)):
        if span.duration_s >= rules.silence_min_s - INSTANT_S:
            yield Event("silence", None, span)
        if span.duration_s >= rules.long_silence_min_s - INSTANT_S:
            yield Event("long_silence", None, span)


def find_latencies(turns: tuple[Turn, ...], holds: Intervals) -> Iterator[Event]:
    """Gaps from one party's turn end to the other's turn start; across a hold nobody was waited for."""
    last: Turn | None = None  # the turn that ended last: a short one inside a longer one is no end to wait from
    for turn in turns:
        if last and turn.role != last.role and turn.span.start_s > last.span.end_s:
            gap = Interval(last.span.end_s, turn.span.start_s)
            if not any(hold & gap for hold in holds):
                yield Event("latency", turn.role, gap)
        if last is None or turn.span.end_s >= last.span.end_s:
            last = turn


def find_holds(phases: tuple[Phase, ...]) -> Iterator[Event]:
    """Holds as events, so that they stand in one list with the others."""
    role: Role = "agent"
    for phase in phases:
        if phase.kind == "hold":
            yield Event("hold", role, phase.span)
