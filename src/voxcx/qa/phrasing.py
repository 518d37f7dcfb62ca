"""Finding phrases in an interaction: every phrase of the form in one pass, and each rule picks its own finds.

Phrases that name a company or a person depend on the interaction's own names, so they are compiled once for each set
of names; all others once for the form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from voxcx.domain.interaction import Interaction
from voxcx.language.phrases import Vocabulary, compile_phrase
from voxcx.qa.outcome import Place
from voxcx.qa.prefilter import Prefilter, Spoken
from voxcx.qa.scene import By, Line, Scene

NAMED = ("<имя>", "<name>", "<компания>", "<company>")
KEPT_VOCABULARIES = 256
NEGATORS = {
    "ru": frozenset({"не", "никогда", "никому", "нельзя", "ни", "нигде"}),
    "en": frozenset({"not", "never", "nobody", "no", "cannot", "without"}),
}
# After a negator these make a polite request, not a negation: «не могли бы вы», «не подскажете».
POLITE = frozenset({"могли", "можете", "могла", "подскажете", "назовете", "скажете", "продиктуете", "затруднит"})
NEGATION_REACH = 3  # tokens before a phrase in which a negator turns it round
EXCEPTION_REACH = 3  # tokens between a phrase and an exception that cancels it
SENTENCE_ENDS = (".", "!", "?", "…")
Found = tuple[Line, int, int]  # a line and tokens [start, end) in it


@dataclass(eq=False)
class Phrasebook:
    """All phrases of one form."""

    language: str
    patterns: dict[str, None] = field(default_factory=dict)

    def add(self, patterns: tuple[str, ...]) -> None:
        """Take phrases in before the first search; FormError when one breaks the phrase syntax."""
        for pattern in patterns:
            if pattern not in self.patterns:
                compile_phrase(pattern, self.language)
                self.patterns[pattern] = None

    @cached_property
    def _same_for_all(self) -> Prefilter:
        plain = [p for p in self.patterns if not any(name in p.lower() for name in NAMED)]
        return Prefilter(compile_phrase(pattern, self.language) for pattern in plain)

    @cached_property
    def _named(self) -> tuple[str, ...]:
        return tuple(p for p in self.patterns if any(name in p.lower() for name in NAMED))

    def found(self, scene: Scene) -> dict[str, list[Found]]:
        """Where each pattern occurs in what people said or wrote."""
        index: dict[str, list[Found]] = {}
        sets = (self._same_for_all, _named_set(self._named, self.language, _vocabulary(scene.interaction)))
        for line in scene.lines:
            if line.utterance.role == "system":
                continue
            spoken = Spoken(line.tokens)
            for phrases in sets:
                for pattern, start, end in phrases.find(spoken):
                    index.setdefault(pattern, []).append((line, start, end))
        return index


@lru_cache(maxsize=KEPT_VOCABULARIES)
def _named_set(patterns: tuple[str, ...], language: str, vocabulary: Vocabulary) -> Prefilter:
    hopeless = () if vocabulary.companies else ("<компания>", "<company>")  # nothing is called so here
    wanted = [pattern for pattern in patterns if pattern.strip().lower() not in hopeless]
    return Prefilter(compile_phrase(pattern, language, vocabulary) for pattern in wanted)


def _vocabulary(interaction: Interaction) -> Vocabulary:
    names = tuple(name for name in (interaction.agent_name, interaction.customer_name) if name)
    return Vocabulary(names, (interaction.company,) if interaction.company else ())


@dataclass(frozen=True, eq=False)
class Finder:
    """Finds any of one rule's phrases; overlapping finds count once, the longest of them."""

    patterns: frozenset[str]
    book: Phrasebook

    def find(self, scene: Scene, by: By) -> list[Found]:
        """Finds in the words of one party, in order."""
        if scene.found is None:
            scene.found = self.book.found(scene)
        everyone = by == "anyone"
        finds = [
            find
            for pattern in scene.found.keys() & self.patterns
            for find in scene.found[pattern]
            if find[0].utterance.role == by or (everyone and find[0].utterance.role != "bot")
        ]
        if len(finds) < 2:
            return finds
        finds.sort(key=lambda find: (find[0].index, find[1], -find[2]))
        return _without_overlaps(finds)


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

    def places(self, scene: Scene) -> list[Place]:
        """What was said and stands."""
        finds = self.finder.find(scene, self.by)
        if finds and self.affirmed:
            finds = [find for find in finds if not negated(find, scene.form.language)]
        if finds and self.unless:
            cancels = self.unless.find(scene, self.by)
            finds = [find for find in finds if not any(_cancels(cancel, find) for cancel in cancels)]
        return [scene.place(*find) for find in finds]


def negated(find: Found, language: str) -> bool:
    """Whether a negator stands just before the phrase in its sentence, other than in a polite request."""
    line, start, _ = find
    negators = NEGATORS.get(language, NEGATORS["en"])
    for k in range(max(0, start - NEGATION_REACH), start):
        token = line.tokens[k]
        polite = k + 1 < len(line.tokens) and line.tokens[k + 1].lower in POLITE
        if token.lower in negators and not polite and _one_sentence(line, k, start):
            return True
    return False


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
