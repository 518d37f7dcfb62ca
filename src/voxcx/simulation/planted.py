"""Two causes that only words show: what agents say in some interactions, which no lexicon counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from voxcx.simulation.traffic import Flags


@dataclass(frozen=True, slots=True)
class PlantedPhrase:
    """What the agent says in a ``share`` of all interactions and what it adds to the latent, beside its wording."""

    cause: str
    share: float
    coefficient: float
    wording: Mapping[str, tuple[str, ...]]  # by language; the words that every sentence of it holds


PLANTED = (
    PlantedPhrase("sent away", 0.15, -0.6, {"ru": ("перезвоните позже",), "en": ("call back later",)}),
    PlantedPhrase(
        "follows up",
        0.20,
        0.5,
        {
            "ru": ("я сама проверю и напишу вам", "я сам проверю и напишу вам"),
            "en": ("i will check it myself and write to you",),
        },
    ),
)
Said = dict[str, Flags]  # cause → in which interactions the agent says it


def draw_said(n: int, rng: np.random.Generator) -> Said:
    """Who says what, apart from all that features see."""
    return {phrase.cause: rng.random(n) < phrase.share for phrase in PLANTED}


def truth_of_phrases(said: Said) -> list[dict[str, object]]:
    """The phrases as truth.json has them."""
    return [
        {
            "cause": phrase.cause,
            "role": "agent",
            "kinds": ["call", "chat"],
            "coefficient": phrase.coefficient,
            "share": phrase.share,
            "n": int(said[phrase.cause].sum()),
            "sd": round(abs(phrase.coefficient) * float(said[phrase.cause].std()), 4),
            "wording": {language: list(words) for language, words in phrase.wording.items()},
        }
        for phrase in PLANTED
    ]
