"""Where speech begins and ends to 10 ms: the detector says that there is speech, the energy says exactly where.

Silero judges frames of 32 ms with a memory: it notices a soft onset («с», "f") up to 0.2 s late, lets go about 0.04 s
late and speaks through pauses of up to 0.5 s. Rates, overlap and pauses are measured in less than that. So an edge
moves to where the level crosses a threshold nearby, and a pause that is as quiet as the line parts a piece in two.
Where noise comes so near to the voice that no threshold fits between, the detector's own edges stay.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.intervals import Interval, Intervals
from voxcx.speech.resampling import RATE_HZ, Samples
from voxcx.units import rounded_s

STEP_S = 0.01
_STEP = round(STEP_S * RATE_HZ)
SILENT_DB = -100.0
UNHEARD_DB = np.float32(-np.inf)  # where this party cannot be heard: neither voice nor noise
_BELOW_LOUDEST_DB = 40.0  # in a clean recording all that is fainter than this is the silence of a room
_OUTWARDS_DB = 6.0  # what lies outside of the detector's edges must stand out more: breath and rustle do not
_ABOVE_NOISE_DB = 1.5  # above all but a twentieth of the noise
_NOISE_SPREAD_DB = 8.0  # steady noise varies by 3 dB from step to step, a street by more
_ROOM_DB = 14.0  # between the threshold and the loudest frame: with less, edges of words cannot be seen in the noise
_AROUND_S = 5.0  # noise is measured this far to either side of a piece
_FEWEST_QUIET = 20  # steps to measure noise by
_EARLIER_S = 0.3  # an edge moves outwards at most this far …
# Noise hides what is faint: by each decibel that it lifts the threshold, the ends of words that cannot be seen …
_TAIL_S_PER_DB = 0.003
_HEAD_S_PER_DB = 0.001
_PAUSE_S_PER_DB = 0.003  # … and what may be a faint sound inside a pause
_LATER_S = 0.15  # … and inwards at most this far
_BURST_STEPS = 3  # what an edge moves outwards to lasts at least this long: less is a click

Levels = NDArray[np.float32]


class Loudness:
    """Level of one channel in steps of 10 ms, fed block by block: int16 samples at 16 kHz."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=np.int16)
        self._levels: list[Levels] = []

    def add(self, samples: Samples) -> None:
        """Take the next samples, shape (n,)."""
        waiting = np.concatenate((self._rest, samples)) if self._rest.size else samples
        whole = waiting.size // _STEP * _STEP
        self._rest = waiting[whole:].copy()
        if whole:
            frames = waiting[:whole].reshape(-1, _STEP).astype(np.float32)
            power = np.einsum("fn,fn->f", frames, frames) / _STEP - np.square(frames.mean(axis=1))
            self._levels.append(10 * np.log10(np.maximum(power, 0.1)) - np.float32(90.3))

    @property
    def db(self) -> Levels:
        """Decibels of full scale per step."""
        return np.concatenate(self._levels) if self._levels else np.zeros(0, dtype=np.float32)


def sharpened(pieces: Intervals, levels_db: Levels, pause_s: float) -> Intervals:
    """The pieces with edges on the level's own, parted at quiet pauses of at least ``pause_s``."""
    quiet = _outside(pieces, levels_db.size) & (levels_db > UNHEARD_DB)
    found: list[Interval] = []
    for k, piece in enumerate(pieces):
        after_s = pieces[k + 1].start_s if k + 1 < len(pieces) else levels_db.size * STEP_S
        room = Interval(found[-1].end_s if found else 0.0, max(after_s, piece.end_s))
        threshold_db = _threshold_db(piece, levels_db, quiet)
        if threshold_db is None:
            found.append(piece)
        else:
            found += _parted(piece, room, (levels_db, threshold_db), pause_s)
    return tuple(found)


def _outside(pieces: Intervals, steps: int) -> NDArray[np.bool_]:
    outside = np.ones(steps, dtype=bool)
    for piece in pieces:
        outside[_step(piece.start_s - _EARLIER_S) : _step(piece.end_s + _EARLIER_S)] = False
    return outside


def _threshold_db(piece: Interval, levels_db: Levels, quiet: NDArray[np.bool_]) -> float | None:
    """Between the noise around the piece and its loudest step; None where there is no room."""
    own = levels_db[_step(piece.start_s) : _step(piece.end_s)]
    own = own[own > UNHEARD_DB]
    if not own.size:
        return None
    around = slice(_step(piece.start_s - _AROUND_S), _step(piece.end_s + _AROUND_S))
    noise = levels_db[around][quiet[around]]
    loudest_db = float(own.max())
    noise_db = _noise_db(noise if noise.size >= _FEWEST_QUIET else own)
    threshold_db = max(loudest_db - _BELOW_LOUDEST_DB, noise_db + _ABOVE_NOISE_DB, SILENT_DB)
    return threshold_db if threshold_db <= loudest_db - _ROOM_DB else None


def _noise_db(quiet_db: Levels) -> float:
    """The upper edge of the noise, by what is near its quietest tenth: music and knocks beside it are none of it."""
    least_db = float(np.quantile(quiet_db, 0.1))
    return float(np.quantile(quiet_db[quiet_db <= least_db + _NOISE_SPREAD_DB], 0.95))


def _parted(piece: Interval, room: Interval, judged: tuple[Levels, float], pause_s: float) -> Iterator[Interval]:
    levels_db, threshold_db = judged
    first, end = _step(piece.start_s), min(_step(piece.end_s), levels_db.size)
    reach, pause = round(_EARLIER_S / STEP_S), round(pause_s / STEP_S)
    hidden_db = threshold_db - (float(levels_db[first:end].max()) - _BELOW_LOUDEST_DB)
    before = levels_db[max(_step(room.start_s), first - reach) : first]
    beyond = levels_db[end : min(_step(room.end_s), end + reach)]
    first -= _outwards(before[::-1], threshold_db, pause)
    end += _outwards(beyond, threshold_db, pause)
    loud = levels_db[first:end] >= threshold_db
    start, stop = _inwards(loud, hidden_db)
    loud[[start, stop - 1]] = True
    pause = round((pause_s + hidden_db * _PAUSE_S_PER_DB) / STEP_S)
    steps = start + np.flatnonzero(loud[start:stop])
    breaks = np.flatnonzero(np.diff(steps) > pause)
    for a, b in zip([start, *steps[breaks + 1]], [*(steps[breaks] + 1), stop], strict=True):
        yield Interval(rounded_s(int(first + a) * STEP_S), rounded_s(int(first + b) * STEP_S))


def _inwards(loud: NDArray[np.bool_], hidden_db: float) -> tuple[int, int]:
    """First step and the one behind the last of what stays, at least one of them loud."""
    steps, limit = np.flatnonzero(loud), round(_LATER_S / STEP_S)
    head, tail = (round(hidden_db * per_db / STEP_S) for per_db in (_HEAD_S_PER_DB, _TAIL_S_PER_DB))
    start = min(max(int(steps[0]) - head, 0), limit)
    return start, loud.size - min(max(loud.size - 1 - int(steps[-1]) - tail, 0), limit)


def _outwards(levels_db: Levels, threshold_db: float, pause: int) -> int:
    """How many steps beyond an edge still belong to it: clear bursts that no pause parts from it, till they fade."""
    loud, clear = levels_db >= threshold_db, levels_db >= threshold_db + _OUTWARDS_DB
    reached = run = 0
    for at, is_clear in enumerate(clear.tolist()):
        run = run + 1 if is_clear else 0
        if at - reached > pause:
            break
        if run >= _BURST_STEPS or (is_clear and run == at + 1):
            reached = at + 1
    while reached < loud.size and loud[reached]:
        reached += 1
    return reached


def _step(time_s: float) -> int:
    return max(round(time_s / STEP_S), 0)
