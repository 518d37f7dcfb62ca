"""What triggers give: hits, alerts raised from them, and cases owed to somebody."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from voxcx.domain.pages import CallRef, Figure
from voxcx.domain.texts import Text
from voxcx.insight.alerts.rules import Severity
from voxcx.insight.archive import DAY_S, Flags, Floats

Group = tuple[str, str]  # field and value


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule held, at a moment, for a scope. Whether it becomes an alert is decided in ``caps``.

    Attributes:
        trigger: its id.
        scope: whose alerts cool down and escalate together: "customer_id=7", "queue=billing", "all".
        at_s: when it could be known, seconds since 1970 UTC.
        offset_s: local time − UTC.
        key: what makes it this hit and no other: the interaction, or the moment of a window.
        row: of the archive, −1 where it is about a group.
        group: what it is about, None where it is about an interaction or everything.
        figures: by name, those of a window.
        why: of a window or an event; an interaction's is told when it is needed.
    """

    trigger: str
    scope: str
    at_s: float
    offset_s: float
    key: str
    row: int = -1
    group: Group | None = None
    figures: tuple[tuple[str, Figure], ...] = ()
    why: Text | None = None

    @property
    def id(self) -> str:
        """The same for the same trigger, scope and moment, whenever it is found."""
        return f"al-{digest('voxcx.alert/1', self.trigger, self.scope, self.key)}"

    @property
    def day(self) -> int:
        """Local day since 1970-01-01."""
        return int((self.at_s + self.offset_s) // DAY_S)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From after ``since_s`` up to and with ``until_s``, seconds since 1970 UTC."""

    since_s: float
    until_s: float

    def holds(self, moment_s: Floats) -> Flags:
        """Which moments lie in it; NaN does not."""
        return (moment_s > self.since_s) & (moment_s <= self.until_s)


@dataclass(frozen=True, slots=True)
class Alert:
    """A hit that somebody is told of, with who that is."""

    hit: Hit
    title: Text
    why: Text
    severity: Severity
    owner: str
    level: int  # 0, then one more with each escalation
    deadline_s: float
    interaction_id: str | None
    ref: CallRef | None
    estimated: bool  # a model's estimate chose it


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert of an earlier run, as far as cool-down, escalation and caps ask."""

    id: str
    trigger: str
    scope: str
    at_s: float
    day: int
    level: int


@dataclass(frozen=True, slots=True)
class OwedCase:
    """What somebody has to look into: a customer's claim, or something to review."""

    id: str
    kind: Literal["claim", "review"]
    at_s: float
    offset_s: float
    interaction_id: str
    group: str
    triggers: tuple[str, ...]
    why: Text
    severity: Severity
    owner: str
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look over a stretch of time gave.

    Attributes:
        alerts: new ones, in order of time.
        cases: owed for this stretch, those written before too.
        hits: how often each trigger held.
        capped: how many of them the daily cap held back.
        notes: what could not be looked at, and why.
    """

    alerts: tuple[Alert, ...]
    cases: tuple[OwedCase, ...]
    hits: Mapping[str, int]
    capped: Mapping[str, int]
    notes: tuple[Text, ...]


def digest(*parts: str) -> str:
    """A short name of these parts, the same in every run."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]
