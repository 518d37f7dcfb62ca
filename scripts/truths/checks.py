"""What is looked for in one archive whose truth is known: each check says of every figure whether it was right.

Kinds: ``covers`` – did the interval hold the truth (``least``: as stated or more); ``false`` – share of false finds
among the finds on planted nulls; ``right`` – was what is there found (its power, no test). Truths are those of large
archives of the same plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from truths.archives import planted
from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text
from voxcx.insight.agents.study import study_of
from voxcx.insight.archive import Archive
from voxcx.insight.change.comparing import changes_of
from voxcx.insight.change.groups import compared
from voxcx.insight.change.outcomes import outcomes_of
from voxcx.insight.quality.effects import effects_of
from voxcx.insight.repeats.causes import causes_of
from voxcx.insight.repeats.following import followed
from voxcx.insight.service_level.contacts import calls_of
from voxcx.insight.settings import ChangeSettings
from voxcx.insight.wait.waiting import waiting_of
from voxcx.simulation.planting.form import FORM
from voxcx.simulation.planting.plan import Plan

Kind = Literal["covers", "least", "false", "right"]
Truth = Mapping[str, float]
LARGE, LARGE_SEEDS = 100_000, 6
NO_EFFECT = frozenset(one.id for one in FORM if one.shape == "none")


@dataclass(frozen=True, slots=True)
class Seen:
    """One figure of one archive. ``hit`` 0–1; ``level`` is what is promised of its mean over archives."""

    name: str
    kind: Kind
    hit: float
    level: float


@dataclass(frozen=True, slots=True)
class Check:
    """A question, the archives it is asked of, and the truth that large ones give."""

    name: str
    n: int
    plan: Plan
    look: Callable[[Archive, dict[str, Any], Truth], Iterator[Seen]]
    pooled: Callable[[dict[str, Any]], Truth]

    def truth(self) -> Truth:
        """Mean over large archives."""
        many = [self.pooled(planted(LARGE, 10_000 + seed, self.plan)[1]) for seed in range(LARGE_SEEDS)]
        return {name: float(np.mean([one[name] for one in many])) for name in many[0]}

    def seen(self, seed: int, truth: Truth) -> list[Seen]:
        """Everything that one archive says."""
        archive, own = planted(self.n, seed, self.plan)
        return list(self.look(archive, own, truth))


def holds(estimate: Estimate, truth: float) -> float:
    """1 where the interval holds the truth."""
    if estimate.low is None or estimate.high is None:
        return float("nan")
    return float(estimate.low <= truth <= estimate.high)


def nothing(_: dict[str, Any]) -> Truth:
    """Where the truth is in the archive itself."""
    return {}


def criteria_truth(truth: dict[str, Any]) -> Truth:
    """Causal effect of each criterion, as those answer who answer at all."""
    return {one["criterion"]: one["causal"]["answering_mean_csi"] for one in truth["criteria"]}


def criteria(archive: Archive, _: dict[str, Any], truth: Truth) -> Iterator[Seen]:
    """Adjusted effects hold the planted ones; nulls are found no more often than stated."""
    found = [one for one in effects_of(archive) if one.column.criterion in truth]
    rate = archive.settings.false_discoveries
    finds = [one for one in found if one.stands(rate)]
    for one in found:
        kind = "null" if one.column.criterion in NO_EFFECT else "effect"
        yield Seen(
            f"{kind} of {one.column.criterion}", "covers", holds(one.adjusted, truth[one.column.criterion]), 0.95
        )
        if kind == "effect":
            yield Seen(f"{one.column.criterion} found", "right", float(one in finds), 1.0)
    wrong = sum(one.column.criterion in NO_EFFECT for one in finds)
    yield Seen("false finds ÷ finds", "false", wrong / max(len(finds), 1), rate)


def repeats_truth(truth: dict[str, Any]) -> Truth:
    """Ratio of risks with and without the error."""
    return {"solution_given": truth["repeats"]["error"]["risk_ratio"]}


def repeats(archive: Archive, _: dict[str, Any], truth: Truth) -> Iterator[Seen]:
    """The ratio of the cause holds the planted one; other errors are found no more often than stated."""
    causes = [one for one in causes_of(archive, followed(archive, same_topic=True)) if one.what == "criterion"]
    finds = [one for one in causes if one.stands]
    for one in causes:
        name = one.key.split(":")[1]
        if name in truth:
            yield Seen(f"risk ratio of {name}", "covers", holds(one.adjusted, truth[name]), 0.95)
            yield Seen(f"{name} found", "right", float(one in finds), 1.0)
    wrong = sum(one.key.split(":")[1] not in truth for one in finds)
    yield Seen("false finds ÷ finds", "false", wrong / max(len(finds), 1), archive.settings.false_discoveries)


def agents(archive: Archive, own: dict[str, Any], _: Truth) -> Iterator[Seen]:
    """Bands hold, on average over agents, what each would get from everybody's contacts."""
    study = study_of(archive)
    true = {name: one["standardised_answering_mean_csi"] for name, one in own["agents"].items()}
    centre = float(np.mean(list(true.values())))
    bands = zip(study.people, study.bands["csi"].bands, strict=True)
    held = [holds(band.beside, true[one.id] - centre) for one, band in bands]
    level = archive.settings.agents.level
    kind: Kind = (
        "least" if set(own["agent_effects"].values()) == {0.0} else "covers"
    )  # none differs: bands can but be wide
    yield Seen("bands of agents, average", kind, float(np.nanmean(held)), level)
    wrong = [
        (band.standing == "below" and true[one.id] > centre) or (band.standing == "above" and true[one.id] < centre)
        for one, band in zip(study.people, study.bands["csi"].bands, strict=True)
    ]
    yield Seen("agents on the wrong side", "false", float(np.mean(wrong)), (1 - level) / 2)


def wait(archive: Archive, own: dict[str, Any], _: Truth) -> Iterator[Seen]:
    """The knee is where it was planted; none is found where there is none."""
    found = waiting_of(archive, calls_of(archive), timed_leaving=True)
    knees = {"CSI": found.best and found.best.knee, "leaving": found.leaving}
    true_s = own["waiting"]["knee_s"]
    planted_knee = {"CSI": own["plan"]["above_knee"] != 0, "leaving": own["plan"]["hazard_factor"] != 1}
    for name, one in knees.items():
        said = one is not None and one.verdict == "knee"
        if not planted_knee[name]:
            yield Seen(f"knee of {name} where none is", "false", float(said), 1 - archive.settings.level)
            continue
        yield Seen(f"knee of {name} said", "right", float(said), 1.0)
        if said and one is not None and one.at.value is not None:
            yield Seen(f"knee of {name} within ±15 %", "right", float(abs(one.at.value / true_s - 1) <= 0.15), 1.0)
            yield Seen(f"knee of {name}", "covers", holds(one.at, true_s), archive.settings.level)


def change_truth(truth: dict[str, Any]) -> Truth:
    """What the changed process did, as those answer who answer."""
    return {"csi": truth["change"]["causal"]["answering_mean_csi"]}


def change(archive: Archive, own: dict[str, Any], truth: Truth) -> Iterator[Seen]:
    """The standardised change holds the planted one; where nothing but the mix moved, nothing is sold."""
    settings = ChangeSettings(at=CHANGE_DAY, where="queue=delivery" if truth else None)
    asked = replace(archive, settings=archive.settings.model_copy(update={"change": settings}))
    groups = compared(asked)
    if isinstance(groups, Text):
        raise TypeError(groups.en)
    made = {one.outcome.name: one for one in changes_of(asked, groups, outcomes_of(asked))}
    csi = made["csi"]
    if csi.standardised is None:
        return
    said = csi.verdict in {"better", "worse"}
    if own["plan"]["change_rise"]:
        yield Seen("standardised CSI", "covers", holds(csi.standardised.estimate, truth["csi"]), asked.settings.level)
        yield Seen("change found", "right", float(csi.verdict == "better"), 1.0)
    else:
        yield Seen("standardised CSI", "covers", holds(csi.standardised.estimate, 0.0), asked.settings.level)
        yield Seen("pure mix sold as an effect", "false", float(said), 1 - asked.settings.level)
        yield Seen("crude difference excludes 0", "right", float(csi.standardised.crude.excludes_zero), 1.0)


CHANGE_DAY = date(2026, 1, 5) + timedelta(days=Plan().change_day)
CHECKS: tuple[Check, ...] = (
    Check("criteria", 8_000, Plan(), criteria, criteria_truth),
    Check("criteria, few data", 1_500, Plan(), criteria, criteria_truth),
    Check("criteria, all null", 4_000, Plan().without("criteria"), criteria, criteria_truth),
    Check("repeats", 8_000, Plan(), repeats, repeats_truth),
    Check("repeats, all null", 8_000, Plan().without("repeats"), repeats, repeats_truth),
    Check("wait", 20_000, Plan(), wait, nothing),
    Check("wait, few data", 4_000, Plan(), wait, nothing),
    Check("wait, no knee", 20_000, Plan().without("wait", "abandonment"), wait, nothing),
    Check("change", 8_000, Plan(), change, change_truth),
    Check(
        "mix, no change", 20_000, replace(Plan().without("change"), mix_factor=6.0, queues_differ=2.0), change, nothing
    ),
    Check("agents", 8_000, Plan(), agents, nothing),
    Check("agents, none differs", 8_000, Plan().without("agents"), agents, nothing),
)
