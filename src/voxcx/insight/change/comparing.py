"""One outcome in two groups: as it came, with the same mix in both, what could have been seen, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.insight.archive import Archive, Flags, Floats, Integers, Labels
from voxcx.insight.change.clusters import by_agents, error_of
from voxcx.insight.change.groups import Compared
from voxcx.insight.change.outcomes import Outcome
from voxcx.insight.surveys import mean_of
from voxcx.statistics.absorbing import crossed
from voxcx.statistics.differences import student
from voxcx.statistics.multiplicity import benjamini_hochberg
from voxcx.statistics.planning import answers_for_difference, detectable_difference
from voxcx.statistics.proportions import square_and_add
from voxcx.statistics.standardising import Standardised, standardised_difference

Verdict = Literal["better", "worse", "more", "less", "no_change", "cannot_tell", "as_elsewhere"]
POWER = 0.8
KEPT_ENOUGH = 0.8  # share of contacts in kinds that both groups have
TOO_FEW = text("fewer than {n} in one of the groups", "в одной из групп меньше {n}")
NO_CONTROL = text("nothing to compare the trend with", "сравнить тенденцию не с чем")


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an outcome.

    Attributes:
        outcome: which.
        first: mean of the first group.
        second: mean of the second.
        standardised: second − first, with crude difference, part of the mix and comparable share; None: too few.
        detectable: the smallest difference that had a chance of 80 % to be seen.
        worth: the smallest change worth the name, in units of the values.
        needed: rows of each group to see a change worth the name; None where that cannot be computed.
        elsewhere: the same difference where nothing was changed; None: no control.
        beyond: difference in differences: here − elsewhere.
        verdict: what can be said.
    """

    outcome: Outcome
    first: Estimate
    second: Estimate
    standardised: Standardised | None
    detectable: float | None
    worth: float
    needed: int | None
    elsewhere: Estimate | None
    beyond: Estimate | None
    verdict: Verdict = "cannot_tell"

    @property
    def mix_moved_more(self) -> bool:
        """Whether the mix surely moved the mean, and by more than what is left without it."""
        one = self.standardised
        if one is None or one.mix_part.value is None or one.estimate.value is None:
            return False
        return one.mix_part.excludes_zero and abs(one.mix_part.value) > abs(one.estimate.value)

    @property
    def thin(self) -> bool:
        """Whether many contacts are of kinds that only one group has."""
        return self.standardised is not None and self.standardised.kept < KEPT_ENOUGH


def changes_of(archive: Archive, groups: Compared, outcomes: Sequence[Outcome]) -> tuple[Change, ...]:
    """All outcomes; verdicts keep the false-discovery rate of all of them together."""
    settings = archive.settings.change
    strata = [archive.grouped(field) for field in settings.mix if field != settings.field]
    made = [_change(archive, groups, outcome, strata) for outcome in outcomes]
    p = [one.standardised.estimate.p if one.standardised else None for one in made]
    q = benjamini_hochberg(np.array([np.nan if one is None else one for one in p], dtype=float))
    limit = archive.settings.false_discoveries
    return tuple(
        replace(one, verdict=verdict_of(one, found=bool(at <= limit))) for one, at in zip(made, q, strict=True)
    )


def _change(archive: Archive, groups: Compared, outcome: Outcome, strata: list[Labels]) -> Change:
    level, fewest = archive.settings.level, archive.settings.fewest
    rows = groups.used & ~np.isnan(outcome.values)
    means = [mean_of(outcome.values[rows & side], level) for side in (~groups.second, groups.second)]
    worth = outcome.worth if outcome.worth > 0 else abs(outcome.worth * (means[0].value or 0.0))
    if min(one.n for one in means) < fewest:
        return Change(outcome, means[0], means[1], None, None, worth, None, None, None)
    found, wider = _standardised(archive, outcome, groups, rows, strata)
    sd, worths = deviation_of(outcome.values[rows], groups.second[rows], [one[rows] for one in strata])
    sd *= wider
    seen = detectable_difference(sd, *worths, power=POWER, level=level) if sd > 0 and min(worths) > 0 else None
    needed = answers_for_difference(sd, worth, POWER, level) if sd > 0 and worth > 0 else None
    elsewhere, beyond = _control(archive, groups, outcome, strata, found.estimate)
    return Change(outcome, means[0], means[1], found, seen, worth, needed, elsewhere, beyond)


def _standardised(
    archive: Archive, outcome: Outcome, groups: Compared, rows: Flags, strata: Sequence[Labels]
) -> tuple[Standardised, float]:
    """The difference, its interval widened where agents make it less sure than single contacts do; how much wider."""
    values, second, level = outcome.values[rows], groups.second[rows], archive.settings.level
    inside = [one[rows] for one in strata]
    found = standardised_difference(values, second, inside, "all", level)
    by_agent = by_agents(values, second, crossed(inside, len(values)), archive.label("agent_id")[rows])
    estimate, error = found.estimate, error_of(found.estimate)
    if by_agent is None or estimate.value is None or error is None or by_agent[0] <= error:
        return found, 1.0
    widened = student(estimate.value, by_agent[0], by_agent[1], estimate.n, level)
    return replace(found, estimate=widened), by_agent[0] / error


def deviation_of(values: Floats, second: Flags, strata: Sequence[Labels]) -> tuple[float, tuple[float, float]]:
    """Standard deviation within kinds and groups, and how many rows each group is worth under the common mix.

    A mean of cells weighted w from n_c rows each has the variance sd² Σ w² ÷ n_c, so it is worth 1 ÷ Σ (w² ÷ n_c) rows.
    """
    cell: Integers = crossed(strata, len(values))
    size = int(cell.max(initial=-1)) + 1
    at = cell + size * second
    n = np.bincount(at, minlength=2 * size)
    mean = np.bincount(at, values, 2 * size) / np.maximum(n, 1)
    freedom = int(np.maximum(n - 1, 0).sum())
    sd = float(np.sqrt(((values - mean[at]) ** 2).sum() / freedom)) if freedom else 0.0
    counts = n.reshape(2, size).astype(float)
    both = (counts > 0).all(axis=0)
    if not both.any():
        return sd, (0.0, 0.0)
    weight = counts[:, both].sum(axis=0) / counts[:, both].sum()
    first, second_worth = (1 / float((weight**2 / one).sum()) for one in counts[:, both])
    return sd, (first, second_worth)


def _control(
    archive: Archive, groups: Compared, outcome: Outcome, strata: Sequence[Labels], here: Estimate
) -> tuple[Estimate | None, Estimate | None]:
    """The trend where nothing was changed, and what is left here beyond it (Newcombe's square-and-add)."""
    if groups.control is None:
        return None, None
    level, fewest = archive.settings.level, archive.settings.fewest
    rows = groups.control & ~np.isnan(outcome.values)
    sizes = [int((rows & side).sum()) for side in (~groups.second, groups.second)]
    if min(sizes) < fewest:
        few = Estimate(None, n=sum(sizes), level=level, reason=TOO_FEW.with_blanks({"n": str(fewest)}))
        return few, few
    there = _standardised(archive, outcome, groups, rows, strata)[0].estimate
    return there, difference_in_differences(there, here)


def difference_in_differences(elsewhere: Estimate, here: Estimate) -> Estimate:
    """Change here − change elsewhere, of different contacts."""
    ends = [(one.value, one.low, one.high) for one in (elsewhere, here)]
    n, level = elsewhere.n + here.n, here.level
    if any(part is None for end in ends for part in end):
        return Estimate(None, n=n, level=level, reason=elsewhere.reason or here.reason or NO_CONTROL)
    one, other = ((v or 0.0, low or 0.0, high or 0.0) for v, low, high in ends)
    low, high = square_and_add(one, other)
    return Estimate(other[0] - one[0], low, high, n, level=level)


def verdict_of(change: Change, *, found: bool) -> Verdict:
    """Better or worse only beyond chance, beyond many looks, and beyond what happened elsewhere."""
    one = change.standardised.estimate if change.standardised else None
    if one is None or one.value is None or one.low is None or one.high is None:
        return "cannot_tell"
    if max(-one.low, one.high) < change.worth:
        return "no_change"
    if not (found and one.excludes_zero):
        return "cannot_tell"
    beyond = change.beyond
    if beyond is not None and beyond.value is not None and not (beyond.excludes_zero and beyond.value * one.value > 0):
        return "as_elsewhere"
    more = one.value > 0
    if change.outcome.more_is == "neither":
        return "more" if more else "less"
    return "better" if more == (change.outcome.more_is == "better") else "worse"
