"""Weights are found, checked before every load, and refused in one sentence."""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

import pytest

from voxcx.errors import ModelError
from voxcx.transcribe import weights
from voxcx.transcribe.weights import find_weights

PARTS = {"model.bin.part0": b"first half, ", "model.bin.part1": b"second half", "config.json": b"{}"}
WHOLE = {"model.bin": b"first half, second half", "config.json": b"{}"}


class Installed:
    """A file of a pretended package."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    def locate(self) -> Path:
        return self._path


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> weights._Known:
    sha256 = {name: hashlib.sha256(data).hexdigest() for name, data in WHOLE.items()}
    entry = weights._Known(
        title="t", licence="MIT", install='pip install "voxcx[asr-model-base]"', sha256=sha256,
        packages=(("whisper-one", "whisper-two"), ("spare-one",)),
    )  # fmt: skip
    monkeypatch.setattr(weights, "_catalogue", lambda: {"base": entry})
    return entry


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, packages: dict[str, dict[str, bytes]]) -> None:
    for package, contents in packages.items():
        (folder / package).mkdir()
        for name, data in contents.items():
            (folder / package / name).write_bytes(data)

    def files(package: str) -> list[Installed]:
        if package not in packages:
            raise metadata.PackageNotFoundError(package)
        return [Installed(folder / package / name) for name in packages[package]]

    monkeypatch.setattr(metadata, "files", files)


def split() -> dict[str, dict[str, bytes]]:
    one = {name: PARTS[name] for name in ("model.bin.part1", "config.json")}
    return {"whisper-one": one, "whisper-two": {"model.bin.part0": PARTS["model.bin.part0"]}}


@pytest.mark.usefixtures("known")
def test_parts_are_joined_in_their_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, tmp_path, split())
    found = find_weights("base")
    assert found.files == WHOLE
    assert found.identity == f"whisper-base@{hashlib.sha256(WHOLE['model.bin']).hexdigest()[:12]}"


@pytest.mark.usefixtures("known")
def test_the_spare_packages_serve_when_the_first_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, tmp_path, {"whisper-one": {}, "spare-one": WHOLE})
    assert find_weights("base").files == WHOLE


@pytest.mark.usefixtures("known")
def test_missing_packages_name_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, tmp_path, {})
    with pytest.raises(ModelError, match=r'whisper-one and whisper-two.*pip install "voxcx\[asr-model-base\]"'):
        find_weights("base")


@pytest.mark.usefixtures("known")
def test_changed_bytes_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages = split()
    packages["whisper-two"]["model.bin.part0"] = b"First half, "
    install(monkeypatch, tmp_path, packages)
    with pytest.raises(ModelError, match=r"expected model\.bin with sha256 .* pip install"):
        find_weights("base")


@pytest.mark.usefixtures("known")
def test_a_file_that_the_package_lists_but_the_disk_lacks_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(monkeypatch, tmp_path, split())
    (tmp_path / "whisper-two" / "model.bin.part0").unlink()
    with pytest.raises(ModelError, match="sha256"):
        find_weights("base")


def test_the_shipped_catalogue_has_the_published_digests() -> None:
    base = weights._catalogue()["base"]
    assert base.sha256["model.bin"] == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
    assert set(base.sha256) == {"model.bin", "config.json", "tokenizer.json", "vocabulary.txt"}
    assert base.install.startswith("pip install")


def test_a_folder_is_named_by_its_digest_and_refused_without_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"without model\.bin"):
        find_weights(str(tmp_path))
    (tmp_path / "model.bin").write_bytes(b"weights")
    found = find_weights(str(tmp_path))
    assert found.identity == f"{tmp_path.name}@{hashlib.sha256(b'weights').hexdigest()[:12]}"
    assert (found.location, found.files) == (str(tmp_path), {})


@pytest.mark.parametrize("name", ["./nowhere", "~/no-such-model", "/no/such/folder"])
def test_a_path_that_is_not_there_is_no_hub_name(name: str) -> None:
    with pytest.raises(ModelError, match="found none"):
        find_weights(name)


def test_any_other_name_is_left_to_the_hub() -> None:
    assert find_weights("large-v3-turbo").location == "large-v3-turbo"
