"""What a topic or an error costs: talk of leaving, NPS, values of the customer; else contacts that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.priorities.things import Ground, Thing
from voxcx.insight.repeats.causes import causes_of
from voxcx.insight.repeats.effects import cannot_tell, q_values, told
from voxcx.insight.repeats.following import followed
from voxcx.insight.repeats.mantel import mantel_haenszel
from voxcx.statistics.differences import adjusted_difference

CHURN = "leaving heard"  # kinds share a mapping with names of series: words that nobody names a series by
NPS = "NPS as answered"
AGAIN = "contact again"  # the fallback
FOLLOWED_DAYS = 90  # a value later than that has other causes
NOT_KNOWN = text("nothing is known of it", "данных об этом нет")


@dataclass(frozen=True, slots=True)
class Loss:
    """One figure of what goes with a thing; a ratio (against 1) or a difference (against 0).

    Attributes:
        kind: ``churn``, ``nps``, ``again``, or the name of a series.
        estimate: of the thing against the others.
        q: over all things, of this kind.
        stands: worse beyond doubt.
        extra: repeats beyond those that would have come without it (``again`` alone).
    """

    kind: str
    estimate: Estimate
    q: float = float("nan")
    stands: bool = False
    extra: float = 0.0


@dataclass(frozen=True, slots=True)
class Losses:
    """Of each thing, in their order: kind → loss. ``known``: kinds but the fallback that the archive can tell of."""

    of: tuple[Mapping[str, Loss], ...]
    known: tuple[str, ...]

    def costly(self, at: int) -> tuple[str, ...]:
        """Why a thing is costly: kinds that stand; the fallback only where no other is known."""
        mine = self.of[at]
        kinds = self.known or (AGAIN,)
        return tuple(kind for kind in kinds if kind in mine and mine[kind].stands)


def losses_of(archive: Archive, ground: Ground, things: Sequence[Thing]) -> Losses:
    """Every loss that the archive can tell of."""
    found: list[dict[str, Loss]] = [{} for _ in things]
    kinds: list[str] = []
    cue = archive.number("churn_cue")
    if (~np.isnan(cue)).any():
        kinds.append(CHURN)
        ratios = [_ratio(ground, one, cue) for one in things]
        _put(found, CHURN, ratios, (archive.settings.false_discoveries, 1.0, 1))
    for kind, values, worse in _values(archive):
        kinds.append(kind)
        gaps = [_gap(ground, one, values) for one in things]
        _put(found, kind, gaps, (archive.settings.false_discoveries, 0.0, worse))
    _put_again(archive, things, found)
    return Losses(tuple(found), tuple(kinds))


def _values(archive: Archive) -> list[tuple[str, Floats, int]]:
    """Kind, value of each contact, and which way is worse."""
    made = [(NPS, archive.answers.nps, -1)] if (~np.isnan(archive.answers.nps)).any() else []
    worse = worse_ways(archive)
    return made + [(name, change, worse[name]) for name, change in series_changes(archive).items() if name in worse]


def worse_ways(archive: Archive) -> dict[str, int]:
    """Names of customers' series → +1 where rising is bad, −1 where falling is, as the settings say; the others: none.

    A name is one of the settings' whatever its case.
    """
    settings = archive.settings.priorities
    said = {name.casefold(): 1 for name in settings.costs} | {name.casefold(): -1 for name in settings.worth}
    names = {one.name for one in archive.beside.series if one.customer_id}
    return {name: said[name.casefold()] for name in sorted(names) if name.casefold() in said}


def unnamed_series(archive: Archive) -> tuple[str, ...]:
    """Series of customers that the settings call neither worth nor costs."""
    names = {one.name for one in archive.beside.series if one.customer_id}
    return tuple(sorted(names - set(worse_ways(archive))))


def _put(
    found: list[dict[str, Loss]], kind: str, estimates: list[Estimate], rate_nothing_worse: tuple[float, float, int]
) -> None:
    rate, nothing, worse = rate_nothing_worse
    q = q_values(estimates) if estimates else ()
    for mine, estimate, its in zip(found, estimates, q, strict=True):
        beyond = told(estimate, float(its), rate, nothing) and ((estimate.value or 0.0) - nothing) * worse > 0
        mine[kind] = Loss(kind, estimate, float(its), beyond)


def _put_again(archive: Archive, things: Sequence[Thing], found: list[dict[str, Loss]]) -> None:
    """As the page of repeats computes them."""
    chased = followed(archive, same_topic=archive.settings.repeats.same_topic and (archive.label("topic") != "").any())
    causes = {(one.what, one.key): one for one in causes_of(archive, chased)}
    for thing, mine in zip(things, found, strict=True):
        cause = causes.get(("topic" if thing.kind == "topic" else "criterion", thing.key))
        if cause is not None:
            stands = cause.stands and (cause.adjusted.value or 0.0) > 1
            mine[AGAIN] = Loss(AGAIN, cause.adjusted, cause.q, stands, cause.extra)


def _ratio(ground: Ground, thing: Thing, cue: Floats) -> Estimate:
    """How many times as often the cue is heard with it as without it, other things equal."""
    used = thing.base & ~np.isnan(cue)
    return said_ratio(ground, thing, cue > 0, used)


def said_ratio(ground: Ground, thing: Thing, case: Flags, used: Flags) -> Estimate:
    """Mantel and Haenszel's risk ratio of ``case`` with the thing and without it among ``used``."""
    settings = ground.archive.settings
    with_it = int((used & thing.rows).sum())
    fewer = min(with_it, int(used.sum()) - with_it)
    if fewer < settings.fewest:
        return Estimate(None, n=int(used.sum()), level=settings.level, reason=cannot_tell(settings.fewest - fewer))
    stratum, customer = ground.stratum(thing)[used], ground.customer[used]
    return mantel_haenszel(case[used].astype(float), thing.rows[used], stratum, customer, settings.level)


def _gap(ground: Ground, thing: Thing, values: Floats) -> Estimate:
    """Mean with it − mean without it, other things equal."""
    settings = ground.archive.settings
    used = thing.base & ~np.isnan(values)
    with_it = int((used & thing.rows).sum())
    fewer = min(with_it, int(used.sum()) - with_it)
    if not used.any():
        return Estimate(None, level=settings.level, reason=NOT_KNOWN)
    if fewer < settings.fewest:
        return Estimate(None, n=int(used.sum()), level=settings.level, reason=cannot_tell(settings.fewest - fewer))
    stratum = ground.stratum(thing)[used].astype(str).astype(object)
    who = ground.customer[used].astype(str).astype(object)
    return adjusted_difference(values[used], thing.rows[used], [stratum], who, settings.level)


def series_changes(archive: Archive) -> dict[str, Floats]:
    """Series of customers → [n] first value after the contact (within 90 days) − last value up to its day.

    A series that no customer has both before and after a contact tells of no change and is left out.
    """
    points: defaultdict[str, list[tuple[str, int, float]]] = defaultdict(list)
    for one in archive.beside.series:
        if one.customer_id:
            points[one.name].append((one.customer_id, one.day, one.value))
    made = {name: _change(archive, sorted(told)) for name, told in points.items()}
    return {name: change for name, change in made.items() if (~np.isnan(change)).any()}


def _change(archive: Archive, points: list[tuple[str, int, float]]) -> Floats:
    names = {name: at for at, name in enumerate(dict.fromkeys(name for name, _, _ in points))}
    who = np.array([names[name] for name, _, _ in points], dtype=np.int64)
    day = np.array([day for _, day, _ in points], dtype=np.int64)
    value = np.array([value for _, _, value in points])
    mine = np.array([names.get(name, -1) for name in archive.label("customer_id").tolist()], dtype=np.int64)
    far = int(max(day.max(), archive.day.max(initial=0))) + 1
    after = np.searchsorted(who * far + day, mine * far + archive.day, side="right")
    last = np.clip(after - 1, 0, len(points) - 1)
    following = np.minimum(after, len(points) - 1)
    fits = (mine >= 0) & (archive.day >= 0) & (after > 0) & (after < len(points))
    fits &= (who[last] == mine) & (who[following] == mine) & (day[following] <= archive.day + FOLLOWED_DAYS)
    change: Floats = np.where(fits, value[following] - value[last], np.nan)
    return change


def money(loss: Loss, cost: float) -> Estimate:
    """What the extra contacts cost: repeats × (1 − 1 ÷ ratio) × the price of a contact, ends by those of the ratio."""
    estimate = loss.estimate
    if estimate.value is None or not loss.extra or estimate.low is None or estimate.high is None:
        return replace(estimate, value=None, low=None, high=None, reason=estimate.reason or NO_EXTRA)
    repeats = loss.extra / (1 - 1 / estimate.value)
    low, high = (max(0.0, repeats * (1 - 1 / end) * cost) if end > 0 else 0.0 for end in (estimate.low, estimate.high))
    return Estimate(loss.extra * cost, low, high, estimate.n, estimate.p, estimate.level)


NO_EXTRA: Text = text("no more repeats than elsewhere", "повторов не больше, чем в остальных")
