"""A trained model → its folder; see ``voxcx.csi.store`` for what is in it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from voxcx.csi.boosting import written_trees
from voxcx.csi.card import pictures, write_card
from voxcx.csi.meta import ModelMeta
from voxcx.csi.plain import as_json
from voxcx.csi.store import CARD, DRIFT, LINE, META, SEEN, STUDY, TEXTS, TREES, digest_of
from voxcx.csi.training.walk import Trained
from voxcx.errors import ModelError

OURS = {META, CARD, TREES, LINE, TEXTS, STUDY, DRIFT, SEEN}


def save_model(trained: Trained, folder: Path) -> ModelMeta:
    """Write the model's folder and return its sealed identity; refuses a folder that holds anything else."""
    model = trained.model
    files = {
        TREES: written_trees(model.blend.booster).encode(),
        LINE: (model.blend.line.stored().model_dump_json() + "\n").encode(),
        STUDY: as_json(trained.study).encode(),
        DRIFT: (trained.reference.model_dump_json() + "\n").encode(),
        SEEN: _array_bytes(model.seen),
    }
    if model.texts is not None:
        files[TEXTS] = _arrays_bytes(model.texts.to_arrays())
    drawn = {name: svg.encode() for name, svg in pictures(trained.study, model.meta).items()}
    files |= drawn | {CARD: write_card(model.meta, trained.study, tuple(drawn)).encode()}
    refuse_foreign(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*"):
        old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    meta = model.meta.sealed({name: digest_of(data) for name, data in sorted(files.items())})
    (folder / META).write_bytes(meta.to_json().encode())
    return meta


def refuse_foreign(folder: Path) -> None:
    """Refuse to write a model where other things lie."""
    if folder.exists() and not folder.is_dir():
        raise ModelError(f"{folder}: expected a folder for the model, got a file; give another --out.")
    foreign = [p.name for p in folder.glob("*") if p.name not in OURS and p.suffix != ".svg"]
    if foreign:
        raise ModelError(f"{folder}: expected an empty folder or a model, found {min(foreign)}; give another --out.")


def _array_bytes(array: np.ndarray) -> bytes:
    sink = io.BytesIO()
    np.save(sink, array, allow_pickle=False)
    return sink.getvalue()


def _arrays_bytes(arrays: dict[str, np.ndarray]) -> bytes:
    sink = io.BytesIO()
    np.savez_compressed(sink, **arrays)  # type: ignore[arg-type] # NumPy's stubs take names for its own options
    return sink.getvalue()
