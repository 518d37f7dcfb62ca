"""What may have changed, contact by contact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.pages import Unit
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import DAY_S, Archive, Flags, Floats, Integers, Labels


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome.

    Attributes:
        name: in files.
        title: for people.
        values: [n], NaN where not known.
        unit: of a mean.
        change_unit: of a difference.
        more_is: better or worse, or neither by itself.
        worth: the smallest change worth the name, in units of the values; negative: as a share of the first mean.
        definition: how it is computed.
    """

    name: str
    title: Text
    values: Floats
    unit: Unit
    change_unit: Unit
    more_is: str
    worth: float
    definition: Text


def outcomes_of(archive: Archive) -> tuple[Outcome, ...]:
    """Those that the archive knows anything of."""
    return tuple(one for one in _all(archive) if not np.isnan(one.values).all())


def _all(archive: Archive) -> tuple[Outcome, ...]:
    settings, answers = archive.settings.change, archive.answers
    points, share, relative = settings.worth_points, settings.worth_share, -settings.worth_relative
    score, handle, wait = (archive.number(name) for name in ("qa_score_before_zeroing", "handle_s", "queue_wait_s"))
    window = {"window": f"{archive.settings.repeats.window_days:g}"}
    return (
        Outcome("csi", same("CSI"), answers.csi, "index", "points", "better", points, CSI),
        Outcome("cdsat", same("CDSAT"), answers.dissatisfied, "share", "share_points", "worse", share, CDSAT),
        Outcome("qa", same("QA"), score, "index", "points", "better", points, QA),
        Outcome("cu_cea", same("cu-CEA"), accuracy(archive), "share", "share_points", "better", share, CU_CEA),
        Outcome(
            "repeats", REPEATED, repeated(archive), "share", "share_points", "worse", share, REPEATS.with_blanks(window)
        ),
        Outcome("handle_s", same("AHT"), handle, "s", "s", "neither", relative, AHT),
        Outcome("queue_wait_s", text("Wait", "Ожидание"), wait, "s", "s", "worse", relative, WAIT),
    )


def accuracy(archive: Archive) -> Floats:
    """[n], 1 without a critical error for the customer, whoever made it, 0 with one, NaN where none was decided."""
    judged, failed = np.zeros(len(archive), dtype=bool), np.zeros(len(archive), dtype=bool)
    for one in archive.criteria:
        if one.severity == "critical_customer":
            judged |= one.decided
            failed |= one.failed
    return np.where(judged, 1.0 - failed, np.nan)


def repeated(archive: Archive) -> Floats:
    """[n], 1 where the customer came again within the window, NaN where that cannot be known (yet)."""
    settings, moment_s = archive.settings.repeats, archive.moment_s
    window_s = settings.window_days * DAY_S
    own: Flags = archive.label("direction") != "outbound"
    matter = _numbered(archive.label("customer_id"))
    if settings.same_topic:
        topic = _numbered(archive.label("topic"))
        matter = np.where(matter < 0, -1, matter * (len(archive) + 1) + topic + 1)  # not known: one more topic
    known: Flags = (matter >= 0) & ~np.isnan(moment_s) & own
    again = known & ~archive.flag("reconnect_after_drop")
    if not known.any():
        return np.full(len(archive), np.nan)
    elapsed = moment_s + window_s <= np.nanmax(moment_s)
    soon = _next_within(matter, moment_s, (known, again), window_s)
    return np.where(known & archive.handled & elapsed, soon.astype(float), np.nan)


def _next_within(matter: Integers, moment_s: Floats, which: tuple[Flags, Flags], window_s: float) -> Flags:
    """[n], whether a later row of ``which[1]`` about the same matter follows in time; ``which[0]``: rows to look at."""
    rows = np.flatnonzero(which[0])
    order = rows[np.lexsort((moment_s[rows], matter[rows]))]
    following = np.append(order[1:], -1)
    # A reconnect is passed over: the row after it counts, so each row looks at the next one that may count.
    place = np.where(which[1][order], np.arange(len(order)), len(order))
    later = np.append(np.minimum.accumulate(place[::-1])[::-1], len(order))[1:]
    following = np.append(order, -1)[later]
    same = (following >= 0) & (matter[following] == matter[order])
    soon = np.zeros(len(matter), dtype=bool)
    soon[order] = same & (moment_s[following] - moment_s[order] <= window_s)
    return soon


def _numbered(labels: Labels) -> Integers:
    """[n], a number for each name, −1 where not known."""
    listed = labels.tolist()
    number = {name: place for place, name in enumerate(dict.fromkeys(listed))} | {"": -1}
    return np.fromiter((number[name] for name in listed), dtype=np.int64, count=len(listed))


CSI = text(
    "100 × (mean rating − minimum) ÷ (maximum − minimum) of the answers",
    "100 × (средняя оценка − минимум) ÷ (максимум − минимум) по ответам",
)
CDSAT = text("share of answers in the bottom boxes", "доля ответов с низкими оценками")
QA = text("mean score before a critical error zeroes it", "средняя оценка до обнуления за критическую ошибку")
CU_CEA = text(
    "share of contacts without a critical error for the customer, among those where one such criterion was decided",
    "доля обращений без критической ошибки для клиента среди обращений, где решён хотя бы один такой критерий",
)
REPEATED = text("Repeats", "Повторы")
REPEATS = text(
    "share of contacts after which the customer came again on the same topic within {window} days; reconnects after a "
    "drop, outgoing contacts and unelapsed windows left out",
    "доля обращений, после которых клиент обратился снова по той же теме в течение {window} дн.; без перезвонов после "
    "обрыва, исходящих обращений и неистёкших окон",
)
AHT = text("mean of talk + holds + after-call work", "среднее: разговор + удержания + поствызывная обработка")
WAIT = text("mean time from queue entry to answer", "среднее время от постановки в очередь до ответа")
