"""When the archive begins and ends. A clock that was wrong once must not move the end of it by years.

Decided here: a few contacts (at most one in 1,000, but one in any archive of 30) beyond a quiet stretch are strays. The
stretch is longer than 28 days and than 100 usual gaps between contacts. Strays are in no day, week or window.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure
from voxcx.domain.texts import Text, text

if TYPE_CHECKING:
    from voxcx.insight.archive import Archive, Floats

TRACE, FEWEST = 1_000, 30
QUIET_S, USUAL_GAPS = 28 * 86_400.0, 100


def span_of(moment_s: Floats) -> tuple[float, float]:
    """First and last moment without strays; ∞ and −∞ where no time is known.

    >>> span_of(np.array([0.0, 60.0, np.nan]))
    (0.0, 60.0)
    """
    at_s = np.sort(moment_s[~np.isnan(moment_s)])
    n = len(at_s)
    if n < FEWEST:
        return (float(at_s[0]), float(at_s[-1])) if n else (np.inf, -np.inf)
    few, gap_s = max(n // TRACE, 1), np.diff(at_s)
    quiet = np.flatnonzero(gap_s > max(QUIET_S, USUAL_GAPS * float(np.median(gap_s))))
    early, late = quiet[quiet < few], quiet[quiet >= n - 1 - few]
    first = int(early[-1]) + 1 if len(early) else 0
    return float(at_s[first]), float(at_s[int(late[0]) if len(late) else n - 1])


def strays(archive: Archive) -> Iterator[Text]:
    """What to say of contacts that lie far outside of the archive's time."""
    n = int(archive.stray.sum())
    if n:
        ends = (archive.day[archive.day >= 0].min(), archive.day.max())
        first, last = (Figure(Estimate(float(day)), "date") for day in ends)
        yield FAR.with_blanks({"n": Figure(Estimate(float(n)), "count"), "first": first, "last": last})


FAR = text(
    "Contacts far outside the time of the archive ({first} – {last}): {n}. They are in no period; correct their times.",
    "Обращения с датой далеко за пределами архива ({first} – {last}): {n}. Они не вошли ни в один период; исправьте их "
    "время.",
    n="?",
    first="?",
    last="?",
)
