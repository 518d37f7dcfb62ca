"""What matters most, why, and where on the way."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Figure, Finding, Heading, Heat, Page, Paragraph
from voxcx.domain.texts import Blank, Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.priorities.causes import NAMES
from voxcx.insight.priorities.losses import AGAIN, CHURN, NPS, unnamed_series
from voxcx.insight.priorities.ranking import Priority, Ranking, ranking_of
from voxcx.insight.priorities.stages import heats_of
from voxcx.insight.priorities.telling import calls_of, effects_dots, ranking_table, todo_table
from voxcx.insight.topics.assigning import with_topics

TITLE = text("What matters most", "Что важнее всего")
QUESTION = text(
    "Which topics and errors are often, painful and costly, why, and what to do first?",
    "Какие темы и ошибки часты, болезненны и дороги, почему и с чего начать?",
)
CALLS = 5
NOTHING = text(
    "No topics and no verdicts: nothing to rank. Give topics (column topic, or words of customers) or score with "
    "a form.",
    "Нет ни тем, ни вердиктов: ранжировать нечего. Передайте темы (колонка topic или слова клиентов) или оцените "
    "по форме.",
)
NO_ANSWERS = text(
    "What is painful cannot be told: it takes survey answers.",
    "Что болезненно – не сказать: нужны ответы на опрос.",
)
NO_LOSSES = text(
    "Losses are not known: no words of customers about leaving, no NPS, no series of customers (series.csv). Repeats "
    "stand in for them.",
    "Потери неизвестны: нет слов клиентов об уходе, NPS и показателей клиентов (series.csv). Вместо них – повторные "
    "обращения.",
)
UNNAMED = text(
    "Series of customers that count as no loss, since nobody said which way is bad: {names} (settings of the report, "
    "priorities: worth, costs).",
    "Показатели клиентов, которые не учтены в потерях, потому что не указано, что для них плохо – рост или падение: "
    "{names} (настройки отчёта, priorities: worth, costs).",
)
NO_COST = text(
    "What repeats cost needs priorities: {{contact_cost: …}} in the settings of the report.",
    "Чтобы посчитать стоимость повторов, укажите priorities: {{contact_cost: …}} в настройках отчёта.",
)
NO_HEATS = text(
    "Where on the way cannot be told: no channels or no times.", "Этапы не показать: нет каналов или времени."
)
PAINFUL_TOPIC = text(
    "Topic “{topic}”: {share} of handled contacts, {effect} of CSI, {level} CI {effect.interval}{cause}",
    "Тема «{topic}»: {share} обслуженных обращений, {effect} CSI, {level} ДИ {effect.interval}{cause}",
)
CAUSE = text("; cause: {cause} ({evidence})", "; причина: {cause} ({evidence})")
KINDS = {"topic": text("Topic", "Тема"), "error": text("Error", "Ошибка")}
NO_CAUSE = Text("", "")
LEAVING = text(
    "{kind} “{title}” ({share} of handled contacts): customers speak of leaving {ratio} as often, "
    "{level} CI {ratio.interval}",
    "{kind} «{title}» ({share} обслуженных обращений): об уходе говорят {ratio} к остальным, "
    "{level} ДИ {ratio.interval}",
)
DETRACTING = text(
    "{kind} “{title}” ({share} of handled contacts): NPS is {gap.abs} lower, {level} CI {gap.interval}",
    "{kind} «{title}» ({share} обслуженных обращений): NPS ниже на {gap.abs}, {level} ДИ {gap.interval}",
)


def page(archive: Archive) -> Page:
    """Flags and ranking, causes, quick wins and system changes, and the way by stages."""
    known = archive if archive.topics is not None else with_topics(archive)
    ranking = ranking_of(known)
    heats = heats_of(known)
    blocks, lacks = tuple(_blocks(known, ranking, heats)), tuple(_lacks(known, ranking, heats))
    return Page("priorities", TITLE, QUESTION, blocks, lacks, tuple(_findings(known, ranking)))


def _blocks(archive: Archive, ranking: Ranking, heats: tuple[Heat, ...]) -> Iterator[Block]:
    if ranking.all:
        yield ranking_table(archive, ranking)
        dots = effects_dots(ranking)
        if dots is not None:
            yield dots
        lists = [todo_table(archive, ranking, quick) for quick in (True, False)]
        yield from (one for one in lists if one is not None)
        if not any(one.matters for one in ranking.all):
            yield Paragraph(
                text(
                    "Nothing is painful or costly beyond doubt.",
                    "Доказанно болезненного или дорогого не нашлось.",
                )
            )
    if heats:
        yield Heading(text("Where on the way", "Где на пути клиента"))
        yield from heats


def _lacks(archive: Archive, ranking: Ranking, heats: tuple[Heat, ...]) -> Iterator[Text]:
    if not ranking.all:
        yield NOTHING
    if not archive.answers.answered.any():
        yield NO_ANSWERS
    if ranking.all and not ranking.known:
        yield NO_LOSSES
    if unnamed := unnamed_series(archive):
        yield UNNAMED.with_blanks({"names": ", ".join(unnamed)})
    if archive.settings.priorities.contact_cost is None and any(AGAIN in one.losses for one in ranking.all):
        yield NO_COST
    if not heats:
        yield NO_HEATS


def _findings(archive: Archive, ranking: Ranking) -> Iterator[Finding]:
    """Painful topics; errors that cost without being told as painful (those stand on the page of quality)."""
    for one in ranking.all:
        if one.painful and one.thing.kind == "topic":
            yield Finding(
                _painful(archive, one), abs(one.points.value or 0.0), calls_of(archive, one, CALLS), about=_about(one)
            )
        elif one.costly and not one.painful:
            said = _costly(archive, one)
            if said is not None:
                yield Finding(said, 0.0, calls_of(archive, one, CALLS), about=_about(one))


def _about(one: Priority) -> str:
    """As other pages call the same cause."""
    if one.thing.kind == "topic":
        return f"topic:{one.thing.key}"
    return f"criterion:{one.thing.key.split(':', 1)[1]}"


def _painful(archive: Archive, one: Priority) -> Text:
    cause: Text = NO_CAUSE
    if one.why.kind is not None:
        cause = CAUSE.with_blanks({"cause": NAMES[one.why.kind], "evidence": one.why.evidence})
    return PAINFUL_TOPIC.with_blanks(
        {
            "topic": one.thing.title,
            "share": Figure(one.thing.often, "share"),
            "effect": Figure(one.thing.effect, "points"),
            "level": _level(archive),
            "cause": cause,
        }
    )


def _costly(archive: Archive, one: Priority) -> Text | None:
    blanks: dict[str, Blank] = {
        "kind": KINDS[one.thing.kind],
        "title": one.thing.title,
        "share": Figure(one.thing.often, "share"),
        "level": _level(archive),
    }
    if CHURN in one.costly:
        return LEAVING.with_blanks(blanks | {"ratio": Figure(one.losses[CHURN].estimate, "ratio")})
    if NPS in one.costly:
        return DETRACTING.with_blanks(blanks | {"gap": Figure(one.losses[NPS].estimate, "points")})
    return None


def _level(archive: Archive) -> Figure:
    return Figure(Estimate(archive.settings.level), "share")
