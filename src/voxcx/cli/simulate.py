"""``voxcx simulate population``: a results folder whose cause of satisfaction is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from voxcx.simulation.population import Population

OUT = typer.Option("--out", help="Results folder to write.", show_default=False)
N = typer.Option("--n", min=1, help="Number of interactions.")
SEED = typer.Option("--seed", min=0, help="The same number and seed give the same population.")

ROWS_PER_PART = 50_000
SURVEY_COLUMNS = ("interaction_id", "rating", "answered_at", "ces", "nps")


def population(
    out: Annotated[Path, OUT],
    n: Annotated[int, N] = 20_000,
    seed: Annotated[int, SEED] = 1,
) -> None:
    """Simulate interactions with features, quality scores and survey answers; truth.json says what caused the answers.

    Example: voxcx simulate population --out R --n 20000 --seed 1
    """
    from voxcx.simulation.population import simulate_population

    refuse_real(out)
    made = simulate_population(n, seed)
    answers = write_population(out, made, n=n, seed=seed)
    typer.echo(f"{n} simulated interactions, {answers} survey answers → {out}")


def refuse_real(out: Path) -> None:
    """Never write a simulation over anything but an older simulation."""
    from voxcx.errors import InputError

    if out.is_dir() and any(out.iterdir()) and not (out / "truth.json").exists():
        raise InputError(
            f"{out}: expected an empty folder or an older simulation, found other files; give another --out."
        )
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: expected a folder, got a file; give another --out.")


def write_population(out: Path, made: Population, *, n: int, seed: int) -> int:
    """Write the folder as ``voxcx batch`` does, with surveys.csv and truth.json; gives the number of answers."""
    from voxcx import __version__
    from voxcx.domain.catalogue import SCHEMA_VERSION
    from voxcx.results.reading import parts_of
    from voxcx.results.schema import RESULTS_SCHEMA
    from voxcx.results.writing import remove_parts, write_json, write_part

    remove_parts(parts_of(out, "interactions"))
    rows = made.rows()
    for number, first in enumerate(range(0, n, ROWS_PER_PART), start=1):
        chunk = [row | {"voxcx_version": __version__} for row in rows[first : first + ROWS_PER_PART]]
        write_part(out, "interactions", chunk, f"part-{number:06d}-simulated")
    source = {"simulated": True, "source": "voxcx simulate population", "n": n, "seed": seed}
    write_json(out / "run.json", {"schema": RESULTS_SCHEMA, "voxcx": __version__, "features": SCHEMA_VERSION} | source)
    write_json(out / "truth.json", made.truth)
    return write_surveys(out / "surveys.csv", made)


def write_surveys(path: Path, made: Population) -> int:
    """Write the survey answers as CSV."""
    import csv
    import io

    from voxcx.results.writing import write_whole

    text = io.StringIO(newline="")
    table = csv.DictWriter(text, SURVEY_COLUMNS, lineterminator="\n")
    table.writeheader()
    answers = made.survey_rows()
    table.writerows(answers)
    write_whole(path, lambda sink: sink.write(text.getvalue().encode()))
    return len(answers)
