"""Every quote is looked up again in the transcript before its verdict stands.

This reads the transcript on its own, not through the index that the rules used: a fault there must not vouch for
itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from voxcx.domain.qa import CriterionResult, Evidence, QaForm
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.qa.scene import mean_confidence
from voxcx.qa.wording import say

TIME_SLACK_S = 0.01


def verified(result: CriterionResult, transcript: Transcript, form: QaForm) -> CriterionResult:
    """The result, or *undecided* with the reason when a quote of it is not in the transcript as it says.

    An error may also not rest on words that were recognised poorly (below the form's ``minimum_confidence``).
    """
    if not any(piece.quote for piece in result.evidence):
        return result
    heard = [quoted_words(piece, transcript) for piece in result.evidence if piece.quote]
    if any(words is None for words in heard):
        return undecided(result, say(form.language, "unverified"), ())
    if result.verdict != "not_met":
        return result
    words = [word for found in heard for word in found or ()]
    confidence, limit = mean_confidence(words), form.minimum_confidence
    if confidence is not None and confidence < limit:
        reason = say(form.language, "unsure_words", got=confidence, limit=limit)
        return undecided(result, reason, result.evidence)
    return result


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
    start_s, end_s = utterance.start_s, utterance.end_s
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
