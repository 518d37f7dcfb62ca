"""``voxcx features --list``: every feature with its unit and definition."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from voxcx.cli import console
from voxcx.cli.score import Ui

if TYPE_CHECKING:
    from voxcx.domain.catalogue import FeatureSpec
    from voxcx.report.wording import Wording

BETWEEN = " · "


def features(
    listed: Annotated[bool, typer.Option("--list", help="List the catalogue (what this command does anyway).")] = True,
    kind: Annotated[str | None, typer.Option(help="Only features of a call or a chat.")] = None,
    ui: Annotated[Ui, typer.Option(help="Language of the definitions.")] = Ui.EN,
    definitions: Annotated[str, typer.Option(help="Named definitions whose parameters are printed.")] = "default",
    config: Annotated[
        Path | None, typer.Option(help="Configuration YAML instead of the shipped one.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print every feature that voxcx measures: name, unit, what it needs, whose definition, definition, parameters.

    Example: voxcx features --list --ui ru --definitions alibaba
    """
    del listed
    from voxcx.config import load_config
    from voxcx.domain.catalogue import CATALOGUE, features_of
    from voxcx.errors import InputError
    from voxcx.report.wording import Wording

    if kind not in {None, "call", "chat"}:
        raise InputError(f"--kind: expected call or chat, got {kind!r}.")
    specs = tuple(CATALOGUE.values()) if kind is None else features_of(kind)
    used = load_config(config).definitions_named(definitions).model_dump()
    if as_json:
        typer.echo(json.dumps([_record(spec, ui.value, used) for spec in specs], ensure_ascii=False, indent=2))
        return
    for line in _listing(specs, Wording(ui.value), used):
        console.screen().print(line, highlight=False)


def _record(spec: FeatureSpec, ui: str, used: Mapping[str, float]) -> dict[str, object]:
    parameters = {name: used[name] for name in spec.parameters}
    told = {"definition": spec.definition(ui, used), "defined_by": spec.defined_by, "parameters": parameters}
    return {key: value for key, value in asdict(spec).items() if key != "source"} | told


def _listing(specs: tuple[FeatureSpec, ...], words: Wording, used: Mapping[str, float]) -> Iterator[RenderableType]:
    families = list(dict.fromkeys(spec.family for spec in specs))
    in_families = sorted(specs, key=lambda spec: families.index(spec.family))
    for family, group in groupby(in_families, key=lambda spec: spec.family):
        yield Text(f"\n{words.name('family', family)} ({family})", style="bold")
        for spec in group:
            yield from _entry(spec, words, used)


def _entry(spec: FeatureSpec, words: Wording, used: Mapping[str, float]) -> Iterator[RenderableType]:
    """Name and unit, under them the definition, under it what it needs, whose it is and its parameters."""
    star = ("★ ", "yellow") if spec.star else "  "
    unit, kinds = words.name("unit_name", spec.unit), words.name("kinds", spec.kinds)
    yield Text.assemble(star, (spec.name, "bold"), BETWEEN, BETWEEN.join((unit, kinds)))
    yield Padding(Text(spec.definition(words.ui, used)), (0, 0, 0, 4), expand=False)
    facts = [words.say("whose", x=words.name("defined_by", spec.defined_by))]
    if spec.needs:
        facts.append(words.say("needs", x=", ".join(words.name("need", need) for need in spec.needs)))
    if spec.parameters:
        facts.append(", ".join(f"{name} = {words.number(used[name], 2)}" for name in spec.parameters))
    yield Padding(Text(BETWEEN.join(facts), style="dim"), (0, 0, 0, 4), expand=False)
