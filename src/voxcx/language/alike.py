"""What a recogniser makes of a phrase: other words, cut elsewhere, that sound nearly the same.

«на брене» for «набранный», "anything elves" for "anything else". Letters are compared by their sound and without
spaces, at word edges. A negation is never gained or lost, and another known word of the same making («подключить» and
«отключить») is another word. Limits: docs/forms.md has the measured figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from voxcx.language.fuzzy import likeness
from voxcx.language.normal_forms import CACHED_WORDS, forms, is_known
from voxcx.language.number_words import CARDINALS, ORDINALS
from voxcx.language.sounding import sound
from voxcx.language.tokens import Token
from voxcx.language.wordings import Wording

MIN_LETTERS = 8  # of a stretch as written; a shorter one has too many neighbours
LIKE = 85.0  # percent of the sounds of a stretch
WORD_LIKE = {"ru": 60.0, "en": 60.0}  # percent, of each word where the words are as many …
KNOWN_WORD_LIKE = 75.0  # … and where both are words of the language
SHORT_WORD = 3  # letters; such a word may be a slip though it is known
COMMON_WORD = 4  # letters; an English word so short is known, though no dictionary of lemmas has it
TINY_WORD = 2  # letters; such a word may be missed or added
SPARE = 0.2  # share of letters that a window may be longer or shorter
NEGATORS = frozenset({"not", "never", "no", "nobody", "cannot", "without", "без", "нельзя", "никогда"})
NEGATIVE = {"ru": ("не", "ни"), "en": ("un", "dis", "non")}  # beginnings that may turn a word round
PREFIXES = (
    "в", "во", "вы", "до", "за", "из", "ис", "на", "о", "об", "от", "ото", "пере", "по", "под", "при", "про", "с",
    "со", "у", "без", "бес", "раз", "рас", "де", "пред", "пре", "не",
)  # fmt: skip
# Beginnings that make another word of an English one, mostly its contrary: "incomplete", "downgrade", "outbound".
TURNING = (
    "in",
    "im",
    "il",
    "ir",
    "un",
    "mis",
    "de",
    "dis",
    "non",
    "up",
    "down",
    "en",
    "ex",
    "out",
    "over",
    "under",
    "pre",
    "re",
)
ROOT = 4  # letters that two words share after their prefixes


class Alike:
    """Windows of tokens that sound like one of the wordings of a stretch."""

    def __init__(self, ways: Iterable[Wording], language: str) -> None:
        self.language = language
        self.ways = tuple(way for way in ways if fits(way))
        self.sounds = tuple(_joined(way, language) for way in self.ways)
        lengths = [len(heard) for heard in self.sounds]
        self._shortest = int(min(lengths, default=0) * (1 - SPARE))
        self._longest = int(max(lengths, default=0) * (1 + SPARE)) + 1
        self._by_negations: dict[int, list[int]] = defaultdict(list)
        for index, way in enumerate(self.ways):
            self._by_negations[negations(way, language)].append(index)
        self._choices = {
            count: [self.sounds[index] for index in indices] for count, indices in self._by_negations.items()
        }

    def __call__(self, tokens: Sequence[Token], start: int) -> Iterator[int]:
        """End of the window that begins at a token and is the likest, if one word less at its start is not liker."""
        likest, at = self._likest(tokens, start)
        if at is not None and (start + 1 == at or likest > self._likest(tokens, start + 1, at)[0]):
            yield at

    def _likest(self, tokens: Sequence[Token], start: int, only: int | None = None) -> tuple[float, int | None]:
        """Likeness of the likest window from a token, and its end (``only`` that one, where it is given)."""
        found: tuple[float, int | None] = (0.0, None)
        heard = ""
        said: list[str] = []
        for end in range(start, len(tokens) if only is None else only):
            said.append(tokens[end].lower)
            heard += sound(tokens[end].lower, self.language)
            if len(heard) > self._longest:
                break
            if len(heard) >= self._shortest and only in {None, end + 1}:
                found = max(found, (self._likeness(heard, said), end + 1), key=lambda pair: pair[0])
        return found if found[0] else (0.0, None)

    def _likeness(self, heard: str, said: list[str]) -> float:
        count = negations(said, self.language)
        best = process.extractOne(heard, self._choices.get(count, ()), scorer=fuzz.ratio, score_cutoff=LIKE)
        if best is None or not same_words(said, self.ways[self._by_negations[count][best[2]]], self.language):
            return 0.0
        return float(best[1])


def fits(way: Wording) -> bool:
    """Whether a wording is long enough to be told from others by its sound; one with digits is not."""
    letters = "".join(way)
    return len(letters) >= MIN_LETTERS and not any(map(str.isdecimal, letters))


def _joined(words: Iterable[str], language: str) -> str:
    return "".join(sound(word, language) for word in words)


def negations(words: Iterable[str], language: str) -> int:
    """How many words negate, or begin as one that may."""
    begins = NEGATIVE.get(language, NEGATIVE["en"])
    return sum(word in NEGATORS or word.startswith(begins) for word in words)


def same_words(said: Sequence[str], way: Wording, language: str) -> bool:
    """Whether what differs may be the same words misheard: no word is simply missing, added or another one."""
    mine, others = _rest(said, way), _rest(way, said)
    if not mine or not others:
        return all(len(word) <= TINY_WORD for word in (*mine, *others))
    if other_numbers(mine, others, language):
        return False
    if len(mine) == len(others):
        return all(_same_word(one, other, language) for one, other in zip(mine, others, strict=True))
    return likeness(_joined(mine, language), _joined(others, language)) >= WORD_LIKE.get(language, KNOWN_WORD_LIKE)


def other_numbers(words: Iterable[str], others: Iterable[str], language: str) -> bool:
    """Whether both name numbers and these are not the same: «пятьдесят» is never a misheard «шестьдесят»."""
    mine, theirs = (sorted(filter(None, (_number(word, language) for word in each))) for each in (words, others))
    return bool(mine and theirs) and mine != theirs


@lru_cache(maxsize=CACHED_WORDS)
def _number(word: str, language: str) -> str | None:
    """The number that a word names, None for another word."""
    tables = (CARDINALS.get(language, {}), ORDINALS.get(language, {}))
    return next((str(table[form]) for form in forms(word, language) for table in tables if form in table), None)


def _rest(words: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Words that the others do not have, each as often as it is too many."""
    left = Counter(others)
    rest = []
    for word in words:
        if left[word]:
            left[word] -= 1
        else:
            rest.append(word)
    return tuple(rest)


@lru_cache(maxsize=CACHED_WORDS)
def _same_word(said: str, wanted: str, language: str) -> bool:
    if _other_prefix(said, wanted) if language == "ru" else _turned(said, wanted):
        return False
    known = len(said) > SHORT_WORD and (is_known(said, language) or (language == "en" and len(said) <= COMMON_WORD))
    least = KNOWN_WORD_LIKE if known else WORD_LIKE.get(language, KNOWN_WORD_LIKE)
    return likeness(sound(said, language), sound(wanted, language)) >= least


def _other_prefix(said: str, wanted: str) -> bool:
    """Whether two known words differ only in their prefix: «подключить», «отключить»."""
    if not (is_known(said, "ru") and is_known(wanted, "ru")):
        return False
    mine = {said.removeprefix(prefix)[:ROOT] for prefix in PREFIXES if said.startswith(prefix)} | {said[:ROOT]}
    others = {wanted.removeprefix(prefix)[:ROOT] for prefix in PREFIXES if wanted.startswith(prefix)} | {wanted[:ROOT]}
    return said[:ROOT] != wanted[:ROOT] and not mine.isdisjoint(others)


def _turned(said: str, wanted: str) -> bool:
    """Whether English words differ only in how they begin: "complete", "incomplete"; "increase", "decrease"."""
    mine, others = (_stems(word) for word in (said, wanted))
    return said != wanted and not mine.isdisjoint(others)


def _stems(word: str) -> frozenset[str]:
    """A word, and what is left of it without such a beginning."""
    cut = {word.removeprefix(turn) for turn in TURNING if word.startswith(turn)}
    return frozenset({word, *(stem for stem in cut if len(stem) >= ROOT)})


class Shared:
    """Which wordings a line may hold: those that share enough runs of three sounds with it."""

    def __init__(self, wordings: Sequence[tuple[str, int]]) -> None:
        """``wordings``: sounds and a number that several may share (their phrase)."""
        self._owner = [owner for _, owner in wordings]
        self._needed = [max(2, round(0.3 * len(grams(heard)))) for heard, _ in wordings]
        self._having: dict[str, list[int]] = defaultdict(list)
        for index, (heard, _) in enumerate(wordings):
            for gram in grams(heard):
                self._having[gram].append(index)

    def owners(self, heard: str) -> list[int]:
        """Numbers of the phrases that may be in a line of these sounds."""
        counts: dict[int, int] = defaultdict(int)
        for gram in grams(heard):
            for index in self._having.get(gram, ()):
                counts[index] += 1
        return sorted({self._owner[index] for index, count in counts.items() if count >= self._needed[index]})


def grams(heard: str) -> set[str]:
    """Runs of three sounds."""
    return {heard[k : k + 3] for k in range(len(heard) - 2)}
