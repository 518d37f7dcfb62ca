"""HALL: a results folder and people's marks → how far the machine's verdicts can be trusted, and whom to ask next.

read the marks → refuse what cannot be → put them beside the machine's verdicts → measure → choose the next ones
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from voxcx.domain.qa import Severity, Verdict
from voxcx.domain.scorecard import CriticalKind
from voxcx.intake.marks import Mark, natural
from voxcx.marking import (
    Joined,
    by_place,
    ids_of,
    join_marks,
    learned_of,
    mixed_of,
    pairs_of,
    settled,
    severities_of,
    unlike_of,
)
from voxcx.qa.agreement.bias import FEWEST_INTERACTIONS, Against, Bias, Compared, biases, clustered_share
from voxcx.qa.agreement.critical import Critical, Judgements, critical_of
from voxcx.qa.agreement.figures import Figure, difference
from voxcx.qa.agreement.looking import Candidate, Chooser, Lesson, Look, lessons_of
from voxcx.qa.agreement.many import gwets_ac1_of_many, krippendorffs_alpha
from voxcx.qa.agreement.verdicts import DECIDED, Agreement, Pair, agreement_of
from voxcx.results.verdicts import StoredCard, stored_cards

SCHEMA = "voxcx.calibration/1"
Basis = Literal["random rows", "all rows, assumed random"]
FEW = 30
SPLIT = 0.05
GRAVITY = ("critical_compliance", "critical_customer", "critical_business")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure: a folder, a file of marks, one form version or all, how many to look at next."""

    results: Path
    human: Path
    form_version: str | None = None
    pick: int = 20


@dataclass(frozen=True, slots=True)
class CriterionFigures:
    """One criterion; ``people_alpha`` is what people agree among themselves, ``mode`` how far the machine may judge."""

    criterion: str
    severity: Severity
    mode: str
    agreement: Agreement
    people_alpha: Figure
    people_ac1: Figure


@dataclass(frozen=True, slots=True)
class Version:
    """Marks of one form version; ``error_gap`` and ``agreement_gap`` are against the same form's version before it.

    Intervals count whole interactions, since criteria of one are alike.
    """

    form: str
    version: str
    interactions: int
    agreement: Figure
    error_rate: Figure
    agreement_gap: Figure
    error_gap: Figure


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that the marks say.

    Attributes:
        schema: version of this record.
        forms: id and version of the forms whose verdicts were compared.
        interactions: marked and compared, of ``basis``.
        marks: of ``basis``.
        evaluators: number of people named.
        basis: random rows where the file says which are, else all of them.
        picked: marks that were left out of the figures, since they were not drawn at random.
        passed_over: columns of the file without verdicts.
        criteria: figures of each criterion.
        critical: sensitivity and specificity per interaction for each kind of critical error.
        biases: of each evaluator.
        versions: figures by form and version, oldest first; empty where there is one. Marks of another version than
            the one that judged are left out.
        look_next: interactions to mark next.
        notes: what to know before using the figures.
    """

    schema: str
    forms: tuple[str, ...]
    interactions: int
    marks: int
    evaluators: int
    basis: Basis
    picked: int
    passed_over: tuple[str, ...]
    criteria: tuple[CriterionFigures, ...]
    critical: dict[CriticalKind, Critical]
    biases: tuple[Bias, ...]
    versions: tuple[Version, ...]
    look_next: tuple[Look, ...]
    notes: tuple[str, ...]


def calibrate(asked: Asked) -> Calibration:
    """Measure the machine's verdicts against people's.

    Raises:
        InputError: marks or results that cannot be used: unknown interactions or criteria, no verdicts to compare.
    """
    joined = join_marks(asked.results, asked.human, asked.form_version)
    cards, marks, drawn = joined.cards, joined.marks, joined.drawn
    pairs = pairs_of(drawn, cards)
    about = {name: one for card in cards.values() for name, one in card.verdicts.items()}
    severities, units = severities_of(cards), _units(drawn)
    criteria = tuple(
        CriterionFigures(name, _gravest(severities[name]), about[name].mode, agreement_of(rows), *units[name])
        for name, rows in pairs.items()
    )
    lessons = lessons_of(pairs_of(marks, cards))
    return Calibration(
        schema=SCHEMA,
        forms=tuple(sorted({f"{card.form_id}.v{card.form_version}" for card in cards.values()})),
        interactions=len({mark.interaction_id for mark in drawn}),
        marks=len(drawn),
        evaluators=len({mark.evaluator for mark in marks if mark.evaluator and not mark.is_agreed}),
        basis="all rows, assumed random" if drawn is marks else "random rows",
        picked=len(marks) - len(drawn),
        passed_over=joined.given.passed_over,
        criteria=criteria,
        critical={kind: _critical(kind, drawn, cards) for kind in get_args(CriticalKind)},
        biases=biases(_compared(marks, cards)),
        versions=_versions(drawn, cards),
        look_next=_look_next(asked, marks, lessons, criteria),
        notes=tuple(_notes(asked, joined, criteria)),
    )


def _gravest(known: set[Severity]) -> Severity:
    """Where forms differ, critical in one is worth the mark; the notes say that they differ."""
    return next((one for one in GRAVITY if one in known), "plain")


def _units(marks: Sequence[Mark]) -> dict[str, tuple[Figure, Figure]]:
    """Criterion → people's agreement among themselves; undecided marks are left out."""
    units: dict[str, list[list[Verdict]]] = {mark.criterion: [] for mark in marks}
    for places in by_place(marks).values():
        for criterion, said in places.items():
            units[criterion].append(
                [mark.verdict for mark in said if not (mark.is_agreed or mark.verdict == "undecided")]
            )
    return {criterion: (krippendorffs_alpha(rows), gwets_ac1_of_many(rows)) for criterion, rows in units.items()}


def _critical(kind: CriticalKind, marks: Sequence[Mark], cards: Mapping[str, StoredCard]) -> Critical:
    names: list[str] = []
    rows: list[tuple[Judgements, Judgements]] = []
    for name, places in by_place(marks).items():
        machine = {key: one for key, one in cards[name].verdicts.items() if one.severity == f"critical_{kind}"}
        if not machine:
            continue  # its form has no such criterion
        people = {key: settled(said) for key, said in places.items()}
        rows.append(({key: one.verdict for key, one in machine.items()}, people))
        names.extend(machine)
    return critical_of(rows, dict.fromkeys(names))


def _compared(marks: Sequence[Mark], cards: Mapping[str, StoredCard]) -> dict[str, tuple[Against, Iterable[Compared]]]:
    """Each evaluator's marks beside others' on the same; the machine's where others marked too few."""
    beside: dict[str, list[Compared]] = {mark.evaluator: [] for mark in marks if mark.evaluator and not mark.is_agreed}
    machine: dict[str, list[Compared]] = {name: [] for name in beside}
    for name, places in by_place(marks).items():
        for criterion, said in places.items():
            decided = [mark for mark in said if mark.evaluator in beside and mark.verdict != "undecided"]
            judged = cards[name].verdicts.get(criterion)
            for mark in decided:
                found, who = float(mark.verdict == "not_met"), str(mark.evaluator)
                others = [one.verdict == "not_met" for one in decided if one.evaluator != mark.evaluator]
                if others:
                    beside[who].append(Compared(name, found, sum(others) / len(others)))
                if judged is not None and judged.verdict != "undecided":
                    machine[who].append(Compared(name, found, float(judged.verdict == "not_met")))
    return {name: _better(rows, machine[name]) for name, rows in beside.items()}


def _better(people: list[Compared], machine: list[Compared]) -> tuple[Against, list[Compared]]:
    shared, judged = (len({one.interaction for one in rows}) for rows in (people, machine))
    return ("machine", machine) if shared < FEWEST_INTERACTIONS and judged > shared else ("people", people)


def _versions(marks: Sequence[Mark], cards: Mapping[str, StoredCard]) -> tuple[Version, ...]:
    """Figures by form and version; what was marked for another version than the machine's says nothing of either."""
    groups: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for mark in marks:
        card = cards[mark.interaction_id]
        if not _strange(mark, cards):
            groups[card.form_id or "", card.form_version or ""].append(mark)
    made: list[Version] = []
    for form, version in sorted(groups, key=lambda one: (one[0], natural(one[1]))) if len(groups) > 1 else ():
        before = made[-1] if made and made[-1].form == form else None
        made.append(_version(form, version, pairs_of(groups[form, version], cards), before))
    return tuple(made)


def _version(form: str, version: str, pairs: Mapping[str, Sequence[Pair]], before: Version | None) -> Version:
    rows: dict[str, list[Pair]] = defaultdict(list)
    for pair in (pair for one in pairs.values() for pair in one if pair.people in DECIDED):
        rows[pair.interaction].append(pair)
    both = [[one for one in given if one.machine in DECIDED] for given in rows.values()]
    agreement = clustered_share(
        ((sum(one.people == one.machine for one in given), len(given)) for given in both), "nothing both decided"
    )
    errors = clustered_share(
        ((sum(one.people == "not_met" for one in given), len(given)) for given in rows.values()), "nothing decided"
    )
    first = Figure(None, reason="the first")
    gaps = (
        difference(before.agreement if before else first, agreement),
        difference(before.error_rate if before else first, errors),
    )
    interactions = len({pair.interaction for one in pairs.values() for pair in one})
    return Version(form, version, interactions, agreement, errors, *gaps)


def _look_next(
    asked: Asked,
    marks: Sequence[Mark],
    lessons: Mapping[tuple[str, Verdict], Lesson],
    criteria: Sequence[CriterionFigures],
) -> tuple[Look, ...]:
    known_rates = [one for one in criteria if one.agreement.error_rate.n >= FEW]
    rates = {one.criterion: one.agreement.error_rate.value or 0.0 for one in known_rates}
    says = any(mark.random is not None for mark in marks)
    drawn, known = {mark.interaction_id for mark in marks if mark.random}, ids_of(marks)
    chooser = Chooser(asked.pick, lessons, rates)
    for card in stored_cards(asked.results) if asked.pick else ():
        marked = card.interaction_id in known
        if not card.verdicts or card.interaction_id in drawn or (marked and not says):
            continue
        verdicts = {name: one.verdict for name, one in card.verdicts.items() if one.mode not in {"human", "flag"}}
        chooser.see(Candidate(card.interaction_id, verdicts, card.asr_confidence, marked))
    return chooser.chosen()


def _notes(asked: Asked, joined: Joined, criteria: Sequence[CriterionFigures]) -> Iterator[str]:
    given, cards = joined.given, joined.cards
    if not any(mark.random is not None for mark in given.marks):
        yield "No column random: every figure takes the marked interactions for a random sample of the archive."
        yield from unlike_of(asked.results, joined)
    few = len(ids_of(joined.drawn))
    if few < FEW:
        yield f"Only {few} interactions: read the intervals, not the figures."
    if joined.without:
        yield f"{joined.without} marked interactions have no verdicts of the version asked for."
    other = [mark for mark in joined.marks if _strange(mark, cards)]
    if other:
        yield (
            f"{len(other)} marks name another form version than the one that the machine judged by; they are left out "
            "of the comparison of versions, but not of the figures."
        )
    if given.older:
        yield f"{given.older} older marks left out: the same person marked the same for a later form version."
    yield from mixed_of(cards)
    yield from learned_of(joined)
    if given.passed_over:
        yield f"Columns without verdicts, passed over: {', '.join(given.passed_over[:6])}."
    split, marked = (sum(getattr(one.agreement, name) for one in criteria) for name in ("split", "marked"))
    if split > SPLIT * marked:
        yield (
            f"People are split on {split} of {marked} verdicts; those are left out, so figures look better than they "
            "are. Settle them together and add rows of an evaluator named agreed."
        )
    never = [one.criterion for one in criteria if one.mode in {"human", "flag"}]
    if never:
        yield f"Judged by people only, so the machine is undecided there: {', '.join(never)}."
    if asked.pick:
        yield "Of the interactions to look at next, 7 of 10 are picked and 3 of 10 random: fill in the column random."


def _strange(mark: Mark, cards: Mapping[str, StoredCard]) -> bool:
    return (
        bool(mark.form_version) and str(mark.form_version).removeprefix("v") != cards[mark.interaction_id].form_version
    )
