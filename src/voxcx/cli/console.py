"""Exit codes, errors in one sentence, and what goes to which stream."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from voxcx.errors import VoxcxError

if TYPE_CHECKING:
    from rich.console import Console

DONE, FAILED, USAGE = 0, 1, 2


@contextmanager
def told_kindly(*, debug: bool) -> Iterator[None]:
    """Turn an error into one sentence on stderr and exit code 2; a traceback only with ``--debug``."""
    try:
        yield
    except VoxcxError as error:
        if debug:
            raise
        sys.stderr.write(f"voxcx: {error}\n")
        raise SystemExit(USAGE) from None
    except Exception as error:
        if debug:
            raise
        what = f"{type(error).__name__}: {str(error).splitlines()[0][:200]}" if str(error) else type(error).__name__
        sys.stderr.write(f"voxcx: expected to finish, got {what}; this is our defect, --debug shows where.\n")
        raise SystemExit(USAGE) from None
    except KeyboardInterrupt:
        sys.stderr.write("voxcx: stopped.\n")
        raise SystemExit(FAILED) from None


def screen() -> Console:
    """Standard output: coloured on a terminal, plain when piped."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def progress() -> Console:
    """Standard error, for what is being done; silent when piped."""
    from rich.console import Console

    return Console(stderr=True, quiet=not sys.stderr.isatty(), highlight=False)
