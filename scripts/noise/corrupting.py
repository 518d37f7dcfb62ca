"""A text with word errors: real confusions where the word has one, else slips of the same kind."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from rapidfuzz.distance import Levenshtein

TABLE = Path(__file__).parent / "confusions.json"
REAL_SHARE = 0.9  # of substitutions of a word that has real confusions
MERGE, SPLIT = 0.12, 0.12  # of made slips: joined with the next word, cut in two


class Corrupter:
    """Word errors at a rate; the same seed gives the same errors."""

    def __init__(self, language: str, seed: int = 1) -> None:
        self.language = language
        self.chance = random.Random(seed)  # noqa: S311
        table = _table()[language]
        kinds = table["kinds"]
        total = sum(kinds.values())
        self.lost, self.added = kinds["lost"] / total, kinds["added"] / total
        self.confusions: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for said, heard, count in table["confusions"]:
            self.confusions[said].append((heard, count))
        self.common = sorted(self.confusions)
        self._learn_letters()

    def __call__(self, words: list[str], rate: float) -> list[str]:
        """The words with about that share of errors."""
        heard: list[str] = []
        k = 0
        while k < len(words):
            if self.chance.random() >= rate:
                heard.append(words[k])
                k += 1
                continue
            kind = self.chance.random()
            if kind < self.lost:
                k += 1
            elif kind < self.lost + self.added:
                heard += [words[k], self.chance.choice(self.common).split()[0]]
                k += 1
            else:
                used, made = self._substituted(words, k)
                heard += made
                k += used
        return heard

    def _substituted(self, words: list[str], k: int) -> tuple[int, list[str]]:
        for size in (2, 1):
            said = " ".join(words[k : k + size]).lower()
            if said in self.confusions and self.chance.random() < REAL_SHARE:
                options = self.confusions[said]
                heard = self.chance.choices([o for o, _ in options], [count for _, count in options])[0]
                return size, heard.split()
        return self._made(words, k)

    def _made(self, words: list[str], k: int) -> tuple[int, list[str]]:
        """A slip for a word that no recogniser of ours has met."""
        word, kind = words[k].lower(), self.chance.random()
        if kind < MERGE and k + 1 < len(words):
            return 2, [self._slip(word) + words[k + 1].lower()]
        if kind < MERGE + SPLIT and len(word) > 5:
            at = self.chance.randrange(2, len(word) - 2)
            return 1, [self._slip(word[:at]), word[at:]]
        return 1, [self._slip(word)]

    def _slip(self, word: str) -> str:
        """The word with as many wrong letters as real confusions have, each wrong as letters really are."""
        letters = list(word)
        for _ in range(max(1, round(self.chance.choice(self.shares) * len(word)))):
            places = [k for k, letter in enumerate(letters) if letter in self.letters]
            if not places or len(letters) < 3:
                break
            at = self.chance.choice(places)
            options = self.letters[letters[at]]
            letters[at : at + 1] = list(self.chance.choices(list(options), list(options.values()))[0])
        return "".join(letters)

    def _learn_letters(self) -> None:
        """What single letters become in the real confusions, and what share of a word's letters are wrong."""
        self.letters: dict[str, Counter[str]] = defaultdict(Counter)
        self.shares: list[float] = []
        for said, options in sorted(self.confusions.items()):
            for heard, count in options:
                edits = Levenshtein.editops(said, heard)
                self.shares += [min(0.5, len(edits) / len(said))] * count
                for edit in edits:
                    if edit.tag != "insert" and said[edit.src_pos] != " ":
                        instead = heard[edit.dest_pos].strip() if edit.tag == "replace" else ""
                        self.letters[said[edit.src_pos]][instead] += count


@cache
def _table() -> dict[str, dict[str, list[tuple[str, str, int]] | dict[str, int]]]:
    return json.loads(TABLE.read_text("utf-8"))  # type: ignore[no-any-return]
