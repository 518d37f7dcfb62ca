"""What was worked out for a word, kept for the next time it is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(dict[str, T], Generic[T]):
    """Word → what ``make`` makes of it, the first time it is asked for with ``kept[word]``.

    At ``most`` words all are forgotten. That costs less than an order of use, which would be written at every look.
    """

    def __init__(self, make: Callable[[str], T], most: int) -> None:
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, word: str) -> T:
        if len(self) >= self._most:
            self.clear()
        made = self[word] = self._make(word)
        return made
