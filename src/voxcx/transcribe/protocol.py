"""What a transcriber is: anything that turns what was heard into words per channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.transcript import Recognition

# Opens the recording anew and gives its int16 blocks, (channels, n) at 16 kHz.
Sound = Callable[[], Iterator[NDArray[np.int16]]]


class Transcriber(Protocol):
    """One recording in, its words per channel out. ``engine`` names the model for provenance."""

    @property
    def engine(self) -> str:
        """Name and digest of what recognises."""

    def transcribe(self, interaction: Interaction, heard: Heard, sound: Sound) -> Recognition:
        """Recognise the speech that was heard; a channel without speech gives no words."""
