"""Which phrases of a text carry its score: the words as they stand there, each with its points.

A score is linear in the TF-IDF of its terms, so every occurrence of a term has its exact share. A word gets its own and
its letter groups' shares, a pair of words binds two of them. A phrase is a run of words, and the text is cut so that
phrases say most: the sum of |points|, each phrase costing a little, is greatest. «не» and «помогли» apart lose what
their pair says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from voxcx.csi.answers import Floats
from voxcx.csi.terms import TOKEN, Vocabulary, letter_groups, normal

LONGEST = 4  # words of a phrase
COST = 0.1  # of the strongest word: neighbours that pull the same way become one phrase
BREAK = re.compile(r"[\n.,;:!?…—()«»\"]")
NEGATIONS = frozenset({"не", "ни", "без", "not", "no"})
FUNCTION_WORDS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for",
    "from", "had", "has", "have", "he", "her", "him", "his", "i", "i'd", "i'll", "i'm", "i've", "if", "in", "is",
    "it", "it's", "its", "just", "me", "my", "no", "not", "of", "on", "or", "our", "she", "so", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "to", "too", "up", "us", "very", "was", "we", "were",
    "what", "when", "which", "who", "will", "with", "would", "you", "you're", "your", "а", "без", "бы", "был", "была",
    "были", "было", "в", "вам", "вас", "вот", "все", "вы", "да", "для", "до", "его", "ее", "если", "есть", "еще",
    "же", "за", "и", "из", "или", "им", "их", "к", "как", "ко", "когда", "кто", "ли", "меня", "мне", "мой", "моя",
    "мы", "на", "нам", "нас", "не", "него", "нее", "ни", "но", "ну", "о", "об", "он", "она", "они", "оно", "от", "по",
    "под", "при", "с", "со", "так", "там", "те", "тем", "то", "тоже", "только", "тот", "ту", "ты", "у", "уже", "чем",
    "что", "чтобы", "это", "этого", "этой", "этом", "этот", "эту", "я",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text's tokens: where they stand, their normal forms, points of each, points of each pair with the next one."""

    spans: list[tuple[int, int]]
    forms: list[str]
    alone: Floats
    with_next: Floats


def quote(text: str, vocabulary: Vocabulary, coefficients: Floats) -> list[tuple[str, float]]:
    """Phrases of a text and their points, the strongest first.

    Phrases of function words alone are left out; with them the points would add up to score − base. A phrase that is
    said twice is told once, as it was said first.
    """
    weighed = weigh(text, vocabulary, coefficients)
    told: dict[str, tuple[str, float]] = {}
    for begin, end, points in _cut(text, weighed):
        core = _core(weighed.forms, begin, end)
        if core is None:
            continue
        first, last = core
        key = " ".join(weighed.forms[first : last + 1])
        said, so_far = told.get(key, (text[weighed.spans[first][0] : weighed.spans[last][1]], 0.0))
        told[key] = said, so_far + points
    return sorted(((said, points) for said, points in told.values() if points), key=lambda one: (-abs(one[1]), one[0]))


def weigh(text: str, vocabulary: Vocabulary, coefficients: Floats) -> Weighed:
    """Every occurrence's share of the score."""
    spans = [match.span() for match in TOKEN.finditer(text)]
    forms = [normal(text[start:end]) for start, end in spans]
    made = vocabulary.matrix([text])
    points = dict(zip(made.indices.tolist(), (made.data * coefficients[made.indices]).tolist(), strict=True))
    words, groups, width = vocabulary.words.places, vocabulary.groups.places, len(vocabulary.words.idf)
    pairs = [f"{one} {other}" for one, other in pairwise(forms)]
    of_forms = [letter_groups(form) for form in forms]
    share_of = _shares([*forms, *pairs], words, points, 0)
    share_of_group = _shares([group for found in of_forms for group in found], groups, points, width)
    alone = [
        share_of[form] + sum(share_of_group[g] for g in found) for form, found in zip(forms, of_forms, strict=True)
    ]
    return Weighed(spans, forms, np.array(alone), np.array([*(share_of[pair] for pair in pairs), 0.0]))


def _shares(terms: Sequence[str], places: Mapping[str, int], points: dict[int, float], first: int) -> dict[str, float]:
    """Term → points of one occurrence."""
    times: dict[str, int] = {}
    for term in terms:
        times[term] = times.get(term, 0) + 1
    return {
        term: points.get(first + places[term], 0.0) / count if term in places else 0.0 for term, count in times.items()
    }


def _cut(text: str, weighed: Weighed) -> list[tuple[int, int, float]]:
    """Runs of tokens [first, last] with their points; a pair that is cut gives half to either side."""
    count = len(weighed.forms)
    if not count:
        return []
    gaps = [text[end:start] for (_, end), (start, _) in pairwise(weighed.spans)]
    open_after = [BREAK.search(gap) is None for gap in gaps]
    cost = COST * float(np.abs(weighed.alone).max())
    best, begins = [0.0], [0]
    for end in range(1, count + 1):
        starts = _starts(weighed.forms, end - 1, open_after)
        gain, begin = max((best[first] + _worth(weighed, first, end - 1) - cost, first) for first in starts)
        best.append(gain)
        begins.append(begin)
    return _runs(weighed, begins)


def _starts(forms: list[str], last: int, open_after: list[bool]) -> list[int]:
    """Where a phrase that ends with token ``last`` may begin: not after a negation, if it can be helped."""
    starts = [last]
    while len(starts) < LONGEST and starts[-1] > 0 and open_after[starts[-1] - 1]:
        starts.append(starts[-1] - 1)
    return [k for k in starts if not (k > 0 and forms[k - 1] in NEGATIONS and open_after[k - 1])] or starts


def _worth(weighed: Weighed, first: int, last: int) -> float:
    """What a phrase says; function words alone say nothing, so they stay with their neighbours."""
    return 0.0 if _core(weighed.forms, first, last) is None else abs(_inside(weighed, first, last))


def _core(forms: list[str], first: int, last: int) -> tuple[int, int] | None:
    """A phrase without function words and marks at its edges, a negation in front aside; None where nothing is left."""
    telling = [k for k in range(first, last + 1) if forms[k] not in FUNCTION_WORDS and any(map(str.isalnum, forms[k]))]
    if not telling:
        return None
    begin = telling[0]
    return (begin - 1 if begin > first and forms[begin - 1] in NEGATIONS else begin), telling[-1]


def _inside(weighed: Weighed, first: int, last: int) -> float:
    return float(weighed.alone[first : last + 1].sum() + weighed.with_next[first:last].sum())


def _runs(weighed: Weighed, begins: list[int]) -> list[tuple[int, int, float]]:
    runs, end = [], len(begins) - 1
    while end > 0:
        first, last = begins[end], end - 1
        edges = (weighed.with_next[first - 1] if first else 0.0) + weighed.with_next[last]
        runs.append((first, last, _inside(weighed, first, last) + float(edges) / 2))
        end = first
    return runs[::-1]
