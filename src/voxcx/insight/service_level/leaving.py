"""Who leaves the queue and when, and who calls again right after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.insight.archive import Archive, Flags, Floats, Integers
from voxcx.insight.service_level.contacts import Contacts, is_call
from voxcx.insight.service_level.formula import ABANDONED
from voxcx.statistics.normal import quantile


@dataclass(frozen=True, slots=True)
class Leaving:
    """Share that would have left by each moment, were nobody answered sooner: [moments] each.

    Attributes:
        at_s: moments at which somebody left, ascending.
        share: 1 − Kaplan–Meier's share still waiting.
        low: lower end; NaN where nobody was left waiting, since there is no variance to tell.
        high: upper end.
        waiting: how many were still waiting just before.
    """

    at_s: Floats
    share: Floats
    low: Floats
    high: Floats
    waiting: Integers

    def by(self, at_s: float, level: float) -> Estimate:
        """The share that has left by a moment."""
        place = int(np.searchsorted(self.at_s, at_s, side="right")) - 1
        if place < 0:
            return Estimate(0.0, n=int(self.waiting[0]) if len(self.waiting) else 0, level=level)
        value, n = float(self.share[place]), int(self.waiting[place])
        if np.isnan(self.low[place]):
            return Estimate(value, n=n, level=level)
        return Estimate(value, float(self.low[place]), float(self.high[place]), n, level=level)


def leaving(wait_s: Floats, left: Flags, level: float = 0.95) -> Leaving:
    """Kaplan and Meier (1958): who was answered (or flowed out) is known to have waited so long, and no more.

    Greenwood's variance (1926) on the scale of log(−log S) (Kalbfleisch and Prentice 2002, § 1.4), which keeps the
    interval inside 0–1. It takes for granted that the answered would have left like the others who waited as long.

    Args:
        wait_s: [n], known.
        left: [n], whether the wait ended by leaving.
        level: of the intervals.
    """
    at_s, place = np.unique(wait_s[left], return_inverse=True)
    went = np.bincount(place, minlength=len(at_s)).astype(np.float64)
    waiting = len(wait_s) - np.searchsorted(np.sort(wait_s), at_s, side="left")
    still = np.cumprod(1 - went / waiting).astype(np.float64)
    rest = waiting - went
    known = rest > 0
    greenwood = np.cumsum(np.divide(went, waiting * rest, out=np.zeros(len(at_s)), where=known))
    log = np.log(still, out=np.full(len(at_s), -1.0), where=known)
    half = quantile(level) * np.sqrt(greenwood) / np.abs(log)
    low, high = (np.where(known, 1 - np.exp(log * np.exp(sign * half)), np.nan) for sign in (-1, 1))
    return Leaving(at_s, 1 - still, low, high, waiting.astype(np.int64))


def redialled(archive: Archive, calls: Contacts, within_s: float) -> Floats:
    """[calls], 1 where the same customer called again so soon after leaving, else 0.

    NaN: did not leave, or nobody knows who it was, when, or how long they waited.
    """
    leave_s = np.full(len(archive), np.nan)
    left = calls.rows[calls.queued.fate == ABANDONED]
    leave_s[left] = archive.moment_s[left] + archive.number("queue_wait_s")[left]
    leave_s[archive.label("customer_id") == ""] = np.nan
    theirs = is_call(archive) & (archive.label("direction") != "outbound") & ~np.isnan(archive.moment_s)
    rows = np.flatnonzero(theirs & (archive.label("customer_id") != ""))
    again = np.where(np.isnan(leave_s), np.nan, 0.0)
    customer = np.unique(archive.label("customer_id")[rows].astype(str), return_inverse=True)[1]
    order = np.lexsort((archive.moment_s[rows], customer))
    rows, customer = rows[order], customer[order]
    next_s = np.where(customer[1:] == customer[:-1], archive.moment_s[rows[1:]], np.inf)
    soon = next_s - leave_s[rows[:-1]] <= within_s
    again[rows[:-1][soon]] = 1.0
    found: Floats = again[calls.rows]
    return found
