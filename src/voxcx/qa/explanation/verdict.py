"""From the answers of its rules to the verdict: which of the ten rules of docs/forms.md decided."""

from __future__ import annotations

from collections.abc import Mapping

from voxcx.domain.qa import Criterion, CriterionResult, QaForm, Rule
from voxcx.domain.scorecard import Scorecard
from voxcx.errors import InputError
from voxcx.qa.case import Case
from voxcx.qa.compiling import CompiledForm
from voxcx.qa.explanation.records import Explanation, Step
from voxcx.qa.explanation.steps import Teller
from voxcx.qa.explanation.words import told
from voxcx.qa.rule_reader import did_you_mean, suggestion
from voxcx.qa.scene import Scene
from voxcx.qa.scoring import score_form

Parts = tuple[tuple[str, Step], ...]


def explain(form: QaForm, criterion_id: str, case: Case, names: Mapping[Rule, str]) -> Explanation:
    """Why this criterion came out so on this case; InputError for a criterion that the form does not have."""
    criterion = criterion_of(form, criterion_id)
    scorecard = score_form(form, case)
    result = next(one for one in scorecard.results if one.criterion.id == criterion_id)
    rules = asked_rules(form, criterion)
    teller = Teller(CompiledForm(form).compiler, Scene(form, case), names, [rule for _, rule in rules])
    parts = tuple((key, teller.step(rule)) for key, rule in rules)
    number = _decided_at(criterion, result, dict(parts), scorecard)
    unsure = number == 9 and result.verdict == "undecided"
    how = told(form.language, "9_unsure" if unsure else str(number), mode=criterion.mode)
    return Explanation(form, criterion, result, number, how, parts)


def criterion_of(form: QaForm, criterion_id: str) -> Criterion:
    """The criterion of that id, or InputError with the nearest one."""
    ids = [criterion.id for criterion in form.criteria]
    if criterion_id not in ids:
        close = did_you_mean(suggestion(criterion_id, ids))
        raise InputError(
            f"Criterion {criterion_id!r}: the form {form.id}.v{form.version} has none of this id{close}; "
            f"expected one of {', '.join(ids)}."
        )
    return form.criteria[ids.index(criterion_id)]


def asked_rules(form: QaForm, criterion: Criterion) -> list[tuple[str, Rule]]:
    """The rules by key, in the order they are asked; levels of a scale as ``scale 1`` and on."""
    keyed = [("excluded_when", form.excluded_when), ("applies_when", criterion.applies_when)]
    keyed += [("not_met_when", criterion.not_met_when), ("met_when", criterion.met_when)]
    keyed += [(f"scale {k}", level.when) for k, level in enumerate(criterion.scale, 1)]
    return [(key, rule) for key, rule in keyed if rule is not None]


def _decided_at(criterion: Criterion, result: CriterionResult, parts: dict[str, Step], card: Scorecard) -> int:
    """The number of the rule that decided; 10 where the check of quotes took the answer back."""
    answers = {key: step.answer for key, step in parts.items()}
    if answers.get("applies_when", True) is not True or result.verdict == "not_applicable":
        everything = all(one.verdict == "not_applicable" for one in card.results)
        return 1 if everything and answers.get("applies_when", True) is not False else 2
    if criterion.mode in {"flag", "human"}:
        return 3
    number, verdict = _by_rules(criterion, answers)
    clean = number == 9 and criterion.mode == "error"
    return number if result.verdict == verdict or clean else 10


def _by_rules(criterion: Criterion, answers: Mapping[str, bool | None]) -> tuple[int, str]:
    """Rules 4 to 9: the number and the verdict before the check of quotes."""
    error = answers.get("not_met_when", False)
    levels = [answer for key, answer in answers.items() if key.startswith("scale")]
    done = answers.get("met_when", _reached(levels))
    has_error, has_done = criterion.not_met_when is not None, criterion.met_when is not None or bool(levels)
    if error:
        return 4, "not_met"
    if done:
        return 5, "met"
    if not has_error:
        return 6, "not_met" if done is False else "undecided"
    if error is None:
        return 7, "undecided"
    return (8, "undecided") if has_done else (9, "met")


def _reached(levels: list[bool | None]) -> bool | None:
    """Of a scale: the first level that is not a plain no."""
    return next((answer for answer in levels if answer is not False), False)
