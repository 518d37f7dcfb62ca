"""Three flags for everything – often, painful, costly – then the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.priorities.causes import Why, causes_of
from voxcx.insight.priorities.losses import Loss, losses_of
from voxcx.insight.priorities.things import Ground, Thing, things_of

NOT_PAINFUL = text("it does not lower CSI beyond doubt", "снижение CSI не доказано")


@dataclass(frozen=True, slots=True)
class Priority:
    """A thing with its flags.

    Attributes:
        thing: topic or error.
        often: its share of handled contacts reaches the threshold.
        painful: CSI is lower by at least the threshold, beyond doubt.
        costly: kinds of loss that stand; empty: not costly.
        losses: kind → what goes with it.
        points: share of handled contacts × effect: points of mean CSI that hang on it; None unless painful.
        why: main cause.
    """

    thing: Thing
    often: bool
    painful: bool
    costly: tuple[str, ...]
    losses: Mapping[str, Loss]
    points: Estimate
    why: Why

    @property
    def flags(self) -> int:
        """How many of the three."""
        return self.often + self.painful + bool(self.costly)

    @property
    def matters(self) -> bool:
        """Whether it hurts or costs; what only comes often is no priority."""
        return self.painful or bool(self.costly)


@dataclass(frozen=True, slots=True)
class Ranking:
    """All things, the first matters most; ``known``: kinds of loss but the fallback that the archive can tell of."""

    all: tuple[Priority, ...]
    known: tuple[str, ...]


def ranking_of(archive: Archive) -> Ranking:
    """By flags, then by points of mean CSI, then by how often."""
    ground, things = Ground(archive), things_of(archive)
    losses, whys = losses_of(archive, ground, things), causes_of(archive, ground, things)
    made = [_priority(archive, one, (losses.costly(at), losses.of[at]), whys[at]) for at, one in enumerate(things)]
    order = sorted(made, key=lambda one: (-one.flags, one.points.value or 0.0, -(one.thing.often.value or 0.0)))
    return Ranking(tuple(order), losses.known)


def _priority(
    archive: Archive, thing: Thing, costly_losses: tuple[tuple[str, ...], Mapping[str, Loss]], why: Why
) -> Priority:
    settings = archive.settings
    often = (thing.often.value or 0.0) >= settings.priorities.often_share
    deep = -(thing.effect.value or 0.0) >= settings.priorities.painful_points
    painful = deep and thing.stands(settings.false_discoveries)
    costly, losses = costly_losses
    return Priority(thing, often, painful, costly, losses, points_of(thing, painful=painful), why)


def points_of(thing: Thing, *, painful: bool) -> Estimate:
    """Contacts with it ÷ handled contacts × effect, with the effect's interval."""
    effect = thing.effect
    if not painful or effect.value is None or effect.low is None or effect.high is None:
        return Estimate(None, n=effect.n, level=effect.level, reason=effect.reason or NOT_PAINFUL)
    part = thing.often.value or 0.0
    return Estimate(part * effect.value, part * effect.low, part * effect.high, effect.n, effect.p, effect.level)


def flags_told(one: Priority) -> Text:
    """The flags in words."""
    names = [
        name
        for name, there in (
            (text("often", "часто"), one.often),
            (text("painful", "больно"), one.painful),
            (text("costly", "дорого"), bool(one.costly)),
        )
        if there
    ]
    return Text(" · ".join(name.en for name in names) or "–", " · ".join(name.ru for name in names) or "–")
