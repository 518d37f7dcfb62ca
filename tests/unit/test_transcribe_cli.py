"""``voxcx transcribe`` through the real command line and the real walk, with a recogniser that is told what to hear."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sound_files import piece, write_wav
from voxcx import assembly, transcribing
from voxcx.choices import Choices
from voxcx.cli import main
from voxcx.cli.recognising import Screen
from voxcx.config import Config
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction, Recording
from voxcx.domain.transcript import Recognition, Word
from voxcx.errors import InputError, ModelError, VoxcxError
from voxcx.intake import opening
from voxcx.pipeline import Tools
from voxcx.results import writing
from voxcx.transcribe.protocol import Progress, Spoken, in_silence, one_by_one

Run = Callable[..., tuple[int, str, str]]
HEARD = ((Word("Good", 0.6, 0.9), Word("morning.", 0.9, 1.3)), (Word("Hi,", 5.9, 6.1), Word("erm", 6.1, 6.3, 0.2, "?")))


class Told:
    """A recogniser that hears the same in every recording, and fails on what is named ``bad``."""

    engine = "told"

    def __init__(self, *_: object) -> None: ...

    def transcribe(self, spoken: Spoken) -> Recognition:
        if spoken.interaction.id == "bad":
            raise InputError("bad: expected words, got noise; record it again.")
        return Recognition("en", self.engine, HEARD[: len(spoken.heard.speech)])

    def transcribe_many(
        self, recordings: Iterable[Spoken], progress: Progress = in_silence
    ) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
        return one_by_one(self.transcribe, recordings, progress)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """``voxcx transcribe …`` in this process: (exit code, stdout, stderr)."""
    monkeypatch.setattr(assembly, "LazyTranscriber", Told)

    def running(*arguments: object, verb: str = "transcribe") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voxcx", verb, *(str(one) for one in arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return ended.value.code if isinstance(ended.value.code, int) else 0, out, err

    return running


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """A folder with three short calls: a, b, c."""
    for name in "abc":
        write_wav(tmp_path / f"{name}.wav", piece(0.0, 7.0))
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- what is written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "txt", "srt", "vtt", "rttm"])
def test_one_file_a_recording_in_each_format(run: Run, calls: Path, form: str) -> None:
    out = calls / "new" / "folder"
    code, printed, said = run(calls / "a.wav", calls / "b.wav", "--format", form, "--out", out)
    assert (code, printed) == (0, "")
    assert names(out) == [f"a.{form}", f"b.{form}"]
    doubtful = "1 doubtful word left out (--format json keeps them)." if form in {"txt", "srt", "vtt"} else ""
    assert said == "".join(f"{name}.wav: {doubtful}\n" for name in "ab" if doubtful)


def test_one_recording_goes_to_standard_output_the_same_to_the_byte(run: Run, calls: Path) -> None:
    code, printed, said = run(calls / "a.wav", "--format", "txt")
    assert (code, printed) == (0, "[00:00.6] Agent: Good morning.\n[00:05.9] Customer: Hi,\n")
    assert "1 doubtful word" in said
    assert run(calls / "a.wav") == run(calls / "a.wav")


def test_its_json_is_replayed_to_the_same_transcript_with_what_is_doubtful(run: Run, calls: Path) -> None:
    run(calls / "a.wav", "--out", calls / "out")
    stored = calls / "out" / "a.json"
    _, answer, _ = run(calls / "a.wav", "--transcript", stored, "--format", "json", verb="score")
    assert json.loads(answer)["transcript"] == json.loads(stored.read_text(encoding="utf-8"))
    assert json.loads(answer)["transcript"]["utterances"][1]["words"][1]["suspect"] == "?"
    assert run(calls / "a.wav", "--transcript", stored)[1] == stored.read_text(encoding="utf-8")


def test_an_older_transcript_is_overwritten(run: Run, calls: Path) -> None:
    (calls / "a.txt").write_text("old", encoding="utf-8")
    assert run(calls / "a.wav", "--format", "txt", "--out", calls)[0] == 0
    assert (calls / "a.txt").read_text(encoding="utf-8").startswith("[00:00.6] Agent")


def test_metadata_beside_a_recording_and_meta_say_where_the_agent_is(run: Run, calls: Path) -> None:
    (calls / "a.json").write_text('{"agent_channel": 1}', encoding="utf-8")
    assert "Customer: Good morning." in run(calls / "a.wav", "--format", "txt")[1]
    (calls / "m.json").write_text('{"agent_channel": 0}', encoding="utf-8")
    assert "Agent: Good morning." in run(calls / "a.wav", "--format", "txt", "--meta", calls / "m.json")[1]


def test_what_matters_about_the_channels_is_said_in_one_line(run: Run, calls: Path) -> None:
    mono = write_wav(calls / "mono.wav", piece(0.0, 7.0)[:1])
    code, printed, said = run(mono, "--format", "srt")
    assert code == 0
    assert printed.startswith("1\n00:00:00,600 --> 00:00:01,400\nGood morning.\n")
    assert said.count("\n") == 1
    assert said.startswith("mono.wav: one channel: the parties cannot be told apart")
    silent = write_wav(calls / "silent.wav", np.zeros((2, 16_000), dtype=np.int16))
    assert "silent.wav: no speech was heard on any channel" in run(silent)[2]


def test_the_device_is_chosen(run: Run, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str | None] = []
    make = assembly.make_tools

    def watched(choices: Choices) -> Tools:
        chosen.append(choices.device)
        return make(choices)

    monkeypatch.setattr(assembly, "make_tools", watched)
    run(calls / "a.wav")
    run(calls / "a.wav", "--device", "cpu")
    assert chosen == [None, "cpu"]


# --- what fails ---------------------------------------------------------------------------------------------------


def test_a_bad_recording_costs_nothing_else(run: Run, calls: Path) -> None:
    write_wav(calls / "bad.wav", piece(0.0, 7.0))
    (calls / "letter.wav").write_bytes(b"Dear customer, " * 100)
    inputs = [calls / f"{name}.wav" for name in ("gone", "a", "bad", "letter", "b")]
    code, printed, said = run(*inputs, "--out", calls / "out")
    assert (code, printed) == (1, "")
    assert names(calls / "out") == ["a.json", "b.json"]
    told = [line.split(": ")[1].rsplit("/", 1)[-1] for line in said.splitlines()]
    assert told == ["gone.wav", "bad.wav", "letter.wav"]  # in the order they were given
    assert "bad.wav: bad: expected words" in said
    assert "Traceback" not in said


def test_a_recording_that_breaks_while_it_is_listened_to_costs_nothing_else(
    run: Run, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen = transcribing.listen

    def breaking(interaction: Interaction, tools: Tools) -> Heard:
        if interaction.id == "b":
            raise InputError("b.wav: expected sound, got a file that is gone; copy it again.")
        return listen(interaction, tools)

    monkeypatch.setattr(transcribing, "listen", breaking)
    code, _, said = run(*(calls / f"{name}.wav" for name in "abc"), "--out", calls / "out")
    assert code == 1
    assert names(calls / "out") == ["a.json", "c.json"]
    assert said == "voxcx: b.wav: expected sound, got a file that is gone; copy it again.\n"


def test_a_recogniser_that_cannot_be_loaded_ends_it(run: Run, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Told, *_: object) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:  # noqa: ARG001
        raise ModelError("Recognition model x: expected files, found none; install it.")

    monkeypatch.setattr(Told, "transcribe_many", refuse)
    code, _, said = run(calls / "a.wav", calls / "b.wav", "--out", calls / "out")
    assert (code, said) == (2, "voxcx: Recognition model x: expected files, found none; install it.\n")


def test_recordings_are_opened_when_their_turn_comes_and_written_as_they_are_finished(
    run: Run, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[list[str]] = []
    really = opening.open_interaction

    def watched(*arguments: object) -> object:
        there.append(names(calls / "out"))
        return really(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "open_interaction", watched)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})  # one core listens one recording ahead
    run(*(calls / f"{name}.wav" for name in "abc"), "--out", calls / "out")
    assert there == [[], [], ["a.json"]]


def test_a_full_disk_is_told_and_what_was_whole_stays(run: Run, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = writing.write_whole

    def full(path: Path, fill: Callable[[object], object]) -> None:
        if path.name == "b.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, fill)

    monkeypatch.setattr(writing, "write_whole", full)
    code, _, said = run(*(calls / f"{name}.wav" for name in "abc"), "--out", calls / "out")
    assert code == 2
    assert "No space left on device" in said
    assert names(calls / "out") == ["a.json"]


# --- what is refused before anything is recognised ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "names_it"),
    [
        ("a.wav b.wav", "--out: expected a folder for the transcripts of 2 recordings"),
        (". --out new", "got a folder"),
        ("chat.json", "chat.json: expected a recording, got a .json"),
        ("a.wav other/a.flac --out new", "other/a.flac: expected one recording for a.json, got a.wav as well"),
        ("a.wav a.wav --out new", "a.wav: expected one recording for a.json"),
        ("a.wav --out b.wav", "--out b.wav: expected a folder, got a file"),
        ("a.wav --out b.wav/new", "--out b.wav/new: expected a folder that can be made"),
        ("a.wav b.wav --out new --meta m.json", "--meta m.json: expected one recording"),
        ("a.wav b.wav --out new --transcript t.json", "--transcript t.json: expected one recording"),
        ("a.wav --out .", "a.json: expected a place to write to, got that of the metadata"),
        ("other/a.flac --out .", "a.json: expected a place to write to, got that of the metadata"),
        ("song.txt --format txt --out .", "song.txt: expected a place to write to, got an input"),
        ("a.wav --transcript new/a.json --out new", "new/a.json: expected a place to write to, got an input"),
        ("a.wav --language de", "--language: expected one of auto, en, ru, got 'de'"),
    ],
)
def test_refused_at_once_in_one_sentence(
    run: Run, calls: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, names_it: str
) -> None:
    monkeypatch.chdir(calls)
    monkeypatch.setattr(transcribing, "transcribe_many", None)  # nothing is recognised
    before = {path: path.read_bytes() for path in calls.rglob("*") if path.is_file()}
    code, printed, said = run(*arguments.split())
    assert (code, printed) == (2, "")
    assert said.startswith("voxcx: ")
    assert said.count("\n") == 1
    assert names_it in said
    assert {path: path.read_bytes() for path in calls.rglob("*") if path.is_file()} == before


# --- what is seen -------------------------------------------------------------------------------------------------


@pytest.fixture
def sized(tmp_path: Path) -> list[Path]:
    """Three files of one size: a, b, c."""
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_bytes(bytes(1000))
    return paths


def call_of(path: Path, duration_s: float = 60.0) -> Interaction:
    return Interaction(path.stem, "call", recordings=(Recording(path, "", duration_s, 2, 8000),))


def test_the_bar_counts_seconds_of_recordings_and_guesses_the_rest_by_size(
    sized: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal
    paths = sized
    first, second = (call_of(path) for path in paths[:2])
    with Screen(paths) as screen:
        line = screen._bar.tasks[0]
        screen.opened(first)
        screen.heard(first, 0.5)
        assert (line.completed, line.total, line.fields["times"]) == (30.0, 180.0, "0:30 of ≈ 3:00")
        screen.opened(second)
        screen.heard(second, 0.25)
        screen.done(first, ())
        assert (line.completed, line.description) == (75.0, "1 of 3")
        screen.fail(paths[2], "expected sound.")
        assert (line.total, line.fields["times"], line.fields["failures"]) == (120.0, "1:15 of 2:00", "1 failed")


def test_sums_stay_those_of_the_recordings_through_thousands_of_windows_and_a_failure(
    sized: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    first, second = call_of(sized[0], 61.7), call_of(sized[1], 33.1)
    with Screen(sized) as screen:
        screen.opened(first)
        screen.opened(second)
        for step in range(1, 3001):
            screen.heard(first, step / 3000)
            screen.heard(second, step / 3000)
        line = screen._bar.tasks[0]
        assert (line.completed, line.total) == (94.8, 142.2)
        screen.fail(sized[1], "expected sound.")
        assert (line.completed, line.total) == (61.7, 123.4)
        screen.fail(sized[0], "expected sound.")
        assert (line.completed, line.fields["times"], line.fields["left"]) == (0.0, "0:00 of ≈ 0:00", "")


def test_where_nobody_looks_nothing_is_reckoned(sized: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Screen, "_total_s", None)
    with Screen(sized) as screen:
        screen.opened(call_of(sized[0]))
        screen.heard(call_of(sized[0]), 0.5)
        assert (screen._bar.disable, screen._heard_s) == (True, 30.0)


# --- when weights are loaded --------------------------------------------------------------------------------------


def test_weights_wait_for_the_first_recording(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done: list[str] = []

    class Loaded(Told):
        def __init__(self, *_: object) -> None:
            done.append("weights")

        def transcribe(self, spoken: Spoken) -> Recognition:
            done.append(f"words of {spoken.interaction.id}")
            return Recognition("en", self.engine, ((), ()))

    def recordings(letters: str) -> Iterator[Spoken]:
        for letter in letters:
            done.append(letter)
            yield Spoken(call_of(tmp_path / letter), Heard(60.0, "ok", ((), ())), lambda: iter(()))

    monkeypatch.setattr(assembly, "WhisperTranscriber", Loaded)
    lazy = assembly.LazyTranscriber(Config().transcribe, "auto", lambda _interaction, _language: ())
    assert list(lazy.transcribe_many(recordings(""))) == []
    assert done == []
    answered = [spoken.interaction.id for spoken, _ in lazy.transcribe_many(recordings("ab"))]
    assert answered == ["a", "b"]
    assert done == ["a", "weights", "words of a", "b", "words of b"]
