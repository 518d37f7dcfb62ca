"""What a customer's strictly earlier contacts say about machines: prefers_human and prefers_human_share."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.traffic import Floats, Traffic

FEWEST_CONTACTS = 3


def prefers_human(features: Columns, traffic: Traffic) -> tuple[Floats, Floats]:
    """The flag (NaN below three earlier contacts with a machine) and the share (NaN without any)."""
    call = traffic.is_call
    met = np.where(call, features["ivr_status"] != "none", features["bot_messages"] > 0).astype(bool)
    opted_out = (features["ivr_status"] == "opted_out") | (features["ivr_operator_requests"] > 0)
    refused = np.where(call, opted_out, features["asks_for_human"] > 0).astype(bool) & met
    flag, share = np.full(traffic.n, np.nan), np.full(traffic.n, np.nan)
    seen: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row, customer in enumerate(traffic.customer.tolist()):  # rows are in order of time
        contacts, refusals = seen[customer]
        if contacts:
            share[row] = refusals / contacts
        if contacts >= FEWEST_CONTACTS:
            flag[row] = float(refusals == contacts)
        seen[customer][0] += int(met[row])
        seen[customer][1] += int(refused[row])
    return flag, share
