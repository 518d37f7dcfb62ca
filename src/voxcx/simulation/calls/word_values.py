"""Words, letters, rates, openings and closings of a plan, by their definitions (METRICS §3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voxcx.domain.intervals import Interval, Intervals, crop, holding, total_s, union
from voxcx.simulation.calls.frames import seconds
from voxcx.simulation.calls.plan import Plan
from voxcx.simulation.calls.script import PARTIES, Party
from voxcx.simulation.calls.turns import turns_of

Value = float | int | str | None
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
UTTERANCE_GAP_S = 1.0
SHORTEST_SPEECH_S = 0.2  # an utterance with less has no rate
LONG_UTTERANCE_S = 5.0
OPENING_PAUSE_S, OPENING_LIMIT_S = 1.0, 30.0
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """Something written, and when it was said: a word, or words with gaps under a second."""

    text: str
    span: Interval


@dataclass(frozen=True, slots=True)
class Amount:
    """Words, letters, and the speech they took."""

    words: int
    letters: int
    speech_s: float
    start_s: float = 0.0

    @property
    def words_per_s(self) -> float:
        """Words ÷ speech time."""
        return self.words / self.speech_s

    @property
    def letters_per_s(self) -> float:
        """Letters ÷ speech time."""
        return self.letters / self.speech_s


def word_values(plan: Plan) -> Iterator[tuple[str, Value]]:
    """Every feature of both parties' words that the plan fixes."""
    utterances: dict[Party, list[Amount]] = {}
    wholes: dict[Party, Amount] = {}
    for party in PARTIES:
        timed, speech = words_of(plan, party), _speech(plan, party)
        utterances[party] = [_amount(one.text, one.span, speech) for one in _utterances(timed)]
        words, letters = _count(" ".join(word.text for word in timed))
        wholes[party] = Amount(words, letters, total_s(speech))
        yield from _own(party, wholes[party], utterances[party])
        yield from _edges(plan, party, [word.span for word in timed])
        if words >= FEWEST_WORDS:
            yield f"{party}_rate_wpm", _words_per_minute(plan, party, timed)
    yield from _differences(wholes, utterances)
    said = union(*([word.span for word in words_of(plan, party)] for party in PARTIES))
    yield "wordless_s", seconds(plan.length) - total_s(said)


def words_of(plan: Plan, party: Party) -> list[Timed]:
    """One party's words in order."""
    return [
        Timed(word.text, Interval(seconds(one.start + word.start), seconds(one.start + word.end)))
        for one in plan.of(party)
        for word in one.said.words
    ]


def _own(party: Party, whole: Amount, utterances: Sequence[Amount]) -> Iterator[tuple[str, Value]]:
    yield f"{party}_words", whole.words
    yield f"{party}_letters_per_word", whole.letters / whole.words
    if whole.words >= FEWEST_WORDS:
        yield f"{party}_articulation_wps", whole.words_per_s
        yield f"{party}_articulation_lps", whole.letters_per_s
        yield f"{party}_rate_delta_wps", _mean_rate(utterances, "words_per_s") - whole.words_per_s
        yield f"{party}_rate_drift_wps", _drift([one for one in utterances if one.speech_s >= SHORTEST_SPEECH_S])


def _edges(plan: Plan, party: Party, words: Sequence[Interval]) -> Iterator[tuple[str, Value]]:
    """Opening and closing from talk's start; the closing is the opening of the call played backwards."""
    talk_s = seconds(plan.phase("talk")[0][0])
    yield f"{party}_opening_end_s", _run_end_s(words) - talk_s
    backwards = [Interval(-word.end_s, -word.start_s) for word in reversed(words)]
    yield f"{party}_closing_start_s", -_run_end_s(backwards) - talk_s


def _run_end_s(words: Sequence[Interval]) -> float:
    end_s = words[0].end_s
    for before, word in pairwise(words):
        too_late = word.end_s - words[0].start_s > OPENING_LIMIT_S
        if word.start_s - before.end_s >= OPENING_PAUSE_S or too_late:
            break
        end_s = max(end_s, word.end_s)
    return end_s


def _words_per_minute(plan: Plan, party: Party, timed: Sequence[Timed]) -> float:
    turns = tuple(Interval(seconds(turn.start), seconds(turn.end)) for turn in turns_of(plan) if turn.party == party)
    inside = [word for word in timed if holding(turns, (word.span.start_s + word.span.end_s) / 2)]
    return 60.0 * _count(" ".join(word.text for word in inside))[0] / total_s(turns)


def _differences(
    wholes: Mapping[Party, Amount], utterances: Mapping[Party, Sequence[Amount]]
) -> Iterator[tuple[str, Value]]:
    for unit, rate in (("wps", "words_per_s"), ("lps", "letters_per_s")):
        means = {party: _mean_rate(utterances[party], rate) for party in PARTIES}
        yield f"rate_diff_{unit}", means["customer"] - means["agent"]
        yield f"rate_diff_{unit}_call", getattr(wholes["customer"], rate) - getattr(wholes["agent"], rate)
    long_ones = sorted(
        (one.start_s, party, one.words_per_s)
        for party in PARTIES
        for one in utterances[party]
        if one.speech_s > LONG_UTTERANCE_S
    )
    steps = [abs(after[2] - before[2]) for before, after in pairwise(long_ones) if before[1] != after[1]]
    yield "rate_accommodation_wps", sum(steps) / len(steps) if steps else None


def _mean_rate(utterances: Sequence[Amount], rate: str) -> float:
    rates = [getattr(one, rate) for one in utterances if one.speech_s >= SHORTEST_SPEECH_S]
    return float(sum(rates) / len(rates))


def _drift(utterances: Sequence[Amount]) -> float | None:
    """Rate in the last third of the words − in the first; an utterance goes whole to where its middle word is."""
    total, before = sum(one.words for one in utterances), 0
    first, last = [0.0, 0.0], [0.0, 0.0]
    for one in utterances:
        middle = (before + one.words / 2) / total
        third = first if middle < 1 / 3 else last if middle > 2 / 3 else None
        if third is not None:
            third[0] += one.words
            third[1] += one.speech_s
        before += one.words
    return last[0] / last[1] - first[0] / first[1] if first[1] and last[1] else None


def _utterances(words: Sequence[Timed]) -> Iterator[Timed]:
    group: list[Timed] = []
    for word in words:
        if group and word.span.start_s - group[-1].span.end_s >= UTTERANCE_GAP_S:
            yield _joined(group)
            group = []
        group.append(word)
    if group:
        yield _joined(group)


def _joined(group: Sequence[Timed]) -> Timed:
    return Timed(" ".join(word.text for word in group), Interval(group[0].span.start_s, group[-1].span.end_s))


def _amount(text: str, span: Interval, speech: Intervals) -> Amount:
    return Amount(*_count(text), total_s(crop(speech, span)), span.start_s)


def _count(text: str) -> tuple[int, int]:
    words = WORD.findall(text)
    return len(words), sum(sign.isalpha() for word in words for sign in word)


def _speech(plan: Plan, party: Party) -> Intervals:
    return union(Interval(seconds(start), seconds(end)) for start, end in plan.speech(party))
