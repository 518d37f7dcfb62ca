"""Everything that a page says, in words: each text with its blanks filled, so that a blank without a filling fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Page
from voxcx.domain.texts import Text
from voxcx.report.insight.telling import Telling


def words_of(told: Any, ui: str = "en") -> str:
    """One text."""
    return Telling(ui).text(told)


def said(page: Page, ui: str = "en") -> str:
    """All of a page, a line each."""
    return "\n".join(_each(page, Telling(ui)))


def _each(one: Any, telling: Telling) -> Iterator[str]:
    if isinstance(one, Text):
        yield telling.text(one)
    elif isinstance(one, Figure):
        yield telling.hover("", one.estimate, one.unit)
    elif isinstance(one, Estimate):
        yield telling.reason(one)
    elif is_dataclass(one):
        for field in fields(one):
            yield from _each(getattr(one, field.name), telling)
    elif isinstance(one, tuple):
        for part in one:
            yield from _each(part, telling)
