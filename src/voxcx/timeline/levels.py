"""How loud a channel is, every 16 ms, kept small: for the edges of what the long spectra find."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.intervals import Interval, Intervals, bridge
from voxcx.timeline.spectrum import FIRST_S, SHORT_STEP_S, Powers, decibels

NOTHING_DB = -120.0


class Levels:
    """dB of a full-scale sine per short frame, two bytes each. ``add`` powers, then ``finish``, then ask."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.float16]] = []
        self.db = np.zeros(0, dtype=np.float16)

    def add(self, powers: Powers) -> None:
        """Take the powers of the next frames."""
        self._parts.append(decibels(powers).astype(np.float16))

    def finish(self) -> None:
        """To be called when the sound is over, before anything is asked."""
        self.db = np.concatenate(self._parts) if self._parts else self.db
        self._parts = []

    def between(self, start_s: float, end_s: float) -> NDArray[np.float16]:
        """The frames whose middles are in a stretch of time, at least one where there are any."""
        first, end = self._frame(start_s), self._frame(end_s)
        return self.db[first : max(end, first + 1)]

    def median_db(self, start_s: float, end_s: float) -> float:
        """Middle level of a stretch of time; nothing where there is no frame."""
        inside = self.between(start_s, end_s)
        return float(np.median(inside.astype(np.float32))) if inside.size else NOTHING_DB

    def quiet_db(self, start_s: float, end_s: float) -> float:
        """Level that a fifth of a stretch of time is below; nothing where there is no frame."""
        inside = self.between(start_s, end_s)
        return float(np.percentile(inside.astype(np.float32), 20)) if inside.size else NOTHING_DB

    def back_to(self, from_s: float, limit_s: float, least_db: float) -> float | None:
        """The moment, going back from one that is loud, at which the level was last reached; None up to ``limit_s``."""
        first, last = self._frame(limit_s), self._frame(from_s)
        quiet = np.flatnonzero(self.db[first : last + 1] < least_db)
        return None if not quiet.size else self.crossing_s(first + int(quiet[-1]), 1, least_db)

    def on_to(self, from_s: float, limit_s: float, least_db: float) -> float | None:
        """The same forwards."""
        first, last = self._frame(from_s), self._frame(limit_s)
        quiet = np.flatnonzero(self.db[first : last + 1] < least_db)
        return None if not quiet.size else self.crossing_s(first + int(quiet[0]), -1, least_db)

    def loud(self, first: int, end: int, least_db: float, dent_s: float) -> Intervals:
        """Stretches of these frames at this level and above; dents that are no longer are bridged."""
        first = max(first, 0)
        loud = self.db[first:end] >= least_db
        spans = []
        for start, stop in runs(loud):
            start_s = self.crossing_s(max(first + start - 1, 0), 1, least_db)
            end_s = self.crossing_s(min(first + stop, self.db.size - 1), -1, least_db)
            spans.append(Interval(max(start_s, 0.0), max(end_s, start_s, 0.0)))
        return bridge(spans, dent_s)

    def pauses(self, start_s: float, end_s: float, least_db: float, shortest_s: float) -> tuple[Interval, ...]:
        """Stretches inside this one that stay below a level for so long, with a loud frame on either side."""
        first, last = self._frame(start_s), self._frame(end_s)
        quiet = (
            Interval(self.crossing_s(first + a, -1, least_db), self.crossing_s(first + b - 1, 1, least_db))
            for a, b in runs(self.db[first : last + 1] < least_db)
            if a > 0 and first + b <= last and (b - a) * SHORT_STEP_S >= shortest_s
        )
        return tuple(quiet)

    def crossing_s(self, quiet: int, step: int, least_db: float) -> float:
        """When the level passes ``least_db`` between a quiet frame and its loud neighbour, by their amplitudes."""
        loud = min(max(quiet + step, 0), self.db.size - 1)
        below, level, above = (10 ** (float(db) / 20) for db in (self.db[quiet], least_db, self.db[loud]))
        share = (level - below) / (above - below) if above > below else 0.5
        return FIRST_S + (quiet + step * min(max(share, 0.0), 1.0)) * SHORT_STEP_S

    def _frame(self, time_s: float) -> int:
        return min(max(round((time_s - FIRST_S) / SHORT_STEP_S), 0), max(self.db.size - 1, 0))


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First index and the one behind the last of every run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]
