"""Seconds and peak memory of training and estimating: python scripts/bench_csi.py --n 100000 [--texts] [--keep FOLDER].

A simulated population in which everybody was invited and answered, so that every interaction is trained on. Each step
runs in a process of its own; estimating reads the results folder and the model anew. Run it where nothing else runs.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

KIB_PER_UNIT = 1 / 1024 if sys.platform == "darwin" else 1  # of ru_maxrss
KIB_PER_GIB = 2**20


def main() -> None:
    """Simulate, train, estimate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="interactions, all answered")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", action="store_true", help="with what was said")
    parser.add_argument("--config", type=Path, help="training configuration")
    parser.add_argument("--keep", type=Path, help="folder that keeps the population and the model")
    parser.add_argument("--estimate", nargs=2, type=Path, metavar=("MODEL", "RESULTS"), help="only this step")
    given = parser.parse_args()
    if given.estimate:
        estimate(*given.estimate)
        return
    with tempfile.TemporaryDirectory() as passing:
        bench(given, given.keep or Path(passing))


def bench(given: argparse.Namespace, folder: Path) -> None:
    """All steps in one folder."""
    results, model = folder / "population", folder / "csi-bench-1"
    texts = ["--texts"] if given.texts else []
    size = ["--n", str(given.n), "--seed", str(given.seed)]
    timed("simulate", ["-m", "voxcx", "simulate", "population", "--out", str(results), *size, *texts])
    surveys = answered_by_all(results)
    config = ["--config", str(given.config)] if given.config else []
    source = ["--results", str(results), "--surveys", str(surveys)]
    timed("train", ["-m", "voxcx", "train", *source, "--out", str(model), *config])
    timed("estimate", [__file__, "--estimate", str(model), str(results)])


def answered_by_all(results: Path) -> Path:
    """Invite everybody, and take everybody's answer from the truth; without moments, which only few answers have."""
    for part in sorted((results / "interactions").glob("*.parquet")):
        table = pq.read_table(part)
        invited = pa.array([True] * table.num_rows)
        place = table.schema.get_field_index("survey_invited")
        pq.write_table(table.set_column(place, table.schema.field(place), invited), part, compression="zstd")
    surveys = results / "surveys_all.csv"
    with (results / "truth_ratings.csv").open(newline="") as source, surveys.open("w", newline="") as sink:
        table = csv.writer(sink, lineterminator="\n")
        table.writerow(("interaction_id", "rating"))
        table.writerows((row["interaction_id"], row["rating"]) for row in csv.DictReader(source))
    return surveys


def estimate(folder: Path, results: Path) -> None:
    """Estimate every interaction, whole columns at a time and without reasons."""
    from voxcx.csi.store import load_model  # noqa: PLC0415 - only the child needs it
    from voxcx.joining import read_interactions  # noqa: PLC0415

    model = load_model(folder)
    names = [column.name for column in model.meta.columns]
    begun = time.perf_counter()
    everyone = read_interactions(results, names, texts=model.texts is not None)
    read_s = time.perf_counter() - begun
    made = model.predict_table(everyone.table, everyone.texts)
    whole_s = time.perf_counter() - begun
    print(f"  {len(made.value)} rows × {len(names)} features: read {read_s:.1f} s, estimated {whole_s - read_s:.1f} s")


def timed(step: str, arguments: list[str]) -> None:
    """Run Python in a child; its time and the most memory that it, or a child of its own, held."""
    begun = time.perf_counter()
    child = subprocess.Popen([sys.executable, *arguments])
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    peak_gib = usage.ru_maxrss * KIB_PER_UNIT / KIB_PER_GIB
    cpu_s = usage.ru_utime + usage.ru_stime
    print(f"{step:<9} {time.perf_counter() - begun:7.1f} s, CPU {cpu_s:.1f} s, peak {peak_gib:.2f} GiB", flush=True)
    if child.returncode:
        sys.exit(f"{step} ended with {child.returncode}")


if __name__ == "__main__":
    main()
