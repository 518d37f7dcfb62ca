"""A trained criterion is a folder of plain files. No pickle; loading trusts nothing.

criterion.json  terms with their numbers, calibration, thresholds
study.json      what was measured
CARD.md         for people
meta.json       format, criterion, sha256 of every other file, and its own
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, FiniteFloat, ValidationError

from voxcx.config import Checked, first_problem
from voxcx.errors import ModelError
from voxcx.qa.learning.calibration import Calibration
from voxcx.qa.learning.judge import TrainedCriterion
from voxcx.qa.learning.named import META
from voxcx.qa.learning.thresholds import Thresholds

FORMAT = 1
CARD, CRITERION, STUDY = "CARD.md", "criterion.json", "study.json"
OURS = {META, CARD, CRITERION, STUDY}
DIGITS = 8  # significant ones: what a number of a sum of thousands can hold
AGAIN = "restore the folder or train the criterion again"
Chance = Annotated[float, Field(ge=0, le=1)]


class _Stored(Checked):
    criterion: str
    language: Literal["ru", "en"]
    by: Literal["agent", "customer", "anyone"]
    kinds: tuple[str, ...]
    queues: tuple[str, ...]
    terms: tuple[tuple[str, FiniteFloat, FiniteFloat], ...]
    intercept: FiniteFloat
    calibration: Literal["platt", "isotonic"]
    calibration_at: tuple[FiniteFloat, ...]
    calibration_chances: tuple[Chance, ...]
    target: Chance
    thresholds: tuple[tuple[Chance, Chance | None, Chance | None], ...]
    least_known: Chance


class _Meta(Checked):
    format: int
    criterion: str
    files: dict[str, str]
    sha256: str


def save_criterion(trained: TrainedCriterion, study_json: str, card: str, folder: Path) -> str:
    """Write the folder and return its sha256; the same contents give the same bytes.

    Raises:
        ModelError: the folder holds something else.
    """
    refuse_foreign(folder)
    files = {CARD: card.encode(), CRITERION: _written(trained).encode(), STUDY: study_json.encode()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    about: dict[str, Any] = {
        "format": FORMAT,
        "criterion": trained.criterion,
        "files": {name: _digest(data) for name, data in sorted(files.items())},
    }
    sealed = about | {"sha256": _seal(about)}
    (folder / META).write_text(json.dumps(sealed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return _seal(about)


def refuse_foreign(folder: Path) -> None:
    """Refuse to write where other things lie."""
    if folder.exists() and not folder.is_dir():
        raise ModelError(f"{folder}: expected a folder for the trained criterion, got a file; give another --out.")
    foreign = sorted(path.name for path in folder.glob("*") if path.name not in OURS)
    if foreign:
        raise ModelError(
            f"{folder}: expected an empty folder or a trained criterion, found {foreign[0]}; give another --out."
        )


def load_criterion(folder: Path) -> tuple[TrainedCriterion, str]:
    """The trained criterion and its sha256, after checking every digest and the format.

    Raises:
        ModelError: no such folder, another format, a changed or missing file.
    """
    meta = _meta(folder)
    files = {name: _checked(folder, name, sha256) for name, sha256 in sorted(meta.files.items())}
    if CRITERION not in files:
        raise ModelError(f"{folder}: {META} names no {CRITERION}; {AGAIN}.")
    try:
        trained = _read(_Stored.model_validate_json(files[CRITERION]))
    except ValidationError as error:
        raise ModelError(f"{folder / CRITERION}: {first_problem(error)}; {AGAIN}.") from None
    except ValueError as error:
        raise ModelError(f"{folder / CRITERION}: {error}; {AGAIN}.") from None
    return trained, meta.sha256


def _meta(folder: Path) -> _Meta:
    path = folder / META
    if not path.is_file():
        raise ModelError(
            f"{folder}: expected a trained criterion with {META}, found none; give a folder that "
            "`voxcx qa train-criterion` made."
        )
    try:
        raw = json.loads(path.read_bytes())
    except ValueError:
        raise ModelError(f"{path}: expected JSON, got something else; {AGAIN}.") from None
    got = raw.get("format") if isinstance(raw, dict) else None
    if got != FORMAT:
        raise ModelError(f"{path}: expected format {FORMAT}, got {got!r}; train the criterion with this voxcx.")
    try:
        meta = _Meta.model_validate(raw)
    except ValidationError as error:
        raise ModelError(f"{path}: {first_problem(error)}; {AGAIN}.") from None
    if _seal({name: value for name, value in raw.items() if name != "sha256"}) != meta.sha256:
        raise ModelError(f"{path}: its contents do not match its sha256; {AGAIN}.")
    return meta


def _checked(folder: Path, name: str, sha256: str) -> bytes:
    path = folder / Path(name).name
    if not path.is_file():
        raise ModelError(f"{path}: this part of the trained criterion is missing; {AGAIN}.")
    data = path.read_bytes()
    if _digest(data) != sha256:
        raise ModelError(f"{path}: sha256 differs from {META}, the file was changed; {AGAIN}.")
    return data


def _written(trained: TrainedCriterion) -> str:
    calibration = trained.calibration
    stored = _Stored(
        criterion=trained.criterion,
        language="ru" if trained.language == "ru" else "en",
        by=trained.by,
        kinds=trained.kinds,
        queues=trained.queues,
        terms=tuple((term, _short(idf), _short(weight)) for term, (idf, weight) in sorted(trained.terms.items())),
        intercept=_short(trained.intercept),
        calibration=calibration.kind,
        calibration_at=tuple(map(_short, calibration.at)),
        calibration_chances=tuple(map(_short, calibration.chances)),
        target=trained.target,
        thresholds=tuple(
            (target, _maybe(at.not_met), _maybe(at.met)) for target, at in sorted(trained.thresholds.items())
        ),
        least_known=_short(trained.least_known),
    )
    plain = stored.model_dump()
    terms = ",\n".join(json.dumps(term, ensure_ascii=False) for term in plain.pop("terms"))
    head = json.dumps(plain, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{head},\n "terms": [\n{terms}\n]\n}}\n'


def _read(stored: _Stored) -> TrainedCriterion:
    return TrainedCriterion(
        stored.criterion,
        stored.language,
        stored.by,
        stored.kinds,
        {term: (idf, weight) for term, idf, weight in stored.terms},
        stored.intercept,
        Calibration(stored.calibration, stored.calibration_at, stored.calibration_chances),
        {target: Thresholds(not_met, met) for target, not_met, met in stored.thresholds},
        stored.target,
        stored.least_known,
        stored.queues,
    )


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def _maybe(number: float | None) -> float | None:
    return None if number is None else _short(number)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _seal(about: dict[str, Any]) -> str:
    return _digest(json.dumps(about, sort_keys=True, ensure_ascii=False).encode())
