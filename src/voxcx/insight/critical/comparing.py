"""The accuracy of groups against the rest, with the correction for many looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Tone
from voxcx.domain.texts import text
from voxcx.insight.archive import Archive, Flags, Labels
from voxcx.insight.critical.counting import Accuracy, Counted, corrected_tally
from voxcx.statistics.multiplicity import benjamini_hochberg
from voxcx.statistics.proportions import share, share_difference


@dataclass(frozen=True, slots=True)
class Compared:
    """One group and one kind: its accuracy, group − rest, and the q-value over all groups and kinds.

    Attributes:
        number: of the kind among those counted.
        name: of the group.
        accuracy: None inside where the group has too few interactions.
        corrected: the accuracy behind the machine's errors, as calibration measured them on the whole.
        gap: Newcombe's interval of the difference.
        q: None where it was not tested.
        tone: after the correction.
    """

    number: int
    name: str
    accuracy: Accuracy
    corrected: Estimate
    gap: Estimate
    q: float | None
    tone: Tone


def compared(archive: Archive, counts: Sequence[Counted], groups: Labels, fewest: int) -> tuple[Compared, ...]:
    """Every named group for each kind, in order of names; groups of fewer than ``fewest`` are not told."""
    found: list[tuple[int, str, Accuracy, Estimate, Estimate]] = []
    names, place = np.unique(groups.astype(str), return_inverse=True)
    for number, counted in enumerate(counts):
        if not counted.columns:
            continue
        tally = [np.bincount(place[rows], minlength=len(names)) for rows in _parts(counted)]
        for at, name in enumerate(names.tolist()):
            n, errors, undecided, applies = (int(part[at]) for part in tally)
            if name and n:
                rest = int(tally[0].sum()) - n, int(tally[1].sum()) - errors
                its, gap = _one((n, errors, undecided), rest, fewest, archive.settings.level)
                none = its.found.value is None
                true = its.found if none else corrected_tally(archive, counted, (errors, applies, n))
                found.append((number, name, its, true, gap))
    p = np.array([np.nan if gap.p is None else gap.p for *_, gap in found], dtype=float)
    q = benjamini_hochberg(p).tolist() if len(p) else []
    rate = archive.settings.false_discoveries
    return tuple(
        Compared(number, name, its, true, gap, None if np.isnan(one) else one, _tone(gap, one, rate))
        for (number, name, its, true, gap), one in zip(found, q, strict=True)
    )


def _parts(counted: Counted) -> tuple[Flags, Flags, Flags, Flags]:
    return counted.base, counted.base & counted.erred, counted.base & counted.open, counted.applies


def _one(mine: tuple[int, int, int], rest: tuple[int, int], fewest: int, level: float) -> tuple[Accuracy, Estimate]:
    n, errors, undecided = mine
    others, their_errors = rest
    if n < fewest:
        more = Figure(Estimate(fewest - n), "count")
        reason = text("{more} more interactions needed", "нужно ещё обращений: {more}", more=more)
        none = Estimate(None, n=n, level=level, reason=reason)
        return Accuracy(none, none, errors, undecided, n), none
    its = Accuracy(
        share(n - errors, n, level=level), share(n - errors - undecided, n, level=level), errors, undecided, n
    )
    if others < fewest:
        alone = text("hardly anybody else to compare with", "сравнить почти не с кем")
        return its, Estimate(None, n=n, level=level, reason=alone)
    return its, share_difference((others - their_errors, others), (n - errors, n), level)


def _tone(gap: Estimate, q: float, rate: float) -> Tone:
    if np.isnan(q) or q > rate or not gap.excludes_zero:
        return "plain"
    return "bad" if (gap.value or 0.0) < 0 else "good"
