from __future__ import annotations

import json
from pathlib import Path

import pytest

from marked_chats import marked_chats
from voxcx.errors import ModelError
from voxcx.qa.learning.calibration import Calibration
from voxcx.qa.learning.examples import gather
from voxcx.qa.learning.judge import TrainedCriterion
from voxcx.qa.learning.store import load_criterion, save_criterion
from voxcx.qa.learning.study import learn
from voxcx.qa.learning.thresholds import Thresholds

SMALL = TrainedCriterion(
    criterion="no_rudeness",
    language="ru",
    by="agent",
    kinds=("chat",),
    terms={"кричать": (2.5, 3.0), "спасибо": (1.5, -2.0)},
    intercept=-1.0,
    calibration=Calibration("isotonic", (-1.0, 1.0), (0.1, 0.9)),
    thresholds={0.8: Thresholds(0.8, 0.2), 0.9: Thresholds(0.85, None)},
    target=0.8,
    least_known=0.25,
    queues=("", "sales"),
)


def saved(folder: Path, trained: TrainedCriterion = SMALL) -> Path:
    save_criterion(trained, "{}\n", "# Card\n", folder)
    return folder


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    loaded, sha256 = load_criterion(saved(tmp_path / "c"))
    assert loaded == SMALL
    assert len(sha256) == 64


def test_the_same_criterion_gives_the_same_bytes(tmp_path: Path) -> None:
    made = [learn(gather(marked_chats(120, 9), "no_rudeness", "agent", "ru"), 0.8)[0] for _ in range(2)]
    folders = [saved(tmp_path / str(k), trained) for k, trained in enumerate(made)]
    for name in ("criterion.json", "meta.json"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_a_stored_criterion_reads_as_it_was_learned(tmp_path: Path) -> None:
    chats = marked_chats(120, 9)
    trained, _ = learn(gather(chats, "no_rudeness", "agent", "ru"), 0.8)
    loaded, _ = load_criterion(saved(tmp_path / "c", trained))
    for one in chats[:20]:
        assert loaded.read(one.said).chance == pytest.approx(trained.read(one.said).chance, abs=1e-6)


@pytest.mark.parametrize("name", ["criterion.json", "study.json", "CARD.md", "meta.json"])
def test_a_changed_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = saved(tmp_path / "c")
    text = (folder / name).read_text()
    (folder / name).write_text(text.replace("no_rudeness", "rudeness") if name != "CARD.md" else text + " ")
    if name == "study.json":
        (folder / name).write_text('{"area": 1}')
    with pytest.raises(ModelError, match="sha256"):
        load_criterion(folder)


@pytest.mark.parametrize("name", ["criterion.json", "study.json", "CARD.md", "meta.json"])
def test_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = saved(tmp_path / "c")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=r"missing|found none"):
        load_criterion(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', "\0", '{"format": 1, "criterion": "x"}'])
def test_another_format_is_refused(tmp_path: Path, text: str) -> None:
    folder = saved(tmp_path / "c")
    (folder / "meta.json").write_text(text)
    with pytest.raises(ModelError):
        load_criterion(folder)


def test_a_meta_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    folder = saved(tmp_path / "c")
    meta = json.loads((folder / "meta.json").read_text())
    meta["files"]["../criterion.json"] = meta["files"].pop("criterion.json")
    (folder / "meta.json").write_text(json.dumps(meta))
    with pytest.raises(ModelError, match="do not match its sha256"):
        load_criterion(folder)


def test_a_folder_with_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match=r"found notes\.txt"):
        saved(tmp_path)
