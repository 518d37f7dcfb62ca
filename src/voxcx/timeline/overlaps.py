"""Simultaneous speech (METRICS §2, steps 1 and 3): every stretch of it is classified exactly once.

Under ``interruption_clusters`` (the ``sber`` definitions) one interruption may have several stretches inside its span;
then every stretch is one backchannel, one brief overlap, or inside exactly one interruption.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from voxcx.config import Definitions
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, bridge, clusters, crop, holding, total_s, union
from voxcx.domain.timeline import Event, Turn
from voxcx.timeline.said import Said
from voxcx.timeline.turns import Unit
from voxcx.units import INSTANT_S

_SENTENCE_ENDS = (".", "?", "!", "…")
_PARTIES: tuple[Role, Role] = ("agent", "customer")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Two units that overlap, in order of their start, and where."""

    first: Unit
    second: Unit
    span: Interval

    @property
    def listener(self) -> Unit | None:
        """Who only listens in it, if anybody."""
        return next((unit for unit in (self.second, self.first) if unit.backchannel), None)


@dataclass(frozen=True)
class Overlaps:
    """Classifies simultaneous speech; made once per call. ``units`` lie inside ``talk`` and are in order."""

    units: tuple[Unit, ...]
    turns: tuple[Turn, ...]
    said: Mapping[Role, Said]
    talk: Intervals
    rules: Definitions

    def events(self) -> Iterator[Event]:
        """One event per stretch in which both speak; one per cluster of them where the definitions say so."""
        others = []
        for stretch in self._stretches():
            if (listener := stretch.listener) is not None:
                yield Event("backchannel", listener.role, stretch.span)
            else:
                others.append(stretch)
        if self.rules.interruption_clusters:
            yield from self._clustered(others)
        else:
            yield from map(self._classify, others)

    def _stretches(self) -> Iterator[Stretch]:
        agent, customer = ([unit for unit in self.units if unit.role == role] for role in _PARTIES)
        j = 0
        for unit in agent:
            while j and customer[j - 1].span.end_s > unit.span.start_s:
                j -= 1
            while j < len(customer) and customer[j].span.start_s < unit.span.end_s:
                if span := unit.span & customer[j].span:
                    first, second = sorted((unit, customer[j]), key=lambda one: one.span.start_s)
                    yield Stretch(first, second, span)
                j += 1

    def _classify(self, stretch: Stretch) -> Event:
        first, by, span = stretch.first, stretch.second.role, stretch.span
        if self._is_dual_start(first, stretch.second):
            return Event("dual_start", by, span)
        turn = self._turn_of(first)
        if turn.span.end_s - span.start_s <= self.rules.terminal_s + INSTANT_S:
            return Event("terminal_overlap", by, span, cut_in_suspected=self._cut_in(turn))
        long_enough = span.duration_s >= self.rules.interruption_min_s - INSTANT_S
        if long_enough and self._says_enough(stretch.second):
            return Event("interruption", by, span, yielded=self._stops(first, span.start_s))
        return Event("brief_overlap", by, span)

    def _clustered(self, stretches: list[Stretch]) -> Iterator[Event]:
        """Close stretches are one interruption, of whoever started second in the first of them; a hold parts them."""
        alone = {stretch.span: stretch for stretch in stretches}
        fragments = tuple(alone)
        for part in self.talk:
            for cluster in clusters(crop(fragments, part), self.rules.sber_cluster_gap_s, self.rules.sber_short_s):
                first, *_ = (alone.pop(fragment) for fragment in cluster)
                span = Interval(cluster[0].start_s, cluster[-1].end_s)
                yield Event("interruption", first.second.role, span, yielded=self._stops(first.first, span.start_s))
        yield from (Event("brief_overlap", stretch.second.role, span) for span, stretch in alone.items())

    def _is_dual_start(self, first: Unit, second: Unit) -> bool:
        if second.span.start_s - first.span.start_s > self.rules.dual_start_s + INSTANT_S:
            return False
        before = Interval(first.span.start_s - self.rules.dual_start_silence_s, first.span.start_s)
        return total_s(crop(self._spoken, before)) < INSTANT_S

    def _turn_of(self, unit: Unit) -> Turn:
        """The turn that a unit belongs to (its own span when it is a backchannel)."""
        turn = holding(self._turns_of[unit.role], (unit.span.start_s + unit.span.end_s) / 2)
        return Turn(unit.role, turn or unit.span)

    def _cut_in(self, turn: Turn) -> bool:
        """The victim's sentence was not finished, or is taken up again within 3 s."""
        said = self.said[turn.role].inside(turn.span)
        if said and not said[-1].text.endswith(_SENTENCE_ENDS):
            return True
        own = self._turns_of[turn.role]
        later = bisect_right(own, turn.span.end_s, key=lambda span: span.start_s)
        return later < len(own) and own[later].start_s - turn.span.end_s <= self.rules.taken_up_again_s + INSTANT_S

    def _stops(self, victim: Unit, since_s: float) -> bool:
        """The victim falls silent within ``yield_s``; a breath after which they go on is no silence."""
        run = holding(self._runs_of[victim.role], since_s) or victim.span
        return run.end_s - since_s <= self.rules.yield_s + INSTANT_S

    def _says_enough(self, unit: Unit) -> bool:
        if not self.rules.interruption_min_letters:
            return True
        letters = sum(letter.isalpha() for word in self.said[unit.role].inside(unit.span) for letter in word.text)
        return letters >= self.rules.interruption_min_letters

    @cached_property
    def _spoken(self) -> Intervals:
        return union(unit.span for unit in self.units)

    @cached_property
    def _turns_of(self) -> dict[Role, Intervals]:
        return {role: tuple(turn.span for turn in self.turns if turn.role == role) for role in _PARTIES}

    @cached_property
    def _runs_of(self) -> dict[Role, Intervals]:
        """Speech of each party with breaths bridged."""
        breath_s = self.rules.breath_s
        return {role: bridge([unit.span for unit in self.units if unit.role == role], breath_s) for role in _PARTIES}
