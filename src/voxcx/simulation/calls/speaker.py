"""One party of one call: its clips in the voice of that call, handed out without repeating while others are left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from voxcx.simulation.calls.clips import Clip, ClipKind
from voxcx.simulation.calls.voiced import Voiced, voiced

Fits = Callable[[Voiced], bool]
PITCH_REACH = 0.06
LEVEL_DB = (-4.0, 3.0)


class Speaker:
    """Draws clips; the random order is the call's own."""

    def __init__(self, clips: Sequence[Clip], rng: np.random.Generator) -> None:
        self.pitch = round(float(rng.uniform(1 - PITCH_REACH, 1 + PITCH_REACH)), 3)
        self.level_db = round(float(rng.uniform(*LEVEL_DB)), 1) + 0.0  # no negative zero
        self._clips = [clips[number] for number in rng.permutation(len(clips)).tolist()]
        self._said: dict[int, Voiced | None] = {}
        self._used: Counter[int] = Counter()

    def has(self, kind: ClipKind) -> bool:
        """Whether any clip is of that kind."""
        return any(clip.kind == kind for clip in self._clips)

    def draw(self, kind: ClipKind, *fits: Fits) -> Voiced | None:
        """The clip of that kind that fits and was said least often; None where none fits."""
        numbers = [number for number, clip in enumerate(self._clips) if clip.kind == kind]
        for number in sorted(numbers, key=self._used.__getitem__):
            said = self._voiced(number)
            if said is not None and all(fit(said) for fit in fits):
                self._used[number] += 1
                return said
        return None

    def start_over(self) -> None:
        """Forget what was said; the voices stay."""
        self._used.clear()

    def _voiced(self, number: int) -> Voiced | None:
        if number not in self._said:
            self._said[number] = voiced(self._clips[number], self.pitch, self.level_db)
        return self._said[number]
