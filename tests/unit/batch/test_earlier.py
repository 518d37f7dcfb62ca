"""Who runs again with other choices is told which."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from voxcx.batch.folder.earlier import changes

BEFORE: dict[str, Any] = {
    "work": "w",
    "forms": {"service.en.v1": "a"},
    "language": "auto",
    "config_sha256": "0" * 64,
    "csi_model": {"csi-demo-1": "m"},
    "voxcx": "0.1",
}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({}, ()),
        ({"voxcx": "0.2"}, ()),
        ({"forms": {"service.en.v1": "b"}}, ("form (changed)",)),
        ({"forms": {"bank.en.v1": "b"}}, ("form (service.en.v1 → bank.en.v1)",)),
        ({"forms": dict.fromkeys("abcd", "x")}, ("form (service.en.v1 → a, b, c …)",)),
        ({"language": "ru", "config_sha256": "1" * 64}, ("language (auto → ru)", "configuration (changed)")),
        ({"usual": "2" * 64}, ("what is usual (changed)",)),
        ({"csi_model": {}}, ("CSI model (csi-demo-1 → none)",)),
    ],
)
def test_what_differs_is_named(tmp_path: Path, now: dict[str, Any], told: tuple[str, ...]) -> None:
    (tmp_path / "run.json").write_text(json.dumps(BEFORE), encoding="utf-8")
    assert changes(tmp_path, BEFORE | now) == told


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": 1}', "\x00"])
def test_a_folder_that_says_nothing_changes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    assert changes(tmp_path, BEFORE) == ()
