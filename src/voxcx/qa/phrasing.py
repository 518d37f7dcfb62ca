"""Finding phrases in an interaction: every phrase of the form in one pass, and each rule picks its own finds.

What a company or a person is called depends on the interaction; the phrases that name them are the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain

from voxcx.domain.interaction import Interaction
from voxcx.language.automaton import Tolerant
from voxcx.language.phrases import Phrase, Vocabulary, compile_phrase
from voxcx.language.spotting import NOTHING, spotters
from voxcx.language.together import Together
from voxcx.qa.outcome import Place
from voxcx.qa.scene import By, Found, Line, Scene
from voxcx.qa.tolerating import Key, Tolerated, likest

NAMED = ("<имя>", "<name>", "<компания>", "<company>")
KEPT_VOCABULARIES = 256
NEGATORS = {
    "ru": frozenset({"не", "никогда", "никому", "нельзя", "ни", "нигде"}),
    "en": frozenset({"not", "never", "nobody", "no", "cannot", "without"}),
}
# After a negator these make a polite request, not a negation: «не могли бы вы», «не подскажете».
POLITE = frozenset({"могли", "можете", "могла", "подскажете", "назовете", "скажете", "продиктуете", "затруднит"})
# Before these a negator turns nothing round: «не только», «не знаю», "no problem".
LIFTED = frozenset({"только", "знаю", "only", "problem", "problems", "doubt", "worries", "worry"})
PRONOUNS = frozenset({"i", "we", "you", "he", "she", "it", "they", "this", "that", "these", "those", "there"})
NEGATION_REACH = 3  # tokens before a phrase in which a negator turns it round
EXCEPTION_REACH = 3  # tokens between a phrase and an exception that cancels it
SENTENCE_ENDS = (".", "!", "?", "…")


@dataclass(eq=False)
class Phrasebook:
    """All phrases of one form."""

    language: str
    patterns: dict[str, Phrase] = field(default_factory=dict)
    tolerated: dict[Key, None] = field(default_factory=dict)
    finders: dict[str, list[int]] = field(default_factory=dict)  # of each pattern, the numbers of those who want it
    _count: int = 0

    def add(self, patterns: tuple[str, ...], tolerant: Tolerant = "no") -> int:
        """Take a finder's phrases in before the first search and number it; FormError when one breaks the syntax."""
        self._count += 1
        for pattern in patterns:
            if pattern not in self.patterns:
                self.patterns[pattern] = compile_phrase(pattern, self.language)
            if tolerant != "no":
                self.tolerated[pattern, tolerant] = None
            self.finders.setdefault(pattern, []).append(self._count)
        return self._count

    @cached_property
    def _together(self) -> Together:
        return Together(self.patterns.values())

    def found(self, scene: Scene) -> dict[int, list[Found]]:
        """What each finder finds in what people said or wrote, by its number; nothing for most of them."""
        index: dict[int, list[Found]] = {}
        search, finders = self._together, self.finders
        own = spotters(search.entities, self.language, _vocabulary(scene.interaction))
        lines = [line for line in scene.lines if line.utterance.role != "system"]
        names = own.openers([token for line in lines for token in line.tokens]) if own.words else NOTHING
        for line in lines:
            for pattern, start, end in search.find(line.tokens, own, names):
                find = (line, start, end)
                for number in finders[pattern]:
                    index.setdefault(number, []).append(find)
        scene.found = index
        return index

    def alike(self, scene: Scene) -> dict[Key, list[Found]]:
        """Where words only sound like a phrase that may be misheard."""
        index: dict[Key, list[Found]] = {}
        named = _tolerated_set(self._named_keys, self.language, _vocabulary(scene.interaction))
        for line in scene.lines:
            if line.utterance.role == "system":
                continue
            for key, start, end in chain(self._tolerated.find(line.tokens), named.find(line.tokens)):
                index.setdefault(key, []).append((line, start, end))
        return index

    @cached_property
    def _tolerated(self) -> Tolerated:
        return Tolerated([key for key in self.tolerated if key not in self._named_keys], self.language, Vocabulary())

    @cached_property
    def _named_keys(self) -> tuple[Key, ...]:
        return tuple(key for key in self.tolerated if any(name in key[0].lower() for name in NAMED))


@lru_cache(maxsize=KEPT_VOCABULARIES)
def _tolerated_set(keys: tuple[Key, ...], language: str, vocabulary: Vocabulary) -> Tolerated:
    return Tolerated(keys, language, vocabulary)


def _vocabulary(interaction: Interaction) -> Vocabulary:
    names = (*interaction.agent_names, *((interaction.customer_name,) if interaction.customer_name else ()))
    return Vocabulary(names, (interaction.company,) if interaction.company else ())


@dataclass(frozen=True, eq=False)
class Finder:
    """Finds any of one rule's phrases; overlapping finds count once, the longest of them.

    Where it is ``tolerant``, words that only sound like a phrase are found too, beside those that are one.
    """

    patterns: frozenset[str]
    book: Phrasebook
    number: int
    tolerant: Tolerant = "no"

    def find(self, scene: Scene, by: By) -> list[Found]:
        """Finds in the words of one party, in order."""
        finds = self._exact(scene, by)
        return finds if self.tolerant == "no" else in_order([*finds, *self.alike(scene, by)])

    def _exact(self, scene: Scene, by: By) -> list[Found]:
        found = self.book.found(scene) if scene.found is None else scene.found
        if self.number not in found:
            return []
        return in_order([find for find in found[self.number] if _by(find, by)])

    def alike(self, scene: Scene, by: By) -> list[Found]:
        """Finds that only sound like a phrase and are beside those that are one."""
        if self.tolerant == "no":
            return []
        if scene.alike is None:
            scene.alike = self.book.alike(scene)
        finds = [
            find
            for key, found in scene.alike.items()
            if key[1] == self.tolerant and key[0] in self.patterns
            for find in found
            if _by(find, by)
        ]
        exact = self._exact(scene, by) if finds else []
        return [find for find in in_order(finds) if not any(_overlap(find, other) for other in exact)]


def _by(find: Found, by: By) -> bool:
    role = find[0].utterance.role
    return role == by or (by == "anyone" and role != "bot")


def _overlap(one: Found, other: Found) -> bool:
    return one[0] is other[0] and one[1] < other[2] and other[1] < one[2]


def in_order(finds: list[Found]) -> list[Found]:
    """Finds from left to right; of those that overlap the one that begins first, and the longest."""
    if len(finds) < 2:
        return finds
    return _without_overlaps(sorted(finds, key=_place_of))


def _place_of(find: Found) -> tuple[int, int, int]:
    return find[0].index, find[1], -find[2]


def _without_overlaps(finds: list[Found]) -> list[Found]:
    kept = finds[:1]
    for find in finds[1:]:
        last = kept[-1]
        if find[0] is not last[0] or find[1] >= last[2]:
            kept.append(find)
    return kept


@dataclass(frozen=True, eq=False)
class Saying:
    """Phrases as one party says them. ``affirmed`` drops negated ones; ``unless`` finds what cancels a phrase.

    A phrase is cancelled by an exception that overlaps it or stands at most 3 words away in the same sentence.
    """

    finder: Finder
    by: By
    unless: Finder | None = None
    affirmed: bool = False

    def places(self, scene: Scene) -> Sequence[Place]:
        """What was said and stands."""
        finder = self.finder
        finds = finder.find(scene, self.by)
        if finds and self.affirmed:
            finds = [find for find in finds if not negated(find, scene.form.language)]
        if finds and self.unless:
            cancels = self.unless.find(scene, self.by)
            finds = [find for find in finds if not any(_cancels(cancel, find) for cancel in cancels)]
        return self._places(finds, scene) if finds else ()

    def _places(self, finds: list[Found], scene: Scene) -> list[Place]:
        sounding = self.finder.alike(scene, self.by)
        if not sounding:
            return [scene.place(*find) for find in finds]
        asked, patterns = self.finder.tolerant == "exact_too", self.finder.patterns
        return [
            scene.place(*find, meant(find, patterns, scene.form.language), asked=asked)
            if find in sounding
            else scene.place(*find)
            for find in finds
        ]


def meant(find: Found, patterns: frozenset[str], language: str) -> str:
    """The phrase, in words, that a find sounds like most."""
    said = " ".join(token.lower for token in find[0].tokens[find[1] : find[2]])
    return likest(said, tuple(sorted(patterns)), language)


def negated(find: Found, language: str) -> bool:
    """Whether a negator stands just before the phrase in its sentence, other than in a polite request."""
    line, start, _ = find
    negators = NEGATORS.get(language, NEGATORS["en"])
    for k in range(max(0, start - NEGATION_REACH), start):
        token = line.tokens[k]
        if token.lower in negators and not _harmless(line, k, start) and _one_sentence(line, k, start):
            return True
    return False


def _harmless(line: Line, k: int, start: int) -> bool:
    """Whether the negator at ``k`` before a find asks politely, adds ("not only") or answers ("no, this is …")."""
    after = line.tokens[k + 1].lower if k + 1 < len(line.tokens) else ""
    if after in POLITE or after in LIFTED:
        return True
    answer = after in PRONOUNS or line.utterance.words[line.word_of(k)].text.endswith(",")
    return line.tokens[k].lower == "no" and (answer or (k == 0 and k + 1 < start))


def _cancels(cancel: Found, find: Found) -> bool:
    line, start, end = find
    if cancel[0] is not line:
        return False
    gap = max(cancel[1] - end, start - cancel[2])
    first, last = (cancel[2] - 1, start) if cancel[1] < start else (end - 1, cancel[1])
    return gap < 0 or (gap <= EXCEPTION_REACH and _one_sentence(line, first, last))


def _one_sentence(line: Line, first: int, last: int) -> bool:
    """Whether no sentence ends between two tokens; a recogniser that writes no full stops gives one sentence."""
    words = line.utterance.words[line.word_of(first) : line.word_of(last)]
    return not any(word.text.endswith(SENTENCE_ENDS) for word in words)
