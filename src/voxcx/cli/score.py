"""``voxcx score``: one recording or chat in, one answer out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxcx.cli import console
from voxcx.errors import InputError

if TYPE_CHECKING:
    from voxcx.assembly import Choices
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
        str, typer.Option(help="Named definitions of events: default, sber, alibaba, google.")
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
    from voxcx.assembly import Choices

    choices = Choices(config, form, csi_model, asr_model, language, transcript, definitions)
    if out is not None:
        _refuse_unwritable(out)
    result = analysed(source, meta, choices)
    write(result, form_at, ui, out, with_audio=audio)


def _refuse_unwritable(out: Path) -> None:
    if out.is_dir():
        raise InputError(f"--out {out}: expected a file to write, got a folder; add a file name.")
    if not out.absolute().parent.is_dir():
        raise InputError(f"--out {out}: expected a path in an existing folder, found no {out.parent}; make it first.")


def analysed(source: Path, meta: Path | None, choices: Choices) -> Result:
    """Open the input, load the tools and walk."""
    from voxcx.assembly import make_tools
    from voxcx.config import load_config
    from voxcx.intake.metadata import Metadata
    from voxcx.intake.opening import open_interaction
    from voxcx.pipeline import analyse

    said = console.progress()
    with said.status("Reading …"):
        metadata = None if meta is None else Metadata.from_file(meta)
        interaction, history = open_interaction(source, metadata, load_config(choices.config_path).telephony_skew_s)
    with said.status("Loading models …"):
        tools = make_tools(choices)
    with said.status("Listening, recognising, judging …"):
        return analyse(interaction, tools, history)


def write(result: Result, form_at: Format, ui: Ui | None, out: Path | None, *, with_audio: bool) -> None:
    """Write the answer to a file or standard output."""
    shown = _interface(result, ui)
    if form_at is Format.TEXT and out is None:
        from voxcx.cli.scorecard import print_scorecard

        print_scorecard(result, shown, console.screen())
        return
    text = _text(result, form_at, shown, with_audio=with_audio)
    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
    else:
        out.write_text(text, encoding="utf-8")
        console.progress().print(f"→ {out}")


def _text(result: Result, form_at: Format, shown: str, *, with_audio: bool) -> str:
    if form_at is Format.JSON:
        from voxcx.report.as_json import to_json

        return to_json(result)
    if form_at is Format.HTML:
        from voxcx.report.as_html import render

        return render(result, shown, _sound(result) if with_audio else None)
    from io import StringIO

    from rich.console import Console

    from voxcx.cli.scorecard import print_scorecard

    page = StringIO()
    print_scorecard(result, shown, Console(file=page, width=100, highlight=False))
    return page.getvalue()


def _interface(result: Result, ui: Ui | None) -> str:
    from voxcx.report.figures import interface_language

    return interface_language(result, None if ui is None else ui.value)


def _sound(result: Result) -> tuple[bytes, str] | None:
    """The recording as a browser plays it."""
    if not result.interaction.recordings:
        return None
    from voxcx.intake.audio import for_browser

    return for_browser(result.interaction.recordings[0])
