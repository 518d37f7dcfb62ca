"""What is told by words: cues as events, and the phrases that the phases are inferred from.

Only trusted words count. Hold requests, returns and transfers are the agent's; several such phrases in one utterance
are one event. The customer's cues are the very hits that the lexical features count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, holding, subtract, union
from voxcx.domain.timeline import Event, EventKind
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.language.hits import Hit, SaidWords
from voxcx.language.lexicons import load_lexicon

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
    said = SaidWords(utterances, transcript.language)
    found = (_places(name, said, utterances, transcript.language) for name in ("hold_request", "hold_return", "prompt"))
    return Phrases(*found)


def _places(name: str, said: SaidWords, utterances: tuple[Utterance, ...], language: str) -> Intervals:
    lexicon = load_lexicon(name, language)
    hits = said.search(lexicon).hits if lexicon else ()
    ends = ((hit.span, utterances[hit.utterance].end_s) for hit in hits)
    return union(Interval(span.start_s, max(span.end_s, end_s or 0.0)) for span, end_s in ends if span)


def find_cues(transcript: Transcript, talk: Intervals, duration_s: float) -> Iterator[Event]:
    """Cues that a party said in talk, in no order; ``detail`` is their words."""
    whole = Interval(0.0, duration_s)
    elsewhere = subtract((whole,), talk)
    said = {role: SaidWords(_utterances(transcript, role, elsewhere), transcript.language) for role in _PARTIES}
    for kind, (role, names) in CUES.items():
        lexicons = (load_lexicon(name, transcript.language) for name in names)
        found = (hit for lexicon in lexicons if lexicon for hit in said[role].search(lexicon).hits)
        hits = tuple(sorted(found, key=lambda hit: hit.first))
        for hit in _by_utterance(hits) if role == "agent" else hits:
            if hit.span and (span := hit.span & whole):
                yield Event(kind, role, span, detail=hit.text)


def _by_utterance(hits: tuple[Hit, ...]) -> Iterator[Hit]:
    """Hits of one utterance as one: «минуточку … оставайтесь на линии»."""
    for _, same in groupby(hits, key=lambda hit: hit.utterance):
        first, *others = same
        spans = tuple(hit.span for hit in (first, *others) if hit.span)
        span = Interval(spans[0].start_s, max(one.end_s for one in spans)) if spans else None
        yield replace(first, span=span, text=" … ".join(hit.text for hit in (first, *others)))


def _utterances(transcript: Transcript, role: Role, elsewhere: Intervals = ()) -> tuple[Utterance, ...]:
    """A role's utterances cut down to their trusted words, those said elsewhere than in talk left out."""
    cut = (tuple(word for word in u.words if _counts(word, elsewhere)) for u in transcript.of(role))
    return tuple(Utterance(role, words, " ".join(word.text for word in words)) for words in cut if words)


def _counts(word: Word, elsewhere: Intervals) -> bool:
    if word.suspect is not None or word.start_s is None or word.end_s is None:
        return False
    return holding(elsewhere, (word.start_s + word.end_s) / 2) is None
