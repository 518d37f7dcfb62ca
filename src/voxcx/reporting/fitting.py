"""What lies beside the results and fits nothing in them: a misspelt queue is told, not passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.service_level.contacts import skill_of

NAMED = 3


def misfits(archive: Archive) -> tuple[Text, ...]:
    """A sentence for each file that names what the archive does not have."""
    return tuple(one for one in _told(archive) if one is not None)


def _told(archive: Archive) -> Iterator[Text | None]:
    beside = archive.beside
    criteria = {one.criterion for one in archive.criteria}
    if criteria:
        yield _unknown("kano.csv", (one.criterion for one in beside.kano), criteria)
        yield _unknown("weights.csv", (one.criterion for one in beside.weights), criteria)
    yield _unknown("blocked.csv", (one.skill for one in beside.blocked if one.skill), _names(skill_of(archive)))
    yield _unknown("series.csv", (one.team for one in beside.series if one.team), _names(archive.label("team")))
    yield _scopes(archive)
    if archive.answers.strange:
        yield text(
            "surveys: {n} answers are about interactions that this archive does not hold; they are left out.",
            "Опрос: ответов об обращениях, которых нет в архиве, – {n}; они не учтены.",
            n=str(archive.answers.strange),
        )


def _names(labels: Iterable[str]) -> set[str]:
    return set(labels) - {""}


def _unknown(file: str, told: Iterable[str], known: set[str]) -> Text | None:
    strange = sorted(set(told) - known)
    if not strange:
        return None
    return text(
        "{file} names what the archive does not have: {names}; check the spelling.",
        "В {file} есть то, чего нет в архиве: {names}; проверьте написание.",
        file=file,
        names=", ".join(strange[:NAMED]) + (" …" if len(strange) > NAMED else ""),
    )


def _scopes(archive: Archive) -> Text | None:
    """Scopes of events are ``*`` or ``field=value`` with a field and a value that occur."""
    strange = set()
    for scope in {one.scope for one in archive.beside.events} - {"*"}:
        field, sign, value = scope.partition("=")
        if not sign or value.strip() not in _names(archive.grouped(field.strip())):
            strange.add(scope)
    return _unknown("events.csv", strange, set())
