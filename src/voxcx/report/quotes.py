"""Where a piece of evidence is in the transcript: which utterance, and which of its words to mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voxcx.domain.intervals import Interval
from voxcx.domain.qa import Evidence
from voxcx.domain.transcript import Transcript, Utterance

SLACK_S = 0.05  # rounding of times on their way through JSON
Token = tuple[str, str]  # a word as written, and the white space after it


@dataclass(frozen=True, slots=True)
class Place:
    """Tokens [first, last) of an utterance."""

    utterance: int
    first: int
    last: int


def tokens(utterance: Utterance) -> tuple[Token, ...]:
    """The utterance as it is to be read, cut at white space.

    >>> tokens(Utterance("agent", (), "Добрый день,  да"))
    (('Добрый', ' '), ('день,', '  '), ('да', ''))
    """
    text = utterance.text or " ".join(word.text.strip() for word in utterance.words)
    return tuple((found[1], found[2]) for found in re.finditer(r"(\S+)(\s*)", text))


def find(evidence: Evidence, transcript: Transcript) -> Place | None:
    """The place of a quote: by its words first, by its time where the words differ; None for a searched window."""
    if not evidence.quote.strip():
        return None
    near = [i for i in range(len(transcript.utterances)) if _may_hold(evidence, transcript.utterances[i])]
    wanted = [_bare(word) for word in evidence.quote.split() if _bare(word)]
    for index in near:
        at = _sequence(wanted, [_bare(word) for word, _ in tokens(transcript.utterances[index])])
        if at is not None:
            return Place(index, *at)
    return next((place for i in near for place in _by_time(evidence, i, transcript.utterances[i])), None)


def utterance_at(time_s: float, transcript: Transcript) -> int | None:
    """The utterance that is being said at that moment, else the next one, else the last."""
    timed = [(i, u) for i, u in enumerate(transcript.utterances) if u.start_s is not None and u.end_s is not None]
    later = next((i for i, u in timed if (u.end_s or 0.0) + SLACK_S >= time_s), None)
    return later if later is not None else (timed[-1][0] if timed else None)


def _may_hold(evidence: Evidence, utterance: Utterance) -> bool:
    if evidence.role is not None and utterance.role not in {evidence.role, "unknown"}:
        return False
    if evidence.start_s is None or utterance.start_s is None or utterance.end_s is None:
        return True
    end_s = evidence.start_s if evidence.end_s is None else evidence.end_s
    return utterance.start_s <= end_s + SLACK_S and evidence.start_s <= utterance.end_s + SLACK_S


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold().replace("ё", "е") if letter.isalnum())


def _sequence(wanted: list[str], there: list[str]) -> tuple[int, int] | None:
    """First place of ``wanted`` in ``there``, tokens that are only punctuation skipped."""
    kept = [(i, word) for i, word in enumerate(there) if word]
    for start in range(len(kept) - len(wanted) + 1):
        window = kept[start : start + len(wanted)]
        if wanted and [word for _, word in window] == wanted:
            return window[0][0], window[-1][0] + 1
    return None


def _by_time(evidence: Evidence, index: int, utterance: Utterance) -> Iterator[Place]:
    written = tokens(utterance)
    if evidence.start_s is None or evidence.end_s is None or len(written) != len(utterance.words):
        return
    window = Interval(evidence.start_s - SLACK_S, evidence.end_s + SLACK_S)
    inside = [
        i
        for i, word in enumerate(utterance.words)
        if word.start_s is not None and word.end_s is not None and (word.start_s + word.end_s) / 2 in window
    ]
    if inside:
        yield Place(index, inside[0], inside[-1] + 1)
