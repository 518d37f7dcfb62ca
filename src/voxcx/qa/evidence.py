"""Every quote is looked up again in the transcript before its verdict stands.

This reads the transcript on its own, not through the index that the rules used: a fault there must not vouch for
itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from voxcx.domain.qa import CriterionResult, Evidence, QaForm
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.qa.outcome import Place
from voxcx.qa.wording import say

TIME_SLACK_S = 0.01
POOR = "recognised poorly"


def verified(result: CriterionResult, transcript: Transcript, form: QaForm) -> CriterionResult:
    """The result, or *undecided* with the reason when a quote of it is not in the transcript as it says."""
    for piece in result.evidence:
        if piece.quote and quoted_words(piece, transcript) is None:
            return undecided(result, say(form.language, "unverified"), ())
    return result


def without(transcript: Transcript, places: Iterable[Place]) -> Transcript:
    """The transcript with the words of these places as words that may not have been said."""
    poor = {(place.first[0], k) for place in places if place.first and place.last for k in _within(place)}
    lines = list(transcript.utterances)
    for index in {index for index, _ in poor}:
        words = enumerate(lines[index].words)
        marked = tuple(replace(word, suspect=POOR) if (index, k) in poor else word for k, word in words)
        lines[index] = replace(lines[index], words=marked)
    return replace(transcript, utterances=tuple(lines))


def _within(place: Place) -> range:
    return range(place.first[1], place.last[1] + 1) if place.first and place.last else range(0)


def undecided(result: CriterionResult, reason: str, evidence: Iterable[Evidence]) -> CriterionResult:
    """The result with its verdict taken back."""
    return replace(result, verdict="undecided", reason=reason, evidence=tuple(evidence), judged_by="nobody")


def quoted_words(piece: Evidence, transcript: Transcript) -> tuple[Word, ...] | None:
    """The words of a quote: verbatim, in a row, by that role, between those seconds, none of them suspect; or None."""
    for utterance in transcript.utterances:
        if utterance.role != piece.role or not _may_hold(utterance, piece):
            continue
        found = _run(utterance, piece)
        if found is not None:
            return found
    return None


def _may_hold(utterance: Utterance, piece: Evidence) -> bool:
    if piece.start_s is None or piece.end_s is None:
        return utterance.start_s is None
    words = utterance.words
    start_s, end_s = (words[0].start_s, words[-1].end_s) if words else (None, None)
    if start_s is None or end_s is None:
        return False
    return start_s <= piece.start_s + TIME_SLACK_S and end_s >= piece.end_s - TIME_SLACK_S


def _run(utterance: Utterance, piece: Evidence) -> tuple[Word, ...] | None:
    texts = [word.text for word in utterance.words]
    size = len(piece.quote.split(" "))
    for first in range(len(texts) - size + 1):
        if " ".join(texts[first : first + size]) != piece.quote:
            continue
        words = utterance.words[first : first + size]
        if _inside(words, piece) and not any(word.suspect for word in words):
            return words
    return None


def _inside(words: tuple[Word, ...], piece: Evidence) -> bool:
    start_s, end_s = words[0].start_s, words[-1].end_s
    if start_s is None or end_s is None or piece.start_s is None or piece.end_s is None:
        return start_s is None and piece.start_s is None
    return start_s >= piece.start_s - TIME_SLACK_S and end_s <= piece.end_s + TIME_SLACK_S
