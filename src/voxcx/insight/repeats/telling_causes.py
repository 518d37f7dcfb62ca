"""What precedes repeats, told: a picture, a table and findings."""

from __future__ import annotations

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Column, Dot, Dots, Figure, Finding, Table, Tone
from voxcx.domain.texts import Blank, Text, same, text
from voxcx.insight.archive import Archive
from voxcx.insight.repeats.causes import Cause
from voxcx.insight.repeats.effects import level_of, spread
from voxcx.insight.repeats.following import Followed, coded
from voxcx.insight.repeats.tables import days, lasting
from voxcx.statistics.proportions import share

TOLD = 12
KINDS = {"criterion": text("not met", "не выполнено"), "topic": text("topic", "тема")}
EXAMPLES = 3
MOST_FINDINGS = 3
RATIO = text(
    "share repeated of the contacts with it ÷ of the others; criteria: failed against met{at_topic}; topics: "
    "against all others, in the same channel, less the repeats that a topic of that size meets by chance "
    "(Mantel–Haenszel, Greenland and Robins 1985; a customer's contacts taken as "
    "one); q: Benjamini–Hochberg over all rows, told where q ≤ {rate}. A machine's wrong verdicts draw the ratio to "
    "1; a "
    "ratio is no proof of a cause",
    "доля повторов там, где это было, ÷ там, где не было. Критерии: не выполнено против выполнено{at_topic}; темы – в "
    "том же канале и без случайных повторов (Мантель–Хензель; обращения одного клиента считаются связанными); q – с "
    "поправкой Бенджамини–Хохберга по всем строкам, вывод при q ≤ {rate}. Ошибки автоматической оценки приближают "
    "отношение к 1; это связь, а не доказанная причина",
    rate="?",
    at_topic="",
)
AT_TOPIC = text(", at the same topic", " при той же теме")
NO_TOPICS = text(" (topics are not known, so they are not taken into account)", " (темы неизвестны и не учтены)")


def ratio_told(archive: Archive) -> Text:
    """How the ratio is computed, with what was used."""
    rate = Figure(Estimate(archive.settings.false_discoveries), "number")
    return RATIO.with_blanks({"rate": rate, "at_topic": AT_TOPIC if _topics_known(archive) else NO_TOPICS})


def _topics_known(archive: Archive) -> bool:
    return bool((archive.label("topic") != "").any())


def picture(archive: Archive, causes: tuple[Cause, ...]) -> Dots:
    """Ratios with their intervals, those that can be told."""
    known = sorted((one for one in causes if one.adjusted.low is not None), key=lambda one: -(one.adjusted.value or 0))
    rows = tuple(Dot(one.title, one.adjusted, _tone(one), KINDS[one.what]) for one in known[:TOLD])
    title = text("After what they come again more often", "После чего обращаются снова: во сколько раз чаще")
    return Dots(title, "ratio", rows, ratio_told(archive), reference=1.0)


def _label(one: Cause) -> Text:
    return text("{kind}: {title}", "{kind}: {title}", kind=KINDS[one.what], title=one.title)


def _tone(one: Cause) -> Tone:
    if not one.stands:
        return "unsure"
    return "bad" if (one.adjusted.value or 0) > 1 else "good"


def table(archive: Archive, causes: tuple[Cause, ...]) -> Table:
    """Every criterion and topic that was asked."""
    level = archive.settings.level
    rows = tuple(
        (
            _label(one),
            Figure(share(*one.exposed, level=level), "share"),
            Figure(share(*one.other, level=level), "share"),
            Figure(one.crude, "ratio"),
            Figure(one.adjusted, "ratio"),
            Figure(Estimate(one.q), "number") if not np.isnan(one.q) else None,
        )
        for one in causes
    )
    columns = (
        Column("cause", text("What came before", "Что было до повтора")),
        Column("repeated_with", text("Repeated with it", "Повторов, если было")),
        Column("repeated_without", text("Repeated without", "Повторов, если не было")),
        Column("ratio_crude", text("Ratio as it came", "Отношение без поправки")),
        Column("ratio", text("Ratio, adjusted", "Отношение с поправкой"), ratio_told(archive)),
        Column("q", same("q")),
    )
    tones = tuple(_tone(one) for one in causes)
    title = text("What precedes repeats", "Что предшествует повторам")
    return Table("repeats_causes", title, columns, rows, ratio_told(archive), 12, tones)


def findings(archive: Archive, chased: Followed, causes: tuple[Cause, ...], points: float) -> tuple[Finding, ...]:
    """The causes that stand, worst first; ``points`` of CSI go with one repeat (0 where nobody was asked)."""
    base = max(int(chased.base(archive.settings.repeats.window_days).sum()), 1)
    standing = sorted((one for one in causes if one.stands and one.extra > 0), key=lambda one: -one.extra)
    return tuple(
        Finding(_said(archive, one), points * one.extra / base, _calls(archive, chased, one), about=_about(one))
        for one in standing[:MOST_FINDINGS]
    )


def _about(one: Cause) -> str:
    """As other pages call the same cause: a criterion without its form."""
    return f"{one.what}:{one.key.split(':', 1)[1] if one.what == 'criterion' else one.key}"


def _said(archive: Archive, one: Cause) -> Text:
    blanks: dict[str, Blank] = {
        "title": one.title,
        "ratio": Figure(one.adjusted, "ratio"),
        "with_it": Figure(share(*one.exposed), "share"),
        "without": Figure(share(*one.other), "share"),
        "window": days(archive.settings.repeats.window_days),
        "level": level_of(archive),
    }
    if one.what == "criterion" and not _topics_known(archive):
        return Text(
            "After “{title}” is not met customers come again {ratio} as often: {with_it} against {without} within "
            "{window}, {level} CI {ratio.interval}; topics are not known and not taken into account",
            "Где не выполнено «{title}», обращаются снова чаще: {with_it} против {without} за {window} ({ratio}, "
            "{level} ДИ {ratio.interval}); темы неизвестны и не учтены",
        ).with_blanks(blanks)
    if one.what == "criterion":
        return Text(
            "After “{title}” is not met customers come again {ratio} as often: {with_it} against {without} within "
            "{window}, {level} CI {ratio.interval} at the same topic",
            "Где не выполнено «{title}», обращаются снова чаще: {with_it} против {without} за {window} ({ratio} при "
            "той же теме, {level} ДИ {ratio.interval})",
        ).with_blanks(blanks)
    return Text(
        "On “{title}” customers come again {ratio} as often as on the rest: {with_it} against {without} within "
        "{window}, "
        "{level} CI {ratio.interval}",
        "По теме «{title}» обращаются снова чаще, чем по остальным: {with_it} против {without} за {window} ({ratio}, "
        "{level} ДИ {ratio.interval})",
    ).with_blanks(blanks)


def _calls(archive: Archive, chased: Followed, one: Cause) -> tuple[CallRef, ...]:
    """Contacts with it that were repeated, of different customers, each with the one that came next."""
    rows = np.flatnonzero(one.flagged & chased.repeated(archive.settings.repeats.window_days))
    first = np.sort(np.unique(coded(archive.customer[rows]), return_index=True)[1])
    criterion = one.key.split(":", 1)[1] if one.what == "criterion" else None
    return tuple(
        CallRef(str(archive.id[row]), criterion, why=_again(archive, chased, row))
        for row in spread(rows[first], EXAMPLES)
    )


def _again(archive: Archive, chased: Followed, row: int) -> Text:
    return text(
        "came again after {gap}: {then}",
        "повтор через {gap}: {then}",
        gap=lasting(float(chased.gap_s[row])),
        then=same(str(archive.id[chased.next_row[row]])),
    )
