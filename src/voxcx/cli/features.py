"""``voxcx features --list``: every feature with its unit and definition."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from voxcx.cli import console
from voxcx.cli.score import Ui


def features(
    listed: Annotated[bool, typer.Option("--list", help="List the catalogue (what this command does anyway).")] = True,
    kind: Annotated[str | None, typer.Option(help="Only features of a call or a chat.")] = None,
    ui: Annotated[Ui, typer.Option(help="Language of the definitions.")] = Ui.EN,
    definitions: Annotated[str, typer.Option(help="Named definitions whose parameters are printed.")] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print every feature that voxcx measures: name, unit, what it needs, definition.

    Example: voxcx features --list --ui ru
    """
    del listed
    from voxcx.config import load_config
    from voxcx.domain.catalogue import CATALOGUE, features_of
    from voxcx.errors import InputError

    if kind not in {None, "call", "chat"}:
        raise InputError(f"--kind: expected call or chat, got {kind!r}.")
    specs = tuple(CATALOGUE.values()) if kind is None else features_of(kind)
    if as_json:
        typer.echo(json.dumps([asdict(spec) for spec in specs], ensure_ascii=False, indent=2))
        return
    used = load_config().definitions_named(definitions).model_dump()
    for spec in specs:
        star = "★ " if spec.star else "  "
        console.screen().print(f"{star}{spec.name} ({spec.unit}) – {spec.definition(ui.value, used)}", markup=False)
