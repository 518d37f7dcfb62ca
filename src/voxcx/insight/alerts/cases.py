"""Cases: every bottom-box answer and alarming comment is a claim, other hits and alerts are review tasks.

The daily cap limits what interrupts people, not what is owed: a hit on an interaction makes a case whether or not it
was raised. Of a window or an event only alerts make cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from voxcx.domain.texts import Blank, Text, text
from voxcx.insight.alerts.record import Alert, Hit, OwedCase, Stretch, digest
from voxcx.insight.alerts.rules import SEVERITIES, Severity, Trigger
from voxcx.insight.alerts.single import Scene, bottom_box, known_s

BOTTOM, ALARMING = "bottom_box", "alarming_comment"
REASONS = {
    BOTTOM: text("bottom-box answer", "низкая оценка"),
    ALARMING: text("alarming comment", "тревожный комментарий"),
}


def owed_cases(scene: Scene, hits: Sequence[Hit], alerts: Sequence[Alert], stretch: Stretch) -> tuple[OwedCase, ...]:
    """In order of time; one of a kind for each interaction, with everything that led to it."""
    of_row: dict[tuple[str, int], list[tuple[str, float]]] = {}
    for name, row, at_s in claims(scene, stretch):
        of_row.setdefault(("claim", row), []).append((name, at_s))
    for hit in hits:
        trigger = scene.settings.trigger(hit.trigger)
        if hit.row >= 0 and trigger is not None and trigger.case != "none":
            of_row.setdefault((trigger.case, hit.row), []).append((hit.trigger, hit.at_s))
    made = [_of_interaction(kind, row, led, scene) for (kind, row), led in of_row.items()]
    made += [_of_group(alert) for alert in alerts if alert.hit.row < 0 and _wanted(scene, alert)]
    return tuple(sorted(made, key=lambda one: (one.at_s, one.id)))


def claims(scene: Scene, stretch: Stretch) -> Iterator[tuple[str, int, float]]:
    """Why, row and moment of every bottom-box answer and every alarming comment."""
    at_s = known_s(scene.archive)
    inside = stretch.holds(at_s)
    for name, found in ((BOTTOM, bottom_box(scene.archive)), (ALARMING, scene.alarming)):
        for row in np.flatnonzero(found & inside).tolist():
            yield name, row, float(at_s[row])


def _wanted(scene: Scene, alert: Alert) -> bool:
    trigger = scene.settings.trigger(alert.hit.trigger)
    return trigger is not None and trigger.case == "review"


def _of_interaction(kind: str, row: int, led: Sequence[tuple[str, float]], scene: Scene) -> OwedCase:
    archive, claims = scene.archive, scene.settings.claims
    names = tuple(dict.fromkeys(name for name, _ in led))
    at_s = min(moment_s for _, moment_s in led)
    triggers = [one for name in names if (one := scene.settings.trigger(name)) is not None]
    foremost = max(triggers, key=_weight, default=None)
    claim = kind == "claim"
    owner = claims.owner if claim or foremost is None else foremost.owner
    hours = claims.deadline_hours if claim or foremost is None else min(one.deadline_hours for one in triggers)
    return OwedCase(
        id=f"cs-{digest('voxcx.case/1', kind, str(archive.id[row]))}",
        kind="claim" if claim else "review",
        at_s=at_s,
        offset_s=float(archive.local_s[row] - archive.moment_s[row]),
        interaction_id=str(archive.id[row]),
        group="",
        triggers=names,
        why=_listed(_title(name, triggers) for name in names),
        severity=foremost.severity if foremost else "high",
        owner=owner,
        deadline_s=at_s + 3600.0 * hours,
    )


def _weight(trigger: Trigger) -> int:
    severity: Severity = trigger.severity
    return SEVERITIES.index(severity)


def _title(name: str, triggers: Sequence[Trigger]) -> Text:
    return next((one.title.text for one in triggers if one.id == name), REASONS.get(name, Text(name, name)))


def _listed(parts: Iterable[Text]) -> Text:
    blanks: dict[str, Blank] = {f"part_{place}": part for place, part in enumerate(parts)}
    frame = "; ".join(f"{{{name}}}" for name in blanks)
    return Text(frame, frame).with_blanks(blanks)


def _of_group(alert: Alert) -> OwedCase:
    hit = alert.hit
    return OwedCase(
        id=f"cs-{digest('voxcx.case/1', 'alert', hit.id)}",
        kind="review",
        at_s=hit.at_s,
        offset_s=hit.offset_s,
        interaction_id="",
        group="=".join(hit.group) if hit.group else "all",
        triggers=(hit.trigger,),
        why=alert.why,
        severity=alert.severity,
        owner=alert.owner,
        deadline_s=alert.deadline_s,
    )
