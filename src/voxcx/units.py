"""Numbers to readable units, the resolution that times are stored at, and what this process may use of its machine."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

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


def counted(count: int, noun: str) -> str:
    """A count with its English noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1200 rows')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def cores() -> int:
    """Cores that this process may use: a container may have fewer than the machine, and not every system tells."""
    affinity = getattr(os, "sched_getaffinity", None)
    known = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min([known, *map(math.ceil, _quotas())]))


def _quotas() -> Iterator[float]:
    """Cores' worth of time that the control groups grant."""
    for quota, period in (line.split() for line in group_settings("cpu", "cpu.max")):
        if quota != "max":
            yield int(quota) / int(period)
    names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
    for quota, period in zip(*(group_settings("cpu", name) for name in names), strict=False):
        if int(quota) > 0:
            yield int(quota) / int(period)


def group_settings(
    controller: str, name: str, root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")
) -> Iterator[str]:
    """What the control groups of this process say under a name: its own, then those around it. Only Linux has any.

    In version 1 each controller has its own tree, in version 2 all share one; a container sees its own as the root.
    """
    if not own.exists():
        return
    for line in own.read_text(encoding="utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        top = root / controller if controllers else root
        place = PurePosixPath(path.lstrip("/"))
        for folder in dict.fromkeys((place, *place.parents)):
            if (file := top / folder / name).is_file():
                yield file.read_text(encoding="utf-8").strip()
