"""Blocks of a page → HTML, each as its kind asks."""

from __future__ import annotations

from html import escape

from voxcx.domain.pages import (
    Block,
    Dots,
    Finding,
    Flow,
    Heading,
    Heat,
    Journey,
    Lines,
    Moments,
    Page,
    Paragraph,
    Table,
    Tile,
    Tiles,
)
from voxcx.report.insight.amounts import NOTHING
from voxcx.report.insight.calls import Calls
from voxcx.report.insight.charts.dots import dots_chart
from voxcx.report.insight.charts.drawing import SIGNS, definition
from voxcx.report.insight.charts.flow import flow_chart
from voxcx.report.insight.charts.heat import heat_chart
from voxcx.report.insight.charts.journey import journey_chart
from voxcx.report.insight.charts.lines import lines_chart
from voxcx.report.insight.tables import MOST_ROWS, table_html
from voxcx.report.insight.telling import Telling, value_of

LEAST_WEIGHT = 0.05  # points of mean CSI: less would be told as 0


class Blocks:
    """Everything of a page as HTML in one language."""

    def __init__(self, telling: Telling, calls: Calls, rows: int = MOST_ROWS) -> None:
        self._telling = telling
        self._rows = rows
        self._calls = calls

    def page(self, page: Page) -> str:
        """What stands under a page's title and question."""
        found = "".join(self.finding(one) for one in page.findings)
        parts = [f'<ul class="findings">{found}</ul>' if found else "", *(self.block(one) for one in page.blocks)]
        inside = "".join(parts)
        if not inside and not page.lacks:
            inside = f'<p class="none">{escape(self._telling.say("empty_page"))}</p>'
        return inside + self._lacks(page)

    def finding(self, finding: Finding, origin: Page | None = None) -> str:
        """A finding; on the first page with a link to where it comes from."""
        telling = self._telling
        sign = f'<i class="sign {finding.tone}">{SIGNS[finding.tone]} {escape(telling.say(finding.tone))}</i>'
        small = []
        if finding.weight >= LEAST_WEIGHT:
            small.append(escape(telling.say("weight", x=telling.amounts.whole(finding.weight, "points", sign=False))))
        if origin:
            name = escape(telling.say("to_page", x=telling.text(origin.title)))
            small.append(f'<a href="#{escape(anchor(origin))}">{name}</a>')
        under = f'<p class="under">{" · ".join(small)}</p>' if small else ""
        calls = self._calls.in_line(finding.calls) if origin else self._calls.listed(finding.calls)
        return f'<li class="{finding.tone}">{sign}<p class="said">{telling.html(finding.said)}</p>{under}{calls}</li>'

    def block(self, block: Block) -> str:
        """One block."""
        if isinstance(block, Heading | Paragraph | Tiles | Moments):
            return self._words(block)
        if isinstance(block, Table):
            return table_html(block, self._telling, self._calls, self._rows)
        return self._picture(block)

    def _picture(self, block: Dots | Lines | Heat | Flow | Journey) -> str:
        match block:
            case Dots():
                return dots_chart(block, self._telling)
            case Lines():
                return lines_chart(block, self._telling)
            case Heat():
                return heat_chart(block, self._telling)
            case Flow():
                return flow_chart(block, self._telling)
            case Journey():
                return journey_chart(block, self._telling, self._calls)

    def _words(self, block: Heading | Paragraph | Tiles | Moments) -> str:
        telling = self._telling
        match block:
            case Heading():
                return f"<h3>{telling.html(block.title)}</h3>"
            case Paragraph():
                return f'<p class="{"warning" if block.warning else "text"}">{telling.html(block.said)}</p>'
            case Tiles():
                return f'<div class="tiles">{"".join(self._tile(tile) for tile in block.tiles)}</div>'
            case Moments():
                listed = self._calls.listed(block.calls)
                none = f'<p class="none">{escape(telling.say("empty_moments"))}</p>'
                return f'<div class="moments"><h4>{telling.html(block.title)}</h4>{listed or none}</div>'

    def _tile(self, tile: Tile) -> str:
        telling, estimate, unit = self._telling, tile.figure.estimate, tile.figure.unit
        value = value_of(estimate)
        big = NOTHING if value is None else escape(telling.amounts.short(value, unit, fixed=False))
        sign = f' <i class="sign {tile.tone}">{SIGNS[tile.tone]}</i>' if tile.tone != "plain" else ""
        small = (telling.reason(estimate), telling.beside(estimate, unit), telling.text(tile.note))
        under = "".join(f"<p>{telling.html(line)}</p>" for line in small if line)
        head = f'<h4>{telling.html(tile.title)}</h4><p class="big">{big}{sign}</p>'
        return f'<div class="tile {tile.tone}">{head}{under}{definition(telling.html(tile.definition))}</div>'

    def _lacks(self, page: Page) -> str:
        if not page.lacks:
            return ""
        items = "".join(f"<li>{self._telling.html(one)}</li>" for one in page.lacks)
        return f'<aside class="lacks"><h4>{escape(self._telling.say("lacks"))}</h4><ul>{items}</ul></aside>'


def anchor(page: Page) -> str:
    """Where a page lies in the file."""
    return f"p-{page.id}"
