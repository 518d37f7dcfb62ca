"""HALL: a form and a results folder → what the form would change, without listening or transcribing again.

choose the interactions → read what was kept of each → score it with the form, and with the old one → add up
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.qa import QaForm
from voxcx.domain.scorecard import Scorecard
from voxcx.errors import InputError, VoxcxError, unexpected
from voxcx.pipeline import Tools, case_of
from voxcx.qa.agreement.changes import Card, Change, Judged, reached
from voxcx.qa.agreement.forms import Weight, renamed, reweighted, weights_of
from voxcx.qa.agreement.looking import lot
from voxcx.qa.agreement.tally import CriterionChange, Scores, Tally
from voxcx.qa.case import Case
from voxcx.qa.form import load_form
from voxcx.qa.scoring import score_form
from voxcx.results.reading import read_columns
from voxcx.results.row import read_row
from voxcx.results.stored import heard_of, history_of, interaction_of, recognition_of
from voxcx.results.verdicts import StoredCard, stored_cards

SHOWN_FAILURES = 3
OnChange = Callable[[Change], None]
OnStep = Callable[[int, int], None]  # interactions looked at, and how many there are


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare. ``against`` None: the verdicts that the folder holds."""

    form: str
    results: Path
    against: str | None = None
    limit: int | None = None
    kind: str | None = None
    config: Path | None = None
    definitions: str = "default"


@dataclass(frozen=True, slots=True)
class Failed:
    """An interaction that could not be scored, and why, in one sentence."""

    interaction_id: str
    reason: str


@dataclass(slots=True)
class Passed:
    """Interactions that were not compared, by reason, and the first that failed."""

    reasons: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    first: list[Failed] = field(default_factory=list)

    def fail(self, name: str, reason: str) -> None:
        """One more that could not be scored."""
        self.failed += 1
        if len(self.first) < SHOWN_FAILURES:
            self.first.append(Failed(name, reason))


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a form would change.

    Attributes:
        form: id and version.
        before: the other one's, or those whose verdicts the folder holds.
        stored: were those verdicts read from the folder (True) or made now?
        made_by: versions of voxcx that made the stored verdicts.
        interactions: in the folder.
        compared: of those.
        changed: of those, with another verdict or score.
        left_out: reason → number of interactions that were not compared.
        failed: interactions that could not be scored.
        failures: the first of them.
        scores: before and after.
        unzeroed: the same before critical errors zero anything.
        critical_gained: critical errors that came.
        critical_lost: that went.
        with_error_before: interactions with at least one critical error.
        with_error_after: likewise.
        criteria: those that both have.
        added: criteria that only the new form has.
        removed: that only the old one has.
        renamed: old id → new id of criteria that have the same rules or title, where both forms are at hand; each
            such pair is compared as one criterion under its new id and is neither added nor removed.
        reweighted: common criteria with other points, levels, severity, mode or zeroing, and what is other. What the
            folder does not keep (levels, zeroing) is compared only where both forms are at hand.
    """

    form: str
    before: tuple[str, ...]
    stored: bool
    made_by: tuple[str, ...]
    interactions: int
    compared: int
    changed: int
    left_out: dict[str, int]
    failed: int
    failures: tuple[Failed, ...]
    scores: Scores
    unzeroed: Scores
    critical_gained: int
    critical_lost: int
    with_error_before: int
    with_error_after: int
    criteria: tuple[CriterionChange, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: dict[str, str]
    reweighted: dict[str, str]


def backtest(asked: Asked, on_change: OnChange = lambda _: None, on_step: OnStep = lambda _, __: None) -> Backtest:
    """Score what the folder keeps with a form and compare it with the old verdicts.

    Args:
        asked: the form, the folder and what to compare with.
        on_change: told every interaction that changes, in the order of the folder.
        on_step: told how far it is.

    Raises:
        InputError, FormError, ConfigError: a folder that keeps no words or none in the form's language; a form or
            configuration that does not hold.
    """
    new, old = load_form(asked.form), None if asked.against is None else load_form(asked.against)
    chosen, total = _chosen(asked, new, old)
    tools = make_tools(Choices(config_path=asked.config, form=asked.form, definitions=asked.definitions))
    tally, passed = Tally(), Passed()
    sources: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    names = {} if old is None else renamed(old, new)
    weights = {} if old is None else {names.get(name, name): one for name, one in weights_of(old).items()}
    for done, card in enumerate(stored_cards(asked.results, evidence=old is None, only=chosen), 1):
        on_step(done, total if chosen is None else len(chosen))
        pair = _both(asked, card, (new, old), tools, passed)
        if pair is None:
            continue
        change = tally.add(card.interaction_id, _under(names, pair[0]), pair[1])
        if change is not None:
            on_change(change)
        if old is None:
            weights |= {name: Weight(one.max_points, one.severity, one.mode) for name, one in card.verdicts.items()}
        sources[0][f"{card.form_id}.v{card.form_version}"] += 1
        sources[1][card.voxcx_version or "unknown"] += 1
    _refuse_empty(asked, new, tally, passed)
    made = _made(tally, passed, f"{new.id}.v{new.version}", total)
    made = replace(made, reweighted=reweighted(weights, weights_of(new)))
    if old is None:
        return replace(made, before=tuple(sorted(sources[0])), stored=True, made_by=tuple(sorted(sources[1])))
    return replace(made, before=(f"{old.id}.v{old.version}",), renamed=names)


def _chosen(asked: Asked, new: QaForm, old: QaForm | None) -> tuple[set[str] | None, int]:
    """Ids to look at, and how many there are in all; None: all. ``limit`` of them are drawn by lot."""
    table = read_columns(asked.results, "interactions", ["interaction_id", "form_id", "kind"])
    rows = list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
    known = {form_id for _, form_id, _ in rows} & {new.id, *([old.id] if old else [])}
    ids = [
        name
        for name, form_id, kind in rows
        if (not known or form_id in known) and (asked.kind is None or kind == asked.kind)
    ]
    if not rows:
        raise InputError(f"{asked.results}: expected a results folder with interactions, found none; run voxcx batch.")
    if not ids:
        raise InputError(f"{asked.results}: expected interactions of kind {asked.kind}, found none; check --kind.")
    if asked.limit is not None:
        ids = heapq.nsmallest(asked.limit, ids, key=lot)
    return (None if len(ids) == len(rows) else set(ids)), len(rows)


def _both(
    asked: Asked, card: StoredCard, forms: tuple[QaForm, QaForm | None], tools: Tools, passed: Passed
) -> tuple[Card, Card] | None:
    """One interaction's cards before and after; None, booked with its reason, where there are none."""
    new, old = forms
    if old is None and not card.verdicts:
        passed.reasons["no stored verdicts to compare with"] += 1
        return None
    try:
        case = _case(asked.results, card, tools, new.language)
        if isinstance(case, str):
            passed.reasons[case] += 1
            return None
        before = _stored(card) if old is None else card_of(score_form(old, case))
        return before, card_of(score_form(new, case))
    except VoxcxError as error:
        passed.fail(card.interaction_id, str(error))
    except Exception as error:  # noqa: BLE001 - one interaction costs nothing else, whatever is wrong with it
        passed.fail(card.interaction_id, unexpected(error))
    return None


def _case(folder: Path, card: StoredCard, tools: Tools, language: str) -> Case | str:
    """What rules look at, from what is kept; or why there is nothing to look at."""
    heard = read_row(folder, "heard", card.part, card.interaction_id)
    said = read_row(folder, "transcripts", card.part, card.interaction_id)
    if heard is None or said is None:
        return "no words are kept"
    if said["language"] != language:
        return f"in another language ({said['language']})"
    interaction = interaction_of(heard)
    if interaction.recordings and not said["by_channel"]:
        return "words are kept without their channels"
    recognition = recognition_of(said) if said["by_channel"] else None
    return case_of(interaction, heard_of(heard), recognition, tools, history_of(heard))[1]


def card_of(scorecard: Scorecard) -> Card:
    """A scorecard as it is compared."""
    verdicts = {
        one.criterion.id: Judged(
            one.verdict, one.criterion.severity, one.evidence, one.reason, reached(one.points, one.criterion.points)
        )
        for one in scorecard.results
    }
    return Card(scorecard.score, scorecard.score_before_zeroing, verdicts)


def _under(names: dict[str, str], card: Card) -> Card:
    """A card of the old form under the new ids: a criterion with another name is no error lost and another gained."""
    if not names:
        return card
    return replace(card, verdicts={names.get(name, name): one for name, one in card.verdicts.items()})


def _stored(card: StoredCard) -> Card:
    verdicts = {
        name: Judged(one.verdict, one.severity, one.evidence, one.reason, reached(one.points, one.max_points))
        for name, one in card.verdicts.items()
    }
    return Card(card.score, card.unzeroed, verdicts)


def _refuse_empty(asked: Asked, form: QaForm, tally: Tally, passed: Passed) -> None:
    if tally.compared:
        return
    if passed.failed:
        first = passed.first[0]
        raise InputError(
            f"{asked.results}: expected interactions that can be scored, got {passed.failed} that cannot; the first, "
            f"{first.interaction_id}: {first.reason}"
        )
    why = "; ".join(f"{count} {reason}" for reason, count in passed.reasons.most_common(3)) or "none"
    other = any("another language" in reason for reason in passed.reasons)
    cure = "give a form in their language" if other else "run voxcx batch over the source again, or give --against"
    raise InputError(
        f"{asked.results}: expected interactions in {form.language!r} with words and verdicts, got {why}; {cure}."
    )


def _made(tally: Tally, passed: Passed, form: str, total: int) -> Backtest:
    left = dict(passed.reasons.most_common())
    looked = tally.compared + passed.failed + passed.reasons.total()
    if total > looked:
        left["not asked for: another form, kind or beyond --limit"] = total - looked
    gained, lost = tally.critical()
    return Backtest(
        form=form,
        before=(),
        stored=False,
        made_by=(),
        interactions=total,
        compared=tally.compared,
        changed=tally.changed,
        left_out=left,
        failed=passed.failed,
        failures=tuple(passed.first),
        scores=tally.scores.summary(),
        unzeroed=tally.unzeroed.summary(),
        critical_gained=gained,
        critical_lost=lost,
        with_error_before=tally.with_error_before,
        with_error_after=tally.with_error_after,
        criteria=tally.criteria(),
        added=tally.added,
        removed=tally.removed,
        renamed={},
        reweighted={},
    )
