"""What real records lack: a site without telephony, mono recordings, chats without times, unknown wrap-up time."""

from __future__ import annotations

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


def draw_gaps(features: Columns, traffic: Traffic) -> tuple[Columns, Notes]:
    """Blank out what a record of that kind, site or recording lacks, and say why."""
    visible: Columns = {}
    noted: list[tuple[Integers, str, str]] = []
    reasons = _reasons(traffic)
    for name, spec in CATALOGUE.items():
        applies = _applies(spec, traffic.is_call)
        column = blank(features[name], ~applies)
        unknown = _is_unknown(column)
        noted.append((np.flatnonzero(applies & unknown), name, _why_unknown(spec)))
        for reason, need, rows in reasons:
            if need in spec.needs or (not need and name in WRAP):
                fresh = rows & ~unknown
                noted.append((np.flatnonzero(fresh), name, reason))
                unknown |= fresh
        visible[name] = blank(column, unknown)
    return visible, gather(noted, traffic.n)


def _reasons(traffic: Traffic) -> list[tuple[str, str, Flags]]:
    """Why values go missing: the reason, what a feature needs to be hit, and the rows."""
    rng, n, call = traffic.rng, traffic.n, traffic.is_call
    mono = call & (rng.random(n) < MONO_SHARE)
    return [
        ("no telephony record", "telephony", call & (traffic.team == TEAM_WITHOUT_TELEPHONY)),
        ("mono recording", "roles", mono),
        ("no message times", "message times", ~call & (rng.random(n) < UNTIMED_CHAT_SHARE)),
        ("wrap-up time unknown", "", call & (rng.random(n) < UNKNOWN_WRAP_SHARE)),
    ]


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
