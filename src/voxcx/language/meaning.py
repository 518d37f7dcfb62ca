"""How like a sentence's meaning is to examples, 0 to 1, by embeddings.

Cosines of this reader lie between 0.70 and 0.93 whatever is compared, so a bare one says little: what counts is how
much nearer a sentence is to an example than to everyday sentences of a contact centre, and to the counter-examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from voxcx.language.embedding import embed, installed
from voxcx.language.resemblance import Judge

LEAD_OF_ONE = 0.16  # lead over everyday sentences that counts as 1; measured beside the operator
EVERYDAY = (
    "Добрый день, чем могу помочь?",
    "Меня зовут Анна.",
    "Назовите номер договора, пожалуйста.",
    "Одну минуту, проверяю.",
    "Я вижу ваш заказ в системе.",
    "К сожалению, это невозможно.",
    "Спасибо за ожидание.",
    "Ваша заявка принята.",
    "Деньги вернутся в течение трёх дней.",
    "Всего доброго, до свидания.",
    "Да, конечно.",
    "Нет, не знаю.",
    "У вас подключён тариф на месяц.",
    "Перезагрузите роутер.",
    "Я передам вопрос специалисту.",
    "Извините за неудобства.",
    "Good afternoon, how can I help you?",
    "My name is Anna.",
    "May I have your order number, please?",
    "One moment while I check.",
    "I can see your order here.",
    "Unfortunately that is not possible.",
    "Thank you for waiting.",
    "Your request has been registered.",
    "The money will be back within three days.",
    "Have a nice day, goodbye.",
    "Yes, of course.",
    "No, I do not know.",
    "Your plan renews every month.",
    "Please restart the router.",
    "I will pass this on to a specialist.",
    "I am sorry for the trouble.",
)
KEPT = 64


def meaning_reader() -> str | None:
    """Name and version of what reads meaning; None where the extra is not installed."""
    return installed()


def by_meaning(examples: Sequence[str], unlike: Sequence[str]) -> Judge:
    """A judge by meaning; it reads each sentence once."""

    def judge(texts: Sequence[str]) -> list[float]:
        if not texts:
            return []
        mine = _unit(np.nan_to_num(embed(texts)))
        lead = _best(mine, tuple(examples)) - _everyday(mine)
        worst = _best(mine, tuple(unlike)) - _everyday(mine) if unlike else np.full(len(texts), -1.0)
        return [float(score) for score in np.where(lead > worst, np.clip(lead / LEAD_OF_ONE, 0.0, 1.0), 0.0)]

    return judge


def _best(mine: NDArray[np.float64], texts: tuple[str, ...]) -> NDArray[np.float64]:
    return np.asarray((mine @ _vectors(texts).T).max(axis=1))


def _everyday(mine: NDArray[np.float64]) -> NDArray[np.float64]:
    """How near each sentence is to everyday ones in the middle."""
    return np.asarray(np.median(mine @ _vectors(EVERYDAY).T, axis=1))


@lru_cache(maxsize=KEPT)
def _vectors(texts: tuple[str, ...]) -> NDArray[np.float64]:
    return _unit(np.nan_to_num(embed(texts)))


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1.0, lengths))
