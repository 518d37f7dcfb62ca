"""What may be a priority: every topic and every error, how often it comes and what goes with it in CSI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.qa import Party
from voxcx.domain.texts import Text
from voxcx.insight.archive import Archive, Flags, Integers
from voxcx.insight.quality.effects import effects_of, of_handled
from voxcx.insight.repeats.effects import cannot_tell, q_values
from voxcx.insight.repeats.following import coded
from voxcx.insight.topics.assigning import topics_of
from voxcx.statistics.differences import adjusted_difference
from voxcx.statistics.proportions import share

TOPICS_AT_MOST = 40
SPACE = "\t"


@dataclass(frozen=True, slots=True)
class Thing:
    """A topic or an error.

    Attributes:
        kind: topic or error (a criterion that was not met).
        key: topic, or ``form:criterion``.
        title: for people.
        rows: [n], contacts with it.
        base: [n], contacts in which it could be: those with a known topic, those where the criterion was decided.
        often: share of all handled contacts with it.
        among: share of ``base`` with it.
        effect: CSI with it − without it, other things equal.
        q: of ``effect`` over all topics or all errors; NaN where not tested.
        party: whose matter an error is; None of a topic.
    """

    kind: Literal["topic", "error"]
    key: str
    title: Text
    rows: Flags
    base: Flags
    often: Estimate
    among: Estimate
    effect: Estimate
    q: float = float("nan")
    party: Party | None = None

    def stands(self, false_discoveries: float) -> bool:
        """Whether CSI is lower with it beyond doubt."""
        return bool(self.q <= false_discoveries) and self.effect.excludes_zero and (self.effect.value or 0.0) < 0


@dataclass(frozen=True, slots=True)
class Ground:
    """What all comparisons of an archive share.

    Attributes:
        topic: [n], number of the topic, 0: not known.
        channel: [n], number of the channel, 0: not known.
        customer: [n], number of the customer; who is not known is a customer of their own.
    """

    archive: Archive
    topic: Integers = field(init=False)
    channel: Integers = field(init=False)
    customer: Integers = field(init=False)

    def __post_init__(self) -> None:
        who = coded(self.archive.label("customer_id"))
        alone = int(who.max(initial=-1)) + 1 + np.arange(len(who))
        object.__setattr__(self, "topic", coded(self.archive.label("topic")) + 1)
        object.__setattr__(self, "channel", coded(self.archive.label("channel")) + 1)
        object.__setattr__(self, "customer", np.where(who >= 0, who, alone))

    def stratum(self, thing: Thing) -> Integers:
        """What is held equal: the topic and channel of an error, the channel of a topic."""
        if thing.kind == "topic":
            return self.channel
        return self.topic * (int(self.channel.max(initial=0)) + 1) + self.channel


def things_of(archive: Archive) -> tuple[Thing, ...]:
    """Topics by how often they come, then errors in the order of the forms."""
    topics = list(_topics(archive))
    q = q_values([one.effect for one in topics]) if topics else ()
    return (*(replace(one, q=float(its)) for one, its in zip(topics, q, strict=True)), *_errors(archive))


def _topics(archive: Archive) -> Iterator[Thing]:
    made, topic = topics_of(archive), archive.label("topic")
    base: Flags = topic != ""
    names, times = np.unique(topic[base].astype(str), return_counts=True)
    if len(names) < 2:
        return
    for at in np.argsort(-times, kind="stable")[:TOPICS_AT_MOST].tolist():
        rows: Flags = topic == str(names[at])
        among = share(int(times[at]), int(base.sum()), level=archive.settings.level)
        shares, title = (of_handled(archive, rows), among), made.title(str(names[at]))
        yield Thing("topic", str(names[at]), title, rows, base, *shares, _topic_effect(archive, rows, base))


def _topic_effect(archive: Archive, rows: Flags, base: Flags) -> Estimate:
    """CSI of the topic − of the others at the same channel and in the same month."""
    used = np.flatnonzero(base & archive.answers.answered)
    with_it = int(rows[used].sum())
    fewer, settings = min(with_it, len(used) - with_it), archive.settings
    if fewer < settings.fewest:
        return Estimate(None, n=len(used), level=settings.level, reason=cannot_tell(settings.fewest - fewer))
    cell = archive.label("channel")[used] + SPACE + archive.grouped("month")[used]
    csi, who = archive.answers.csi[used], archive.label("customer_id")[used]
    return adjusted_difference(csi, rows[used], [cell], who, settings.level)


def _errors(archive: Archive) -> Iterator[Thing]:
    """As the page of quality computes them."""
    for one in effects_of(archive):
        column = one.column
        if column.decided.any():
            q = float("nan") if one.q is None else one.q
            shares = of_handled(archive, column.failed), one.not_met
            what = column.key, column.title, column.failed, column.decided
            yield Thing("error", *what, *shares, one.adjusted, q, column.attributable)
