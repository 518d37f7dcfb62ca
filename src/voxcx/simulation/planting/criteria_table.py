"""Verdicts → columns of the results table ``criteria``, without a record per row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.planting.form import BOT_FORM, BOT_FORM_ID, FORM, FORM_ID, FORM_VERSION, QUOTES, Planned
from voxcx.simulation.planting.verdicts import MET, NOT_APPLICABLE, NOT_ASKED, NOT_MET, UNDECIDED, Judged
from voxcx.simulation.traffic import Flags, Floats, Integers, Labels

ALL: tuple[Planned, ...] = (*FORM, *BOT_FORM)
WORDS = {MET: "met", NOT_MET: "not_met", NOT_APPLICABLE: "not_applicable", UNDECIDED: "undecided"}
REASONS = {
    "ru": {
        MET: "Сделано.",
        NOT_MET: "Не сделано.",
        NOT_APPLICABLE: "К этому контакту не относится.",
        UNDECIDED: "Слышно неуверенно.",
    },
    "en": {
        MET: "It was done.",
        NOT_MET: "It was not done.",
        NOT_APPLICABLE: "Does not apply here.",
        UNDECIDED: "Recognition is unsure.",
    },
}
QUOTE_S = 2.5


@dataclass(frozen=True, slots=True)
class CriteriaTable:
    """Everything that rows are made of; ``lasted_s`` is the talk's length, NaN in chats."""

    ids: Labels
    language: Labels
    lasted_s: Floats
    judged: Judged

    def columns(self, first: int, last: int) -> tuple[Columns, Integers, Columns]:
        """Columns of the interactions from ``first`` up to ``last``; starts of the quotes' lists, and the quotes."""
        row, place, verdict = self._listed(first, last)
        language = np.where(self.language[row] == "en", "en", "ru")
        columns: Columns = {
            "interaction_id": self.ids[row],
            "form_id": np.where(place < len(FORM), FORM_ID, BOT_FORM_ID).astype(object),
            "form_version": np.full(len(row), FORM_VERSION),
            "criterion": _of("id")[place],
            "section": _of("section")[place],
            "verdict": _words()[verdict],
            "severity": _of("severity")[place],
            "mode": _of("mode")[place],
            "attributable": _of("attributable")[place],
            "kano": _of("wanted")[place],
            "points": np.where(verdict == MET, _of("points")[place], np.where(verdict == NOT_MET, 0.0, np.nan)).astype(
                float
            ),
            "max_points": _of("points")[place].astype(float),
            "reason": np.where(language == "en", _reasons("en")[verdict], _reasons("ru")[verdict]),
            "judged_by": np.where(verdict == UNDECIDED, "nobody", _of("judged_by")[place]).astype(object),
        }
        return columns, *self._quotes(row, place, language)

    def _listed(self, first: int, last: int) -> tuple[Integers, Integers, Integers]:
        """Row, place in ``ALL`` and verdict, interaction by interaction in the order of its form."""
        both = np.concatenate([self.judged.form[first:last], self.judged.bot[first:last]], axis=1)
        asked: Flags = both != NOT_ASKED
        row, place = np.nonzero(asked)
        return row + first, place, both[asked].astype(np.int64)

    def _quotes(self, row: Integers, place: Integers, language: Labels) -> tuple[Integers, Columns]:
        """One quote of the agent for some errors; a chat's has no seconds."""
        ours = np.minimum(place, len(FORM) - 1)
        texts = np.where(language == "en", _quotes("en")[ours], _quotes("ru")[ours])
        quoted = (place < len(FORM)) & self.judged.quoted[row, ours] & (texts != "")
        starts = np.concatenate([[0], np.cumsum(quoted)])
        row, ours = row[quoted], ours[quoted]
        start_s = np.round(self.judged.at[row, ours] * np.maximum(self.lasted_s[row] - QUOTE_S, 0.0), 2)
        quote: Columns = {
            "role": np.full(len(row), "agent", dtype=object),
            "start_s": start_s,
            "end_s": np.round(np.minimum(start_s + QUOTE_S, self.lasted_s[row]), 2),
            "quote": texts[quoted],
        }
        return starts, quote


def _of(field: str) -> np.ndarray[Any, Any]:
    return np.array([getattr(criterion, field) for criterion in ALL], dtype=object)


def _words() -> Labels:
    return np.array([WORDS[code] for code in sorted(WORDS)], dtype=object)


def _reasons(language: str) -> Labels:
    return np.array([REASONS[language][code] for code in sorted(WORDS)], dtype=object)


def _quotes(language: str) -> Labels:
    return np.array([QUOTES[language].get(criterion.id, "") for criterion in FORM], dtype=object)
