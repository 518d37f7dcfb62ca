"""Interactions with a critical error, kind by kind: where the kind applies, where one was found, where it is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.scorecard import CriticalKind
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import NOT_ASKED, UNDECIDED, Archive, CriterionColumn, Flags, Floats
from voxcx.statistics.correction import rogan_gladen
from voxcx.statistics.proportions import share


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three kinds of critical error."""

    id: CriticalKind
    measure: str  # the accuracy's name in files
    title: Text
    errors: Text  # what such errors are called in a sentence
    sentence: Text  # … at its beginning


KINDS = (
    Kind(
        "customer",
        "cu_cea",
        text("Customer-critical accuracy (cu-CEA)", "Без ошибок, критичных для клиента (cu-CEA)"),
        text("errors critical for the customer", "ошибки, критичные для клиента"),
        text("Errors critical for the customer", "Ошибки, критичные для клиента"),
    ),
    Kind(
        "business",
        "bu_cea",
        text("Business-critical accuracy (bu-CEA)", "Без ошибок, критичных для бизнеса (bu-CEA)"),
        text("errors critical for the business", "ошибки, критичные для бизнеса"),
        text("Errors critical for the business", "Ошибки, критичные для бизнеса"),
    ),
    Kind(
        "compliance",
        "co_cea",
        text("Compliance-critical accuracy (co-CEA)", "Без ошибок, критичных для комплаенса (co-CEA)"),
        text("errors critical for compliance", "ошибки, критичные для комплаенса"),
        text("Errors critical for compliance", "Ошибки, критичные для комплаенса"),
    ),
)
NOWHERE = text("no interaction where it applies", "нет обращений, к которым это применимо")
NOT_MEASURED = text(
    "the machine's own errors were not measured (voxcx qa calibrate --out calibration.json)",
    "ошибки автоматической оценки не измерены (voxcx qa calibrate --out calibration.json)",
)

OTHER_CRITERIA = text(
    "calibration measured all criteria of the kind together, not the agent's own alone",
    "при калибровке измерены все критерии вида вместе, а не только те, за которые отвечает оператор",
)


@dataclass(frozen=True, slots=True)
class Counted:
    """One kind over the archive.

    Attributes:
        kind: which.
        columns: its criteria that were decided somewhere.
        never: its criteria that nobody and nothing ever decided; nothing is known of them.
        base: [n], interactions that are divided by.
        applies: [n], at least one of ``columns`` decided or undecided.
        erred: [n], at least one not met.
        open: [n], none known to be not met and at least one undecided.
        part_only: decided criteria of the kind were left out, those that are not the agent's.
    """

    kind: Kind
    columns: tuple[CriterionColumn, ...]
    never: tuple[CriterionColumn, ...]
    base: Flags
    applies: Flags
    erred: Flags
    open: Flags
    part_only: bool = False


@dataclass(frozen=True, slots=True)
class Accuracy:
    """1 − interactions with an error ÷ base. ``found`` takes the undecided for clean: it is the best case too."""

    found: Estimate
    worst: Estimate
    errors: int
    open: int
    n: int


def judged(archive: Archive) -> Flags:
    """[n], monitored: some criterion was asked of it."""
    some = np.zeros(len(archive), dtype=bool)
    for column in archive.criteria:
        some |= column.verdict != NOT_ASKED
    return some


def count(archive: Archive, kind: Kind, *, agents_own: bool = False) -> Counted:
    """One kind of error; ``agents_own``: only criteria that are the agent's."""
    severe = [one for one in archive.criteria if one.severity == f"critical_{kind.id}"]
    mine = [one for one in severe if one.attributable == "agent" or not agents_own]
    columns = tuple(one for one in mine if one.decided.any())
    erred, undecided, applies = (np.zeros(len(archive), dtype=bool) for _ in range(3))
    for column in columns:
        erred |= column.failed
        undecided |= column.verdict == UNDECIDED
        applies |= column.decided | (column.verdict == UNDECIDED)
    of_all = archive.settings.critical.base == "monitored" and bool(columns)
    base = judged(archive) if of_all else applies
    never = tuple(one for one in mine if not one.decided.any())
    part_only = any(one.decided.any() for one in severe if one not in mine)
    return Counted(kind, columns, never, base, applies, erred, undecided & ~erred, part_only)


def free_of_errors(archive: Archive, kinds: Sequence[Kind] = KINDS, *, agents_own: bool = False) -> Floats:
    """[n], 1 without a critical error of these kinds, 0 with one, NaN outside of the base: the accuracy row by row.

    Every page that shows an accuracy takes it from here or from ``count``, so that one name has one number.
    """
    counts = [count(archive, kind, agents_own=agents_own) for kind in kinds]
    base, erred = (np.any([getattr(one, side) for one in counts], axis=0) for side in ("base", "erred"))
    return np.where(base, 1.0 - erred, np.nan)


def accuracy(counted: Counted, among: Flags | None, level: float) -> Accuracy:
    """The accuracy of these interactions, all of them if None; Wilson's intervals."""
    rows = counted.base if among is None else counted.base & among
    n, errors, undecided = int(rows.sum()), int((rows & counted.erred).sum()), int((rows & counted.open).sum())
    found = share(n - errors, n, NOWHERE, level)
    return Accuracy(found, share(n - errors - undecided, n, NOWHERE, level), errors, undecided, n)


def corrected(archive: Archive, counted: Counted, among: Flags | None = None) -> Estimate:
    """The accuracy behind the machine's own errors (Rogan and Gladen 1978), where calibration measured them.

    Calibration looks at interactions where the kind applies and takes undecided for no error found, as here. Divided
    by all monitored, the rate of error is that of the applicable times their share. Of a part (``among``) it supposes
    that the machine errs there as it does on the whole.
    """
    sides = (counted.erred, counted.applies, counted.base)
    tally = tuple(int((side if among is None else side & among).sum()) for side in sides)
    return corrected_tally(archive, counted, tally)


def corrected_tally(archive: Archive, counted: Counted, tally: Sequence[int]) -> Estimate:
    """The same of so many interactions (with an error, where the kind applies, divided by)."""
    level, (errors, n, base) = archive.settings.level, tally
    known = next((one for one in archive.beside.accuracy if one.kind == counted.kind.id), None)
    if n == 0 or known is None:
        return Estimate(None, n=n, level=level, reason=NOT_MEASURED if n else NOWHERE)
    if counted.part_only:
        return Estimate(None, n=n, level=level, reason=OTHER_CRITERIA)
    rate = rogan_gladen((errors, n), known.sensitivity, known.specificity, level)
    if rate.value is None or rate.low is None or rate.high is None:
        return rate
    part = n / base
    return replace(rate, value=1 - part * rate.value, low=1 - part * rate.high, high=1 - part * rate.low)
