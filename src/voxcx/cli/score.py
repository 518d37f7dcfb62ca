"""``voxcx score``: one recording or chat in, one answer out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.cli import console
from voxcx.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from voxcx.choices import Choices
    from voxcx.domain.result import Result


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class Ui(StrEnum):
    """The language of the interface."""

    RU = "ru"
    EN = "en"


def score(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="A recording (WAV, MP3, FLAC, Opus …) or a chat .json.")
    ],
    then: Annotated[
        list[Path] | None,
        typer.Option(help="The call's next recording, where it has several. Repeat it for more.", show_default=False),
    ] = None,
    meta: Annotated[
        Path | None, typer.Option(help="Metadata and telephony JSON.", show_default="INPUT.json beside it")
    ] = None,
    form: Annotated[
        str | None, typer.Option(help="QA form: a YAML path or a shipped name.", show_default="by the configuration")
    ] = None,
    csi_model: Annotated[
        str | None, typer.Option(help="CSI model folder or shipped name.", show_default="csi-demo-1")
    ] = None,
    asr_model: Annotated[
        str | None,
        typer.Option(help="Recogniser: a known name, a CTranslate2 folder or a hub name.", show_default="base"),
    ] = None,
    language: Annotated[str, typer.Option(help="ru, en or auto (chosen once per call).")] = "auto",
    transcript: Annotated[
        Path | None, typer.Option(help="Replay this transcript or result JSON, no recognition.", show_default=False)
    ] = None,
    definitions: Annotated[
        str,
        typer.Option(
            help="Named definitions of events: default, sber, alibaba, google, voci, your own. Several with commas, or "
            "all: one call under each, side by side."
        ),
    ] = "default",
    ui: Annotated[Ui | None, typer.Option(help="Interface language.", show_default="the form's")] = None,
    audio: Annotated[
        bool, typer.Option("--audio", help="Embed the sound in the HTML, so that evidence can be played.")
    ] = False,
    form_at: Annotated[Format, typer.Option("--format", help="How to write the answer.")] = Format.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="Write to this file instead of standard output.", show_default=False)
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Configuration YAML instead of the shipped one.", show_default=False)
    ] = None,
) -> None:
    """Score one recording or chat: transcript, timeline, features, CSI estimate and QA scorecard.

    Example: voxcx score call.flac --format html --audio --out report.html
    """
    from voxcx.choices import Choices
    from voxcx.cli.definitions import is_comparison

    choices = Choices(config, form, csi_model, asr_model, language, transcript, definitions)
    inputs = (source, *(then or ()))
    if out is not None:
        _refuse_unwritable(out)
    if is_comparison(definitions):
        _compare(inputs, meta, choices, form_at, ui, out)
        return
    result = analysed(inputs, meta, choices)
    write(result, form_at, ui, out, with_audio=audio)


def _compare(  # the front door's choices, as they came
    inputs: Sequence[Path], meta: Path | None, choices: Choices, form_at: Format, ui: Ui | None, out: Path | None
) -> None:
    """One call under several definitions."""
    if form_at is Format.HTML:
        raise InputError(
            f"--definitions {choices.definitions}: expected --format text or json, got html: a page shows one set; "
            "name one, or leave out --format."
        )
    from voxcx.cli.definitions import compared, print_comparison
    from voxcx.report.comparison import to_json

    results = compared(inputs, meta, choices)
    if form_at is Format.JSON:
        _put(to_json(results), out)
        return
    shown = _interface(next(iter(results.values())), ui)
    _put_printed(lambda screen: print_comparison(results, choices.config_path, shown, screen), out)


def _refuse_unwritable(out: Path) -> None:
    if out.is_dir():
        raise InputError(f"--out {out}: expected a file to write, got a folder; add a file name.")
    if not out.absolute().parent.is_dir():
        raise InputError(f"--out {out}: expected a path in an existing folder, found no {out.parent}; make it first.")


def analysed(inputs: Sequence[Path], meta: Path | None, choices: Choices) -> Result:
    """Open the input, be it several recordings of one call, load the tools and walk."""
    from voxcx.assembly import make_tools
    from voxcx.config import load_config
    from voxcx.intake.metadata import Metadata
    from voxcx.intake.opening import open_inputs
    from voxcx.pipeline import analyse

    said = console.progress()
    with said.status("Reading …"):
        metadata = None if meta is None else Metadata.from_file(meta)
        interaction, history = open_inputs(inputs, metadata, load_config(choices.config_path).telephony_skew_s)
    with said.status("Loading models …"):
        tools = make_tools(choices)
    with said.status("Listening, recognising, judging …"):
        return analyse(interaction, tools, history)


def write(result: Result, form_at: Format, ui: Ui | None, out: Path | None, *, with_audio: bool) -> None:
    """Write the answer to a file or standard output."""
    shown = _interface(result, ui)
    if form_at is Format.TEXT:
        from voxcx.cli.scorecard import print_scorecard

        _put_printed(lambda screen: print_scorecard(result, shown, screen), out)
    elif form_at is Format.JSON:
        from voxcx.report.as_json import to_json

        _put(to_json(result), out)
    else:
        from voxcx.report.as_html import render

        _put(render(result, shown, _sound(result) if with_audio else None), out)


def _put_printed(print_on: Callable[[Console], None], out: Path | None) -> None:
    """On the screen, or in a file as a screen of 100 columns without colour."""
    if out is None:
        print_on(console.screen())
        return
    from io import StringIO

    from rich.console import Console

    page = StringIO()
    print_on(Console(file=page, width=100, highlight=False))
    _put(page.getvalue(), out)


def _put(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
    else:
        out.write_text(text, encoding="utf-8")
        console.progress().print(f"→ {out}")


def _interface(result: Result, ui: Ui | None) -> str:
    from voxcx.report.figures import interface_language

    return interface_language(result, None if ui is None else ui.value)


def _sound(result: Result) -> tuple[bytes, str] | None:
    """The sound as a browser plays it."""
    if not result.interaction.recordings:
        return None
    from voxcx.listening import to_play

    return to_play(result.interaction.recordings)
