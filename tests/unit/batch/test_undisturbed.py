from __future__ import annotations

import signal

import pytest

from voxcx.batch.folder.undisturbed import undisturbed


def test_a_stop_waits_until_it_is_over_and_comes_then() -> None:
    done = []

    def write() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            done.append("written")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert done == ["written"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_handlers_come_back_when_writing_fails() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(OSError, match="full"), undisturbed():
        raise OSError("full")
    assert signal.getsignal(signal.SIGTERM) is before
