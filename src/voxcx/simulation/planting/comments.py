"""Short comments beside survey answers, in the language of the team; the lowest ratings alarm."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.traffic import Integers, Labels

COMMENTED_SHARE = 0.2
ALARMED_SHARE = 0.7  # of commented bottom-box answers
COMMENTS = {
    "ru": {
        "alarm": ("Буду жаловаться", "Ухожу к другим", "Буду жаловаться в надзор", "Всё, ухожу к другим, надоело"),
        "low": ("Так и не помогли", "Долго и без толку", "Не решили вопрос"),
        "middle": ("Нормально", "Могло быть быстрее", "Долго ждала ответа"),
        "high": ("Спасибо!", "Всё быстро решили", "Отличный оператор", "Всё понятно объяснили"),
    },
    "en": {
        "alarm": ("I will make a complaint", "I am leaving for another company", "Cancelling everything, I am leaving"),
        "low": ("Nobody helped", "Slow and useless", "My problem was not solved"),
        "middle": ("It was okay", "Could be faster", "Waited too long"),
        "high": ("Thank you!", "Solved quickly", "Great agent", "Everything was clear"),
    },
}


def draw_comments(rating: Integers, language: Labels, rng: np.random.Generator) -> Labels:
    """A comment, or "" for most, of each answer."""
    spoken = (rng.random(len(rating)) < COMMENTED_SHARE).tolist()
    alarmed, draw = (rng.random(len(rating)) < ALARMED_SHARE).tolist(), rng.random(len(rating)).tolist()
    comments = np.full(len(rating), "", dtype=object)
    for row, (given, words) in enumerate(zip(rating.tolist(), language.tolist(), strict=True)):
        if spoken[row]:
            pool = COMMENTS[words][_mood(given, alarmed[row])]
            comments[row] = pool[int(draw[row] * len(pool))]
    return comments


def _mood(rating: int, alarmed: bool) -> str:
    if rating <= 2:
        return "alarm" if alarmed else "low"
    return "middle" if rating == 3 else "high"
