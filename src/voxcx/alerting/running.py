"""The walk of a run: read the archive → look at every rule → write alerts and cases → send what is new or was left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from voxcx.alerting.webhook import Sent, Webhook
from voxcx.alerting.writing import (
    ALERTS,
    OUTBOX,
    Record,
    append_alerts,
    append_cases,
    as_record,
    raised_of,
    read_records,
    write_outbox,
)
from voxcx.domain.pages import CallRef, Moments, Page
from voxcx.domain.texts import same
from voxcx.errors import InputError
from voxcx.insight.alerts.record import Stretch, Watched
from voxcx.insight.alerts.rules import TriggerSettings, load_triggers
from voxcx.insight.alerts.single import refuse_unknown
from voxcx.insight.alerts.watching import last_moment_s, watch
from voxcx.insight.archive import DAY_S, Archive
from voxcx.insight.service_level.contacts import offset_s
from voxcx.insight.settings import load_report_settings
from voxcx.reporting.moments import moments_of
from voxcx.reporting.reading import Asked, read_archive

NO_CHANCE_S = 1e-3  # a stretch begins after its start; so much earlier, the first moment of a day is in it


@dataclass(frozen=True, slots=True)
class Wish:
    """What to look at, and what to do with it.

    Attributes:
        results: the folder; alerts and cases are written into it.
        triggers: a file of one's own; None: configs/triggers.yaml.
        since: from this local day on; None: ``look_back_days`` before now.
        now: look as if it were then; None: the archive's last moment.
        surveys: answers; None: ``surveys.csv`` in the folder.
        webhook: where alerts are sent; None: nowhere.
        dry: write nothing, send nothing.
        ui: language of the sentences in cases.csv.
    """

    results: Path
    triggers: Path | None = None
    since: date | None = None
    now: datetime | None = None
    surveys: Path | None = None
    webhook: str | None = None
    dry: bool = False
    ui: str = "en"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run gave: new alerts, how many new cases, what the cap held back, what could not be looked at or sent."""

    watched: Watched
    records: tuple[Record, ...]
    cases: int
    sent: int = 0
    unsent: int = 0
    told: str = ""  # why the first of them could not be sent


def run_alerts(wish: Wish) -> Ran:
    """Look, write, send.

    Raises:
        ConfigError: triggers that cannot be read or name what is not there; no secret for the webhook.
        InputError: no interactions, or a file in the folder that is not what it should be.
    """
    settings = load_triggers(wish.triggers)
    webhook = Webhook(wish.webhook, settings.webhook) if wish.webhook is not None else None
    archive = read_for(wish, settings)
    known = read_records(wish.results / ALERTS)
    watched = watch(archive, settings, stretch_of(archive, settings, wish), raised_of(known, wish.results / ALERTS))
    records = tuple(as_record(alert) for alert in watched.alerts)
    if wish.dry:
        return Ran(watched, records, 0)
    left = [*(read_records(wish.results / OUTBOX) if webhook else ()), *records]
    if webhook:
        write_outbox(wish.results, left)
    cases = append_cases(wish.results, watched.cases, wish.ui)
    append_alerts(wish.results, records)  # last: a run that is killed before does all of it again, under the same ids
    ran = Ran(watched, records, cases)
    return ran if webhook is None else _sent(ran, left, webhook, settings, (wish.results, archive))


def read_for(wish: Wish, settings: TriggerSettings) -> Archive:
    """The archive with topics from its source, else by rules: what is found anew in each run has no lasting name."""
    report = load_report_settings().model_copy(update={"triggers": settings})
    by_topic = any(_about_topic(one.model_dump()) for one in settings.triggers)
    archive = read_archive(Asked(wish.results, report, wish.surveys, words=by_topic))
    refuse_unknown(archive, settings)
    return _with_topics(archive) if by_topic and archive.openings is not None else archive


def _about_topic(told: object) -> bool:
    """Whether a rule names the topic anywhere."""
    if isinstance(told, dict):
        return any(_about_topic(one) for one in told.values())
    if isinstance(told, list | tuple):
        return any(_about_topic(one) for one in told)
    return told in {"topic", "topic_share"} if isinstance(told, str) else False


def _with_topics(archive: Archive) -> Archive:
    from voxcx.insight.topics.matching import languages_of, match_topics  # noqa: PLC0415 - words are read only for topics
    from voxcx.insight.topics.rules import load_topic_rules  # noqa: PLC0415 - as above

    given, openings = archive.label("topic"), archive.openings
    if openings is None or not ((given == "") & (openings != "")).any():
        return archive
    told, _ = match_topics(openings, languages_of(openings, archive.label("language")), load_topic_rules())
    known = given != ""
    told[known] = given[known]
    return replace(archive, labels={**archive.labels, "topic": told})


def stretch_of(archive: Archive, settings: TriggerSettings, wish: Wish) -> Stretch:
    """What to look over."""
    until_s = wish.now.timestamp() if wish.now is not None else last_moment_s(archive)
    if until_s is None:
        raise InputError(f"{wish.results}: expected interactions with started_at, found none; alerts need the time.")
    if wish.since is None:
        return Stretch(until_s - settings.look_back_days * DAY_S, until_s)
    since_s = (wish.since - date(1970, 1, 1)).days * DAY_S - offset_s(archive) - NO_CHANCE_S
    if since_s >= until_s:
        raise InputError(f"--since {wish.since}: expected a day before the last moment of the archive; change it.")
    return Stretch(since_s, until_s)


def _sent(
    ran: Ran, left: Sequence[Record], webhook: Webhook, settings: TriggerSettings, place: tuple[Path, Archive]
) -> Ran:
    """Send one after another; where nobody answers, the rest waits for the next run."""
    folder, archive = place
    waiting = {one["id"]: one for one in left}
    said = _quotes(list(waiting.values()), folder, archive) if settings.webhook.include_quotes else {}
    total, told = len(waiting), ""
    try:
        for name, record in list(waiting.items()):
            sent: Sent = webhook.send(record | {"said": said[name]} if name in said else record)
            if sent.delivered:
                del waiting[name]
                continue
            told = told or sent.told
            if not sent.reachable:
                break
    finally:
        write_outbox(folder, list(waiting.values()))
    return replace(ran, sent=total - len(waiting), unsent=len(waiting), told=told)


def _quotes(records: Sequence[Record], folder: Path, archive: Archive) -> Mapping[str, str]:
    """The customer's or agent's words that each alert rests on, where it rests on any."""
    refs = {
        one["id"]: CallRef(quote["interaction_id"], quote["criterion"], quote["start_s"])
        for one in records
        if (quote := one.get("quote")) is not None
    }
    asked = Page("alerts", same("alerts"), same("alerts"), (Moments(same("alerts"), tuple(refs.values())),))
    found = moments_of([asked], archive, folder)
    return {name: moment.quote for name, ref in refs.items() if (moment := found.get(ref)) and moment.quote}
