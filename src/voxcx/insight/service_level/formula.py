"""Service level = answered in time ÷ (answered + abandoned + blocked + flowed out, each as the settings say).

Counts come first and the share from them, so that the formula can be printed with its very numbers.

Where answered calls have no wait, they are taken to have waited like the others: what needs no wait (blocked, flowed
out) counts by the share of answered calls whose wait is known, and so do those who left, as far as their waits are
better known than that. Else the level would be made of blocked calls. No answered call with a wait, no level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure
from voxcx.domain.texts import Blank, Text, text
from voxcx.insight.archive import Flags, Floats, Integers
from voxcx.insight.settings import ServiceLevelSettings
from voxcx.statistics.proportions import share

ANSWERED, ABANDONED, FLOWED_OUT, BLOCKED_B, BLOCKED_OTHER = range(5)
NOBODY = text("nobody to count", "считать некого")
NO_WAIT = text("no answered call with a known wait", "нет принятых звонков с известным ожиданием")


@dataclass(frozen=True, slots=True)
class Queued:
    """Contacts that asked for a person: [n] each. ``wait_s`` is NaN where not known, ``fate`` a code from above."""

    wait_s: Floats
    fate: Integers

    def __len__(self) -> int:
        return len(self.fate)

    def where(self, kept: Flags) -> Queued:
        """Only these."""
        return Queued(self.wait_s[kept], self.fate[kept])


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each kind. Every contact is in one of them.

    Attributes:
        in_time: answered within the threshold, which belongs to it.
        later: answered after it.
        left_short: left sooner than a call counts as abandoned.
        left_in_time: left later than that, within the threshold.
        left_later: left after the threshold.
        blocked_b: refused by your own system.
        blocked_other: blocked otherwise, or nobody noted how.
        flowed_out: left the queue to somewhere else.
        answered_unknown: answered, but nobody noted after how long.
        left_unknown: left, but nobody noted after how long; those lost in the IVR, who never stood in the queue, too.
    """

    in_time: int
    later: int
    left_short: int
    left_in_time: int
    left_later: int
    blocked_b: int
    blocked_other: int
    flowed_out: int
    answered_unknown: int
    left_unknown: int

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Counts)))

    @property
    def answered(self) -> int:
        """Sooner or later."""
        return self.in_time + self.later

    @property
    def left(self) -> int:
        """Who left, short ones aside."""
        return self.left_in_time + self.left_later

    @property
    def known_share(self) -> float | None:
        """Share of answered calls with a known wait; None where there is none, 1 where all who waited left."""
        answered, left = self.answered + self.answered_unknown, self.left + self.left_short
        return self.answered / answered if self.answered else None if answered or not left else 1.0

    @property
    def left_weight(self) -> float:
        """What one who left counts for, so that known waits of both kinds stand for equal shares of the calls."""
        known, left = self.known_share or 0.0, self.left + self.left_short
        return min(1.0, known * (left + self.left_unknown) / left) if left else known


NONE = Counts(*[0] * len(fields(Counts)))


@dataclass(frozen=True, slots=True)
class Part:
    """A count of the formula, what is counted, and what each counts for."""

    n: int
    words: Text
    weight: float = 1.0

    @property
    def counts(self) -> float:
        """As it stands in the formula."""
        return self.n * self.weight

    @property
    def said(self) -> Text:
        """«96 left after 20 s», «83 % × 96 left after 20 s»."""
        if self.weight == 1.0:
            return text("{n} {what}", "{n} {what}", n=counted_figure(self.n), what=self.words)
        blanks = {"weight": Figure(Estimate(self.weight), "share"), "n": counted_figure(self.n)}
        return text("{weight} × {n} {what}", "{weight} × {n} {what}", **blanks, what=self.words)


@dataclass(frozen=True, slots=True)
class Level:
    """A service level with the formula it came from."""

    met: tuple[Part, ...]
    of: tuple[Part, ...]
    share: Estimate

    @property
    def printed(self) -> Text:
        """The formula in words with its numbers: «74 answered within 20 s ÷ (90 answered + 10 left …) = 74 %»."""
        quotient = _quotient([part.said for part in self.met], [part.said for part in self.of])
        return text(
            "{quotient} = {share}", "{quotient} = {share}", quotient=quotient, share=Figure(self.share, "share")
        )

    @property
    def words(self) -> Text:
        """The formula without its numbers."""
        return _quotient([part.words for part in self.met], [part.words for part in self.of])


def _quotient(above: Sequence[Text], below: Sequence[Text]) -> Text:
    frame = "({above}) ÷ ({below})" if len(above) > 1 else "{above} ÷ ({below})"
    return Text(frame, frame).with_blanks({"above": joined(above), "below": joined(below)})


def kinds(queued: Queued, settings: ServiceLevelSettings) -> Integers:
    """[n], the place of each contact in ``Counts``."""
    wait_s, short_s = queued.wait_s, 0.0 if settings.count_short_abandons else settings.short_abandon_s
    in_time, short = wait_s <= settings.threshold_s, wait_s < short_s
    answered, left = queued.fate == ANSWERED, queued.fate == ABANDONED
    unknown = np.isnan(wait_s)
    found = np.select(
        [
            *(answered & unknown, left & unknown),
            *(answered & in_time, answered, left & short, left & in_time, left),
            *(queued.fate == BLOCKED_B, queued.fate == BLOCKED_OTHER),
        ],
        [8, 9, 0, 1, 2, 3, 4, 5, 6],
        7,
    )
    made: Integers = found.astype(np.int64)
    return made


def counted(queued: Queued, settings: ServiceLevelSettings) -> Counts:
    """How many of each kind."""
    return Counts(*np.bincount(kinds(queued, settings), minlength=len(fields(Counts))).tolist())


def counted_by(kind: Integers, times: Integers, cell: Integers, cells: int) -> tuple[Counts, ...]:
    """The counts of every cell (hour, week …): [m] place in ``Counts``, how many, and the cell, −1 for none."""
    size, kept = len(fields(Counts)), cell >= 0
    summed = np.bincount(cell[kept] * size + kind[kept], times[kept], cells * size).round().astype(np.int64)
    return tuple(Counts(*row) for row in summed.reshape(cells, size).tolist())


def level_of(
    counts: Counts, settings: ServiceLevelSettings, level: float = 0.95, overall: float | None = None
) -> Level:
    """The service level of the counts: Wilson's interval; none where no wait of an answered call is known.

    Of an hour or a week in which nobody was answered, ``overall`` is the share of known waits of all calls: an hour in
    which all were turned away has a level, and it is 0.
    """
    met = _met(counts, settings)
    of = (Part(counts.answered, ANSWERED_ALL), *_left(counts, settings), *_turned_away(counts, settings))
    if counts.known_share is None:
        lost = (overall or 0.0) * sum(part.n for part in of) if not counts.answered_unknown else 0.0
        return Level(met, of, share(0.0, lost, NO_WAIT, level))
    hits, n = sum(part.counts for part in met), sum(part.counts for part in of)
    return Level(met, of, share(hits, n, NOBODY, level))


def members(settings: ServiceLevelSettings) -> tuple[Flags, Flags]:
    """For each place in ``Counts``, whether it is counted above and whether below the line."""
    names = [one.name for one in fields(Counts)]
    met, of = (np.zeros(len(names), dtype=bool) for _ in range(2))
    for place in range(len(names)):
        one = Counts(*(int(place == other) for other in range(len(names))))
        level = level_of(one, settings)
        met[place], of[place] = sum(part.n for part in level.met) > 0, sum(part.n for part in level.of) > 0
    return met, of


def weights(counts: Counts) -> Floats:
    """For each place in ``Counts``, what one of them counts for; nothing where no level can be told."""
    known, left = counts.known_share or 0.0, counts.left_weight
    return np.array([bool(known), bool(known), left, left, left, known, known, known, 0.0, 0.0], dtype=float)


def joined(parts: Sequence[Text], by: str = " + ") -> Text:
    """Texts one after another."""
    blanks: dict[str, Blank] = {f"part_{place}": part for place, part in enumerate(parts)}
    frame = by.join(f"{{{name}}}" for name in blanks)
    return Text(frame, frame).with_blanks(blanks)


def counted_figure(n: float) -> Figure:
    """A plain count."""
    return Figure(Estimate(float(n)), "count")


def seconds(value: float) -> Figure:
    """A plain time."""
    return Figure(Estimate(float(value)), "s")


ANSWERED_ALL = text("answered", "принято")
LEFT_IN_TIME = text("left within {t}", "потеряно за {t}", t="")
LEFT_LATER = text("left after {t}", "потеряно после {t}", t="")
LEFT_ALL = text("left", "потеряно")


def _met(counts: Counts, settings: ServiceLevelSettings) -> tuple[Part, ...]:
    t = seconds(settings.threshold_s)
    met = [Part(counts.in_time, text("answered within {t}", "принято за {t}", t=t))]
    if settings.abandoned_in_time_met:
        met.append(Part(counts.left_in_time, LEFT_IN_TIME.with_blanks({"t": t}), _weight(counts.left_weight)))
    return tuple(met)


def _left(counts: Counts, settings: ServiceLevelSettings) -> tuple[Part, ...]:
    """Who left, as far as they count. Who is met is below the line as well: a share of 120 % would be none."""
    t, short = seconds(settings.threshold_s), seconds(settings.short_abandon_s)
    weight = _weight(counts.left_weight)
    if settings.abandoned == "all":
        whole = settings.count_short_abandons or not settings.short_abandon_s
        later = text("left after {s} or more", "потеряно не раньше чем через {s}", s=short)
        return (Part(counts.left, LEFT_ALL if whole else later, weight),)
    late = Part(counts.left_later, LEFT_LATER.with_blanks({"t": t}), weight)
    parts = [late] if settings.abandoned != "none" else []
    if settings.abandoned_in_time_met:
        parts.append(Part(counts.left_in_time, LEFT_IN_TIME.with_blanks({"t": t}), weight))
    return tuple(parts)


def _turned_away(counts: Counts, settings: ServiceLevelSettings) -> tuple[Part, ...]:
    parts, weight = [], _weight(counts.known_share)
    if settings.blocked != "none":
        parts.append(Part(counts.blocked_b, text("blocked, type B", "не пропущено своей системой (тип B)"), weight))
    if settings.blocked == "all":
        parts.append(Part(counts.blocked_other, text("blocked otherwise", "заблокировано (другой тип)"), weight))
    if settings.flow_outs:
        parts.append(Part(counts.flowed_out, text("flowed out", "переведено из очереди"), weight))
    return tuple(parts)


def _weight(weight: float | None) -> float:
    """Where nothing can be weighed the counts stand as they are: the words of a formula need no level."""
    return weight or 1.0
