"""Why a criterion shows no effect on CSI: the first reason that would hide one, or that there is none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from voxcx.domain.beside import CriterionTrust
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.quality.effects import Effect
from voxcx.insight.settings import ReportSettings

Code = Literal["lowers", "raises", "few", "no_variance", "scorer", "none", "none_unchecked", "restricted", "wide"]
TrustOf = Mapping[str, CriterionTrust]  # by the criterion's key


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is told of one criterion."""

    code: Code
    said: Text
    tone: Tone


LOWERS = text("not met goes with a lower CSI", "невыполнение связано с более низким CSI")
RAISES = text(
    "not met goes with a higher CSI: ask whether customers want it at all",
    "невыполнение связано с более высоким CSI: проверьте, нужно ли это клиентам",
)
TRULY_NONE = text(
    "no effect worth the name: the whole interval lies within ±{most.abs}",
    "влияния по сути нет: весь интервал внутри ±{most.abs}",
)
UNCHECKED = text(
    "no effect worth the name as it is judged (within ±{most.abs}); how well the scorer sees it was never measured",
    "по нынешним вердиктам влияния по сути нет (внутри ±{most.abs}); насколько точны вердикты, не проверено",
)
WIDE = text(
    "cannot tell: the interval still allows {far}; about {more} more answers would narrow it to ±{most.abs}",
    "нельзя сказать: интервал допускает и {far}; чтобы сузить его до ±{most.abs}, нужно ещё около {more} ответов",
)
RESTRICTED = text(
    "cannot tell: hardly varies ({share} not met), so little of an effect can show",
    "нельзя сказать: почти не меняется (не выполнен в {share}), и влиянию негде проявиться",
)
ALIKE = text("cannot tell: {reason}", "нельзя сказать: {reason}")
LOW_KAPPA = text(
    "cannot tell: the scorer agrees with people too little (κ {kappa}, {n} checked), which hides an effect",
    "нельзя сказать: вердикты слишком расходятся с людьми (κ {kappa}, проверено {n}), это прячет влияние",
)


def trust_of(archive: Archive) -> TrustOf:
    """Key of a criterion → what calibration knows of it; not where several forms have a criterion of that id.

    Calibration names criteria without their form: its κ would be of all those forms together.
    """
    shared = set(shared_criteria(archive))
    known = {one.criterion: one for one in archive.beside.trust if one.criterion not in shared}
    return {one.key: known[one.criterion] for one in archive.criteria if one.criterion in known}


def shared_criteria(archive: Archive) -> tuple[str, ...]:
    """Ids of criteria that calibration checked and that several forms have."""
    times = Counter(one.criterion for one in archive.criteria)
    return tuple(sorted({one.criterion for one in archive.beside.trust if times[one.criterion] > 1}))


def why(effect: Effect, trust: TrustOf, settings: ReportSettings) -> Verdict:
    """The verdict on one criterion.

    In order: an effect; too few answers; no variance; a scorer known to be poor; no effect (the interval within
    ± ``none_within_points``); restricted range; an interval too wide to tell.
    """
    if effect.stands(settings.false_discoveries):
        hurts = effect.lowers(settings.false_discoveries)
        return Verdict("lowers", LOWERS, "bad") if hurts else Verdict("raises", RAISES, "unsure")
    if effect.adjusted.low is None or effect.adjusted.high is None:
        few = effect.answered < settings.fewest
        said = ALIKE.with_blanks({"reason": effect.adjusted.reason or text("no interval", "интервала нет")})
        return Verdict("few" if few else "no_variance", said, "unsure")
    checked = kappa_of(effect, trust)
    if checked is not None and checked < settings.quality.fair_kappa:
        figure = Figure(Estimate(checked), "number")
        n = str(trust[effect.column.key].n)
        return Verdict("scorer", LOW_KAPPA.with_blanks({"kappa": figure, "n": n}), "unsure")
    known = checked is not None or effect.column.mode == "human"
    return _without_effect(effect, settings, scorer_known=known)


def kappa_of(effect: Effect, trust: TrustOf) -> float | None:
    """Cohen's κ of the criterion's scorer, AC1 where κ is not defined, None where nobody checked."""
    known = trust.get(effect.column.key)
    return None if known is None else known.ac1 if known.kappa is None else known.kappa


def _without_effect(effect: Effect, settings: ReportSettings, *, scorer_known: bool) -> Verdict:
    low, high, within = effect.adjusted.low or 0.0, effect.adjusted.high or 0.0, settings.quality.none_within_points
    most = Figure(Estimate(within), "points")
    if -within <= low and high <= within:
        if scorer_known:
            return Verdict("none", TRULY_NONE.with_blanks({"most": most}), "plain")
        return Verdict("none_unchecked", UNCHECKED.with_blanks({"most": most}), "plain")
    edge, rate = settings.quality.restricted_share, effect.not_met.value or 0.0
    if not edge <= rate <= 1 - edge:
        return Verdict("restricted", RESTRICTED.with_blanks({"share": Figure(effect.not_met, "share")}), "unsure")
    far = low if abs(low) > abs(high) else high
    more = max(answers_to_narrow(effect.adjusted, within) - effect.adjusted.n, 1)
    blanks = {"far": Figure(Estimate(far), "points"), "most": most, "more": Figure(Estimate(_round(more)), "count")}
    return Verdict("wide", WIDE.with_blanks(blanks), "unsure")


def answers_to_narrow(estimate: Estimate, half_width: float) -> int:
    """How many answers bring the half-width there, as it falls with the root of their number: n × (half ÷ wanted)²."""
    half = ((estimate.high or 0.0) - (estimate.low or 0.0)) / 2
    return math.ceil(estimate.n * (half / half_width) ** 2)


def _round(n: int) -> int:
    """Two digits are all that such a plan knows."""
    digits = int(10 ** max(len(str(n)) - 2, 0))
    return math.ceil(n / digits) * digits
