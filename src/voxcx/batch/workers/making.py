"""How a worker comes by its walk: the parent says which, the worker loads it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voxcx.batch.work import Walk
from voxcx.choices import Choices


@dataclass(frozen=True, slots=True)
class MakeToolsWalk:
    """Made in the parent, called in each worker."""

    choices: Choices

    def __call__(self, threads: int) -> Walk:
        """Load the tools for that many threads."""
        from voxcx.batch.workers.walk import tools_walk  # noqa: PLC0415 - seconds of loading, which the parent does not need

        return tools_walk(replace(self.choices, threads=threads))
