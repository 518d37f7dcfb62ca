"""From the YAML of a rule to a checked Rule: operators by the catalogue, definitions written in, windows resolved."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError

from voxcx.config import foremost
from voxcx.domain.qa import Rule
from voxcx.errors import FormError, ModelError
from voxcx.language.phrases import compile_phrase
from voxcx.qa.mistakes import in_words, shown
from voxcx.qa.rules import trained
from voxcx.qa.rules.catalogue import OPERATORS
from voxcx.qa.rules.event import Near
from voxcx.qa.rules.operator import AnchorAt, Operator, Place
from voxcx.qa.windows import Anchor, Window
from voxcx.qa.yaml_source import Key, Source

Path = tuple[Key, ...]
USE_EXAMPLE = "use: identification"
ANCHOR_EXAMPLE = "where: {after: {rule: identification, hit: 1}, within_turns: 2}"
MAX_RULES = 100_000  # with definitions written in


class RuleReader:
    """Reads the rules of one form file."""

    def __init__(self, source: Source, language: str, define: dict[str, Any]) -> None:
        self.source = source
        self.language = language
        self.define = define
        self._defined: dict[str, Rule] = {}
        self._sizes: dict[str, int] = {}
        self._open: list[str] = []
        self._phrases: set[str] = set()
        self._rules = 0

    def read(self, raw: Any, path: Path) -> Rule:
        """One rule: a mapping of one operator to its arguments."""
        self._count(1, path)
        if not isinstance(raw, dict) or len(raw) != 1:
            got = f"keys {', '.join(map(str, raw))}" if isinstance(raw, dict) else shown(raw)
            self._refuse(path, f"expected one operator with its arguments, got {got}", OPERATORS["said"].example)
        name, arguments = next(iter(raw.items()))
        if name == "use":
            return self.defined(arguments, (*path, name))
        operator = OPERATORS.get(name) if isinstance(name, str) else None
        if operator is None:
            close = suggestion(str(name), (*OPERATORS, "use"))
            example = OPERATORS[close].example if close in OPERATORS else OPERATORS["said"].example
            self._refuse((*path, name), f"unknown operator {shown(name)}{did_you_mean(close)}", example)
        return self._operator(operator, arguments, (*path, name))

    def defined(self, name: Any, path: Path) -> Rule:
        """A definition by its name; FormError when there is none, or it leads back to itself."""
        if not isinstance(name, str) or name not in self.define:
            close = suggestion(str(name), self.define)
            self._refuse(path, f"no definition is called {shown(name)}{did_you_mean(close)}", USE_EXAMPLE)
        if name in self._open:
            ring = " → ".join((*self._open, name))
            self._refuse(path, f"a definition must not lead back to itself, got {ring}", USE_EXAMPLE)
        if name in self._defined:
            self._count(self._sizes[name], path)
            return self._defined[name]
        self._open.append(name)
        before = self._rules
        self._defined[name] = self.read(self.define[name], ("define", name))
        self._sizes[name] = self._rules - before
        self._open.pop()
        return self._defined[name]

    def _count(self, rules: int, path: Path) -> None:
        """Definitions that use definitions can multiply as fast as YAML aliases."""
        self._rules += rules
        if self._rules > MAX_RULES:
            self._refuse(
                path, f"expected at most {MAX_RULES:,} rules with definitions written in, got more", USE_EXAMPLE
            )

    def _operator(self, operator: Operator, raw: Any, path: Path) -> Rule:
        if operator.name == "if_then":
            return self._if_then(operator, raw, path)
        if operator.rules == "one":
            return Rule(operator.name, (), (self.read(raw, path),))
        if operator.rules == "many":
            return self._many(operator, raw, path)
        arguments = self._checked(operator, raw, path)
        return Rule(operator.name, self._plain(arguments, path, operator.phrases))

    def _if_then(self, operator: Operator, raw: Any, path: Path) -> Rule:
        if not isinstance(raw, dict) or set(raw) != {"if", "then"}:
            self._refuse(path, f"expected the keys if and then, got {shown(raw)}", operator.example)
        parts = tuple(self.read(raw[key], (*path, key)) for key in ("if", "then"))
        return Rule(operator.name, (), parts)

    def _many(self, operator: Operator, raw: Any, path: Path) -> Rule:
        arguments: tuple[tuple[str, object], ...] = ()
        if operator.name == "at_least":
            given = {k: v for k, v in raw.items() if k != "of"} if isinstance(raw, dict) else raw
            arguments = self._plain(self._checked(operator, given, path, also=("of",)), path)
            raw, path = raw.get("of"), (*path, "of")
        if not isinstance(raw, list) or not raw:
            self._refuse(path, f"expected a list of rules, got {shown(raw)}", operator.example)
        return Rule(operator.name, arguments, tuple(self.read(part, (*path, k)) for k, part in enumerate(raw)))

    def _checked(self, operator: Operator, raw: Any, path: Path, also: tuple[str, ...] = ()) -> BaseModel:
        if not isinstance(raw, dict):
            self._refuse(path, f"expected a mapping of arguments, got {shown(raw)}", operator.example)
        try:
            return operator.arguments.model_validate(raw)
        except ValidationError as error:
            where, text = problem_of(error, operator.arguments, also)
            self._refuse((*path, *where), text, operator.example)

    def _plain(
        self, arguments: BaseModel, path: Path, phrases: tuple[str, ...] = ("phrases",)
    ) -> tuple[tuple[str, object], ...]:
        """The given arguments as hashable values: windows and phrases beside events become records."""
        plain: list[tuple[str, object]] = []
        for name in sorted(arguments.model_fields_set):
            value = getattr(arguments, name)
            if isinstance(value, Place):
                value = self._window(value, (*path, name))
            elif isinstance(value, Near):
                value = Rule("near", self._plain(value, (*path, name)))
            elif name in phrases and value is not None:
                self._check_phrases(value, (*path, name))
            elif isinstance(arguments, trained.Arguments) and name == "model":
                value = self._located(arguments, (*path, name))
            plain.append((name, value))
        return tuple(plain)

    def _located(self, arguments: trained.Arguments, path: Path) -> trained.Located:
        """A trained criterion lies beside the form, and is checked with it."""
        beside = FilePath(self.source.name).parent
        try:
            return trained.located(arguments.model, beside, self.language, arguments.at)
        except ModelError as error:
            self._refuse(path, str(error).rstrip("."), trained.EXAMPLE)

    def _window(self, place: Place, path: Path) -> Window:
        values = {name: getattr(place, name) for name in place.model_fields_set}
        for side in ("before", "after", "around"):
            if values.get(side) is not None:
                values[side] = self._anchor(values[side], (*path, side))
        anchored = any(values.get(side) for side in ("before", "after", "around"))
        if not anchored and (place.within_s or place.within_turns):
            self._refuse(path, "within_s and within_turns count from an anchor, got none", ANCHOR_EXAMPLE)
        return Window(**values)

    def _anchor(self, raw: Any, path: Path) -> Anchor:
        """A definition's name, or ``{rule: name, hit: n}``, or ``{event: {…}, hit: n}``."""
        if isinstance(raw, str):
            return Anchor(raw, self.defined(raw, path))
        if isinstance(raw, dict) and "event" in raw:
            rule = self.read({"event": raw["event"]}, path)
            raw = {"rule": str(rule.argument("kind")), **{k: v for k, v in raw.items() if k != "event"}}
        else:
            rule = self.defined(raw.get("rule") if isinstance(raw, dict) else raw, path)
        try:
            at = AnchorAt.model_validate(raw)
        except ValidationError as error:
            where, text = problem_of(error, AnchorAt)
            self._refuse((*path, *where), text, ANCHOR_EXAMPLE)
        return Anchor(at.rule, rule, at.hit)

    def _check_phrases(self, phrases: Iterable[str], path: Path) -> None:
        for k, phrase in enumerate(phrases):
            if phrase in self._phrases:
                continue
            try:
                compile_phrase(phrase, self.language)
            except FormError as error:
                self._refuse((*path, k), str(error).rstrip("."), OPERATORS["said"].example)
            self._phrases.add(phrase)

    def _refuse(self, path: Path, text: str, example: str) -> NoReturn:
        raise self.source.problem(path, text, example) from None


def problem_of(error: ValidationError, schema: type[BaseModel], also: tuple[str, ...] = ()) -> tuple[Path, str]:
    """Where the first problem is and what it is, with the closest known key for a misspelt one."""
    problem = foremost(error)
    where: Path = tuple(problem["loc"])
    if problem["type"] == "extra_forbidden":
        keys = _schema_at(schema, where[:-1]).model_fields
        close = suggestion(str(where[-1]), (*keys, *also))
        known = ", ".join((*keys, *also))
        return where, f"unknown key {str(where[-1])!r}{did_you_mean(close) or f' (known: {known})'}"
    if problem["type"] == "missing":
        return where[:-1], f"the key {str(where[-1])!r} is missing"
    return where, in_words(problem)


def _schema_at(schema: type[BaseModel], where: Path) -> type[BaseModel]:
    """The schema of a nested mapping."""
    for key in where:
        field = schema.model_fields.get(str(key))
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else []
        schema = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), schema)
    return schema


def suggestion(got: str, known: Iterable[str]) -> str | None:
    """The known word closest to a misspelt one, or None."""
    close = difflib.get_close_matches(got, list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(close: str | None) -> str:
    """The suggestion as part of a sentence."""
    return f", did you mean {close!r}" if close else ""
