"""Service level = answered in time ÷ (answered + abandoned + blocked + flowed out, each as the settings say).

Counts come first and the share from them, so that the formula can be printed with its very numbers.
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
        unknown: answered or left, but nobody noted after how long.
    """

    in_time: int
    later: int
    left_short: int
    left_in_time: int
    left_later: int
    blocked_b: int
    blocked_other: int
    flowed_out: int
    unknown: int

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


NONE = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """A count of the formula and what is counted."""

    n: int
    words: Text

    @property
    def said(self) -> Text:
        """«96 left after 20 s»."""
        return text("{n} {what}", "{n} {what}", n=counted_figure(self.n), what=self.words)


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
    unknown = (answered | left) & np.isnan(wait_s)
    found = np.select(
        [
            *(unknown, answered & in_time, answered, left & short, left & in_time, left),
            *(queued.fate == BLOCKED_B, queued.fate == BLOCKED_OTHER),
        ],
        [8, 0, 1, 2, 3, 4, 5, 6],
        7,
    )
    made: Integers = found.astype(np.int64)
    return made


def counted(queued: Queued, settings: ServiceLevelSettings) -> Counts:
    """How many of each kind."""
    return Counts(*np.bincount(kinds(queued, settings), minlength=len(fields(Counts))).tolist())


def level_of(counts: Counts, settings: ServiceLevelSettings, level: float = 0.95) -> Level:
    """The service level of the counts: Wilson's interval."""
    met = _met(counts, settings)
    of = (Part(counts.answered, ANSWERED_ALL), *_left(counts, settings), *_turned_away(counts, settings))
    hits, n = sum(part.n for part in met), sum(part.n for part in of)
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
        met.append(Part(counts.left_in_time, LEFT_IN_TIME.with_blanks({"t": t})))
    return tuple(met)


def _left(counts: Counts, settings: ServiceLevelSettings) -> tuple[Part, ...]:
    """Who left, as far as they count. Who is met is below the line as well: a share of 120 % would be none."""
    t, short = seconds(settings.threshold_s), seconds(settings.short_abandon_s)
    if settings.abandoned == "all":
        whole = settings.count_short_abandons or not settings.short_abandon_s
        later = text("left after {s} or more", "потеряно не раньше чем через {s}", s=short)
        return (Part(counts.left, LEFT_ALL if whole else later),)
    parts = [Part(counts.left_later, LEFT_LATER.with_blanks({"t": t}))] if settings.abandoned != "none" else []
    if settings.abandoned_in_time_met:
        parts.append(Part(counts.left_in_time, LEFT_IN_TIME.with_blanks({"t": t})))
    return tuple(parts)


def _turned_away(counts: Counts, settings: ServiceLevelSettings) -> tuple[Part, ...]:
    parts = []
    if settings.blocked != "none":
        parts.append(Part(counts.blocked_b, text("blocked, type B", "не пропущено своей системой (тип B)")))
    if settings.blocked == "all":
        parts.append(Part(counts.blocked_other, text("blocked otherwise", "заблокировано (другой тип)")))
    if settings.flow_outs:
        parts.append(Part(counts.flowed_out, text("flowed out", "переведено из очереди")))
    return tuple(parts)
