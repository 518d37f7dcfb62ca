"""A report → files: the page, its tables, a card for each agent. Each file appears whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from voxcx.domain.pages import Page
from voxcx.errors import InputError
from voxcx.report.insight.as_card import render_card
from voxcx.report.insight.as_html import render_report
from voxcx.report.insight.as_tables import write_csv, write_excel
from voxcx.report.wording import LANGUAGES
from voxcx.reporting.making import Report
from voxcx.reporting.moments import moments_of
from voxcx.results.writing import write_whole

Written = tuple[str, int, Path]  # what, how many, where


def refuse_places(out: Path, tables: Path | None, ui: str) -> None:
    """Refuse before hours of reading what could not be written afterwards."""
    if ui not in LANGUAGES:
        raise InputError(f"--ui: expected one of {', '.join(LANGUAGES)}, got {ui!r}.")
    if out.suffix.lower() not in {".html", ".htm"}:
        raise InputError(f"--out {out}: expected a name that ends in .html; the report is one HTML file.")
    if not out.parent.is_dir():
        raise InputError(f"--out {out}: expected a folder that is there, found none; make {out.parent} first.")
    if tables is not None and tables.suffix and tables.suffix.lower() != ".xlsx":
        raise InputError(f"--tables {tables}: expected an .xlsx or a folder for CSV files, got {tables.suffix}.")


def write_report(
    made: Report, out: Path, ui: str, *, tables: Path | None = None, cards: Path | None = None
) -> tuple[Written, ...]:
    """Write what was asked for; tells what lies where."""
    html = render_report(made.pages, made.about, made.moments, ui).encode()
    write_whole(out, partial(_put, html))
    written: list[Written] = [("page", len(made.pages), out)]
    if tables is not None and tables.suffix:
        write_excel(made.pages, tables, ui)
        written.append(("workbook", 1, tables))
    elif tables is not None:
        written.append(("table", len(write_csv(made.pages, tables, ui)), tables))
    if cards is not None:
        written.append(("card", _write_cards(made, cards, ui), cards))
    return tuple(written)


def _write_cards(made: Report, folder: Path, ui: str) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    named = list(_cards(made))
    moments = moments_of((card for _, card in named), made.archive, made.results)
    for name, card in named:
        html = render_card(card, made.about, moments, ui).encode()
        write_whole(folder / f"{name}.html", partial(_put, html))
    return len(named)


def _put(html: bytes, sink: BinaryIO) -> None:
    sink.write(html)


def _cards(made: Report) -> Iterator[tuple[str, Page]]:
    """File names and cards; a name that no file can have is made one, and never stands for two agents."""
    from voxcx.insight.agents.cards import cards  # noqa: PLC0415 - only where cards are asked for

    taken: set[str] = set()
    for agent, card in cards(made.archive):
        name = re.sub(r"[^\w.-]+", "_", agent).strip("._") or "agent"
        unique = next(one for one in (name, *(f"{name}-{k}" for k in range(2, 10_000))) if one.lower() not in taken)
        taken.add(unique.lower())
        yield unique, card
