"""The archive as insight reads it: one row per interaction, in order of time, everything else aligned to those rows.

What is not known is NaN in numbers and "" in labels, never 0. Nothing here is an estimate of satisfaction: effects on
satisfaction rest on ``answers`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.beside import Beside
from voxcx.domain.csi import RatingScale
from voxcx.domain.qa import Kano, Mode, Party, Severity
from voxcx.domain.texts import Text
from voxcx.insight.settings import ReportSettings
from voxcx.insight.spanning import span_of

if TYPE_CHECKING:
    from voxcx.insight.topics.record import AssignedTopics

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.object_]
Verdicts = NDArray[np.int8]

NOT_MET, MET, NOT_APPLICABLE, UNDECIDED, NOT_ASKED = 0, 1, 2, 3, -1  # codes of a verdict
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class CriterionColumn:
    """A criterion of one form (all its versions) and its verdict of every interaction, as the codes above."""

    form_id: str
    criterion: str
    title: Text
    section: str
    severity: Severity
    mode: Mode
    attributable: Party
    kano: Kano | None
    max_points: float
    verdict: Verdicts
    variant: str = ""  # the version of the form, where older ones judged it with another severity or party

    @property
    def key(self) -> str:
        """Unique in an archive."""
        return f"{self.form_id}:{self.criterion}" + (f"@{self.variant}" if self.variant else "")

    @property
    def decided(self) -> Flags:
        """[n], met or not met."""
        decided: Flags = (self.verdict == MET) | (self.verdict == NOT_MET)
        return decided

    @property
    def failed(self) -> Flags:
        """[n], not met."""
        failed: Flags = self.verdict == NOT_MET
        return failed


@dataclass(frozen=True, slots=True)
class SurveyColumns:
    """Survey answers, aligned to the interactions; several answers of one interaction are averaged.

    Attributes:
        given: whether there was a file of answers at all.
        strange: answers about interactions that the archive does not hold (left out).
        count: [n], how many answers; 0 where nobody answered.
        csi: [n], mean answer on the 0–100 index, NaN where nobody answered.
        dissatisfied: [n], share of the answers in the bottom boxes, NaN where nobody answered.
        satisfied: [n], the same of the top boxes.
        top: [n], share of answers with the highest rating.
        ces: [n], effort as answered, NaN.
        nps: [n], +100 a promoter (9–10), −100 a detractor (0–6), 0 in between, NaN; their mean is the NPS.
        answered_s: [n], when, seconds since 1970, NaN.
        comment: [n], "" where none.
        scale: of the ratings.
    """

    given: bool
    strange: int
    count: Integers
    csi: Floats
    dissatisfied: Floats
    satisfied: Floats
    top: Floats
    ces: Floats
    nps: Floats
    answered_s: Floats
    comment: Labels
    scale: RatingScale

    @property
    def answered(self) -> Flags:
        """[n], whether there is a rating."""
        answered: Flags = self.count > 0
        return answered


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Archive:
    """n interactions in order of time (those without a time last). Equal only to itself: what is costly is kept by it.

    Attributes:
        id: [n], interaction ids.
        moment_s: [n], start, seconds since 1970 UTC, NaN where not known.
        local_s: [n], the same in local time of the source (for hours and days).
        numbers: column → [n] float64, NaN where not known: every number of the catalogue, ``qa_score``,
            ``qa_score_before_zeroing``, ``qa_decided_share``, ``csi_value`` and ``csi_p_dissatisfied`` (estimates: only
            to choose what to look at); flags (abandoned, blocked, contained, flow_out, survey_invited,
            crm_prefers_human, ivr_authenticated) as 1, 0, NaN.
        labels: column → [n] objects, "" where not known: kind, channel, direction, customer_id, ticket_id, agent_id,
            agent_name, agent_since, team, queue, skill, priority, process, topic, blocked_type, callback_of, wrap_code,
            language, form_id, channels_verdict, csi_model_id and every category of the catalogue.
        answers: of the surveys.
        criteria: every criterion that was judged.
        beside: optional files.
        settings: configs/report.yaml.
        openings: [n], the customer's first words, "" where none; None where nobody asked for them.
        simulated: the folder was made by ``voxcx simulate population``.
    """

    id: Labels
    moment_s: Floats
    local_s: Floats
    numbers: Mapping[str, Floats]
    labels: Mapping[str, Labels]
    answers: SurveyColumns
    criteria: tuple[CriterionColumn, ...]
    beside: Beside
    settings: ReportSettings
    openings: Labels | None = None
    simulated: bool = False
    failed: int = 0  # interactions that could not be scored
    simulated_models: frozenset[str] = frozenset()  # models of satisfaction that were trained on simulated answers
    topics: AssignedTopics | None = None  # where each topic came from; None: as the source gave them

    def __len__(self) -> int:
        return len(self.id)

    def number(self, name: str) -> Floats:
        """A column of numbers; all NaN where the archive lacks it."""
        return self.numbers[name] if name in self.numbers else np.full(len(self), np.nan)

    def label(self, name: str) -> Labels:
        """A column of labels; all "" where the archive lacks it."""
        return self.labels[name] if name in self.labels else np.full(len(self), "", dtype=object)

    def flag(self, name: str) -> Flags:
        """Where a flag is 1; not known counts as no."""
        told: Flags = self.number(name) == 1.0
        return told

    @property
    def customer(self) -> Labels:
        """[n], the customer; who is not known is a customer of their own, so that nobody is joined by ignorance."""
        known = self.label("customer_id")
        return np.where(known == "", "interaction " + self.id, known)

    @property
    def begin_s(self) -> float:
        """The first contact that is no stray (``insight.spanning``), seconds since 1970; ∞ where no time is known."""
        return _span(self)[0]

    @property
    def end_s(self) -> float:
        """The last contact that is no stray, seconds since 1970; −∞ where no time is known."""
        return _span(self)[1]

    @property
    def stray(self) -> Flags:
        """[n], a time far outside of the archive's: a clock that was wrong."""
        stray: Flags = (self.moment_s < self.begin_s) | (self.moment_s > self.end_s)
        return stray

    @property
    def day(self) -> Integers:
        """[n], local day since 1970-01-01, −1 where the time is not known or a stray."""
        unknown = np.isnan(self.local_s) | self.stray
        return np.where(unknown, -1, np.nan_to_num(self.local_s) // DAY_S).astype(np.int64)

    @property
    def handled(self) -> Flags:
        """[n], whether an agent or a bot had it: not abandoned, not blocked, not flowed out."""
        return ~(self.flag("abandoned") | self.flag("blocked") | self.flag("flow_out"))

    def grouped(self, by: str) -> Labels:
        """[n], the group of each interaction by a field, or by ``week`` (2026-W03) or ``month`` (2026-01)."""
        if by not in {"week", "month"}:
            return self.label(BY_FIELD.get(by, by))
        days, place = np.unique(self.day, return_inverse=True)
        named = np.array([period_of(day, by) for day in days.tolist()], dtype=object)
        return named[place] if len(days) else np.empty(0, dtype=object)


@lru_cache(maxsize=2)  # every page asks
def _span(archive: Archive) -> tuple[float, float]:
    return span_of(archive.moment_s)


BY_FIELD = {"agent": "agent_id", "customer": "customer_id", "form": "form_id"}


def period_of(day: int, by: str) -> str:
    """The week or month of a day since 1970-01-01; "" before it.

    >>> period_of(20458, "week"), period_of(20458, "month"), period_of(-1, "week")
    ('2026-W02', '2026-01', '')
    """
    if day < 0:
        return ""
    on = date(1970, 1, 1) + timedelta(days=day)
    return f"{on:%G}-W{on:%V}" if by == "week" else f"{on:%Y-%m}"
