"""``voxcx qa check``: does this form hold?"""

from __future__ import annotations

from typing import Annotated

import typer


def check(
    form: Annotated[str, typer.Argument(metavar="FORM", help="A form's YAML path or shipped name.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Check a QA form: keys, operators, phrases, ids and points; say what it holds.

    Example: voxcx qa check my-form.yaml
    """
    import json

    from voxcx.qa.compiling import compile_form
    from voxcx.qa.form import load_form

    loaded = load_form(form)
    compile_form(loaded)
    counts = {
        "form": f"{loaded.id}.v{loaded.version}",
        "language": loaded.language,
        "sections": len(loaded.sections),
        "criteria": len(loaded.criteria),
        "points": sum(criterion.points for criterion in loaded.criteria),
        "critical": sum(criterion.severity != "plain" for criterion in loaded.criteria),
        "judged by machine": sum(criterion.mode in {"full", "error"} for criterion in loaded.criteria),
    }
    if as_json:
        typer.echo(json.dumps(counts, ensure_ascii=False))
        return
    typer.echo(" · ".join(f"{name}: {value}" for name, value in counts.items()))
