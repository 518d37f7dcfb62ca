"""What the command line says of itself, at 80 columns."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from syrupy.assertion import SnapshotAssertion

COMMANDS = (
    "",
    "score",
    "transcribe",
    "batch",
    "features",
    "train",
    "evaluate",
    "model",
    "model use",
    "model back",
    "model show",
    "demo",
    "report",
    "alerts",
    "qa",
    "qa check",
    "results",
    "results compact",
    "results merge",
    "results export",
    "simulate",
    "simulate population",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_it_does_with_an_example(command: str, snapshot: SnapshotAssertion) -> None:
    env = os.environ | {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    arguments = [sys.executable, "-m", "voxcx", *command.split(), "--help"]
    done = subprocess.run(arguments, env=env, capture_output=True, text=True, check=True)
    if command not in {"", "qa", "results", "model", "simulate"}:
        assert f"Example: voxcx {command}" in " ".join(done.stdout.replace("│", " ").split())
    assert "\n".join(line.rstrip() for line in done.stdout.splitlines()) == snapshot
