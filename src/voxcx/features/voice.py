"""One party's side of an interaction: what it said in talk, in words that are trusted. All families read this view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from voxcx.domain.intervals import Interval, Intervals, crop, holding, intersection, total_s, union
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.building import ratio
from voxcx.language.hits import SaidWords
from voxcx.language.numbers import spoken_size
from voxcx.language.readings import Reading

Party = Literal["agent", "customer"]
PARTIES: tuple[Party, Party] = ("agent", "customer")

_SHORTEST_SPEECH_S = 0.2  # under this an utterance's rate is noise of the detector's frames


@dataclass(frozen=True, slots=True)
class Amount:
    """Words and letters counted, and the speech time they took; adds up with ``+``."""

    words: int = 0
    letters: int = 0
    speech_s: float = 0.0

    @staticmethod
    def of(amounts: Iterable[Amount]) -> Amount:
        """All of them together."""
        words, letters, speech_s = 0, 0, 0.0
        for one in amounts:
            words, letters, speech_s = words + one.words, letters + one.letters, speech_s + one.speech_s
        return Amount(words, letters, speech_s)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.words + other.words, self.letters + other.letters, self.speech_s + other.speech_s)

    @property
    def words_per_s(self) -> float | None:
        """Words ÷ speech time."""
        return ratio(self.words, self.speech_s)

    @property
    def letters_per_s(self) -> float | None:
        """Letters ÷ speech time."""
        return ratio(self.letters, self.speech_s)


def count(text: str, language: str) -> Amount:
    """Words as they are spoken (numbers verbalised); only letters count as letters."""
    return Amount(*spoken_size(text, language))


@dataclass(frozen=True)
class Voice:
    """One party's side of a transcript, with the speech time of each utterance."""

    party: Party
    transcript: Transcript
    timeline: Timeline

    @cached_property
    def utterances(self) -> tuple[Utterance, ...]:
        """Utterances with their trusted words only; a call's words are those of talk, as its speech time is."""
        return tuple(kept for u in self.transcript.of(self.party) if (kept := _only(u, self._counted(u))) is not None)

    @cached_property
    def said(self) -> SaidWords:
        """The words of the utterances, to be searched."""
        return SaidWords(self.utterances, self.transcript.language)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Words, letters and speech time of each utterance."""
        return tuple(map(self._amount, self.utterances, self.said.readings))

    @cached_property
    def whole(self) -> Amount:
        """All words, over all speech of the channel."""
        counted = Amount.of(self.amounts)
        speech = intersection(self.timeline.speech(self.party), self.timeline.phase("talk"))
        return Amount(counted.words, counted.letters, total_s(speech))

    @cached_property
    def turns(self) -> Intervals:
        """Where this party has the floor."""
        return tuple(turn.span for turn in self.timeline.turns if turn.role == self.party)

    @cached_property
    def words_in_turns(self) -> int:
        """Words said inside the party's own turns: those of backchannels are not."""
        return sum(self._words_in_turns(u, a) for u, a in zip(self.utterances, self.amounts, strict=True))

    @property
    def rated(self) -> tuple[Amount, ...]:
        """Utterances long enough to have a rate."""
        return tuple(a for a in self.amounts if a.speech_s >= _SHORTEST_SPEECH_S)

    def mean_rate(self, unit: str) -> float | None:
        """Mean over utterances of words_per_s or letters_per_s."""
        rates = [getattr(amount, unit) for amount in self.rated]
        return sum(rates) / len(rates) if rates else None

    def _counted(self, utterance: Utterance) -> tuple[Word, ...]:
        """A prompt in a hold or in the IVR is nobody's speech; a chat has no phases and all its words count."""
        trusted = tuple([word for word in utterance.words if word.suspect is None])
        return tuple(word for word in trusted if not _is_in(self._no_talk, word)) if self._no_talk else trusted

    @cached_property
    def _no_talk(self) -> Intervals:
        return union(phase.span for phase in self.timeline.phases if phase.kind != "talk")

    def _words_in_turns(self, utterance: Utterance, amount: Amount) -> int:
        inside = tuple(word for word in utterance.words if _is_in(self.turns, word))
        if len(inside) == len(utterance.words):
            return amount.words
        return count(" ".join(word.text for word in inside), self.transcript.language).words

    def _amount(self, utterance: Utterance, reading: Reading) -> Amount:
        words, letters = reading.spoken_as(utterance.text, self.transcript.language)
        speech = self.timeline.speech(self.party)
        if not speech or utterance.start_s is None or utterance.end_s is None:
            return Amount(words, letters)
        span = Interval(utterance.start_s, utterance.end_s)
        return Amount(words, letters, total_s(crop(speech, span)))


Voices = tuple[Voice, Voice]


def voices_of(transcript: Transcript, timeline: Timeline) -> Voices:
    """The agent's side and the customer's."""
    agent, customer = PARTIES
    return Voice(agent, transcript, timeline), Voice(customer, transcript, timeline)


def _only(utterance: Utterance, words: tuple[Word, ...]) -> Utterance | None:
    """The utterance cut down to some of its words; None when none of them is left."""
    if len(words) == len(utterance.words):
        return utterance
    return Utterance(utterance.role, words, " ".join(word.text for word in words)) if words else None


def _is_in(spans: Intervals, word: Word) -> bool:
    """Whether the middle of a word is in one of the spans; a word without times is in none."""
    if word.start_s is None or word.end_s is None:
        return False
    return holding(spans, (word.start_s + word.end_s) / 2) is not None
