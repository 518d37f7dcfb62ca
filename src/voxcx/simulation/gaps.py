"""What real records lack: a site without telephony, mono recordings, chats without times, unknown wrap-up time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.catalogue import CATALOGUE, FeatureSpec
from voxcx.simulation.call_features import Columns, blank
from voxcx.simulation.history import DEFAULT_WHY, WHY_UNKNOWN
from voxcx.simulation.notes import Notes, gather
from voxcx.simulation.traffic import TEAM_WITHOUT_TELEPHONY, Flags, Integers, Traffic

MONO_SHARE = 0.04
UNKNOWN_WRAP_SHARE = 0.12
UNTIMED_CHAT_SHARE = 0.06
WRAP = frozenset({"wrap_s", "handle_s"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A reason why some features of some rows are not known."""

    reason: str
    names: frozenset[str]
    rows: Flags


def draw_gaps(
    features: Columns, traffic: Traffic, more: Sequence[Gap] = (), reached: Flags | None = None
) -> tuple[Columns, Notes]:
    """Blank out what a record of that kind, site or recording lacks, and say why.

    ``more`` comes before those reasons; only rows that ``reached`` an agent have a site and a recording (None: all).
    """
    visible: Columns = {}
    noted: list[tuple[Integers, str, str]] = []
    reasons = [*more, *_reasons(traffic, np.full(traffic.n, fill_value=True) if reached is None else reached)]
    for name, spec in CATALOGUE.items():
        applies = _applies(spec, traffic.is_call)
        column = blank(features[name], ~applies)
        unknown = _is_unknown(column)
        noted.append((np.flatnonzero(applies & unknown), name, _why_unknown(spec)))
        for gap in reasons:
            if name in gap.names:
                fresh = gap.rows & applies & ~unknown
                noted.append((np.flatnonzero(fresh), name, gap.reason))
                unknown |= fresh
        visible[name] = blank(column, unknown)
    return visible, gather(noted, traffic.n)


def _reasons(traffic: Traffic, reached: Flags) -> list[Gap]:
    """Why values go missing at a site, in a recording or in a record."""
    rng, n, call = traffic.rng, traffic.n, traffic.is_call
    mono = call & (rng.random(n) < MONO_SHARE)
    untimed = ~call & (rng.random(n) < UNTIMED_CHAT_SHARE)
    unknown_wrap = call & (rng.random(n) < UNKNOWN_WRAP_SHARE)
    return [
        Gap("no telephony record", needing("telephony"), call & (traffic.team == TEAM_WITHOUT_TELEPHONY) & reached),
        Gap("mono recording", needing("roles"), mono & reached),
        Gap("no message times", needing("message times"), untimed),
        Gap("wrap-up time unknown", WRAP, unknown_wrap),
    ]


@cache
def needing(need: str) -> frozenset[str]:
    """Features that need something to be there."""
    return frozenset(name for name, spec in CATALOGUE.items() if need in spec.needs)


def _applies(spec: FeatureSpec, call: Flags) -> Flags:
    if spec.kinds == "call":
        return call
    return ~call if spec.kinds == "chat" else np.full(len(call), fill_value=True)


def _why_unknown(spec: FeatureSpec) -> str:
    """Why the record itself leaves a value open: no IVR leg, too few earlier contacts."""
    return WHY_UNKNOWN.get(spec.name, DEFAULT_WHY) if "history" in spec.needs else "no IVR leg"


def _is_unknown(column: NDArray[Any]) -> Flags:
    unknown: Flags = np.asarray(column == None) if column.dtype == object else np.isnan(column)  # noqa: E711 - elementwise
    return unknown
