"""``voxcx results export``: tables for spreadsheets and other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.storage.paths import usable
from voxcx.units import counted

if TYPE_CHECKING:
    from voxcx.results.exporting import Wanted


class Form(StrEnum):
    """What is written."""

    csv = "csv"
    xlsx = "xlsx"
    parquet = "parquet"


class Separator(StrEnum):
    """Between the cells of a CSV file."""

    comma = ","
    semicolon = ";"


RESULTS = typer.Argument(metavar="RESULTS", help="Results folder of `voxcx batch`.", parser=usable)
OUT = typer.Option(
    "--out", help="A folder, a .csv (one table) or an .xlsx.", show_default=False, parser=usable, metavar="<path>"
)
TABLE = typer.Option("--table", help="Table, may be given several times, or all.", show_default="interactions")
FORMAT = typer.Option("--format", help="By the name of --out unless given, else csv.", show_default=False)
WHERE = typer.Option(
    "--where", help="SQL over `interactions`: queue = 'billing' and csi_value < 40", show_default=False
)
COLUMNS = typer.Option("--columns", help="Names with commas between; all unless given.", show_default=False)
SEPARATOR = typer.Option("--separator", help="Between the cells of a CSV file.")
BOM = typer.Option("--bom", help="Mark CSV files as UTF-8, so that Excel reads them right.")
AS_JSON = typer.Option("--json", help="As JSON.")


def export(
    results: Annotated[Path, RESULTS],
    out: Annotated[Path, OUT],
    table: Annotated[list[str] | None, TABLE] = None,
    form: Annotated[Form | None, FORMAT] = None,
    where: Annotated[str | None, WHERE] = None,
    columns: Annotated[str | None, COLUMNS] = None,
    separator: Annotated[Separator, SEPARATOR] = Separator.comma,
    bom: Annotated[bool, BOM] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write tables as CSV, Excel or Parquet, with what their columns mean. Texts and names may be personal data.

    Example: voxcx results export R --out calls.xlsx --table interactions --table criteria
    """
    import json

    from voxcx.results.exporting import Wanted
    from voxcx.results.schema import TABLES

    tables = tuple(TABLES) if table == ["all"] else tuple(dict.fromkeys(table or ["interactions"]))
    names = tuple(name.strip() for name in (columns or "").split(",") if name.strip())
    wanted = Wanted(results, tables, names, where)
    form = form or _by_name(out)
    cut = 0
    if form is Form.xlsx:
        counts, cut = _excel(wanted, out)
    else:
        counts = _files(wanted, out, form, separator=separator.value, bom=bom)
    if as_json:
        typer.echo(json.dumps({"rows": counts, "cells_cut": cut}))
        return
    told = [f"{name}: {counted(count, 'row')}" for name, count in counts.items()]
    typer.echo(f"{', '.join(told)} → {out}")
    if cut:
        typer.echo(f"  {cut} cells were longer than Excel takes and are cut; --format csv has them whole.", err=True)


def _by_name(out: Path) -> Form:
    suffix = out.suffix.lower().removeprefix(".")
    return Form(suffix) if suffix in {"csv", "xlsx"} else Form.csv


def _excel(wanted: Wanted, out: Path) -> tuple[dict[str, int], int]:
    from voxcx.errors import InputError
    from voxcx.results.export_excel import workbook
    from voxcx.results.exporting import export as write

    if out.suffix.lower() != ".xlsx":
        raise InputError(f"--out {out}: expected a name that ends in .xlsx, got another; give it that ending.")
    with workbook(out) as book:
        counts = write(wanted, book.open)
    return counts, book.cut


def _files(wanted: Wanted, out: Path, form: Form, *, separator: str, bom: bool) -> dict[str, int]:
    from voxcx.errors import InputError
    from voxcx.results.export_files import CsvFiles, ParquetFiles, write_readme
    from voxcx.results.exporting import chosen_columns
    from voxcx.results.exporting import export as write

    chosen = chosen_columns(wanted)
    single = form is Form.csv and out.suffix.lower() == ".csv"
    if single and len(chosen) > 1:
        raise InputError(f"--out {out}: expected a folder for {len(chosen)} tables, got one file; name a folder.")
    files = ParquetFiles(out) if form is Form.parquet else CsvFiles(out, separator, bom, single)
    counts = write(wanted, files.open)
    if not single:
        write_readme(out, chosen)
    return counts
