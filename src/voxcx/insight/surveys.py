"""Honesty first: who was asked, who answered, and what the answers say – beside which every survey figure is read."""

from __future__ import annotations

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Column, Figure, Page, Paragraph, Table, Tile, Tiles
from voxcx.domain.texts import Blank, Text, same, text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.fields import titled
from voxcx.statistics.normal import quantile
from voxcx.statistics.proportions import share

TITLE = text("Who was asked, who answered", "Кого спросили и кто ответил")
QUESTION = text(
    "Every effect on satisfaction in this report rests on these answers, never on estimates.",
    "Все влияния на удовлетворённость в отчёте посчитаны по этим ответам, а не по оценкам модели.",
)
NO_ANSWERS = text(
    "No survey answers: put surveys.csv (interaction_id, rating) beside the results or give --surveys. "
    "Sections about effects on satisfaction say so.",
    "Ответов на опрос нет: положите surveys.csv (interaction_id, rating) рядом с результатами или укажите --surveys. "
    "Разделы о влиянии на удовлетворённость об этом скажут.",
)
INVITED = text("invited ÷ handled interactions", "приглашено ÷ обслуженных обращений")
ANSWERED = text(
    "answered ÷ invited (÷ handled where no invitation is recorded); 95 % interval: Wilson",
    "ответило ÷ приглашено (÷ обслуженных, если приглашения не записаны); 95 % ДИ: Уилсон",
)
CSI = text(
    "100 × (mean rating − minimum) ÷ (maximum − minimum) of the answered interactions; who does not answer may feel "
    "otherwise",
    "100 × (средняя оценка − минимум) ÷ (максимум − минимум) по обращениям с ответом; не ответившие могли думать иначе",
)
BOTTOM = text(
    "share of answers in the bottom boxes; several answers about one interaction are averaged first",
    "доля ответов с низкими оценками; несколько ответов об одном обращении сначала усредняются",
)
TOP_BOXES = text(
    "share of answers in the top boxes; several answers about one interaction are averaged first",
    "доля ответов с высокими оценками; несколько ответов об одном обращении сначала усредняются",
)


def page(archive: Archive) -> Page:
    """Invitation and response rates, all together and by group; CSI, CSAT, CDSAT, NPS and CES as answered."""
    answers = archive.answers
    if not answers.answered.any():
        return Page("surveys", TITLE, QUESTION, lacks=_strange(archive) or (NO_ANSWERS,))
    blocks: list[Block] = [Tiles(_tiles(archive)), _by_group(archive)]
    if _bias_unknown(archive):
        blocks.append(Paragraph(INVITATIONS_UNKNOWN, warning=True))
    return Page("surveys", TITLE, QUESTION, tuple(blocks), _strange(archive))


INVITATIONS_UNKNOWN = text(
    "Nothing records who was invited (survey_invited), so the response rate is of all handled interactions, and nobody "
    "can see whether agents choose whom to ask.",
    "Не записано, кого приглашали оценить (survey_invited): доля ответов посчитана от всех обращений, и не видно, "
    "не выбирают ли операторы, кого спросить.",
)


def _bias_unknown(archive: Archive) -> bool:
    return bool(np.isnan(archive.number("survey_invited")).all())


def _strange(archive: Archive) -> tuple[Text, ...]:
    if not archive.answers.strange:
        return ()
    n = Figure(Estimate(archive.answers.strange), "count")
    return (
        text(
            "{n} answers are about interactions that this archive does not hold; they are left out.",
            "Ответов об обращениях, которых нет в архиве: {n}; они не учтены.",
            n=n,
        ),
    )


def _asked(archive: Archive) -> Flags:
    """Who was invited; everybody handled where nothing is recorded."""
    if _bias_unknown(archive):
        return archive.handled | archive.answers.answered
    asked: Flags = archive.flag("survey_invited") | archive.answers.answered
    return asked


def _tiles(archive: Archive) -> tuple[Tile, ...]:
    answers, asked, level = archive.answers, _asked(archive), archive.settings.level
    answered = answers.answered
    tiles = [
        Tile(
            text("Answered", "Ответили"),
            Figure(share(int(answered.sum()), int(asked.sum()), level=level), "share"),
            ANSWERED,
        ),
        Tile(text("CSI as answered", "CSI по ответам"), Figure(mean_of(answers.csi, level), "index"), CSI),
        Tile(
            text("Dissatisfied (CDSAT)", "Недовольны (CDSAT)"),
            Figure(mean_of(answers.dissatisfied, level), "share"),
            BOTTOM,
        ),
        Tile(
            text("Satisfied (CSAT)", "Довольны (CSAT)"),
            Figure(mean_of(answers.satisfied, level), "share"),
            TOP_BOXES,
        ),
    ]
    if (~np.isnan(answers.nps)).any():
        tiles.append(
            Tile(
                same("NPS"),
                Figure(mean_of(answers.nps, level), "index"),
                text("% of 9–10 − % of 0–6", "% ответов 9–10 − % ответов 0–6"),
            )
        )
    return tuple(tiles)


def mean_of(values: Floats, level: float = 0.95) -> Estimate:
    """Mean of what is known, with the normal interval of a mean; None where nothing is."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Estimate(None, reason=text("no answers", "нет ответов"))
    mean = float(known.mean())
    if len(known) < 2:
        return Estimate(mean, n=len(known))
    half = quantile(level) * float(known.std(ddof=1)) / len(known) ** 0.5
    return Estimate(mean, mean - half, mean + half, len(known), level=level)


def response_told(archive: Archive) -> Text:
    """Who stands behind a figure from answers: told on every page that has one."""
    answered, level = int(archive.answers.answered.sum()), archive.settings.level
    rate = Figure(share(answered, int(_asked(archive).sum()), level=level), "share")
    blanks: dict[str, Blank] = {"answered": Figure(Estimate(answered), "count"), "rate": rate}
    if _bias_unknown(archive):
        return text(
            "CSI here is from {answered} answered interactions, {rate} of those handled; invitations are not recorded.",
            "CSI здесь – по обращениям с ответом ({answered}), это {rate} обслуженных; приглашения не записаны.",
            **blanks,
        )
    invited = share(int((_asked(archive) & archive.handled).sum()), int(archive.handled.sum()), level=level)
    return text(
        "CSI here is from {answered} answered interactions: {invited} of those handled were invited, {rate} of the "
        "invited answered.",
        "CSI здесь – по обращениям с ответом ({answered}): оценить приглашали в {invited} обслуженных обращений, "
        "ответили {rate} приглашённых.",
        **blanks,
        invited=Figure(invited, "share"),
    )


def _by_group(archive: Archive) -> Table:
    by, level = archive.settings.by, archive.settings.level
    group, asked, answers = archive.grouped(by), _asked(archive), archive.answers
    rows = []
    for name in sorted(set(group.tolist()) - {""}):
        mine = group == name
        handled, invited = int((mine & archive.handled).sum()), int((mine & asked).sum())
        met = int((mine & asked & archive.handled).sum())  # an abandoned call may be invited, too
        rows.append(
            (
                name,
                Figure(share(met, handled, level=level), "share"),
                Figure(share(int((mine & answers.answered).sum()), invited, level=level), "share"),
                Figure(mean_of(np.where(mine, answers.csi, np.nan), level), "index"),
            )
        )
    return Table(
        "surveys_by_group",
        titled(by),
        (
            Column("group", text("Group", "Группа")),
            Column("invited_share", text("Invited", "Приглашены"), INVITED),
            Column("answered_share", text("Answered", "Ответили"), ANSWERED),
            Column("csi", text("CSI as answered", "CSI по ответам"), CSI),
        ),
        tuple(rows),
        text(
            "Invited: {invited}. Answered: {answered}. CSI: {csi}.",
            "Приглашены: {invited}. Ответили: {answered}. CSI: {csi}.",
            invited=INVITED,
            answered=ANSWERED,
            csi=CSI,
        ),
    )
