"""What is told by words: cues as events, and the phrases that the phases are inferred from.

Only trusted words count. Hold requests, returns and transfers are the agent's; several such phrases in one utterance
are one event. The customer's cues are the very hits that the lexical features count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, holding, subtract, union
from voxcx.domain.timeline import Event, EventKind
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.language.hits import Hit, Hits, SaidWords
from voxcx.language.lexicons import load_lexicons

# event → whose words, and the lexicons that tell it
CUES: dict[EventKind, tuple[Role, tuple[str, ...]]] = {
    "hold_request": ("agent", ("hold_request", "moment_request")),
    "hold_return": ("agent", ("hold_return",)),
    "transfer": ("agent", ("transfer",)),
    "repeat_cue": ("customer", ("repeat_cue",)),
    "asks_for_human": ("customer", ("asks_for_human",)),
    "complaint": ("customer", ("complaint",)),
}
_PARTIES: tuple[Role, Role] = ("agent", "customer")
_SPEAKING: tuple[Role, Role] = ("agent", "unknown")  # on a mono track a phrase of the agent's trade is still one


@dataclass(frozen=True, slots=True)
class Phrases:
    """Where phrases were said that tell of phases: each from its first word to the end of its utterance.

    ``requests`` are those to stay on the line: silence after «секундочку» is the agent's to explain, and no hold.
    """

    requests: Intervals = ()
    returns: Intervals = ()
    prompts: Intervals = ()


def hear_phrases(transcript: Transcript) -> Phrases:
    """Hold requests, returns and recorded prompts, anywhere in the recording."""
    utterances = tuple(u for role in _SPEAKING for u in _utterances(transcript, role))
    names = ("hold_request", "hold_return", "prompt")
    found = SaidWords(utterances, transcript.language).search(load_lexicons(transcript.language, *names))
    return Phrases(*(_places(found[name], utterances) if name in found else () for name in names))


def _places(found: Hits, utterances: tuple[Utterance, ...]) -> Intervals:
    ends = ((hit.span, utterances[hit.utterance].end_s) for hit in found.hits)
    return union(Interval(span.start_s, max(span.end_s, end_s or 0.0)) for span, end_s in ends if span)


def find_cues(transcript: Transcript, talk: Intervals, duration_s: float) -> Iterator[Event]:
    """Cues that a party said in talk, in no order; ``detail`` is their words."""
    whole = Interval(0.0, duration_s)
    elsewhere = subtract((whole,), talk)
    found = {role: _told(role, _utterances(transcript, role, elsewhere), transcript.language) for role in _PARTIES}
    for kind, (role, names) in CUES.items():
        told = (hit for name in names if name in found[role] for hit in found[role][name].hits)
        hits = tuple(sorted(told, key=lambda hit: hit.first))
        for said, text in _by_utterance(hits) if role == "agent" else ((hit.span, hit.text) for hit in hits):
            if said and (span := said & whole):
                yield Event(kind, role, span, detail=text)


def _told(party: Role, utterances: tuple[Utterance, ...], language: str) -> dict[str, Hits]:
    names = (name for role, names in CUES.values() if role == party for name in names)
    return SaidWords(utterances, language).search(load_lexicons(language, *names))


def _by_utterance(hits: tuple[Hit, ...]) -> Iterator[tuple[Interval | None, str]]:
    """Hits of one utterance as one: «минуточку … оставайтесь на линии»."""
    for _, group in groupby(hits, key=lambda hit: hit.utterance):
        same = tuple(group)
        spans = tuple(hit.span for hit in same if hit.span)
        span = Interval(spans[0].start_s, max(one.end_s for one in spans)) if spans else None
        yield span, " … ".join(hit.text for hit in same)


def _utterances(transcript: Transcript, role: Role, elsewhere: Intervals = ()) -> tuple[Utterance, ...]:
    """A role's utterances cut down to their trusted words, those said elsewhere than in talk left out."""
    cut = (tuple(word for word in u.words if _counts(word, elsewhere)) for u in transcript.of(role))
    return tuple(Utterance(role, words, " ".join(word.text for word in words)) for words in cut if words)


def _counts(word: Word, elsewhere: Intervals) -> bool:
    if word.suspect is not None or word.start_s is None or word.end_s is None:
        return False
    return holding(elsewhere, (word.start_s + word.end_s) / 2) is None
