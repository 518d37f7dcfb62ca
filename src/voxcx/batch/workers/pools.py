"""How many workers of which kind there is room for on a cluster: graphics cards hear, CPUs judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["whole", "hearing", "judging"]
CPUS_BESIDE_GPU = 2  # of a node with a graphics card: what listens to the recordings that it recognises


@dataclass(frozen=True, slots=True)
class Pools:
    """How much of a cluster is used.

    ``count``: workers that recognise, however many there is room for now; None: as many as there is room for.
    ``threads``: of a worker on CPUs. ``gpu_share``: of a card for one worker. ``device``: as for a batch anywhere.
    """

    count: int | None = None
    threads: int = 1
    gpu_share: float = 1.0
    device: str = "auto"

    def room(self, cpus: float, gpus: float) -> dict[Kind, int]:
        """Where there are graphics cards they recognise and CPUs judge; else each worker does both.

        >>> Pools().room(8, 0), Pools().room(16, 2), Pools(device="cuda").room(4, 0)
        ({'whole': 8}, {'hearing': 2, 'judging': 12}, {'hearing': 1, 'judging': 4})
        """
        if self.device == "cpu" or (self.device == "auto" and not gpus):
            return {"whole": self.count or max(1, int(cpus / self.threads))}
        cards = int(gpus / self.gpu_share)
        return {"hearing": self.count or max(1, cards), "judging": max(1, int(cpus - CPUS_BESIDE_GPU * gpus))}
