"""One page alone, an agent's card for one, in the frame of the report: prints on a sheet or two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from voxcx.domain.moments import Moment
from voxcx.domain.pages import CallRef, Page
from voxcx.report.insight.about import About
from voxcx.report.insight.as_html import section_of
from voxcx.report.insight.blocks import Blocks
from voxcx.report.insight.calls import Calls
from voxcx.report.insight.frame import framed
from voxcx.report.insight.telling import Telling


def render_card(page: Page, about: About, moments: Mapping[CallRef, Moment], ui: str) -> str:
    """The page as a file of its own in the interface language ``ui`` (``ru`` or ``en``, else ConfigError)."""
    telling = Telling(ui)
    blocks = Blocks(telling, Calls(moments, telling))
    return framed((section_of(page, blocks, telling),), replace(about, title=page.title), telling, card=True)
