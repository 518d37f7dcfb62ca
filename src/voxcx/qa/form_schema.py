"""The keys of a form file, with a correct example of each. Rules are checked by voxcx.qa.rule_reader."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from voxcx.config import Checked, Share
from voxcx.domain.qa import Kano, Leg, Mode, Party, Severity, Zeroes

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$", max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Titles = Annotated[str | dict[Literal["ru", "en"], Text], Field(min_length=1, max_length=2000)]
Points = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


def shown(example: str) -> Any:
    """An optional field with its example."""
    return Field(default=None, examples=[example])


class LevelSchema(Checked):
    """One step of a scale."""

    points: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = Field(examples=["points: 10"])
    title: Text = Field(examples=["title: назвал имя и компанию"])
    when: Any = Field(examples=["when: {said: {phrases: [меня зовут <имя>]}}"])


class CriterionSchema(Checked):
    """One line of the form."""

    id: Id = Field(examples=["id: greeting"])
    title: Titles = Field(examples=["title: Приветствие и название компании"])
    points: Points | None = Field(default=None, examples=["points: 5"])
    scale: Annotated[tuple[LevelSchema, ...], Field(min_length=2, max_length=10)] | None = Field(
        default=None, examples=["scale: [{points: 10, title: всё, when: …}, {points: 5, title: часть, when: …}]"]
    )
    severity: Severity = Field(default="plain", examples=["severity: critical_customer"])
    mode: Mode = Field(default="full", examples=["mode: error"])
    attributable: Party = Field(default="agent", examples=["attributable: process"])
    applies_when: Any = shown("applies_when: {event: {kind: hold}}")
    met_when: Any = shown("met_when: {said: {phrases: [добрый день], where: {first_s: 15}}}")
    not_met_when: Any = shown("not_met_when: {said: {phrases: [ничем не могу помочь]}}")
    guidance: Text | None = shown("guidance: Засчитывается и «доброе утро».")
    finding: Text | None = shown("finding: Не представился.")
    auto_fail: Zeroes | None = shown("auto_fail: section")
    kano: Kano | None = shown("kano: must_be")

    @model_validator(mode="after")
    def points_or_scale(self) -> CriterionSchema:
        """One of the two says how much the criterion weighs."""
        if (self.points is None) == (self.scale is None):
            raise ValueError("expected points or a scale, one of them")
        if self.scale is not None and (self.met_when is not None or self.mode not in {"full", "error"}):
            raise ValueError("a scale has its own rules and a machine judges it: no met_when, no mode flag or human")
        steps = [level.points for level in self.scale or ()]
        if any(later >= earlier for earlier, later in pairwise(steps)):
            raise ValueError("expected the levels of a scale from the most points down")
        return self


class SectionSchema(Checked):
    """A named group of criteria."""

    id: Id = Field(examples=["id: opening"])
    title: Titles = Field(examples=["title: Начало разговора"])
    criteria: Annotated[tuple[CriterionSchema, ...], Field(min_length=1)] = Field(
        examples=["criteria: [{id: greeting, title: Приветствие, points: 5, met_when: …}]"]
    )


class FormSchema(Checked):
    """A whole form."""

    id: Id = Field(examples=["id: service.ru"])
    version: Annotated[int, Field(ge=1, le=100_000, strict=True)] = Field(examples=["version: 1"])
    language: Literal["ru", "en"] = Field(examples=["language: ru"])
    title: Titles = Field(examples=["title: Обслуживание по телефону"])
    judges: Leg = Field(default="agent", examples=["judges: bot"])
    zeroes: Literal["form", "section", "nothing"] = Field(default="form", examples=["zeroes: section"])
    minimum_decided_share: Share = Field(default=0.7, examples=["minimum_decided_share: 0.7"])
    minimum_confidence: Share = Field(default=0.5, examples=["minimum_confidence: 0.5"])
    clean_confidence: Share = Field(default=0.6, examples=["clean_confidence: 0.6"])
    excluded_when: Any = shown("excluded_when: {said: {phrases: [оставьте сообщение]}}")
    tolerant: bool = Field(default=False, examples=["tolerant: true"])
    vocabulary: tuple[Text, ...] = Field(default=(), examples=["vocabulary: [Северсвязь, ТелеДом Плюс]"])
    define: dict[str, Any] = Field(default_factory=dict, examples=["define: {thanks: {said: {phrases: [спасибо]}}}"])
    sections: Annotated[tuple[SectionSchema, ...], Field(min_length=1)] = Field(
        examples=["sections: [{id: opening, title: Начало, criteria: […]}]"]
    )


# Which record a key belongs to, by how deep it stands.
BY_DEPTH: dict[int, type[BaseModel]] = {1: FormSchema, 3: SectionSchema, 5: CriterionSchema, 7: LevelSchema}
