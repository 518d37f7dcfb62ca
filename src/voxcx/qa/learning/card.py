"""The card of a trained criterion, for people, and the same figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from voxcx.qa.agreement.figures import Figure
from voxcx.qa.learning.examples import Examples
from voxcx.qa.learning.figures import Figures
from voxcx.qa.learning.judge import TrainedCriterion
from voxcx.qa.learning.study import Study

DIGITS = 6
CHANCE = 0.5  # the area of guessing


def figures_json(trained: TrainedCriterion, study: Study, examples: Examples) -> str:
    """All figures in a stable order."""
    errors = sum(examples.errors)
    record = {
        "criterion": trained.criterion,
        "by": trained.by,
        "language": trained.language,
        "kinds": trained.kinds,
        "target": trained.target,
        "interactions": {"met": len(examples.examples) - errors, "not_met": errors},
        "left_out": dict(examples.left_out),
        "days": days(examples),
        "people": sorted({name for one in examples.examples for name in one.judged.verdicts}),
        "folds_keep_together": examples.grouped_by,
        "folds_known": examples.known,
        "groups": len(set(examples.groups)),
        "queues": list(trained.queues),
        "new_queue": study.new_queue,
        "terms": len(trained.terms),
        "strength": study.strength,
        "calibration": trained.calibration.kind,
        "area": study.area,
        "abstains_everywhere": abstains(trained),
        "targets": {
            f"{target:g}": {"figures": at.figures, "silent": dict(at.silent), "thresholds": trained.thresholds[target]}
            for target, at in study.targets.items()
        },
        "baselines": dict(study.baselines),
        "evaluators": dict(study.evaluators),
        "strongest": {name: [list(one) for one in terms] for name, terms in study.strongest.items()},
    }
    return json.dumps(_plain(record), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def abstains(trained: TrainedCriterion) -> bool:
    """At its usual target it never gives a verdict."""
    at = trained.thresholds[trained.target]
    return at.met is None and at.not_met is None


def days(examples: Examples) -> list[str]:
    """The first and the last day of the interactions; empty where none is known."""
    known = sorted(one.judged.day for one in examples.examples if one.judged.day)
    return [known[0], known[-1]] if known else []


def write_card(trained: TrainedCriterion, study: Study, examples: Examples) -> str:
    """CARD.md."""
    parts = [
        f"# Trained criterion: {trained.criterion}",
        _what(trained, study),
        _from(trained, examples),
        "## Measured on interactions that it did not learn from",
        _measured(trained, study, examples),
        _other_targets(trained, study),
        _people(study),
        "## What it goes by",
        _terms(study),
        "## Limits",
        _limits(trained, examples),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _what(trained: TrainedCriterion, study: Study) -> str:
    silent = study.targets[trained.target].silent
    if abstains(trained):
        told = "**It abstains everywhere.** Neither verdict was shown to be right often enough, so it gives none."
    elif silent:
        told = f"It never says `{next(iter(silent))}`: that verdict was not shown to be right often enough."
    else:
        told = "It says `met`, `not_met`, or nothing where it is not sure."
    low, guess = study.area.low, ""
    if low is None or low <= CHANCE:
        guess = " It tells errors apart no better than chance on this data."
    return f"{told}{guess} A verdict is given where its precision was shown to reach {trained.target:g}."


def _from(trained: TrainedCriterion, examples: Examples) -> str:
    errors = sum(examples.errors)
    met = len(examples.examples) - errors
    people = sorted({name for one in examples.examples for name in one.judged.verdicts})
    named = [name for name in people if name]
    known = "" if examples.known == 1 else f"; known for {examples.known:.0%}, the others may share folds"
    lines = [
        "## Learned from",
        "",
        f"- interactions: {met} met, {errors} not met ({_kinds(trained)}, {trained.language})",
        *(f"- left out: {count} ({why})" for why, count in examples.left_out.items()),
        f"- marked by: {', '.join(named) if named else 'people whose names the file does not give'}",
        f"- words of: {trained.by}",
        f"- days: {' to '.join(days(examples)) or 'not known'}",
        f"- folds keep together: {examples.grouped_by} ({len(set(examples.groups))} groups{known})",
    ]
    return "\n".join(lines)


def _kinds(trained: TrainedCriterion) -> str:
    return " and ".join(f"{kind}s" for kind in trained.kinds) or "kind not known"


HEADER = (
    "| judge | precision of errors | recall of errors | precision of met | recall of met | decided | κ |\n"
    "|---|---|---|---|---|---|---|"
)


def row(name: str, figures: Figures) -> str:
    """One judge's line of a table."""
    kappa = "–" if figures.kappa is None else f"{figures.kappa:.2f}"
    cells = (figures.precision, figures.recall, figures.met_precision, figures.met_recall, figures.decided)
    return f"| {name} | {' | '.join(map(cell, cells))} | {kappa} |"


def cell(figure: Figure) -> str:
    """A share with its interval and what it was counted from.

    >>> from voxcx.qa.agreement.figures import share
    >>> cell(share(8, 10)), cell(share(0, 0))
    ('0.80 [0.49, 0.94] (8/10)', '–')
    """
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    counted = "" if figure.hits is None else f" ({figure.hits}/{figure.n})"
    return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]{counted}"


def _measured(trained: TrainedCriterion, study: Study, examples: Examples) -> str:
    lines = [HEADER, row("trained", study.targets[trained.target].figures)]
    if study.new_queue is not None:
        lines.append(row("trained, queue not learned from", study.new_queue))
    lines += [row(name, figures) for name, figures in study.baselines.items()]
    ruled = sum(one.judged.machine is not None for one in examples.examples)
    about = f" The form's rule judged {ruled} of these interactions." if ruled else ""
    return (
        "\n".join(lines) + "\n\nAn error is `not_met`. In brackets: 95 % (Wilson), then counts. An undecided error is "
        f"not found. κ (Cohen) is over what was decided.{about}\n\n"
        f"Area under the ROC curve, all interactions: {cell(study.area)} (0.5 is guessing)."
    )


def _other_targets(trained: TrainedCriterion, study: Study) -> str:
    lines = [
        "Other targets (`at` of the operator):",
        "",
        "| target | precision of errors | recall of errors | precision of met | decided |",
        "|---|---|---|---|---|",
    ]
    for target, at in study.targets.items():
        figures = at.figures
        cells = (figures.precision, figures.recall, figures.met_precision, figures.decided)
        mark = " (usual)" if target == trained.target else ""
        lines.append(f"| {target:g}{mark} | {' | '.join(map(cell, cells))} |")
    return "\n".join(lines)


def _people(study: Study) -> str:
    named = {name: figures for name, figures in study.evaluators.items() if name}
    if not named:
        return ""
    lines = ["Beside each person's own marks:", "", HEADER, *(row(name, figures) for name, figures in named.items())]
    return "\n".join(lines)


def _terms(study: Study) -> str:
    def listed(terms: list[tuple[str, float]]) -> str:
        return ", ".join(f"{term} ({push:+.2f})" for term, push in terms) or "nothing"

    return (
        f"Towards an error: {listed(list(study.strongest['not_met']))}.\n\n"
        f"Towards met: {listed(list(study.strongest['met']))}.\n\n"
        "Words stand in their normal form; the number is coefficient × spread of the term. Read the list: a "
        "name of a product, a month or a campaign in it means that it learned the occasion and not the criterion."
    )


LIMITS = """\
- It knows words and neighbours of words: no tone of voice, no pauses, no order of things, no facts.
- It holds for interactions like these: the same centre, language, form and manner of marking. Elsewhere measure it
  again (`voxcx qa calibrate`): on real chats a criterion did not carry over from one company to another.
- It is silent on another kind of contact than {kinds}, and where it knows fewer than {known:.0%} of the words.
- {queues}
- The figures are of the procedure, each fold with thresholds of its own; the thresholds in use come from all
  interactions. A verdict is switched off by the same held-out figures, so a precision just above its target is a little
  flattered.
- The marked interactions are taken for a fair sample. Where hard cases were picked, precision on all calls differs."""
FLATTERED = {
    "interaction": "- Agents and customers are not known or too few: folds may share them, so the figures may flatter.",
    "customer": "- Agents are not known or too few: folds may share them, so the figures may flatter.",
}


def _queues(trained: TrainedCriterion) -> str:
    if not trained.queues:
        return "It judges in every queue."
    named = ", ".join(name or "(queue not known)" for name in trained.queues)
    return f"It was not shown to carry over to a queue it did not learn from, so it judges in these alone: {named}."


def _limits(trained: TrainedCriterion, examples: Examples) -> str:
    told = LIMITS.format(kinds=_kinds(trained), known=trained.least_known, queues=_queues(trained))
    flattered = FLATTERED.get(examples.grouped_by)
    return f"{told}\n{flattered}" if flattered else told
