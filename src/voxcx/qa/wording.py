"""Reasons in words, in the form's language: the tables are ``sentences.{ru,en}.yaml`` beside this file."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from string import Formatter

import yaml

from voxcx.units import clock

KEPT_SENTENCES = 8_192
LANGUAGES = frozenset({"ru", "en"})  # another language is told in English


@cache
def _table(language: str) -> dict[str, dict[str, str]]:
    """Sentences, and values of facts, of a language."""
    name = f"sentences.{language if language in LANGUAGES else 'en'}.yaml"
    table: dict[str, dict[str, str]] = yaml.safe_load(files("voxcx.qa").joinpath(name).read_text(encoding="utf-8"))
    return table


class _Spoken(Formatter):
    """Fills a sentence in; a fraction has the language's decimal sign."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: object, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return text.replace(".", ",") if self.language == "ru" and isinstance(value, float) else text


def say(language: str, sentence: str, **values: object) -> str:
    """A sentence of the table filled in (English where the language has no table).

    >>> say("en", "last_talk", n=30)
    'in the last 30 s of the conversation'
    >>> say("ru", "events_few", name="Удержания", count=0, least=1)
    'Удержания: ошибок нет'
    """
    for value in values.values():
        if not isinstance(value, str):
            return _filled(language, sentence, values)
    return _said(language, sentence, tuple(values.items()))


@lru_cache(maxsize=KEPT_SENTENCES)
def _said(language: str, sentence: str, given: tuple[tuple[str, object], ...]) -> str:
    """The same words are said of thousands of conversations; numbers are not kept, since 1 is 1.0 and True."""
    return _filled(language, sentence, dict(given))


def _filled(language: str, sentence: str, values: dict[str, object]) -> str:
    table = _table(language)
    if sentence == "events_few" and values.get("count") == 0:
        sentence = "events_none"
    if sentence == "fact_is":
        shown = str(values["value"])
        values["value"] = table["values"].get(shown, shown)
    written = table["sentences"][sentence]
    if any(isinstance(value, float) for value in values.values()):
        return _Spoken(language).format(written, **values)
    return written.format(**values) if values else written  # a Formatter of one's own is ten times slower


def named(language: str, fact: str) -> str:
    """A fact's name in words where the table has one, else the field's own name."""
    return _table(language)["sentences"].get(fact, fact)


def span_text(start_s: float | None, end_s: float | None) -> str:
    """A stretch as a person reads it on a player; empty without times."""
    if start_s is None or end_s is None:
        return ""
    return f"{clock(start_s)}–{clock(end_s)}"
