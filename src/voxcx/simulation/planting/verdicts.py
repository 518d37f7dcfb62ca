"""What the scorer wrote down: verdicts, scores by METRICS.md's quality rules, and rows of the table ``criteria``."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from voxcx.simulation.call_features import Columns, blank
from voxcx.simulation.planting.contacts import Contacts
from voxcx.simulation.planting.form import (
    BOT_FORM,
    BOT_FORM_ID,
    FORM,
    FORM_ID,
    FORM_VERSION,
    MINIMUM_DECIDED_SHARE,
    UNDECIDED_SHARE,
    Planned,
)
from voxcx.simulation.traffic import Flags, Floats, Labels

NOT_MET, MET, NOT_APPLICABLE, UNDECIDED, NOT_ASKED = 0, 1, 2, 3, -1
Verdicts = NDArray[np.int8]
QUOTED_SHARE = 0.4  # of errors


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts as codes above: ``form`` [n, 14] of who had an agent, ``bot`` [n, 3] of who was served by a bot.

    ``quoted`` [n, 14] says which errors carry a quote; ``at`` [n, 14] where, as a share of the talk.
    """

    form: Verdicts
    bot: Verdicts
    quoted: Flags
    at: Floats


def draw_verdicts(contacts: Contacts, bot: tuple[Flags, Flags], rng: np.random.Generator) -> Judged:
    """What the scorer saw: now and then it cannot decide, whatever happened; ``bot`` is applies and errors."""
    form = _seen(contacts.applies, contacts.errors, contacts.handled, rng)
    at = rng.random(form.shape)
    quoted = (form == NOT_MET) & (rng.random(form.shape) < QUOTED_SHARE)
    return Judged(form, _seen(*bot, contacts.bot_served, rng), quoted, at)


def _seen(applies: Flags, errors: Flags, asked: Flags, rng: np.random.Generator) -> Verdicts:
    verdict = np.where(applies, np.where(errors, NOT_MET, MET), NOT_APPLICABLE)
    verdict = np.where(applies & (rng.random(applies.shape) < UNDECIDED_SHARE), UNDECIDED, verdict)
    return np.where(asked[:, None], verdict, NOT_ASKED).astype(np.int8)


def scores_of(judged: Judged) -> Columns:
    """The interactions' columns of quality; a critical error zeroes the form."""
    agent, bot = _points(judged.form, FORM), _points(judged.bot, BOT_FORM)
    by_bot = judged.bot[:, 0] != NOT_ASKED
    before, share = (np.where(by_bot, theirs, ours) for ours, theirs in zip(agent, bot, strict=True))
    enough = share >= MINIMUM_DECIDED_SHARE
    before = np.where(enough, before, np.nan)
    critical = {kind: _critical(judged.form, kind) for kind in ("customer", "business", "compliance")}
    asked = by_bot | (judged.form[:, 0] != NOT_ASKED)
    zeroed = np.any([flags.any(axis=1) for flags, _ in critical.values()], axis=0)
    form_id = blank(np.where(by_bot, BOT_FORM_ID, FORM_ID), ~asked)
    return {
        "qa_score": np.where(zeroed & ~np.isnan(before), 0.0, before),
        "qa_score_before_zeroing": before,
        "qa_decided_share": share,
        **{f"qa_critical_{kind}": _lists(flags, names, asked) for kind, (flags, names) in critical.items()},
        "form_id": form_id,
        "form_version": blank(np.full(len(asked), FORM_VERSION, dtype=object), ~asked),
    }


def _points(verdict: Verdicts, form: tuple[Planned, ...]) -> tuple[Floats, Floats]:
    """Score before zeroing and the decided share of the applicable points."""
    points = np.array([criterion.points for criterion in form])
    met, decided = (verdict == MET) @ points, ((verdict == MET) | (verdict == NOT_MET)) @ points
    applicable = decided + (verdict == UNDECIDED) @ points
    with np.errstate(invalid="ignore", divide="ignore"):
        return 100 * (met / decided), decided / applicable


def _critical(verdict: Verdicts, kind: str) -> tuple[Flags, list[str]]:
    places = [place for place, criterion in enumerate(FORM) if criterion.severity == f"critical_{kind}"]
    return verdict[:, places] == NOT_MET, [FORM[place].id for place in places]


def _lists(flags: Flags, names: list[str], asked: Flags) -> Labels:
    """[n], the ids of the errors; None where nothing was judged."""
    lists = np.empty(len(flags), dtype=object)
    made = zip(flags.tolist(), asked.tolist(), strict=True)
    lists[:] = [list(compress(names, which)) if one else None for which, one in made]
    return lists
