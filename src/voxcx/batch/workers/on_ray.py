"""The door to Ray (extra ``ray``): a batch on many machines. The journal, survey and keys stay where it is started."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from voxcx import __version__
from voxcx.batch.work import MakeWalk, Parcel, Task
from voxcx.batch.workers.cluster import Cluster, Lost, Method
from voxcx.batch.workers.dispatch import Dispatch, Hand
from voxcx.batch.workers.foreman import Foreman, Orders, Sealed
from voxcx.batch.workers.limits import Limits
from voxcx.batch.workers.pools import CPUS_BESIDE_GPU, Kind, Pools
from voxcx.errors import VoxcxError
from voxcx.units import cores

LOOK_S = 5.0  # how often it is looked whether nodes came or went
REACH_S = 5.0  # for a cluster's address to answer at all
CALLS = 64  # an actor answers so many at once; they wait, one thread works
OBJECT_STORE_BYTES = 256_000_000  # where we start Ray ourselves: a few parcels under way
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0"}


class RayWorkers:
    """Runs tasks on a Ray cluster, or on one that is started on this machine for the run."""

    def __init__(
        self,
        make_walk: MakeWalk,
        pools: Pools | None = None,
        limits: Limits | None = None,
        address: str | None = None,
        *,
        debug: bool = False,
    ) -> None:
        self._make_walk = make_walk
        self._pools = pools or Pools()
        self._limits = limits or Limits()
        self._address = address
        self._debug = debug
        self._hands: list[Hand] = []
        self._stay = False

    def run(self, tasks: Iterable[Task]) -> Iterator[Parcel]:
        """Do all tasks. Raises VoxcxError when no cluster is there, or none of its nodes can do the work."""
        with _joined(self._address, self._pools, debug=self._debug) as ray:
            dispatch = self._dispatch(ray, tasks)
            try:
                yield from dispatch.run()
            except BaseException:  # broken off, which a generator is told so
                dispatch.stop()
                raise
            if not self._stay:
                dispatch.stop()

    @contextmanager
    def staying(self) -> Iterator[None]:
        """Actors stay between runs, with their models loaded."""
        with _joined(self._address, self._pools, debug=self._debug) as ray:
            self._stay = True
            try:
                yield
            finally:
                self._stay = False
                self._dispatch(ray, ()).stop()

    def _dispatch(self, ray: Any, tasks: Iterable[Task]) -> Dispatch:
        cluster = RayCluster(ray, self._make_walk, self._pools, self._limits)
        return Dispatch(cluster, tasks, (__version__, str(Path.cwd())), self._hands)


class RayCluster(Cluster):
    """Ray as a dispatch sees it."""

    def __init__(self, ray: Any, make_walk: MakeWalk, pools: Pools, limits: Limits) -> None:
        self._ray = ray
        self._pools = pools
        self._make_walk = Sealed.of(make_walk)
        self._limits = limits
        self._actor = ray.remote(Foreman)
        self._room: dict[Kind, int] = {}
        self._looked_s = -LOOK_S

    def room(self) -> dict[Kind, int]:
        """By the CPUs and graphics cards that the cluster has; nodes come and go."""
        if monotonic() - self._looked_s >= LOOK_S:
            there = self._ray.cluster_resources()
            self._room = self._pools.room(there.get("CPU", 0.0), there.get("GPU", 0.0))
            self._looked_s = monotonic()
        return self._room

    def hire(self, kind: Kind) -> object:
        """An actor where there is room. It is not restarted: what it held is handed out anew."""
        needs: Mapping[str, float] = {"num_cpus": 1}
        threads, hears_only = 1, False
        if kind == "whole":
            threads = self._pools.threads
            needs = {"num_cpus": threads}
        if kind == "hearing":  # no CPU is asked for: where others hold all CPUs beside a card, it would wait for ever
            threads, hears_only = max(CPUS_BESIDE_GPU, self._pools.threads), True
            needs = {"num_cpus": 0, "num_gpus": self._pools.gpu_share}
        orders = Orders(self._make_walk, threads, self._limits, hears_only)
        options = self._actor.options(max_restarts=0, max_task_retries=0, max_concurrency=CALLS, **needs)
        return options.remote(orders)

    def call(self, actor: object, method: Method, *given: object) -> Sequence[Hashable]:
        """Nothing is retried by Ray itself."""
        begun = getattr(actor, method).options(num_returns=2 if method == "hear" else 1).remote(*given)
        return begun if isinstance(begun, list) else [begun]

    def wait(self, calls: Iterable[Hashable], timeout_s: float) -> list[Hashable]:
        """Waits for the first, then takes all that are there."""
        waiting = list(calls)
        if not waiting:
            sleep(timeout_s)
            return []
        first, rest = self._ray.wait(waiting, timeout=timeout_s, fetch_local=False)
        if not first or not rest:
            return list(first)
        more, _ = self._ray.wait(rest, num_returns=len(rest), timeout=0, fetch_local=False)
        return [*first, *more]

    def answer(self, call: Hashable) -> object:
        """What was answered, why a node cannot work, or what is lost."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(call)
        except errors.RayActorError as error:
            if error.actor_init_failed:  # what it is made of could not even be read there
                return (
                    f"A node of the cluster: expected voxcx {__version__} as where the batch runs, got {_root(error)}; "
                    "install the same version on every node."
                )
            is_memory = "memory monitor" in str(error) or "low on memory" in str(error)
            return Lost("got a worker whose actor or node went away", is_memory=is_memory)
        except errors.OutOfMemoryError:
            return Lost("got a node that ran out of memory", is_memory=True)
        except errors.ObjectLostError:
            return Lost("got an answer that was lost with its node", is_actor=False)
        except errors.RayError as error:
            return Lost(f"got {_root(error)}")

    def dismiss(self, actor: object) -> None:
        """At once; a worker process ends with its actor."""
        with suppress(self._ray.exceptions.RayError, ValueError):
            self._ray.kill(actor)


@contextmanager
def _joined(address: str | None, pools: Pools, *, debug: bool) -> Iterator[Any]:
    """Ray, connected; what we started ends with us."""
    for name, value in _QUIET.items():
        if not debug:
            os.environ.setdefault(name, value)
    ray = _library()
    ours = not ray.is_initialized()
    if ours:
        _connect(ray, address or os.environ.get("RAY_ADDRESS"), pools, debug=debug)
    try:
        yield ray
    finally:
        if ours:
            ray.shutdown()


def _library() -> Any:
    try:
        import ray  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise VoxcxError('--engine ray: expected Ray, found none; run: pip install "voxcx[ray]"') from None
    return ray


def _connect(ray: Any, address: str | None, pools: Pools, *, debug: bool) -> None:
    """To the cluster at the address, else to one of this machine alone that nobody outside can reach."""
    known: dict[str, Any] = {"logging_level": "info" if debug else "critical", "log_to_driver": debug}
    if address is None:
        known |= {"num_cpus": max(cores(), (pools.count or 1) * pools.threads), "include_dashboard": False}
        known |= {"object_store_memory": OBJECT_STORE_BYTES, "_node_ip_address": "127.0.0.1"}
    try:
        _refuse_silence(address or "")
        with _own_signals():
            ray.init(address or "local", **known)
    except (OSError, RuntimeError, ValueError, ImportError, ray.exceptions.RayError) as error:
        where = f"--address {address}" if address else "Ray on this machine"
        raise VoxcxError(
            f"{where}: expected a cluster that answers, got {_root(error)}; look at `ray status`."
        ) from None
    if not debug:
        with suppress(AttributeError):  # it would print of lost nodes on stdout, where results may be piped
            ray._private.worker._worker_logs_enabled = False  # noqa: SLF001 - there is no other switch


def _refuse_silence(address: str) -> None:
    """OSError where nobody listens: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), REACH_S).close()


@contextmanager
def _own_signals() -> Iterator[None]:
    """Ray takes SIGTERM for itself; who started the batch has an answer to it already."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, before)


def _root(error: BaseException) -> str:
    """The last cause, which Ray tells in the last line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    last = lines[-1][:200].rstrip(".") if lines else ""
    return last if "Error: " in last else f"{type(error).__name__}: {last}".rstrip(": ")
