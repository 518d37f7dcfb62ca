"""Words, letters, speech rates, opening and closing, and how far to trust the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from voxcx.config import Definitions
from voxcx.domain.features import Feature
from voxcx.domain.intervals import Interval, crop, intersection, total_s
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.building import known, known_or, missing, ratio
from voxcx.features.speech import PARTIES, Party
from voxcx.language.numbers import verbalise

_SHORTEST_SPEECH_S = 0.2  # under this an utterance's rate is noise of the detector's frames


@dataclass(frozen=True, slots=True)
class Amount:
    """Words and letters counted, and the speech time they took; adds up with ``+``."""

    words: int = 0
    letters: int = 0
    speech_s: float = 0.0

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
    words = verbalise(text, language)
    return Amount(len(words), sum(letter.isalpha() for word in words for letter in word))


@dataclass(frozen=True)
class Voice:
    """One party's side of a transcript, with the speech time of each utterance."""

    party: Party
    transcript: Transcript
    timeline: Timeline

    @cached_property
    def utterances(self) -> tuple[Utterance, ...]:
        """Utterances with their trusted words only; a call's words are those of talk, as its speech time is."""
        trusted = ((u, tuple(w for w in u.words if self._counts(w))) for u in self.transcript.of(self.party))
        return tuple(
            u if len(words) == len(u.words) else Utterance(u.role, words, " ".join(w.text for w in words))
            for u, words in trusted
            if words
        )

    def _counts(self, word: Word) -> bool:
        """A prompt in a hold or in the IVR is nobody's speech; a chat has no phases and all its words count."""
        if word.suspect is not None:
            return False
        if not self.timeline.phases or word.start_s is None or word.end_s is None:
            return True
        middle_s = (word.start_s + word.end_s) / 2
        return all(middle_s not in p.span for p in self.timeline.phases if p.kind != "talk")

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Words, letters and speech time of each utterance."""
        return tuple(self._amount(utterance) for utterance in self.utterances)

    @cached_property
    def whole(self) -> Amount:
        """All words, over all speech of the channel."""
        counted = sum(self.amounts, Amount())
        speech = intersection(self.timeline.speech(self.party), self.timeline.phase("talk"))
        return Amount(counted.words, counted.letters, total_s(speech))

    @property
    def rated(self) -> tuple[Amount, ...]:
        """Utterances long enough to have a rate."""
        return tuple(a for a in self.amounts if a.speech_s >= _SHORTEST_SPEECH_S)

    def mean_rate(self, unit: str) -> float | None:
        """Mean over utterances of words_per_s or letters_per_s."""
        rates = [getattr(amount, unit) for amount in self.rated]
        return sum(rates) / len(rates) if rates else None

    def _amount(self, utterance: Utterance) -> Amount:
        counted = count(utterance.text, self.transcript.language)
        if utterance.start_s is None or utterance.end_s is None:
            return counted
        span = Interval(utterance.start_s, utterance.end_s)
        return Amount(counted.words, counted.letters, total_s(crop(self.timeline.speech(self.party), span)))


def amount_features(transcript: Transcript, timeline: Timeline) -> Iterator[Feature]:
    """Counts of words and letters, for calls and chats."""
    yield known("language", transcript.language)
    for party in PARTIES:
        names = (f"{party}_words", f"{party}_letters_per_word")
        if timeline.distrust:
            yield from (missing(name, timeline.distrust) for name in names)
            continue
        voice = Voice(party, transcript, timeline)
        whole = sum(voice.amounts, Amount())
        yield known(names[0], whole.words)
        yield known_or(names[1], ratio(whole.letters, whole.words), f"no {party} words")


def rate_features(transcript: Transcript, timeline: Timeline, rules: Definitions) -> Iterator[Feature]:
    """Speech rates of each party and the differences between them."""
    if timeline.distrust:
        yield from (missing(name, timeline.distrust) for name in _rate_names())
        return
    agent, customer = (Voice(party, transcript, timeline) for party in PARTIES)
    for voice in (agent, customer):
        yield from _own_rates(voice, rules)
    yield from _differences(agent, customer)
    yield known_or("rate_accommodation_wps", _accommodation(agent, customer, rules), "no neighbouring long utterances")


def _rate_names() -> Iterator[str]:
    own = ("articulation_wps", "articulation_lps", "rate_wpm", "rate_delta_wps", "rate_drift_wps")
    yield from (f"{party}_{name}" for party in PARTIES for name in own)
    yield from (f"asr_confidence_{party}" for party in PARTIES)
    yield from (f"rate_diff_{unit}{suffix}" for suffix in ("", "_call") for unit in ("wps", "lps"))
    yield "rate_accommodation_wps"


def _own_rates(voice: Voice, rules: Definitions) -> Iterator[Feature]:
    party, whole = voice.party, voice.whole
    few = f"fewer than {rules.min_words_for_rate} {party} words"
    enough = whole.words >= rules.min_words_for_rate
    turns_s = sum(turn.span.duration_s for turn in voice.timeline.turns if turn.role == party)
    per_min = ratio(whole.words * 60.0, turns_s)
    mean, channel = voice.mean_rate("words_per_s"), whole.words_per_s
    delta = None if mean is None or channel is None else mean - channel
    for name, value in (
        (f"{party}_articulation_wps", channel),
        (f"{party}_articulation_lps", whole.letters_per_s),
        (f"{party}_rate_wpm", per_min),
        (f"{party}_rate_delta_wps", delta),
        (f"{party}_rate_drift_wps", _drift(voice.rated)),
    ):
        yield known_or(name, value if enough else None, few if not enough else f"no {party} speech")
    sure = [w.confidence for u in voice.utterances for w in u.words if w.confidence is not None]
    yield known_or(f"asr_confidence_{party}", sum(sure) / len(sure) if sure else None, f"no {party} word confidences")


def _drift(amounts: tuple[Amount, ...]) -> float | None:
    """Rate in the last third of the words − in the first third; utterances go whole to where their middle word is."""
    total = sum(amount.words for amount in amounts)
    first, last, before = Amount(), Amount(), 0
    for amount in amounts:
        middle = (before + amount.words / 2) / total if total else 0.5
        first, last = (first + amount, last) if middle < 1 / 3 else (first, last + amount if middle > 2 / 3 else last)
        before += amount.words
    early, late = first.words_per_s, last.words_per_s
    return None if early is None or late is None else late - early


def _differences(agent: Voice, customer: Voice) -> Iterator[Feature]:
    for unit, rate in (("wps", "words_per_s"), ("lps", "letters_per_s")):
        pairs = {
            "": (customer.mean_rate(rate), agent.mean_rate(rate)),
            "_call": (getattr(customer.whole, rate), getattr(agent.whole, rate)),
        }
        for suffix, (theirs, ours) in pairs.items():
            spoke = agent.whole.words and customer.whole.words
            value = None if theirs is None or ours is None or not spoke else theirs - ours
            yield known_or(f"rate_diff_{unit}{suffix}", value, "words of one party only")


def _accommodation(agent: Voice, customer: Voice, rules: Definitions) -> float | None:
    """Mean |rate difference| of neighbouring long utterances of the two parties."""
    long_ones = sorted(
        (utterance.start_s or 0.0, voice.party, amount.words / amount.speech_s)
        for voice in (agent, customer)
        for utterance, amount in zip(voice.utterances, voice.amounts, strict=True)
        if amount.speech_s > rules.long_utterance_s
    )
    steps = [abs(b[2] - a[2]) for a, b in pairwise(long_ones) if a[1] != b[1]]
    return sum(steps) / len(steps) if steps else None
