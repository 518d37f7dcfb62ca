from __future__ import annotations

import errno
from pathlib import Path

import pytest

from unit.storage.conftest import Failing
from voxcx.errors import InputError
from voxcx.storage.paths import to_path
from voxcx.storage.reaching import reached, read_bytes, read_text

FAR = to_path("memory://bucket/a.json")


class EndpointConnectionError(Exception):
    """As libraries of stores raise them: of no common family."""


class NoCredentialsError(Exception):
    pass


@pytest.mark.usefixtures("no_waiting")
def test_a_stumble_is_tried_again() -> None:
    call = Failing(b"here", EndpointConnectionError("away"), TimeoutError())
    assert reached(FAR, call) == b"here"
    assert call.asked == 3


@pytest.mark.usefixtures("no_waiting")
def test_what_stays_away_is_told_as_a_disk_would() -> None:
    call = Failing(b"", *(EndpointConnectionError("no route to\nhost") for _ in range(9)))
    with pytest.raises(OSError, match=r"EndpointConnectionError: no route to: 'memory://bucket/a.json'") as caught:
        reached(FAR, call)
    assert (call.asked, caught.value.errno, caught.value.filename) == (3, errno.EIO, str(FAR))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FileNotFoundError("bucket/a"), FileNotFoundError),
        (PermissionError("Forbidden"), PermissionError),
        (FileExistsError(), FileExistsError),
        (NoCredentialsError("Unable to locate credentials"), PermissionError),
        (InputError("a: ours."), InputError),
    ],
)
def test_what_another_try_does_not_change_is_told_at_once(error: Exception, kind: type[Exception]) -> None:
    call = Failing(b"", error, error)
    with pytest.raises(kind) as caught:
        reached(FAR, call)
    assert call.asked == 1
    if isinstance(caught.value, OSError):
        assert caught.value.strerror
        assert caught.value.filename == str(FAR)


def test_on_this_disk_nothing_is_tried_twice(tmp_path: Path) -> None:
    call = Failing(b"", OSError("broken"), OSError("broken"))
    with pytest.raises(OSError, match=r"^broken$"):
        reached(tmp_path, call)
    assert call.asked == 1


def test_small_files_are_read_anywhere(store: Path, tmp_path: Path) -> None:
    for folder in (store, tmp_path):
        path = folder / "a.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes("\ufeffö\r\n".encode())
        assert read_bytes(path)[-2:] == b"\r\n"
        assert read_text(path, "utf-8-sig") == "ö\n"
        with pytest.raises(FileNotFoundError):
            read_bytes(folder / "none")
