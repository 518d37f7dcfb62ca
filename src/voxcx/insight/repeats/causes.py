"""What precedes repeats: each error and each topic, as a risk ratio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, same
from voxcx.insight.archive import Archive, Flags, Integers
from voxcx.insight.repeats.chance import by_chance
from voxcx.insight.repeats.effects import cannot_tell, q_values, told
from voxcx.insight.repeats.following import Followed, coded
from voxcx.insight.repeats.mantel import mantel_haenszel
from voxcx.statistics.proportions import Count, risk_ratio

What = Literal["criterion", "topic"]


@dataclass(frozen=True, slots=True)
class Cause:
    """How much more often contacts with it are repeated.

    Attributes:
        key: criterion (``form:criterion``) or topic.
        flagged: [n], contacts of the base with it.
        exposed: repeats of contacts with it, and those contacts.
        other: repeats of the others, and those.
        crude: risk ratio as it came.
        adjusted: of criteria at the same topic; of topics at the same channel, less what comes by chance.
        q: of ``adjusted``, over everything that is asked here; NaN where nothing can be told.
        stands: after the correction the ratio differs from 1.
    """

    what: What
    key: str
    title: Text
    flagged: Flags
    exposed: Count
    other: Count
    crude: Estimate
    adjusted: Estimate
    q: float = float("nan")
    stands: bool = False

    @property
    def extra(self) -> float:
        """Repeats beyond those that would have come without it, were it the cause."""
        ratio = self.adjusted.value or 1.0
        return self.exposed[0] * (1.0 - 1.0 / ratio) if ratio > 1 else 0.0


@lru_cache(maxsize=1)  # asked by several pages about the same archive
def causes_of(archive: Archive, chased: Followed) -> tuple[Cause, ...]:
    """Criteria, then topics, each in the order of their risk ratio, largest first."""
    found = [*_criteria(archive, chased), *_topics(archive, chased)]
    q = q_values([one.adjusted for one in found])
    rate = archive.settings.false_discoveries
    marked = [
        replace(one, q=float(level), stands=told(one.adjusted, float(level), rate, nothing=1.0))
        for one, level in zip(found, q, strict=True)
    ]
    return tuple(sorted(marked, key=lambda one: (one.what, -(one.adjusted.value or 0.0))))


def _criteria(archive: Archive, chased: Followed) -> Iterator[Cause]:
    base = chased.base(archive.settings.repeats.window_days)
    asking = _Asking(archive, chased, coded(archive.label("topic")) + 1)
    for criterion in archive.criteria:
        rows = base & criterion.decided
        if (rows & criterion.failed).any():
            yield asking.cause("criterion", (criterion.key, criterion.title), rows, criterion.failed)


def _topics(archive: Archive, chased: Followed) -> Iterator[Cause]:
    topic = archive.label("topic")
    base = chased.base(archive.settings.repeats.window_days) & (topic != "")
    names = sorted(set(topic[base].tolist()))
    asking = _Asking(archive, chased, coded(archive.label("channel")) + 1)
    asking.case -= by_chance(archive, chased, archive.settings.repeats.window_days)
    for name in names if len(names) > 1 else ():
        yield asking.cause("topic", (name, same(name)), base, np.asarray(topic == name, dtype=bool))


class _Asking:
    """The question asked of every cause alike."""

    def __init__(self, archive: Archive, chased: Followed, stratum: Integers) -> None:
        self.again = chased.repeated(archive.settings.repeats.window_days)
        self.stratum, self.settings = stratum, archive.settings
        self.case = self.again.astype(float)
        who = coded(archive.label("customer_id"))
        alone = int(who.max(initial=-1)) + 1 + np.arange(len(who))  # who is not known is a customer of their own
        self.customer = np.where(who >= 0, who, alone)

    def cause(self, what: What, key_title: tuple[str, Text], rows: Flags, exposed: Flags) -> Cause:
        one, other = rows & exposed, rows & ~exposed
        again = self.again
        counts = [(int((again & group).sum()), int(group.sum())) for group in (one, other)]
        crude = risk_ratio(counts[0], counts[1], self.settings.level)
        adjusted = self._adjusted(rows, exposed, min(counts[0][1], counts[1][1]))
        return Cause(what, *key_title, one, counts[0], counts[1], crude, adjusted)

    def _adjusted(self, rows: Flags, exposed: Flags, fewer: int) -> Estimate:
        if fewer < self.settings.fewest:
            why = cannot_tell(self.settings.fewest - fewer)
            return Estimate(None, n=int(rows.sum()), level=self.settings.level, reason=why)
        level = self.settings.level
        return mantel_haenszel(self.case[rows], exposed[rows], self.stratum[rows], self.customer[rows], level)
