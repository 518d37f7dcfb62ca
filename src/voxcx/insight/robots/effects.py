"""What machines go with in the answers, and in coming again: each question compares two kinds of contact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Unit
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import DAY_S, Archive, Flags, Floats, Labels
from voxcx.insight.repeats.effects import NOT_KNOWN, cannot_tell, q_values, told
from voxcx.insight.repeats.following import coded
from voxcx.insight.robots.legs import Legs
from voxcx.statistics.differences import adjusted_difference

REPEAT_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class Question:
    """Exposed contacts beside the others of ``rows``."""

    id: str
    title: Text
    beside: Text
    advice: Text
    exposed: Flags
    rows: Flags


@dataclass(frozen=True, slots=True)
class Effect:
    """Its answer.

    Attributes:
        estimate: mean of the exposed − mean of the others at the same kind, queue and topic.
        unit: points of CSI, or points of the share that came again.
        share: of all the customers' own contacts, those exposed.
        q: over all questions of the page; NaN where nothing can be told.
        stands: after the correction.
    """

    question: Question
    estimate: Estimate
    unit: Unit
    share: float
    q: float = float("nan")
    stands: bool = False


def effects_of(archive: Archive, legs: Legs) -> tuple[Effect, ...]:
    """CSI of every question that has contacts, then who comes again after a machine alone."""
    cell = _cells(archive)
    made = []
    own = max(int(legs.own.sum()), 1)
    for values, unit, one in _asked(archive, legs):
        if (one.exposed & one.rows).any():
            estimate = _difference(archive, cell, values, one)
            made.append(Effect(one, estimate, unit, int((one.exposed & one.rows).sum()) / own))
    q = q_values([one.estimate for one in made])
    rate = archive.settings.false_discoveries
    return tuple(
        replace(one, q=float(each), stands=told(one.estimate, float(each), rate))
        for one, each in zip(made, q, strict=True)
    )


def _asked(archive: Archive, legs: Legs) -> Iterator[tuple[Floats, Unit, Question]]:
    if archive.answers.answered.any():
        for one in questions(archive, legs):
            yield archive.answers.csi, "points", one
    followed = (legs.seen_s >= REPEAT_DAYS * DAY_S) & archive.handled & legs.known
    again = np.where(followed, legs.back(REPEAT_DAYS).astype(float), np.nan)
    person = archive.handled & ~legs.alone
    yield (
        again,
        "share_points",
        Question("back_after_alone", BACK, BY_PERSON, CHECK_SOLVED, legs.alone, legs.alone | person),
    )


def questions(archive: Archive, legs: Legs) -> Iterator[Question]:
    """Those about CSI."""
    yield from _by_kind(archive, legs)
    refused, looped = legs.refused == 1, legs.looped == 1
    yield Question("refused", REFUSED, OTHER_LEGS, LET_OUT, refused, legs.met & ~np.isnan(legs.refused))
    yield Question("looped", LOOPED, OTHER_IVR, HAND_OVER, looped, legs.ivr & ~np.isnan(legs.looped))
    again, soon = archive.number("bot_on_repeat_24h"), legs.known & (legs.before_s <= DAY_S)
    yield Question("machine_again", AGAIN, AGAIN_PERSON, SEND_BACK, again == 1, soon & ~np.isnan(again))
    prefers = archive.number("prefers_human")
    yield Question("prefers_met", PREFERS_MET, PREFERS_PERSON, SPARE, legs.met, legs.known & (prefers == 1))
    yield Question("prefers_other", PREFERS_MET, OTHER_CUSTOMERS, SPARE, prefers == 1, legs.met & ~np.isnan(prefers))


def _by_kind(archive: Archive, legs: Legs) -> Iterator[Question]:
    """IVR and bots apart: an IVR saves a wait, a bot in a chat does not, and their sum would tell of neither."""
    person = legs.known & archive.handled & ~legs.alone
    for kind, first, alone in (("call", IVR_FIRST, IVR_ALONE), ("chat", BOT_FIRST, BOT_ALONE)):
        mine: Flags = archive.label("kind") == kind
        at_once, passed, served = (mine & one for one in (person & ~legs.met, person & legs.met, legs.alone))
        yield Question(f"{kind}_machine_first", first, AT_ONCE, SHORTEN, passed, passed | at_once)
        yield Question(f"{kind}_machine_alone", alone, AT_ONCE, CHECK_SOLVED, served, served | at_once)


def _difference(archive: Archive, cell: tuple[Labels, Labels], values: Floats, one: Question) -> Estimate:
    settings = archive.settings
    rows = one.rows & ~np.isnan(values)
    if not rows.any():
        return Estimate(None, level=settings.level, reason=NOT_KNOWN)
    with_it = int((rows & one.exposed).sum())
    fewer = min(with_it, int(rows.sum()) - with_it)
    if fewer < settings.fewest:
        return Estimate(None, n=int(rows.sum()), level=settings.level, reason=cannot_tell(settings.fewest - fewer))
    stratum, customer = cell
    return adjusted_difference(values[rows], one.exposed[rows], [stratum[rows]], customer[rows], settings.level)


def _cells(archive: Archive) -> tuple[Labels, Labels]:
    """[n] kind × queue × topic, [n] customer, under short names: they are sorted many times."""
    cell = np.zeros(len(archive), dtype=np.int64)
    for field in ("kind", "queue", "topic"):
        code = coded(archive.label(field)) + 1
        cell = cell * (int(code.max(initial=0)) + 1) + code
    return (np.array([f"{one:x}" for one in cell.tolist()], dtype=object), _customers(archive))


def _customers(archive: Archive) -> Labels:
    codes = coded(archive.label("customer_id"))
    return np.array([f"{one:x}" if one >= 0 else "" for one in codes.tolist()], dtype=object)


IVR_FIRST = text("An IVR first, then a person", "Сначала IVR, потом оператор")
IVR_ALONE = text("An IVR alone", "Только IVR")
BOT_FIRST = text("A bot first, then a person", "Сначала бот, потом оператор")
BOT_ALONE = text("A bot alone", "Только бот")
AT_ONCE = text("a person at once, in the same kind of contact", "сразу оператор, в таких же обращениях")
REFUSED = text("The customer refused the machine", "Клиент отказался от робота")
OTHER_LEGS = text("other contacts with a machine", "другие обращения через робота")
LOOPED = text("Went round in circles in the IVR", "Хождение по кругу в IVR")
OTHER_IVR = text("other contacts with an IVR", "другие обращения через IVR")
AGAIN = text("Back within 24 h, and a machine again", "Вернулся за 24 часа и снова попал к роботу")
AGAIN_PERSON = text("others who came back within 24 h", "остальные, кто вернулся за 24 часа")
PREFERS_MET = text("Prefers a person, met a machine", "Предпочитает человека, а попал к роботу")
PREFERS_PERSON = text("the same kind of customer, a person at once", "такие же клиенты сразу у человека")
OTHER_CUSTOMERS = text("other customers who met a machine", "другие клиенты, попавшие к роботу")
BACK = text("Back within 7 days after a machine alone", "Вернулись за 7 дней после одного робота")
BY_PERSON = text("contacts that a person served", "обращения, которые вёл человек")
SHORTEN = text(
    "Cut the way to a person short where it is longest.", "Сократите путь к оператору там, где он длиннее всего."
)
CHECK_SOLVED = text(
    "Look at what the machine leaves unsolved before giving it more.",
    "Прежде чем отдавать роботу больше, посмотрите, что он не решает.",
)
LET_OUT = text("Offer the way to a person at the first step.", "Предлагайте оператора на первом же шаге.")
HAND_OVER = text(
    "Hand over to a person at the second misunderstanding.", "После второго непонимания переводите на оператора."
)
SEND_BACK = text(
    "Route who comes back within a day straight to a person.", "Тех, кто вернулся за сутки, сразу ведите к оператору."
)
SPARE = text("Route such customers past the machine.", "Таких клиентов ведите мимо робота.")
