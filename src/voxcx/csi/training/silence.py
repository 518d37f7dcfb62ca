"""Who was asked and did not answer, and what the answers say when those who did are weighted to resemble all asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from voxcx.csi.answers import Floats
from voxcx.csi.training.propensity import Balance, BothMeans, Mean, answer_weights, both_means
from voxcx.csi.training.rated import Interactions, Rated

NOBODY_SILENT = "Non-response: every interaction known here was answered, so nothing can be said about who is silent."


@dataclass(frozen=True, slots=True)
class Silence:
    """Figures of non-response; see ``propensity``.

    Attributes:
        asked, answered: how many.
        kind: what estimates the probability to answer.
        auc: how well features tell who answers; about 0.5: not at all.
        effective_answers: how many equally weighted answers the weighted ones are worth.
        balance: the columns in which those who answered differ most from all who were asked.
        note: what to tell the reader.
        means: CSI, CSAT and CDSAT as answered and weighted.
    """

    asked: int
    answered: int
    kind: str
    auc: float | None
    effective_answers: float
    balance: tuple[Balance, ...]
    note: str
    means: BothMeans

    def told(self) -> str:
        """A paragraph and both figures, as Markdown."""
        both = self.means
        rows = (
            ("CSI, points", both.csi, both.csi_weighted),
            ("satisfied (CSAT)", both.csat, both.csat_weighted),
            ("dissatisfied (CDSAT)", both.cdsat, both.cdsat_weighted),
        )
        table = "\n".join(f"| {name} | {_written(plain)} | {_written(weighted)} |" for name, plain, weighted in rows)
        return (
            f"{self.answered} of {self.asked} who were asked answered. {self.note}\n\n"
            f"| figure | as answered | weighted for non-response |\n|---|---|---|\n{table}\n"
        )


def who_is_silent(rated: Rated, everyone: Interactions, seed: int) -> tuple[Silence | None, Floats | None]:
    """Figures of non-response, and a weight for each rated row; None where everybody answered.

    A rated interaction was asked, whatever the record says.
    """
    answered = np.isin(everyone.id.astype(str), rated.interactions.id.astype(str))
    asked = everyone.rows(np.flatnonzero(everyone.invited | answered))
    of_asked = answered[everyone.invited | answered]
    if of_asked.all():
        return None, None
    made = answer_weights(asked.table, of_asked, asked.customer, seed)
    weight_of = dict(zip(asked.id.tolist(), made.weight.tolist(), strict=True))
    weight = np.array([weight_of[one] for one in rated.interactions.id.tolist()])
    means = both_means(rated.answers, weight, seed)
    found = Silence(made.asked, made.answered, made.kind, made.auc, made.effective_n, made.balance, made.note, means)
    return found, weight


def weighted(rated: Rated, weight: Floats) -> Rated:
    """The same with those weights."""
    return replace(rated, answers=replace(rated.answers, weight=weight))


def _written(mean: Mean) -> str:
    return f"{mean.value:.3g} [{mean.low:.3g}, {mean.high:.3g}]"
