"""Messages are whole or not there, and the parent's end never waits."""

from __future__ import annotations

import threading

from voxcx.batch.workers.wire import WorkersEnd, wire


def test_messages_larger_than_a_socket_holds_go_both_ways() -> None:
    here, there = wire()
    large = ["x" * 3_000_000, "y"]
    here.send(large)
    here.send("next")
    assert here.is_sending
    got: list[object] = []

    def worker() -> None:
        end = WorkersEnd(there)
        got.extend([end.next(), end.has_more(0.0), end.next(), end.has_more(0.0)])
        end.send(large)
        there.close()

    thread = threading.Thread(target=worker)
    thread.start()
    arrived: list[object] = []
    while not here.ended:
        here.flush()
        arrived += here.arrived()
    thread.join()
    assert got == [large, True, "next", False]
    assert arrived == [large]
    here.close()


def test_half_a_message_of_one_who_died_is_none() -> None:
    here, there = wire()
    there.sendall(b"\0\0\0\0\0\0\0\x09half")
    there.close()
    assert list(here.arrived()) == []
    assert not here.ended
    assert list(here.arrived()) == []
    assert here.ended
    here.send("to nobody")
    assert not here.is_sending
    here.close()


def test_a_worker_reads_the_end() -> None:
    here, there = wire()
    here.close()
    assert WorkersEnd(there).next() is None
    there.close()
