"""What is believed of a window's answer: words put into the speech they belong to, marked or dropped where in doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from voxcx.domain.intervals import Interval, Intervals, crop, total_s
from voxcx.domain.transcript import Word
from voxcx.transcribe import doubt
from voxcx.transcribe.decoding import Decoded, HeardWord
from voxcx.transcribe.packing import Window
from voxcx.transcribe.placing import place
from voxcx.units import rounded_s

_SENTENCE_END = re.compile(r"[.!?…]$")
Placed = tuple[HeardWord, Interval]
CREDIT, CAPTION, LIKE = "subtitle credit", "subtitle", "written like a subtitle"


@dataclass(frozen=True, slots=True)
class Believed:
    """Words of one window, and how many were dropped for which reason."""

    channel: int
    words: tuple[Word, ...]
    dropped: tuple[tuple[str, int], ...] = ()


def believed(answer: Decoded, window: Window, speech: Intervals) -> Believed:
    """Place the words and judge them, sentence by sentence. A sentence is judged whole, wherever its words lie."""
    times = {id(word): time for word, time in place(answer.words, window, speech)}
    alone = dict(zip(map(id, answer.words), _each_alone(answer), strict=True))
    whole = doubt.why_suspect(answer)
    words: list[Word] = []
    dropped: Counter[str] = Counter()
    for sentence in _sentences(answer.words):
        gone = _why_dropped(sentence, answer)
        placed = [(word, times[id(word)]) for word in sentence if id(word) in times]
        why = whole or (LIKE if doubt.is_subtitle(sentence) else _why_suspect(placed, speech))
        for word, credit in zip(sentence, doubt.credits_in(sentence), strict=True):
            if reason := gone or (CREDIT if credit else None):
                dropped[reason] += 1
            elif id(word) not in times:
                dropped["outside speech"] += 1
            else:
                words.append(_word(word, times[id(word)], why or alone[id(word)]))
    return Believed(window.channel, tuple(words), tuple(sorted(dropped.items())))


def _each_alone(answer: Decoded) -> Iterator[str | None]:
    """What is wrong with each word whatever sentence it is in."""
    for again, caption in zip(doubt.repeats(answer.words), doubt.captions(answer.words, answer), strict=True):
        yield LIKE if caption else "repeats itself" if again else None


def _why_dropped(sentence: list[HeardWord], answer: Decoded) -> str | None:
    if doubt.is_no_speech(answer) and not doubt.has_sure_words(sentence):
        return "no speech"
    if doubt.is_subtitle(sentence) and doubt.is_weak(sentence, answer):
        return CAPTION
    text = " ".join(word.text for word in sentence)
    return (
        "stock phrase on no speech" if doubt.is_stock_of_noise(text, doubt.mean_confidence(sentence), answer) else None
    )


def _why_suspect(placed: list[Placed], speech: Intervals) -> str | None:
    """``placed``: the words of a sentence that lie in speech."""
    if not placed:
        return None
    span = Interval(placed[0][1].start_s, max(time.end_s for _, time in placed))
    if doubt.too_many(len(placed), total_s(crop(speech, span))):
        return "more words than there is speech"
    sentence = [word for word, _ in placed]
    if doubt.is_stock(" ".join(word.text for word in sentence)) and doubt.mean_confidence(sentence) < doubt.UNSURE:
        return "stock phrase, unsure"
    return "low recognition confidence" if doubt.mean_confidence(sentence) < doubt.GUESSED else None


def _sentences(words: tuple[HeardWord, ...]) -> Iterator[list[HeardWord]]:
    sentence: list[HeardWord] = []
    for word in words:
        sentence.append(word)
        if _SENTENCE_END.search(word.text):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _word(word: HeardWord, time: Interval, suspect: str | None) -> Word:
    return Word(word.text, rounded_s(time.start_s), rounded_s(time.end_s), round(word.confidence, 3), suspect)
