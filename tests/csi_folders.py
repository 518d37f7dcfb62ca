"""Results folders and survey files for tests of training and evaluation."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from voxcx.cli.population import write_population
from voxcx.results.columnar import write_columns
from voxcx.simulation.population import simulate_population

QUICK = """
bootstrap: 5
split: {folds: 2}
tuning: {budget_s: 0}
study: {ablations: false, new_agents: false}
texts: {read: false}
boosting: {trees_at_most: 20, learning_rate: 0.2}
never_raises: [queue_wait_s]
metadata_only: [queue_wait_s, duration_s]
"""
START = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - the results folder has times in UTC without a zone


def population_folder(folder: Path, n: int, seed: int) -> Path:
    """A simulated population as ``voxcx simulate population`` writes it."""
    write_population(folder, simulate_population(n, seed), n=n, seed=seed)
    return folder


def as_real(results: Path, folder: Path) -> Path:
    """The same interactions in a folder that nobody simulated."""
    folder.mkdir()
    (folder / "interactions").symlink_to(results / "interactions")
    (folder / "run.json").write_text(json.dumps({"schema": "voxcx.results/1"}))
    return folder


def small_folder(folder: Path, columns: Mapping[str, Sequence[Any]] | None = None, n: int = 3, part: str = "a") -> Path:
    """A folder of ``n`` calls c-0, c-1 …, an hour apart from 2 March 2026 09:00 UTC, with those columns."""
    usual: dict[str, Any] = {
        "interaction_id": [f"c-{k}" for k in range(n)],
        "kind": ["call"] * n,
        "started_at": np.array([START + timedelta(hours=k) for k in range(n)], dtype="datetime64[us]"),
        "queue_wait_s": [10.0 * k for k in range(n)],
    }
    write_columns(folder, "interactions", usual | dict(columns or {}), f"part-{part}")
    return folder


def answers_of(results: Path) -> list[dict[str, str]]:
    """Survey answers as rows of text."""
    with (results / "surveys.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def write_answers(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Rows as a CSV file."""
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path
