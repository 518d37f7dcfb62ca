"""A call's plan: lines with their pauses; placed in time once their sounds are known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from samples.voices import FRAME_S, RATE_HZ, Samples, frame_rms, speak

CUT_SEARCH_S = 0.15  # a cut-off line ends in the quietest frame this near to the planned cut
CUT_FADE_S = 0.015


@dataclass(frozen=True, slots=True)
class Line:
    """Something said (role agent or customer) or, with hold_s, music on the agent's side."""

    id: str
    role: str
    text: str
    gap_s: float = 0.0
    during: str | None = None
    at_s: float = 0.0
    kind: str | None = None
    event: str | None = None
    keep_s: float | None = None
    said: str | None = None
    hold_s: float = 0.0

    @property
    def heard_text(self) -> str:
        """The words that are really in the recording."""
        return self.said or self.text


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its sound and the second it starts at."""

    line: Line
    sound: Samples
    start_s: float

    @property
    def end_s(self) -> float:
        """The second it ends at."""
        return self.start_s + len(self.sound) / RATE_HZ


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What a call's YAML file says."""

    id: str
    seed: int
    voices: dict[str, str]
    lines: tuple[Line, ...]
    tail_s: float
    expected: dict[str, str]
    critical_errors: dict[str, list[str]]
    metadata: dict[str, Any]


def read_plan(path: Path) -> CallPlan:
    """The plan of one call."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = tuple(Line(**{"role": "agent", "text": ""} | line) for line in raw["lines"])
    return CallPlan(
        id=raw["id"],
        seed=raw["seed"],
        voices={"agent": raw["agent_voice"], "customer": raw["customer_voice"]},
        lines=lines,
        tail_s=raw["tail_s"],
        expected=raw["expected"],
        critical_errors=raw["critical_errors"],
        metadata=raw["metadata"],
    )


def place(plan: CallPlan) -> tuple[Placed, ...]:
    """Every line with its sound and start; starts are whole frames, so truth and samples agree."""
    placed: dict[str, Placed] = {}
    end_s = 0.0
    for line in plan.lines:
        sound = _sound(line, plan.voices)
        after_s = placed[line.during].start_s + line.at_s if line.during else end_s + line.gap_s
        placed[line.id] = Placed(line, sound, round(after_s / FRAME_S) * FRAME_S)
        end_s = max(end_s, placed[line.id].end_s)
    return tuple(placed.values())


def _sound(line: Line, voices: dict[str, str]) -> Samples:
    if line.hold_s:
        return np.zeros(round(line.hold_s * RATE_HZ), dtype=np.float32)  # the music is mixed in later
    sound = speak(voices[line.role], line.text)
    return sound if line.keep_s is None else _cut(sound, line.keep_s)


def _cut(sound: Samples, keep_s: float) -> Samples:
    level = frame_rms(sound)
    first, last = (round((keep_s + side * CUT_SEARCH_S) / FRAME_S) for side in (-1, 1))
    end = (first + int(level[first:last].argmin())) * round(FRAME_S * RATE_HZ)
    kept = sound[:end].copy()
    fade = round(CUT_FADE_S * RATE_HZ)
    kept[-fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return kept
