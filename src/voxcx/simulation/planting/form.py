"""The simulated forms: fourteen criteria for agents, three for bots; what each does to satisfaction is planted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voxcx.domain.qa import Judge, Kano, Mode, Party, Severity

FORM_ID, BOT_FORM_ID, FORM_VERSION = "simulated", "simulated_bot", 1
Shape = Literal["none", "shift", "must_be", "attractive"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A criterion and its truth.

    ``effect`` is what an error does to the latent by its ``shape``: ``shift`` always; ``must_be`` only below the top
    threshold; ``attractive``: what meeting gives to the satisfied is −``effect``. ``wanted`` is how customers see it
    (their Kano type), ``stated`` the mean points of 100 that they give it; both None where they were not asked.
    """

    id: str
    section: str
    points: float
    error_rate: float
    severity: Severity = "plain"
    mode: Mode = "full"
    attributable: Party = "agent"
    judged_by: Judge = "rule"
    effect: float = 0.0
    shape: Shape = "none"
    wanted: Kano | None = None
    stated: float = 5.0


CUSTOMER: Severity = "critical_customer"
BUSINESS: Severity = "critical_business"
COMPLIANCE: Severity = "critical_compliance"
FORM: tuple[Planned, ...] = (
    Planned("greeting", "contact", 5, 0.06, wanted="indifferent", stated=2),
    Planned("identification", "contact", 8, 0.05, BUSINESS, stated=4),
    Planned("hold_warning", "conversation", 6, 0.18, judged_by="telephony", attributable="process", stated=5),
    Planned("listening", "conversation", 6, 0.12, mode="flag", judged_by="person", stated=8),
    Planned(
        "empathy",
        "conversation",
        8,
        0.22,
        mode="human",
        judged_by="person",
        effect=-0.5,
        shape="shift",
        wanted="performance",
        stated=9,
    ),
    Planned("clear_answer", "solution", 10, 0.15, judged_by="trained", effect=-0.25, shape="shift", stated=13),
    Planned(
        "solution_given", "solution", 15, 0.10, CUSTOMER, effect=-0.9, shape="must_be", wanted="must_be", stated=24
    ),
    Planned("correct_information", "solution", 10, 0.05, CUSTOMER, mode="human", judged_by="person", stated=12),
    Planned("next_steps", "solution", 8, 0.20, attributable="process", effect=-0.4, shape="shift", stated=7),
    Planned("offer_made", "sales", 5, 0.35, wanted="reverse", stated=1),
    Planned("consent_recorded", "compliance", 8, 0.04, COMPLIANCE, wanted="must_be", stated=2),
    Planned("farewell", "contact", 3, 0.08, stated=1),
    Planned("follow_up_offered", "solution", 4, 0.55, effect=-0.6, shape="attractive", wanted="attractive", stated=6),
    Planned("record_kept", "compliance", 4, 0.10, mode="error", attributable="system", judged_by="features", stated=6),
)
BOT_FORM: tuple[Planned, ...] = (
    Planned("bot_understood", "bot", 10, 0.20, attributable="system", effect=-0.3, shape="shift"),
    Planned("bot_answered", "bot", 15, 0.18, attributable="system", effect=-0.7, shape="shift"),
    Planned("bot_way_out", "bot", 5, 0.12, attributable="process"),
)
TITLES = {  # English, Russian
    "greeting": ("Greets and gives a name", "Поздоровался и представился"),
    "identification": ("Identifies the customer", "Провёл идентификацию"),
    "hold_warning": ("Warns before a hold", "Предупредил об удержании"),
    "listening": ("Lets the customer finish", "Дал договорить"),
    "empathy": ("Shows understanding", "Проявил участие"),
    "clear_answer": ("Answers clearly", "Ответил понятно"),
    "solution_given": ("Gives a solution", "Предложил решение"),
    "correct_information": ("Informs correctly", "Дал верную информацию"),
    "next_steps": ("Says what happens next", "Объяснил, что будет дальше"),
    "offer_made": ("Makes an offer", "Сделал предложение"),
    "consent_recorded": ("Records the consent", "Получил согласие под запись"),
    "farewell": ("Says goodbye", "Попрощался"),
    "follow_up_offered": ("Offers to follow up", "Предложил проверить и вернуться с ответом"),
    "record_kept": ("Keeps the record", "Занёс обращение в систему"),
    "bot_understood": ("Bot understood the question", "Бот понял вопрос"),
    "bot_answered": ("Bot answered", "Бот ответил по существу"),
    "bot_way_out": ("Bot offered a person", "Бот предложил оператора"),
}
PLACE = {criterion.id: place for place, criterion in enumerate(FORM)}
SOLUTION, NEXT_STEPS, HOLD_WARNING = PLACE["solution_given"], PLACE["next_steps"], PLACE["hold_warning"]
NOT_APPLICABLE_SHARE = 0.10
UNDECIDED_SHARE = 0.08
MINIMUM_DECIDED_SHARE = 0.70
QUOTES = {
    "ru": {
        "greeting": "Да, слушаю.",
        "hold_warning": "Так…",
        "listening": "Подождите, я ещё не договорила.",
        "empathy": "Ну а что вы хотели.",
        "clear_answer": "Там всё сложно, посмотрите на сайте.",
        "solution_given": "Ничем не могу помочь.",
        "correct_information": "Комиссии нет.",
        "next_steps": "Ждите.",
        "offer_made": "Больше ничего не надо?",
        "consent_recorded": "Записываю вас.",
        "farewell": "Всё.",
    },
    "en": {
        "greeting": "Yes, go on.",
        "hold_warning": "So…",
        "listening": "Wait, I have not finished.",
        "empathy": "Well, what did you expect.",
        "clear_answer": "It is complicated, look on the site.",
        "solution_given": "There is nothing that I can do.",
        "correct_information": "There is no fee.",
        "next_steps": "Just wait.",
        "offer_made": "Nothing else then?",
        "consent_recorded": "Putting you down.",
        "farewell": "That is all.",
    },
}
