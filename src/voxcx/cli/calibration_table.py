"""A calibration as tables of 80 columns, every figure with its interval and what it means."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxcx.calibrating import Calibration, CriterionFigures
    from voxcx.qa.agreement.bias import Bias
    from voxcx.qa.agreement.figures import Figure

WIDTH = 80
NAME = 26
SHOWN_LOOKS = 20
DEFINITIONS = """\
An error is a criterion that was not met; not applicable is no error. [low high]: 95 % interval.
n: interactions that both decided, met or not met. agree: the same verdict, of n. κ (Cohen): agreement beyond chance, \
1 is perfect, 0 is chance; low when errors are rare, however well both agree. AC1 (Gwet): the same with a chance that \
rare errors do not inflate. α (Krippendorff): people among themselves, low when errors are rare, too: see their AC1.
precision: of the machine's errors, people's errors too. recall: of people's errors where the machine decided, those \
it found. of all: of all people's errors; undecided counts as not found. clean: of what people call no error, what the \
machine calls none either (specificity).
n.a. both / machine / people: not applicable for both, or for one of them while the other said met or not met.
sample still needed: interactions to mark at random beyond those marked, until the figure is known to ± 5 or ± 10 \
points; – where no error was seen, so that nobody can say."""


def told(made: Calibration) -> list[str]:
    """The whole answer as lines."""
    lines = [f"{', '.join(made.forms)} beside people: {made.marks} marks of {made.interactions} interactions"]
    lines += [f"Figures from {made.basis}" + (f"; {made.picked} picked marks left out" if made.picked else "")]
    for part in (_agreement, _errors, _open, _samples, _critical, _people, _versions, _looks):
        block = list(part(made))
        lines += ["", *block] if block else []
    notes = [line for note in made.notes for line in wrapped(f"· {note}", 2)]
    words = [line for text in DEFINITIONS.splitlines() for line in wrapped(text, 2)]
    return [*lines, *(["", "Mind", *notes] if notes else []), "", "What the figures mean", *words]


def wrapped(text: str, indent: int) -> list[str]:
    """Lines of at most 80 columns."""
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))


def short(figure: Figure) -> str:
    """A share with its interval in 13 columns: ``.94 [.88 .97]``."""
    if figure.value is None:
        return "–"
    ends = "" if figure.low is None or figure.high is None else f" [{_two(figure.low)} {_two(figure.high)}]"
    return f"{_two(figure.value)}{ends}"


def _two(value: float) -> str:
    """Two decimals without the nought before them; a whole one has one."""
    text = f"{value:.1f}" if abs(value) > 0.995 else f"{value:.2f}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _name(one: CriterionFigures) -> str:
    mark = "" if one.severity == "plain" else " !"
    return f"{one.criterion[: NAME - 2]}{mark}".ljust(NAME)


def _judged(made: Calibration) -> list[CriterionFigures]:
    """Criteria that the machine judges at all."""
    return [one for one in made.criteria if one.mode not in {"human", "flag"}]


def _agreement(made: Calibration) -> Iterator[str]:
    yield f"{'Agreement   (! critical)':<{NAME}}{'n':>5} {'agree':>15}{'κ':>16}{'AC1':>16}"
    for one in _judged(made):
        known = one.agreement
        row = f"{known.agreement.n:>5} {short(known.agreement):>15}{short(known.kappa):>16}{short(known.ac1):>16}"
        yield _name(one) + row
    undefined = [one.criterion for one in _judged(made) if one.agreement.kappa.value is None and one.agreement.kappa.n]
    if undefined:
        yield from wrapped(f"no κ, since only one verdict occurs: {', '.join(undefined)}", 2)


def _errors(made: Calibration) -> Iterator[str]:
    yield f"{'Errors':<{NAME}}{'people':>7}{'precision':>15}{'recall':>15}{'of all':>15}"
    for one in _judged(made):
        known = one.agreement
        row = f"{known.recall_of_all.n:>7}{short(known.precision):>15}{short(known.recall):>15}"
        yield f"{_name(one)}{row}{short(known.recall_of_all):>15}"
    yield ""
    yield f"{'Errors in a hundred':<{NAME}}{'people':>15}{'machine':>15}{'clean':>15}"
    for one in _judged(made):
        known = one.agreement
        rates = f"{_percent(known.error_rate):>15}{_percent(known.machine_error_rate):>15}"
        yield f"{_name(one)}{rates}{short(known.specificity):>15}"


def _percent(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return f"{100 * figure.value:.0f} [{100 * figure.low:.0f} {100 * figure.high:.0f}]"


def _open(made: Calibration) -> Iterator[str]:
    yield f"{'Undecided by the machine':<{NAME}}{'in 100':>12} {'people there':<15}{'n.a. both/machine/people':>25}"
    for one in made.criteria:
        known, matrix = one.agreement, one.agreement.matrix
        said = known.undecided_by_people
        there = ", ".join(f"{n} {SAID[verdict]}" for verdict, n in said.items())
        none = matrix["not_applicable"]
        only_machine = matrix["met"]["not_applicable"] + matrix["not_met"]["not_applicable"]
        inapplicable = f"{none['not_applicable']} / {only_machine} / {none['met'] + none['not_met']}"
        yield f"{_name(one)}{_percent(known.undecided):>12} {there:<26}{inapplicable:>14}"


SAID = {"met": "met", "not_met": "errors", "not_applicable": "n.a."}


def _samples(made: Calibration) -> Iterator[str]:
    yield f"{'Sample still needed':<{NAME}}{'precision ±5':>13}{'±10':>10}{'recall ±5':>16}{'±10':>10}"
    for one in _judged(made):
        precision, recall = (
            [one.more if one.seen else "–" for one in wanted]
            for wanted in (one.agreement.for_precision, one.agreement.for_recall)
        )
        yield f"{_name(one)}{precision[0]:>13}{precision[1]:>10}{recall[0]:>16}{recall[1]:>10}"


def _critical(made: Calibration) -> Iterator[str]:
    known = {kind: one for kind, one in made.critical.items() if one.criteria}
    if not known:
        return
    yield f"{'Critical errors':<15}{'n':>5}{'sensitivity':>15}{'specificity':>15}{'people':>14}{'machine':>14}"
    for kind, one in known.items():
        row = f"{one.interactions:>5}{short(one.sensitivity):>15}{short(one.specificity):>15}"
        yield f"{kind:<15}{row}{_percent(one.prevalence):>14}{_percent(one.machine_prevalence):>14}"
    yield from wrapped(
        "per interaction: at least one error of the kind, seen by people and by the machine; both rates in a hundred", 2
    )
    for kind, one in known.items():
        if one.not_marked:
            yield from wrapped(f"{kind}: nobody marked {', '.join(one.not_marked)}", 2)
        if one.incomplete:
            yield from wrapped(f"{kind}: {one.incomplete} interactions left out, not every criterion was decided", 2)


def _people(made: Calibration) -> Iterator[str]:
    alone = all(one.people_ac1.value is None for one in made.criteria)
    if not alone:
        yield f"{'People among themselves':<{NAME}}{'n':>5}{'α':>18}{'AC1':>18}"
        yield from (
            f"{_name(one)}{one.people_ac1.n:>5}{short(one.people_alpha):>18}{short(one.people_ac1):>18}"
            for one in made.criteria
        )
    if made.biases:
        yield from ([] if alone else [""])
        yield f"{'Evaluator':<18}{'marks':>6}{'errors':>8}{'others':>8}{'difference':>18}{'believed':>10}{'needs':>8}"
        yield from (_bias(one) for one in made.biases)
        against = {one.against for one in made.biases}
        beside = "other people" if against == {"people"} else "the machine" if against == {"machine"} else "both"
        text = f"errors in a hundred, beside {beside} on the same interactions; * beside the machine; believed: shrunk"
        yield from wrapped(f"{text} towards 0 by its own noise; needs: more interactions until it is known to ± 5", 2)


def _bias(one: Bias) -> str:
    star = "*" if one.against == "machine" else ""
    head = f"{one.evaluator[:17] + star:<18}{one.marks:>6}{100 * one.error_rate:>8.0f}{100 * one.others_rate:>8.0f}"
    if one.value is None or one.low is None or one.high is None:
        return f"{head}{'too few':>18}"
    gap = f"{_points(one.value)} [{_points(one.low)} {_points(one.high)}]"
    return f"{head}{gap:>18}{100 * (one.shrunk or 0.0):>+10.1f}{one.needed or 0:>8}"


def _points(share: float) -> str:
    """A difference of shares in whole points with its sign; no −0."""
    whole = round(100 * share)
    return f"{whole:+d}" if whole else "0"


def _versions(made: Calibration) -> Iterator[str]:
    if not made.versions:
        return
    form = ""
    yield f"{'Form version':<14}{'n':>6}{'agree':>15}{'change':>16}{'errors':>14}{'change':>15}"
    for one in made.versions:
        if one.form != form:
            form = one.form
            yield from wrapped(form, 2)
        row = f"{one.interactions:>6}{short(one.agreement):>15}{_gap(one.agreement_gap):>16}"
        yield f"{one.version[:13]:<14}{row}{_percent(one.error_rate):>14}{_gap(one.error_gap):>15}"
    yield from wrapped(
        "of all criteria together, people's errors in a hundred; change: in points, against the form's one before", 2
    )


def _gap(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    return f"{_points(figure.value)} [{_points(figure.low)} {_points(figure.high)}]"


def _looks(made: Calibration) -> Iterator[str]:
    if made.look_next:
        yield f"To look at next ({len(made.look_next)}; --sheet writes them down)"
    for look in made.look_next[:SHOWN_LOOKS]:
        yield from wrapped(f"{look.interaction}  {look.reason}", 2)
    if len(made.look_next) > SHOWN_LOOKS:
        yield f"  … and {len(made.look_next) - SHOWN_LOOKS} more"
