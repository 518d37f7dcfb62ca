"""A plan → what both channels hold before the line: agent on channel 0, customer on channel 1, a faint hiss."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.calls.frames import FRAME
from voxcx.simulation.calls.plan import Plan
from voxcx.simulation.calls.script import Party
from voxcx.simulation.calls.signals import Samples

FLOOR_DB = -78.0  # a live line is never without a sound
CHANNEL: dict[Party, int] = {"agent": 0, "customer": 1}


def mix(plan: Plan, rng: np.random.Generator) -> Samples:
    """float32, shape (2, n), 8 kHz."""
    noise = rng.standard_normal((2, plan.length * FRAME), dtype=np.float32)
    sound = noise * np.float32(10 ** (FLOOR_DB / 20))
    for one in plan.soundings:
        _add(sound, one.channel, one.start, one.sound)
    for said in plan.placed:
        _add(sound, CHANNEL[said.party], said.start, said.said.sound)
    return sound


def _add(sound: Samples, channel: int, start: int, piece: Samples) -> None:
    first = start * FRAME
    sound[channel, first : first + piece.size] += piece
