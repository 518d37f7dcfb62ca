"""A model is a folder: model.txt (the trees), meta.json, CARD.md. No pickle; loading trusts nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import lightgbm as lgb
from pydantic import ValidationError

from voxcx.config import first_problem
from voxcx.csi.card import write_card
from voxcx.csi.columns import kind_of
from voxcx.csi.meta import FORMAT, ModelMeta
from voxcx.csi.model import CsiModel
from voxcx.domain.catalogue import CATALOGUE, SCHEMA_VERSION
from voxcx.errors import ModelError

META = "meta.json"
CARD = "CARD.md"
TREES = "model.txt"


def save_model(model: CsiModel, folder: Path) -> ModelMeta:
    """Write the model's folder and return its sealed identity; refuses a folder that holds anything else."""
    texts = {TREES: model.booster.model_to_string(), CARD: write_card(model.meta)}
    refuse_foreign(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    meta = model.meta.sealed({name: _sha256(text.encode()) for name, text in texts.items()})
    (folder / META).write_bytes(meta.to_json().encode())
    return meta


def load_model(folder: Path) -> CsiModel:
    """Read a model's folder after checking every digest, the format and the feature schema."""
    meta = _read_meta(folder)
    texts = {name: _read_checked(folder / Path(name).name, sha256) for name, sha256 in meta.files.items()}
    if TREES not in texts:
        raise ModelError(f"{folder}: {META} names no {TREES}; train the model again.")
    try:
        return CsiModel(meta, lgb.Booster(model_str=texts[TREES].decode()))
    except (lgb.basic.LightGBMError, UnicodeDecodeError):
        raise ModelError(f"{folder}: LightGBM cannot read {TREES}; train the model again.") from None


def refuse_foreign(folder: Path) -> None:
    """Refuse to write a model where other things lie."""
    if folder.exists() and not folder.is_dir():
        raise ModelError(f"{folder}: expected a folder for the model, got a file; give another --out.")
    foreign = [p.name for p in folder.glob("*") if p.name not in {META, CARD, TREES}]
    if foreign:
        raise ModelError(f"{folder}: expected an empty folder or a model, found {min(foreign)}; give another --out.")


def _read_meta(folder: Path) -> ModelMeta:
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
    if _sha256(data) != sha256:
        raise ModelError(
            f"{path}: sha256 differs from {META}; the file was changed: restore it or train the model again."
        )
    return data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
