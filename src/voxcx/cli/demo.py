"""``voxcx demo``: score the sample call that ships with voxcx."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from voxcx.cli.score import Format, Ui, analysed, write
from voxcx.errors import InputError


def demo(
    out: Annotated[Path, typer.Option(help="Where to write the HTML report.")] = Path("demo/report.html"),
    sample: Annotated[
        str | None, typer.Option(help="service-ru, service-en, chat-ru or chat-en.", show_default="by your locale")
    ] = None,
    ui: Annotated[Ui | None, typer.Option(help="Interface language.", show_default="the form's")] = None,
) -> None:
    """Score a sample with the real recogniser: the answer here, the report with sound in a file.

    Example: voxcx demo --out report.html
    """
    from voxcx.choices import Choices

    source = sample_path(sample or by_locale())
    result = analysed((source,), None, Choices())
    write(result, Format.TEXT, ui, None, with_audio=False)
    out.parent.mkdir(parents=True, exist_ok=True)
    write(result, Format.HTML, ui, out, with_audio=True)
    typer.echo(f"Report: {out}")


def by_locale() -> str:
    """The sample call in the user's language: Russian where the locale is Russian, else English."""
    settings = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "service-ru" if next((text for text in settings if text), "").startswith("ru") else "service-en"


def sample_path(name: str) -> Path:
    """A sample by its name: inside the installed package, or in a checkout's tests/data."""
    from voxcx.config import shipped

    suffix = ".json" if name.startswith("chat") else ".flac"
    for place in (shipped("samples"), shipped("tests", "data")):
        if (path := place / f"{name}{suffix}").is_file():
            return path
    raise InputError(f"--sample: expected service-ru, service-en, chat-ru or chat-en, got {name!r}.")
