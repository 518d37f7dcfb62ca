"""``voxcx report``: what the archive says – quality against satisfaction, and what to change first."""

from __future__ import annotations

import textwrap
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.cli import console
from voxcx.storage.paths import usable
from voxcx.units import counted

if TYPE_CHECKING:
    from voxcx.reporting.making import Report

RESULTS = typer.Argument(metavar="RESULTS", help="Results folder of `voxcx batch`.", parser=usable)
OUT = typer.Option("--out", help="The report, one HTML file.", show_default=False)
SURVEYS = typer.Option(
    "--surveys",
    help="CSV of answers; RESULTS/surveys.csv if it is there.",
    show_default=False,
    parser=usable,
    metavar="<path>",
)
UI = typer.Option("--ui", help="Language of the report: ru or en.")
SINCE = typer.Option("--since", help="Only interactions from this day on.", formats=["%Y-%m-%d"], show_default=False)
BY = typer.Option("--by", help="Groups of tables: team, queue, topic, channel, month, week …", show_default="team")
ONLY = typer.Option("--only", help="A page, may be given several times: critical, quality, wait …", show_default="all")
TABLES = typer.Option("--tables", help="Every table, too: an .xlsx, or a folder for CSV files.", show_default=False)
CARDS = typer.Option("--cards", help="A folder for a card of each agent, as HTML.", show_default=False)
CALIBRATION = typer.Option(
    "--calibration",
    help="What `qa calibrate --out` wrote; RESULTS/calibration.json if it is there.",
    show_default=False,
    parser=usable,
    metavar="<path>",
)
CONFIG = typer.Option("--config", help="Settings of the report.", show_default="configs/report.yaml")
TRAINING = typer.Option("--training", help="Training configuration that names the rating scale.", show_default=False)
AS_JSON = typer.Option("--json", help="Print the findings as JSON.")


def report(
    results: Annotated[Path, RESULTS],
    out: Annotated[Path, OUT],
    surveys: Annotated[Path | None, SURVEYS] = None,
    ui: Annotated[str, UI] = "en",
    since: Annotated[datetime | None, SINCE] = None,
    by: Annotated[str | None, BY] = None,
    only: Annotated[list[str] | None, ONLY] = None,
    tables: Annotated[Path | None, TABLES] = None,
    cards: Annotated[Path | None, CARDS] = None,
    calibration: Annotated[Path | None, CALIBRATION] = None,
    config: Annotated[Path | None, CONFIG] = None,
    training: Annotated[Path | None, TRAINING] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Say which errors and processes cost satisfaction and what to change first, in one HTML file.

    Example: voxcx report R --out report.html --ui ru --by team --tables report.xlsx
    """
    from voxcx.insight.settings import load_report_settings
    from voxcx.reporting.making import BROKEN, chosen_pages, make_report
    from voxcx.reporting.reading import Asked
    from voxcx.reporting.writing import refuse_places, write_report

    settings = load_report_settings(config)
    settings = settings if by is None else settings.model_copy(update={"by": by})
    chosen_pages(only or ())
    refuse_places(out, tables, ui)
    asked = Asked(results, settings, surveys, calibration, since and since.date(), training)
    with console.progress().status("Reading the archive …") as status:
        made = make_report(asked, only or (), lambda page: status.update(f"Making the report: {page} …"))
        status.update("Writing …")
        written = write_report(made, out, ui, tables=tables, cards=cards)
    if as_json:
        _as_json(made, ui)
        return
    _told(made, ui)
    typer.echo("")
    for what, n, place in written:
        typer.echo(f"{counted(n, what)} → {place}")
    if any(page.question == BROKEN for page in made.pages):
        raise typer.Exit(console.FAILED)


def _told(made: Report, ui: str) -> None:
    """The findings of the first page, as sentences."""
    from voxcx.report.insight.matters import what_matters
    from voxcx.report.insight.telling import Telling
    from voxcx.reporting.making import told_of_settings

    telling = Telling(ui)
    typer.echo(f"{counted(made.about.interactions, 'interaction')}, {counted(made.about.answers, 'answer')}")
    for finding, _ in what_matters(made.pages):
        _listed(telling.text(finding.said), "•")
    for note in (*made.about.notes, *told_of_settings(made.pages, made.archive)):
        _listed(telling.text(note), "!")


def _listed(told: str, mark: str) -> None:
    for line in textwrap.wrap(told, 78, initial_indent=f"{mark} ", subsequent_indent="  "):
        typer.echo(line)


def _as_json(made: Report, ui: str) -> None:
    import json

    from voxcx.report.insight.telling import Telling

    telling = Telling(ui)
    pages = [
        {
            "page": page.id,
            "title": telling.text(page.title),
            "findings": [
                {
                    "text": telling.text(one.said),
                    "weight": round(one.weight, 4),
                    "interactions": [ref.interaction_id for ref in one.calls],
                }
                for one in page.findings
            ],
            "lacks": [telling.text(one) for one in page.lacks],
        }
        for page in made.pages
    ]
    about = {"interactions": made.about.interactions, "answers": made.about.answers, "simulated": made.about.simulated}
    typer.echo(json.dumps(about | {"pages": pages}, ensure_ascii=False, indent=2))
