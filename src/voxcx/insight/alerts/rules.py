"""The checked triggers: configs/triggers.yaml. A rule is over one interaction, a moving window or an outside event."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from voxcx.config import Checked, Share, first_problem, shipped
from voxcx.domain.texts import Text
from voxcx.errors import ConfigError
from voxcx.insight.alerts.conditions import Condition, Phrases, walk
from voxcx.storage.reaching import read_text

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
Metric = Literal[
    "cdsat", "service_level", "abandonment", "repeats", "topic_share",
    "critical_customer", "critical_business", "critical_compliance",
]  # fmt: skip
Field_ = Literal["queue", "skill", "topic", "channel", "team", "process", "language", "priority"]
Hours = Annotated[float, Field(gt=0, le=24 * 366)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Words(Checked):
    """A text in both languages."""

    en: Annotated[str, Field(min_length=1)]
    ru: Annotated[str, Field(min_length=1)]

    @property
    def text(self) -> Text:
        """As the report tells it: braces are no blanks here."""
        en, ru = (word.replace("{", "{{").replace("}", "}}") for word in (self.en, self.ru))
        return Text(en, ru)


class Single(Checked):
    """On one interaction. ``per``: whose alerts cool down and escalate together."""

    when: Condition
    per: Literal["customer_id", "interaction", "queue", "topic", "ticket_id"] = "customer_id"


class Window(Checked):
    """A share over the last hours, by group; the interval must clear the limit.

    ``growth``: how much more often than at the same hours of the ``weeks`` before, 0.28 is + 28 %.
    """

    metric: Metric
    last_hours: Hours
    every_hours: Annotated[float, Field(ge=0.25, le=24 * 31)]
    by: Field_ | None = None
    above: Share | None = None
    below: Share | None = None
    growth: Annotated[float, Field(gt=0)] | None = None
    weeks: Annotated[int, Field(ge=1, le=26)] = 4
    fewest: Annotated[int, Field(ge=5)] = 30

    @model_validator(mode="after")
    def _one_limit(self) -> Window:
        if sum(one is not None for one in (self.above, self.below, self.growth)) != 1:
            raise ValueError("expected one limit: above, below or growth")
        if self.metric == "topic_share" and self.by not in {None, "topic"}:
            raise ValueError("expected by: topic, or none, for topic_share")
        if self.growth is not None and self.last_hours > 7 * 24:
            raise ValueError("expected last_hours up to 168 with growth, so that the weeks before do not overlap")
        return self


class Outside(Checked):
    """An event of events.csv raises an alert itself; ``watch`` looks at its scope for ``hours`` after it."""

    name: str = "*"
    hours: Hours = 12.0
    watch: Window | None = None


class Escalation(Checked):
    """Still so after some hours, or raised some times: the next level takes over."""

    to: Id
    after_hours: Hours | None = None
    times: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _some_limit(self) -> Escalation:
        if self.after_hours is None and self.times is None:
            raise ValueError("expected after_hours or times")
        return self


class Level(Checked):
    """Who takes over, and from whom the next one does."""

    severity: Severity
    owner: str
    escalation: Escalation | None = None


class Trigger(Checked):
    """One rule, whom it wakes and how soon it must be answered."""

    id: Id
    title: Words
    severity: Severity
    owner: str
    deadline_hours: Hours = 24.0
    cool_down_hours: Annotated[float, Field(ge=0, le=24 * 366)] = 24.0
    calm_hours: Annotated[float, Field(ge=0, le=24 * 366)] = 24.0  # so long quiet after the cool-down: it begins anew
    escalation: Escalation | None = None
    case: Literal["review", "claim", "none"] = "review"
    interaction: Single | None = None
    window: Window | None = None
    event: Outside | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Trigger:
        if sum(one is not None for one in (self.interaction, self.window, self.event)) != 1:
            raise ValueError("expected one rule: interaction, window or event")
        if self.case == "claim" and self.interaction is None:
            raise ValueError("expected a rule on one interaction for a claim")
        return self

    @property
    def cool_down_s(self) -> float:
        """No two alerts of a scope come closer than this."""
        return 3600.0 * self.cool_down_hours

    def conditions(self) -> Iterator[Any]:
        """Every condition of the rule, those inside others too."""
        if self.interaction is not None:
            yield from walk(self.interaction.when)


class Claims(Checked):
    """Every actual bottom-box answer and every alarming comment is a claim of this owner."""

    owner: str = "customer_care"
    deadline_hours: Hours = 24.0


class WebhookSettings(Checked):
    """How alerts are sent; the secret comes from the environment alone."""

    secret_env: Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")] = "VOXCX_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
    timeout_s: Annotated[float, Field(gt=0, le=120)] = 10.0
    attempts: Annotated[int, Field(ge=1, le=10)] = 5
    first_pause_s: Annotated[float, Field(ge=0, le=60)] = 1.0
    include_quotes: bool = False


class TriggerSettings(Checked):
    """Everything that decides what is raised."""

    daily_cap: Annotated[int, Field(ge=1)] = 60
    look_back_days: Annotated[float, Field(gt=0, le=366)] = 7.0
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.99  # of the intervals that must clear a limit
    force_simulated_model: bool = False
    claims: Claims = Claims()
    alarming: dict[Literal["en", "ru"], Phrases] = Field(default_factory=dict)
    webhook: WebhookSettings = WebhookSettings()
    levels: dict[Id, Level] = Field(default_factory=dict)
    triggers: Annotated[tuple[Trigger, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> TriggerSettings:
        ids = [one.id for one in self.triggers]
        if twice := {one for one in ids if ids.count(one) > 1}:
            raise ValueError(f"expected every id once, {min(twice)!r} is there twice")
        if self.daily_cap < len(ids):
            raise ValueError(f"expected a daily_cap of at least one alert for each of {len(ids)} triggers")
        for trigger in self.triggers:
            _refuse_cycle(trigger, self.levels)
        for name, level in self.levels.items():
            _refuse_cycle(level, self.levels, name)
        return self

    def trigger(self, name: str) -> Trigger | None:
        """By its id."""
        return next((one for one in self.triggers if one.id == name), None)


def _refuse_cycle(first: Trigger | Level, levels: dict[str, Level], name: str = "") -> None:
    seen, at = [name] if name else [], first.escalation
    while at is not None:
        if at.to in seen:
            raise ValueError(f"expected an escalation that ends, it goes round: {' → '.join([*seen, at.to])}")
        if at.to not in levels:
            raise ValueError(f"expected an escalation to one of the levels, got {at.to!r}")
        seen.append(at.to)
        at = levels[at.to].escalation


def load_triggers(path: Path | None = None) -> TriggerSettings:
    """Read the triggers, the shipped ones unless a path is given; refuses unknown keys by name."""
    source = path or shipped("configs", "triggers.yaml")
    try:
        raw = yaml.safe_load(read_text(source)) or {}
    except OSError:
        raise ConfigError(f"{source}: expected triggers, found none; give an existing path.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source}: expected YAML, got {str(error).splitlines()[0]}.") from None
    try:
        return TriggerSettings.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{source}: {first_problem(error)}.") from None
