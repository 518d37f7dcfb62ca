"""A trained criterion at work: words → the chance of an error → met, not met or silence, and what weighed most.

Plain Python over plain numbers: a chat of 240 words takes well under a millisecond, and nothing heavy is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt

from voxcx.qa.learning.calibration import Calibration
from voxcx.qa.learning.terms import ROLES, By, count_terms, is_word, prefix_of, terms_of
from voxcx.qa.learning.thresholds import Thresholds

Said = Sequence[tuple[str, Sequence[str]]]  # role and words of every utterance
LONG_WORDS = 30  # a longer utterance is cited by its heaviest run of so many words
STEP_WORDS = 5
CITED = 3
LIGHT = 1 / 3  # of the heaviest utterance: what weighs less is not cited
LOGS = tuple(1.0 + log(count) for count in range(1, 64))


@dataclass(frozen=True, slots=True)
class Run:
    """Words [first, end) of utterance ``index`` and how much they push towards an error (below 0: away from it)."""

    index: int
    first: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a trained criterion makes of a conversation. ``known`` is the share of its words that were learned from."""

    chance: float
    known: float
    pushes: Mapping[str, float] = field(repr=False)  # term → log-odds of one occurrence


@dataclass(frozen=True, slots=True)
class TrainedCriterion:
    """``terms``: term → (idf, coefficient). ``thresholds``: target precision → thresholds; ``target`` is the usual one.

    ``queues``: those it may judge in, "" for none known; empty: all, since it was shown to carry over to a new one.
    ``least_known``: with a smaller share of known words a conversation is unlike what was learned from.
    """

    criterion: str
    language: str
    by: By
    kinds: tuple[str, ...]
    terms: Mapping[str, tuple[float, float]]
    intercept: float
    calibration: Calibration
    thresholds: Mapping[float, Thresholds]
    target: float
    least_known: float
    queues: tuple[str, ...] = ()

    def read(self, said: Said) -> Reading:
        """The chance of an error."""
        counts = count_terms(said, self.by, self.language)
        total, square, known, words = 0.0, 0.0, 0, 0
        pushes: dict[str, float] = {}
        for term, count in counts.items():
            single = is_word(term)
            words += count if single else 0
            weights = self.terms.get(term)
            if weights is None:
                continue
            known += count if single else 0
            value = (LOGS[count - 1] if count <= len(LOGS) else 1.0 + log(count)) * weights[0]
            square += value * value
            pushes[term] = value * weights[1]
            total += pushes[term]
        length = sqrt(square) or 1.0
        chance = self.calibration.chance(total / length + self.intercept)
        each = {term: push / length / counts[term] for term, push in pushes.items()}
        return Reading(chance, known / words if words else 0.0, each)

    def heaviest(self, reading: Reading, said: Said, usable: Sequence[bool], *, error: bool) -> tuple[Run, ...]:
        """What pushes most towards the verdict, at most three runs of words, the heaviest first.

        ``usable`` [utterances]: whether it may be cited.
        """
        sign = 1.0 if error else -1.0
        runs = [
            self._run(reading, k, role, words, sign)
            for k, (role, words) in enumerate(said)
            if role in ROLES[self.by] and usable[k] and words
        ]
        pushing = sorted(
            (run for run in runs if run.weight * sign > 0), key=lambda run: (-run.weight * sign, run.index)
        )
        return tuple(run for run in pushing[:CITED] if run.weight * sign >= LIGHT * pushing[0].weight * sign)

    def _run(self, reading: Reading, index: int, role: str, words: Sequence[str], sign: float) -> Run:
        size = min(len(words), LONG_WORDS)
        prefix = prefix_of(role, self.by)
        runs = []
        for first in range(0, len(words) - size + STEP_WORDS, STEP_WORDS):
            begin = min(first, len(words) - size)
            part = terms_of(words[begin : begin + size], self.language, prefix)
            runs.append(Run(index, begin, begin + size, sum(reading.pushes.get(term, 0.0) for term in part)))
        return max(runs, key=lambda run: (run.weight * sign, -run.first))
