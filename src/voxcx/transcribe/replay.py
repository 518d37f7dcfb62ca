"""A transcript that was made before, so that nothing is ever transcribed twice (`--transcript FILE`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from voxcx.config import Checked, first_problem, read_json
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.transcript import Recognition, Word
from voxcx.errors import InputError, VoxcxError
from voxcx.transcribe.protocol import Progress, Spoken, in_silence, one_by_one

Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]
SLACK_S = 0.5  # a word may end this much after the recording: rounding and padding of other engines


class _Word(Checked):
    text: str
    start_s: Time
    end_s: Time
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    suspect: str | None = None


class _Utterance(Checked):
    role: Literal["agent", "customer", "unknown"]
    start_s: Time
    end_s: Time
    text: str
    words: tuple[_Word, ...] = ()


class _Transcript(Checked):
    language: str
    engine: str = "replay"
    utterances: tuple[_Utterance, ...]


class ReplayTranscriber:
    """Gives back one stored transcript: the `transcript` object of a result, or a whole result JSON."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stored = _read(path)
        self.engine = self._stored.engine

    def transcribe(self, spoken: Spoken) -> Recognition:
        """Put the stored words on the channels of their roles; refuses words beyond the recording."""
        interaction, heard = spoken.interaction, spoken.heard
        channels: list[list[Word]] = [[] for _ in heard.speech]
        for utterance in self._stored.utterances:
            for word in utterance.words or _spread(utterance):
                self._refuse_outside(word, heard)
                channels[self._channel(utterance.role, interaction, len(channels))].append(
                    Word(word.text, word.start_s, word.end_s, word.confidence, word.suspect)
                )
        ordered = tuple(tuple(sorted(words, key=lambda w: (w.start_s, w.end_s))) for words in channels)
        return Recognition(self._stored.language, self._stored.engine, ordered)

    def transcribe_many(
        self, recordings: Iterable[Spoken], progress: Progress = in_silence
    ) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
        """The same words for each: for one recording."""
        return one_by_one(self.transcribe, recordings, progress)

    def _refuse_outside(self, word: _Word, heard: Heard) -> None:
        if not word.start_s <= word.end_s <= heard.duration_s + SLACK_S:
            raise InputError(
                f"{self._path.name}: expected words inside the recording of {heard.duration_s:.1f} s, got "
                f"{word.text!r} at {word.start_s}–{word.end_s} s; is it this recording's transcript?"
            )

    def _channel(self, role: str, interaction: Interaction, channels: int) -> int:
        if channels < 2 or role == "unknown":
            return 0
        return interaction.agent_channel if role == "agent" else 1 - interaction.agent_channel


def _spread(utterance: _Utterance) -> tuple[_Word, ...]:
    """Words of an utterance without word times, spread over it by their length."""
    texts = utterance.text.split()
    letters = sum(len(text) for text in texts) or 1
    step_s = (utterance.end_s - utterance.start_s) / letters
    words, at_s = [], utterance.start_s
    for text in texts:
        end_s = at_s + step_s * len(text)
        words.append(_Word(text=text, start_s=round(at_s, 3), end_s=round(end_s, 3)))
        at_s = end_s
    return tuple(words)


def _read(path: Path) -> _Transcript:
    raw = read_json(path, "a transcript JSON")
    if isinstance(raw, dict) and "transcript" in raw:
        raw = raw["transcript"]
    try:
        return _Transcript.model_validate(raw)
    except ValidationError as error:
        raise InputError(f"{path}: {first_problem(error)}; expected the transcript object of a result.") from None
