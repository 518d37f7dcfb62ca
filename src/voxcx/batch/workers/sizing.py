"""Workers × threads from the machine: cores, free memory, graphics cards and the size of the recogniser's weights."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voxcx.batch.workers.limits import GB
from voxcx.units import cores, group_settings

CHAT_WORKER_BYTES = 450_000_000  # libraries, lexicons and models: 0.29–0.35 GB were seen; the rest is room
CALL_WORKER_BYTES = 650_000_000  # the same with sound in hand, and …
WEIGHTS_TIMES = 2  # … weights, which are in memory twice while they load: 0.94 GB were measured with whisper-base
SHARE = 0.9  # of free memory that workers may take
# By what a model's name holds, the first that does; bytes of int8 or float16 weights as they are distributed.
_WEIGHTS_BYTES = {
    "turbo": 1_620_000_000,
    "distil-large": 1_520_000_000,
    "large": 3_090_000_000,
    "medium": 1_530_000_000,
    "small": 490_000_000,
    "base": 150_000_000,
    "tiny": 80_000_000,
}
_CARD = re.compile(r"nvidia(\d+)")
_KB = 1024


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to use. ``gpus`` are names as CUDA_VISIBLE_DEVICES has them; memory is None where nobody tells."""

    cores: int
    memory_bytes: int | None = None
    gpus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants; None is for the machine to say."""

    workers: int | None = None
    threads: int | None = None
    device: str | None = None
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Sizing:
    """So many processes of so many threads; ``memory_bytes`` is what each may take, None: no limit."""

    workers: int
    threads: int
    memory_bytes: int | None
    gpus: tuple[str, ...] = ()

    def told(self) -> str:
        """For a person.

        >>> Sizing(2, 1, 8_000_000_000).told()
        '2 workers of 1 thread, each with at most 8.0 GB of memory'
        """
        workers = f"{self.workers} worker{'s' if self.workers > 1 else ''}"
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        memory = f", each with at most {self.memory_bytes / GB:.1f} GB of memory" if self.memory_bytes else ""
        cards = f" on {len(self.gpus)} graphics card{'s' if len(self.gpus) > 1 else ''}" if self.gpus else ""
        return f"{workers} of {threads}{cards}{memory}"


def sized(machine: Machine, weights_bytes: int | None, asked: Asked | None = None) -> Sizing:
    """The choice for a machine. ``weights_bytes`` is None where nothing will be recognised: chats, stored transcripts.

    One worker a core, as many as fit into memory; with graphics cards one worker a card.
    """
    asked = asked or Asked()
    gpus = machine.gpus if weights_bytes is not None and asked.device != "cpu" else ()
    need = _need_bytes(weights_bytes)
    free = None if machine.memory_bytes is None else SHARE * machine.memory_bytes
    fit = machine.cores if free is None else min(machine.cores, int(free // need))
    workers = asked.workers or max(1, len(gpus) or fit)
    threads = asked.threads or max(1, machine.cores // workers)
    limit = asked.memory_bytes or (None if free is None else max(need, int(free // workers)))
    return Sizing(workers, threads, limit, gpus)


def _need_bytes(weights_bytes: int | None) -> int:
    return CHAT_WORKER_BYTES if weights_bytes is None else CALL_WORKER_BYTES + WEIGHTS_TIMES * weights_bytes


def weights_bytes(model: str) -> int:
    """How large a recogniser's weights are: of a folder its file's size, of a name what such models have."""
    file = Path(model).expanduser() / "model.bin"
    if file.is_file():
        return file.stat().st_size
    return next((size for name, size in _WEIGHTS_BYTES.items() if name in model.lower()), _WEIGHTS_BYTES["large"])


def this_machine() -> Machine:
    """The machine as this process may use it."""
    return Machine(cores(), _free_bytes(), graphics_cards())


def graphics_cards(devices: Path = Path("/dev"), environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """NVIDIA cards that a process here may use; asking CUDA itself would load it into the parent."""
    found = [match[1] for path in devices.glob("nvidia*") if (match := _CARD.fullmatch(path.name))]
    chosen = environment.get("CUDA_VISIBLE_DEVICES")
    if not found or chosen is None:
        return tuple(sorted(found, key=int))
    return tuple(name for name in (part.strip() for part in chosen.split(",")) if name and name != "-1")


def _free_bytes(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Free memory: the machine's, or less where a control group has less."""
    free = []
    if meminfo.exists():
        told = dict(line.split(":", 1) for line in meminfo.read_text(encoding="ascii").splitlines())
        free.append(int(told["MemAvailable"].split()[0]) * _KB)
    free += _left_bytes("memory.max", "memory.current", "inactive_file")
    free += _left_bytes("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    return min(free, default=None)


def _left_bytes(limit: str, used: str, cached: str) -> list[int]:
    """What each group around this process has left: what it keeps of files is given up when it is needed."""
    groups = zip(*(group_settings("memory", name) for name in (limit, used, "memory.stat")), strict=False)
    return [
        int(most) - int(now) + int(dict(line.split() for line in stat.splitlines()).get(cached, 0))
        for most, now, stat in groups
        if most != "max"
    ]
