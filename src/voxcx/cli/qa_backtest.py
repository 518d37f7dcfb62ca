"""``voxcx qa backtest``: what would a form change on an archive?"""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.storage.paths import usable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxcx.backtesting import Asked, Backtest, OnStep
    from voxcx.qa.agreement.changes import Change, Example
    from voxcx.qa.agreement.tally import CriterionChange

FORM = typer.Argument(metavar="FORM", help="The new form: YAML path or shipped name.", show_default=False)
RESULTS = typer.Option(
    "--results", help="Results folder that `voxcx batch` wrote.", show_default=False, parser=usable, metavar="<path>"
)
AGAINST = typer.Option("--against", help="The old form; else the verdicts in RESULTS.", show_default=False)
LIMIT = typer.Option("--limit", min=1, help="Compare so many interactions, drawn by lot.", show_default=False)
KIND = typer.Option("--kind", help="Only call or only chat.", show_default=False)
CONFIG = typer.Option("--config", help="Configuration YAML over the defaults.", show_default=False)
DEFINITIONS = typer.Option("--definitions", help="Named set of event definitions.")
OUT = typer.Option("--out", help="CSV of every interaction that changes.", show_default=False)
AS_JSON = typer.Option("--json", help="Print everything as JSON.")
WIDTH = 80
SHORT = {"met": "met", "not_met": "not met", "not_applicable": "n.a.", "undecided": "undec."}
COLUMNS = (
    *("interaction_id", "score_before", "score_after", "score_change"),
    *("score_before_zeroing_before", "score_before_zeroing_after", "score_before_zeroing_change"),
    *("critical_gained", "critical_lost", "criteria_changed", "changes"),
)


def backtest(
    form: Annotated[str, FORM],
    results: Annotated[Path, RESULTS],
    against: Annotated[str | None, AGAINST] = None,
    limit: Annotated[int | None, LIMIT] = None,
    kind: Annotated[str | None, KIND] = None,
    config: Annotated[Path | None, CONFIG] = None,
    definitions: Annotated[str, DEFINITIONS] = "default",
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Compare a form with the old verdicts on an archive, without transcribing again.

    Example: voxcx qa backtest my.service.v2.yaml --results R --against my.service.v1.yaml --out changes.csv
    """
    from voxcx.backtesting import Asked

    if kind not in {None, "call", "chat"}:
        raise typer.BadParameter(f"expected call or chat, got {kind!r}", param_hint="--kind")
    made = _run(Asked(form, results, against, limit, kind, config, definitions), out)
    if as_json:
        from voxcx.csi.plain import as_json as to_json

        typer.echo(to_json(made), nl=False)
    else:
        for line in told(made):
            typer.echo(line)
        if out is not None:
            typer.echo(f"\n{made.changed} changed interactions → {out}")
    if made.failed:
        from voxcx.cli.console import FAILED

        raise typer.Exit(FAILED)


def _run(asked: Asked, out: Path | None) -> Backtest:
    from voxcx.backtesting import backtest as run
    from voxcx.cli.sheets import sheet

    with _progress() as on_step:
        if out is None:
            return run(asked, on_step=on_step)
        with sheet(out, COLUMNS) as write:
            return run(asked, on_change=lambda change: write(_row(change)), on_step=on_step)


@contextmanager
def _progress() -> Iterator[OnStep]:
    """A line on stderr while it is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from voxcx.cli.console import progress

    columns = (TextColumn("Interactions"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=progress(), transient=True) as bar:
        line = bar.add_task("", total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)


def _row(change: Change) -> tuple[object, ...]:
    moved = [f"{name}: {SHORT[old]} → {SHORT[new]}" for name, old, new in change.verdicts]
    moved += [f"{name}: {old:.0%} → {new:.0%} of its points" for name, old, new in change.levels]
    scores = (
        *(change.score_before, change.score_after, change.score_change),
        *(change.unzeroed_before, change.unzeroed_after, change.unzeroed_change),
    )
    rounded = ("" if one is None else round(one, 2) for one in scores)
    return (change.interaction, *rounded, " ".join(change.gained), " ".join(change.lost), len(moved), "; ".join(moved))


def told(made: Backtest) -> list[str]:
    """The answer as lines of text."""
    lines = [f"{made.form} beside {', '.join(made.before)}{' as stored' if made.stored else ''}"]
    lines += [f"Compared {made.compared} of {made.interactions} interactions; {made.changed} change"]
    lines += [f"  {count} left out: {reason}" for reason, count in made.left_out.items()]
    if made.failed:
        lines += [f"  {made.failed} could not be scored, the first:"]
        lines += [line for one in made.failures for line in _wrapped(f"{one.interaction_id}: {one.reason}", 4)]
    lines += _warned(made)
    lines += ["", *_scores(made), "", *_criteria(made)]
    for one in made.criteria:
        if one.changed.hits:
            lines += ["", *_criterion(one)]
    return lines


def _warned(made: Backtest) -> list[str]:
    from voxcx import __version__

    if not made.stored:
        return []
    text = "The old verdicts are those of the folder: what differs may also come from another configuration"
    if set(made.made_by) != {__version__}:
        text += f" or voxcx (then {', '.join(made.made_by)}, now {__version__})"
    names = " and knows criteria by another name" if made.added and made.removed else ""
    return _wrapped(f"{text}. --against OLD_FORM scores both now{names}.", 2)


def _scores(made: Backtest) -> list[str]:
    known, points = made.scores, made.unzeroed
    lines = [
        f"{'Score':<34}{'before':>10}{'after':>10}",
        f"  {'mean':<32}{_points(known.mean_before)}{_points(known.mean_after)}",
        f"  {'median':<32}{_points(known.median_before)}{_points(known.median_after)}",
        f"  {'mean, nothing zeroed':<32}{_points(points.mean_before)}{_points(points.mean_after)}",
        f"  {'median, nothing zeroed':<32}{_points(points.median_before)}{_points(points.median_after)}",
        f"  {'interactions with critical errors':<33}{made.with_error_before:>9}{made.with_error_after:>10}",
        f"  {known.raised} rise and {known.lowered} fall by more than 5 points: {interval(known.moved)}",
    ]
    if known.appeared or known.vanished:
        lines.append(f"  {known.appeared} get a score that had none, {known.vanished} lose theirs")
    lines.append(f"  critical errors: {made.critical_gained} gained, {made.critical_lost} lost")
    return lines


def _points(value: float | None) -> str:
    return f"{'–' if value is None else f'{value:.1f}':>10}"


def interval(share: object) -> str:
    """A share with its interval in per cent, or why there is none."""
    from voxcx.qa.agreement.figures import Figure

    if not isinstance(share, Figure) or share.value is None:
        return f"– ({share.reason})" if isinstance(share, Figure) else "–"
    if share.low is None or share.high is None:
        return f"{100 * share.value:.1f} %"
    return f"{100 * share.value:.1f} % [{100 * share.low:.1f}, {100 * share.high:.1f}]"


def _criteria(made: Backtest) -> list[str]:
    lines = [f"{'Criterion':<32}{'n':>7}{'changed, 95 % interval':>26}  critical"]
    same = [one for one in made.criteria if not one.changed.hits]
    for one in made.criteria:
        n = one.changed.n
        if one in same:
            continue
        critical = f"+{one.critical_gained} −{one.critical_lost}" if one.critical_gained or one.critical_lost else ""
        lines.append(f"  {one.criterion[:30]:<30}{n:>7}{interval(one.changed):>26}  {critical}".rstrip())
    groups = (("Unchanged", [one.criterion for one in same]), ("Added", made.added), ("Removed", made.removed))
    for title, names in groups:
        if names:
            lines += _wrapped(f"{title}: {', '.join(names)}", 2)
    if made.reweighted:
        lines += _wrapped(f"Weigh otherwise: {'; '.join(f'{a} {b}' for a, b in made.reweighted.items())}", 2)
    if made.renamed:
        lines += _wrapped(f"Renamed, it seems: {', '.join(f'{a} → {b}' for a, b in made.renamed.items())}", 2)
    return lines


def _criterion(one: CriterionChange) -> list[str]:
    lines = [f"{one.criterion}, before ↓ after →" + "".join(f"{SHORT[v]:>9}" for v in one.matrix)]
    start = len(f"{one.criterion}, before ↓ after →")
    lines += [
        f"{SHORT[old]:>{start}}" + "".join(f"{n or '·':>9}" for n in row.values()) for old, row in one.matrix.items()
    ]
    if one.regraded:
        lines += [f"  {one.regraded} with the same verdict reach another share of the points"]
    for example in one.examples:
        lines += _example(example)
    return lines


def _example(example: Example) -> list[str]:
    from voxcx.units import clock

    shown, change = example.shown, example.score_change
    zeroed = "" if change else ", nothing zeroed"
    change = change or example.unzeroed_change
    at = "" if shown is None or shown.start_s is None else f"#t={shown.start_s:.1f}"
    before, after = example.before, example.after
    moved = f"{SHORT[before.verdict]} → {SHORT[after.verdict]}"
    if before.verdict == after.verdict:
        moved = f"{SHORT[after.verdict]}, {before.reached or 0:.0%} → {after.reached or 0:.0%} of its points"
    score = "" if not change else f", score {change:+.1f}{zeroed}"
    head = f"{example.interaction}{at}  {moved}{score}{' (critical)' if example.is_critical else ''}"
    quote = ""
    if shown is not None and shown.quote:
        when = "" if shown.start_s is None else f", {clock(shown.start_s)}"
        quote = f"«{textwrap.shorten(shown.quote, 110, placeholder=' …')}» ({shown.role or 'anyone'}{when})"
    why = textwrap.shorten(example.after.reason or example.before.reason or "", 150, placeholder=" …")
    return [*_wrapped(head, 2), *(_wrapped(quote, 6) if quote else []), *(_wrapped(why, 6) if why else [])]


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, WIDTH - 2, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))
