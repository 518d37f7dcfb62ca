"""Whose way is shown: those named, else those that tell most."""

from __future__ import annotations

import numpy as np

from voxcx.insight.archive import Archive, Flags, Integers
from voxcx.insight.repeats.chains import chains_of
from voxcx.insight.repeats.following import coded

MOST_REPEATS = 4  # more repeats tell no more
LONGEST = 10  # contacts of a way that is still read
BAD_ANSWER = 2


def chosen(archive: Archive) -> tuple[tuple[tuple[str, Integers], ...], tuple[str, ...]]:
    """Customers with their rows in order of time, and the named ones whom the archive does not hold."""
    who = archive.label("customer_id")
    settings = archive.settings.journey
    if settings.customers:
        found = {name: _rows(archive, who == name) for name in settings.customers}
        there = tuple((name, rows) for name, rows in found.items() if len(rows))
        return there, tuple(name for name, rows in found.items() if not len(rows))
    return tuple((name, _rows(archive, who == name)) for name in _telling(archive, settings.shown)), ()


def _rows(archive: Archive, mine: Flags) -> Integers:
    rows = np.flatnonzero(mine & ~np.isnan(archive.moment_s))
    ordered: Integers = rows[np.argsort(archive.moment_s[rows], kind="stable")]
    return ordered


def _telling(archive: Archive, shown: int) -> list[str]:
    """Channels crossed + repeats + a bad answer, each only so far; of equals the one with fewer contacts."""
    who, channel = coded(archive.label("customer_id")), coded(archive.label("channel"))
    at = np.flatnonzero((who >= 0) & ~np.isnan(archive.moment_s))
    size = int(who.max(initial=-1)) + 1
    if not len(at) or not shown:
        return []
    contacts = np.bincount(who[at], minlength=size)
    pairs = np.unique(who[at] * (int(channel.max()) + 2) + channel[at] + 1)
    channels = np.bincount(pairs // (int(channel.max()) + 2), minlength=size)
    again = chains_of(archive, archive.settings.repeats.window_days, same_topic=_by_topic(archive)).position > 0
    repeats = np.minimum(np.bincount(who[at], again[at], size), MOST_REPEATS)
    bad = np.bincount(who[at], np.nan_to_num(archive.answers.dissatisfied)[at] > 0, size) > 0
    points = channels + repeats + BAD_ANSWER * bad
    points = np.where((contacts > 1) & (contacts <= LONGEST), points, 0)
    best = np.lexsort((np.arange(size), contacts, -points))[:shown]
    first = {int(number): row for row, number in zip(at[::-1].tolist(), who[at][::-1].tolist(), strict=True)}
    return [str(archive.label("customer_id")[first[one]]) for one in best.tolist() if points[one] > 0]


def _by_topic(archive: Archive) -> bool:
    return archive.settings.repeats.same_topic and bool((archive.label("topic") != "").any())
