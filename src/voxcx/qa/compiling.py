"""A form's rules made ready to run: every distinct rule and phrase once, however often it is used."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.qa import Criterion, Judge, QaForm, Rule
from voxcx.language.automaton import Tolerant
from voxcx.qa.outcome import Outcome
from voxcx.qa.phrasing import Finder, Phrasebook
from voxcx.qa.rules.catalogue import OPERATORS
from voxcx.qa.rules.search import Search
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate

KEPT_FORMS = 256


class Compiler:
    """Builds evaluators; equal rules share one, and its outcome is computed once per interaction."""

    def __init__(self, language: str, *, tolerant: bool = False) -> None:
        self.language = language
        self.book = Phrasebook(language)
        self.tolerant = tolerant
        self._evaluators: dict[Rule, Evaluate] = {}
        self._bare: dict[Rule, Evaluate] = {}

    def compile(self, rule: Rule) -> Evaluate:
        """The evaluator of a rule."""
        if rule not in self._evaluators:
            evaluate = OPERATORS[rule.operator].build(rule, self)
            self._bare[rule] = evaluate
            self._evaluators[rule] = _once(len(self._evaluators), evaluate)
        return self._evaluators[rule]

    def alone(self, criterion: Criterion) -> Search | None:
        """The search that alone decides a criterion; None where anything else has a say."""
        only = [rule for rule in (criterion.met_when, criterion.not_met_when) if rule is not None]
        if criterion.applies_when or criterion.scale or criterion.mode != "full" or len(only) != 1:
            return None
        search = self._bare[only[0]]
        return search if isinstance(search, Search) else None

    def ready(self, rule: Rule | None) -> Evaluate | None:
        """The evaluator of a rule that may be absent."""
        return None if rule is None else self.compile(rule)

    def finder(self, phrases: tuple[str, ...], *, tolerant: bool | None = None) -> Finder:
        """Finds any of the phrases in an interaction, as the form says or as the rule itself does also misheard."""
        asked: Tolerant = "exact_too" if tolerant else "no"
        mode: Tolerant = asked if tolerant is not None else ("words" if self.tolerant else "no")
        number = self.book.add(phrases, mode)
        return Finder(frozenset(phrases), self.book, number, mode)


def _once(key: int, evaluate: Evaluate) -> Evaluate:
    def remembered(scene: Scene) -> Outcome:
        memo = scene.memo
        if key not in memo:
            memo[key] = evaluate(scene)
        return memo[key]

    return remembered


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion with its evaluators."""

    criterion: Criterion
    applies: Evaluate | None
    met: Evaluate | None
    not_met: Evaluate | None
    scale: tuple[Evaluate, ...]
    judge: Judge
    by_words: bool  # only words can show its error, no facts or figures
    alone: Search | None  # the one search that decides it


class CompiledForm:
    """The evaluators of a form; hold it as long as the form is used."""

    def __init__(self, form: QaForm) -> None:
        compiler = Compiler(form.language, tolerant=form.tolerant)

        self.form = form
        self.book = compiler.book
        self.compiler = compiler  # who explains a verdict asks for each rule under it
        self.excluded = compiler.ready(form.excluded_when)
        self.sections = tuple(
            (section, tuple(self._line(criterion, compiler) for criterion in section.criteria))
            for section in form.sections
        )

    @staticmethod
    def _line(criterion: Criterion, compiler: Compiler) -> Line:
        return Line(
            criterion,
            compiler.ready(criterion.applies_when),
            compiler.ready(criterion.met_when),
            compiler.ready(criterion.not_met_when),
            tuple(compiler.compile(level.when) for level in criterion.scale),
            judge_of(criterion),
            kinds_of(criterion) == {"rule"},
            compiler.alone(criterion),
        )

    def search(self, scene: Scene) -> None:
        """Look for every phrase of the form in what was said; rules then pick their finds."""
        if scene.found is None:
            self.book.found(scene)


_KEPT: dict[int, CompiledForm] = {}


def compile_form(form: QaForm) -> CompiledForm:
    """The evaluators of a form, kept for the forms used last.

    Kept by identity: hashing a whole form for each of a million chats would cost more than many of its rules. The
    kept record holds the form itself, so that its id stays its own.
    """
    kept = _KEPT.pop(id(form), None) or CompiledForm(form)
    while len(_KEPT) >= KEPT_FORMS:
        _KEPT.pop(next(iter(_KEPT)), None)
    _KEPT[id(form)] = kept  # at the end: the first is the one that was not used for longest
    return kept


def judge_of(criterion: Criterion) -> Judge:
    """What the criterion's verdict rests on: the one kind of fact that its rules look at, else ``rule``."""
    kinds = kinds_of(criterion)
    return kinds.pop() if len(kinds) == 1 else "rule"


def kinds_of(criterion: Criterion) -> set[Judge]:
    """The kinds of fact that the criterion's rules look at."""
    return {judge for rule in _ruled(criterion) for judge in _judges(rule)}


def _ruled(criterion: Criterion) -> list[Rule]:
    rules = (criterion.met_when, criterion.not_met_when, *(level.when for level in criterion.scale))
    return [rule for rule in rules if rule is not None]


def _judges(rule: Rule) -> set[Judge]:
    if rule.rules:
        return {judge for part in rule.rules for judge in _judges(part)}
    return {OPERATORS[rule.operator].judge}
