"""What the READMEs tell people to type runs as it is written."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.ru.md")
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands(readme: str) -> list[str]:
    """The voxcx commands of a README, comments cut off, in order."""
    lines = [
        line for block in _BLOCK.findall((ROOT / readme).read_text(encoding="utf-8")) for line in block.splitlines()
    ]
    told = [line.split("  #")[0].split(" # ")[0].strip() for line in lines]
    return [line for line in told if line.startswith("voxcx ")]


def make_targets(readme: str) -> list[str]:
    """The make targets that a README names."""
    return re.findall(r"^make (\w+)", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_exists(readme: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert make_targets(readme)
    assert all(f"\n{target}:" in makefile for target in make_targets(readme))


@pytest.mark.parametrize("readme", READMES)
def test_every_link_leads_somewhere(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_languages_tell_the_same_commands() -> None:
    english, russian = (commands(readme) for readme in READMES)
    assert [re.sub(r"([-.])en\b", r"\1ru", _bare(command)) for command in english] == [_bare(one) for one in russian]
    assert any("search" in command for command in english)


def _bare(command: str) -> str:
    """Without what was said and the language asked for: both are those of the page."""
    return re.sub(r" --ui (en|ru)", "", re.sub(r'"[^"]*"', '""', command))


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(1500)  # every command of the README, with the recogniser, on a busy machine
def test_the_commands_run_in_order(tmp_path: Path) -> None:
    for name in ("tests", "configs"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "models").mkdir()
    told = commands("README.md")
    assert len(told) >= 7
    for command in told:
        arguments = [sys.executable, "-m", "voxcx", *shlex.split(command)[1:]]
        done = subprocess.run(arguments, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert (tmp_path / "r.html").stat().st_size > 100_000
    assert (tmp_path / "models" / "csi-ours-1" / "CARD.md").is_file()
