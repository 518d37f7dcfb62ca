"""Records of the optional files beside a results folder: what the telephony, surveys and other systems know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KanoAnswerCode = Literal[1, 2, 3, 4, 5]  # like it, expect it, neutral, can live with it, dislike it


@dataclass(frozen=True, slots=True)
class Blocked:
    """``blocked.csv``: calls that did not get in, counted by interval. Type B: refused by your own system."""

    at_s: float  # start of the interval, seconds since 1970, UTC
    skill: str
    type: str
    count: int


@dataclass(frozen=True, slots=True)
class OutsideEvent:
    """``events.csv``: an outage, a delivery, a tariff. ``scope``: ``*`` or ``field=value`` (``queue=delivery``)."""

    at_s: float
    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """``series.csv``: a value of a named series (EES, ESAT, CLTV …) on a day, of a team, a customer or of all."""

    day: int  # days since 1970-01-01
    team: str
    customer_id: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class KanoAnswer:
    """``kano.csv``: how a person feels if it is there (functional) and if it is not (dysfunctional)."""

    respondent: str
    criterion: str
    functional: KanoAnswerCode
    dysfunctional: KanoAnswerCode


@dataclass(frozen=True, slots=True)
class StatedWeight:
    """``weights.csv``: how much a criterion matters to a customer, in points of their own."""

    respondent: str
    criterion: str
    weight: float


@dataclass(frozen=True, slots=True)
class ScorerAccuracy:
    """What calibration knows of the machine, per interaction and kind of critical error: hits of how many."""

    kind: Literal["customer", "business", "compliance"]
    sensitivity: tuple[int, int]
    specificity: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CriterionTrust:
    """What calibration knows of one criterion: Cohen's κ between machine and people, and AC1; None: not known."""

    criterion: str
    kappa: float | None
    ac1: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Case:
    """``cases.csv``: a claim or a review task that ``voxcx alerts`` opened, as people have filled it since.

    ``confirmed``: whether its outcome says that the alert was right; None: no outcome yet, or one in other words.
    """

    id: str
    kind: str  # claim, review
    interaction_id: str  # "" where it is about a group
    group: str
    triggers: tuple[str, ...]
    owner: str
    deadline_s: float | None
    closed: bool
    confirmed: bool | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything that lay beside the results; empty where there was no such file."""

    blocked: tuple[Blocked, ...] = ()
    events: tuple[OutsideEvent, ...] = ()
    series: tuple[SeriesPoint, ...] = ()
    kano: tuple[KanoAnswer, ...] = ()
    weights: tuple[StatedWeight, ...] = ()
    accuracy: tuple[ScorerAccuracy, ...] = ()
    trust: tuple[CriterionTrust, ...] = ()
    cases: tuple[Case, ...] = ()
