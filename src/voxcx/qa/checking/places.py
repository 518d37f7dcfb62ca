"""Windows that can never hold a word, or where a missing anchor decides the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.qa import Criterion, Rule
from voxcx.qa.checking.findings import Finding, Spot, Written
from voxcx.qa.windows import Window

LONG_S = 900.0  # a window of a quarter of an hour is no opening and no closing
SHORT_TALK_S = 60.0
NOWHERE = frozenset({"said_not", "metadata", "earlier", "local_time"})  # what these find has no place in the talk


def windows(written: Written) -> Iterator[Finding]:
    """Windows that are empty, endless, or counted from what has no place."""
    for spot in written.spots():
        window = spot.rule.argument("where")
        if isinstance(window, Window):
            yield from _anchors(written, spot, window)
            yield from _edges(written, spot, window)


def _anchors(written: Written, spot: Spot, window: Window) -> Iterator[Finding]:
    at = ((*spot.path, spot.rule.operator, "where"), spot.about)
    sides = dict(window.anchors)
    before, after = sides.get("before"), sides.get("after")
    if before is not None and after is not None and (before.rule, before.hit) == (after.rule, after.hit):
        text = f"nothing is both before and after the same hit of {before.name!r}: the window is always empty"
        yield written.finding("error", "empty_window", at, text, "drop one of the two or give them different hits")
    for side, anchor in sides.items():
        if not _has_places(anchor.rule):
            text = f"{side} counts from {anchor.name!r}, which finds no words and no event"
            yield written.finding("error", "no_place", at, text, "count from said or event")


def _edges(written: Written, spot: Spot, window: Window) -> Iterator[Finding]:
    at = ((*spot.path, spot.rule.operator, "where"), spot.about)
    for key in ("first_s", "last_s"):
        if (seconds := getattr(window, key)) is not None and seconds > LONG_S:
            text = f"{key} of {seconds:g} s is the whole of most conversations"
            yield written.finding("warning", "long_window", at, text, "give fewer seconds or leave it out")
    if window.first_s and window.last_s and window.first_s + window.last_s < SHORT_TALK_S:
        text = f"first_s {window.first_s:g} and last_s {window.last_s:g} must both hold, as in a very short talk only"
        yield written.finding("warning", "both_ends", at, text, "put two rules under any")


def _has_places(rule: Rule) -> bool:
    """Whether a yes of the rule can have a place to count from."""
    if rule.operator == "not":
        return rule.rules[0].operator == "said_not"
    if rule.operator == "if_then":
        return _has_places(rule.rules[1])
    if rule.rules:
        return any(_has_places(part) for part in rule.rules)
    return rule.operator not in NOWHERE


def missing_anchors(written: Written) -> Iterator[Finding]:
    """Criteria without applies_when whose verdict is decided by an anchor that was not found."""
    for path, criterion in written.criteria():
        if criterion.applies_when is not None or criterion.mode not in {"full", "error"}:
            continue
        for spot in _deciding(written, criterion, path):
            window = spot.rule.argument("where")
            named = [anchor.name for _, anchor in window.anchors] if isinstance(window, Window) else []
            if named:
                text = f"where {named[0]!r} is not found at all, this is not met"
                fix = "put the same condition into applies_when"
                yield written.finding("warning", "anchor_decides", (spot.path, criterion.id), text, fix)


def _deciding(written: Written, criterion: Criterion, path: tuple[str | int, ...]) -> Iterator[Spot]:
    """Rules whose anchor, when missing, makes the criterion not met: said that must be, said_not that must not."""
    if criterion.met_when is not None and criterion.not_met_when is None:
        yield from _lone(written, Spot((*path, "met_when"), criterion.met_when, criterion.id), "said")
    if criterion.not_met_when is not None:
        yield from _lone(written, Spot((*path, "not_met_when"), criterion.not_met_when, criterion.id), "said_not")


def _lone(written: Written, spot: Spot, operator: str) -> Iterator[Spot]:
    """The rule itself, or a part that decides alone: of all for what must be, of any for what must not."""
    spot = written.defined(spot)
    if spot.rule.operator == operator:
        yield spot
    elif spot.rule.operator == ("all" if operator == "said" else "any"):
        for part in written.parts(spot):
            yield from _lone(written, part, operator)
