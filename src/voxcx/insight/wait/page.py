"""The wait: how satisfaction falls with it, when people leave, and which wait is worth promising."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, CallRef, Figure, Finding, Heading, Page, Paragraph
from voxcx.domain.texts import Blank, Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.service_level.contacts import calls_of, chats_of
from voxcx.insight.service_level.formula import ABANDONED, ANSWERED, counted_figure, seconds
from voxcx.insight.wait.blocks import blocks_of, per_minute
from voxcx.insight.wait.curve import Curve
from voxcx.insight.wait.hazard import Jump
from voxcx.insight.wait.waiting import Waiting, drives_away, hurts, waiting_of
from voxcx.statistics.multiplicity import benjamini_hochberg

ID = "wait"
TITLE = text("How long may they wait?", "Сколько можно ждать?")
QUESTION = text(
    "From when on does waiting cost satisfaction, and which answer time is worth promising?",
    "С какого момента ожидание стоит удовлетворённости и какой срок ответа стоит обещать?",
)
Kind = Literal["calls", "chats"]
NAMES: dict[Kind, Text] = {
    "calls": text("Calls: wait in the queue", "Звонки: ожидание в очереди"),
    "chats": text("Chats: wait for the first answer", "Чаты: ожидание первого ответа"),
}
SHOWN_CALLS = 5


def page(archive: Archive) -> Page:
    """Calls by their queue wait, chats by their first answer."""
    all_kinds: dict[Kind, Waiting] = {
        "calls": waiting_of(archive, calls_of(archive), timed_leaving=True),
        "chats": waiting_of(archive, chats_of(archive), timed_leaving=False),
    }
    kinds = {name: one for name, one in all_kinds.items() if len(one.waits) or one.seen is not None}
    blocks: list[Block] = []
    for name, one in kinds.items():
        blocks += [Heading(NAMES[name]), Paragraph(verdict(archive, one)), *blocks_of(archive, one, name)]
    lacks = tuple(_lacks(archive, kinds))
    return Page(ID, TITLE, QUESTION, tuple(blocks), lacks, tuple(_findings(archive, kinds)))


def _lacks(archive: Archive, kinds: dict[Kind, Waiting]) -> Iterator[Text]:
    if not kinds:
        yield NO_WAITS
        return
    if not archive.answers.answered.any():
        yield NO_ANSWERS
        return
    for name, one in kinds.items():
        if one.plain is None:
            missing = archive.settings.fewest - len(one.answers)
            yield FEW_ANSWERS.with_blanks({"kind": NAMES[name], "n": counted_figure(missing)})
        elif one.adjusted is None:
            yield NOT_ADJUSTED.with_blanks({"kind": NAMES[name]})


NO_WAITS = text(
    "No wait is known: queue_wait_s of calls comes from the call record or is heard, first_response_s of chats needs "
    "times of messages.",
    "Ожидание не известно: queue_wait_s звонков берётся из записи АТС или на слух, first_response_s чатов – из времени "
    "сообщений.",
)
NO_ANSWERS = text(
    "No survey answers: what waiting costs cannot be told, only who leaves.",
    "Ответов на опрос нет: сколько стоит ожидание, сказать нельзя; видно только, кто уходит.",
)
FEW_ANSWERS = text(
    "{kind}: {n} more answers with a known wait are needed for a curve.",
    "{kind}: для кривой не хватает ответов с известным ожиданием: {n}.",
    n="",
    kind="",
)
NOT_ADJUSTED = text(
    "{kind}: too few answers to tell the wait apart from queue and hour; the curve is not adjusted.",
    "{kind}: ответов мало, чтобы отделить ожидание от очереди и часа; кривая без поправки.",
    kind="",
)


def verdict(archive: Archive, waiting: Waiting) -> Text:
    """What to promise, or why nothing can be said."""
    promised = waiting.worth_promising
    if promised is not None and promised.value is not None:
        blanks: dict[str, Blank] = {
            "t": Figure(promised, "s"),
            "target": Figure(Estimate(archive.settings.service_level.target), "share"),
            "within": Figure(waiting.answered_within(promised.value, archive.settings.level), "share"),
            "sure": _sure(archive),
        }
        return PROMISE.with_blanks(blanks)
    if waiting.best is None:
        return NO_CURVE
    knee = waiting.best.knee
    if knee.verdict == "knee":
        return EASES.with_blanks({"t": Figure(knee.at, "s"), "sure": _sure(archive)})
    if knee.verdict == "straight":
        return STRAIGHT.with_blanks({"slope": Figure(per_minute(waiting.best.after), "points"), "sure": _sure(archive)})
    return CANNOT_TELL.with_blanks({"n": counted_figure(len(waiting.answers))})


def _sure(archive: Archive) -> Figure:
    return Figure(Estimate(archive.settings.level), "share")


PROMISE = text(
    "Promise an answer within {t} ({sure} CI {t.interval}) to {target} of them: that is where waiting begins to cost. "
    "Today {within} are answered within it. To be on the safe side take the lower end.",
    "Обещайте ответ за {t} ({sure} ДИ {t.interval}) для {target} обращений: с этого момента ожидание начинает стоить. "
    "Сейчас за это время отвечают в {within} случаев. Для запаса берите нижнюю границу.",
)
NO_CURVE = text(
    "No limit can be told: there are too few answers after a known wait, and leaving shows none.",
    "Порог не виден: ответов с известным ожиданием мало, а по уходам его нет.",
)
EASES = text(
    "Satisfaction bends at {t} ({sure} CI {t.interval}), yet it does not fall more steeply after it: no limit to "
    "promise.",
    "Излом CSI – на {t} ({sure} ДИ {t.interval}), но после него CSI не падает круче: порога, который стоило бы "
    "обещать, нет.",
)
STRAIGHT = text(
    "There is no knee: no minute of waiting stands out, on average one costs {slope} of CSI ({sure} CI "
    "{slope.interval}). Choose the promise by its cost.",
    "Порога нет: ни одна минута ожидания не выделяется, в среднем минута – {slope} CSI ({sure} ДИ {slope.interval}). "
    "Срок выбирайте по затратам.",
)
CANNOT_TELL = text(
    "Cannot tell from when on waiting costs: with {n} answers a knee can neither be shown nor ruled out.",
    "Сказать, с какого момента ожидание стоит, нельзя: при таком числе ответов ({n}) излом не показать и не исключить.",
)


def _findings(archive: Archive, kinds: dict[Kind, Waiting]) -> Iterator[Finding]:
    """Knees whose test stands after Benjamini–Hochberg over all that were looked for."""
    knees = [(name, one, one.best) for name, one in kinds.items() if one.best is not None]
    jumps = [one for one in kinds.values() if one.leaving is not None]
    tests = [best.knee.at.p for _, _, best in knees] + [one.leaving.at.p if one.leaving else None for one in jumps]
    q = benjamini_hochberg(np.array([np.nan if p is None else p for p in tests], dtype=float))
    sure = q <= archive.settings.false_discoveries
    for (name, one, best), told in zip(knees, sure[: len(knees)], strict=True):
        if told and hurts(best.knee) and best.after.excludes_zero:
            yield _knee_finding(archive, name, one, best)
    for one, told in zip(jumps, sure[len(knees) :], strict=True):
        if told and one.leaving is not None and drives_away(one.leaving):
            yield _leaving_finding(archive, one, one.leaving)


def _knee_finding(archive: Archive, name: Kind, waiting: Waiting, best: Curve) -> Finding:
    at_s, level = best.knee.at.value or 0.0, archive.settings.level
    gain = best.gain(at_s, np.minimum(waiting.waits, archive.settings.wait.longest_s), level)
    said = KNEE_FOUND[name].with_blanks(
        {
            "t": Figure(best.knee.at, "s"),
            "slope": Figure(per_minute(best.after), "points"),
            "late": Figure(_beyond(waiting, at_s, level), "share"),
            "worth": WORTH.with_blanks({"gain": Figure(gain, "points"), "sure": _sure(archive)}),
            "sure": _sure(archive),
        }
    )
    handled = max(int(archive.handled.sum()), 1)
    weight = (gain.value or 0.0) * len(waiting.waits) / handled
    return Finding(said, weight, _bad_after(archive, waiting, at_s), about="waiting")


def _beyond(waiting: Waiting, at_s: float, level: float) -> Estimate:
    within = waiting.answered_within(at_s, level)
    if within.value is None or within.low is None or within.high is None:
        return within
    return Estimate(1 - within.value, 1 - within.high, 1 - within.low, within.n, level=level)


WORTH = text(
    "If nobody waited longer, their CSI would gain {gain}, {sure} CI {gain.interval}.",
    "Если бы дольше не ждал никто, их CSI вырос бы: {gain}, {sure} ДИ {gain.interval}.",
)
KNEE_FOUND: dict[Kind, Text] = {
    "calls": text(
        "After {t} in the queue (CI {t.interval}) satisfaction falls: {slope} a minute, {sure} CI {slope.interval}; "
        "{late} of calls wait longer. {worth}",
        "После {t} в очереди (ДИ {t.interval}) CSI падает: {slope} за минуту, {sure} ДИ {slope.interval}; дольше ждут "
        "в {late} звонков. {worth}",
    ),
    "chats": text(
        "After {t} without a first answer in a chat (CI {t.interval}) satisfaction falls: {slope} a minute, {sure} CI "
        "{slope.interval}; {late} of chats wait longer. {worth}",
        "После {t} без первого ответа в чате (ДИ {t.interval}) CSI падает: {slope} за минуту, {sure} ДИ "
        "{slope.interval}; дольше ждут в {late} чатов. {worth}",
    ),
}


def _leaving_finding(archive: Archive, waiting: Waiting, found: Jump) -> Finding:
    said = LEAVING_FOUND.with_blanks(
        {"t": Figure(found.at, "s"), "ratio": Figure(found.ratio, "ratio"), "sure": _sure(archive)}
    )
    return Finding(said, 0.0, _gone(archive, waiting, found.at.value or 0.0), about="waiting")


LEAVING_FOUND = text(
    "After {t} in the queue (CI {t.interval}) people leave it more often: {ratio}, {sure} CI {ratio.interval}.",
    "После {t} в очереди (ДИ {t.interval}) из неё уходят чаще: {ratio}, {sure} ДИ {ratio.interval}.",
)


def _bad_after(archive: Archive, waiting: Waiting, at_s: float) -> tuple[CallRef, ...]:
    """The longest waits over the knee that were rated low."""
    queued, rows = waiting.contacts.queued, waiting.contacts.rows
    bad = (queued.fate == ANSWERED) & (queued.wait_s > at_s) & (archive.answers.dissatisfied[rows] == 1.0)
    places = np.flatnonzero(bad)
    longest = places[np.argsort(-queued.wait_s[places], kind="stable")][:SHOWN_CALLS]
    why = text("waited {t}, rated low", "ждал {t}, низкая оценка")
    return tuple(
        CallRef(str(archive.id[rows[one]]), why=why.with_blanks({"t": seconds(queued.wait_s[one])})) for one in longest
    )


def _gone(archive: Archive, waiting: Waiting, at_s: float) -> tuple[CallRef, ...]:
    """Who left soonest after the jump."""
    queued, rows = waiting.contacts.queued, waiting.contacts.rows
    places = np.flatnonzero((queued.fate == ABANDONED) & (queued.wait_s >= at_s))
    soonest = places[np.argsort(queued.wait_s[places], kind="stable")][:SHOWN_CALLS]
    why = text("left after {t}", "ушёл через {t}")
    return tuple(
        CallRef(str(archive.id[rows[one]]), why=why.with_blanks({"t": seconds(queued.wait_s[one])})) for one in soonest
    )
