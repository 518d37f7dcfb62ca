"""Tables as HTML: figures with their intervals, reasons under the table, rows to sort and to fold.

Ends of cells and rows are left out, as HTML allows: a report holds hundreds of thousands of cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from voxcx.domain.pages import CallRef, Cell, Figure, Page, Table
from voxcx.domain.texts import Text
from voxcx.report.insight.amounts import NOTHING
from voxcx.report.insight.calls import Calls
from voxcx.report.insight.charts.dots import more
from voxcx.report.insight.charts.drawing import definition, empty, figure
from voxcx.report.insight.footnotes import Footnotes
from voxcx.report.insight.telling import Telling, sort_key, value_of

MOST_ROWS, FEWEST_ROWS = 200, 30  # of a table in the file; all of them are in the CSV
SHORT_LETTERS, LETTER_PX, WIDEST_PX = 8, 7.4, 170.0
MARK_LETTERS = 2  # of a row, before its first cell
FEW_FIGURES = 4  # columns: with more of them n stands under the interval
MOST_CELLS = 150_000  # of a file: with more of them it would be slow to open
Reading = tuple[frozenset[int], Telling, Calls]  # which columns hold figures, and who tells them
Beside = tuple[set[float | None], set[int], str]  # counts and n that the row tells already; between interval and n


def table_html(table: Table, telling: Telling, calls: Calls, most: int = MOST_ROWS) -> str:
    """The table, its first ``most`` rows; a sentence where it has none."""
    title, told = telling.html(table.title), telling.html(table.definition)
    if not table.rows:
        return empty("table", title, escape(telling.say("empty_table")), told)
    notes = Footnotes()
    rows = table.rows[:most]
    figures = frozenset(
        at for at in range(len(table.columns)) if any(isinstance(row[at], Figure) for row in table.rows)
    )
    body = "".join(_row(table, place, (figures, telling, calls), notes) for place in range(len(rows)))
    inside = f"<thead><tr>{_head(table, figures, telling)}</thead><tbody>{body}"
    grid = f'<div class="scroller"><table class="sortable">{inside}</table></div>'
    rest = _rest(table, most, telling)
    under = more(len(rows), table.shown, telling) + rest + notes.html() + definition(told) + _columns(table, telling)
    return figure("table", title, grid, under)


def _head(table: Table, figures: frozenset[int], telling: Telling) -> str:
    heads = []
    for place, column in enumerate(table.columns):
        right = ' class="f"' if place in figures else ""
        marked = bool(table.tones) and not place
        right += _width([row[place] for row in table.rows], telling, marked=marked)
        hint = f' title="{telling.html(column.definition)}"' if column.definition else ""
        heads.append(f'<th scope="col"{right}><button{hint}>{telling.html(column.title)}</button>')
    return "".join(heads)


def _width(cells: Sequence[Cell], telling: Telling, *, marked: bool = False) -> str:
    """The least width that a column of words can be read at: short ones in a line, long ones in a few."""
    letters = max((len(telling.text(cell)) for cell in cells if isinstance(cell, Text | str)), default=0)
    letters += MARK_LETTERS * marked
    return f' style="min-width:{min(letters * LETTER_PX + 24, WIDEST_PX):.0f}px"' if letters > SHORT_LETTERS else ""


def _row(table: Table, place: int, page: Reading, notes: Footnotes) -> str:
    row = table.rows[place]
    tone = table.tones[place] if table.tones else "plain"
    kinds = [name for name, there in ((tone, tone != "plain"), ("x", place >= table.shown)) if there]
    look = f' class="{" ".join(kinds)}"' if kinds else ""
    figures, telling, calls = page
    between = "; " if len(figures) <= FEW_FIGURES else "\n"
    known = [cell for cell in row if isinstance(cell, Figure)]
    counts = {cell.estimate.value for cell in known if cell.unit == "count"}
    told = {cell.estimate.n for cell in known if cell.estimate.low is not None}
    cells = [
        _figure(cell, (counts, told, between), telling, notes)
        if isinstance(cell, Figure)
        else f"<td{' class=f' if at in figures else ''}>{_words(cell, telling, calls)}"
        for at, cell in enumerate(row)
    ]
    return f"<tr{look}>" + "".join(cells)


def _words(cell: Text | str | tuple[CallRef, ...] | None, telling: Telling, calls: Calls) -> str:
    if cell is None:
        return NOTHING
    return calls.short(cell) if isinstance(cell, tuple) else telling.html(cell)


def _figure(cell: Figure, beside: Beside, telling: Telling, notes: Footnotes) -> str:
    """A figure; its n is left out where the row tells it: in a column of its own, or (of a q) beside its estimate."""
    estimate, (counts, told, between) = cell.estimate, beside
    value = value_of(estimate)
    said = (
        NOTHING + notes.mark(telling.reason(estimate)) if value is None else escape(telling.value(estimate, cell.unit))
    )
    interval = telling.interval(estimate, cell.unit)
    own_n = estimate.n and estimate.n not in counts and cell.unit not in {"count", "date"}
    own_n = own_n and (bool(interval) or estimate.n not in told)
    small = between.join(part for part in (interval, telling.n(estimate) if own_n else "") if part)
    key = f' data-v="{sort_key(value)}"' if value is not None and cell.unit == "date" else ""
    return f"<td class=f{key}>{said}{f'<s>{escape(small)}</s>' if small else ''}"


def rows_at_most(pages: Sequence[Page]) -> int:
    """How many rows of a table a file may hold: fewer where there are very many tables."""
    tables = [block for page in pages for block in page.blocks if isinstance(block, Table)]
    cells = sum(min(len(table.rows), MOST_ROWS) * len(table.columns) for table in tables)
    return MOST_ROWS if cells <= MOST_CELLS else max(FEWEST_ROWS, MOST_ROWS * MOST_CELLS // cells)


def _rest(table: Table, most: int, telling: Telling) -> str:
    """Where the rows are that the file does not hold."""
    if len(table.rows) <= most:
        return ""
    count = telling.amounts.count
    said = telling.say("rest_in_csv", here=count(most), all=count(len(table.rows)), file=f"{table.id}.csv")
    return f'<p class="def">{escape(said)}</p>'


def _columns(table: Table, telling: Telling) -> str:
    """What the columns mean: on the screen a hint over each head and a button, on paper always."""
    told: list[tuple[Text, Text]] = [(one.title, one.definition) for one in table.columns if one.definition]
    if not told:
        return ""
    items = "".join(f"<li><b>{telling.html(title)}</b> – {telling.html(said)}</li>" for title, said in told)
    name = escape(telling.say("columns"))
    return f'<button class="open">{name}</button><ul class="def cols">{items}</ul>'
