"""``voxcx model``: which of your models is in use, switched by one command and switched back by one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from voxcx.csi.current import Pointers
    from voxcx.csi.meta import ModelMeta

MODEL_DIR = typer.Argument(metavar="MODEL_DIR", help="Folder that `voxcx train` wrote.", show_default=False)
MODELS = typer.Option("--models", help="Folder of your models.")
AS_JSON = typer.Option("--json", help="Print as JSON.")
FIGURES = {
    "pearson": "Pearson",
    "mae_points": "mean absolute error",
    "auc_dissatisfied": "AUC of dissatisfaction",
    "ece_dissatisfied": "calibration error",
    "coverage": "coverage of the interval",
}


def use(folder: Annotated[Path, MODEL_DIR], as_json: Annotated[bool, AS_JSON] = False) -> None:
    """Use a model: `current` in the folder above points to it, once the model has been loaded and checked.

    `--csi-model current` and a configuration with `csi_model: current` then mean this model.

    Example: voxcx model use models/csi-ours-2
    """
    from voxcx.csi import current
    from voxcx.csi.store import load_model

    tell(current.use(folder, load_model), as_json=as_json)


def back(models: Annotated[Path, MODELS] = Path("models"), as_json: Annotated[bool, AS_JSON] = False) -> None:
    """Use the model before again; twice is forth again.

    Example: voxcx model back
    """
    from voxcx.csi import current
    from voxcx.csi.store import load_model

    tell(current.back(load_model, models), as_json=as_json)


def show(models: Annotated[Path, MODELS] = Path("models"), as_json: Annotated[bool, AS_JSON] = False) -> None:
    """Say which model is in use and which was before, with their main figures.

    Example: voxcx model show
    """
    from voxcx.csi import current

    current.current_folder(models)
    tell(current.read_pointers(models), as_json=as_json)


def tell(pointers: Pointers, *, as_json: bool) -> None:
    """Both models, as text or JSON."""
    import json

    told = {"current": described(pointers, pointers.current), "previous": described(pointers, pointers.previous)}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for which, one in told.items():
        for line in lines(which, one):
            typer.echo(line)


def described(pointers: Pointers, name: str | None) -> dict[str, Any] | None:
    """Id and figures of one model; of one that cannot be read, why."""
    from voxcx.csi.store import read_meta
    from voxcx.errors import ModelError

    if name is None:
        return None
    place: dict[str, Any] = {"folder": str(pointers.models / name)}
    try:
        meta = read_meta(pointers.folder(name))
    except ModelError as error:
        return place | {"problem": str(error)}
    return place | {"model_id": meta.model_id, "trained_on": meta.trained_on, "figures": figures(meta)}


def figures(meta: ModelMeta) -> dict[str, Any]:
    """The main figures with their intervals, as measured on rows that the model had not seen."""
    measured = meta.metrics.get("model", {})
    return {name: measured[name].model_dump(include={"value", "low", "high"}) for name in FIGURES if name in measured}


def lines(which: str, one: dict[str, Any] | None) -> list[str]:
    """One model as lines of text."""
    if one is None:
        return [f"{which:<9} –"]
    if "problem" in one:
        return [f"{which:<9} {one['folder']}", f"  {one['problem']}"]
    head = f"{which:<9} {one['model_id']} ({one['trained_on']} data) → {one['folder']}"
    return [head, *(f"  {FIGURES[name]:<24} {written(figure)}" for name, figure in one["figures"].items())]


def written(figure: dict[str, float | None]) -> str:
    """A figure with its interval.

    >>> written({"value": 0.5, "low": 0.4, "high": None}), written({"value": None, "low": None, "high": None})
    ('0.500', '–')
    """
    value, low, high = figure["value"], figure["low"], figure["high"]
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"
