from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from voxcx.storage import reaching
from voxcx.storage.paths import to_path


@pytest.fixture
def store() -> Iterator[Path]:
    """A folder on a store in this process's memory, empty."""
    yield to_path("memory://bucket/folder")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


class Failing:
    """A store that fails some times, then does what another does."""

    def __init__(self, store: Any, *errors: Exception) -> None:
        self.store = store
        self.errors = list(errors)
        self.asked = 0

    def __call__(self) -> Any:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.store


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "WAITS_S", (0.0, 0.0))
