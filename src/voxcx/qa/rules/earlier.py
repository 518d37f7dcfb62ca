"""``earlier``: contacts of the same customer before this one: how many, of what kind, and how they were rated.

A contact whose facts are not known may be one of those asked for: the answer is yes or no only where that makes no
difference. Days, weeks (from Monday) and months are those of the calendar, by the clock of the customer or by ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from voxcx.config import Checked
from voxcx.domain.interaction import Contact, Interaction, Kind
from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, unknown
from voxcx.qa.rules import operator
from voxcx.qa.rules.local_time import Whose, local
from voxcx.qa.rules.operator import Bench, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate

FACTS = ("kind", "channel", "direction", "abandoned", "blocked", "contained", "had_ivr", "hangup_by", "open_complaint")
SAME = ("agent_id", "queue", "topic", "channel")

IfMissing = Annotated[
    Literal["yes", "no", "unknown"],
    BeforeValidator(lambda value: {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value),
]  # YAML reads a bare yes or no as true or false


class Arguments(Checked):
    """Which earlier contacts count, and how many it takes; ``with_this`` counts the present one as well."""

    within_days: Annotated[float, Field(gt=0, le=3660)] | None = None
    per: Literal["day", "week", "month"] | None = None
    at_least: operator.Count = 1
    at_most: operator.Most | None = None
    with_this: bool = False
    zone: Whose = "customer"
    kind: Kind | None = None
    channel: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    same_agent: bool | None = None
    same_queue: bool | None = None
    same_topic: bool | None = None
    same_channel: bool | None = None
    abandoned: bool | None = None
    blocked: bool | None = None
    contained: bool | None = None
    had_ivr: bool | None = None
    hangup_by: Literal["agent", "customer", "system"] | None = None
    open_complaint: bool | None = None
    rating_at_most: float | None = None
    rating_at_least: float | None = None
    if_missing: IfMissing = "unknown"

    @model_validator(mode="after")
    def one_span(self) -> Arguments:
        """Contacts of a stretch of time, not of a customer's whole life by accident."""
        if (self.within_days is None) == (self.per is None):
            raise ValueError("expected within_days or per, one of them")
        least = self.at_least if "at_least" in self.model_fields_set else 0
        if self.at_most is not None and self.at_most < least:
            raise ValueError(f"expected at_most of {least} or more, as at_least says")
        return self


@dataclass(frozen=True)
class Earlier:
    """The evaluator of ``earlier``."""

    rule: Rule

    def __call__(self, scene: Scene) -> Outcome:
        """Whether so many contacts fit; ``if_missing`` where the history does not tell."""
        outcome, answer = self._found(scene), self.rule.argument("if_missing", "unknown")
        if outcome.truth is not None or answer == "unknown":
            return outcome
        return Outcome(answer == "yes", notes=(outcome.reason or "",))

    def _found(self, scene: Scene) -> Outcome:
        """Count the contacts that fit, and those that may."""
        contacts = scene.case.history.contacts
        if contacts is None:
            return unknown(scene.say("no_history"))
        recent, reason = self._recent(scene)
        if recent is None:
            return unknown(reason)
        rated = scene.case.history.ratings_known
        fits = [self._fits(one, scene.interaction, rated=rated) for one in contacts if recent(one)]
        sure = fits.count(True) + (self.rule.argument("with_this") is True)
        return self._counted(sure, sure + fits.count(None), scene)

    def _counted(self, sure: int, most: int, scene: Scene) -> Outcome:
        upper = self.rule.argument("at_most")
        least = int(str(self.rule.argument("at_least", 1 if upper is None else 0)))
        limit = None if upper is None else int(str(upper))
        holds = [least <= count and (limit is None or count <= limit) for count in range(sure, most + 1)]
        if len(set(holds)) > 1:
            return unknown(scene.say("contacts_open", least=sure, most=most))
        return Outcome(holds[0], notes=(scene.say("contacts", count=sure if sure == most else f"{sure}–{most}"),))

    def _recent(self, scene: Scene) -> tuple[Callable[[Contact], bool] | None, str]:
        """Which contacts are of the time asked for; None where that cannot be told."""
        started = scene.interaction.started_at
        if started is None:
            return None, scene.say("no_start")
        if (days := self.rule.argument("within_days")) is not None:
            since = started - timedelta(days=float(str(days)))
            return (lambda one: since <= one.started_at < started), ""
        whose: Whose = "ours" if self.rule.argument("zone") == "ours" else "customer"
        here, reason = local(started, scene.interaction.customer_zone, whose, scene)
        if here is None:
            return None, reason
        first = _begin_of(str(self.rule.argument("per")), here)
        return (lambda one: one.started_at < started and one.started_at.astimezone(here.tzinfo) >= first), ""

    def _fits(self, contact: Contact, present: Interaction, *, rated: bool) -> bool | None:
        """Kleene: one fact that differs decides, else one that is not known leaves it open."""
        verdicts = [*self._stated(contact), *self._same(contact, present), *self._rated(contact, known=rated)]
        if False in verdicts:
            return False
        return None if None in verdicts else True

    def _stated(self, contact: Contact) -> list[bool | None]:
        asked = [(getattr(contact, name), self.rule.argument(name)) for name in FACTS]
        return [None if fact is None else fact == wanted for fact, wanted in asked if wanted is not None]

    def _same(self, contact: Contact, present: Interaction) -> list[bool | None]:
        verdicts: list[bool | None] = []
        for name in SAME:
            wanted = self.rule.argument(f"same_{name.removesuffix('_id')}")
            if wanted is None:
                continue
            then, now = getattr(contact, name), getattr(present, name)
            verdicts.append(None if then is None or now is None else (then == now) == wanted)
        return verdicts

    def _rated(self, contact: Contact, *, known: bool) -> list[bool | None]:
        """An unanswered survey is no low rating and no high one, where answers were looked up at all."""
        low, high = self.rule.argument("rating_at_least"), self.rule.argument("rating_at_most")
        if low is None and high is None:
            return []
        if contact.rating is None:
            return [False if known else None]
        return [
            low is None or contact.rating >= float(str(low)),
            high is None or contact.rating <= float(str(high)),
        ]


def _begin_of(per: str, at: datetime) -> datetime:
    """Midnight at the start of the day, of the week's Monday, or of the month."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if per == "week":
        return midnight - timedelta(days=at.weekday())
    return midnight.replace(day=1) if per == "month" else midnight


def build(rule: Rule, _bench: Bench) -> Evaluate:
    """The evaluator of ``earlier``."""
    return Earlier(rule)


EARLIER = Operator(
    "earlier", Arguments, build, "earlier: {within_days: 7, at_least: 2, same_topic: true}", judge="telephony"
)
