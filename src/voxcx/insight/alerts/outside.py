"""Rules on outside events: the event itself, and what happens in its scope afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.beside import OutsideEvent
from voxcx.domain.texts import Blank, Text, same, text
from voxcx.insight.alerts.metrics import Rates, groups, rates_of
from voxcx.insight.alerts.record import Hit
from voxcx.insight.alerts.rules import Outside, Trigger, Window
from voxcx.insight.alerts.windows import HOUR_S, Found, look
from voxcx.insight.archive import Archive
from voxcx.insight.fields import field_name, value_name

EVERYTHING = "*"


def outside_hits(trigger: Trigger, archive: Archive, level: float, until_s: float, offset_s: float) -> Iterator[Hit]:
    """An alert for each event of the name, and one for each window after it that clears its limit."""
    rule = trigger.event
    if rule is None:
        return
    for event in archive.beside.events:
        if rule.name not in {EVERYTHING, event.name} or event.at_s > until_s:
            continue
        scope, moment = f"event={event.name} {event.scope}", f"{event.at_s:.0f}"
        yield Hit(trigger.id, scope, event.at_s, offset_s, moment, group=_group(event), why=_why(event))
        for found in _after(event, rule, archive, (level, until_s)):
            yield Hit(
                trigger=trigger.id,
                scope=f"{scope}/{found.group}",
                at_s=found.at_s,
                offset_s=offset_s,
                key=f"{found.at_s:.0f}",
                group=(rule.watch.by or "all", found.group) if rule.watch else None,
                figures=found.figures,
                why=_after_why(event, found),
            )


def _group(event: OutsideEvent) -> tuple[str, str] | None:
    field, sign, value = event.scope.partition("=")
    return (field, value) if sign else None


def _after(event: OutsideEvent, rule: Outside, archive: Archive, bounds: tuple[float, float]) -> Iterator[Found]:
    if rule.watch is None:
        return
    level, until_s = bounds
    step_s = HOUR_S * rule.watch.every_hours
    last_s = min(event.at_s + HOUR_S * rule.hours, until_s)
    steps = int((last_s - event.at_s) // step_s)
    ends_s = np.arange(1.0, steps + 1) * step_s + event.at_s
    rates = _scoped(rates_of(archive, rule.watch.metric, rule.watch.by), event, rule.watch, archive)
    for found in look(rates, rule.watch, ends_s, archive.begin_s, level):
        group = _group(event)
        if group is None or rule.watch.by != group[0] or found.group == group[1]:
            yield found


def _scoped(rates: Rates, event: OutsideEvent, watch: Window, archive: Archive) -> Rates:
    """Only what is in the event's scope; where that names a group of the window, the groups are kept whole."""
    group = _group(event)
    if group is None or group[0] == watch.by:
        return rates
    field, value = group
    inside = groups(archive, field) == value
    return rates.where((rates.row >= 0) & inside[rates.row])


def _why(event: OutsideEvent) -> Text:
    group = _group(event)
    if group is None:
        return text("{name}: concerns everything", "{name}: касается всего", name=same(event.name))
    blanks: dict[str, Blank] = {"name": same(event.name), "field": field_name(group[0]), "value": value_name(*group)}
    return text("{name}: {field} {value}", "{name}: {field} {value}", **blanks)


def _after_why(event: OutsideEvent, found: Found) -> Text:
    return text("After «{name}» – {what}", "После «{name}» – {what}", name=same(event.name), what=found.why)
