"""Drift: do new interactions still look like those that a model learned from, and is it time to train again?

    PSI       Σ (now − before) × ln(now ÷ before) over a column's bins (deciles that keep equal values together, levels)
    excess    PSI − (bins − 1) × (1/n + 1/m): what PSI is without any drift, so that few rows do not look like drift
    p         two-sample χ² over the same bins; each n divided by the design effect where customers are given, since
              contacts of one customer resemble each other (Rao and Scott 1984, first order); Bonferroni over all looks
    unknown   share of unknown values against what the new mix of calls and chats would have by itself

=========  ====================================================================================
verdict    of a column, where p is below 1 % ÷ looks
=========  ====================================================================================
moved      excess ≥ 0.10, or unknown share changed by ≥ 0.05, or new levels with ≥ 1 % of the rows
drifted    excess ≥ 0.25, or unknown share changed by ≥ 0.20, or new levels with ≥ 5 % of the rows
=========  ====================================================================================

Overall: ``retrain`` where drifted columns carry 20 % of the model's importance, the scores have drifted or a mix has
new levels of 5 %; ``watch`` where anything that counts has moved; ``too_few`` below 100 rows on either side. Drift says
that the interactions changed, not that the model got worse: only new answers can tell that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from voxcx.config import Checked
from voxcx.csi.answers import Floats, Integers, Labels, Table
from voxcx.csi.evaluation.drift_columns import (
    Column,
    codes_of,
    customer_numbers,
    design_effect,
    learn_column,
    new_levels,
    stability_index,
    tally,
    texts_of,
)

FEWEST_ROWS = 100
SURE = 0.01
MOVED, DRIFTED = 0.10, 0.25
UNKNOWN_MOVED, UNKNOWN_DRIFTED = 0.05, 0.20
NEW_MOVED, NEW_DRIFTED = 0.01, 0.05
RETRAIN_IMPORTANCE = 0.20
COUNTS_IMPORTANCE = 0.01
NAMED_AT_MOST = 3
MIXES = ("kind", "channel")
CUSTOMER = "customer"

Verdict = Literal["same", "moved", "drifted"]
Overall = Literal["no_drift", "watch", "retrain", "too_few"]
RANK: dict[Verdict, int] = {"same": 0, "moved": 1, "drifted": 2}


class Reference(Checked):
    """What the training data looked like; stored with the model."""

    rows: int
    columns: dict[str, Column]
    about: dict[str, Column]
    score: Column
    mix: str | None = None
    mix_counts: dict[str, int] = {}  # noqa: RUF012 - pydantic copies defaults


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """One column then and now. ``unknown_expected`` is the share that the new mix of calls and chats would have had."""

    name: str
    psi: float
    psi_expected: float
    p_value: float
    unknown_before: float
    unknown_expected: float
    unknown_now: float
    new_levels: tuple[str, ...]
    new_share: float
    importance: float
    verdict: Verdict

    @property
    def excess(self) -> float:
        """PSI beyond what chance gives."""
        return max(self.psi - self.psi_expected, 0.0)


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Columns by importance × excess, mixes (language, channel, …), scores, and what to do."""

    rows_before: int
    rows_now: int
    columns: tuple[ColumnDrift, ...]
    about: tuple[ColumnDrift, ...]
    score: ColumnDrift
    drifted_importance: float
    moved_importance: float
    verdict: Overall
    sentence: str
    sentence_ru: str


def learn_reference(table: Table, value: Floats, about: Mapping[str, Labels]) -> Reference:
    """Count what the training interactions look like.

    Args:
        table: the model's columns.
        value: [n], its estimates.
        about: labels of the interactions: language, channel, kind, …; "" unknown. One named ``customer`` is no mix: it
            gives the design effect, without it each row counts as independent.
    """
    mix = next((name for name in MIXES if name in about), None)
    labels = texts_of(about[mix]) if mix else np.full(len(value), "")
    number = customer_numbers(about[CUSTOMER]) if CUSTOMER in about else None
    return Reference(
        rows=len(value),
        columns={name: learn_column(column, labels, number) for name, column in table.items()},
        about={
            name: learn_column(column.astype(object), labels, number)
            for name, column in about.items()
            if name != CUSTOMER
        },
        score=learn_column(value, labels, number),
        mix=mix,
        mix_counts=tally(labels),
    )


def find_drift(
    reference: Reference, table: Table, value: Floats, about: Mapping[str, Labels], importance: Mapping[str, float]
) -> DriftReport:
    """Compare new interactions with the reference.

    Args:
        reference: from ``learn_reference``.
        table: the same columns; one that is absent counts as unknown everywhere.
        value: [n], the model's estimates of the new interactions.
        about: as for the reference.
        importance: of the columns, in any unit; empty counts all alike.
    """
    labels = np.full(len(value), "", dtype=object)
    if reference.mix is not None and reference.mix in about:
        labels = texts_of(about[reference.mix])
    look = _Look(reference, labels, customer_numbers(about[CUSTOMER]) if CUSTOMER in about else None)
    weight = _weights(reference, importance)
    columns = tuple(look.compare(name, old, table.get(name), weight[name]) for name, old in reference.columns.items())
    mixes = tuple(look.compare(name, old, about.get(name), 0.0) for name, old in reference.about.items())
    score = look.compare("score", reference.score, value, 0.0)
    ordered = tuple(sorted(columns, key=lambda one: (-RANK[one.verdict], -one.importance * one.excess, one.name)))
    return _report((reference.rows, len(value)), ordered, mixes, score)


@dataclass(frozen=True, slots=True)
class _Look:
    """What every comparison needs."""

    reference: Reference
    labels: Labels
    number: Integers | None

    @property
    def sure(self) -> float:
        """The p below which a change is none of chance, however many columns are looked at."""
        return SURE / (2 * (len(self.reference.columns) + len(self.reference.about) + 1))

    def compare(self, name: str, old: Column, column: NDArray[Any] | None, importance: float) -> ColumnDrift:
        """One column then and now."""
        n = len(self.labels)
        if column is None:
            column = np.full(n, None, dtype=object) if old.edges is None else np.full(n, np.nan)
        code = codes_of(column, old)
        design = design_effect(code, len(old.counts), self.number)
        now = np.bincount(code[code >= 0], minlength=len(old.counts))
        psi, chance, p_value = stability_index(old, now, design)
        new = new_levels(column, old)
        share = sum(new.values()) / max(n, 1)
        unknown = self._unknown(old, code)
        found = ColumnDrift(name, psi, chance, p_value, *unknown, tuple(new), share, importance, "same")
        return replace(found, verdict=self._verdict(found, old, design))

    def _unknown(self, old: Column, code: Integers) -> tuple[float, float, float]:
        """Unknown shares before, expected of the new mix, and now."""
        before = old.unknown / max(self.reference.rows, 1)
        by_mix = {
            label: old.unknown_by_mix.get(label, 0) / count
            for label, count in self.reference.mix_counts.items()
            if count
        }
        rates = [by_mix.get(label, before) * count for label, count in tally(self.labels).items()]
        return before, sum(rates) / max(len(code), 1), float((code < 0).mean()) if len(code) else 0.0

    def _verdict(self, one: ColumnDrift, old: Column, design: float) -> Verdict:
        change, expected = abs(one.unknown_now - one.unknown_expected), one.unknown_expected
        rows = 1 / max(self.reference.rows / old.design, 1) + 1 / max(len(self.labels) / design, 1)
        middle = (one.unknown_now + expected) / 2
        p_unknown = float(chi2.sf(change**2 / max(middle * (1 - middle) * rows, 1e-12), 1))
        steps = (
            (one.excess, MOVED, DRIFTED, one.p_value <= self.sure),
            (change, UNKNOWN_MOVED, UNKNOWN_DRIFTED, p_unknown <= self.sure),
            (one.new_share, NEW_MOVED, NEW_DRIFTED, one.new_share * len(self.labels) / design >= 5),
        )
        drifted = any(sure and size >= far for size, _, far, sure in steps)
        moved = any(sure and size >= near for size, near, _, sure in steps)
        return "drifted" if drifted else "moved" if moved else "same"


def _weights(reference: Reference, importance: Mapping[str, float]) -> dict[str, float]:
    given = {name: max(importance.get(name, 0.0), 0.0) for name in reference.columns}
    if not sum(given.values()):
        given = dict.fromkeys(given, 1.0)
    return {name: one / sum(given.values()) for name, one in given.items()}


def _report(
    rows: tuple[int, int], columns: tuple[ColumnDrift, ...], mixes: tuple[ColumnDrift, ...], score: ColumnDrift
) -> DriftReport:
    moved = [one for one in columns if one.verdict != "same"]
    drifted = sum(one.importance for one in columns if one.verdict == "drifted")
    least = min(COUNTS_IMPORTANCE, 0.5 / max(len(columns), 1))
    changed = [one for one in moved if one.importance >= least]
    changed += [one for one in (*mixes, score) if one.verdict != "same"]
    strange = any(one.new_share >= NEW_DRIFTED and one.verdict == "drifted" for one in mixes)
    verdict: Overall = "watch" if changed else "no_drift"
    shifts = drifted > 0 and score.verdict != "same"  # a feature is elsewhere and the estimates went with it
    if drifted >= RETRAIN_IMPORTANCE or score.verdict == "drifted" or strange or shifts:
        verdict = "retrain"
    if min(rows) < FEWEST_ROWS:
        verdict = "too_few"
    told = _told(verdict, rows, changed)
    total = sum(one.importance for one in moved)
    return DriftReport(*rows, columns, mixes, score, drifted, total, verdict, *told)


def _told(verdict: Overall, rows: tuple[int, int], changed: Iterable[ColumnDrift]) -> tuple[str, str]:
    """English and Russian."""
    names = list(dict.fromkeys(one.name for one in changed))
    named = ", ".join(names[:NAMED_AT_MOST]) + (" …" if len(names) > NAMED_AT_MOST else "")
    sentences: dict[Overall, tuple[str, str]] = {
        "too_few": (
            f"{min(rows)} interactions on one side are too few to tell; come back with at least {FEWEST_ROWS}.",
            f"{min(rows)} взаимодействий с одной стороны – слишком мало; нужно не меньше {FEWEST_ROWS}.",
        ),
        "no_drift": (
            "The new interactions look like the training data; whether estimates still hold, only new answers tell.",
            "Новые контакты похожи на обучающие данные; верны ли ещё оценки, скажут только новые ответы.",
        ),
        "watch": (
            f"Something has changed ({named}), but little that the model leans on: watch it, training again can wait.",
            f"Есть изменения ({named}), но модель мало на них опирается: наблюдайте, с переобучением можно подождать.",
        ),
        "retrain": (
            f"The new interactions differ from the training data in what the model leans on ({named}): train it again.",
            f"Новые взаимодействия отличаются в том, на что опирается модель ({named}): переобучите её.",
        ),
    }
    return sentences[verdict]
