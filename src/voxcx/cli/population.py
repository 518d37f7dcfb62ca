"""A simulated population → a results folder as ``voxcx batch`` writes it, its survey answers and its truth.

With planted truths the table ``criteria`` and the files beside results (``BESIDE``) come too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voxcx.simulation.population import Population

ROWS_PER_PART = 50_000
TABLES = ("interactions", "criteria", "utterances")
BESIDE = ("kano.csv", "weights.csv", "blocked.csv", "events.csv", "series.csv")
RATING_COLUMNS = ("interaction_id", "rating", "latent")
LATENT_DIGITS = 4


def refuse_real(out: Path) -> None:
    """Never write a simulation over anything but an older simulation: its truth.json marks one, with all beside it."""
    from voxcx.errors import InputError

    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: expected a folder, got a file; give another --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / "truth.json").exists():
        raise InputError(
            f"{out}: expected an empty folder or an older simulation, found other files; give another --out."
        )


def write_population(out: Path, made: Population, *, n: int, seed: int) -> int:
    """Write the folder as ``voxcx batch`` does, with surveys.csv and the truth; gives the number of answers.

    What an older simulation left there, and this one has not, is removed.
    """
    from voxcx import __version__
    from voxcx.domain.catalogue import SCHEMA_VERSION
    from voxcx.results.reading import parts_of
    from voxcx.results.schema import RESULTS_SCHEMA
    from voxcx.results.writing import remove_parts, write_json

    for table in TABLES:
        remove_parts(parts_of(out, table))
    write_interactions(out, made, n)
    write_criteria(out, made, n)
    write_utterances(out, made)
    source = {"simulated": True, "source": "voxcx simulate population", "n": n, "seed": seed}
    write_json(out / "run.json", {"schema": RESULTS_SCHEMA, "voxcx": __version__, "features": SCHEMA_VERSION} | source)
    write_json(out / "truth.json", made.truth)
    rated = {name: made.ratings[name].tolist() for name in RATING_COLUMNS}
    rated["latent"] = [round(latent, LATENT_DIGITS) for latent in rated["latent"]]
    write_csv(out / "truth_ratings.csv", RATING_COLUMNS, zip(*rated.values(), strict=True))
    write_table_csv(out / "surveys.csv", made.surveys)
    write_beside(out, made)
    return len(made.surveys["rating"])


def write_interactions(out: Path, made: Population, n: int) -> None:
    """The table ``interactions``, in parts."""
    from voxcx import __version__
    from voxcx.results.columnar import Nested, write_columns

    for number, first in enumerate(range(0, n, ROWS_PER_PART), start=1):
        last = min(first + ROWS_PER_PART, n)
        columns: dict[str, Any] = {name: column[first:last] for name, column in made.interactions.items()}
        notes = made.missing.rows(first, last)
        columns["missing"] = Nested(notes.starts, {"name": notes.name, "reason": notes.reason})
        columns["voxcx_version"] = [__version__] * (last - first)
        write_columns(out, "interactions", columns, f"part-{number:06d}-simulated")


def write_criteria(out: Path, made: Population, n: int) -> None:
    """The table ``criteria``, where truths are planted."""
    from voxcx.results.columnar import Nested, write_columns

    if made.criteria is None:
        return
    for number, first in enumerate(range(0, n, ROWS_PER_PART), start=1):
        columns, starts, quotes = made.criteria.columns(first, min(first + ROWS_PER_PART, n))
        written: dict[str, Any] = {**columns, "evidence": Nested(starts, quotes)}
        write_columns(out, "criteria", written, f"part-{number:06d}-simulated")


def write_beside(out: Path, made: Population) -> None:
    """The files beside results; those of an older simulation go."""
    for name in BESIDE:
        if name in made.beside:
            write_table_csv(out / name, made.beside[name])
        else:
            (out / name).unlink(missing_ok=True)


def write_table_csv(path: Path, columns: Mapping[str, Any]) -> None:
    """Columns of equal length as a CSV file."""
    write_csv(path, tuple(columns), zip(*(column.tolist() for column in columns.values()), strict=True))


def write_utterances(out: Path, made: Population) -> None:
    """The table ``utterances``, where there are texts."""
    from voxcx.results.columnar import write_columns

    for number, columns in enumerate(made.script.utterances() if made.script else (), start=1):
        write_columns(out, "utterances", columns, f"part-{number:06d}-simulated")


def write_csv(path: Path, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write a CSV file whole."""
    import csv
    import io

    from voxcx.results.writing import write_whole

    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(names)
    table.writerows(rows)
    write_whole(path, lambda sink: sink.write(text.getvalue().encode()))
