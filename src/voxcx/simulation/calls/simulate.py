"""Calls one after another: sound and truth of call ``number`` of a seed, whatever else is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from voxcx.simulation.calls.building import build_call
from voxcx.simulation.calls.clips import Cast, Language
from voxcx.simulation.calls.codecs import Codec
from voxcx.simulation.calls.document import Made, document_of
from voxcx.simulation.calls.line import Line, draw_line, through
from voxcx.simulation.calls.mixing import mix
from voxcx.simulation.calls.sound_files import as_flac

Condition = Literal["clean", "phone"]
Clips = Callable[[Language], Cast]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to simulate; None leaves a property of the line to the condition, and the language to the draw."""

    seed: int
    condition: Condition = "clean"
    codec: Codec | None = None
    snr_db: float | None = None
    bleed_db: float | None = None
    packet_loss: float | None = None
    language: Language | None = None
    telephony: bool = False

    def line(self, rng: np.random.Generator) -> Line:
        """The line of one call: the condition's draw, with what is stated laid over it."""
        drawn = draw_line(rng) if self.condition == "phone" else Line()
        stated = {name: getattr(self, name) for name in ("codec", "snr_db", "bleed_db", "packet_loss")}
        return replace(drawn, **{name: value for name, value in stated.items() if value is not None})


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """A recording as FLAC bytes, and its truth."""

    id: str
    flac: bytes
    truth: dict[str, Any]

    @property
    def truth_json(self) -> str:
        """The truth as text; the same call gives the same bytes."""
        return json.dumps(self.truth, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def simulate_call(wanted: Wanted, number: int, clips: Clips) -> SimulatedCall:
    """Call ``number`` (from 0) of a seed.

    Raises:
        InputError: the clips do not make a call, or the codec cannot be encoded here.
    """
    drawn: Language = "ru" if np.random.default_rng([wanted.seed, number, 0]).random() < 0.5 else "en"
    language = wanted.language or drawn
    plan, voices = build_call(clips(language), language, wanted.seed, number)
    line = wanted.line(np.random.default_rng([wanted.seed, number, 3]))
    clean = mix(plan, np.random.default_rng([wanted.seed, number, 4]))
    flac = as_flac(through(clean, line, np.random.default_rng([wanted.seed, number, 5])))
    made = Made(call_id(wanted.seed, number), language, wanted.seed, number, line, voices, wanted.telephony)
    return SimulatedCall(made.id, flac, document_of(plan, made, flac))


def call_id(seed: int, number: int) -> str:
    """The name of a call, unique to seed and number.

    >>> call_id(7, 0)
    'sim-7-00001'
    """
    return f"sim-{seed}-{number + 1:05d}"
