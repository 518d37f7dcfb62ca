"""What surely changed, in sentences, with contacts to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Figure, Finding
from voxcx.domain.texts import Blank, text
from voxcx.insight.archive import Archive
from voxcx.insight.change.comparing import Change
from voxcx.insight.change.groups import Compared
from voxcx.insight.change.telling import TONES
from voxcx.insight.change.words import FOUND, VERDICTS

CALLS = 4
WHY = text("{what} of this contact: {value}", "{what}: {value}")


def findings_of(archive: Archive, groups: Compared, changes: Sequence[Change]) -> tuple[Finding, ...]:
    """CSI (CDSAT where CSI is not told apart), and what else surely changed."""
    told = [one for one in changes if one.verdict in {"better", "worse"}]
    if any(one.outcome.name == "csi" for one in told):
        told = [one for one in told if one.outcome.name != "cdsat"]
    return tuple(_finding(archive, groups, one) for one in told)


def _finding(archive: Archive, groups: Compared, one: Change) -> Finding:
    found, outcome = one.standardised, one.outcome
    if found is None or found.estimate.value is None:
        raise ValueError(f"{outcome.name}: a verdict without a difference")
    blanks: dict[str, Blank] = {
        "what": outcome.title,
        "verdict": VERDICTS[one.verdict],
        "first": groups.first_name,
        "second": groups.second_name,
        "effect": Figure(found.estimate, outcome.change_unit),
        "crude": Figure(found.crude, outcome.change_unit),
        "level": Figure(Estimate(found.estimate.level), "share"),
        "part": text(" ({part})", " ({part})", part=groups.part) if groups.part else text("", ""),
    }
    share_concerned = float(groups.used.sum()) / max(int(archive.handled.sum()), 1)
    weight = abs(found.estimate.value) * share_concerned if outcome.name == "csi" else 0.0
    return Finding(FOUND.with_blanks(blanks), weight, _calls(archive, groups, one), TONES[one.verdict])


def _calls(archive: Archive, groups: Compared, one: Change) -> tuple[CallRef, ...]:
    """The latest contacts after the change that are what it made more of."""
    values, rows = one.outcome.values, groups.used & groups.second & ~np.isnan(one.outcome.values)
    more = one.standardised is not None and (one.standardised.estimate.value or 0.0) > 0
    edge = values[rows].max() if more else values[rows].min()
    found = np.flatnonzero(rows & (values == edge))[::-1][:CALLS]
    why = WHY.with_blanks({"what": one.outcome.title, "value": Figure(Estimate(float(edge)), one.outcome.unit)})
    return tuple(CallRef(str(archive.id[row]), why=why) for row in found)
