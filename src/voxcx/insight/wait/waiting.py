"""What is known of the waits of one kind of contact: curve, knee, leaving, and the wait worth promising."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.service_level.contacts import Contacts
from voxcx.insight.service_level.formula import ABANDONED, ANSWERED, FLOWED_OUT
from voxcx.insight.service_level.page import hour_of
from voxcx.insight.wait.curve import Answers, Curve, curve, told_apart
from voxcx.insight.wait.hazard import Exposure, Jump, exposure, jump
from voxcx.statistics.curves import Knee
from voxcx.statistics.proportions import share


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything about the waits of calls, or of chats.

    Attributes:
        contacts: who asked for a person.
        answers: answers after a known wait.
        plain: curve of the answers; None where they are too few.
        adjusted: the same beside queue and hour; None where they are too few for that.
        seen: waiting by second; None where nobody's leaving is timed (chats).
        leaving: where the hazard of leaving jumps; None likewise.
    """

    contacts: Contacts
    answers: Answers
    plain: Curve | None
    adjusted: Curve | None
    seen: Exposure | None
    leaving: Jump | None

    @property
    def best(self) -> Curve | None:
        """The curve that the verdict rests on."""
        return self.adjusted or self.plain

    @property
    def waits(self) -> Floats:
        """Known waits of who was answered."""
        queued = self.contacts.queued
        known: Floats = queued.wait_s[(queued.fate == ANSWERED) & ~np.isnan(queued.wait_s)]
        return known

    @property
    def worth_promising(self) -> Estimate | None:
        """The wait after which satisfaction falls, or people leave, more steeply: the sooner of both."""
        ends = []
        if self.best is not None and hurts(self.best.knee):
            ends.append(self.best.knee.at)
        if self.leaving is not None and drives_away(self.leaving):
            ends.append(self.leaving.at)
        return min(ends, key=lambda one: one.value or 0.0, default=None)

    def answered_within(self, at_s: float, level: float) -> Estimate:
        """Share of the answered who waited no longer."""
        return share(int((self.waits <= at_s).sum()), len(self.waits), level=level)


def hurts(knee: Knee) -> bool:
    """Whether satisfaction falls after the knee, and more steeply than before."""
    before, after = knee.slope_before.value, knee.slope_after
    if knee.verdict != "knee" or before is None or after.value is None or after.high is None:
        return False
    return after.high < 0 and after.value < before


def drives_away(jump_found: Jump) -> bool:
    """Whether more people leave after the jump than before."""
    ratio = jump_found.ratio
    return jump_found.verdict == "knee" and ratio.low is not None and ratio.low > 1


def waiting_of(archive: Archive, contacts: Contacts, *, timed_leaving: bool) -> Waiting:
    """All of it for calls or chats."""
    settings, answers = archive.settings, _answers(archive, contacts)
    plain = adjusted = None
    if len(answers) >= settings.fewest:
        plain = curve(answers, settings.level, settings.seed)
        apart = told_apart(answers)
        adjusted = None if apart is None else curve(apart, settings.level, settings.seed, apart.strata)
    seen = _seen(archive, contacts) if timed_leaving else None
    leaving = None if seen is None else jump(seen, settings.level, settings.seed)
    return Waiting(contacts, answers, plain, adjusted, seen, leaving)


def _answers(archive: Archive, contacts: Contacts) -> Answers:
    wait_s = contacts.queued.wait_s
    csi = archive.answers.csi[contacts.rows]
    kept: Flags = (contacts.queued.fate == ANSWERED) & ~np.isnan(wait_s) & ~np.isnan(csi)
    rows = contacts.rows[kept]
    strata = (archive.label("queue")[rows], hour_of(archive.local_s[rows]))
    shortened: Floats = np.minimum(wait_s[kept], archive.settings.wait.longest_s)
    step = archive.answers.scale.points_per_rating
    rating: Floats = np.floor(csi[kept] / step + 0.5)  # the mean of several answers goes to the nearest one
    return Answers(shortened, csi[kept], rating, archive.label("customer_id")[rows], strata)


def _seen(archive: Archive, contacts: Contacts) -> Exposure | None:
    queued = contacts.queued
    waited: Flags = np.isin(queued.fate, (ANSWERED, ABANDONED, FLOWED_OUT)) & ~np.isnan(queued.wait_s)
    if not waited.any():
        return None
    left: Flags = queued.fate[waited] == ABANDONED
    last_s = min(archive.settings.wait.longest_s, float(queued.wait_s[waited].max()))
    return exposure(queued.wait_s[waited], left, archive.settings.service_level.short_abandon_s, last_s)
