"""The whole answer about each sample, byte for byte: read the difference before you accept it (--snapshot-update)."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from samples import CALLS, CHATS, judged_by_script
from voxcx.report.as_json import to_json


class JsonFile(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "json"


@pytest.mark.parametrize("name", [*CALLS, *CHATS])
def test_the_answer_about_a_sample_is_the_same_to_the_byte(
    name: str, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    answer = to_json(judged_by_script(name, tmp_path))
    assert answer == to_json(judged_by_script(name, tmp_path))
    assert answer == snapshot(extension_class=JsonFile)
