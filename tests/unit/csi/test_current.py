from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from typer.testing import CliRunner

from voxcx.cli import app
from voxcx.config import shipped
from voxcx.csi import current
from voxcx.csi.current import Pointers, back, current_folder, read_pointers, resolve, use
from voxcx.csi.evaluation.metrics import Figure
from voxcx.errors import ModelError


def fine(folder: Path) -> None:
    assert folder.is_dir()


def broken(folder: Path) -> None:
    raise ModelError(f"{folder}: expected a model, found none; train one.")


@pytest.fixture(params=["symlink", "text"])
def models(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three models, on a system that makes symlinks and on one that makes none."""
    if request.param == "text":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(1, "Operation not permitted")

        monkeypatch.setattr(Path, "symlink_to", refuse)
    for name in ("a", "b", "c"):
        (tmp_path / "models" / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "models"


def said(models: Path) -> tuple[str | None, str | None]:
    found = read_pointers(models)
    return found.current, found.previous


def test_use_switches_and_back_switches_back_and_forth(models: Path) -> None:
    assert said(models) == (None, None)
    use(models / "a", fine)
    assert said(models) == ("a", None)
    use(models / "b", fine)
    assert said(models) == ("b", "a")
    assert back(fine, models) == Pointers(models, "a", "b")
    back(fine, models)
    assert said(models) == ("b", "a")
    assert current_folder(models) == models / "b"


def test_the_model_in_use_stays_and_the_one_before_too(models: Path) -> None:
    use(models / "a", fine)
    use(models / "b", fine)
    use(models / "b", fine)
    assert said(models) == ("b", "a")


def test_a_pointer_stands_for_its_folder(models: Path) -> None:
    use(Path("models/a"), fine)
    use(Path("models/b"), fine)
    use(Path("models/previous"), fine)
    assert said(models) == ("a", "b")
    assert resolve("models/current") == Path("models/a")


def test_only_two_names_are_added_and_no_half_made_pointer_stays(models: Path) -> None:
    for name in "abcab":
        use(models / name, fine)
    assert sorted(path.name for path in models.iterdir()) == ["a", "b", "c", "current", "previous"]


def test_the_folder_can_be_moved_as_a_whole(models: Path) -> None:
    use(models / "a", fine)
    moved = models.rename(models.with_name("elsewhere"))
    assert current_folder(moved) == moved / "a"


def test_a_model_that_fails_its_check_is_never_used(models: Path) -> None:
    use(models / "a", fine)
    with pytest.raises(ModelError, match="expected a model, found none"):
        use(models / "b", broken)
    use(models / "c", fine)
    with pytest.raises(ModelError, match="expected a model, found none"):
        back(broken, models)
    assert said(models) == ("c", "a")


def test_back_needs_a_model_before(models: Path) -> None:
    with pytest.raises(ModelError, match="in use before, found none"):
        back(fine, models)
    use(models / "a", fine)
    with pytest.raises(ModelError, match="in use before, found none"):
        back(fine, models)


def test_nothing_chosen_is_said(models: Path) -> None:
    with pytest.raises(ModelError, match="none chosen"):
        current_folder(models)


def test_a_folder_that_is_gone_is_said_and_never_remembered(models: Path) -> None:
    use(models / "a", fine)
    use(models / "b", fine)
    (models / "b").rmdir()
    with pytest.raises(ModelError, match=r"b: expected the model's folder, found none"):
        current_folder(models)
    with pytest.raises(ModelError, match=r"b: expected the model's folder"):
        resolve("current")
    use(models / "c", fine)
    assert said(models) == ("c", "a")
    (models / "a").rmdir()
    with pytest.raises(ModelError, match=r"a: expected the model's folder"):
        back(fine, models)
    assert said(models) == ("c", "a")


@pytest.mark.parametrize("name", ["current", "previous"])
@pytest.mark.parametrize("content", [None, "notes of mine\n", "voxcx model: a\nand more\n", ""])
def test_what_is_not_ours_is_left_alone(models: Path, name: str, content: str | None) -> None:
    foreign = models / name
    foreign.mkdir() if content is None else foreign.write_text(content)
    with pytest.raises(ModelError, match=f"{name}: expected a pointer"):
        use(models / "a", fine)
    assert foreign.is_dir() if content is None else foreign.read_text() == content


def test_a_model_cannot_have_a_pointers_name(models: Path) -> None:
    (models / "current").mkdir()
    with pytest.raises(ModelError, match="expected another name"):
        use(models / "current", fine)


def test_a_pointer_made_by_hand_is_followed(models: Path, tmp_path: Path) -> None:
    (models / "current").write_text("voxcx model: b\n")
    assert current_folder(models) == models / "b"
    assert said(models) == ("b", None)
    assert resolve("current") == Path("models/b")
    assert tmp_path == Path.cwd()


def test_a_folder_that_cannot_be_written_is_said(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ModelError, match="Read-only file system"):
        use(models / "a", fine)
    assert sorted(path.name for path in models.iterdir()) == ["a", "b", "c"]


def test_resolve_knows_folders_shipped_names_and_current(models: Path) -> None:
    demo = shipped("models", current.DEMO)
    assert resolve("models/a") == Path("models/a")
    assert resolve(models / "a") == models / "a"
    assert resolve(current.DEMO) == demo
    assert resolve("current") == demo
    use(models / "c", fine)
    assert resolve("current") == Path("models/c")


@pytest.mark.parametrize("name", ["", "nowhere", "../models", "models/nowhere", "asr.yaml"])
def test_resolve_refuses_what_is_no_model(models: Path, name: str) -> None:
    assert models.is_dir()
    with pytest.raises(ModelError, match="found none"):
        resolve(name)


class Meta:
    """What the command line reads of a model."""

    trained_on = "survey"

    def __init__(self, folder: Path) -> None:
        self.model_id = f"csi-{folder.name}"
        known = Figure(value=0.5, low=0.25, high=0.75)
        self.metrics = {"model": {"pearson": known, "coverage": Figure(value=None)}, "mean": {"pearson": known}}


@pytest.fixture
def told(models: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`voxcx model`, with folders for models."""
    monkeypatch.setitem(sys.modules, "voxcx.csi.store", SimpleNamespace(load_model=fine, read_meta=Meta))  # type: ignore[arg-type]
    assert models.is_dir()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["model", *arguments])

    return run


def test_the_command_line_says_what_is_in_use_and_what_was(told: Callable[..., Result]) -> None:
    assert told("use", "models/a").exit_code == 0
    assert told("use", "models/b").output.splitlines() == [
        "current   csi-b (survey data) → models/b",
        "  Pearson                  0.500 [0.250, 0.750]",
        "  coverage of the interval –",
        "previous  csi-a (survey data) → models/a",
        "  Pearson                  0.500 [0.250, 0.750]",
        "  coverage of the interval –",
    ]
    told("back")
    shown = json.loads(told("show", "--json").output)
    assert (shown["current"]["model_id"], shown["previous"]["model_id"]) == ("csi-a", "csi-b")
    assert shown["current"]["figures"]["pearson"] == {"value": 0.5, "low": 0.25, "high": 0.75}


def test_a_model_before_that_is_gone_does_not_hide_the_one_in_use(told: Callable[..., Result], models: Path) -> None:
    told("use", "models/a")
    told("use", "models/b")
    (models / "a").rmdir()
    lines = told("show").output.splitlines()
    assert lines[0].startswith("current   csi-b")
    assert "expected the model's folder, found none" in lines[-1]


def test_nothing_in_use_is_an_error_in_one_sentence(told: Callable[..., Result]) -> None:
    shown = told("show")
    assert isinstance(shown.exception, ModelError)
