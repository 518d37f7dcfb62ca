"""Which contacts are compared with which: before and after a day, two values of a field, or the last four weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import BY_FIELD, Archive, Flags, Integers, Labels
from voxcx.insight.fields import field_name, value_name

OFFERED_DAYS = 28  # whole weeks: both windows hold the same weekdays
EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal()
VALUES_TOLD = 8


@dataclass(frozen=True, slots=True)
class Compared:
    """Two groups of contacts.

    Attributes:
        used: [n], rows of either group, in the part that ``where`` names.
        second: [n], rows of the second group (after, or B), control ones included.
        first_name: what the first is called.
        second_name: what the second is called.
        control: [n], rows of both times outside that part; None where there are none to compare with.
        day: the first day of the new way, None for A and B.
        part: how the part is called, None for the whole archive.
        asked: somebody asked for it; else it is offered.
    """

    used: Flags
    second: Flags
    first_name: Text
    second_name: Text
    control: Flags | None = None
    day: int | None = None
    part: Text | None = None
    asked: bool = True


def compared(archive: Archive) -> Compared | Text:
    """The groups that the settings name, or a sentence on what is wrong with them."""
    settings = archive.settings.change
    inside: Flags = archive.handled
    part = None
    if settings.where is not None:
        field, _, value = settings.where.partition("=")
        found = _rows_of(archive, "change.where", field.strip(), value.strip())
        if isinstance(found, Text):
            return found
        inside, part = archive.handled & found, same(settings.where)
    if settings.field is not None and settings.a is not None and settings.b is not None:
        return _groups(archive, (settings.field, settings.a, settings.b), inside, part)
    return _times(archive, inside, part)


def _rows_of(archive: Archive, setting: str, field: str, value: str) -> Flags | Text:
    if field not in {*archive.labels, *BY_FIELD, "week", "month"}:
        fields = ", ".join(sorted(archive.labels)) or "–"
        return NO_FIELD.with_blanks({"setting": setting, "field": field, "fields": fields})
    labels: Labels = archive.grouped(field)
    found: Flags = labels == value
    if found.any():
        return found
    names = sorted(set(labels.tolist()) - {""})
    told = ", ".join(names[:VALUES_TOLD]) + (" …" if len(names) > VALUES_TOLD else "")
    return NO_VALUE.with_blanks({"setting": setting, "field": field, "value": value, "values": told or "–"})


def _groups(archive: Archive, names: tuple[str, str, str], inside: Flags, part: Text | None) -> Compared | Text:
    field, a, b = names
    first, second = (_rows_of(archive, f"change.{which}", field, value) for which, value in (("a", a), ("b", b)))
    if isinstance(first, Text):
        return first
    if isinstance(second, Text):
        return second
    return Compared(inside & (first | second), second, _called(field, a), _called(field, b), part=part)


def _called(field: str, value: str) -> Text:
    return text("{field} {value}", "{field} {value}", field=field_name(field), value=value_name(field, value))


def _times(archive: Archive, inside: Flags, part: Text | None) -> Compared | Text:
    day, at = archive.day, archive.settings.change.at
    known = day[day >= 0]
    if not len(known):
        return NO_TIMES
    first, last = int(known.min()), int(known.max())
    if at is None:
        return _offered(archive, inside, part, (first, last))
    change = at.toordinal() - EPOCH_ORDINAL
    if not first < change <= last:
        ends = {"first": _day(first + 1), "last": _day(last), "at": _day(change)}
        return OUTSIDE.with_blanks(ends)
    names = (BEFORE.with_blanks({"day": _day(change)}), SINCE.with_blanks({"day": _day(change)}))
    return _split(day, (first, change, last), (inside, archive.handled), names, part)


def _offered(archive: Archive, inside: Flags, part: Text | None, ends: tuple[int, int]) -> Compared | Text:
    first, last = ends
    change = last - OFFERED_DAYS + 1
    if change - OFFERED_DAYS < first:
        n = Figure(Estimate(float(last - first + 1)), "days")
        return TOO_SHORT.with_blanks({"n": n, "needed": str(2 * OFFERED_DAYS)})
    windows = (change - OFFERED_DAYS, change - 1), (change, last)
    days = [{"first": _day(start), "last": _day(end)} for start, end in windows]
    names = (FOUR_BEFORE.with_blanks(days[0]), LAST_FOUR.with_blanks(days[1]))
    made = _split(archive.day, (windows[0][0], change, last), (inside, archive.handled), names, part)
    return Compared(made.used, made.second, *names, made.control, change, part, asked=False)


def _split(
    day: Integers, ends: tuple[int, int, int], rows: tuple[Flags, Flags], names: tuple[Text, Text], part: Text | None
) -> Compared:
    (first, change, last), (inside, handled) = ends, rows
    window = (day >= first) & (day <= last)
    rest: Flags = window & handled & ~inside
    control = rest if part is not None and rest.any() else None
    return Compared(window & inside, day >= change, *names, control, change, part)


def _day(day: int) -> Figure:
    return Figure(Estimate(float(day)), "date")


def parts_of(one: Compared) -> tuple[Flags, Flags]:
    """[n] each, rows of the first and of the second group."""
    first, second = one.used & ~one.second, one.used & one.second
    return np.asarray(first), np.asarray(second)


BEFORE = text("before {day}", "до {day}")
SINCE = text("since {day}", "с {day}")
FOUR_BEFORE = text("the four weeks before, {first} – {last}", "четыре недели до этого, {first} – {last}")
LAST_FOUR = text("the last four weeks, {first} – {last}", "последние четыре недели, {first} – {last}")
NO_TIMES = text(
    "No contact has a time (started_at), so there is no before and after.",
    "Ни у одного обращения нет времени (started_at), поэтому нет и «до» и «после».",
)
NO_FIELD = text(
    "{setting}: expected a field of the archive ({fields}), got “{field}”; correct the settings.",
    "{setting}: нужно поле архива ({fields}), указано «{field}»; исправьте настройки.",
)
NO_VALUE = text(
    "{setting}: expected a value of {field} that occurs ({values}), got “{value}”; correct the settings.",
    "{setting}: нужно значение поля {field}, которое встречается ({values}), указано «{value}»; исправьте настройки.",
)
OUTSIDE = text(
    "change.at: expected a day from {first} to {last}, so that there are contacts before and after, got {at}; move it.",
    "change.at: нужен день с {first} по {last}, чтобы были обращения до и после, указан {at}; поправьте его.",
)
TOO_SHORT = text(
    "The archive covers {n}; {needed} are needed to compare the last four weeks with the four before. "
    "Name a day (change.at) or two groups (change.field, a, b).",
    "Архив охватывает {n}, а чтобы сравнить последние четыре недели с предыдущими, нужно {needed}. "
    "Укажите день (change.at) или две группы (change.field, a, b).",
)
