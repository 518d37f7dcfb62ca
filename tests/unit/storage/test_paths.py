from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from voxcx.errors import InputError
from voxcx.storage import paths
from voxcx.storage.paths import AnyPath, beside, is_remote, to_path, usable


@pytest.mark.parametrize("text", ["calls", "/data/calls", "./a b/ü.wav", "C://x", "s3:/x", "", "a://b/c"])
def test_what_is_no_url_is_a_path_on_this_disk(text: str) -> None:
    assert to_path(text) == Path(text)
    assert not is_remote(to_path(text))


def test_a_file_url_is_a_path_on_this_disk() -> None:
    assert to_path("file:///data/a.wav") == Path("/data/a.wav")


@pytest.mark.parametrize(
    "text", ["s3://bucket/calls/a b ü.wav", "gs://bucket/x", "memory://bucket/x", "s3://bucket/a/b#c?d"]
)
def test_a_url_stays_what_it_says(text: str) -> None:
    path = to_path(text)
    assert is_remote(path)
    assert str(path) == text
    assert pickle.loads(pickle.dumps(path)) == path  # noqa: S301 - as it travels to a worker
    assert str(path.parent / path.name) == text
    assert to_path(str(path)) == path


@pytest.mark.parametrize("text", ["s3://bucket/calls/", "s3://bucket/calls//", "memory://bucket/calls/"])
def test_a_slash_at_the_end_says_nothing(text: str) -> None:
    assert to_path(text) == to_path(text.rstrip("/"))
    assert str(to_path(text)) == text.rstrip("/")
    assert str(to_path(text) / "a") == f"{text.rstrip('/')}/a"
    assert to_path("s3://bucket/") == to_path("s3://bucket")


@pytest.mark.parametrize("text", ["sftq://host/x", "wat://x/y"])
def test_a_kind_that_nobody_reads_is_told(text: str) -> None:
    with pytest.raises(InputError, match=rf"^{text}: expected .*, got "):
        usable(text)


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r'found none; run: pip install "voxcx\[s3\]"$'):
        usable("s3://bucket/calls")
    with pytest.raises(InputError, match=r"found none; run: pip install gcsfs$"):
        usable("gs://bucket/calls")
    assert usable("memory://bucket") == to_path("memory://bucket")
    assert usable("/data") == Path("/data")


@pytest.mark.parametrize(
    ("folder", "text", "expected"),
    [
        ("/data", "a.wav", "/data/a.wav"),
        ("/data", "/other/a.wav", "/other/a.wav"),
        ("/data", "s3://bucket/a.wav", "s3://bucket/a.wav"),
        ("s3://bucket/m", "sub/a.wav", "s3://bucket/m/sub/a.wav"),
        ("s3://bucket/m", "/other/a.wav", "/other/a.wav"),
        ("s3://bucket/m", "gs://else/a.wav", "gs://else/a.wav"),
    ],
)
def test_files_are_named_relative_or_by_url(folder: str, text: str, expected: str) -> None:
    assert str(beside(to_path(folder), text)) == expected


@dataclass(frozen=True, slots=True)
class Holds:
    path: AnyPath


@pytest.mark.parametrize("text", ["/data/a.wav", "s3://bucket/a.wav"])
def test_paths_are_written_and_read_as_text(text: str) -> None:
    adapter = TypeAdapter(Holds)
    written = adapter.dump_json(Holds(to_path(text)))
    assert written == b'{"path":"%s"}' % text.encode()
    assert adapter.validate_json(written) == Holds(to_path(text))
    with pytest.raises(ValueError, match="expected a path"):
        adapter.validate_json(b'{"path":3}')
