"""Tables and pictures of the quality page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from voxcx.domain.beside import CriterionTrust
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Dot, Dots, Figure, Table
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.fields import by_field
from voxcx.insight.quality.alike import ALIKE, agents_told
from voxcx.insight.quality.effects import Effect, of_handled
from voxcx.insight.quality.examples import examples
from voxcx.insight.quality.weights import Weight
from voxcx.insight.quality.why import Verdict, kappa_of, trust_of
from voxcx.statistics.differences import spearman

ADJUSTED = text(
    "mean CSI as answered where it was not met − where it was met; adjusted: beside fixed effects of agent, queue, "
    "channel and month, errors clustered by agent. Below 0: failing goes with less satisfaction. It shows what goes "
    "together, not what causes it",
    "средний CSI по ответам, где критерий не выполнен, − где выполнен; с поправкой: при тех же операторе, очереди, "
    "канале и месяце (регрессия, ответы одного оператора считаются связанными). Меньше 0: где не выполнено, клиенты "
    "довольны меньше. Это связь, а не доказанная причина",
)
NOT_MET_IN = text("not met in {share} of decided", "не выполнено в {share} решённых", share="?")
OF_HANDLED = text("not met ÷ all handled interactions", "не выполнен ÷ все обслуженные обращения")
OF_DECIDED = text("not met ÷ met or not met", "не выполнен ÷ выполнен или не выполнен")
CRUDE = text("the same without adjusting", "то же без поправки")
Q = text(
    "p of the adjusted difference after Benjamini–Hochberg over all criteria; told as an effect at {rate} or less",
    "p разности с поправкой после Бенджамини–Хохберга по всем критериям; влиянием считаем при {rate} и меньше",
)
SPEARMAN = text(
    "Spearman's rank correlation of failing (1) or meeting (0) with CSI as answered; interval: Bonett and Wright",
    "ранговая корреляция Спирмена: не выполнен (1) или выполнен (0) и CSI по ответам; ДИ: Бонетт и Райт",
)
KAPPA = text(
    "Cohen's κ between machine and people from calibration, AC1 where κ is not defined; calibration does not tell "
    "forms apart, so it is not shown where several have the same criterion",
    "согласие автоматической оценки с людьми по калибровке: κ Коэна, где она не определена – AC1; калибровка не "
    "различает формы, поэтому если критерий есть в нескольких, не указано",
)


def effect_dots(effects: Sequence[Effect], verdicts: Mapping[str, Verdict]) -> Dots:
    """The adjusted difference of every criterion, what hurts most first."""
    known = [one for one in effects if one.adjusted.value is not None]
    rows = tuple(
        Dot(
            one.column.title,
            one.adjusted,
            verdicts[one.column.key].tone,
            NOT_MET_IN.with_blanks({"share": Figure(one.not_met, "share")}),
        )
        for one in sorted(known, key=lambda one: one.adjusted.value or 0.0)
    )
    title = text("CSI where it was not met against where it was", "На сколько ниже CSI там, где критерий не выполнен")
    return Dots(title, "points", rows, ADJUSTED, 0.0)


def effects_table(archive: Archive, effects: Sequence[Effect], verdicts: Mapping[str, Verdict]) -> Table:
    """Everything about every criterion, what hurts most first."""
    trust = trust_of(archive)
    ordered = sorted(effects, key=lambda one: (one.adjusted.value is None, one.adjusted.value or 0.0))
    rate = Figure(Estimate(archive.settings.false_discoveries), "number")
    return Table(
        "quality_criteria",
        text("Each criterion against CSI", "Каждый критерий и CSI"),
        (
            Column("criterion", text("Criterion", "Критерий")),
            Column("not_met_of_handled", text("Not met, of handled", "Не выполнен, от обслуженных"), OF_HANDLED),
            Column("not_met_of_decided", text("… of decided", "… от решённых"), OF_DECIDED),
            Column("effect_adjusted_points", text("Difference, adjusted", "Разность с поправкой"), ADJUSTED),
            Column("effect_points", text("Difference as it is", "Разность как есть"), CRUDE),
            Column("spearman", text("Spearman", "Корреляция"), SPEARMAN),
            Column("q", text("q", "q"), Q.with_blanks({"rate": rate})),
            Column("kappa", text("κ", "κ"), KAPPA),
            Column("agents", text("Agents", "Операторы"), ALIKE),
            Column("verdict", text("What it means", "Что это значит")),
            Column("examples", text("Examples", "Примеры")),
        ),
        tuple(_row(archive, one, verdicts[one.column.key], trust) for one in ordered),
        text("Answers only. {adjusted}.", "Только ответы на опрос: {adjusted}.", adjusted=ADJUSTED),
        shown=12,
        tones=tuple(verdicts[one.column.key].tone for one in ordered),
    )


def _row(archive: Archive, effect: Effect, verdict: Verdict, trust: Mapping[str, CriterionTrust]) -> tuple[Cell, ...]:
    kappa, column = kappa_of(effect, trust), effect.column
    checked = None if kappa is None else Figure(Estimate(kappa, n=trust[column.key].n), "number")
    return (
        column.title,
        Figure(of_handled(archive, column.failed), "share"),
        Figure(effect.not_met, "share"),
        Figure(effect.adjusted, "points"),
        Figure(effect.crude, "points"),
        Figure(effect.spearman, "score"),
        None if effect.q is None else Figure(Estimate(effect.q, n=effect.adjusted.n), "number"),
        checked,
        agents_told(archive, column),
        verdict.said,
        examples(archive, column.failed & archive.answers.answered, column.criterion) or None,
    )


def weights_table(form: str, number: int, weights: Sequence[Weight]) -> Table:
    """Three weights of each criterion of a form, as shares of its points."""
    rows: list[tuple[Cell, ...]] = []
    for one in weights:
        stated = None if one.stated is None else Figure(one.stated, "share")
        note = one.kept or ""
        today = Figure(Estimate(one.today), "share")
        rows.append((one.effect.column.title, today, Figure(one.data, "share"), stated, note))
    return Table(
        "quality_weights" if number == 0 else f"quality_weights_{number + 1}",
        text("Weights of the form {form}", "Веса формы «{form}»", form=form),
        (
            Column("criterion", text("Criterion", "Критерий")),
            Column("today_share", text("Today", "Сегодня"), text("points ÷ all points", "баллы ÷ все баллы")),
            Column("answers_share", text("By the answers", "По ответам"), BY_ANSWERS),
            Column("stated_share", text("As customers say", "По словам клиентов"), STATED),
            Column("kept", text("Note", "Примечание")),
        ),
        tuple(rows),
        text("By the answers: {data}. As customers say: {stated}.", "По ответам: {data}. По словам клиентов: {stated}.",
             data=BY_ANSWERS, stated=STATED),
        shown=30,
    )  # fmt: skip


BY_ANSWERS = text(
    "points of CSI that failing costs beside the other criteria, agent, queue, channel and month (ridge regression, no "
    "negative weights), scaled to the same total, drawn towards each other a little; compliance and what "
    "the answers cannot tell keep their weight; interval: agents drawn again, without ridge",
    "сколько пунктов CSI стоит невыполнение при прочих равных (критерии, оператор, очередь, канал, месяц; гребневая "
    "регрессия, веса не меньше нуля), приведено к той же сумме баллов; комплаенс и то, о чём ответов мало, "
    "сохраняют вес; ДИ: бутстреп по операторам, без регуляризации",
)
STATED = text(
    "mean share of the points that each respondent gave (weights.csv)",
    "средняя доля баллов, которые дал каждый опрошенный (weights.csv)",
)
SCORE = text(
    "Spearman's rank correlation of the QA score before zeroing with CSI as answered; interval: Bonett and Wright",
    "ранговая корреляция Спирмена: оценка качества до обнуления и CSI по ответам; ДИ: Бонетт и Райт",
)


def score_correlation(archive: Archive, group: str | None = None) -> Estimate:
    """Spearman of the QA score before zeroing with the answered CSI, of all or of one group."""
    settings, score = archive.settings, archive.number("qa_score_before_zeroing")
    rows = archive.answers.answered & ~np.isnan(score)
    if group is not None:
        rows &= archive.grouped(settings.by) == group
    n = int(rows.sum())
    if n >= settings.fewest:
        return spearman(score[rows], archive.answers.csi[rows], settings.level)
    more = Figure(Estimate(settings.fewest - n), "count")
    reason = text("{more} more scored answers needed", "нужно ещё оценённых обращений с ответом: {more}", more=more)
    return Estimate(None, n=n, level=settings.level, reason=reason)


def score_dots(archive: Archive) -> Dots | None:
    """The same by group; None where there is but one."""
    names = sorted(set(archive.grouped(archive.settings.by).tolist()) - {""})
    found = [(name, score_correlation(archive, name)) for name in names]
    rows = tuple(Dot(_named(name), one) for name, one in found if one.value is not None)
    title = text("QA score and CSI {by}", "Оценка качества и CSI {by}", by=by_field(archive.settings.by))
    return Dots(title, "score", rows, SCORE, 0.0) if len(rows) > 1 else None


def _named(name: str) -> Text:
    return text("{name}", "{name}", name=name)
