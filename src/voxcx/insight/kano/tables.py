"""Tables and pictures of the Kano page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Dot, Dots, Figure, Table, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import CriterionColumn
from voxcx.insight.kano.effects import Effects, Prevails
from voxcx.insight.kano.questionnaire import NAMES, TYPES, Asked, KanoType
from voxcx.insight.kano.thirds import BEST, MIDDLE, WORST, Split, Thing
from voxcx.insight.settings import ReportSettings

VERDICTS: dict[Prevails, Text] = {
    "penalty": text("penalty prevails, must-be-like", "сильнее наказывают за невыполнение (похоже на обязательное)"),
    "reward": text("reward prevails, attractive-like", "сильнее поощряют выполнение (похоже на привлекательное)"),
    "even": text("even", "одинаково"),
    "cannot_tell": text("cannot tell", "сказать нельзя"),
}
TONES: dict[Prevails, Tone] = {"penalty": "bad", "reward": "good", "even": "plain", "cannot_tell": "unsure"}
CRITERION = text("Criterion", "Критерий")
MORE = text("More answers needed", "Не хватает ответов")
ODDS = text(
    "Penalty: odds of the bottom boxes after an error ÷ when met; reward: odds of the top box when met ÷ after an "
    "error, at the errors' mix of queues. Asymmetry: penalty ÷ reward; it counts if log odds and normal scores agree "
    "and after Benjamini–Hochberg over all criteria and waits; even: surely within ÷ 1.5 … × 1.5. Intervals: jackknife "
    "over agents (customers where there are under 10 agents).",
    "Наказание: шансы низких оценок после ошибки ÷ при выполнении; награда: шансы высшей оценки при выполнении ÷ после "
    "ошибки (при тех же очередях). Асимметрия: наказание ÷ награда; засчитана, если согласны логит и пробит, с "
    "поправкой Бенджамини–Хохберга; одинаково – интервал целиком в пределах ÷ 1,5 … × 1,5. ДИ: складной нож по "
    "операторам (по клиентам, если операторов меньше 10).",
)
POINTS = text(
    "Thirds by value (where over a third have none of it, they are the best and the rest is halved). Penalty: middle − "
    "worst; reward: best − middle, points of CSI beside queue and hour of the day. Asymmetry: penalty − reward; it "
    "counts if it is one per second too, after Benjamini–Hochberg; even: surely within ± 3 points. Intervals: least "
    "squares, clustered by agent (by customer where there are under 10).",
    "Трети по значению (если этого совсем нет больше чем у трети, они – лучшие, остальные пополам). Наказание: средняя "
    "треть − худшая; награда: лучшая − средняя, пункты CSI с учётом очереди и часа. Асимметрия: наказание − награда; "
    "засчитана, если она есть и в пересчёте на секунду, с поправкой Бенджамини–Хохберга; одинаково – в пределах "
    "± 3 пунктов. ДИ: наименьшие квадраты, ответы одного оператора связаны (клиента, если операторов меньше 10).",
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A criterion of the questionnaire beside what the team wrote into the form."""

    title: Text
    asked: Asked
    told: KanoType | None
    guess: KanoType | None


def as_ratio(one: Estimate) -> Estimate:
    """A log ratio as a ratio."""
    if one.value is None:
        return one
    if one.low is None or one.high is None:
        return replace(one, value=math.exp(one.value))
    return replace(one, value=math.exp(one.value), low=math.exp(one.low), high=math.exp(one.high))


def types_table(rows: Sequence[Compared], settings: ReportSettings) -> Table:
    """Counts, type, coefficients, and the team's guess."""
    columns = (
        Column("criterion", CRITERION),
        Column("type", text("Type", "Тип")),
        Column("guess", text("The team's guess", "Как считает команда")),
        *(Column(f"n_{name.lower()}", NAMES[name]) for name in TYPES),
        Column("strength", text("Ahead by", "Отрыв")),
        Column("better", text("Better", "Лучше")),
        Column("worse", text("Worse", "Хуже")),
    )
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        missing = settings.fewest - row.asked.n
        told = NAMES[row.told] if row.told else _unsure(missing)
        counts = (Figure(Estimate(one), "count") for one in row.asked.counts)
        figures = (
            Figure(row.asked.strength, "share_points"),
            Figure(row.asked.better, "number"),
            Figure(row.asked.worse, "score"),
        )
        cells.append((row.title, told, NAMES[row.guess] if row.guess else None, *counts, *figures))
    title = text("What customers told", "Что ответили клиенты")
    tones: tuple[Tone, ...] = tuple(_tone(row) for row in rows)
    return Table("kano_types", title, columns, tuple(cells), TYPED, tones=tones)


TYPED = text(
    "5 × 5 evaluation table (Kano et al. 1984; Berger et al. 1993). Type: the most frequent of A, O, M, I, R, if "
    "surely ahead of the next (exact test of the two; Hung and Fithian 2019; Benjamini–Hochberg). Ahead by: category "
    "strength, their difference of shares. Better: (A + O) ÷ (A + O + M + I); worse: −(O + M) ÷ (A + O + M + I); "
    "intervals: Wilson.",
    "Таблица 5 × 5 (Kano и др., 1984; Berger и др., 1993). Тип: самый частый из пяти (A – привлекательное, O – "
    "одномерное, M – обязательное, I – безразличное, R – обратное), если он заведомо чаще следующего (точный критерий "
    "для двух; Hung, Fithian 2019; Бенджамини–Хохберг). Отрыв: разность их долей. Лучше: (A + O) ÷ (A + O + M + I); "
    "хуже: −(O + M) ÷ (A + O + M + I); ДИ: Уилсон.",
)


def _unsure(missing: int) -> Text:
    if missing <= 0:
        return VERDICTS["cannot_tell"]
    n = Figure(Estimate(missing), "count")
    return text("cannot tell: {n} more answers needed", "сказать нельзя: не хватает ответов – {n}", n=n)


def _tone(row: Compared) -> Tone:
    if row.told is None:
        return "unsure"
    return "plain" if row.guess in {None, row.told} else "bad"


def better_worse(rows: Sequence[Compared]) -> Iterator[Dots]:
    """How far each criterion can raise and lower satisfaction, as told."""
    better = tuple(Dot(row.title, row.asked.better) for row in rows)
    worse = tuple(Dot(row.title, row.asked.worse) for row in rows)
    yield Dots(text("Better: meeting it raises", "Лучше: выполнение повышает"), "number", better, TYPED, 0.5)
    yield Dots(text("Worse: missing it lowers", "Хуже: невыполнение понижает"), "score", worse, TYPED, -0.5)


def criteria_table(seen: Sequence[tuple[CriterionColumn, Effects, Prevails]]) -> Table:
    """Penalty, reward and verdict of every criterion."""
    rows: list[tuple[Cell, ...]] = [
        (
            criterion.title,
            VERDICTS[prevails],
            *(Figure(as_ratio(one), "ratio") for one in (effects.penalty, effects.reward, effects.asymmetry)),
            _more(effects) if prevails == "cannot_tell" else None,
        )
        for criterion, effects, prevails in seen
    ]
    columns = (
        Column("criterion", CRITERION),
        Column("verdict", text("Verdict", "Вывод")),
        Column("penalty_odds_ratio", text("Penalty", "Наказание")),
        Column("reward_odds_ratio", text("Reward", "Награда")),
        Column("asymmetry", text("Asymmetry", "Асимметрия")),
        Column("more_answers", MORE),
    )
    tones = tuple(TONES[prevails] for _, _, prevails in seen)
    title = text("Criteria: which end they move", "Критерии: за что наказывают и за что поощряют")
    return Table("kano_criteria", title, columns, tuple(rows), ODDS, 12, tones)


def _more(effects: Effects) -> Cell:
    needed = effects.more_needed
    return None if needed is None else Figure(Estimate(needed), "count")


def criteria_dots(seen: Sequence[tuple[CriterionColumn, Effects, Prevails]]) -> Dots:
    """Asymmetry of every criterion around 1."""
    rows = tuple(
        Dot(criterion.title, as_ratio(effects.asymmetry), TONES[prevails], VERDICTS[prevails])
        for criterion, effects, prevails in seen
        if effects.asymmetry.value is not None
    )
    return Dots(text("Penalty ÷ reward", "Наказание ÷ награда"), "ratio", rows, ODDS, 1.0)


def things_table(seen: Sequence[tuple[Thing, Effects, Split | None, Prevails]]) -> Table:
    """Thirds of what customers wait through."""
    rows: list[tuple[Cell, ...]] = []
    for thing, effects, parts, prevails in seen:
        means = (None, None, None) if parts is None else parts.means
        seconds = [None if one is None else Figure(Estimate(one), "s") for one in means]
        points = (Figure(one, "points") for one in (effects.penalty, effects.reward, effects.asymmetry))
        rows.append((thing.title, VERDICTS[prevails], *(seconds[one] for one in (BEST, MIDDLE, WORST)), *points))
    columns = (
        Column("thing", text("What lasts", "Что длится")),
        Column("verdict", text("Verdict", "Вывод")),
        Column("best_s", text("Best third", "Лучшая треть")),
        Column("middle_s", text("Middle", "Средняя")),
        Column("worst_s", text("Worst", "Худшая")),
        Column("penalty", text("Penalty", "Наказание")),
        Column("reward", text("Reward", "Награда")),
        Column("asymmetry", text("Asymmetry", "Асимметрия")),
    )
    tones = tuple(TONES[prevails] for *_, prevails in seen)
    title = text(
        "Waiting, hold and silence: worst and best third", "Ожидание, удержание и паузы: худшая и лучшая треть"
    )
    return Table("kano_waiting", title, columns, tuple(rows), POINTS, tones=tones)
