"""The wheel carries configs, models and samples: installed elsewhere, it scores a call from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from samples import DATA, written_transcript

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_an_installed_wheel_scores_a_call_from_another_folder(tmp_path: Path) -> None:
    built, site = tmp_path / "dist", tmp_path / "site"
    _run(tmp_path, "hatchling", "build", "-t", "wheel", "-d", str(built), at=ROOT)
    wheel = next(built.glob("*.whl"))
    _run(tmp_path, "pip", "install", "-q", "--no-deps", "--no-compile", "--target", str(site), str(wheel))
    call = tmp_path / "call.flac"
    call.write_bytes((DATA / "service-en.flac").read_bytes())
    words = written_transcript("service-en", tmp_path)
    scored = _run(site, "voxcx", "score", str(call), "--transcript", str(words), "--format", "json", at=tmp_path)
    answer = json.loads(scored)
    assert answer["provenance"]["form"] == "service.en.v1"
    assert answer["csi"]["model_id"] == "csi-demo-1"
    assert (site / "voxcx" / "models" / "csi-demo-1" / "meta.json").is_file()


def _run(site: Path, module: str, *arguments: str, at: Path | None = None) -> str:
    """Run a module with the installed copy first on the path; its standard output."""
    env = os.environ | {"PYTHONPATH": str(site)}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=at, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
