"""How earlier contacts were rated: survey answers by interaction, each known from the moment that it was given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.intake.csv_rows import named_lines
from voxcx.intake.surveys import SurveyAnswer, read_surveys
from voxcx.intake.values import with_zone

ANY_SCALE = RatingScale(-100, 100, 0, 1)  # rules name the ratings that they mean

Answer = tuple[datetime, float]


@dataclass(slots=True)
class Ratings:
    """Answers by interaction; of several to one the first. ``known`` False: nobody looked any up."""

    known: bool = False
    by_interaction: dict[str, Answer] = field(default_factory=dict)

    def of(self, interaction_id: str) -> Answer | None:
        """When an interaction was rated, and how."""
        return self.by_interaction.get(interaction_id)


def read_ratings(path: Path | None) -> Ratings:
    """The answers of a file; every one must say when it was given, or it might be from the future.

    Raises:
        InputError: a file that cannot be read, or an answer without ``answered_at``.
    """
    if path is None:
        return Ratings()
    answers = read_surveys(path, ANY_SCALE)
    if undated := [one.line for one in answers if one.answered_at is None]:
        raise InputError(
            f"{path.name}, {named_lines(undated)}: expected answered_at of every answer, since only what was known "
            "before a contact may judge it; got none; fill it in."
        )
    return Ratings(known=True, by_interaction=_first(answers))


def _first(answers: tuple[SurveyAnswer, ...]) -> dict[str, Answer]:
    first: dict[str, Answer] = {}
    for one in answers:
        if one.answered_at is None:
            continue
        given = with_zone(one.answered_at)
        known = first.get(one.interaction_id)
        if known is None or given < known[0]:
            first[one.interaction_id] = given, float(one.rating)
    return first
