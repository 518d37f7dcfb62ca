from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from voxcx.config import shipped
from voxcx.csi.meta import ModelMeta, Naming
from voxcx.csi.model import SIMULATED_WARNING, CsiModel
from voxcx.csi.rated import Rated
from voxcx.csi.settings import TrainingConfig
from voxcx.csi.store import load_model, save_model
from voxcx.csi.training import train_model
from voxcx.domain.catalogue import SCHEMA_VERSION
from voxcx.domain.features import FeatureRow
from voxcx.errors import ModelError

MakeRow = Callable[..., FeatureRow]


@pytest.fixture
def folder(model: CsiModel, tmp_path: Path) -> Path:
    save_model(model, tmp_path / "csi-test-1")
    return tmp_path / "csi-test-1"


def edit(folder: Path, change: Callable[[dict[str, object]], None], *, seal: bool = True) -> None:
    path = folder / "meta.json"
    record = json.loads(path.read_text())
    change(record)
    if seal and record["format"] == 1 and record["feature_schema_version"] == SCHEMA_VERSION:
        try:
            record["sha256"] = ModelMeta.model_validate(record).digest()
        except ValueError:
            record["sha256"] = ""
    path.write_text(json.dumps(record))


def test_what_is_loaded_estimates_as_what_was_saved(model: CsiModel, folder: Path, row: MakeRow) -> None:
    loaded = load_model(folder)
    assert loaded.estimate(row(unresolved_cue=1)) == model.estimate(row(unresolved_cue=1))
    assert loaded.model_id == "csi-test-1"
    assert sorted(path.name for path in folder.iterdir()) == ["CARD.md", "meta.json", "model.txt"]


def test_the_same_data_and_seed_give_the_same_bytes(
    first: Callable[[int], Rated], config: TrainingConfig, tmp_path: Path
) -> None:
    for name in ("once", "again"):
        save_model(train_model(first(600), config, Naming("csi-test-1", "simulated")), tmp_path / name)
    for path in (tmp_path / "once").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


@pytest.mark.parametrize("name", ["model.txt", "CARD.md", "meta.json"])
def test_a_missing_part_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        load_model(folder)


@pytest.mark.parametrize("name", ["model.txt", "CARD.md"])
def test_a_changed_part_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(ModelError, match=rf"{name}: sha256 differs"):
        load_model(folder)


def _raise_quantile(record: dict[str, object]) -> None:
    record["interval"] = {"level": 0.9, "quantile": 0.1}


def _rename_column(record: dict[str, object]) -> None:
    columns = record["columns"]
    assert isinstance(columns, list)
    columns[0]["name"] = "mood_ring"


def _turn_category(record: dict[str, object]) -> None:
    columns = record["columns"]
    assert isinstance(columns, list)
    next(column for column in columns if column["name"] == "ivr_status")["kind"] = "number"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda record: record.update(format=2), "format 2 is newer than 1"),
        (lambda record: record.update(format=None), "format number"),
        (lambda record: record.update(feature_schema_version="0"), "version 0 instead of 2"),
        (_rename_column, "unknown here: mood_ring"),
        (_turn_category, "of another kind: ivr_status"),
        (lambda record: record.update(colour="red"), "colour: this key is not known"),
        (lambda record: record.update(files={}), "names no model.txt"),
    ],
)
def test_another_schema_or_format_is_refused_with_what_differs(
    folder: Path, change: Callable[[dict[str, object]], None], said: str
) -> None:
    edit(folder, change)
    with pytest.raises(ModelError, match=said) as caught:
        load_model(folder)
    assert "\n" not in str(caught.value)


def test_an_edited_description_is_refused(folder: Path) -> None:
    edit(folder, _raise_quantile, seal=False)
    with pytest.raises(ModelError, match="do not match its sha256"):
        load_model(folder)


def test_no_model_and_no_json_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"expected a model folder with meta\.json"):
        load_model(tmp_path)
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(ModelError, match="expected JSON"):
        load_model(tmp_path)


def test_a_model_is_not_written_over_other_files(model: CsiModel, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ModelError, match=r"thesis\.txt"):
        save_model(model, tmp_path)


def test_the_shipped_model_loads_warns_and_is_small(row: MakeRow) -> None:
    folder = shipped("models", "csi-demo-1")
    demo = load_model(folder)
    assert demo.meta.trained_on == "simulated"
    assert demo.estimate(row()).warnings[0] == SIMULATED_WARNING
    assert "Trained on simulated data" in (folder / "CARD.md").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_500_000
    good, bad = demo.estimate(row()).value, demo.estimate(row(queue_wait_s=400, unresolved_cue=2)).value
    assert good - bad > 20
