"""What a report says of itself: which archive, how much of it, and under which settings."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.texts import Text


@dataclass(frozen=True, slots=True)
class About:
    """The head of a report.

    Attributes:
        title: of the report; a string is a name of the user's own.
        interactions: how many the archive holds.
        answers: how many interactions were answered for.
        invited: how many were invited to answer, None where nobody noted it.
        first_day: of the archive, days since 1970-01-01, None where no time is known.
        last_day: the same.
        made_from: name of the folder.
        simulated: whether the archive is simulated.
        settings: what changes figures, a line each.
        notes: what the reader should know before reading on.
    """

    title: Text | str
    interactions: int
    answers: int
    invited: int | None
    first_day: int | None
    last_day: int | None
    made_from: str
    simulated: bool = False
    settings: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
