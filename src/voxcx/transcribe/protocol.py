"""What a transcriber is: anything that turns what was heard into words per channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.transcript import Recognition
from voxcx.errors import VoxcxError

# Opens the recording anew and gives its int16 blocks, (channels, n) at 16 kHz.
Sound = Callable[[], Iterator[NDArray[np.int16]]]

# Told the interaction and the share of its speech that has been recognised, 0–1.
Progress = Callable[[Interaction, float], None]


def in_silence(interaction: Interaction, share: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording that has been listened to: what a transcriber needs of it."""

    interaction: Interaction
    heard: Heard
    sound: Sound


class Transcriber(Protocol):
    """Recordings in, their words per channel out. ``engine`` names the model for provenance."""

    @property
    def engine(self) -> str:
        """Name and digest of what recognises."""

    def transcribe(self, spoken: Spoken) -> Recognition:
        """Recognise the speech that was heard; a channel without speech gives no words."""

    def transcribe_many(
        self, recordings: Iterable[Spoken], progress: Progress = in_silence
    ) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
        """Many recordings, answers in their order; what cannot be recognised costs nothing else."""


def one_by_one(
    transcribe: Callable[[Spoken], Recognition], recordings: Iterable[Spoken], progress: Progress
) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
    """``transcribe_many`` for a transcriber that gains nothing from many."""
    for spoken in recordings:
        try:
            answer: Recognition | VoxcxError = transcribe(spoken)
        except VoxcxError as error:
            answer = error
        progress(spoken.interaction, 1.0)
        yield spoken, answer
