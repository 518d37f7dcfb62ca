"""``voxcx evaluate``: how good a model is on new answers, whether another is better, whether the world has moved."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.storage.paths import usable

if TYPE_CHECKING:
    from voxcx.csi.evaluation.comparison import Comparison
    from voxcx.csi.evaluation.metrics import Figure
    from voxcx.evaluating import Evaluation

MODEL = typer.Argument(help="Model folder, the name of a shipped one, or current.", show_default=False)
RESULTS = typer.Option(
    "--results", help="Results folder that `voxcx batch` wrote.", show_default=False, parser=usable, metavar="<path>"
)
SURVEYS = typer.Option(
    "--surveys",
    help="CSV of answers; RESULTS/surveys.csv if it is there.",
    show_default=False,
    parser=usable,
    metavar="<path>",
)
AGAINST = typer.Option("--against", help="Another model, judged on the same interactions.", show_default=False)
DRIFT = typer.Option("--drift", help="Compare the interactions with the training data: is it time to retrain?")
BY = typer.Option("--by", help="CSI with error bands per agent, team, queue, language or channel.", show_default=False)
SEEN = typer.Option("--include-seen", help="Measure on interactions that the model was trained on, too.")
FORCE = typer.Option("--force", help="Show groups even by a model that was trained on simulated data.")
AS_JSON = typer.Option("--json", help="Print everything as JSON.")

VERDICTS = {"better": "better", "worse": "worse", "cannot_tell": "cannot tell"}


def evaluate(
    model: Annotated[str, MODEL],
    results: Annotated[Path, RESULTS],
    surveys: Annotated[Path | None, SURVEYS] = None,
    against: Annotated[str | None, AGAINST] = None,
    drift: Annotated[bool, DRIFT] = False,
    by: Annotated[str | None, BY] = None,
    include_seen: Annotated[bool, SEEN] = False,
    force: Annotated[bool, FORCE] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Measure a satisfaction model on answers that it was not trained on.

    Example: voxcx evaluate models/csi-ours-2 --results R --surveys new.csv --against models/csi-ours-1 --drift
    """
    from voxcx.csi.current import resolve
    from voxcx.csi.plain import as_json as to_json
    from voxcx.errors import InputError
    from voxcx.evaluating import Asked
    from voxcx.evaluating import evaluate as run

    given = surveys or (results / "surveys.csv" if (results / "surveys.csv").is_file() else None)
    if given is None and not drift:
        raise InputError(f"{results}: expected survey answers, found no surveys.csv there; give --surveys or --drift.")
    if given is None and (by is not None or against is not None):
        raise InputError(f"{results}: --by and --against need survey answers, found no surveys.csv; give --surveys.")
    other = None if against is None else resolve(against)
    found = run(Asked(resolve(model), results, given, other, drift, by, include_seen, force))
    if as_json:
        typer.echo(to_json(found), nl=False)
        return
    for line in told(found):
        typer.echo(line)


def told(found: Evaluation) -> list[str]:
    """The answer as lines of text."""
    lines = [f"{found.model_id} ({found.trained_on} data) on {found.interactions} interactions"]
    if found.metrics:
        left = f", {found.left_out} left out: trained on them" if found.left_out else ""
        lines += [f"{found.answers} answers about {found.rated} interactions{left}", "", *_figures(found.metrics)]
    if found.comparison is not None:
        lines += ["", *_comparison(found.comparison, found.model_id, str(found.other_id))]
    return [*lines, *_groups(found), *_drift(found)]


def _figures(metrics: dict[str, Figure]) -> list[str]:
    from voxcx.csi.card import TITLES

    return [f"  {title:<45} {written(metrics[name])}" for name, title in TITLES.items() if name in metrics]


def written(figure: Figure) -> str:
    """A figure with its interval, or why there is none."""
    if figure.value is None:
        return f"–  ({figure.reason})"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f}  [{figure.low:.3f}, {figure.high:.3f}]"


def _comparison(made: Comparison, ours: str, theirs: str) -> list[str]:
    from voxcx.csi.card import TITLES
    from voxcx.csi.evaluation.comparison import RULE_EN

    lines = [f"{ours} beside {theirs}: {VERDICTS[made.verdict]} ({made.interactions} interactions)"]
    lines += [
        f"  {TITLES[name]:<45} {written(one.difference):<28} {VERDICTS.get(str(one.verdict), '')}".rstrip()
        for name, one in made.measures.items()
        if name in TITLES
    ]
    return [*lines, *textwrap.wrap(RULE_EN, 78, initial_indent="  ", subsequent_indent="  ")]


def _groups(found: Evaluation) -> list[str]:
    lines = ["", "Slices, estimate − answer:"] if found.fairness else []
    for sentence in found.fairness:
        lines += textwrap.wrap(sentence, 78, initial_indent="  ", subsequent_indent="    ")
    if found.bands:
        lines += ["", f"  {'group':<24} {'CSI':>6} {'band':>15} {'answers':>8}  standing"]
    for one in found.bands:
        if one.expected is None:
            lines.append(f"  {one.group:<24} {'–':>6} {one.reason}")
            continue
        band = f"{one.expected.low:.1f} – {one.expected.high:.1f}"
        more = (
            f", {one.answers_needed} more answers for ±5"
            if one.answers_needed and one.standing == "cannot_tell"
            else ""
        )
        standing = one.standing.replace("_", " ")
        lines.append(f"  {one.group:<24} {one.expected.value:>6.1f} {band:>15} {one.answers:>8}  {standing}{more}")
    return lines


def _drift(found: Evaluation) -> list[str]:
    return [] if found.drift is None else ["", f"Drift: {found.drift.sentence}"]
