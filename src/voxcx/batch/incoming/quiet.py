"""Whether a file is complete: nobody has written to it for a while."""

from __future__ import annotations

import os
from pathlib import Path
from time import time


def changed_s(path: Path) -> float:
    """When a file or its name last changed, seconds since 1970; now when it cannot be asked."""
    try:
        return last_change_s(path.stat())
    except OSError:
        return time()


def last_change_s(state: os.stat_result) -> float:
    """Of what the system says of a file: a copy may carry the times of the original, its inode does not."""
    return max(state.st_mtime, state.st_ctime)


def is_quiet(at_s: float, quiet_s: float) -> bool:
    """Whether a file was last written to at least ``quiet_s`` ago, or in the future by a clock that is wrong.

    >>> is_quiet(time() - 40, 30), is_quiet(time(), 30), is_quiet(time() + 3600, 30)
    (True, False, True)
    """
    return not 0 <= time() - at_s < quiet_s
