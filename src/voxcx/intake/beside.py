"""The optional files beside a results folder → records: blocked, events, series, Kano answers, stated weights.

A file that is not there is none; a file that cannot be read is refused with its lines.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar, cast

from voxcx.domain.beside import (
    Beside,
    Blocked,
    Case,
    KanoAnswer,
    KanoAnswerCode,
    OutsideEvent,
    SeriesPoint,
    StatedWeight,
)
from voxcx.domain.cells import as_meant
from voxcx.intake.csv_rows import as_number, csv_rows, refuse_lines

Row = dict[str, str]
T = TypeVar("T")
EPOCH = date(1970, 1, 1)
KANO_WORDS = {
    word: code
    for code, words in {
        1: ("like", "like it", "i like it", "нравится", "мне нравится"),
        2: ("expect", "expect it", "must-be", "must be", "ожидаю", "так и должно быть"),
        3: ("neutral", "всё равно", "все равно", "нейтрально"),
        4: ("live with", "live with it", "can live with it", "могу смириться", "смирюсь", "терпимо"),
        5: ("dislike", "dislike it", "i dislike it", "не нравится", "мне не нравится"),
    }.items()
    for word in words
}


def read_beside(folder: Path) -> Beside:
    """Everything that lies beside the results.

    Raises:
        InputError: a file that is there and cannot be read as what its name says.
    """
    return Beside(
        blocked=_rows(folder / "blocked.csv", ("interval", "skill", "type", "count"), "blocked calls", _blocked),
        events=_rows(folder / "events.csv", ("time", "scope", "name"), "events", _event),
        series=_rows(folder / "series.csv", ("date", "name", "value"), "series", _point),
        kano=_rows(folder / "kano.csv", ("respondent", "criterion", "functional", "dysfunctional"), "answers", _kano),
        weights=_rows(folder / "weights.csv", ("respondent", "criterion", "weight"), "stated weights", _weight),
        cases=_rows(folder / "cases.csv", CASE_COLUMNS, "cases", _case),
    )


CASE_COLUMNS = ("case_id", "kind", "interaction_id", "triggers", "owner", "deadline", "status", "outcome")
CLOSED = ("closed", "done", "закрыт", "готово", "решен")  # a status that begins so
CONFIRMED = {"confirmed", "yes", "true", "1", "подтверждено", "подтвердилось", "да", "верно"}
NOT_CONFIRMED = {
    *("not confirmed", "rejected", "no", "false", "0", "false alarm", "не подтверждено", "не подтвердилось", "нет"),
    *("отклонено", "ложная тревога"),
}


def _rows(path: Path, required: tuple[str, ...], what: str, read: Callable[[Row], T | None]) -> tuple[T, ...]:
    """Records of a file; a row that is none (the reader gives None) is refused, with what it should have been."""
    if not path.is_file():
        return ()
    made, wrong = [], []
    for line, row in csv_rows(path, required, what):
        record = read(row)
        if record is None:
            wrong.append(line)
        else:
            made.append(record)
    refuse_lines(path, wrong, _EXPECTED[path.name], "correct them", got="another form")
    return tuple(made)


_EXPECTED = {
    "blocked.csv": "interval in ISO 8601 (2026-01-05T10:00:00+03:00) and a whole count from 0",
    "events.csv": "time in ISO 8601 (2026-01-05T10:00:00+03:00) and a name",
    "series.csv": "a date (2026-01-05), a name and a number",
    "kano.csv": "a criterion and two answers 1–5 (1 like it, 2 expect it, 3 neutral, 4 can live with it, 5 dislike it)",
    "weights.csv": "a criterion and a number from 0",
    "cases.csv": "a case_id and a deadline in ISO 8601 (2026-01-05T10:00:00+03:00) or none",
}


def _blocked(row: Row) -> Blocked | None:
    at_s, count = _moment(row["interval"]), as_number(row["count"])
    if at_s is None or count is None or count < 0 or count != int(count):
        return None
    return Blocked(at_s, as_meant(row["skill"]), row["type"].upper(), int(count))


def _event(row: Row) -> OutsideEvent | None:
    at_s = _moment(row["time"])
    return OutsideEvent(at_s, row["scope"] or "*", row["name"]) if at_s is not None and row["name"] else None


def _point(row: Row) -> SeriesPoint | None:
    day, value = _day(row["date"]), as_number(row["value"])
    if day is None or value is None or not row["name"]:
        return None
    customer = row.get("customer_id") or row.get("customer") or ""
    return SeriesPoint(day, row.get("team") or "", customer, row["name"], value)


def _kano(row: Row) -> KanoAnswer | None:
    functional, dysfunctional = _code(row["functional"]), _code(row["dysfunctional"])
    if functional is None or dysfunctional is None or not row["criterion"]:
        return None
    return KanoAnswer(row["respondent"], row["criterion"], functional, dysfunctional)


def _code(cell: str) -> KanoAnswerCode | None:
    number = as_number(cell)
    if number is None:
        return cast("KanoAnswerCode | None", KANO_WORDS.get(cell.lower()))
    return cast("KanoAnswerCode", int(number)) if number in {1, 2, 3, 4, 5} else None


def _weight(row: Row) -> StatedWeight | None:
    weight = as_number(row["weight"])
    if weight is None or weight < 0 or not row["criterion"]:
        return None
    return StatedWeight(row["respondent"], row["criterion"], weight)


def _case(row: Row) -> Case | None:
    deadline_s, outcome = _moment(row["deadline"]), row["outcome"].lower().replace("ё", "е")
    if not row["case_id"] or (row["deadline"] and deadline_s is None):
        return None
    return Case(
        id=row["case_id"],
        kind=row["kind"],
        interaction_id=as_meant(row["interaction_id"]),
        group=as_meant(row.get("group") or ""),
        triggers=tuple(one.strip() for one in row["triggers"].split("+") if one.strip()),
        owner=as_meant(row["owner"]),
        deadline_s=deadline_s,
        closed=bool(outcome) or row["status"].lower().replace("ё", "е").startswith(CLOSED),
        confirmed=True if outcome in CONFIRMED else False if outcome in NOT_CONFIRMED else None,
    )


def _moment(cell: str) -> float | None:
    """Seconds since 1970; a time without a zone is taken as UTC."""
    try:
        told = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


def _day(cell: str) -> int | None:
    try:
        return (date.fromisoformat(cell[:10]) - EPOCH).days
    except ValueError:
        return None
