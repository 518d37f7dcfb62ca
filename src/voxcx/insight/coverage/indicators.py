"""Indicator by indicator: whether the archive can give it, from where, for how many of the contacts concerned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure
from voxcx.domain.texts import Text
from voxcx.insight.archive import Archive, CriterionColumn, Flags, Floats
from voxcx.insight.coverage import words
from voxcx.insight.repeats.effects import count
from voxcx.insight.service_level.contacts import is_letter
from voxcx.statistics.proportions import share

ENOUGH = 0.9  # of the contacts concerned; below it the indicator is that of a part
ENGAGEMENT = ("ees", "ea", "enps", "engagement")
SATISFACTION_OF_STAFF = ("esat", "esi", "employee_satisfaction")
Status = Literal["yes", "partly", "no"]
Standard = Literal["iso", "copc"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Attributes:
        source: the column or file it comes from.
        known: of the contacts concerned, how many have the data; None: it does not come from rows.
        status: whether it can be computed.
        missing: what it takes, or why it is only in part.
    """

    standard: Standard
    name: Text
    source: str
    known: Estimate | None
    status: Status
    missing: Text | None


def indicators_of(archive: Archive) -> tuple[Indicator, ...]:
    """Both lists in their order."""
    return tuple(Indicator(*one) for part in (_satisfaction, _reaching, _people, _copc) for one in part(archive))


_Made = tuple[Standard, Text, str, Estimate | None, Status, Text | None]


def _satisfaction(archive: Archive) -> Iterator[_Made]:
    """What customers say and do."""
    answers, own = archive.answers, _own(archive)
    taken = own & archive.handled
    yield _surveyed(archive, words.SATISFIED, "surveys.csv: rating", ~np.isnan(answers.csi), taken)
    yield _surveyed(archive, words.DISSATISFIED, "surveys.csv: rating", ~np.isnan(answers.dissatisfied), taken)
    yield _surveyed(archive, words.EFFORT, "surveys.csv: ces", ~np.isnan(answers.ces), taken)
    yield _surveyed(archive, words.RECOMMEND, "surveys.csv: nps", ~np.isnan(answers.nps), taken)
    yield _surveyed(archive, words.COMMENTS, "surveys.csv: comment", answers.comment != "", answers.answered)
    yield _rows(words.COMPLAINTS, "complaint_cue", _known(archive, "complaint_cue"), taken, words.ONLY_WORDS)
    who: Flags = (archive.label("customer_id") != "") | (archive.label("ticket_id") != "")
    yield _rows(
        words.RESOLVED, "customer_id, ticket_id, topic", who & ~np.isnan(archive.moment_s), taken, words.ONLY_PROXY
    )
    yield _rows(words.SAID_AGAIN, "repeat_cue", _known(archive, "repeat_cue"), taken)


def _reaching(archive: Archive) -> Iterator[_Made]:
    """How they get through."""
    own, call, chat = _own(archive), archive.label("kind") == "call", archive.label("kind") == "chat"
    mail = is_letter(archive)
    to_person = own & ~archive.flag("contained")
    waited = to_person & call & ~archive.flag("blocked")
    wait, first = _known(archive, "queue_wait_s"), _known(archive, "first_response_s")
    answered = to_person & archive.handled
    yield _rows(words.ANSWER_TIME, "queue_wait_s", wait, waited)
    yield _rows(words.CHAT_TIME, "first_response_s", first, answered & chat & ~mail)
    yield _rows(words.MAIL_TIME, "first_response_s", first, answered & mail)
    lost = _known(archive, "abandoned")
    yield _rows(words.ABANDONED, "abandoned", lost, to_person & call)
    blocked = archive.flag("blocked").any() or bool(archive.beside.blocked)
    yield _rows(
        words.LEVEL, "queue_wait_s, abandoned, blocked", wait & lost, waited, None if blocked else words.NO_BLOCKED
    )
    status: Status = "yes" if blocked else "no"
    yield "iso", words.TURNED_AWAY, "blocked, blocked.csv", None, status, None if blocked else words.NO_BLOCKED
    yield _rows(words.HANDLE, "handle_s", _known(archive, "handle_s"), answered & call)
    passed = _known(archive, "transfers") | (archive.label("handover") != "")
    yield _rows(words.PASSED_ON, "transfers, handover", passed, answered)
    yield _rows(words.MACHINES, "contained, ivr_status", _known(archive, "contained"), own)


def _people(archive: Archive) -> Iterator[_Made]:
    """What the agents do, and how they fare."""
    served = archive.handled & (archive.label("agent_id") != "")
    mine = [one for one in archive.criteria if one.attributable == "agent"]
    yield _judged(archive, ("iso", words.QUALITY), archive.criteria, served)
    yield _judged(
        archive, ("iso", words.KNOWLEDGE), [one for one in mine if one.severity != "plain"], served, words.NAMED_SO
    )
    yield _judged(
        archive, ("iso", words.CONDUCT), [one for one in mine if one.severity == "plain"], served, words.NAMED_SO
    )
    names = {one.name.lower() for one in archive.beside.series}
    for told, wanted in ((words.ENGAGED, ENGAGEMENT), (words.STAFF_SATISFIED, SATISFACTION_OF_STAFF)):
        there = bool(names & set(wanted))
        missing = None if there else words.NO_SERIES.with_blanks({"name": wanted[0].upper()})
        yield "iso", told, "series.csv", None, "yes" if there else "no", missing


def _copc(archive: Archive) -> Iterator[_Made]:
    """Satisfaction by boxes, accuracy by kind of error."""
    answers, served = archive.answers, archive.handled
    taken = served & _own(archive)
    iso = (
        _surveyed(archive, words.TOP_BOXES, "surveys.csv: rating", ~np.isnan(answers.satisfied), taken),
        _surveyed(archive, words.BOTTOM_BOXES, "surveys.csv: rating", ~np.isnan(answers.dissatisfied), taken),
    )
    for one in iso:
        yield "copc", *one[1:]
    for kind, told in words.KINDS:
        yield _judged(
            archive, ("copc", told), [one for one in archive.criteria if one.severity == f"critical_{kind}"], served
        )
    yield _judged(
        archive, ("copc", words.NOT_CRITICAL), [one for one in archive.criteria if one.severity == "plain"], served
    )
    known = {one.kind for one in archive.beside.accuracy}
    status: Status = "yes" if len(known) == len(words.KINDS) else "partly" if known else "no"
    yield "copc", words.OWN_ERRORS, "calibration.json", None, status, None if status == "yes" else words.CALIBRATE
    yield "copc", words.BY_CUSTOMER, "–", None, "no", words.NO_COLUMN


def _own(archive: Archive) -> Flags:
    """[n], begun by the customer."""
    own: Flags = archive.label("direction") != "outbound"
    return own


def _known(archive: Archive, name: str) -> Flags:
    values: Floats = archive.number(name)
    known: Flags = ~np.isnan(values)
    return known


def _surveyed(archive: Archive, name: Text, source: str, known: Flags, base: Flags) -> _Made:
    there = known & base
    n = int(there.sum())
    fewest = archive.settings.fewest
    status: Status = "yes" if n >= fewest else "partly" if n else "no"
    missing = None if status == "yes" else words.MORE_ANSWERS.with_blanks({"n": count(fewest - n)})
    return "iso", name, source, share(n, int(base.sum()), words.NO_BASE), status, missing


def _rows(name: Text, source: str, known: Flags, base: Flags, only: Text | None = None) -> _Made:
    """``only``: why it stays in part, however many rows have the data."""
    n, of = int((known & base).sum()), int(base.sum())
    found = share(n, of, words.NO_BASE)
    if n == 0:
        return "iso", name, source, found, "no", words.GIVE.with_blanks({"column": source}) if of else words.NO_BASE
    if n < ENOUGH * of:
        few = words.FEW_ROWS.with_blanks({"share": Figure(Estimate((of - n) / of), "share"), "column": source})
        return (
            "iso",
            name,
            source,
            found,
            "partly",
            few if only is None else words.BOTH.with_blanks({"a": few, "b": only}),
        )
    return "iso", name, source, found, "partly" if only else "yes", only


def _judged(
    archive: Archive,
    listed: tuple[Standard, Text],
    columns: Sequence[CriterionColumn],
    base: Flags,
    only: Text | None = None,
) -> _Made:
    """Contacts where at least one of the criteria was decided."""
    decided = np.zeros(len(base), dtype=bool)
    for one in columns:
        decided |= one.decided
    n, of = int((decided & base).sum()), int(base.sum())
    few = n < archive.settings.fewest
    status: Status = "no" if n == 0 else "partly" if only or few else "yes"
    missing = words.NO_VERDICTS if n == 0 else words.SAMPLE if few else only
    return *listed, "criteria", share(n, of, words.NO_BASE), status, missing
