"""The checked settings of a report, see configs/report.yaml. One class for each question."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from voxcx.config import Checked, Share, first_problem, shipped
from voxcx.errors import ConfigError
from voxcx.insight.alerts.rules import TriggerSettings
from voxcx.storage.reaching import read_text

Seconds = Annotated[float, Field(ge=0)]
Days = Annotated[float, Field(gt=0, le=366)]
Count = Annotated[int, Field(ge=1)]


def _iso_day(value: object) -> object:
    """YAML reads 2026-06-01 as a date, a quoted one as text."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("expected a day such as 2026-06-01") from None


def _condition(value: str) -> str:
    if not all(part.strip() for part in value.partition("=")):
        raise ValueError("expected field=value, such as queue=delivery")
    return value


IsoDay = Annotated[date, BeforeValidator(_iso_day)]
Condition = Annotated[str, AfterValidator(_condition)]


class CriticalSettings(Checked):
    """Critical-error accuracy."""

    base: Literal["applicable", "monitored"] = "applicable"  # what errors are divided by
    half_width: Annotated[float, Field(gt=0, lt=0.5)] = 0.02  # the planner's precision


class QualitySettings(Checked):
    """Each criterion against CSI; below ``fewest_failures`` answered failures (or successes) there is no variance."""

    fewest_failures: Annotated[int, Field(ge=5)] = 10
    none_within_points: Annotated[float, Field(gt=0)] = 2.0  # an interval inside of ± this: no effect worth the name
    restricted_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.02  # not met rarer, or met rarer, than this
    fair_kappa: Annotated[float, Field(ge=0, le=1)] = 0.4  # a scorer below it is not trusted to show an effect
    folds: Annotated[int, Field(ge=2, le=20)] = 5  # held-out parts of the answers when weights are tried
    draws: Annotated[int, Field(ge=100, le=5000)] = 400  # resamples for the intervals of the weights


class WaitSettings(Checked):
    """The wait curve."""

    longest_s: Seconds = 900.0  # longer waits count as this long in the curve


class ServiceLevelSettings(Checked):
    """Every part of the formula: answered in time ÷ (answered + abandoned + blocked + flowed out, as switched here)."""

    threshold_s: Seconds = 20.0
    chat_threshold_s: Seconds = 60.0  # of the first answer in chats
    target: Share = 0.8
    short_abandon_s: Seconds = 5.0  # who left sooner is no abandoned call …
    count_short_abandons: bool = False  # … unless they count
    abandoned: Literal["after_threshold", "all", "none"] = "after_threshold"
    abandoned_in_time_met: bool = False  # who left before the threshold counts as served in time
    blocked: Literal["type_b", "all", "none"] = "type_b"
    flow_outs: bool = False
    emergency_topics: tuple[str, ...] = ()
    emergency_threshold_s: Seconds = 10.0
    redial_within_s: Seconds = 600.0


class RepeatSettings(Checked):
    """First-contact resolution."""

    window_days: Days = 7.0
    windows_days: tuple[Days, ...] = (1.0, 3.0, 7.0, 14.0, 30.0)
    same_topic: bool = True
    frequent_from: Count = 4  # contacts of a customer in the window of frequency
    frequent_days: Days = 30.0


class EffortSettings(Checked):
    """Customer effort: which answer of CES means hard, and when something costs effort."""

    ces_max: Annotated[float, Field(gt=1)] = 7.0
    ces_min: float = 1.0
    high_is_easy: bool = True
    long_wait_s: Seconds = 120.0  # for a person, in the queue or in a chat
    long_hold_s: Seconds = 60.0
    slow_days: Days = 1.0  # since the first contact about the matter
    reasks: Count = 2  # once is a bad line
    fewest_known: Count = 3  # drivers below which an interaction has no index
    identification: tuple[str, ...] = ("identification",)  # criteria by which the agent asked who it is


class PrioritySettings(Checked):
    """When a topic or error is often, painful, costly; what a contact costs, where losses are not known."""

    often_share: Share = 0.03
    painful_points: Annotated[float, Field(gt=0)] = 3.0
    worth: tuple[str, ...] = ("CLTV",)  # customers' series (series.csv) of which a fall is a loss
    costs: tuple[str, ...] = ("lost_orders", "refunds", "returns", "complaints")  # … of which a rise is
    contact_cost: Annotated[float, Field(gt=0)] | None = None
    currency: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> PrioritySettings:
        both = {name.casefold() for name in self.worth} & {name.casefold() for name in self.costs}
        if both:
            raise ValueError(f"expected a series in worth or in costs, got {', '.join(sorted(both))} in both")
        return self


class ChangeSettings(Checked):
    """Before and after a date, or two groups of one field. Nothing asked: the last four weeks beside those before."""

    at: IsoDay | None = None  # the first day of the new way
    where: Condition | None = None  # field=value: only these; the rest is control
    field: str | None = None  # A/B: the field …
    a: str | None = None
    b: str | None = None
    mix: tuple[str, ...] = ("queue", "channel", "topic")
    worth_points: Annotated[float, Field(gt=0)] = 2.0  # a smaller change of CSI or QA is none worth the name …
    worth_share: Annotated[float, Field(gt=0, lt=1)] = 0.02  # … nor is a smaller one of a share …
    worth_relative: Annotated[float, Field(gt=0, lt=1)] = 0.05  # … or of a time, as a share of it

    @model_validator(mode="after")
    def _one_question(self) -> ChangeSettings:
        groups = [one is not None for one in (self.field, self.a, self.b)]
        if any(groups) and not all(groups):
            raise ValueError("expected field, a and b together")
        if all(groups) and self.at is not None:
            raise ValueError("expected either a date (at) or two groups (field, a, b), not both")
        if all(groups) and self.a == self.b:
            raise ValueError("expected two different groups, a and b are the same")
        return self


class AgentSettings(Checked):
    """Agents."""

    mix: tuple[str, ...] = ("queue", "topic", "channel")
    fewest: Count = 20  # interactions for a card
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.9


class MatrixSettings(Checked):
    """The matrix."""

    periods_at_least: Count = 30
    by: Literal["week", "month", "team"] = "week"


class TopicSettings(Checked):
    """Topics: by rules of your own, from people's labels, and found."""

    rules: tuple[Path, ...] = ()  # each replaces the shipped topics of its language
    clusters_at_most: Annotated[int, Field(ge=2, le=60)] = 20
    rows_at_most: Count = 20_000  # openings that groups are looked for in; all are then put into them
    openings_at_least: Annotated[int, Field(ge=50)] = 200  # with fewer, no groups are looked for
    labels_at_least: Annotated[int, Field(ge=5)] = 20  # of a topic, to learn it from people
    accuracy: Annotated[float, Field(gt=0.5, lt=1)] = 0.8  # below it, what was learned abstains


class JourneySettings(Checked):
    """One customer's way; none named: those with the most channels, repeats and a bad answer."""

    customers: tuple[str, ...] = ()
    shown: Annotated[int, Field(ge=0, le=20)] = 3


class RobotSettings(Checked):
    """IVR and bots."""

    honest_days: Annotated[tuple[Days, ...], Field(min_length=1)] = (1.0, 7.0)  # contained and not come again within
    loops_from: Count = 2  # times that the IVR heard nothing or did not understand
    straight_below: Annotated[float, Field(gt=0, le=1)] = 0.75  # solved, as a share of what is solved of other intents


class ReportSettings(Checked):
    """Everything that changes a figure of the report, apart from the data."""

    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    false_discoveries: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    fewest: Count = 30  # answers or interactions below which an effect is not told
    by: str = "team"
    seed: int = 1
    critical: CriticalSettings = CriticalSettings()
    quality: QualitySettings = QualitySettings()
    wait: WaitSettings = WaitSettings()
    service_level: ServiceLevelSettings = ServiceLevelSettings()
    repeats: RepeatSettings = RepeatSettings()
    effort: EffortSettings = EffortSettings()
    priorities: PrioritySettings = PrioritySettings()
    change: ChangeSettings = ChangeSettings()
    agents: AgentSettings = AgentSettings()
    matrix: MatrixSettings = MatrixSettings()
    topics: TopicSettings = TopicSettings()
    journey: JourneySettings = JourneySettings()
    robots: RobotSettings = RobotSettings()
    triggers: TriggerSettings | None = None  # configs/triggers.yaml, where it was read


def load_report_settings(path: Path | None = None) -> ReportSettings:
    """Read the settings, the shipped ones unless a path is given; refuses unknown keys by name."""
    source = path or shipped("configs", "report.yaml")
    try:
        raw = yaml.safe_load(read_text(source)) or {}
    except OSError:
        raise ConfigError(f"{source}: expected settings of a report, found none; give an existing path.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source}: expected YAML, got {str(error).splitlines()[0]}.") from None
    try:
        return ReportSettings.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{source}: {first_problem(error)}.") from None
