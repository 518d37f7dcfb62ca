"""The checked file of topics by rules, see configs/topics.{ru,en}.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from voxcx.config import Checked, first_problem, shipped
from voxcx.domain.texts import Text, same
from voxcx.errors import ConfigError, FormError
from voxcx.language.phrases import compile_phrase
from voxcx.storage.reaching import read_text

LANGUAGES = ("ru", "en")
Phrases = tuple[Annotated[str, Field(min_length=1)], ...]


class Title(Checked):
    """A name in both languages."""

    en: Annotated[str, Field(min_length=1)]
    ru: Annotated[str, Field(min_length=1)]


class TopicRule(Checked):
    """A topic and the phrases that tell it."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$")]
    title: Title
    phrases: Annotated[Phrases, Field(min_length=1)]

    def text(self) -> Text:
        """Its name for people."""
        return Text(same(self.title.en).en, same(self.title.ru).ru)


class TopicRules(Checked):
    """Topics of one language in their order of priority; ``asks`` and ``small_words``: none means the shipped ones."""

    language: Literal["ru", "en"]
    topics: Annotated[tuple[TopicRule, ...], Field(min_length=1)]
    asks: Phrases = ()
    small_words: tuple[str, ...] = ()

    @field_validator("topics")
    @classmethod
    def _each_once(cls, topics: tuple[TopicRule, ...]) -> tuple[TopicRule, ...]:
        ids = [topic.id for topic in topics]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"expected each topic once, not {', '.join(twice)} twice")
        return topics


RulesByLanguage = Mapping[str, TopicRules]


def load_topic_rules(own: Sequence[Path] = ()) -> RulesByLanguage:
    """Rules of every language: the shipped ones, each replaced by a file of your own of the same language.

    Raises:
        ConfigError: a file that is not there, breaks the schema, or holds a phrase that breaks the phrase language.
    """
    rules = {language: _read(shipped("configs", f"topics.{language}.yaml")) for language in LANGUAGES}
    for path in own:
        made = _read(path)
        usual = rules[made.language]
        rules[made.language] = made.model_copy(
            update={"asks": made.asks or usual.asks, "small_words": made.small_words or usual.small_words}
        )
    return rules


def _read(path: Path) -> TopicRules:
    try:
        raw: Any = yaml.safe_load(read_text(path))
    except OSError:
        raise ConfigError(f"{path}: expected topics by rules, found none; give an existing path.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected YAML, got {str(error).splitlines()[0]}.") from None
    try:
        rules = TopicRules.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{path}: {first_problem(error)}.") from None
    _refuse_phrases(path, rules)
    return rules


def _refuse_phrases(path: Path, rules: TopicRules) -> None:
    told = [(topic.id, phrase) for topic in rules.topics for phrase in topic.phrases]
    for name, phrase in (*told, *(("asks", phrase) for phrase in rules.asks)):
        try:
            compile_phrase(phrase, rules.language)
        except FormError as error:
            raise ConfigError(f"{path}, {name}: {error}") from None
