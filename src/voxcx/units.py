"""Numbers to readable units, the resolution that times are stored at, and how many cores there are."""

from __future__ import annotations

import os

SECONDS_PER_MINUTE = 60
TIME_DECIMALS = 3  # milliseconds: finer than any detector here, and stable in JSON
INSTANT_S = 1e-6  # less is no time at all: what binary fractions lose (5.3 − 5.1 is 0.2000000000000002)


def rounded_s(time_s: float) -> float:
    """Round a time to the stored resolution.

    >>> rounded_s(1.23456)
    1.235
    """
    return round(float(time_s), TIME_DECIMALS)


def clock(time_s: float) -> str:
    """Write seconds as a person reads them on a player.

    >>> clock(75.4), clock(3725), clock(-8)
    ('1:15', '1:02:05', '-0:08')
    """
    whole_s = int(abs(time_s))
    sign = "-" if time_s < 0 and whole_s else ""
    minutes, seconds = divmod(whole_s, SECONDS_PER_MINUTE)
    hours, minutes = divmod(minutes, SECONDS_PER_MINUTE)
    if hours:
        return f"{sign}{hours}:{minutes:02d}:{seconds:02d}"
    return f"{sign}{minutes}:{seconds:02d}"


def cores() -> int:
    """Cores that this process may use: a container may have fewer than the machine, and not every system tells."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
