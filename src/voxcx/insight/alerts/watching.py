"""All rules over a stretch of time: hits → alerts and cases. Pure; "now" is given, the archive's last moment if not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from voxcx.domain.pages import CallRef
from voxcx.domain.texts import Text, text
from voxcx.insight.alerts.caps import admit, judged, ladder
from voxcx.insight.alerts.cases import owed_cases
from voxcx.insight.alerts.metrics import rates_of
from voxcx.insight.alerts.outside import outside_hits
from voxcx.insight.alerts.record import Alert, Hit, Raised, Stretch, Watched
from voxcx.insight.alerts.rules import Trigger, TriggerSettings
from voxcx.insight.alerts.single import Scene, notes, scene_of, single_hits
from voxcx.insight.alerts.why import estimated, ref_of, why_of
from voxcx.insight.alerts.windows import grid, look
from voxcx.insight.archive import Archive
from voxcx.insight.service_level.contacts import offset_s
from voxcx.insight.spanning import span_of


def last_moment_s(archive: Archive) -> float | None:
    """The archive's "now": the last thing that it knows of, clocks that were wrong aside."""
    last_s = span_of(np.concatenate([archive.moment_s, archive.answers.answered_s]))[1]
    return last_s if np.isfinite(last_s) else None


def watch(archive: Archive, settings: TriggerSettings, stretch: Stretch, earlier: Sequence[Raised] = ()) -> Watched:
    """Every trigger over the stretch; ``earlier`` is what former runs raised."""
    scene = scene_of(archive, settings)
    found = hits_of(scene, stretch)
    admitted = admit(found, settings, earlier, judged(archive.beside.cases))
    alerts = tuple(alert_of(hit, level, scene) for hit, level in admitted.raised)
    counts = Counter(hit.trigger for hit in found)
    notes = tuple(notes_of(scene))
    return Watched(alerts, owed_cases(scene, found, alerts, stretch), dict(counts), admitted.capped, notes)


def hits_of(scene: Scene, stretch: Stretch) -> tuple[Hit, ...]:
    """Wherever a rule holds, trigger by trigger."""
    return tuple(hit for trigger in scene.settings.triggers for hit in _hits(trigger, scene, stretch))


def _hits(trigger: Trigger, scene: Scene, stretch: Stretch) -> Iterator[Hit]:
    archive, level = scene.archive, scene.settings.level
    if trigger.interaction is not None:
        yield from single_hits(trigger, scene, stretch)
    elif trigger.window is not None:
        yield from _window_hits(trigger, archive, level, stretch)
    else:
        for hit in outside_hits(trigger, archive, level, stretch.until_s, offset_s(archive)):
            if stretch.since_s < hit.at_s:
                yield hit


def _window_hits(trigger: Trigger, archive: Archive, level: float, stretch: Stretch) -> Iterator[Hit]:
    window = trigger.window
    if window is None or not np.isfinite(archive.begin_s):
        return
    begins_s, offset = archive.begin_s, offset_s(archive)
    ends_s = grid(window, max(stretch.since_s, begins_s), stretch.until_s)
    rates = rates_of(archive, window.metric, "topic" if window.metric == "topic_share" else window.by)
    for one in look(rates, window, ends_s, begins_s, level):
        group = None if window.by is None and window.metric != "topic_share" else (window.by or "topic", one.group)
        scope = "all" if group is None else "=".join(group)
        yield Hit(trigger.id, scope, one.at_s, offset, f"{one.at_s:.0f}", -1, group, one.figures, one.why)


def alert_of(hit: Hit, level: int, scene: Scene) -> Alert:
    """A hit with whom it is told and why."""
    trigger = scene.settings.trigger(hit.trigger)
    if trigger is None:
        raise ValueError(f"a hit of a trigger that is there, got {hit.trigger}")
    step = ladder(trigger, scene.settings)[level]
    single = hit.row >= 0
    why = why_of(trigger, hit.row, scene) if single else _titled(trigger, hit)
    ref: CallRef | None = ref_of(trigger, hit.row, scene) if single else None
    return Alert(
        hit=hit,
        title=trigger.title.text,
        why=why,
        severity=step.severity,
        owner=step.owner,
        level=level,
        deadline_s=hit.at_s + 3600.0 * trigger.deadline_hours,
        interaction_id=str(scene.archive.id[hit.row]) if single else None,
        ref=ref,
        estimated=estimated(trigger),
    )


def _titled(trigger: Trigger, hit: Hit) -> Text:
    return text("{title}. {why}", "{title}. {why}", title=trigger.title.text, why=hit.why or "")


def notes_of(scene: Scene) -> Iterator[Text]:
    """What could not be looked at, and what it would take."""
    archive = scene.archive
    yield from notes(scene)
    if not archive.answers.answered.any():
        yield text(
            "No survey answers: claims come from answers and comments (surveys.csv), so there are none.",
            "Ответов на опрос нет: претензии заводятся по оценкам и комментариям (surveys.csv), поэтому их нет.",
        )
    asks_events = any(one.event is not None for one in scene.settings.triggers)
    if asks_events and not archive.beside.events:
        yield text(
            "No events.csv beside the results: outages, deliveries and tariffs are not watched.",
            "Рядом с результатами нет events.csv: за авариями, доставками и тарифами никто не следит.",
        )
    if len(archive) and np.isnan(archive.moment_s).all():
        yield text(
            "No interaction has a time, so nothing can be told of a moment.",
            "Ни у одного обращения нет времени, поэтому сказать «когда» нельзя.",
        )
