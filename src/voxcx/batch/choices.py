"""The identity of the user's choices: what they name, by its content, so that a changed form is done again."""

from __future__ import annotations

from pathlib import Path

from voxcx import __version__
from voxcx.batch.incoming.keys import digest
from voxcx.choices import Choices, beside, usual_path
from voxcx.config import Config, load_config
from voxcx.csi.current import resolve
from voxcx.domain.catalogue import SCHEMA_VERSION
from voxcx.errors import FormError
from voxcx.intake.audio import file_sha256
from voxcx.qa.form import form_path
from voxcx.qa.learning.named import models_of
from voxcx.qa.yaml_source import read_source
from voxcx.results.schema import RESULTS_SCHEMA


def about(choices: Choices) -> dict[str, object]:
    """What run.json says of the choices: no clock and no path of this machine."""
    config, path = load_config(choices.config_path), choices.config_path
    return {
        "schema": RESULTS_SCHEMA,
        "voxcx": __version__,
        "features": SCHEMA_VERSION,
        "config_sha256": config.sha256(),
        "definitions": choices.definitions,
        "forms": _forms(None if choices.form is None else str(choices.form), config, path),
        "csi_model": _csi_model(str(choices.csi_model or config.csi_model)),
        "asr_model": _asr_model(str(choices.asr_model or config.transcribe.model)),
        "language": choices.language,
        **_usual(usual_path(config, path)),
    }


def _usual(path: Path | None) -> dict[str, object]:
    """What is usual changes verdicts, so a new file of it judges again; the same one elsewhere does not."""
    return {} if path is None else {"usual": file_sha256(path)}


def choices_digest(known: dict[str, object]) -> str:
    """Digest of all that changes a result. A new voxcx alone does nothing again."""
    return digest({name: value for name, value in known.items() if name != "voxcx"})


def sound_digest(choices: Choices) -> str:
    """Digest of what listening and transcribing depend on: their configuration, the recogniser, words to expect."""
    config = load_config(choices.config_path)
    only_judged_or_speed = {"model", "utterance_gap_s", "threads"}
    return digest(
        {
            "speech": config.speech.model_dump(),
            "channels": config.channels.model_dump(),
            "transcribe": config.transcribe.model_dump(exclude=only_judged_or_speed),
            "asr_model": _asr_model(str(choices.asr_model or config.transcribe.model)),
            "language": choices.language,
            "vocabulary": [config.vocabulary, _vocabularies(choices.form, config, choices.config_path)],
        }
    )


def _vocabularies(given: str | None, config: Config, path: Path | None) -> list[object]:
    """What forms add to the words to expect, and when; empty where no form adds any, whichever is chosen."""
    if given is not None:
        ways: list[tuple[dict[str, str], object]] = [({}, _words(given))]
    else:
        forms = [(route.when, beside(path, route.form)) for route in config.forms]
        ways = [(when.model_dump(exclude_none=True), _words(form)) for when, form in forms]
    return list(ways) if any(words for _, words in ways) else []


def _words(form: str) -> object:
    """A form's vocabulary as its file has it. What is wrong with the form is said where it is loaded."""
    try:
        data = read_source(form_path(form)).data
    except FormError:
        return None
    return data.get("vocabulary") if isinstance(data, dict) else None


def _forms(given: str | None, config: Config, config_path: Path | None) -> dict[str, str | None]:
    """Form → sha256 of its file: the one for all, or every one that the configuration may choose."""
    if given is not None:
        path = form_path(given)
        return {path.stem: _form_sha256(path)}
    return {route.form: _routed(beside(config_path, route.form)) for route in config.forms}


def _routed(name: str) -> str | None:
    """A route's form that is absent is said by the walk where it is needed, not before."""
    try:
        path = form_path(name)
    except FormError:
        return None
    return _form_sha256(path) if path.is_file() else None


def _form_sha256(path: Path) -> str:
    """Digest of a form and of the trained criteria beside it: one that was trained again judges anew."""
    own = file_sha256(path)
    try:
        trained = models_of(read_source(path).data, path.parent)
    except FormError:  # what is wrong with the form is said where it is loaded
        return own
    return digest({"form": own, "trained": trained}) if trained else own


def _csi_model(name: str) -> dict[str, str | None]:
    folder = resolve(name)
    meta = folder / "meta.json"
    return {folder.name: file_sha256(meta) if meta.is_file() else None}


def _asr_model(name: str) -> dict[str, str | None]:
    """A known name is pinned by its sha256 in models/asr.yaml; a folder is what is in it."""
    weights = Path(name).expanduser() / "model.bin"
    return {Path(name).name: file_sha256(weights) if weights.is_file() else None}
