"""A form file to a QaForm. Whatever is wrong is said in one sentence with file, line, key and a correct example."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from voxcx.config import foremost, shipped
from voxcx.domain.qa import Criterion, Level, QaForm, Section
from voxcx.errors import FormError
from voxcx.qa.form_schema import BY_DEPTH, CriterionSchema, FormSchema, LevelSchema, SectionSchema
from voxcx.qa.rule_reader import RuleReader, problem_of, suggestion
from voxcx.qa.yaml_source import MAX_CRITERIA, Key, Source, read_source

WHOLE: dict[type[BaseModel], str] = {
    CriterionSchema: "{id: greeting, title: Приветствие, points: 5, met_when: {said: {phrases: [добрый день]}}}",
    SectionSchema: "{id: opening, title: Начало, criteria: […]}",
    LevelSchema: "{points: 10, title: всё, when: {said: {phrases: [меня зовут <имя>]}}}",
}
SUFFIXES = (".yaml", ".yml")


def load_form(source: str | Path) -> QaForm:
    """A form by its shipped name (``service.ru.v1``) or by its path.

    Raises FormError in one sentence: the file, the line, the key, what is wrong and a correct example.
    """
    return parse_form(read_source(form_path(source)))


def form_path(source: str | Path) -> Path:
    """Where a form lies; a name without a folder or suffix is one that ships with voxcx."""
    path = Path(source)
    if path.exists() or path.suffix in SUFFIXES or len(path.parts) > 1:
        return path
    ours = shipped("configs", "qa_forms", f"{source}.yaml")
    if not ours.is_file():
        names = shipped_forms()
        close = suggestion(str(source), names)
        hint = f", did you mean {close}" if close else ""
        raise FormError(f"Form {str(source)!r}: expected a path or one of {', '.join(names)}{hint}; got neither.")
    return ours


def shipped_forms() -> tuple[str, ...]:
    """Names of the forms that ship with voxcx."""
    return tuple(sorted(path.stem for path in shipped("configs", "qa_forms").glob("*.yaml")))


def parse_form(source: Source) -> QaForm:
    """A read file to a checked form."""
    if not isinstance(source.data, dict):
        got = "an empty file" if source.data is None else "a list" if isinstance(source.data, list) else "a plain value"
        raise source.problem((), f"expected a form, that is keys such as id, got {got}", "id: service.ru")
    _refuse_too_many(source)
    try:
        schema = FormSchema.model_validate(source.data)
    except ValidationError as error:
        raise _schema_problem(source, error) from None
    reader = RuleReader(source, schema.language, schema.define)
    for name in schema.define:
        reader.defined(name, ("define", name))
    excluded = reader.read(schema.excluded_when, ("excluded_when",)) if schema.excluded_when is not None else None
    _check_ids(source, schema)
    sections = tuple(_section(reader, section, ("sections", k)) for k, section in enumerate(schema.sections))
    if not any(criterion.points for section in sections for criterion in section.criteria):  # scales have points
        raise source.problem(("sections",), "expected points on at least one criterion, got none", "points: 5")
    return QaForm(
        id=schema.id,
        version=schema.version,
        language=schema.language,
        **_titles(schema.title, schema.language),
        sections=sections,
        judges=schema.judges,
        zeroes=schema.zeroes,
        minimum_decided_share=schema.minimum_decided_share,
        minimum_confidence=schema.minimum_confidence,
        clean_confidence=schema.clean_confidence,
        excluded_when=excluded,
        vocabulary=schema.vocabulary,
        tolerant=schema.tolerant,
    )


def _section(reader: RuleReader, schema: SectionSchema, path: tuple[Key, ...]) -> Section:
    criteria = (_criterion(reader, c, (*path, "criteria", k)) for k, c in enumerate(schema.criteria))
    return Section(id=schema.id, criteria=tuple(criteria), **_titles(schema.title, reader.language))


def _titles(written: str | dict[Literal["ru", "en"], str], language: str) -> dict[str, Any]:
    """The title in the form's language (else the first that is given), and in all that are."""
    if isinstance(written, str):
        return {"title": written}
    titles = {str(code): text for code, text in written.items()}
    return {"title": titles.get(language) or next(iter(titles.values())), "titles": tuple(titles.items())}


def _criterion(reader: RuleReader, schema: CriterionSchema, path: tuple[Key, ...]) -> Criterion:
    rules = {
        key: None if raw is None else reader.read(raw, (*path, key))
        for key in ("applies_when", "met_when", "not_met_when")
        for raw in (getattr(schema, key),)
    }
    _check_mode(reader.source, schema, path)
    scale = tuple(
        Level(level.points, level.title, reader.read(level.when, (*path, "scale", k, "when")))
        for k, level in enumerate(schema.scale or ())
    )
    return Criterion(
        id=schema.id,
        **_titles(schema.title, reader.language),
        points=scale[0].points if scale else schema.points or 0.0,
        severity=schema.severity,
        mode=schema.mode,
        attributable=schema.attributable,
        applies_when=rules["applies_when"],
        met_when=rules["met_when"],
        not_met_when=rules["not_met_when"],
        guidance=schema.guidance,
        finding=schema.finding,
        scale=scale,
        auto_fail=schema.auto_fail,
        kano=schema.kano,
    )


def _check_mode(source: Source, schema: CriterionSchema, path: tuple[Key, ...]) -> None:
    """A machine's mode needs the rule that it judges by."""
    judged = any(rule is not None for rule in (schema.met_when, schema.not_met_when, schema.scale))
    if schema.mode == "full" and not judged:
        example = "met_when: {said: {phrases: [добрый день], where: {first_s: 15}}}"
        raise source.problem(path, "mode full needs met_when or not_met_when, got neither", example)
    if schema.mode in {"error", "flag"} and schema.not_met_when is None:
        example = "not_met_when: {said: {phrases: [ничем не могу помочь]}}"
        raise source.problem(path, f"mode {schema.mode} finds errors and needs not_met_when, got none", example)


def _check_ids(source: Source, schema: FormSchema) -> None:
    seen: dict[str, int] = {}
    for i, section in enumerate(schema.sections):
        for path, name in (
            (("sections", i, "id"), section.id),
            *((("sections", i, "criteria", j, "id"), c.id) for j, c in enumerate(section.criteria)),
        ):
            kind = f"{'section' if len(path) == 3 else 'criterion'} {name}"
            if kind in seen:
                raise source.problem(
                    path, f"the id {name!r} is taken (line {seen[kind]}); ids are unique", f"id: {name}_2"
                )
            seen[kind] = source.line(path)


def _refuse_too_many(source: Source) -> None:
    sections = source.data.get("sections")
    lists = [s.get("criteria") for s in sections if isinstance(s, dict)] if isinstance(sections, list) else []
    count = sum(len(criteria) for criteria in lists if isinstance(criteria, list))
    if count > MAX_CRITERIA:
        text = f"expected at most {MAX_CRITERIA} criteria, got {count}, which no one could act on"
        raise source.problem(("sections",), text, "split the form by queue")


def _schema_problem(source: Source, error: ValidationError) -> FormError:
    path, text = problem_of(error, FormSchema)
    first = foremost(error)
    path = _known(source, path)
    loc: tuple[Any, ...] = tuple(first["loc"]) if first["type"] in {"extra_forbidden", "missing"} else path
    owner, define = _owner(loc), FormSchema.model_fields["define"].examples
    if path[:1] == ("define",) and define:
        return source.problem(path, text, str(define[0]))
    if first["type"] == "extra_forbidden":
        close = suggestion(str(loc[-1]), owner.model_fields)
        known = ", ".join(owner.model_fields)
        text = f"unknown key {str(loc[-1])!r}" + (f", did you mean {close!r}" if close else f" (known: {known})")
        return source.problem(path, text, _example(owner, close or next(iter(owner.model_fields))))
    return source.problem(path, text, _example(owner, str(loc[-1]) if loc else "id"))


def _owner(path: tuple[Any, ...]) -> type[BaseModel]:
    """The record that a key belongs to, or that a number in a list stands for."""
    depth = len(path) + 1 if path and isinstance(path[-1], int) else len(path)
    return BY_DEPTH.get(depth, FormSchema)


def _known(source: Source, path: tuple[Key, ...]) -> tuple[Key, ...]:
    """The part of a path that stands in the file: pydantic adds names of types where a key may be of several."""
    data, known = source.data, []
    for key in path:
        inside = (isinstance(data, dict) and key in data) or (isinstance(data, list) and key in range(len(data)))
        if not inside:
            break
        data = data[key]
        known.append(key)
    return tuple(known)


def _example(owner: type[BaseModel], key: str) -> str:
    field = owner.model_fields.get(key)
    if field is None or not field.examples:  # of a whole criterion, section or level
        return WHOLE.get(owner, "id: service.ru")
    return str(field.examples[0])
