"""``voxcx qa calibrate``: how far can the machine's verdicts be trusted, and what should people mark next?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.storage.paths import usable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxcx.calibrating import Calibration
    from voxcx.qa.agreement.figures import Figure
    from voxcx.qa.agreement.looking import Look

RESULTS = typer.Option(
    "--results", help="Results folder that `voxcx batch` wrote.", show_default=False, parser=usable, metavar="<path>"
)
HUMAN = typer.Option("--human", help="CSV of people's marks, a row a mark or a row an interaction.", show_default=False)
VERSION = typer.Option("--form-version", help="Only interactions judged by this version.", show_default=False)
PICK = typer.Option("--pick", min=0, help="How many interactions to choose for the next marks.")
SHEET = typer.Option("--sheet", help="Write the next interactions as a CSV to fill in, blind.", show_default=False)
OUT = typer.Option("--out", help="Write figures: .csv a row a criterion, .json everything.", show_default=False)
AS_JSON = typer.Option("--json", help="Print everything as JSON.")
FIGURES = (
    "agreement",
    "kappa",
    "ac1",
    "precision",
    "recall",
    "recall_of_all",
    "specificity",
    "undecided",
    "error_rate",
)


def calibrate(
    results: Annotated[Path, RESULTS],
    human: Annotated[Path | None, HUMAN] = None,
    form_version: Annotated[str | None, VERSION] = None,
    pick: Annotated[int, PICK] = 20,
    sheet: Annotated[Path | None, SHEET] = None,
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Measure the machine's verdicts against people's marks. Without --human, --sheet draws the first sample.

    Example: voxcx qa calibrate --results R --human marks.csv --sheet next.csv --out calibration.json
    """
    if human is None:
        _first(results, pick, sheet)
        return
    from voxcx.calibrating import Asked
    from voxcx.calibrating import calibrate as run
    from voxcx.csi.plain import as_json as to_json

    made = run(Asked(results, human, form_version, pick))
    if sheet is not None:
        _write_sheet(sheet, results, made.look_next)
    if out is not None:
        _write(out, made, to_json(made))
    if as_json:
        typer.echo(to_json(made), nl=False)
        return
    from voxcx.cli.calibration_table import told

    for line in told(made):
        typer.echo(line)


def _first(results: Path, pick: int, sheet: Path | None) -> None:
    from voxcx.errors import InputError
    from voxcx.marking import first_sample

    if sheet is None:
        raise InputError("calibrate: expected people's marks, got none; give --human, or --sheet to draw a sample.")
    looks = first_sample(results, pick)
    _write_sheet(sheet, results, looks)
    typer.echo(f"{len(looks)} interactions drawn at random → {sheet}")


def _write_sheet(path: Path, results: Path, looks: Iterable[Look]) -> None:
    from voxcx.cli.sheets import sheet
    from voxcx.marking import sheet_of

    criteria, rows = sheet_of(results, looks)
    about = ("interaction_id", "started_at", "recording", "evaluator", "form_version", "random")
    with sheet(path, (*about, *criteria)) as write:
        for row in rows:
            known = (row.interaction_id, row.started_at, row.recording, "", row.form_version, int(row.random))
            write((*known, *("" for _ in criteria)))


def _write(path: Path, made: Calibration, text: str) -> None:
    from voxcx.cli.sheets import sheet
    from voxcx.errors import InputError

    if path.suffix.lower() == ".csv":
        ends = [f"{name}{end}" for name in FIGURES for end in ("", "_low", "_high", "_n")]
        with sheet(path, ("criterion", "severity", "mode", "marked", *ends)) as write:
            for one in made.criteria:
                figures = [getattr(one.agreement, name) for name in FIGURES]
                cells = [cell for figure in figures for cell in _cells(figure)]
                write((one.criterion, one.severity, one.mode, one.agreement.marked, *cells))
        return
    if path.suffix.lower() != ".json":
        raise InputError(f"--out {path}: expected a name that ends with .csv or .json, got {path.suffix or 'neither'}.")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: expected a file to write, got {error.strerror}; give another path.") from None


def _cells(figure: Figure) -> tuple[object, ...]:
    ends = (figure.value, figure.low, figure.high)
    return (*("" if one is None else round(one, 4) for one in ends), figure.n)
