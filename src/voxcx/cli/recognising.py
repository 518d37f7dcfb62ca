"""Many recordings on their way to transcripts: opened one by one, followed by a bar; what fails costs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self

import typer

from voxcx.cli import console
from voxcx.errors import VoxcxError
from voxcx.units import clock

if TYPE_CHECKING:
    from rich.progress import Progress

    from voxcx.domain.interaction import Interaction
    from voxcx.domain.result import Roles
    from voxcx.intake.metadata import Metadata
    from voxcx.pipeline import Tools

# Findings that are said: clipping alone changes neither the words nor who said them.
TOLD = ("mono", "dual_mono", "bleed", "swapped", "dead_channel", "not_speech", "truncated")
MS_PER_S = 1000


def opened(inputs: Iterable[Path], meta: Metadata | None, tools: Tools, screen: Screen) -> Iterator[Interaction]:
    """Recordings, each opened when it is asked for; what cannot be opened is told and costs nothing else."""
    from voxcx.intake.opening import open_interaction

    for path in inputs:
        try:
            interaction, _ = open_interaction(path, meta, tools.config.telephony_skew_s)
        except VoxcxError as error:
            screen.fail(path, str(error))
            continue
        except OSError as error:
            screen.fail(path, f"expected a readable file, got {error.strerror}; check it and run again.")
            continue
        screen.opened(interaction)
        yield interaction


class _Sum:
    """A whole number of each recording, and their sum kept at hand: windows come by the thousand."""

    def __init__(self) -> None:
        self.of: dict[Path, int] = {}
        self.whole = 0

    def put(self, path: Path, number: int) -> None:
        """This recording's number is now this."""
        self.whole += number - self.of.get(path, 0)
        self.of[path] = number

    def drop(self, path: Path) -> None:
        """This recording counts no more."""
        self.whole -= self.of.pop(path, 0)


class Screen:
    """Follows many recordings at once; their length is known when they are opened, and guessed by size before."""

    def __init__(self, inputs: Iterable[Path]) -> None:
        self._inputs = tuple(dict.fromkeys(inputs))
        self._bytes, self._bytes_opened = _Sum(), _Sum()
        self._length_ms, self._heard_ms = _Sum(), _Sum()  # of those that are opened; whole numbers add up exactly
        for path in self._inputs:
            self._bytes.put(path, _size(path))
        self._done = 0
        self.failed: dict[Path, str] = {}
        self._started_s = monotonic()
        self._bar = _bar()
        self._line = self._bar.add_task("Loading models", total=None, times="", rate="", left="", failures="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        for path in self._inputs:
            if path in self.failed:
                typer.echo(f"voxcx: {self.failed[path]}", err=True)

    def opened(self, interaction: Interaction) -> None:
        """A recording's length is known now."""
        if not self._length_ms.of:
            self._started_s = monotonic()  # making the tools is no recognition; loading the weights is
        recording = interaction.recordings[0]
        self._length_ms.put(recording.path, round(recording.duration_s * MS_PER_S))
        self._bytes_opened.put(recording.path, self._bytes.of.get(recording.path, 0))
        self._show()

    def heard(self, interaction: Interaction, share: float) -> None:
        """So much of a recording's speech is recognised (a ``Progress``)."""
        recording = interaction.recordings[0]
        self._heard_ms.put(recording.path, round(share * recording.duration_s * MS_PER_S))
        self._show()

    def done(self, interaction: Interaction, remarks: tuple[str, ...]) -> None:
        """A recording is transcribed; what its reader has to know is said in one line."""
        self._done += 1
        self.heard(interaction, 1.0)
        if remarks:
            name = interaction.recordings[0].path.name
            out = self._bar.console
            out.print(f"{name}: {'; '.join(remarks)}.", markup=False, soft_wrap=not out.is_terminal)

    def fail(self, path: Path, sentence: str) -> None:
        """A recording is given up; why is told at the end."""
        for known in (self._bytes, self._bytes_opened, self._length_ms, self._heard_ms):
            known.drop(path)
        named = sentence.startswith((str(path), path.name))
        self.failed[path] = sentence if named else f"{path.name}: {sentence}"
        self._show()

    def conclude(self, out: Path | None) -> None:
        """The last line on a terminal: how many, how long, how fast, where to."""
        failed = f", {len(self.failed)} failed" if self.failed else ""
        where = "" if out is None else f" → {out}"
        sound = clock(self._heard_s)
        console.progress().print(
            f"Done {self._done}{failed}: {sound} of sound, {self._rate():.1f} × real time{where}",
            markup=False,
        )

    @property
    def _heard_s(self) -> float:
        """How much is recognised."""
        return self._heard_ms.whole / MS_PER_S

    def _rate(self) -> float:
        """Seconds of recordings in a second."""
        return self._heard_s / max(monotonic() - self._started_s, 1e-3)

    def _total_s(self) -> float:
        """What is opened, and the rest at as many bytes a second."""
        known_s, known = self._length_ms.whole / MS_PER_S, self._bytes_opened.whole
        return known_s * self._bytes.whole / known if known else known_s

    def _show(self) -> None:
        if self._bar.disable:
            return
        heard_s, total_s, rate = self._heard_s, self._total_s(), self._rate()
        about = "" if len(self._length_ms.of) == len(self._bytes.of) else "≈ "
        self._bar.update(
            self._line,
            description=f"{self._done} of {len(self._inputs)}",
            completed=heard_s,
            total=total_s or None,
            times=f"{clock(heard_s)} of {about}{clock(total_s)}",
            rate=f"{rate:.1f} × real time" if heard_s else "",
            left=f"{clock((total_s - heard_s) / rate)} left" if heard_s else "",
            failures=f"{len(self.failed)} failed" if self.failed else "",
        )


def transcripts(
    interactions: Iterable[Interaction], form: str, tools: Tools, screen: Screen
) -> Iterator[tuple[Path, str]]:
    """Each recording with its transcript in that format, in order, as it is finished; one that fails is told."""
    from voxcx.report.subtitles import left_out, written
    from voxcx.transcribing import transcribe_many

    for interaction, roles, answer in transcribe_many(interactions, tools, screen.heard):
        path = interaction.recordings[0].path
        if isinstance(answer, VoxcxError):
            screen.fail(path, str(answer))
        elif roles is not None:
            yield path, written(answer, roles.by_channel, path.stem, form)
            screen.done(interaction, _remarks(roles, left_out(answer, form)))


def _remarks(roles: Roles, missing: int) -> tuple[str, ...]:
    """What a reader of this transcript has to know."""
    told = [finding.text.rstrip(".") for finding in roles.findings if finding.verdict in TOLD]
    if missing:
        words = "1 doubtful word" if missing == 1 else f"{missing} doubtful words"
        told.append(f"{words} left out (--format json keeps them)")
    return tuple(told)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    out = Console(stderr=True, highlight=False)
    names = ("times", "rate", "left")
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        *(TextColumn(f"{{task.fields[{name}]}}") for name in names),
        TextColumn("[red]{task.fields[failures]}"),
        console=out,
        disable=not out.is_terminal,
        transient=True,
        expand=True,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
