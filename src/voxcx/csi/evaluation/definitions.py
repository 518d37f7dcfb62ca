"""What each measure means, in one sentence with its formula; printed beside the figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CONSTANT = "the estimates or the answers are all equal"
ONE_CLASS = "all interactions are dissatisfied, or none is"
INCOMPLETE = "the estimates do not say it"


@dataclass(frozen=True, slots=True)
class Definition:
    """One sentence in each language, and when the figure is not defined."""

    en: str
    ru: str
    undefined: str = INCOMPLETE


UNHAPPY_EN = "dissatisfied: at least half of the interaction's answers in the bottom boxes"
UNHAPPY_RU = "недовольство: не меньше половины ответов о контакте в нижних оценках"

DEFINITIONS: Mapping[str, Definition] = {
    "pearson": Definition(
        "Pearson's r of estimated CSI and the interaction's mean answer: cov ÷ (sd × sd), −1 to 1.",
        "Корреляция Пирсона оценки CSI и среднего ответа о контакте: cov ÷ (sd × sd), от −1 до 1.",
        CONSTANT,
    ),
    "spearman": Definition(
        "Spearman's ρ: Pearson's r of the mid-ranks of estimated CSI and of the mean answer, −1 to 1.",
        "Корреляция Спирмена: r Пирсона средних рангов оценки CSI и среднего ответа, от −1 до 1.",
        CONSTANT,
    ),
    "mae_points": Definition(
        "Mean absolute error in points of 100: mean |estimate − mean answer|; less is better.",
        "Средняя абсолютная ошибка в пунктах из 100: среднее |оценка − средний ответ|; меньше – лучше.",
    ),
    "qwk": Definition(
        "Quadratic weighted κ of estimate and mean answer, both as the nearest whole rating (halves up): "
        "1 − E(a − b)² ÷ E(a − b)² by chance.",
        "Квадратично взвешенная κ оценки и среднего ответа, округлённых до целого балла (половины вверх): "
        "1 − E(a − b)² ÷ E(a − b)² при случайном совпадении.",
        "the estimates and the answers are all one and the same rating",
    ),
    "auc_dissatisfied": Definition(
        "Area under the ROC curve of p_dissatisfied: P(p of a dissatisfied > p of another) + ½ P(equal) "
        f"({UNHAPPY_EN}).",
        f"Площадь под ROC-кривой p_dissatisfied: P(p недовольного > p другого) + ½ P(равны) ({UNHAPPY_RU}).",
        ONE_CLASS,
    ),
    "auc_dissatisfied_answers": Definition(
        "The same area over single answers, each in the bottom boxes or not; equal where each interaction has one.",
        "Та же площадь по отдельным ответам (нижние оценки или нет); совпадает, если у контакта один ответ.",
        "all answers are dissatisfied, or none is",
    ),
    "average_precision_dissatisfied": Definition(
        f"Average precision of p_dissatisfied: Σ (recall − recall before) × precision ({UNHAPPY_EN}).",
        f"Средняя точность p_dissatisfied: Σ (прирост полноты) × точность ({UNHAPPY_RU}).",
        "no interaction is dissatisfied",
    ),
    "brier_dissatisfied": Definition(
        "Brier score over single answers: mean (p_dissatisfied − 1 or 0)²; less is better.",
        "Оценка Брайера по отдельным ответам: среднее (p_dissatisfied − 1 или 0)²; меньше – лучше.",
    ),
    "ece_dissatisfied": Definition(
        "Expected calibration error over single answers: Σ over ten bins of about equal count, "
        "share × |mean p_dissatisfied − share dissatisfied|; less is better.",
        "Ожидаемая ошибка калибровки по отдельным ответам: Σ по десяти равным по числу корзинам, "
        "доля × |среднее p_dissatisfied − доля недовольных|; меньше – лучше.",
    ),
    "log_loss": Definition(
        "Log-loss of the rating over single answers: mean −ln p(the rating given), p at least 10⁻⁶; less is better.",
        "Логарифмическая ошибка балла по отдельным ответам: среднее −ln p(данный балл), p не ниже 10⁻⁶; "
        "меньше – лучше.",
    ),
    "coverage": Definition(
        "Share of single answers inside the interval, low ≤ answer ≤ high; read it beside the stated level.",
        "Доля отдельных ответов внутри интервала, low ≤ ответ ≤ high; сравнивайте с заявленным уровнем.",
    ),
    "interval_width_points": Definition(
        "Mean width of the interval in points, mean (high − low); narrower is better at the same coverage.",
        "Средняя ширина интервала в пунктах, среднее (high − low); уже – лучше при том же покрытии.",
    ),
}
