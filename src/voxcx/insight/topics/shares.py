"""How often each topic comes, and whether that changed. A customer's contacts count together, as far as they do.

A share's variance is summed over customers and divided by the binomial one; where it is larger, hits and contacts are
divided by that (design effect, Kish 1965) before the interval is made, so three calls of one customer about one thing
are no three witnesses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats, Integers, Labels
from voxcx.insight.repeats.following import coded
from voxcx.statistics.multiplicity import benjamini_hochberg
from voxcx.statistics.proportions import Count, risk_ratio, share, share_difference

RECENT_DAYS, ENOUGH_DAYS, FEWEST_DAYS = 28, 56, 14
LAST_WEEKS = text("the last 4 weeks against all before", "последние 4 недели против всего, что было раньше")
SECOND_HALF = text("the second half of the time against the first", "вторая половина периода против первой")
SHORT = text("fewer than 14 days", "меньше 14 дней")
FEW = text("cannot tell: {n} more contacts needed", "пока не сказать: не хватает обращений – {n}")


@dataclass(frozen=True, slots=True)
class Periods:
    """Before and now; ``reason``: why nothing can be compared."""

    before: Flags
    now: Flags
    name: Text
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class TopicShare:
    """One topic among the contacts whose topic is known.

    Attributes:
        topic: its id.
        rows: [n], its contacts.
        share: of all contacts with a topic.
        before: the same in the earlier time.
        now: in the later time.
        change: now − before, a share.
        ratio: now ÷ before.
        q: of the change over all topics; NaN where not tested.
    """

    topic: str
    rows: Flags
    share: Estimate
    before: Estimate
    now: Estimate
    change: Estimate
    ratio: Estimate
    q: float = float("nan")

    def moved(self, false_discoveries: float) -> bool:
        """Whether its share changed beyond doubt."""
        return bool(self.q <= false_discoveries) and self.change.excludes_zero


def periods_of(archive: Archive) -> Periods:
    """What is compared: the last 4 weeks with what was before, or halves where the archive is shorter than 8 weeks."""
    day = archive.day
    known = day[day >= 0]
    none = np.zeros(len(day), dtype=bool)
    days = int(known.max() - known.min()) + 1 if len(known) else 0
    if days < FEWEST_DAYS:
        return Periods(none, none, SECOND_HALF, SHORT)
    recent = RECENT_DAYS if days >= ENOUGH_DAYS else days // 2
    now: Flags = day > known.max() - recent
    before: Flags = (day >= 0) & ~now
    return Periods(before, now, LAST_WEEKS if days >= ENOUGH_DAYS else SECOND_HALF)


def shares_of(archive: Archive, topic: Labels, periods: Periods, at_most: int) -> tuple[TopicShare, ...]:
    """The most frequent topics, largest first, with their q-values (Benjamini–Hochberg)."""
    codes = coded(topic)
    names = list(dict.fromkeys(name for name in topic.tolist() if name))
    times = np.bincount(codes[codes >= 0], minlength=len(names))
    counting = _Counting(archive, codes, periods)
    found = [counting.topic(names[at], at) for at in np.argsort(-times, kind="stable")[:at_most].tolist()]
    p = np.array([np.nan if one.change.p is None else one.change.p for one in found], dtype=float)
    q = benjamini_hochberg(p)
    return tuple(replace(one, q=float(level)) for one, level in zip(found, q, strict=True))


class _Counting:
    """The contacts with a topic, and whose they are."""

    def __init__(self, archive: Archive, codes: Integers, periods: Periods) -> None:
        who = coded(archive.label("customer_id"))
        alone = int(who.max(initial=-1)) + 1 + np.arange(len(who))  # who is not known is a customer of their own
        self._customer, self._codes, self._periods = np.where(who >= 0, who, alone), codes, periods
        self._settings = archive.settings
        known: Flags = codes >= 0
        self._known = known

    def topic(self, name: str, code: int) -> TopicShare:
        rows: Flags = self._codes == code
        level, periods = self._settings.level, self._periods
        before, now = (self._count(rows, self._known & part) for part in (periods.before, periods.now))
        change, ratio = self._compared(before, now)
        everything = self._share(rows, self._known)
        earlier, later = (self._share(rows, self._known & part) for part in (periods.before, periods.now))
        change, ratio = replace(change, level=level), replace(ratio, level=level)
        return TopicShare(name, rows, everything, earlier, later, change, ratio)

    def _compared(self, before: Count, now: Count) -> tuple[Estimate, Estimate]:
        settings = self._settings
        fewer = round(min(before[1], now[1]))
        reason = self._periods.reason
        if reason is None and fewer < settings.fewest:
            reason = FEW.with_blanks({"n": str(settings.fewest - fewer)})
        if reason is not None:
            none = Estimate(None, n=round(before[1] + now[1]), level=settings.level, reason=reason)
            return none, none
        return share_difference(before, now, settings.level), risk_ratio(now, before, settings.level)

    def _share(self, rows: Flags, base: Flags) -> Estimate:
        hits, n = self._count(rows, base)
        return replace(share(hits, n, level=self._settings.level), n=int(base.sum()))

    def _count(self, rows: Flags, base: Flags) -> Count:
        """Hits and contacts, divided by the design effect."""
        hit: Floats = rows[base].astype(float)
        n, hits = len(hit), float(hit.sum())
        if not 0 < hits < n:
            return hits, float(n)
        away = np.bincount(self._customer[base], hit - hits / n)
        effect = max(1.0, float(away @ away) / (n * (hits / n) * (1 - hits / n)))
        return hits / effect, n / effect
