"""A transcript that was made before, so that nothing is ever transcribed twice (`--transcript FILE`)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from voxcx.config import Checked, first_problem, read_json
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Interval, Intervals
from voxcx.domain.transcript import Recognition, Word
from voxcx.errors import InputError, VoxcxError
from voxcx.transcribe.protocol import Progress, Spoken, in_silence, one_by_one

Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]
SLACK_S = 0.5  # a word may end this much after the recording: rounding and padding of other engines
CLEAR_SHARE = 0.8  # of the time of words: where so much falls into speech of the other channel, there they were said


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
    dropped: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


class _Channels(BaseModel):
    """Who was on which channel, of a whole result; the rest of it is not read."""

    roles: dict[Annotated[int, Field(ge=0, le=1)], Literal["agent", "customer", "unknown"]] = {}


class ReplayTranscriber:
    """Gives back one stored transcript: the `transcript` object of a result, or a whole result JSON."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stored, self._channels = _read(path)
        self.engine = self._stored.engine

    def transcribe(self, spoken: Spoken) -> Recognition:
        """Put the stored words on the channels they were said on; refuses words beyond the recording.

        A whole result says who was where. A transcript alone does not: its roles lie as the metadata has them, unless
        the words clearly fall into speech the other way round, as where exchanged roles were mended. In each of several
        recordings this is asked again: another recorder may have put the parties the other way round.
        """
        heard = spoken.heard
        channels: list[list[Word]] = [[] for _ in heard.speech]
        agent_channel = self._agent_channel(spoken.interaction, heard)
        turned = self._turned(spoken.interaction, heard, agent_channel)
        for utterance in self._stored.utterances:
            for word in utterance.words or _spread(utterance):
                self._refuse_outside(word, heard)
                agent_here = 1 - agent_channel if any(_middle_s(word) in span for span in turned) else agent_channel
                channels[_channel(utterance.role, agent_here, len(channels))].append(
                    Word(word.text, word.start_s, word.end_s, word.confidence, word.suspect)
                )
        ordered = tuple(tuple(sorted(words, key=lambda w: (w.start_s, w.end_s))) for words in channels)
        return Recognition(self._stored.language, self._stored.engine, ordered, tuple(self._stored.dropped.items()))

    def transcribe_many(
        self, recordings: Iterable[Spoken], progress: Progress = in_silence
    ) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
        """The same words for each: for one recording."""
        return one_by_one(self.transcribe, recordings, progress)

    def _refuse_outside(self, word: _Word, heard: Heard) -> None:
        if not word.start_s <= word.end_s <= heard.duration_s + SLACK_S:
            raise InputError(
                f"{self._path.name}: expected words inside the recording of {heard.duration_s:.1f} s, got "
                f"one at {word.start_s}–{word.end_s} s; is it this recording's transcript?"
            )

    def _agent_channel(self, interaction: Interaction, heard: Heard) -> int:
        if len(heard.speech) != 2:
            return interaction.agent_channel
        for channel, role in self._channels.roles.items():
            if role in {"agent", "customer"}:
                return channel if role == "agent" else 1 - channel
        stated = interaction.agent_channel
        whole = Interval(0.0, heard.duration_s + SLACK_S)
        return 1 - stated if self._said_elsewhere(stated, heard, whole) else stated

    def _turned(self, interaction: Interaction, heard: Heard, agent_channel: int) -> Intervals:
        """Where several recordings lie in which the words were said the other way round."""
        spans = tuple(recording.span for recording in interaction.recordings)
        if len(spans) < 2 or len(heard.speech) != 2:
            return ()
        return tuple(span for span in spans if self._said_elsewhere(agent_channel, heard, span))

    def _said_elsewhere(self, agent_channel: int, heard: Heard, within: Interval) -> bool:
        """Whether words fall into speech of the other party's channel, and hardly any into their own."""
        there_s = here_s = whole_s = 0.0
        for utterance in self._stored.utterances:
            own = _channel(utterance.role, agent_channel, 2)
            for word in utterance.words or _spread(utterance):
                if _middle_s(word) not in within:
                    continue
                whole_s += word.end_s - word.start_s
                here_s += _spoken_s(word, heard.speech[own])
                there_s += _spoken_s(word, heard.speech[1 - own])
        return there_s > CLEAR_SHARE * whole_s and here_s < (1 - CLEAR_SHARE) * whole_s


def _channel(role: str, agent_channel: int, channels: int) -> int:
    if channels < 2 or role == "unknown":
        return 0
    return agent_channel if role == "agent" else 1 - agent_channel


def _middle_s(word: _Word) -> float:
    return (word.start_s + word.end_s) / 2


def _spoken_s(word: _Word, speech: Intervals) -> float:
    """How much of a word's time is speech."""
    first = bisect_right(speech, word.start_s, key=lambda piece: piece.end_s)
    covered_s = 0.0
    for piece in islice(speech, first, None):
        if piece.start_s >= word.end_s:
            break
        covered_s += min(piece.end_s, word.end_s) - max(piece.start_s, word.start_s)
    return covered_s


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


def _read(path: Path) -> tuple[_Transcript, _Channels]:
    raw = read_json(path, "a transcript JSON")
    channels: object = {}
    if isinstance(raw, dict) and "transcript" in raw:
        channels, raw = raw.get("channels") or {}, raw["transcript"]
    try:
        return _Transcript.model_validate(raw), _Channels.model_validate(channels)
    except ValidationError as error:
        raise InputError(f"{path}: {first_problem(error)}; expected the transcript object of a result.") from None
