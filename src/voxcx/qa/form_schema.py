"""The keys of a form file, with a correct example of each. Rules are checked by voxcx.qa.rule_reader."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from voxcx.config import Checked, Share
from voxcx.domain.qa import Mode, Party, Severity

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$", max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Points = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


def shown(example: str) -> Any:
    """An optional field with its example."""
    return Field(default=None, examples=[example])


class CriterionSchema(Checked):
    """One line of the form."""

    id: Id = Field(examples=["id: greeting_company"])
    title: Text = Field(examples=["title: Приветствие и название компании"])
    points: Points = Field(examples=["points: 5"])
    severity: Severity = Field(default="plain", examples=["severity: critical_customer"])
    mode: Mode = Field(default="full", examples=["mode: error"])
    attributable: Party = Field(default="agent", examples=["attributable: process"])
    applies_when: Any = shown("applies_when: {event: {kind: hold}}")
    met_when: Any = shown("met_when: {said: {phrases: [добрый день], where: {first_s: 15}}}")
    not_met_when: Any = shown("not_met_when: {said: {phrases: [ничем не могу помочь]}}")
    guidance: Text | None = shown("guidance: Засчитывается и «доброе утро».")
    finding: Text | None = shown("finding: Не представился.")


class SectionSchema(Checked):
    """A named group of criteria."""

    id: Id = Field(examples=["id: opening"])
    title: Text = Field(examples=["title: Начало разговора"])
    criteria: Annotated[tuple[CriterionSchema, ...], Field(min_length=1)] = Field(
        examples=["criteria: [{id: greeting, title: Приветствие, points: 5, met_when: …}]"]
    )


class FormSchema(Checked):
    """A whole form."""

    id: Id = Field(examples=["id: service.ru"])
    version: Annotated[int, Field(ge=1, le=100_000)] = Field(examples=["version: 1"])
    language: Literal["ru", "en"] = Field(examples=["language: ru"])
    title: Text = Field(examples=["title: Обслуживание по телефону"])
    zeroes: Literal["form", "section", "nothing"] = Field(default="form", examples=["zeroes: section"])
    minimum_decided_share: Share = Field(default=0.7, examples=["minimum_decided_share: 0.7"])
    minimum_confidence: Share = Field(default=0.5, examples=["minimum_confidence: 0.5"])
    clean_confidence: Share = Field(default=0.6, examples=["clean_confidence: 0.6"])
    excluded_when: Any = shown("excluded_when: {said: {phrases: [оставьте сообщение]}}")
    vocabulary: tuple[Text, ...] = Field(default=(), examples=["vocabulary: [Северсвязь, ТелеДом Плюс]"])
    define: dict[str, Any] = Field(default_factory=dict, examples=["define: {thanks: {said: {phrases: [спасибо]}}}"])
    sections: Annotated[tuple[SectionSchema, ...], Field(min_length=1)] = Field(
        examples=["sections: [{id: opening, title: Начало, criteria: […]}]"]
    )


# Which record a key belongs to, by how deep it stands.
BY_DEPTH: dict[int, type[BaseModel]] = {1: FormSchema, 3: SectionSchema, 5: CriterionSchema}
MAX_CRITERIA = 1000
