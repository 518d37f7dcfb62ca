"""What people say of one criterion together, and how the machine's verdicts compare with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voxcx.domain.qa import Verdict
from voxcx.qa.agreement.figures import Figure, needed, share
from voxcx.qa.agreement.tables import cohens_kappa, gwets_ac1, table_of

VERDICTS: tuple[Verdict, ...] = ("met", "not_met", "not_applicable", "undecided")
DECIDED: tuple[Verdict, ...] = ("met", "not_met")
HALF_WIDTHS = (0.05, 0.10)


@dataclass(frozen=True, slots=True)
class Pair:
    """One interaction: the machine's verdict and people's; theirs is None where they are split."""

    interaction: str
    machine: Verdict
    people: Verdict | None


@dataclass(frozen=True, slots=True)
class Needed:
    """What it takes to know a share to ± ``half_width``.

    ``cases`` of the share's own kind, ``interactions`` drawn at random to meet so many, ``more`` than there are now.
    ``seen``: cases so far; with none the others are a guess.
    """

    half_width: float
    cases: int
    interactions: int
    more: int
    seen: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Machine and people on one criterion. An error is ``not_met``; ``not_applicable`` is no error.

    Attributes:
        marked: interactions that people marked and the machine judged.
        split: of those, people disagree and no verdict has most; not compared.
        unsure: of those, people could not decide; not compared.
        agreement: same verdict, where both said met or not_met.
        kappa: Cohen's, of the same.
        ac1: Gwet's, of the same.
        precision: of the machine's errors, those that people call errors too.
        recall: of people's errors where the machine decided, those it found.
        recall_of_all: of all errors of people, those it found; undecided is not found.
        specificity: of what people call no error where the machine decided, what it calls none either.
        error_rate: errors among what people decided, not_applicable left out.
        machine_error_rate: the same of the machine, on the same interactions.
        undecided: share that the machine left undecided.
        undecided_by_people: what people said there.
        applies: same answer to the question whether the criterion applies at all, where both decided.
        matrix: people's verdict → the machine's verdict → number.
        for_precision: sample sizes for ± 5 and ± 10 points.
        for_recall: likewise.
    """

    marked: int
    split: int
    unsure: int
    agreement: Figure
    kappa: Figure
    ac1: Figure
    precision: Figure
    recall: Figure
    recall_of_all: Figure
    specificity: Figure
    error_rate: Figure
    machine_error_rate: Figure
    undecided: Figure
    undecided_by_people: dict[Verdict, int]
    applies: Figure
    matrix: dict[Verdict, dict[Verdict, int]]
    for_precision: tuple[Needed, ...]
    for_recall: tuple[Needed, ...]


def consensus(verdicts: Sequence[Verdict]) -> Verdict | None:
    """What most of the people who decided say; None where two verdicts have equally many.

    >>> consensus(["met", "not_met", "met"]), consensus(["met", "not_met"]), consensus(["undecided", "met"])
    ('met', None, 'met')
    """
    decided = Counter(one for one in verdicts if one != "undecided")
    if not decided:
        return "undecided"
    (best, most), *rest = decided.most_common()
    return None if rest and rest[0][1] == most else best


def agreement_of(pairs: Iterable[Pair]) -> Agreement:
    """All figures of one criterion."""
    everyone = list(pairs)
    clear = [(one.people, one.machine) for one in everyone if one.people not in {None, "undecided"}]
    both = [(p, m) for p, m in clear if p in DECIDED and m in DECIDED]
    decided = [(p, m) for p, m in clear if m != "undecided"]
    silent = [p for p, m in clear if m == "undecided"]
    errors = [(p, m) for p, m in clear if p == "not_met"]
    flagged = [p for p, m in decided if m == "not_met"]
    right = [(p, m) for p, m in decided if p != "not_met"]
    found = sum(m == "not_met" for _, m in errors)
    table = table_of(both, DECIDED)
    precision = share(flagged.count("not_met"), len(flagged), "the machine found no error")
    recall = share(found, sum(m != "undecided" for _, m in errors), "people found no error that the machine judged")
    return Agreement(
        marked=len(everyone),
        split=sum(one.people is None for one in everyone),
        unsure=sum(one.people == "undecided" for one in everyone),
        agreement=share(sum(p == m for p, m in both), len(both), "no interaction that both decided"),
        kappa=cohens_kappa(table),
        ac1=gwets_ac1(table),
        precision=precision,
        recall=recall,
        recall_of_all=share(found, len(errors), "people found no error"),
        specificity=share(sum(m != "not_met" for _, m in right), len(right), "people called everything an error"),
        error_rate=_error_rate([p for p, _ in clear]),
        machine_error_rate=_error_rate([m for _, m in clear]),
        undecided=share(len(silent), len(clear), "no interaction that people decided"),
        undecided_by_people={v: silent.count(v) for v in VERDICTS if v in silent},
        applies=share(sum(_applies(p) == _applies(m) for p, m in decided), len(decided), "the machine decided none"),
        matrix=_matrix(everyone),
        for_precision=tuple(_needed(precision, len(flagged), len(clear), width) for width in HALF_WIDTHS),
        for_recall=tuple(_needed(recall, len(errors), len(clear), width) for width in HALF_WIDTHS),
    )


def _applies(verdict: Verdict | None) -> bool:
    return verdict != "not_applicable"


def _error_rate(verdicts: Sequence[Verdict | None]) -> Figure:
    decided = [one for one in verdicts if one in DECIDED]
    return share(decided.count("not_met"), len(decided), "nothing was decided met or not_met")


def _matrix(pairs: Iterable[Pair]) -> dict[Verdict, dict[Verdict, int]]:
    counts = Counter((one.people, one.machine) for one in pairs)
    return {p: {m: counts[p, m] for m in VERDICTS} for p in VERDICTS}


def _needed(known: Figure, cases: int, interactions: int, half_width: float) -> Needed:
    """Both shares are moved half a case towards the middle: 0 of 0 is a half, and no rate is 0."""
    p = ((known.hits or 0) + 0.5) / (known.n + 1)
    rate = (cases + 0.5) / (interactions + 1)
    wanted = needed(p, half_width)
    drawn = round(wanted / rate)
    return Needed(half_width, wanted, drawn, max(0, drawn - interactions), cases)
