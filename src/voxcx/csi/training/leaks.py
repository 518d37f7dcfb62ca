"""Leaks: columns that know the answer, because they were made from it or exist only after it.

A rule cries leak only where the effect is larger than honest features have *and* its lower bound holds: 1 % that any
look at any feature is false, variances raised where customers answered often. Honest features reach an AUC of about
0.8 for single ratings, and a Spearman of 0.7 (AUC 0.85 between fifths) for means of 19 ratings: means ask for 0.95.

================  =====================================================================================================
kind              rule
================  =====================================================================================================
``equal``         the column orders who rated above a threshold and who below: AUC ≥ 0.92, lower bound ≥ 0.80. Tried in
                  its own order and in one learned from the other half of the customers (categories, shuffled codes)
``part``          the same among the known values, or without one frequent value (a filler); or values that name a
                  rating *between* the lowest and the highest, learned on half of the customers: on the other half
                  right 2.5 times as often as chance and for a quarter of those rows (lower bounds). An honest feature
                  tells more satisfied from less, it doesn't single out the middle. Or a value that comes with one
                  side of a threshold: 95 % of its rows (lower bound 65 %), 2.5 times that side's share of all
``missing``       being known or not orders the answers: AUC ≥ 0.80, lower bound ≥ 0.70; or comes with one side
``after_survey``  known where an answer exists (≥ 20 %), and 5 times less often where none does (bounds: 3 times).
                  A value that 80 % of the unanswered share counts as unknown. Calls are compared with calls
``last_words``    the customer ends with a bare number of the scale that is the rating: half of them (lower bound), and
                  twice as often as chance
================  =====================================================================================================

What stays unseen: copies so noisy or so partial that they look like a strong honest feature, and flags of a few rows.
A column that only one site fills, where only that site asks, looks like ``after_survey``: a person has to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.answers import Answers, Integers, Table
from voxcx.csi.training.leak_rules import (
    FEWEST,
    Asked,
    Counts,
    count_cells,
    learn_classes,
    learned_order,
    lowest_share,
    names_middle,
    own_order,
    part_order,
    presence_order,
    pure_value,
)
from voxcx.domain.catalogue import CATALOGUE

Kind = Literal["equal", "part", "missing", "after_survey", "last_words"]
Flags = NDArray[np.bool_]

KNOWN_AFTER, RATIO_AFTER, LOWEST_RATIO = 0.20, 5.0, 3.0
FILLER = 0.80
HALF, CHANCE_LIFT = 0.5, 2.0
WORDS = {
    "ноль": 0, "один": 1, "два": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9,
    "десять": 10, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "единица": 1, "двойка": 2, "тройка": 3, "четвёрка": 4, "четверка": 4, "пятёрка": 5,
    "пятерка": 5,
}  # fmt: skip
BARE = re.compile(r"\W*(?:оценка|ставлю|rating|score)?\W*(\d{1,2}|[^\W\d_]+)(?:\s*(?:/|из|out of|of)\s*\d{1,2})?\W*")


@dataclass(frozen=True, slots=True)
class Leak:
    """A column that knows the answer. ``strength`` is 0–1: 2 AUC − 1, or the share of rows it is right for."""

    feature: str
    kind: Kind
    strength: float
    sentence: str


def find_leaks(
    table: Table, answers: Answers, unanswered: Table | None, last_words: Sequence[str] | None
) -> tuple[Leak, ...]:
    """Every leak, one a column, the strongest first.

    Args:
        table: columns of the answered interactions, row by row with ``answers``.
        answers: what was answered.
        unanswered: the same columns of interactions without an answer; None where there are none.
        last_words: the customer's last words of each answered interaction, "" where not known.
    """
    asked = learn_classes(answers, len(table))
    found = [leak for name in table if (leak := _leak_of(name, table[name], asked))]
    told = {leak.feature for leak in found}
    if unanswered is not None:
        after = _known_after(table, unanswered, asked)
        found += [leak for leak in after if leak.feature not in told]
    if last_words is not None and (leak := _last_words(last_words, answers, asked)):
        found.append(leak)
    return tuple(sorted(found, key=lambda one: (-one.strength, one.feature)))


def _leak_of(name: str, column: NDArray[Any], asked: Asked) -> Leak | None:
    """The first kind that fits."""
    if asked.count == 1:
        return None
    for kind, strength, why in _findings(count_cells(column, asked), asked):
        return Leak(name, kind, strength, f"{name} {why}; leave it out, or show that it was known before the survey.")
    return None


def _findings(counts: Counts, asked: Asked) -> Iterator[tuple[Kind, float, str]]:
    presence, coarse = counts.presence(), counts.coarse()
    if auc := presence_order(presence.whole, asked):
        yield "missing", 2 * auc - 1, f"is known or unknown as the rating was (AUC {auc:.2f})"
    own = own_order(counts.whole[:-1], asked) if counts.ordered else None
    if auc := own or learned_order(coarse, asked):
        yield "equal", 2 * auc - 1, f"orders the answers nearly as the rating itself does (AUC {auc:.2f})"
    if auc := part_order(coarse, asked):
        yield "part", 2 * auc - 1, f"orders the answers nearly as the rating itself does, for some rows (AUC {auc:.2f})"
    if share := names_middle(coarse, asked):
        yield "part", share, f"names ratings between the lowest and the highest (right for {share:.0%} of those rows)"
    if share := pure_value(presence.whole, asked):
        yield "missing", share, f"is known or unknown with one side of the ratings only ({share:.0%} of those rows)"
    if share := pure_value(coarse.whole, asked):
        yield "part", share, f"has a value that comes with one side of the ratings only ({share:.0%} of its rows)"


def _known_after(table: Table, unanswered: Table, asked: Asked) -> list[Leak]:
    """Columns that are known where an answer exists and hardly elsewhere, among interactions of the same kind."""
    answered_kind, other_kind = _kinds(table), _kinds(unanswered)
    found = []
    for name in table:
        if name not in unanswered:
            continue
        here, there = _known_both(table[name], unanswered[name])
        ratios = [_ratio(here[answered_kind == kind], there[other_kind == kind], asked) for kind in range(3)]
        if best := max(ratios):
            why = f"is known where an answer exists and {best:.0f} times less often where none does"
            found.append(Leak(name, "after_survey", 1 - 1 / best, f"{name} {why}; leave it out."))
    return found


def _kinds(table: Table) -> Integers:
    """Calls 0, chats 1, by which columns of the catalogue are known; 2 where neither stands out."""
    known = {kind: np.zeros(len(next(iter(table.values()), ()))) for kind in ("call", "chat")}
    for kind in known:
        names = [name for name in table if name in CATALOGUE and CATALOGUE[name].kinds == kind]
        for name in names:
            known[kind] += _is_known(table[name]) / len(names)
    return np.where(known["call"] > known["chat"], 0, np.where(known["chat"] > known["call"], 1, 2))


def _is_known(column: NDArray[Any]) -> Flags:
    if column.dtype != object:
        numbers: Flags = np.isfinite(column.astype(float))
        return numbers
    return np.array([one is not None and str(one) != "" for one in column.tolist()], dtype=bool)


def _known_both(here: NDArray[Any], there: NDArray[Any]) -> tuple[Flags, Flags]:
    """Known in either table; the value that nearly all without an answer share is as good as unknown."""
    is_here, is_there = _is_known(here), _is_known(there)
    if not is_there.any():
        return is_here, is_there
    values = there[is_there] if there.dtype != object else there[is_there].astype(str)
    levels, counts = np.unique(values, return_counts=True)
    if counts.max() < FILLER * len(there):
        return is_here, is_there
    filler = levels[np.argmax(counts)]
    same_here, same_there = (
        part.astype(levels.dtype if there.dtype != object else str) == filler for part in (here, there)
    )
    return is_here & ~same_here, is_there & ~same_there


def _ratio(here: Flags, there: Flags, asked: Asked) -> float:
    """How many times more often known where answered; 0 unless it is a leak's. At most one in ``rows`` is claimed."""
    if len(here) < FEWEST or len(there) < FEWEST or here.mean() < KNOWN_AFTER:
        return 0.0
    surely_here = float(lowest_share(np.array(float(here.sum())), np.array(float(len(here))), asked))
    at_most_there = 1 - float(lowest_share(np.array(float((~there).sum())), np.array(float(len(there))), asked))
    ratio = float(here.mean()) / max(float(there.mean()), 1 / len(there))
    return ratio if ratio >= RATIO_AFTER and surely_here >= LOWEST_RATIO * at_most_there else 0.0


def _last_words(last_words: Sequence[str], answers: Answers, asked: Asked) -> Leak | None:
    """Bare numbers of the scale beside the ratings."""
    said = np.array([_bare_number(words, answers) for words in last_words])
    rating = np.rint(answers.counts @ np.array(answers.scale.ratings) / answers.counts.sum(axis=1))
    bare = np.isfinite(said)
    if not bare.any():
        return None
    right, rows = float((said == rating)[bare].sum()), float(bare.sum())
    chance = float(np.mean([(rating == one).mean() for one in said[bare]]))
    lowest = float(lowest_share(np.array(right), np.array(rows), asked))
    if lowest < max(HALF, min(CHANCE_LIFT * chance, (1 + chance) / 2)):
        return None
    why = f"the customer's last words are a bare number {rows:.0f} times and it is the rating {right:.0f} times"
    return Leak("last_words", "last_words", right / rows, f"last_words: {why}; cut the survey off the conversation.")


def _bare_number(words: str, answers: Answers) -> float:
    match = BARE.fullmatch(words.strip().casefold())
    if not match:
        return np.nan
    number = int(match[1]) if match[1].isdigit() else WORDS.get(match[1], -1)
    return float(number) if number in answers.scale.ratings else np.nan
