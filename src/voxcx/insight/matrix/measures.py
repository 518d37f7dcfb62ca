"""Every measure in every period: sums first, their quotient then."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.pages import Unit
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import DAY_S, Archive, Floats
from voxcx.insight.critical.counting import KINDS, count
from voxcx.insight.effort.relating import ces_of
from voxcx.insight.matrix.beside import series_of
from voxcx.insight.matrix.periods import Periods
from voxcx.insight.matrix.summing import FEWEST, Measure, from_rows
from voxcx.insight.repeats.following import followed
from voxcx.insight.service_level.contacts import Contacts, blocked_places, calls_of
from voxcx.insight.service_level.formula import ABANDONED, counted, counted_by, kinds, level_of


def measures_of(archive: Archive, periods: Periods) -> tuple[Measure, ...]:
    """Those known in some period, in the order of METRICS.md."""
    made = (
        *_service_level(archive, periods),
        *_answers(archive, periods),
        *_work(archive, periods),
        *_verdicts(archive, periods),
        *series_of(archive, periods),
    )
    return tuple(one for one in made if not np.isnan(one.values).all())


def _answers(archive: Archive, periods: Periods) -> Iterator[Measure]:
    answers, place = archive.answers, periods.place
    columns: tuple[tuple[str, str, Floats, Unit, Text, str], ...] = (
        ("csi", "CSI", answers.csi, "index", CSI, "rating"),
        ("csat", "CSAT", answers.satisfied, "share", CSAT, "rating"),
        ("cdsat", "CDSAT", answers.dissatisfied, "share", CDSAT, "rating"),
        ("ces", "CES", ces_of(archive), "number", CES, ""),
        ("nps", "NPS", answers.nps, "score", NPS, ""),
    )
    for name, title, values, unit, told, linked in columns:
        yield from_rows((name, same(title), unit, told), values, (place, periods.count), ("answers", linked))


def _work(archive: Archive, periods: Periods) -> Iterator[Measure]:
    yield _resolved(archive, periods)
    handle_s, talk_s = archive.number("handle_s"), archive.number("talk_s")
    whole = not np.isnan(handle_s).all()
    title, told = (same("AHT"), AHT) if whole else (text("Talk time", "Время разговора"), TALK)
    values = handle_s if whole else talk_s
    yield from_rows(("aht", title, "s", told), values, (periods.place, periods.count), ("work", ""))


def _resolved(archive: Archive, periods: Periods) -> Measure:
    settings = archive.settings.repeats
    by_topic = settings.same_topic and bool((archive.label("topic") != "").any())
    chased = followed(archive, same_topic=by_topic)
    base, again = chased.base(settings.window_days), chased.repeated(settings.window_days)
    values = np.where(base, 1.0 - again, np.nan)
    told = FCR.with_blanks({"days": f"{settings.window_days:g}", "about": SAME if by_topic else ANY})
    made = from_rows(
        ("fcr", text("FCR (no repeat)", "FCR (без повтора)"), "share", told),
        values,
        (periods.place, periods.count),
        ("repeats", ""),
    )
    if periods.by == "team":
        return made
    # A week of which only the first days have been followed long enough is another week.
    late = periods.place[chased.counted & ~base & (periods.place >= 0)]
    made.values[np.unique(late)] = np.nan
    return made


def _verdicts(archive: Archive, periods: Periods) -> Iterator[Measure]:
    where = (periods.place, periods.count)
    score = archive.number("qa_score_before_zeroing")
    yield from_rows(("qa", same("QA"), "index", QA), score, where, ("verdicts", ""))
    for kind in KINDS:
        counted_kind = count(archive, kind)
        values = np.where(counted_kind.base, 1.0 - counted_kind.erred, np.nan)
        name = kind.measure.replace("cea", "CEA").replace("_", "-")
        told = CEA.with_blanks({"errors": kind.errors})
        yield from_rows((kind.measure, same(name), "share", told), values, where, ("verdicts", ""))


def _service_level(archive: Archive, periods: Periods) -> Iterator[Measure]:
    calls, settings = calls_of(archive), archive.settings.service_level
    if not len(calls) or np.isnan(calls.queued.wait_s).all() or not _lost_are_known(archive, periods, calls):
        return
    kind, times, place = kinds(calls.queued, settings), np.ones(len(calls), dtype=np.int64), periods.place[calls.rows]
    if periods.by != "team":  # calls of blocked.csv have no team
        at_s, blocked, many = blocked_places(archive)
        kind, times = np.concatenate([kind, blocked]), np.concatenate([times, many])
        place = np.concatenate([place, periods.of_days((at_s // DAY_S).astype(np.int64))])
    whole = counted(calls.queued, settings)
    told = text("{formula}", "{formula}", formula=level_of(whole, settings).words)
    cells = counted_by(kind, times, place, periods.count)
    levels = [level_of(one, settings, overall=whole.known_share).share for one in cells]
    n = np.array([one.n or 0 for one in levels], dtype=float)
    values = np.array([np.nan if one.value is None else one.value for one in levels], dtype=float)
    values = np.where(n >= FEWEST, values, np.nan)
    yield Measure("sl", text("Service level", "SL"), "share", told, values, n, "service_level", "")


def _lost_are_known(archive: Archive, periods: Periods, calls: Contacts) -> bool:
    """Who left the queue often has no team: levels of teams would leave the lost out."""
    lost = archive.label("team")[calls.rows][calls.queued.fate == ABANDONED]
    return periods.by != "team" or not len(lost) or float((lost != "").mean()) > 0.5


CSI = text(
    "100 × (mean rating − minimum) ÷ (maximum − minimum) of the answers",
    "100 × (средняя оценка − минимум) ÷ (максимум − минимум) по ответам",
)
CSAT = text("share of answers in the top boxes", "доля ответов с высокими оценками")
CDSAT = text("share of answers in the bottom boxes", "доля ответов с низкими оценками")
CES = text("mean answer about effort, on its scale", "средний ответ об усилиях, по его шкале")
NPS = text("% of 9–10 − % of 0–6", "% ответов 9–10 − % ответов 0–6")
SAME, ANY = text("on the same topic", "по той же теме"), text("on any topic", "по любой теме")
FCR = text(
    "1 − share of contacts followed by another of the same customer {about} within {days} days; periods that are not "
    "over for that long are left out",
    "1 − доля обращений, после которых тот же клиент обратился снова {about} за {days} дн.; периоды, после которых "
    "столько ещё не прошло, не учтены",
    about="",
    days="?",
)
AHT = text("mean of talk + holds + after-call work", "среднее: разговор + удержания + поствызывная обработка")
TALK = text(
    "mean time of talk: after-call work is not known, so this is no AHT",
    "среднее время разговора: поствызывная обработка неизвестна, поэтому это не AHT",
)
QA = text("mean score before a critical error zeroes it", "средняя оценка до обнуления за критическую ошибку")
CEA = text(
    "1 − share of interactions with {errors}; undecided count as none",
    "1 − доля обращений, где есть {errors}; нерешённые считаются чистыми",
    errors="?",
)
