"""Whose words they are: what stands in quotation marks, in a quoted letter, or after "you said" is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from voxcx.domain.transcript import Utterance
from voxcx.qa.outcome import Place
from voxcx.qa.phrasing import SENTENCE_ENDS
from voxcx.qa.rules.operator import Bench
from voxcx.qa.scene import By, Scene

REACH = 3  # words between "you said" and what was said
PAIRS = {"«": "»", "“": "”", "„": "“"}
REPORTS = (
    (
        "{вы|ты|клиент|абонент|он|она|они} [мне|нам|же|уже|тут|вот|сами|ведь|только|сейчас] "
        "{=сказали|=сказал|=сказала|=говорили|=говорил|=говорила|=говорите|=говорит|=пишете|=пишет|=писали|=писал|=писала"
        "|=написали|=написал|=написала|=ответили|=спросили|=спрашиваете|=утверждаете|=заявили|=упомянули}"
    ),
    (
        "{=сказали|=говорили|=писали|=написали|=пишет|=говорит|=сказал|=написал|=сказала|=написала} "
        "{=вы|=клиент|=он|=она|=абонент}"
    ),
    (
        "{you|customer|he|she|they|client|caller} [have|had|also|just|already|did|were|are|was|is] "
        "{=said|=say|=saying|=says|=wrote|=write|=writing|=told =me|=told =us|=mentioned|=mention"
        "|=stated|=asked|=claimed}"
    ),
    "{your|his|her|their|customer} {message|letter|email|words} {says|said|reads}",
)
_SINGLE = re.compile(r"[(]?['‘](?!(?:cause|em|til|bout|tis|twas|round|n)\b)\w", re.IGNORECASE)
_QUOTED_LINE = re.compile(r"^[ \t]*>")


def unquoted(places: Callable[[Scene], Sequence[Place]], bench: Bench, by: By) -> Callable[[Scene], Sequence[Place]]:
    """The finds that are the party's own words."""
    reports = bench.finder(REPORTS)

    def own(scene: Scene) -> Sequence[Place]:
        found = places(scene)
        if not found:
            return found
        told = {
            (line.index, line.word_of(end - 1)) for line, _, end in reports.find(scene, by)
        }  # the last word of each report
        return [place for place in found if not _is_quoted(place, scene, told)]

    return own


def _is_quoted(place: Place, scene: Scene, told: set[tuple[int, int]]) -> bool:
    if place.first is None:
        return False
    index, word = place.first
    utterance = scene.transcript.utterances[index]
    own = not (_in_marks(utterance, word) or _in_apostrophes(utterance, word))
    return not own or _in_letter(utterance, word) or _reported(utterance, index, word, told)


def _in_marks(utterance: Utterance, word: int) -> bool:
    """Whether a word stands between quotation marks; a mark that nobody closes quotes nothing."""
    before = " ".join(one.text for one in utterance.words[:word])
    text = utterance.words[word].text
    before += " " + text[: len(text) - len(text.lstrip("«“„\"'(—–-"))]
    after = " ".join(one.text for one in utterance.words[word:])
    open_: list[str] = []
    last = ""
    for mark in before:
        if open_ and mark == open_[-1]:
            open_.pop()
        elif mark in PAIRS:
            open_.append(PAIRS[mark])
        elif mark == '"' and not last.isdigit():  # after a digit it is inches
            open_.append('"')
        last = mark
    return bool(open_) and open_[-1] in after


def _in_apostrophes(utterance: Utterance, word: int) -> bool:
    """Whether a word stands in 'single marks': one before a word, one behind a word; inside a word it is none."""
    texts = [one.text for one in utterance.words]
    opened = next((k for k in range(word, -1, -1) if _SINGLE.match(texts[k])), None)
    if opened is None or any(_closes(text) for text in texts[opened:word]):
        return False
    return any(_closes(text) for text in texts[word:])


def _closes(text: str) -> bool:
    return text.rstrip(".,!?;:…)").endswith(("'", "’"))


def _in_letter(utterance: Utterance, word: int) -> bool:
    """Whether a word stands in a line that quotes a letter (> …)."""
    if ">" not in utterance.text:
        return False
    at = 0
    for k, one in enumerate(utterance.words[: word + 1]):
        at = utterance.text.find(one.text, at)
        if at < 0:
            return False
        if k < word:
            at += len(one.text)
    return _QUOTED_LINE.match(utterance.text[utterance.text.rfind("\n", 0, at) + 1 :]) is not None


def _reported(utterance: Utterance, index: int, word: int, told: set[tuple[int, int]]) -> bool:
    """Whether a report stands at most 3 words before, in the same sentence."""
    for back in range(1, REACH + 2):
        at = word - back
        if at < 0 or utterance.words[at].text.endswith(SENTENCE_ENDS):
            return False
        if (index, at) in told:
            return True
    return False
