from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from voxcx.config import shipped
from voxcx.csi.answers import Table
from voxcx.csi.meta import FORMAT, ModelMeta
from voxcx.csi.seen import digests
from voxcx.csi.settings import TextConfig, load_training_config
from voxcx.csi.store import load_model, load_reference, read_meta
from voxcx.csi.trained import SIMULATED_WARNING, CsiModel
from voxcx.csi.training.rated import Rated
from voxcx.csi.training.saving import save_model
from voxcx.csi.training.walk import Trained
from voxcx.domain.catalogue import SCHEMA_VERSION
from voxcx.domain.features import FeatureRow
from voxcx.errors import ModelError

MakeRow = Callable[..., FeatureRow]
Train = Callable[..., Trained]
Files = Callable[[Trained], dict[str, bytes]]
PARTS = ["model.txt", "line.json", "study.json", "drift.json", "seen.npy", "CARD.md"]
PICTURES = ["calibration.svg", "estimates.svg", "groups.svg", "importance.svg"]


@pytest.fixture
def folder(trained: Trained, tmp_path: Path) -> Path:
    save_model(trained, tmp_path / "csi-test-1")
    return tmp_path / "csi-test-1"


def edit(folder: Path, change: Callable[[dict[str, object]], None], *, seal: bool = True) -> None:
    path = folder / "meta.json"
    record = json.loads(path.read_text())
    change(record)
    if seal and record["format"] == FORMAT and record["feature_schema_version"] == SCHEMA_VERSION:
        try:
            record["sha256"] = ModelMeta.model_validate(record).digest()
        except ValueError:
            record["sha256"] = ""
    path.write_text(json.dumps(record))


def test_what_is_loaded_estimates_as_what_was_saved(model: CsiModel, folder: Path, row: MakeRow, rated: Rated) -> None:
    loaded = load_model(folder)
    assert loaded.estimate(row(unresolved_cue=1)) == model.estimate(row(unresolved_cue=1))
    assert loaded.model_id == "csi-test-1"
    assert sorted(path.name for path in folder.iterdir()) == sorted([*PARTS, *PICTURES, "meta.json"])
    some: Table = rated.interactions.rows(np.arange(200)).table
    assert loaded.predict_table(some).value.tobytes() == model.predict_table(some).value.tobytes()


def test_what_is_beside_the_model_comes_back(trained: Trained, folder: Path, rated: Rated) -> None:
    assert load_reference(folder) == trained.reference
    seen = load_model(folder).seen
    assert len(seen) == len(rated)
    assert np.isin(digests(rated.interactions.id, rated.interactions.moment_s), seen).all()
    assert not np.isin(digests(rated.interactions.id, rated.interactions.moment_s + 1), seen).any()
    study = json.loads((folder / "study.json").read_bytes())
    assert set(study["metrics"]) == set(trained.study.metrics)
    assert read_meta(folder) == load_model(folder).meta


def test_no_file_holds_a_pickle(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix not in {".npy", ".npz"}:
            path.read_bytes().decode("utf-8")
    assert np.load(folder / "seen.npy", allow_pickle=False).dtype == np.dtype("<u8")


def test_the_same_data_and_seed_give_the_same_bytes(
    first: Callable[[int], Rated], train: Train, bytes_of: Files
) -> None:
    once, again = (bytes_of(train(first(600))) for _ in range(2))
    assert once == again
    assert set(once) == {*PARTS, *PICTURES, "meta.json"}
    other = bytes_of(train(first(600), seed=2))
    assert other["model.txt"] != once["model.txt"]


def test_words_give_the_same_bytes_too(
    first: Callable[[int], Rated], train: Train, bytes_of: Files, with_words: Callable[[Rated], Rated]
) -> None:
    spoken = with_words(first(300))
    made = [bytes_of(train(spoken, texts=TextConfig(embeddings="off"))) for _ in range(2)]
    assert made[0] == made[1]
    assert "texts.npz" in made[0]
    with np.load(io.BytesIO(made[0]["texts.npz"]), allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind != "O" for name in arrays.files)


@pytest.mark.slow
def test_the_number_of_threads_changes_no_tree(first: Callable[[int], Rated], train: Train, bytes_of: Files) -> None:
    boosting = load_training_config().boosting
    made = [bytes_of(train(first(120), boosting=boosting.model_copy(update={"threads": n}))) for n in (1, 2)]
    assert made[0]["model.txt"] == made[1]["model.txt"]


@pytest.mark.slow
def test_the_number_of_blas_threads_changes_no_byte(
    first: Callable[[int], Rated], train: Train, bytes_of: Files
) -> None:
    made = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            made.append(bytes_of(train(first(200))))
    assert made[0] == made[1]


def test_a_model_is_replaced_whole(trained: Trained, folder: Path, first: Callable[[int], Rated], train: Train) -> None:
    (folder / "older.svg").write_text("<svg/>")
    save_model(train(first(300)), folder)
    assert not (folder / "older.svg").exists()
    assert load_model(folder).model_id == "m"
    save_model(trained, folder)
    assert load_model(folder).model_id == "csi-test-1"


@pytest.mark.parametrize("name", ["model.txt", "CARD.md", "meta.json", "line.json", "seen.npy", "groups.svg"])
def test_a_missing_part_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        load_model(folder)


@pytest.mark.parametrize("name", [*PARTS, *PICTURES])
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


def _lose_the_line(record: dict[str, object]) -> None:
    files = record["files"]
    assert isinstance(files, dict)
    del files["line.json"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda record: record.update(format=FORMAT + 1), f"format {FORMAT + 1} is newer than {FORMAT}"),
        (lambda record: record.update(format=1), f"format 1 is older than {FORMAT}"),
        (lambda record: record.update(format=None), "format number"),
        (lambda record: record.update(feature_schema_version="0"), f"version 0 instead of {SCHEMA_VERSION}"),
        (_rename_column, "unknown here: mood_ring"),
        (_turn_category, "of another kind: ivr_status"),
        (lambda record: record.update(colour="red"), "colour: this key is not known"),
        (lambda record: record.update(files={}), "names no model.txt"),
        (_lose_the_line, "names no line.json"),
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


def test_a_model_is_not_written_over_other_files(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ModelError, match=r"thesis\.txt"):
        save_model(trained, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(ModelError, match="got a file"):
        save_model(trained, tmp_path / "thesis.txt")


def test_the_card_tells_all_sections(folder: Path) -> None:
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    for heading in ("How it was made", "Figures", "Groups", "Who does not answer", "What moves it", "Limits"):
        assert f"## {heading}\n" in card
    for picture in PICTURES:
        assert f"]({picture})" in card
    assert "Trained on simulated data" in card


def test_the_shipped_model_loads_warns_and_is_small(row: MakeRow) -> None:
    folder = shipped("models", "csi-demo-1")
    demo = load_model(folder)
    assert demo.meta.trained_on == "simulated"
    assert demo.estimate(row()).warnings[0] == SIMULATED_WARNING
    assert "Trained on simulated data" in (folder / "CARD.md").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_500_000
    good, bad = demo.estimate(row()).value, demo.estimate(row(queue_wait_s=400, unresolved_cue=2)).value
    assert good - bad > 20
