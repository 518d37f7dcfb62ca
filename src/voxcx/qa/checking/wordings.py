"""Phrases that find each other, cancel each other, or find nearly everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from voxcx.domain.qa import Criterion, Rule
from voxcx.language import grammar
from voxcx.language.phrases import PhraseSet, compile_phrase
from voxcx.qa.checking.expansions import Tokens, expansions
from voxcx.qa.checking.findings import Finding, Path, Spot, Written
from voxcx.qa.windows import WHOLE

# Words that nearly every conversation has. Question words are not here: they tell a question, which may be meant.
COMMON = {
    "ru": frozenset({
        "да", "нет", "не", "ну", "так", "это", "вот", "и", "а", "но", "я", "вы", "мы", "он", "она", "оно", "они",
        "есть", "был", "была", "быть", "будет", "все", "уже", "еще", "там", "тут",
        "здесь", "сейчас", "у", "на", "в", "с", "по", "за", "то", "же", "бы", "очень", "хорошо", "понятно",
    }),
    "en": frozenset({
        "yes", "no", "not", "is", "are", "was", "be", "do", "does", "did", "a", "an", "the", "i", "you", "we", "he",
        "she", "it", "they", "this", "that", "and", "or", "but", "so", "ok", "okay", "right", "well", "just", "can",
        "have", "has", "had", "on", "in", "at", "of", "to", "for", "good", "fine", "now",
        "there", "here",
    }),
}  # fmt: skip
LONGEST_TOLD = 60
MOST_TOLD = 8  # findings of one kind in one rule: the rest are counted


def wordings(written: Written) -> Iterator[Finding]:
    """All that can be said of the phrases of each rule."""
    for spot in written.spots():
        phrases = strings(spot.rule, "phrases")
        if spot.rule.operator in {"said", "said_not"} and phrases:
            ways = {phrase: expansions(phrase, written.form.language) for phrase in phrases}
            yield from _first(_too_general(written, spot, ways))
            yield from _cancelled(written, spot, ways)
            yield from _first(_twice_in_braces(written, spot))
            if int(str(spot.rule.argument("at_least", 1))) == 1:
                yield from _first(_found_by_others(written, spot, ways))


def _first(findings: Iterator[Finding]) -> Iterator[Finding]:
    for k, finding in enumerate(findings):
        if k < MOST_TOLD:
            yield finding


def short(phrase: str) -> str:
    """A phrase as it fits into a sentence."""
    return phrase if len(phrase) <= LONGEST_TOLD else f"{phrase[: LONGEST_TOLD - 1]}…"


def strings(rule: Rule, name: str) -> tuple[str, ...]:
    """An argument that is a list of phrases."""
    values = rule.argument(name)
    return tuple(str(value) for value in values) if isinstance(values, tuple) else ()


def _at(spot: Spot, key: str, index: int) -> tuple[Path, str]:
    return (*spot.path, spot.rule.operator, key, index), spot.about


def _finders(phrases: Sequence[str], language: str) -> PhraseSet:
    return PhraseSet(compile_phrase(phrase, language) for phrase in dict.fromkeys(phrases))


def _found_by_others(written: Written, spot: Spot, ways: dict[str, tuple[Tokens, ...] | None]) -> Iterator[Finding]:
    """Phrases that are found by other phrases of the same rule in every way they can be said."""
    listed = strings(spot.rule, "phrases")
    finders = _finders(listed, written.form.language)
    idle: set[str] = set()
    for index, phrase in enumerate(listed):
        if phrase in listed[:index]:
            text = f"the phrase «{short(phrase)}» stands here twice"
            yield written.finding("warning", "twice", _at(spot, "phrases", index), text, "keep one")
            continue
        by = _covering(ways[phrase] or (), finders, {phrase, *idle})
        if by:
            idle.add(phrase)
            text = f"«{short(phrase)}» adds nothing: «{short(_fewest(by))}» finds it too"
            fix = "remove it, unless its longer quote is wanted"
            yield written.finding("info", "covered", _at(spot, "phrases", index), text, fix)


def _covering(ways: Iterable[Tokens], finders: PhraseSet, but: set[str]) -> list[set[str]]:
    """What finds each way a phrase can be said; nothing when one way is found by nothing."""
    found = []
    for way in ways:
        by = {match.pattern for match in finders.find_each(way)} - but
        if not by:
            return []
        found.append(by)
    return found


def _fewest(by: list[set[str]]) -> str:
    """The phrase that covers most, to be named."""
    names = sorted({name for names in by for name in names})
    return max(names, key=lambda name: sum(name in names for names in by))


def _cancelled(written: Written, spot: Spot, ways: dict[str, tuple[Tokens, ...] | None]) -> Iterator[Finding]:
    """Phrases that an exception always cancels."""
    unless = strings(spot.rule, "unless")
    if not unless:
        return
    finders = _finders(unless, written.form.language)
    lost = [phrase for phrase, said in ways.items() if said and _covering(said, finders, set())]
    if len(lost) == len(ways):
        text = "unless cancels every phrase of this rule: it never finds anything"
        at = ((*spot.path, spot.rule.operator, "unless"), spot.about)
        yield written.finding("error", "cancelled", at, text, "make the exceptions narrower")
        return
    listed = strings(spot.rule, "phrases")
    for phrase in lost:
        text = f"unless always cancels «{short(phrase)}»"
        fix = "remove the phrase or make the exception narrower"
        yield written.finding("warning", "cancelled", _at(spot, "phrases", listed.index(phrase)), text, fix)


def _too_general(written: Written, spot: Spot, ways: dict[str, tuple[Tokens, ...] | None]) -> Iterator[Finding]:
    """Single common words, looked for everywhere; in a window «да» may be an answer."""
    everywhere = spot.rule.argument("where", WHOLE) == WHOLE
    common = COMMON.get(written.form.language, COMMON["en"])
    for index, phrase in enumerate(strings(spot.rule, "phrases") if everywhere else ()):
        single = {way[0].text.lower() for way in ways[phrase] or () if len(way) == 1}
        words = single & common
        if words and 2 * len(words) >= len(single):  # one such word among many is part of a class, as of questions
            text = f"«{short(phrase)}» is found wherever «{min(words)}» is said"
            fix = "ask for more words, or look only beside something with where"
            yield written.finding("warning", "too_general", _at(spot, "phrases", index), text, fix)


def _twice_in_braces(written: Written, spot: Spot) -> Iterator[Finding]:
    """The same alternative written twice inside one phrase."""
    for key in ("phrases", "unless"):
        for index, phrase in enumerate(strings(spot.rule, key)):
            if double := _double(grammar.parse(phrase)):
                text = f"an alternative stands twice in «{short(phrase)}»: {double}"
                yield written.finding("warning", "twice", _at(spot, key, index), text, "keep one")


def _double(sequence: grammar.Sequence) -> str | None:
    for part in sequence.parts:
        if isinstance(part, grammar.Choice):
            doubles = [option for option in part.options if part.options.count(option) > 1]
            if doubles:
                return " ".join(p.text for p in doubles[0].parts if isinstance(p, grammar.Text)) or "the same part"
            found = next((double for option in part.options if (double := _double(option))), None)
            if found:
                return found
    return None


def for_and_against(written: Written) -> Iterator[Finding]:
    """The same words in the same place fulfil a criterion and break it."""
    for path, criterion in written.criteria():
        if criterion.met_when is not None and criterion.not_met_when is not None:
            yield from _against(written, (path, criterion))


def _against(written: Written, at: tuple[Path, Criterion]) -> Iterator[Finding]:
    path, criterion = at
    done: dict[object, list[str]] = defaultdict(list)
    for spot in _asserted(written, Spot((*path, "met_when"), criterion.met_when or Rule("all"), criterion.id)):
        done[_whose(spot.rule)] += strings(spot.rule, "phrases")
    for spot in _asserted(written, Spot((*path, "not_met_when"), criterion.not_met_when or Rule("all"), criterion.id)):
        finders = _finders(done[_whose(spot.rule)], written.form.language)
        for index, phrase in enumerate(strings(spot.rule, "phrases")):
            by = _covering(expansions(phrase, written.form.language) or (), finders, set())
            if by and not strings(spot.rule, "unless"):
                text = f"«{short(phrase)}» breaks the criterion, and «{short(_fewest(by))}» in met_when fulfils it"
                place = (_at(spot, "phrases", index)[0], criterion.id)
                yield written.finding("warning", "for_and_against", place, text, "take it out of one of the two")


def _whose(rule: Rule) -> object:
    return rule.argument("by", "agent"), rule.argument("where", WHOLE)


def _asserted(written: Written, spot: Spot) -> Iterator[Spot]:
    """The said under all and any: what makes the rule yes by being said."""
    spot = written.defined(spot)
    if spot.rule.operator == "said":
        yield spot
    elif spot.rule.operator == "any":
        for part in written.parts(spot):
            yield from _asserted(written, part)
