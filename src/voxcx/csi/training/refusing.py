"""What stops a training before it starts: features that give the answer away."""

from __future__ import annotations

import numpy as np

from voxcx.csi.settings import TrainingConfig
from voxcx.csi.training.leaks import Leak, find_leaks
from voxcx.csi.training.rated import Interactions, Rated
from voxcx.domain.views import VIEWS
from voxcx.errors import InputError

NAMES_SHOWN = 5


def refuse_leaks(rated: Rated, everyone: Interactions, config: TrainingConfig) -> tuple[Leak, ...]:
    """Raise InputError that names every leak; gives those that the configuration trusts."""
    known = rated.interactions
    rated_too = np.isin(everyone.id.astype(str), known.id.astype(str))
    silent = everyone.rows(np.flatnonzero(everyone.invited & ~rated_too))  # who was not asked may differ in everything
    last = None if known.texts is None else known.texts.get(VIEWS[-1])
    found = find_leaks(known.table, rated.answers, silent.table if len(silent) else None, last)
    leaks = [leak for leak in found if leak.feature not in config.trusted]
    if leaks:
        others = ", ".join(leak.feature for leak in leaks[NAMES_SHOWN:])
        more = f"; and so do {others}" if others else ""
        told = "; ".join(leak.sentence.rstrip(".") for leak in leaks[:NAMES_SHOWN])
        raise InputError(
            f"Features: expected only what was known before the survey, but {told}{more}: name them under left_out, or "
            "under trusted with the reason, in the training configuration."
        )
    return tuple(leak for leak in found if leak.feature in config.trusted)
