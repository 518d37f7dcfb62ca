"""Pages about an archive → one HTML file: what matters first, then a section a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from voxcx.domain.moments import Moment
from voxcx.domain.pages import CallRef, Page
from voxcx.report.insight.about import About
from voxcx.report.insight.blocks import Blocks, anchor
from voxcx.report.insight.calls import Calls
from voxcx.report.insight.frame import Section, framed
from voxcx.report.insight.matters import what_matters
from voxcx.report.insight.tables import rows_at_most
from voxcx.report.insight.telling import Telling


def render_report(pages: Sequence[Page], about: About, moments: Mapping[CallRef, Moment], ui: str) -> str:
    """The whole report in the interface language ``ui`` (``ru`` or ``en``, else ConfigError)."""
    telling = Telling(ui)
    blocks = Blocks(telling, Calls(moments, telling), rows_at_most(pages))
    return framed(
        (_matters(pages, blocks, telling), *(section_of(page, blocks, telling) for page in pages)), about, telling
    )


def section_of(page: Page, blocks: Blocks, telling: Telling) -> Section:
    """A page as a part of the file."""
    return Section(anchor(page), telling.text(page.title), telling.text(page.question), blocks.page(page))


def _matters(pages: Sequence[Page], blocks: Blocks, telling: Telling) -> Section:
    found = "".join(blocks.finding(finding, page) for finding, page in what_matters(pages))
    none = f'<p class="none">{escape(telling.say("matters_none"))}</p>'
    signs = f'<p class="def">{escape(telling.say("signs"))}</p>'
    html = (f'<ol class="findings">{found}</ol>' if found else none) + signs
    return Section("p-matters", telling.say("matters"), telling.say("matters_hint") if found else "", html)
