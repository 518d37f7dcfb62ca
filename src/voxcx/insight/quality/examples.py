"""Interactions that show a thing: the lowest-rated first, from different agents."""

from __future__ import annotations

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Figure
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags

LOOKED_AT = 200  # candidates among which different agents are sought


def examples(archive: Archive, rows: Flags, criterion: str, most: int = 3) -> tuple[CallRef, ...]:
    """Up to ``most`` of these interactions, the lowest answer first, then the latest without an answer."""
    found = np.flatnonzero(rows)
    if not len(found):
        return ()
    csi = archive.answers.csi[found]
    late = np.nan_to_num(archive.moment_s[found], nan=-np.inf)
    order = found[np.lexsort((-late, csi))][:LOOKED_AT]  # NaN sorts last
    agents = archive.label("agent_id")[order].tolist()
    firsts = {agent or f"row {row}": row for agent, row in reversed(list(zip(agents, order.tolist(), strict=True)))}
    ahead = [row for row in order.tolist() if row in set(firsts.values())]
    chosen = [*ahead, *(row for row in order.tolist() if row not in set(ahead))][:most]
    return tuple(CallRef(str(archive.id[row]), criterion, why=_why(archive, row)) for row in chosen)


def _why(archive: Archive, row: int) -> Text | None:
    if not archive.answers.answered[row]:
        return None
    csi = Figure(Estimate(float(archive.answers.csi[row])), "index")
    return text("CSI as answered: {csi}", "CSI по ответу: {csi}", csi=csi)
