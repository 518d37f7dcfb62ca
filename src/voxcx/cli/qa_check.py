"""``voxcx qa check``: does this form hold, and does it say what it means?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxcx.cli import console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from voxcx.domain.qa import Criterion
    from voxcx.qa.checking.checking import Report
    from voxcx.qa.checking.findings import Finding, Gravity

MARKS = {"error": ("✕", "bold red"), "warning": ("⚠", "yellow"), "info": ("·", "dim")}
NAMES: tuple[tuple[Gravity, str], ...] = (("error", "error"), ("warning", "warning"), ("info", "note"))


def check(
    form: Annotated[str, typer.Argument(metavar="FORM", help="A form's YAML path or shipped name.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Leave the notes out.")] = False,
) -> None:
    """Check a QA form: what it holds, what cannot be right, and what looks doubtful.

    Exit code 2 on an error, 0 on warnings (1 with --strict).

    Example: voxcx qa check my-form.yaml
    """
    from voxcx.qa.checking.checking import check_form

    report = check_form(form)
    shown = [one for one in report.findings if not (quiet and one.gravity == "info")]
    if as_json:
        import json

        typer.echo(json.dumps(document(report, shown), ensure_ascii=False, indent=2))
    else:
        _print(report, shown)
    if report.of("error"):
        raise typer.Exit(console.USAGE)
    if strict and report.of("warning"):
        raise typer.Exit(console.FAILED)


def document(report: Report, shown: list[Finding]) -> dict[str, Any]:
    """The report as plain values."""
    form = report.written.form
    return {
        "form": f"{form.id}.v{form.version}",
        "language": form.language,
        **counts(form.criteria),
        "sections": [{"id": section.id, **counts(section.criteria)} for section in form.sections],
        "findings": [
            {name: getattr(one, name) for name in ("gravity", "code", "line", "about", "text", "fix")} for one in shown
        ],
    }


def counts(criteria: tuple[Criterion, ...]) -> dict[str, float]:
    """What a form or section holds."""
    return {
        "criteria": len(criteria),
        "points": sum(criterion.points for criterion in criteria),
        "critical": sum(criterion.severity != "plain" for criterion in criteria),
        "judged_by_machine": sum(criterion.mode in {"full", "error"} for criterion in criteria),
    }


def _print(report: Report, shown: list[Finding]) -> None:
    screen = console.screen()
    form = report.written.form
    screen.print(f"[bold]{form.id}.v{form.version}[/bold]  {form.language} · {form.title}")
    screen.print(_table(report))
    for finding in shown:
        screen.print(_line(finding))
    screen.print(", ".join(_told(len(report.of(gravity)), name) for gravity, name in NAMES) + ".")


def _told(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _table(report: Report) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
    table.add_column("section", overflow="fold")
    for name in ("criteria", "points", "critical", "by machine"):
        table.add_column(name, justify="right")
    form = report.written.form
    for section in form.sections:
        table.add_row(section.id, *_figures(section.criteria))
    table.add_row("form", *_figures(form.criteria), style="bold")
    return table


def _figures(criteria: tuple[Criterion, ...]) -> Iterator[str]:
    return (f"{value:g}" for value in counts(criteria).values())


def _line(finding: Finding) -> Table:
    """A mark, and the sentence hanging beside it."""
    from rich.table import Table
    from rich.text import Text

    mark, style = MARKS[finding.gravity]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark, style=style), Text(finding.sentence, style="dim" if finding.gravity == "info" else ""))
    return grid
