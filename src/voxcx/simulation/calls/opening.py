"""Before the agent answers: IVR with prompts and keys, the queue with ringing or music."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from voxcx.simulation.calls.frames import FRAME, frames, seconds
from voxcx.simulation.calls.music import hold_music
from voxcx.simulation.calls.plan import Mark, Sounding
from voxcx.simulation.calls.script import Opening
from voxcx.simulation.calls.signals import Country, Samples, dtmf, ringback, ringing_spans
from voxcx.simulation.calls.speaker import Speaker
from voxcx.simulation.calls.voiced import CUT_FADE, Voiced

AGENT, CUSTOMER = 0, 1
MUSIC_DB = (-10.0, 0.0)  # of what music.hold_music gives


@dataclass
class Played:
    """What was heard so far; ``at`` is the frame where it ends, ``queue`` where the queue begins."""

    soundings: list[Sounding] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    at: int = 0
    queue: int | None = None

    def add(self, sound: Samples, channel: int = AGENT) -> int:
        """Play a sound now; gives the frame it began at."""
        began = self.at
        self.soundings.append(Sounding(channel, began, sound))
        self.at += sound.size // FRAME
        return began


def play_opening(opening: Opening, machine: Speaker, country: Country, rng: np.random.Generator) -> Played:
    """Everything before the agent's first word, in order."""
    played = Played()
    if opening.ivr:
        _ivr(played, opening, machine, rng)
    if opening.queue is not None:
        played.queue = played.at
        if "music" in opening.queue:
            _music(played, opening, machine, rng)
        if "ringback" in opening.queue:
            _ring(played, country, opening.bursts)
        played.at += int(rng.integers(40, 150))
    else:
        played.at = int(rng.integers(20, 80))
    return played


def music(duration_s: float, rng: np.random.Generator) -> Samples:
    """A piece of its own for every hold, at its own level."""
    gain = np.float32(10 ** (rng.uniform(*MUSIC_DB) / 20))
    return np.asarray(hold_music(duration_s, int(rng.integers(1_000_000))) * gain, dtype=np.float32)


def _ivr(played: Played, opening: Opening, machine: Speaker, rng: np.random.Generator) -> None:
    played.at = int(rng.integers(20, 80))
    began = played.at
    menu = machine.draw("prompt")
    if menu is not None:
        _menu(played, menu, opening, rng)
    if began == played.at or not opening.barge_in:
        played.at += int(rng.integers(40, 150))
    for digit in opening.keys:
        start = played.add(dtmf(digit, seconds(int(rng.integers(8, 21)))), CUSTOMER)
        played.marks.append(Mark("dtmf", "customer", start, played.at, detail=digit))
        played.at += int(rng.integers(12, 60))
    after = machine.draw("prompt")
    if after is not None and rng.random() < 0.5:
        played.at += int(rng.integers(30, 90))
        played.add(after.sound)
    played.at += int(rng.integers(30, 120))


def _menu(played: Played, menu: Voiced, opening: Opening, rng: np.random.Generator) -> None:
    """The menu; keys pressed into it stop it a moment later."""
    sound = menu.sound
    if not opening.barge_in:
        played.add(sound)
        return
    pressed = int(rng.integers(menu.length // 2, menu.length))
    stopped = min(menu.length, pressed + int(rng.integers(5, 15)))
    sound = sound[: stopped * FRAME].copy()
    sound[-CUT_FADE:] *= np.linspace(1.0, 0.0, CUT_FADE, dtype=np.float32)
    played.at = played.add(sound) + pressed


def _music(played: Played, opening: Opening, machine: Speaker, rng: np.random.Generator) -> None:
    played.add(music(float(rng.integers(50, 120)) / 10, rng))
    announcement = machine.draw("queue_prompt") if opening.announced else None
    if announcement is not None:
        played.at += int(rng.integers(10, 40))
        played.add(announcement.sound)
        played.at += int(rng.integers(10, 40))
        played.add(music(float(rng.integers(40, 90)) / 10, rng))
    if opening.queue == "music and ringback":
        played.at += int(rng.integers(20, 60))


def _ring(played: Played, country: Country, bursts: int) -> None:
    start = played.add(ringback(country, bursts))
    for span in ringing_spans(country, bursts):
        first, end = (start + frames(edge_s) for edge_s in (span.start_s, span.end_s))
        played.marks.append(Mark("ringback", "agent", first, end))
