"""What may have changed, contact by contact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.pages import Unit
from voxcx.domain.texts import Blank, Text, same, text
from voxcx.insight.archive import Archive, Floats
from voxcx.insight.critical.blocks import OF
from voxcx.insight.critical.counting import KINDS, free_of_errors
from voxcx.insight.repeats.following import followed

CUSTOMER = KINDS[0]


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
    again: dict[str, Blank] = {
        "window": f"{archive.settings.repeats.window_days:g}",
        "about": SAME if _by_topic(archive) else ANY,
    }
    clean, told = free_of_errors(archive, (CUSTOMER,)), CU_CEA.with_blanks({"base": OF[archive.settings.critical.base]})
    return (
        Outcome("csi", same("CSI"), answers.csi, "index", "points", "better", points, CSI),
        Outcome("cdsat", same("CDSAT"), answers.dissatisfied, "share", "share_points", "worse", share, CDSAT),
        Outcome("qa", same("QA"), score, "index", "points", "better", points, QA),
        Outcome("cu_cea", same("cu-CEA"), clean, "share", "share_points", "better", share, told),
        Outcome(
            "repeats", REPEATED, repeated(archive), "share", "share_points", "worse", share, REPEATS.with_blanks(again)
        ),
        Outcome("handle_s", same("AHT"), handle, "s", "s", "neither", relative, AHT),
        Outcome("queue_wait_s", text("Wait", "Ожидание"), wait, "s", "s", "worse", relative, WAIT),
    )


def repeated(archive: Archive) -> Floats:
    """[n], 1 where the customer came again within the window, NaN where that cannot be known (yet); as FCR has it."""
    window = archive.settings.repeats.window_days
    chased = followed(archive, same_topic=_by_topic(archive))
    return np.where(chased.base(window), chased.repeated(window).astype(float), np.nan)


def _by_topic(archive: Archive) -> bool:
    return archive.settings.repeats.same_topic and bool((archive.label("topic") != "").any())


CSI = text(
    "100 × (mean rating − minimum) ÷ (maximum − minimum) of the answers",
    "100 × (средняя оценка − минимум) ÷ (максимум − минимум) по ответам",
)
CDSAT = text("share of answers in the bottom boxes", "доля ответов с низкими оценками")
QA = text("mean score before a critical error zeroes it", "средняя оценка до обнуления за критическую ошибку")
CU_CEA = text(
    "1 − contacts with a critical error for the customer ÷ {base}; undecided criteria count as no error",
    "1 − обращения с критической ошибкой для клиента ÷ {base}; нерешённые критерии ошибкой не считаются",
)
REPEATED = text("Repeats", "Повторы")
SAME = text("on the same topic or ticket", "по той же теме или заявке")
ANY = text("on any topic", "по любой теме")
REPEATS = text(
    "share of contacts after which the customer came again {about} within {window} days; reconnects after a drop, "
    "outgoing contacts, unknown topics and unelapsed windows left out",
    "доля обращений, после которых клиент обратился снова {about} в течение {window} дн.; без перезвонов после обрыва, "
    "исходящих обращений, неизвестных тем и неистёкших окон",
)
AHT = text("mean of talk + holds + after-call work", "среднее: разговор + удержания + поствызывная обработка")
WAIT = text("mean time from queue entry to answer", "среднее время от постановки в очередь до ответа")
