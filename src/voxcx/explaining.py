"""HALL: a stored result and a criterion → why it came out so, step by step, by the form that judges it.

open the result (a JSON, or a row of a results folder) → find the form → put the case together again → explain
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voxcx.assembly import make_tools
from voxcx.choices import Choices, beside
from voxcx.config import load_config
from voxcx.domain.qa import QaForm, Rule, Verdict
from voxcx.errors import FormError, InputError
from voxcx.pipeline import case_of
from voxcx.qa.case import Case
from voxcx.qa.explanation.records import Explanation
from voxcx.qa.explanation.verdict import explain
from voxcx.qa.explanation.words import told
from voxcx.qa.form import form_path, parse_form, shipped_forms
from voxcx.qa.rule_reader import RuleReader, did_you_mean, suggestion
from voxcx.qa.yaml_source import Source, read_source
from voxcx.report.as_json import read_document
from voxcx.report.from_json import reread
from voxcx.results.reading import read_columns
from voxcx.results.row import read_row
from voxcx.results.stored import heard_of, history_of, interaction_of, recognition_of
from voxcx.results.verdicts import stored_cards


@dataclass(frozen=True, slots=True)
class Asked:
    """What to explain. ``id`` says which interaction of a results folder; ``form`` None: the one that judged it."""

    result: Path
    criterion: str
    id: str | None = None
    form: str | None = None
    config: Path | None = None
    definitions: str = "default"


@dataclass(frozen=True, slots=True)
class Stored:
    """A case as it was kept, and what the criterion's verdict was; ``form`` is the name of the form that gave it."""

    case: Case
    form: str | None
    verdict: Verdict | None
    whole: bool  # with earlier contacts


def explain_stored(asked: Asked) -> Explanation:
    """Explain a criterion of a stored result.

    Raises:
        InputError: no such result, interaction or criterion, or one without words.
        FormError: the form that judged it is not at hand.
    """
    form_is = asked.form
    stored = _of_folder(asked) if asked.result.is_dir() else _of_document(asked)
    if form_is is None and stored.form is None:
        raise InputError(f"{asked.result}: expected a result with a scorecard, got none; choose a form with --form.")
    source = read_source(form_path(form_is)) if form_is is not None else _that_judged(str(stored.form), asked)
    form = parse_form(source)
    if not stored.case.transcript.utterances:
        raise InputError(f"{asked.result}: expected a result with a transcript, got one without words; score it again.")
    explanation = explain(form, asked.criterion, stored.case, _names(source, form))
    return replace(explanation, remarks=tuple(_remarks(explanation, stored)))


def _of_document(asked: Asked) -> Stored:
    document = read_document(asked.result)
    kept = reread(document)
    if asked.id not in {None, kept.interaction.id}:
        raise InputError(
            f"{asked.result}: expected the interaction {asked.id!r}, got {kept.interaction.id!r}; drop --id."
        )
    card: dict[str, Any] = document["scorecard"] or {}
    verdicts = {one["criterion"]: one["verdict"] for one in card.get("results", ())}
    name = f"{card['form_id']}.v{card['form_version']}" if card else None
    case = Case(kept.interaction, kept.transcript, kept.timeline, kept.features)
    return Stored(case, name, verdicts.get(asked.criterion), whole=False)


def _of_folder(asked: Asked) -> Stored:
    ids = read_columns(asked.result, "interactions", ["interaction_id"])["interaction_id"].to_pylist()
    if not ids:
        raise InputError(
            f"{asked.result}: expected a results folder as `voxcx batch` writes it, found no interactions."
        )
    if asked.id is None or asked.id not in ids:
        close = did_you_mean(suggestion(asked.id, ids)) if asked.id else ""
        got = "no --id" if asked.id is None else f"{asked.id!r}{close}"
        raise InputError(f"{asked.result}: expected --id of one of its {len(ids)} interactions, got {got}.")
    card = next(stored_cards(asked.result, only={asked.id}))
    heard = read_row(asked.result, "heard", card.part, card.interaction_id)
    said = read_row(asked.result, "transcripts", card.part, card.interaction_id)
    if heard is None or said is None:
        raise InputError(f"{asked.result}: expected the words of {asked.id!r}, found none kept; run voxcx batch again.")
    choices = Choices(config_path=asked.config, form=asked.form, definitions=asked.definitions)
    recognition = recognition_of(said) if said["by_channel"] else None
    _, case = case_of(interaction_of(heard), heard_of(heard), recognition, make_tools(choices), history_of(heard))
    verdict = card.verdicts.get(asked.criterion)
    name = f"{card.form_id}.v{card.form_version}" if card.form_id else None
    return Stored(case, name, verdict.verdict if verdict else None, whole=True)


def _that_judged(name: str, asked: Asked) -> Source:
    """The form of that id and version: one that the configuration names, else the shipped one."""
    if (ours := next((one for one in _routed(asked.config) if _name_of(one) == name), None)) is not None:
        return ours
    try:
        return read_source(form_path(name))
    except FormError as error:
        same = [ours for ours in shipped_forms() if ours.rpartition(".v")[0] == name.rpartition(".v")[0]]
        hint = f", or another version by --form {same[-1]}" if same else ""
        raise FormError(
            f"{asked.result}: expected the form {name}, which judged it, found it neither shipped nor named by a "
            f"configuration; give its path with --form{hint}."
        ) from error


def _routed(config: Path | None) -> Iterator[Source]:
    """Forms that a configuration of the user's may choose, as far as they can be read."""
    if config is None:
        return
    for route in load_config(config).forms:
        with suppress(FormError):
            yield read_source(form_path(beside(config, route.form)))


def _name_of(source: Source) -> str | None:
    data = source.data
    return f"{data.get('id')}.v{data.get('version')}" if isinstance(data, dict) else None


def _names(source: Source, form: QaForm) -> dict[Rule, str]:
    """The form's definitions by what they say."""
    define = source.data.get("define") or {}
    reader = RuleReader(source, form.language, define)
    return {reader.defined(name, ("define", name)): str(name) for name in define}


def _remarks(explanation: Explanation, stored: Stored) -> Iterator[str]:
    form, language = explanation.form, explanation.form.language
    now = f"{form.id}.v{form.version}"
    if stored.form is not None and stored.form != now:
        yield told(language, "version", was=stored.form, now=now)
    if stored.verdict not in {None, explanation.result.verdict}:
        was, is_ = (told(language, str(one)) for one in (stored.verdict, explanation.result.verdict))
        yield told(language, "stored", was=was, now=is_)
    used = {rule.operator for _, step in explanation.parts for rule in _all(step)}
    if not stored.whole and "earlier" in used:
        yield told(language, "history")
    if "ask" in used and stored.case.knowledge.ask is None:
        yield told(language, "knowledge", what="ask")


def _all(step: Any) -> Iterator[Any]:
    yield step
    for part in step.steps:
        yield from _all(part)
