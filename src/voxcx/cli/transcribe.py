"""``voxcx transcribe``: recordings in, one transcript file each out, as they are finished."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from voxcx.cli import console
from voxcx.errors import InputError


class Format(StrEnum):
    """How a transcript is written."""

    JSON = "json"
    TXT = "txt"
    SRT = "srt"
    VTT = "vtt"
    RTTM = "rttm"


class Device(StrEnum):
    """Where the recogniser computes."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


def transcribe(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT", help="Recordings (WAV, MP3, FLAC, Opus …).")],
    meta: Annotated[
        Path | None, typer.Option(help="Metadata JSON of one recording.", show_default="INPUT.json beside it")
    ] = None,
    language: Annotated[str, typer.Option(help="ru, en or auto (chosen once per call).")] = "auto",
    asr_model: Annotated[
        str | None,
        typer.Option(help="Recogniser: a known name, a CTranslate2 folder or a hub name.", show_default="base"),
    ] = None,
    device: Annotated[
        Device | None, typer.Option(help="Where the recogniser computes.", show_default="by the configuration")
    ] = None,
    transcript: Annotated[
        Path | None,
        typer.Option(help="Write this transcript or result JSON anew, no recognition.", show_default=False),
    ] = None,
    form_at: Annotated[Format, typer.Option("--format", help="json can be replayed.")] = Format.JSON,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for <name>.<format> of each; transcripts already there are overwritten. "
            "One recording may go to standard output.",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Configuration YAML instead of the shipped one.", show_default=False)
    ] = None,
) -> None:
    """Transcribe recordings: who said what and when, as JSON, text, subtitles or speakers' turns.

    Example: voxcx transcribe a.wav b.wav --format srt --out subtitles
    """
    order = Order(tuple(inputs), form_at.value, out)
    order.refuse_unfit_inputs()
    _refuse_about_one(order.inputs, meta, transcript)
    order.refuse_unfit_out([path for path in (meta, transcript, config) if path is not None])

    from voxcx.assembly import make_tools
    from voxcx.choices import Choices
    from voxcx.cli.recognising import Screen, opened, transcripts
    from voxcx.intake.metadata import Metadata

    choices = Choices(
        config_path=config,
        asr_model=asr_model,
        language=language,
        transcript=transcript,
        device=None if device is None else device.value,
    )
    stated = None if meta is None else Metadata.from_file(meta)
    with Screen(order.inputs) as screen:
        tools = make_tools(choices)
        calls = opened(order.inputs, stated, tools, screen)
        to_print = [order.put(*one) for one in transcripts(calls, order.form, tools, screen)]
    typer.echo("".join(to_print), nl=False)
    screen.conclude(out)
    if screen.failed:
        raise typer.Exit(console.FAILED)


@dataclass(frozen=True, slots=True)
class Order:
    """Which recordings, in which format, where to (None: standard output)."""

    inputs: tuple[Path, ...]
    form: str
    out: Path | None

    def put(self, path: Path, text: str) -> str:
        """Write a recording's transcript to its file, whole or not at all; gives what is to be printed instead."""
        if self.out is None:
            return text
        from voxcx.results.writing import write_whole

        target = self.out / f"{path.stem}.{self.form}"
        try:
            write_whole(target, lambda sink: sink.write(text.encode()))
        except OSError as error:  # a full disk spoils the rest as well
            raise InputError(
                f"{target}: expected a folder to write to, got {error.strerror}; mend it and run again."
            ) from None
        return ""

    def refuse_unfit_inputs(self) -> None:
        """Refuse what is no recording by its looks, and two whose transcripts would be one file."""
        if len(self.inputs) > 1 and self.out is None:
            raise InputError(
                f"--out: expected a folder for the transcripts of {len(self.inputs)} recordings, got none; "
                "give --out DIR."
            )
        first: dict[str, Path] = {}
        for path in self.inputs:
            if path.is_dir():
                raise InputError(
                    f"{path}: expected a recording, got a folder; name the recordings in it, or score them all with "
                    "`voxcx batch`."
                )
            if path.suffix.lower() == ".json":
                raise InputError(
                    f"{path}: expected a recording, got a .json; leave it out: a chat is written already, and "
                    "metadata beside a recording is found by itself."
                )
            if (same := first.setdefault(path.stem, path)) is not path:
                raise InputError(
                    f"{path}: expected one recording for {path.stem}.{self.form}, got {same} as well; rename one, or "
                    "transcribe it into another folder."
                )

    def refuse_unfit_out(self, others: Iterable[Path]) -> None:
        """Refuse a place that cannot be written to, or where a transcript would take an input's place."""
        if self.out is None:
            return
        if self.out.exists() and not self.out.is_dir():
            raise InputError(f"--out {self.out}: expected a folder, got a file; give a folder.")
        taken = {path.resolve() for path in (*self.inputs, *others)}
        beside = self._recordings_there() if self.form == Format.JSON else set()
        for path in self.inputs:
            target = self.out / f"{path.stem}.{self.form}"
            if target.resolve() in taken:
                raise InputError(f"{target}: expected a place to write to, got an input; give another --out.")
            if path.stem in beside:
                raise InputError(
                    f"{target}: expected a place to write to, got that of the metadata of the recording beside it; "
                    "give another --out or --format."
                )
        _make_folder(self.out)

    def _recordings_there(self) -> set[str]:
        """Names of recordings that lie in the folder to write to: NAME.json is their metadata."""
        from voxcx.intake.folder_jobs import RECORDING_SUFFIXES

        out = Path() if self.out is None else self.out
        if not out.is_dir():
            return set()
        there = {path.stem for path in out.iterdir() if path.suffix.lower() in RECORDING_SUFFIXES}
        return there | {path.stem for path in self.inputs if path.resolve().parent == out.resolve()}


def _refuse_about_one(inputs: tuple[Path, ...], meta: Path | None, transcript: Path | None) -> None:
    for option, given in (("--meta", meta), ("--transcript", transcript)):
        if given is not None and len(inputs) > 1:
            raise InputError(
                f"{option} {given}: expected one recording that it is about, got {len(inputs)}; give one at a time."
            )


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {out}: expected a folder that can be made, got {error.strerror}.") from None
    if not os.access(out, os.W_OK):
        raise InputError(f"--out {out}: expected a folder to write to, got one that is read-only; give another.")
