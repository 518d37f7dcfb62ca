"""The hall of transcripts: in the order that was asked, failures in their places, listening a little ahead."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from time import sleep

import pytest

from voxcx import transcribing
from voxcx.config import Config
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction, Recording
from voxcx.domain.intervals import Interval
from voxcx.domain.transcript import Recognition, Transcript, Word
from voxcx.errors import InputError, VoxcxError
from voxcx.pipeline import Tools
from voxcx.transcribe.protocol import Progress, Spoken, in_silence, one_by_one
from voxcx.transcribing import transcribe_many
from voxcx.units import cores

HEARD = Heard(20.0, "ok", ((Interval(1.0, 2.0),), (Interval(3.0, 4.0),)))


class Told:
    """A recogniser that hears the call's name, cannot hear ``mumbled`` ones, and may answer in groups."""

    engine = "told"

    def __init__(self, together: int = 1) -> None:
        self._together = together

    def transcribe(self, spoken: Spoken) -> Recognition:
        if spoken.interaction.id.startswith("mumbled"):
            raise InputError(f"{spoken.interaction.id}: expected words, got noise; record it again.")
        words = ((Word(spoken.interaction.id, 1.1, 1.9),), (Word("yes", 3.1, 3.4),))
        return Recognition("en", self.engine, words[: len(spoken.heard.speech)])

    def transcribe_many(
        self, recordings: Iterable[Spoken], progress: Progress = in_silence
    ) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
        group: list[Spoken] = []
        for spoken in recordings:
            group.append(spoken)
            if len(group) == self._together:
                yield from one_by_one(self.transcribe, group, progress)
                group = []
        yield from one_by_one(self.transcribe, group, progress)


def tools(transcriber: Told | None = None, mask: Callable[[Transcript], Transcript] = lambda made: made) -> Tools:
    return Tools(
        config=Config(),
        definitions="default",
        transcriber=transcriber or Told(),
        csi_model=None,  # type: ignore[arg-type]  # transcripts are not judged
        form_for=lambda *_: None,
        mask=mask,
    )


def named(*names: str) -> list[Interaction]:
    recording = Recording(Path("a.wav"), "0" * 64, 20.0, 2, 8000)
    return [Interaction(name, "call", recordings=(recording,)) for name in names]


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listening without sound: ``broken`` ones fail, ``slow`` ones take their time."""

    def listening(interaction: Interaction, tools: Tools) -> Heard:  # noqa: ARG001 - as the pipeline's
        if interaction.id.startswith("slow"):
            sleep(0.05)
        if interaction.id.startswith("broken"):
            raise InputError(f"{interaction.id}: expected sound, got none; copy it again.")
        return HEARD

    monkeypatch.setattr(transcribing, "listen", listening)


@pytest.mark.parametrize("together", [1, 3, 100])
@pytest.mark.parametrize(
    "names",
    [
        (),
        ("a",),
        ("broken",),
        ("mumbled",),
        ("a", "b", "c"),
        ("broken1", "broken2", "a", "mumbled1", "broken3", "b", "mumbled2", "broken4"),
        ("slow1", "a", "slow2", "broken1", "slow3", "b", "c", "d", "e", "broken2"),
    ],
)
def test_every_recording_is_answered_in_its_place(names: tuple[str, ...], together: int) -> None:
    interactions = named(*names)
    answers = list(transcribe_many(interactions, tools(Told(together))))
    assert [interaction for interaction, _, _ in answers] == interactions
    for interaction, roles, answer in answers:
        if interaction.id.startswith(("broken", "mumbled")):
            assert roles is None
            assert isinstance(answer, InputError)
            assert str(answer).startswith(interaction.id)
        else:
            assert isinstance(answer, Transcript)
            assert [(u.role, u.text) for u in answer.utterances] == [("agent", interaction.id), ("customer", "yes")]


def test_roles_are_settled_for_each_recording() -> None:
    (first,) = named("a")
    answers = transcribe_many([first, replace(first, agent_channel=1)], tools())
    assert [roles.by_channel for _, roles, _ in answers if roles] == [("agent", "customer"), ("customer", "agent")]


def test_every_transcript_is_masked() -> None:
    masked = tools(mask=lambda made: replace(made, utterances=made.utterances[:1]))
    texts = [[u.text for u in made.utterances] for _, _, made in transcribe_many(named("a", "b"), masked)]  # type: ignore[union-attr]
    assert texts == [["a"], ["b"]]


def test_progress_is_passed_on() -> None:
    seen: list[tuple[str, float]] = []
    list(transcribe_many(named("a", "broken", "b"), tools(), lambda one, share: seen.append((one.id, share))))
    assert seen == [("a", 1.0), ("b", 1.0)]


def test_listening_runs_no_further_ahead_than_there_are_cores() -> None:
    drawn = 0

    def many() -> Iterator[Interaction]:
        nonlocal drawn
        for interaction in named(*(f"call-{k}" for k in range(100))):
            drawn += 1
            yield interaction

    for answered, _ in enumerate(transcribe_many(many(), tools()), start=1):
        assert drawn <= answered + cores()
    assert drawn == 100


def test_an_error_that_nobody_expects_is_its_recordings_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def listening(interaction: Interaction, tools: Tools) -> Heard:  # noqa: ARG001 - as the pipeline's
        if interaction.id == "odd":
            raise RuntimeError("my card number is")
        return HEARD

    monkeypatch.setattr(transcribing, "listen", listening)
    (_, _, first), (_, roles, odd), (_, _, last) = transcribe_many(named("a", "odd", "b"), tools())
    assert isinstance(first, Transcript)
    assert isinstance(last, Transcript)
    assert roles is None
    assert isinstance(odd, VoxcxError)
    assert "RuntimeError at test_transcribing.py" in str(odd)
    assert "card number" not in str(odd)  # it may quote the customer


def test_who_stops_listening_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    answers = transcribe_many(named(*(f"slow-{k}" for k in range(50))), tools())
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert not [one for one in set(threading.enumerate()) - before if one.name.startswith("listen")]
