"""What ``voxcx qa calibrate --out calibration.json`` knows of the machine's verdicts → records for insight."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from voxcx.config import read_json
from voxcx.domain.beside import CriterionTrust, ScorerAccuracy
from voxcx.errors import InputError

KINDS = ("customer", "business", "compliance")
SCHEMA = "voxcx.calibration/1"


def read_trust(results: Path, calibration: Path | None) -> dict[str, Any]:
    """``accuracy`` and ``trust`` of ``Beside``; nothing where nobody calibrated.

    Raises:
        InputError: a file that is no calibration of this version.
    """
    path = calibration or results / "calibration.json"
    if calibration is None and not path.is_file():
        return {}
    told = read_json(path, "a calibration (voxcx qa calibrate --out calibration.json)")
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        raise InputError(f"{path}: expected a calibration of {SCHEMA}, got something else; make it again.")
    try:
        return {"accuracy": _accuracy(told["critical"]), "trust": tuple(map(_trust, told["criteria"]))}
    except (KeyError, TypeError, AttributeError):
        raise InputError(f"{path}: expected a whole calibration, found parts of it missing; make it again.") from None


def _accuracy(critical: dict[str, Any]) -> tuple[ScorerAccuracy, ...]:
    made = []
    for kind in KINDS:
        if kind in critical:
            sensitivity, specificity = (_hits(critical[kind][name]) for name in ("sensitivity", "specificity"))
            made.append(ScorerAccuracy(cast("Any", kind), sensitivity, specificity))
    return tuple(made)


def _hits(figure: dict[str, Any]) -> tuple[int, int]:
    return int(figure["hits"] or 0), int(figure["n"])


def _trust(one: dict[str, Any]) -> CriterionTrust:
    agreement = one["agreement"]
    kappa, ac1 = agreement["kappa"]["value"], agreement["ac1"]["value"]
    return CriterionTrust(one["criterion"], kappa, ac1, int(agreement["kappa"]["n"]))
