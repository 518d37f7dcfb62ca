"""Remake models/csi-demo-1 with the two commands that anyone has: simulate a population, train on it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

MODEL = Path(__file__).resolve().parents[1] / "models" / "csi-demo-1"


def main() -> None:
    """Run both commands; the same versions give the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "population"
        voxcx("simulate", "population", "--out", str(results), "--n", "20000", "--seed", "1")
        voxcx("train", "--results", str(results), "--surveys", str(results / "surveys.csv"), "--out", str(MODEL))


def voxcx(*arguments: str) -> None:
    """Run one voxcx command."""
    print("voxcx", *arguments)
    subprocess.run([sys.executable, "-m", "voxcx", *arguments], check=True)


if __name__ == "__main__":
    main()
