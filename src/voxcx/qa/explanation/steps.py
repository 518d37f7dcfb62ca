"""The rule tree of a criterion, answered node by node by the same evaluators that gave the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path

from voxcx.domain.qa import Rule
from voxcx.domain.transcript import Word
from voxcx.qa.compiling import Compiler
from voxcx.qa.explanation.misses import near_misses, passed_over, phrases_of
from voxcx.qa.explanation.records import Looked, Step
from voxcx.qa.explanation.words import TEXTS, told
from voxcx.qa.outcome import Outcome
from voxcx.qa.phrasing import Saying
from voxcx.qa.regions import with_times, words_in
from voxcx.qa.resolving import resolve
from voxcx.qa.rules.catalogue import OPERATORS
from voxcx.qa.rules.said import evaluator, saying
from voxcx.qa.rules.search import Search, window_of
from voxcx.qa.rules.trained import Located
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Anchor, Region, Window
from voxcx.qa.wording import named

SHOWN_PHRASES = 3
LONGEST_PHRASE = 60
EDGE_WORDS = 8  # words shown from each end of what was searched
MOST_FOUND = 4
EVENT_WORDS = frozenset(
    {"by", "at_least", "min_s", "yielded", "owed_by", "per_minutes", "without_before", "without_after"}
)


class Teller:
    """Explains rules of one form on one scene. ``names``: rules that the form defines → their names."""

    def __init__(self, compiler: Compiler, scene: Scene, names: Mapping[Rule, str], rules: Iterable[Rule]) -> None:
        self.compiler = compiler
        self.scene = scene
        self.names = names
        self.language = scene.form.language
        self._told: set[Rule] = set()
        self._searches: dict[Rule, Search | None] = {}
        self._sayings: dict[Rule, Saying] = {}
        for rule in rules:
            self._prepare(rule)

    def step(self, rule: Rule) -> Step:
        """A rule and all under it; a definition in full the first time only."""
        outcome = self.compiler.compile(rule)(self.scene)
        if rule in self._told:
            asks = told(self.language, "above")
            return Step(rule.operator, asks, outcome.truth, reason=outcome.reason, name=self.names.get(rule))
        if rule in self.names:
            self._told.add(rule)
        step = Step(
            rule.operator,
            asked(rule, self.language),
            outcome.truth,
            reason=outcome.reason if outcome.truth is None else None,
            name=self.names.get(rule),
        )
        if rule.rules:
            return replace(step, steps=tuple(self.step(part) for part in rule.rules))
        found = tuple(place.evidence for place in outcome.places[:MOST_FOUND])
        search = self._searches[rule]
        if search is None:
            return replace(step, found=found, notes=outcome.notes)
        return self._searched(replace(step, found=found), rule, outcome, search)

    def _prepare(self, rule: Rule) -> None:
        """Build what looks for words before anything is looked for: all phrases are found in one pass."""
        if rule in self._searches:
            return
        self.compiler.compile(rule)
        self._searches[rule] = self._search(rule)
        if rule.operator in {"said", "said_not"}:
            self._sayings[rule] = saying(rule, self.compiler)
        for part in rule.rules:
            self._prepare(part)
        for _, anchor in window_of(rule).anchors:
            self._prepare(anchor.rule)

    def _search(self, rule: Rule) -> Search | None:
        """The rule as a search for words; None where it is another kind."""
        if rule.operator in {"said", "said_not"}:
            return evaluator(rule, self.compiler)
        built = OPERATORS[rule.operator].build(rule, self.compiler)
        return built if isinstance(built, Search) else None

    def _searched(self, step: Step, rule: Rule, outcome: Outcome, search: Search) -> Step:
        if self.scene.distrust(search.by) or self.scene.foreign:
            return step
        region = resolve(search.window, search.by, self.scene, search.anchors)
        anchors = tuple(self._anchor(anchor.name, anchor.rule) for anchor, _ in search.anchors)
        if region.missing:
            return replace(step, notes=(region.missing,), steps=anchors)
        step = replace(step, looked=looked(region, search.by, self.scene), steps=anchors)
        if rule in self._sayings:
            counted = [place for place in outcome.places if place.quote]
            step = replace(step, passed=passed_over(self._sayings[rule], region, counted, self.scene))
        if not step.found:
            step = replace(step, near=near_misses(phrases_of(rule), search.by, region, self.scene))
        return step

    def _anchor(self, name: str, rule: Rule) -> Step:
        """What the window is measured from."""
        return replace(self.step(rule), name=name)


def looked(region: Region, by: str, scene: Scene) -> Looked:
    """Where was looked, and the words there."""
    words = words_in(region, by, scene)
    return Looked(with_times(region, scene), len(words), _shortened(words))


def _shortened(words: list[Word]) -> str:
    texts = [word.text for word in words]
    if len(texts) <= 2 * EDGE_WORDS + 2:
        return " ".join(texts)
    return " ".join((*texts[:EDGE_WORDS], "…", *texts[-EDGE_WORDS:]))


def asked(rule: Rule, language: str) -> str:
    """A rule in words."""
    operator = rule.operator
    if rule.rules:
        return told(language, operator, n=rule.argument("n"), of=len(rule.rules))
    if texts := phrases_of(rule):
        text = told(
            language, operator, who=told(language, str(rule.argument("by", "agent"))), what=_listed(texts, language)
        )
        least = int(str(rule.argument("at_least", 1)))
        return f"{text}, {told(language, 'times', n=least)}" if least > 1 else text
    if operator == "event":
        return told(language, operator, what=_event(rule, language))
    if operator == "feature" and rule.argument("value") is not None:
        what = f"{rule.argument('name')} {rule.argument('op')} {rule.argument('value')}"
        return told(language, operator, what=what)
    if operator == "metadata":
        return told(language, operator, what=_fact(rule, language))
    what = ", ".join(f"{name} = {_shown(value, language)}" for name, value in rule.arguments)
    return told(language, operator if operator in TEXTS["en"] else "other", operator=operator, what=what)


def _listed(texts: tuple[str, ...], language: str) -> str:
    shown = ", ".join(f"«{_cut(text)}»" for text in texts[:SHOWN_PHRASES])
    rest = len(texts) - SHOWN_PHRASES
    return f"{shown} {told(language, 'more', n=rest)}" if rest > 0 else shown


def _event(rule: Rule, language: str) -> str:
    """An event's kind, and what else it must be."""
    parts = [named(language, str(rule.argument("kind")))]
    for name, value in rule.arguments:
        what = _listed(phrases_of(value), language) if isinstance(value, Rule) else _shown(value, language)
        if name in {"by", "owed_by", "speech_of"}:
            what = told(language, str(value))
        if name != "kind":
            parts.append(told(language, f"event_{name}", what=what) if name in EVENT_WORDS else f"{name} = {what}")
    return ", ".join(parts)


def _fact(rule: Rule, language: str) -> str:
    """A field's name and its test."""
    name = named(language, str(rule.argument("field")))
    parts = [
        told(language, {"at_least": "least"}.get(test, test), name=name, what=_shown(value, language))
        for test, value in rule.arguments
        if test in {"equals", "one_of", "at_least", "known"}
    ]
    if (missing := rule.argument("if_missing")) in {"yes", "no"}:
        parts.append(told(language, "if_missing", what=told(language, str(missing))))
    return ", ".join(parts)


def _shown(value: object, language: str) -> str:
    if isinstance(value, Window):
        return _window(value)
    if isinstance(value, Located):
        return Path(value.folder).name
    if isinstance(value, bool):
        return told(language, "yes" if value else "no")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(_cut(str(one)) for one in value[:SHOWN_PHRASES])
    return _cut(str(value))


def _window(window: Window) -> str:
    """A window by its keys, for rules that are not told word by word."""
    parts = [(field.name, getattr(window, field.name)) for field in fields(window)]
    known = [(name, value.name if isinstance(value, Anchor) else value) for name, value in parts if value is not None]
    return "; ".join(f"{name} {value}" for name, value in known if (name, value) != ("of", "speech"))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_PHRASE else f"{text[: LONGEST_PHRASE - 1]}…"
