"""Chats with people's marks that have a known cause: agents who told the customer to calm down."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from voxcx.domain.qa import Verdict
from voxcx.qa.learning.calibration import Calibration
from voxcx.qa.learning.examples import Judged
from voxcx.qa.learning.judge import TrainedCriterion
from voxcx.qa.learning.thresholds import Thresholds
from voxcx.results.columnar import write_columns

AGENT = {
    "ru": (
        "Проверила ваш заказ, он уже в пути.", "Курьер приедет завтра после обеда.", "Назовите номер договора.",
        "Деньги вернутся на карту за три дня.", "Передала вопрос коллегам со склада.", "Адрес доставки изменила.",
        "Чек пришлём на почту.", "Сейчас посмотрю в системе.", "Скидка уже учтена.", "Можно забрать в пункте выдачи.",
        "Гарантия действует два года.", "Оператор связи подтвердил ремонт.",
    ),
    "en": (
        "I have checked your order and it is on its way.", "The courier comes tomorrow afternoon.",
        "Please tell me the contract number.", "The money returns to the card in three days.",
        "I have passed the question to the warehouse.", "I have changed the address.", "The receipt comes by email.",
        "Let me look in the system.", "The discount is included already.", "You can collect it from the shop.",
        "The warranty holds for two years.", "The provider has confirmed the repair.",
    ),
}  # fmt: skip
CUSTOMER = {
    "ru": ("Где мой заказ?", "Когда вернут деньги?", "Я жду уже неделю.", "Спасибо.", "Хорошо, понял."),
    "en": ("Where is my order?", "When do I get my money?", "I have waited for a week.", "Thanks.", "I see."),
}
RUDE = {"ru": "Успокойтесь и не кричите на меня.", "en": "Calm down and do not shout at me."}
START = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - the results folder has times in UTC without a zone


def marked_chats(  # noqa: PLR0913 - what may differ
    n: int, seed: int, language: str = "ru", share: float = 0.35, slips: float = 0.04, *, shuffled: bool = False
) -> list[Judged]:
    """``n`` chats of 25 agents; people mark the rude ones not met, but for a few slips. Shuffled marks mean nothing."""
    draw = random.Random(seed)  # noqa: S311 - a test
    made = []
    for k in range(n):
        rude = draw.random() < share
        agent = draw.sample(AGENT[language], 4)
        if rude:
            agent[draw.randrange(1, 4)] = RUDE[language]
        said = [pair for text in agent for pair in (("customer", draw.choice(CUSTOMER[language])), ("agent", text))]
        verdict: Verdict = "not_met" if rude != (draw.random() < slips) else "met"
        made.append(
            Judged(
                interaction_id=f"chat-{k:04}",
                said=[(role, text.split()) for role, text in said],
                verdicts={f"lead-{k % 2}": verdict},
                kind="chat",
                agent=f"agent-{k % 25}",
                day=str(START + timedelta(hours=k))[:10],
            )
        )
    if not shuffled:
        return made
    marks = [one.verdicts for one in made]
    draw.shuffle(marks)
    return [
        Judged(one.interaction_id, one.said, marks[k], one.kind, one.agent, one.customer, one.day)
        for k, one in enumerate(made)
    ]


def small_criterion(language: str = "en") -> TrainedCriterion:
    """A trained criterion of a few words."""
    return TrainedCriterion(
        criterion="empathy",
        language=language,
        by="agent",
        kinds=("call", "chat"),
        terms={"sorry": (2.5, -3.0), "understand": (2.0, -2.0), "policy": (1.5, 2.0)},
        intercept=0.0,
        calibration=Calibration("platt", (2.0, 0.0)),
        thresholds={target: Thresholds(0.8, 0.2) for target in (0.8, 0.9)},
        target=0.8,
        least_known=0.1,
    )


def chats_folder(
    folder: Path, chats: Sequence[Judged], language: str = "ru", machine: Mapping[str, str] | None = None
) -> Path:
    """A results folder with what was said in them, and the verdicts of a form's rule."""
    n = len(chats)
    about = {
        "interaction_id": [one.interaction_id for one in chats],
        "kind": [one.kind for one in chats],
        "started_at": np.array([START + timedelta(hours=k) for k in range(n)], dtype="datetime64[us]"),
        "agent_id": [one.agent for one in chats],
        "language": [language] * n,
    }
    write_columns(folder, "interactions", about, "part-a")
    lines = [(one.interaction_id, k, role, words) for one in chats for k, (role, words) in enumerate(one.said)]
    said = {
        "interaction_id": [line[0] for line in lines],
        "position": [line[1] for line in lines],
        "role": [line[2] for line in lines],
        "text": [" ".join(line[3]) for line in lines],
    }
    write_columns(folder, "utterances", said, "part-a")
    ruled = list((machine or {}).items())
    if ruled:
        judged = {
            "interaction_id": [name for name, _ in ruled],
            "criterion": ["no_rudeness"] * len(ruled),
            "verdict": [verdict for _, verdict in ruled],
            "mode": ["full"] * len(ruled),
            "judged_by": ["rule"] * len(ruled),
        }
        write_columns(folder, "criteria", judged, "part-a")
    return folder


def write_marks(path: Path, chats: Sequence[Judged], criterion: str = "no_rudeness") -> Path:
    """People's marks as CSV."""
    with path.open("w", newline="", encoding="utf-8") as sink:
        table = csv.writer(sink)
        table.writerow(["interaction_id", "criterion", "verdict", "evaluator"])
        for one in chats:
            table.writerows((one.interaction_id, criterion, verdict, who) for who, verdict in one.verdicts.items())
    return path
