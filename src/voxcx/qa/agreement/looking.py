"""Which interactions a person should look at next: most where a look teaches most, the rest at random.

Only looking where the machine is unsure would never show where it is wrong and sure, and would bias every figure. So 7
of 10 are picked, for a reason that is said, and 3 of 10 are drawn at random. Figures are computed from the random ones.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from voxcx.domain.qa import Verdict
from voxcx.qa.agreement.verdicts import Pair

RANDOM_SHARE = 0.3
RARE = 0.05  # errors in less than that share of interactions
UNSURE_HEARING = 0.7  # mean word confidence of the agent
NEXT_OF_A_KIND = 0.7
REASONS = 2
PRIOR_WRONG, PRIOR_WEIGHT = 0.15, 4.0  # what is believed of a verdict that nobody checked, worth so many checks
WHY = {
    "disputed": "{criterion} is {verdict}: people disagreed with {wrong} of {checked} such verdicts",
    "seldom": "{criterion} is {verdict}: only {checked} such verdicts were checked",
    "undecided": "{criterion} is undecided",
    "unchecked": "{criterion} is {verdict}: nobody checked such a verdict yet",
    "rare": "{criterion} is not_met, which is rare ({rate:.1%})",
    "badly heard": "words were recognised poorly ({confidence:.2f})",
}

DRAWN = "drawn at random"
DRAWN_AGAIN = "drawn at random; already marked: write 1 under random there"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One interaction: the machine's verdicts and how well the agent was heard, where known.

    ``marked``: it was picked and marked before. It may still be drawn, else what is left would be no random sample.
    """

    interaction: str
    verdicts: Mapping[str, Verdict]
    confidence: float | None = None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """One interaction to look at; ``random`` is what to write into that column of the marks."""

    interaction: str
    random: bool
    criteria: tuple[str, ...]
    reason: str
    worth: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """What marks so far teach about one verdict on one criterion: people disagreed with ``wrong`` of ``checked``."""

    wrong: int = 0
    checked: int = 0

    @property
    def doubt(self) -> float:
        """How likely such a verdict is wrong."""
        return (self.wrong + PRIOR_WRONG * PRIOR_WEIGHT) / (self.checked + PRIOR_WEIGHT)


Lessons = Mapping[tuple[str, Verdict], Lesson]


def lessons_of(pairs: Mapping[str, Iterable[Pair]]) -> dict[tuple[str, Verdict], Lesson]:
    """Lessons from all marks of each criterion, picked ones included."""
    made: dict[tuple[str, Verdict], Lesson] = {}
    for criterion, given in pairs.items():
        for one in given:
            if one.people is None or one.people == "undecided":
                continue
            before = made.get((criterion, one.machine), Lesson())
            made[criterion, one.machine] = Lesson(before.wrong + (one.people != one.machine), before.checked + 1)
    return made


Kept = tuple[float, str, Look]


class Chooser:
    """Sees every interaction once, but those that were drawn before, and keeps as many as are wanted."""

    def __init__(self, wanted: int, lessons: Lessons, error_rates: Mapping[str, float], seed: int = 0) -> None:
        self.seen = 0
        self._wanted = wanted
        self._lessons = lessons
        self._rates = error_rates
        self._seed = seed
        self._best: dict[tuple[str, Verdict], list[Kept]] = defaultdict(list)  # by what is doubted most
        self._drawn: list[tuple[float, str, Look]] = []

    def see(self, candidate: Candidate) -> None:
        """Consider one more."""
        self.seen += 1
        look, doubted = self._looked(candidate)
        if not candidate.marked and doubted is not None:
            _keep(self._best[doubted], (look.worth, _reversed(look.interaction), look), self._wanted)
        drawn = replace(look, random=True, reason=DRAWN_AGAIN if candidate.marked else DRAWN)
        _keep(self._drawn, (lot(candidate.interaction, self._seed), look.interaction, drawn), self._wanted)

    def chosen(self) -> tuple[Look, ...]:
        """Random ones first drawn, then the most instructive of the others; fewer where there are no more."""
        by_chance = round(self._wanted * RANDOM_SHARE) if self._lessons else self._wanted
        drawn = [look for _, _, look in sorted(self._drawn, reverse=True)[:by_chance]]
        taken = {look.interaction for look in drawn}
        return (*self._varied(self._wanted - len(drawn), taken), *drawn)

    def _varied(self, wanted: int, taken: set[str]) -> list[Look]:
        """The most instructive, each next one of a kind counting less: twenty of one kind teach one thing."""
        heaps = {key: sorted(kept, key=lambda one: one[:2]) for key, kept in sorted(self._best.items())}
        weight = dict.fromkeys(heaps, 1.0)
        chosen: list[Look] = []
        while len(chosen) < wanted and any(heaps.values()):
            key = max((key for key in heaps if heaps[key]), key=lambda key: heaps[key][-1][0] * weight[key])
            look = heaps[key].pop()[2]
            if look.interaction not in taken:
                chosen.append(look)
                weight[key] *= NEXT_OF_A_KIND
        return chosen

    def _looked(self, candidate: Candidate) -> tuple[Look, tuple[str, Verdict] | None]:
        doubts = [(self._doubt(name, verdict), name, verdict) for name, verdict in candidate.verdicts.items()]
        doubts = sorted((one for one in doubts if one[0] > 0), key=lambda one: (-one[0], one[1]))[:3]
        worth = sum(doubt / 2**k for k, (doubt, _, _) in enumerate(doubts))  # many small doubts are no large one
        reasons = [self._why(name, verdict) for _, name, verdict in doubts[:REASONS]]
        confidence = candidate.confidence
        if confidence is not None and confidence < UNSURE_HEARING:
            worth *= 1 + (UNSURE_HEARING - confidence)
            reasons.append(WHY["badly heard"].format(confidence=confidence))
        names = tuple(name for _, name, _ in doubts)
        look = Look(candidate.interaction, False, names, "; ".join(reasons), worth)  # noqa: FBT003 - a record
        return look, (doubts[0][1:] if doubts else None)

    def _doubt(self, criterion: str, verdict: Verdict) -> float:
        if not any(name == criterion for name, _ in self._lessons):
            return 0.0  # a criterion that people do not mark
        doubt = self._lessons.get((criterion, verdict), Lesson()).doubt
        rare = verdict == "not_met" and self._rates.get(criterion, 1.0) < RARE
        return max(doubt, 0.5) if verdict == "undecided" else doubt * (2.0 if rare else 1.0)

    def _why(self, criterion: str, verdict: Verdict) -> str:
        lesson = self._lessons.get((criterion, verdict), Lesson())
        rate = self._rates.get(criterion, 1.0)
        kind = "unchecked"
        if verdict == "undecided":
            kind = "undecided"
        elif verdict == "not_met" and rate < RARE:
            kind = "rare"
        elif lesson.checked:
            kind = "disputed" if lesson.wrong else "seldom"
        return WHY[kind].format(
            criterion=criterion, verdict=verdict, wrong=lesson.wrong, checked=lesson.checked, rate=rate
        )


def _keep(heap: list[Kept], one: Kept, wanted: int) -> None:
    if len(heap) < wanted:
        heapq.heappush(heap, one)
    elif heap and one[:2] > heap[0][:2]:
        heapq.heapreplace(heap, one)


def lot(interaction: str, seed: int = 0) -> float:
    """A lot from the id alone: the same whatever the order, the parts or the number of interactions."""
    drawn = hashlib.sha256(f"{seed}\0{interaction}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(drawn[:8], "big") / 2**64


def _reversed(text: str) -> str:
    """So that of two equally instructive ones the smaller id stays."""
    return "".join(chr(0x10FFFF - ord(letter)) for letter in text)
