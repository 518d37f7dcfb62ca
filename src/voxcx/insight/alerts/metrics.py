"""What a moving window counts: each metric as hits of n, with the moment and the group of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from voxcx.insight.alerts.rules import Metric
from voxcx.insight.alerts.single import critical_columns, known_s
from voxcx.insight.archive import DAY_S, Archive, Flags, Floats, Integers, Labels
from voxcx.insight.repeats.following import begun_by_customer, followed, keys
from voxcx.insight.service_level.contacts import blocked_beside, calls_of, skill_of
from voxcx.insight.service_level.formula import counted, kinds, members, weights

BESIDE = -1  # the row of what no row of the archive tells


@dataclass(frozen=True, slots=True)
class Rates:
    """m things that are counted: [m] each.

    Attributes:
        at_s: when.
        hit: how much of ``n`` is a hit.
        n: how many each counts for.
        row: of the archive, −1 for what lay beside it.
        group: by the field of the window; "" where not known, which is no group.
        of_all: hits of a group are divided by n of all groups together (a share of topics).
    """

    at_s: Floats
    hit: Floats
    n: Floats
    row: Integers
    group: Labels
    of_all: bool = False

    def where(self, kept: Flags) -> Rates:
        """Only these."""
        return Rates(self.at_s[kept], self.hit[kept], self.n[kept], self.row[kept], self.group[kept], self.of_all)


def rates_of(archive: Archive, metric: Metric, by: str | None) -> Rates:
    """A metric of the whole archive, what has no time left out."""
    if metric == "service_level":
        found = _service_level(archive, by)
    elif metric == "abandonment":
        found = _abandonment(archive, by)
    else:
        at_s, hit, counted = _of_interactions(archive, metric)
        rows = np.flatnonzero(counted)
        found = Rates(
            at_s[rows], hit[rows], np.ones(len(rows)), rows, groups(archive, by)[rows], metric == "topic_share"
        )
    return found.where(~np.isnan(found.at_s))


def groups(archive: Archive, by: str | None) -> Labels:
    """[n], the group of each interaction; "all" for everything where there is no field."""
    if by is None:
        return np.full(len(archive), "all", dtype=object)
    return skill_of(archive) if by == "skill" else archive.label(by)


def _of_interactions(archive: Archive, metric: Metric) -> tuple[Floats, Floats, Flags]:
    """When, hit, and whether it counts: [n] each."""
    if metric == "cdsat":
        return known_s(archive), np.nan_to_num(archive.answers.dissatisfied), archive.answers.answered
    if metric == "topic_share":
        known: Flags = (archive.label("topic") != "") & ~_same_again(archive)
        return archive.moment_s, np.ones(len(archive)), known
    if metric == "repeats":
        ours: Flags = begun_by_customer(archive) & (archive.label("customer_id") != "")
        return archive.moment_s, _again(archive).astype(float), ours
    columns = critical_columns(archive, metric.removeprefix("critical_"))
    none = np.zeros(len(archive), dtype=bool)
    failed = reduce(np.logical_or, (one.failed for one in columns), none)
    return archive.moment_s, failed.astype(float), reduce(np.logical_or, (one.decided for one in columns), none)


def _same_again(archive: Archive) -> Flags:
    """[n], whether the same customer came about the same topic less than a day before: one matter, no growth.

    Without this, a few customers who ring again and again look like a swell: contacts of one customer are not
    independent, and the test takes them for it.
    """
    key, _ = keys(archive, same_topic=True)
    usable = np.flatnonzero((key >= 0) & ~np.isnan(archive.moment_s))
    rows = usable[np.lexsort((archive.moment_s[usable], key[usable]))]
    alike = (np.diff(key[rows]) == 0) & (np.diff(archive.moment_s[rows]) < DAY_S)
    again = np.zeros(len(archive), dtype=bool)
    again[rows[1:][alike]] = True
    return again


def _again(archive: Archive) -> Flags:
    """[n], whether a contact follows another of the same customer within the window of repeats: known at once."""
    settings = archive.settings.repeats
    chased = followed(archive, same_topic=settings.same_topic)
    within = chased.counted & (chased.gap_s <= settings.window_days * DAY_S)
    again = np.zeros(len(archive), dtype=bool)
    again[chased.next_row[within]] = True
    return again


def _service_level(archive: Archive, by: str | None) -> Rates:
    """The formula of the page on service level, contact by contact, weighed as the whole archive's waits are known."""
    calls, settings = calls_of(archive), archive.settings.service_level
    met, of = members(settings)
    kind = kinds(calls.queued, settings)
    rows, counts = calls.rows, counted(calls.queued, settings)
    weight = weights(counts)[kind]
    own = Rates(archive.moment_s[rows], met[kind] * weight, of[kind] * weight, rows, groups(archive, by)[rows])
    return _joined(own.where(own.n > 0), _turned_away(archive, by, counts.known_share or 0.0))


def _turned_away(archive: Archive, by: str | None, weight: float) -> Rates:
    """``blocked.csv`` as far as the formula counts it; it knows the skill alone."""
    types = {"none": (), "type_b": ("B",)}.get(archive.settings.service_level.blocked)
    fits = [one for one in blocked_beside(archive) if types is None or one.type in types]
    fits = fits if by in {None, "skill"} and weight > 0 else []
    return Rates(
        np.array([one.at_s for one in fits], dtype=float),
        np.zeros(len(fits)),
        np.array([weight * one.count for one in fits], dtype=float),
        np.full(len(fits), BESIDE, dtype=np.int64),
        np.array([one.skill if by else "all" for one in fits], dtype=object),
    )


def _joined(first: Rates, second: Rates) -> Rates:
    return Rates(
        np.concatenate([first.at_s, second.at_s]),
        np.concatenate([first.hit, second.hit]),
        np.concatenate([first.n, second.n]),
        np.concatenate([first.row, second.row]),
        np.concatenate([first.group, second.group]),
    )


def _abandonment(archive: Archive, by: str | None) -> Rates:
    """Who left ÷ (answered + who left); who left at once is not counted."""
    calls, settings = calls_of(archive), archive.settings.service_level
    kind, rows = kinds(calls.queued, settings), calls.rows
    left, counted = np.isin(kind, (3, 4)), np.isin(kind, (0, 1, 3, 4))
    found = Rates(archive.moment_s[rows], left.astype(float), counted.astype(float), rows, groups(archive, by)[rows])
    return found.where(counted)
