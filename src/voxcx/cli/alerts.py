"""``voxcx alerts``: what needs a person today – alerts, cases, a signed webhook."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.cli import console
from voxcx.storage.paths import usable
from voxcx.units import counted

if TYPE_CHECKING:
    from voxcx.alerting.running import Ran

RESULTS = typer.Argument(metavar="RESULTS", help="Results folder of `voxcx batch`.", parser=usable)
TRIGGERS = typer.Option("--triggers", help="Triggers of your own.", show_default="configs/triggers.yaml")
SINCE = typer.Option(
    "--since", help="Look at what happened from this day on.", formats=["%Y-%m-%d"], show_default="the last 7 days"
)
NOW = typer.Option("--now", help="Look as if it were then, ISO 8601.", show_default="the archive's last moment")
SURVEYS = typer.Option(
    "--surveys",
    help="CSV of answers; RESULTS/surveys.csv if it is there.",
    show_default=False,
    parser=usable,
    metavar="<path>",
)
WEBHOOK = typer.Option(
    "--webhook", help="Send new alerts there, signed; what fails goes with the next run.", show_default=False
)
DRY_RUN = typer.Option("--dry-run", help="Show what would be raised; write and send nothing.")
UI = typer.Option("--ui", help="Language of what is printed and of cases.csv: ru or en.")
AS_JSON = typer.Option("--json", help="Print the new alerts as JSON.")
SHOWN = 20


def alerts(
    results: Annotated[Path, RESULTS],
    triggers: Annotated[Path | None, TRIGGERS] = None,
    since: Annotated[datetime | None, SINCE] = None,
    now: Annotated[str | None, NOW] = None,
    surveys: Annotated[Path | None, SURVEYS] = None,
    webhook: Annotated[str | None, WEBHOOK] = None,
    dry_run: Annotated[bool, DRY_RUN] = False,
    ui: Annotated[str, UI] = "en",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Raise what needs a person today: alerts.jsonl and cases.csv beside the results, and a webhook.

    Exit codes: 0 done, 1 some alerts could not be sent and wait in the outbox, 2 something is wrong with the input.

    The secret of the signature is in VOXCX_WEBHOOK_SECRET.

    Example: voxcx alerts R --webhook https://example.org/alerts
    """
    from voxcx.alerting.running import Wish, run_alerts
    from voxcx.report.insight.telling import Telling

    telling = Telling(ui)
    wish = Wish(results, triggers, since and since.date(), _moment(now), surveys, webhook, dry_run, ui)
    with console.progress().status("Looking at the archive …"):
        ran = run_alerts(wish)
    notes = [telling.text(one) for one in ran.watched.notes]
    if as_json:
        _as_json(ran, notes)
    else:
        _told(ran, notes, ui, dry=dry_run)
    if ran.unsent:
        raise typer.Exit(console.FAILED)


def _moment(told: str | None) -> datetime | None:
    """ISO 8601; a time without a zone is UTC."""
    from voxcx.errors import InputError

    if told is None:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        raise InputError(f"--now: expected a moment such as 2026-06-01T12:00+03:00, got {told!r}.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _told(ran: Ran, notes: list[str], ui: str, *, dry: bool) -> None:
    latest = ran.records[-SHOWN:]
    if len(latest) < len(ran.records):
        typer.echo(f"… and {counted(len(ran.records) - len(latest), 'alert')} before these")
    for one in latest:
        about = one["interaction_id"] or ""
        typer.echo(
            f"{one['at'][:16].replace('T', ' ')}  {one['severity']:<8}  {one['owner']}  {one['why'][ui]}  {about}"
        )
    held = sum(ran.watched.capped.values())
    typer.echo(f"{counted(len(ran.records), 'new alert')}" + (f", {held} held back by the daily cap" if held else ""))
    if dry:
        typer.echo("Dry run: nothing was written or sent.")
    else:
        typer.echo(f"{counted(ran.cases, 'new case')} → cases.csv")
    if ran.sent or ran.unsent:
        typer.echo(f"{ran.sent} sent" + (f", {ran.unsent} wait in the outbox: {ran.told}" if ran.unsent else ""))
    for note in notes:
        typer.echo(f"Note: {note}", err=True)


def _as_json(ran: Ran, notes: list[str]) -> None:
    import json

    about = {
        "alerts": list(ran.records),
        "new_cases": ran.cases,
        "held_back": dict(ran.watched.capped),
        "notes": notes,
        "sent": ran.sent,
        "unsent": ran.unsent,
    }
    typer.echo(json.dumps(about, ensure_ascii=False, indent=2))
