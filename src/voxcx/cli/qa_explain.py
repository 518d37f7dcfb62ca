"""``voxcx qa explain``: why did this criterion come out so?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxcx.cli import console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    from voxcx.qa.explanation.records import Explanation, Step

SIGNS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}
BY_CONDITION = 2  # rules of docs/forms.md up to this one decide before the criterion's own are asked
ANSWERS = {True: "yes", False: "no", None: "unsure"}
STYLES = {"met": "bold green", "not_met": "bold red", "undecided": "bold yellow", "not_applicable": "bold"}


def explain(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help="JSON of `voxcx score --format json`, or a results folder.")
    ],
    criterion: Annotated[str, typer.Argument(metavar="CRITERION", help="Id of the criterion.")],
    interaction: Annotated[
        str | None, typer.Option("--id", help="Interaction of the results folder.", show_default=False)
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(help="The form: a YAML path or a shipped name.", show_default="the one that judged it"),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Configuration YAML instead of the shipped one.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also the rules that did not matter.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say why a criterion came out so: rule by rule what matched, what did not, where was looked, what came nearest.

    Example: voxcx qa explain result.json greeting
    """
    from voxcx.explaining import Asked, explain_stored

    explanation = explain_stored(Asked(result, criterion, interaction, form, config))
    if as_json:
        import json

        typer.echo(json.dumps(document(explanation), ensure_ascii=False, indent=2))
        return
    print_explanation(explanation, console.screen(), everything=everything)


def document(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain values."""
    form, result = explanation.form, explanation.result
    return {
        "form": f"{form.id}.v{form.version}",
        "criterion": explanation.criterion.id,
        "verdict": result.verdict,
        "points": result.points,
        "max_points": explanation.criterion.points,
        "reason": result.reason,
        "decided_at": explanation.decided_at,
        "how": explanation.how,
        "remarks": list(explanation.remarks),
        "rules": {key: asdict(step) for key, step in explanation.parts},
    }


def print_explanation(explanation: Explanation, screen: Console, *, everything: bool = False) -> None:
    """The explanation for a person; reads as well without colour, at 80 columns."""
    from rich.text import Text

    say = _say(explanation)
    _head(explanation, screen)
    idle = [] if everything else _idle(explanation)
    for key, step in explanation.parts:
        if key not in idle:
            screen.print()
            screen.print(_tree(key, step, explanation))
    if not any(key == "applies_when" for key, _ in explanation.parts):
        screen.print(Text(f"\n{say('always')}.", style="dim"))
    unasked = [key for key in idle if key != "excluded_when"]
    if unasked:
        screen.print(Text(f"\n{say('unasked')}: {', '.join(unasked)} (--all).", style="dim"))
    where = f"{say('how')} (docs/forms.md, {explanation.decided_at})"
    verdict = (say(explanation.result.verdict), STYLES[explanation.result.verdict])
    screen.print(Text.assemble("\n", (f"{where}: ", "bold"), f"{explanation.how} → ", verdict))


def _idle(explanation: Explanation) -> list[str]:
    """Rules that did not matter: a form that applies, and what was not asked after applies_when had decided."""
    idle = [key for key, step in explanation.parts if key == "excluded_when" and step.answer is False]
    if explanation.decided_at <= BY_CONDITION:
        last = "excluded_when" if explanation.decided_at == 1 else "applies_when"
        idle += [key for key, _ in explanation.parts if key not in {"excluded_when", last}]
    return idle


def _head(explanation: Explanation, screen: Console) -> None:
    """What is explained, and its verdict."""
    from rich.text import Text

    say = _say(explanation)
    criterion, result = explanation.criterion, explanation.result
    form = explanation.form
    screen.print(Text.assemble((criterion.id, "bold"), f"  {criterion.title_in(form.language)}"))
    points = say("no_points") if result.points is None else say("points", got=result.points, most=criterion.points)
    verdict = (say(result.verdict), STYLES[result.verdict])
    screen.print(Text.assemble(verdict, f" · {points}", (f" · {say('form')} {form.id}.v{form.version}", "dim")))
    if result.reason:
        screen.print(Text(result.reason))
    for remark in explanation.remarks:
        screen.print(Text(f"⚠ {say('note')}: {remark}.", style="yellow"))


def _say(explanation: Explanation) -> Any:
    from voxcx.qa.explanation.words import told

    return lambda text, **values: told(explanation.form.language, text, **values)


def _tree(key: str, step: Step, explanation: Explanation) -> Tree:
    from rich.tree import Tree

    say = _say(explanation)
    if key.startswith("scale "):
        level = explanation.criterion.scale[int(key.split()[1]) - 1]
        title = say("scale", title=level.title, points=level.points)
    else:
        title = say(key)
    root = Tree(_headed(f"{title}: {say(ANSWERS[step.answer])}", step), guide_style="dim")
    _grow(root, step, say)
    return root


def _headed(text: str, step: Step) -> Text:
    from rich.text import Text

    sign, style = SIGNS[step.answer]
    return Text.assemble((f"{sign} ", f"bold {style}"), (text, "bold"))


def _grow(tree: Tree, step: Step, say: Any) -> None:
    """A rule with what is known of it, and the rules under it."""
    from rich.text import Text

    sign, style = SIGNS[step.answer]
    name = f"«{step.name}» – " if step.name else ""
    branch = tree.add(Text.assemble((f"{sign} ", f"bold {style}"), f"{name}{step.asks}"))
    for line, line_style in _lines(step, say):
        branch.add(Text(line, style=line_style))
    for part in step.steps:
        _grow(branch, part, say)


def _lines(step: Step, say: Any) -> Iterator[tuple[str, str]]:
    for piece in step.found:
        if piece.quote or piece.start_s is not None:
            yield f"{say('found')}: {_quoted(piece.quote, piece.role, piece.start_s, say)}", "green"
    if step.looked is not None:
        looked = step.looked
        count = say("words_there", n=looked.words) if looked.words else say("nothing_there")
        text = f": «{looked.text}»" if looked.text else ""
        yield f"{say('looked', where=looked.window)}; {count}{text}", "dim"
    for one in step.passed:
        yield f"{say(one.why)}: {_quoted(one.quote, one.role, one.start_s, say)}", "yellow"
    for near in step.near:
        like = say("like", phrase=near.phrase, likeness=near.likeness)
        yield f"{say('near')}: {_quoted(near.quote, near.role, near.start_s, say)}, {like}", "cyan"
    for note in step.notes:
        yield note, "dim"
    if step.reason:
        yield f"{say('reason')}: {step.reason}", "yellow"


def _quoted(quote: str, role: str | None, start_s: float | None, say: Any) -> str:
    from voxcx.units import clock

    who = say(role) if role else ""
    at = clock(start_s) if start_s is not None else ""
    where = ", ".join(part for part in (who, at) if part)
    return f"«{quote}» ({where})" if quote and where else f"«{quote}»" if quote else where
