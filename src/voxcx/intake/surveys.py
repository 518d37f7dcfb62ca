"""Survey answers: a CSV file → checked records.

Columns ``interaction_id, rating`` and, where there are, ``answered_at`` (ISO 8601), ``ces``, ``nps``, ``comment``;
others are passed over. Several answers of one interaction are several raters and allowed; the same answer at the same
moment twice is a duplicate and refused (without ``answered_at`` equal rows count as different raters: nobody can tell).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.storage.reaching import read_text

REQUIRED = ("interaction_id", "rating")
DELIMITERS = (",", ";", "\t")
LINES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """One answer; ``line`` is where it stands in its file. ``answered_at`` may come without a zone."""

    interaction_id: str
    rating: int
    line: int
    answered_at: datetime | None = None
    ces: float | None = None
    nps: float | None = None
    comment: str | None = None


def read_surveys(path: Path, scale: RatingScale) -> tuple[SurveyAnswer, ...]:
    """Read every answer; refuses, naming the lines, what is off the scale, empty, malformed or duplicate."""
    rows = _rows(path)
    whole = {line: _number(row["rating"]) for line, row in rows}
    off = [line for line, rating in whole.items() if rating is None or rating not in scale.ratings]
    refuse_lines(
        path,
        off,
        f"a whole rating from {scale.minimum} to {scale.maximum}",
        "correct them or set rating_scale in the training configuration",
        got=repr(dict(rows)[off[0]]["rating"][:40]) if off else "",
    )
    refuse_lines(path, [line for line, row in rows if not row["interaction_id"]], "an interaction_id", "fill it in")
    answers = tuple(_answer(path, line, row) for line, row in rows)
    _refuse_duplicates(path, answers)
    return answers


def refuse_lines(path: Path, lines: Sequence[int], expected: str, remedy: str, got: str = "none") -> None:
    """Raise InputError that names the first of the lines and counts the others; nothing when there are none.

    ``got`` is what the first of them holds.
    """
    if lines:
        raise InputError(f"{path.name}, {named_lines(lines)}: expected {expected}, got {got}; {remedy}.")


def named_lines(lines: Sequence[int]) -> str:
    """Lines as a person reads them.

    >>> named_lines([3]), named_lines([3, 8, 9, 10, 11, 12, 40])
    ('line 3', 'lines 3, 8, 9, 10, 11 and 2 more')
    """
    shown = ", ".join(str(line) for line in lines[:LINES_SHOWN])
    more = f" and {len(lines) - LINES_SHOWN} more" if len(lines) > LINES_SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = read_text(path, "utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: expected survey answers as CSV, found no such file; check --surveys.") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"{path}: expected survey answers as CSV in UTF-8, could not read them; give such a file."
        ) from None
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip() for name in table.fieldnames or ()]
    lacking = [name for name in REQUIRED if name not in names]
    if lacking:
        raise InputError(
            f"{path}: expected columns {', '.join(REQUIRED)}, found no {', '.join(lacking)}; add a header line."
        )
    table.fieldnames = names
    try:
        return [(table.line_num, _stripped(row)) for row in table if any(row.values())]
    except csv.Error as error:
        raise InputError(f"{path}: expected CSV, got {error} near line {table.line_num}; correct the file.") from None


def _stripped(row: dict[str, str | None]) -> dict[str, str]:
    return {name: value.strip() if isinstance(value, str) else "" for name, value in row.items()}


def _answer(path: Path, line: int, row: dict[str, str]) -> SurveyAnswer:
    moment = row.get("answered_at") or None
    return SurveyAnswer(
        interaction_id=row["interaction_id"],
        rating=int(float(row["rating"])),
        line=line,
        answered_at=None if moment is None else _parsed(path, line, moment),
        ces=_optional(path, line, row, "ces"),
        nps=_optional(path, line, row, "nps"),
        comment=row.get("comment") or None,
    )


def _parsed(path: Path, line: int, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{path.name}, line {line}: answered_at: expected ISO 8601 (2026-01-05T10:00:00+03:00), got {text[:40]!r}; "
            "correct it."
        ) from None


def _optional(path: Path, line: int, row: dict[str, str], name: str) -> float | None:
    text = row.get(name)
    if not text:
        return None
    value = _number(text)
    if value is None:
        raise InputError(
            f"{path.name}, line {line}: {name}: expected a number or nothing, got {text[:40]!r}; correct it."
        )
    return value


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _refuse_duplicates(path: Path, answers: Iterable[SurveyAnswer]) -> None:
    seen: set[tuple[object, ...]] = set()
    lines = []
    for answer in answers:
        key = (answer.interaction_id, answer.answered_at, answer.rating)
        if answer.answered_at is not None and key in seen:
            lines.append(answer.line)
        seen.add(key)
    refuse_lines(path, lines, "every answer once", "remove the duplicates", got="the same again")
