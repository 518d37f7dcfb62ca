"""Frequent callers: customers who came often within days, worth routing straight to the second line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.insight.archive import DAY_S, Archive, Floats, Integers
from voxcx.insight.repeats.following import begun_by_customer, coded


@dataclass(frozen=True, slots=True)
class Frequent:
    """Customers in order of their contacts, most first.

    Attributes:
        customer: their ids.
        contacts: how many they began in the whole archive.
        most: how many within the days asked about.
        rows: the rows of each in order of time.
        all_contacts: contacts of all known customers.
    """

    customer: tuple[str, ...]
    contacts: Integers
    most: Integers
    rows: tuple[Integers, ...]
    all_contacts: int


def frequent_callers(archive: Archive, at_least: int, days: float) -> Frequent:
    """Who began at least so many contacts within any so many days (the last moment included)."""
    who, moment_s = coded(archive.label("customer_id")), archive.moment_s
    at = np.flatnonzero(begun_by_customer(archive) & (who >= 0) & ~np.isnan(moment_s))
    if not len(at):
        return Frequent((), np.empty(0, np.int64), np.empty(0, np.int64), (), 0)
    at = at[np.lexsort((moment_s[at], who[at]))]
    starts = np.flatnonzero(np.diff(who[at], prepend=-1))
    contacts = np.diff(np.append(starts, len(at)))
    most = np.maximum.reduceat(_within(who[at], moment_s[at], days * DAY_S), starts)
    often = np.flatnonzero(most >= at_least)
    often = often[np.lexsort((-contacts[often], -most[often]))]
    rows = tuple(at[starts[one] : starts[one] + contacts[one]] for one in often.tolist())
    names = tuple(str(archive.label("customer_id")[mine[0]]) for mine in rows)
    return Frequent(names, contacts[often], most[often], rows, len(at))


def _within(who: Integers, moment_s: Floats, length_s: float) -> Integers:
    """[contacts], sorted by customer and time: how many of the same customer start from this one to so much later."""
    since = moment_s - moment_s.min()
    span = float(since.max()) + length_s + 1.0  # so that customers never overlap on one axis
    line = who * span + since
    found: Integers = np.searchsorted(line, line + length_s, side="right") - np.arange(len(line))
    return found
