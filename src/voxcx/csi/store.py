"""A model is a folder of plain files. No pickle; loading trusts nothing.

model.txt     the trees, as LightGBM writes them
line.json     the line: what each column adds
texts.npz     what was learned from words: arrays alone (where the model reads words)
study.json    what was measured beside the model
drift.json    what the training data looked like
seen.npy      digests of the interactions trained on, so that nobody judges the model by them
CARD.md       for people; *.svg are its pictures
meta.json     identity, and sha256 of every other file
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import lightgbm as lgb
import numpy as np
from pydantic import ValidationError

from voxcx.config import first_problem
from voxcx.csi.blend import Blend, Mixture
from voxcx.csi.columns import kind_of
from voxcx.csi.evaluation.drift import Reference
from voxcx.csi.line import StoredLine, line_of
from voxcx.csi.meta import FORMAT, ModelMeta
from voxcx.csi.texts import TextModel
from voxcx.csi.trained import CsiModel
from voxcx.domain.catalogue import CATALOGUE, SCHEMA_VERSION
from voxcx.errors import ModelError

META, CARD, TREES, LINE, TEXTS = "meta.json", "CARD.md", "model.txt", "line.json", "texts.npz"
STUDY, DRIFT, SEEN = "study.json", "drift.json", "seen.npy"


def load_model(folder: Path) -> CsiModel:
    """Read a model's folder after checking every digest, the format and the feature schema."""
    meta = read_meta(folder)
    files = {name: _read_checked(folder / Path(name).name, sha256) for name, sha256 in meta.files.items()}
    for name in (TREES, LINE, SEEN):
        if name not in files:
            raise ModelError(f"{folder}: {META} names no {name}; train the model again.")
    try:
        booster = lgb.Booster(model_str=files[TREES].decode())
        line = line_of(StoredLine.model_validate_json(files[LINE]))
        texts = TextModel.from_arrays(_arrays(files[TEXTS])) if TEXTS in files else None
        seen = np.load(io.BytesIO(files[SEEN]), allow_pickle=False)
    except (lgb.basic.LightGBMError, UnicodeDecodeError):
        raise ModelError(f"{folder}: LightGBM cannot read {TREES}; train the model again.") from None
    except (ValueError, KeyError):
        raise ModelError(
            f"{folder}: {LINE}, {SEEN} or {TEXTS} holds other values than expected; train the model again."
        ) from None
    mixture = Mixture(meta.mixture.share, meta.mixture.steepness)
    return CsiModel(meta, Blend(booster, line, mixture), texts, seen)


def load_reference(folder: Path) -> Reference:
    """What the training data looked like, for drift."""
    meta = read_meta(folder)
    return Reference.model_validate_json(_read_checked(folder / DRIFT, meta.files.get(DRIFT, "")))


def read_meta(folder: Path) -> ModelMeta:
    """A model's identity, its digest checked."""
    path = folder / META
    if not path.is_file():
        raise ModelError(
            f"{folder}: expected a model folder with {META}, found none; give a folder that voxcx train made."
        )
    try:
        raw = json.loads(path.read_bytes())
    except ValueError:
        raise ModelError(f"{path}: expected JSON, got something else; train the model again.") from None
    _refuse_format(path, raw)
    _refuse_schema(path, raw)
    try:
        meta = ModelMeta.model_validate(raw)
    except ValidationError as error:
        raise ModelError(f"{path}: {first_problem(error)}; train the model again.") from None
    if meta.digest() != meta.sha256:
        raise ModelError(f"{path}: its contents do not match its sha256; restore the file or train the model again.")
    return meta


def _refuse_format(path: Path, raw: object) -> None:
    if not isinstance(raw, dict) or not isinstance(raw.get("format"), int):
        raise ModelError(
            f"{path}: expected a model's description with a format number, got none; train the model again."
        )
    if raw["format"] > FORMAT:
        raise ModelError(
            f"{path}: model format {raw['format']} is newer than {FORMAT}, the newest known here; update voxcx."
        )
    if raw["format"] < FORMAT:
        raise ModelError(
            f"{path}: model format {raw['format']} is older than {FORMAT}, the one known here; train the model again."
        )


def _refuse_schema(path: Path, raw: dict[str, object]) -> None:
    """A model of other features would read the wrong columns: say which."""
    version = raw.get("feature_schema_version")
    columns = raw.get("columns")
    listed = [c for c in columns if isinstance(c, dict)] if isinstance(columns, list) else []
    names = {str(column.get("name")): column.get("kind") for column in listed}
    unknown = sorted(name for name in names if name not in CATALOGUE)
    changed = sorted(name for name, kind in names.items() if name in CATALOGUE and kind != kind_of(name))
    differs = [f"version {version} instead of {SCHEMA_VERSION}"] if version != SCHEMA_VERSION else []
    differs += [f"unknown here: {', '.join(unknown)}"] if unknown else []
    differs += [f"of another kind: {', '.join(changed)}"] if changed else []
    if differs:
        raise ModelError(f"{path}: made for another feature schema ({'; '.join(differs)}); train the model again.")


def _read_checked(path: Path, sha256: str) -> bytes:
    if not path.is_file():
        raise ModelError(f"{path}: this part of the model is missing; restore the folder or train the model again.")
    data = path.read_bytes()
    if digest_of(data) != sha256:
        raise ModelError(
            f"{path}: sha256 differs from {META}; the file was changed: restore it or train the model again."
        )
    return data


def digest_of(data: bytes) -> str:
    """sha256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _arrays(data: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
