"""What goes with something in what customers answered, and in other numbers: at the same topic and channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Figure
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats, Integers, Labels
from voxcx.insight.repeats.following import coded
from voxcx.statistics.differences import adjusted_difference
from voxcx.statistics.multiplicity import benjamini_hochberg

CANNOT_TELL = text("cannot tell: {n} more needed", "пока не сказать: не хватает {n}", n="?")
NOT_KNOWN = text("nothing is known of it", "данных об этом нет")
ADJUSTED = text(
    "mean of the contacts with it − mean of the others at the same topic and channel (least squares); the interval "
    "takes "
    "a customer's contacts as one; q: Benjamini–Hochberg",
    "среднее по обращениям, где это было, − среднее по остальным при той же теме и том же канале (наименьшие "
    "квадраты); обращения одного клиента считаются связанными; q – с поправкой Бенджамини–Хохберга",
)


@dataclass(frozen=True, slots=True)
class Effects:
    """Differences inside cells of topic and channel, the same for all that a page asks."""

    archive: Archive
    cell: Labels = field(init=False)
    customer: Labels = field(init=False)

    def __post_init__(self) -> None:
        topic, channel = (coded(self.archive.label(one)) + 1 for one in ("topic", "channel"))
        object.__setattr__(self, "cell", _short(topic * (int(channel.max(initial=0)) + 1) + channel))
        object.__setattr__(self, "customer", _short(coded(self.archive.label("customer_id"))))

    def of(self, values: Floats, exposed: Flags, rows: Flags) -> Estimate:
        """Mean of the exposed − mean of the others among ``rows`` whose value is known, cells held equal."""
        settings = self.archive.settings
        used = rows & ~np.isnan(values)
        if not used.any():
            return Estimate(None, level=settings.level, reason=NOT_KNOWN)
        with_it = int((used & exposed).sum())
        fewer = min(with_it, int(used.sum()) - with_it)
        if fewer < settings.fewest:
            return Estimate(None, n=int(used.sum()), level=settings.level, reason=cannot_tell(settings.fewest - fewer))
        strata = [self.cell[used]]
        return adjusted_difference(values[used], exposed[used], strata, self.customer[used], settings.level)


def _short(numbers: Integers) -> Labels:
    """[n], short names of groups, "" where none is known: they are sorted many times."""
    return np.array([f"{one:x}" if one >= 0 else "" for one in numbers.tolist()], dtype=object)


def cannot_tell(more: int) -> Text:
    """How many more are needed before anything is told."""
    return CANNOT_TELL.with_blanks({"n": count(more)})


def count(n: int) -> Figure:
    """A plain count."""
    return Figure(Estimate(n), "count")


def level_of(archive: Archive) -> Figure:
    """The level of intervals, for sentences: 95 %."""
    return Figure(Estimate(archive.settings.level), "share")


def q_values(estimates: Sequence[Estimate]) -> Floats:
    """Benjamini–Hochberg over the p-values of all estimates asked at once; NaN where there is none."""
    return benjamini_hochberg(np.array([np.nan if one.p is None else one.p for one in estimates]))


def told(estimate: Estimate, q: float, false_discoveries: float, nothing: float = 0.0) -> bool:
    """Whether it stands after the correction: q small enough, and an interval that leaves out ``nothing``."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return False
    return bool(q <= false_discoveries) and not estimate.low <= nothing <= estimate.high


def spread(rows: Integers, at_most: int) -> list[int]:
    """Some rows, evenly from the first to the last."""
    place = np.unique(np.linspace(0, len(rows) - 1, min(at_most, len(rows))).astype(int))
    return [int(rows[one]) for one in place] if len(rows) else []


def examples(archive: Archive, flagged: Flags, why: Text | None = None, at_most: int = 3) -> tuple[CallRef, ...]:
    """Interactions to look at, of different customers where there are enough."""
    rows = np.flatnonzero(flagged)
    first = np.unique(coded(archive.customer[rows]), return_index=True)[1] if len(rows) else rows
    return tuple(CallRef(str(archive.id[row]), why=why) for row in spread(np.sort(rows[first]), at_most))
