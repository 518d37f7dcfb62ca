"""The pages of a report, in the order of the contents: each answers one question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from voxcx.domain.pages import Page
from voxcx.insight.archive import Archive

PageMaker = Callable[[Archive], Page]
# Page → where it is made: a module with ``page(archive) -> Page``.
PAGES: Mapping[str, str] = {
    "surveys": "voxcx.insight.surveys",
    "critical": "voxcx.insight.critical.page",
    "quality": "voxcx.insight.quality.page",
    "kano": "voxcx.insight.kano.page",
    "wait": "voxcx.insight.wait.page",
    "service_level": "voxcx.insight.service_level.page",
    "repeats": "voxcx.insight.repeats.page",
    "effort": "voxcx.insight.effort.page",
    "topics": "voxcx.insight.topics.page",
    "priorities": "voxcx.insight.priorities.page",
    "alerts": "voxcx.insight.alerts.page",
    "agents": "voxcx.insight.agents.page",
    "change": "voxcx.insight.change.page",
    "journey": "voxcx.insight.journey.page",
    "robots": "voxcx.insight.robots.page",
    "matrix": "voxcx.insight.matrix.page",
    "coverage": "voxcx.insight.coverage.page",
}


def maker(name: str) -> PageMaker:
    """Who makes a page; its room opens on use."""
    made: PageMaker = import_module(PAGES[name]).page
    return made
