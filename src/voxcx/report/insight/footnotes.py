"""Why cells are empty: a number in the cell, the reason under the table, so that paper and touch tell it too."""

from __future__ import annotations

from html import escape

from voxcx.report.insight.telling import sentence

MOST = 9  # distinct reasons; later ones stand in their cells


class Footnotes:
    """Reasons of one table, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, reason: str) -> str:
        """What stands beside the dash, as HTML."""
        if reason not in self._numbers and len(self._numbers) >= MOST:
            return f"<s>{escape(reason)}</s>"
        return f"<sup>{self._numbers.setdefault(reason, len(self._numbers) + 1)}</sup>"

    def html(self) -> str:
        """The reasons, numbered; "" where none was needed."""
        told = "; ".join(f"<sup>{number}</sup> {escape(reason)}" for reason, number in self._numbers.items())
        return f'<p class="def">– {sentence(told)}</p>' if told else ""
