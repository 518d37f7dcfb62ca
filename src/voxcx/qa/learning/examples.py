"""People's marks of one criterion and what was said → examples to learn from, and what had to be left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voxcx.domain.qa import Verdict
from voxcx.errors import InputError
from voxcx.qa.learning.terms import ROLES, By, count_terms

FEWEST = 30  # interactions of each verdict: below that neither precision nor recall means anything
FEWEST_GROUPS = 5  # that hold each verdict, or folds cannot be told apart
SHOWN_IDS = 3
KNOWN = 0.8  # of the names: fewer cannot keep anybody together


@dataclass(frozen=True, slots=True)
class Judged:
    """One interaction with what people said of it. ``machine`` is the verdict that a form's rule gave, if one did."""

    interaction_id: str
    said: Sequence[tuple[str, Sequence[str]]]
    verdicts: Mapping[str, Verdict]  # evaluator → verdict
    kind: str = ""
    agent: str = ""
    customer: str = ""
    queue: str = ""
    day: str = ""
    machine: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """An interaction that people decided: its terms, the share of people who found an error, what most of them said."""

    judged: Judged
    terms: Mapping[str, int]
    share_not_met: float

    @property
    def error(self) -> bool:
        """Most people found an error."""
        return self.share_not_met > 0.5


@dataclass(frozen=True, slots=True)
class Examples:
    """What is learned from. ``left_out``: reason → how many interactions. ``groups`` [n]: what stays in one fold.

    ``known``: share of the interactions whose ``grouped_by`` is known; the others are groups of their own.
    """

    criterion: str
    by: By
    language: str
    examples: tuple[Example, ...]
    groups: tuple[int, ...]
    grouped_by: str
    left_out: Mapping[str, int]
    known: float = 1.0

    @property
    def speakers(self) -> tuple[str, ...]:
        """Whose words they are [n]; where nobody knows, each interaction has a speaker of its own."""
        judged = [one.judged for one in self.examples]
        known = [one.customer if self.by == "customer" else one.agent for one in judged]
        return tuple(name or f"interaction {one.interaction_id}" for name, one in zip(known, judged, strict=True))

    @property
    def errors(self) -> tuple[bool, ...]:
        """Which of them are errors by most people."""
        return tuple(example.error for example in self.examples)


def gather(judged: Sequence[Judged], criterion: str, by: By, language: str, fewest: int = FEWEST) -> Examples:
    """Examples of one criterion.

    Raises:
        InputError: fewer than ``fewest`` interactions of either verdict, with what there was instead; or every person
            gave one verdict alone.
    """
    left_out: Counter[str] = Counter()
    examples = []
    for one in sorted(judged, key=lambda one: one.interaction_id):
        example = _example(one, by, language)
        if isinstance(example, Example):
            examples.append(example)
        else:
            left_out[example] += 1
    refuse_few(criterion, examples, left_out, fewest)
    refuse_divided(criterion, examples)
    groups, grouped_by, known = _grouped(examples)
    return Examples(criterion, by, language, tuple(examples), groups, grouped_by, dict(sorted(left_out.items())), known)


def _example(one: Judged, by: By, language: str) -> Example | str:
    """An example, or why there is none."""
    votes = Counter(one.verdicts.values())
    met, not_met = votes["met"], votes["not_met"]
    if not met and not not_met:
        return "not applicable or undecided by people"
    if met + not_met <= votes["not_applicable"] + votes["undecided"]:
        return "not applicable or undecided by half of its people or more"
    if met == not_met:
        return "people of two minds, as many of each"
    if not any(role in ROLES[by] and words for role, words in one.said):
        return "no words of that party"
    return Example(one, count_terms(one.said, by, language), not_met / (met + not_met))


def refuse_few(criterion: str, examples: Sequence[Example], left_out: Mapping[str, int], fewest: int) -> None:
    """Raise InputError where either verdict is too rare to measure anything."""
    errors = sum(example.error for example in examples)
    met = len(examples) - errors
    if min(errors, met) >= fewest:
        return
    aside = "; ".join(f"{count} {why}" for why, count in sorted(left_out.items()))
    least = min(errors, met)
    rare = "not met" if errors < met else "met"
    raise InputError(
        f"{criterion}: expected at least {fewest} interactions that people marked met and {fewest} not met, got {met} "
        f"and {errors}{f' (left out: {aside})' if aside else ''}; have people mark {fewest - least} more that are "
        f"{rare}."
    )


def refuse_divided(criterion: str, examples: Sequence[Example]) -> None:
    """Raise InputError where no person gave both verdicts: who marked and what was marked cannot be told apart."""
    given: dict[str, set[bool]] = {}
    for example in examples:
        for who, verdict in example.judged.verdicts.items():
            if verdict in {"met", "not_met"}:
                given.setdefault(who, set()).add(verdict == "met")
    if len(given) > 1 and all(len(verdicts) == 1 for verdicts in given.values()):
        raise InputError(
            f"{criterion}: expected at least one person who gave both verdicts, got {len(given)} people who gave one "
            "each; have the same people mark good and bad interactions."
        )


def _grouped(examples: Sequence[Example]) -> tuple[tuple[int, ...], str, float]:
    """What must not be on both sides of a fold: the same agent and customer, else the agent, else the customer."""
    agents = [one.judged.agent for one in examples]
    customers = [one.judged.customer for one in examples]
    texts = [repr(sorted(one.terms.items())) for one in examples]
    ids = [one.judged.interaction_id for one in examples]
    ways = (
        ("agent and customer", [agents, customers]),
        ("agent", [agents]),
        ("customer", [customers]),
        ("wording", [texts]),
        ("interaction", [ids]),
    )
    for name, columns in ways:
        groups = _joined(columns, ids)
        known = 1.0 if name in {"wording", "interaction"} else min(map(_filled, columns))
        if known >= KNOWN and all(
            len({g for g, one in zip(groups, examples, strict=True) if one.error == error}) >= FEWEST_GROUPS
            for error in (True, False)
        ):
            return groups, "interaction" if name == "wording" else name, known
    return tuple(range(len(ids))), "interaction", 1.0


def _filled(column: Sequence[str]) -> float:
    return sum(map(bool, column)) / len(column)


def _joined(columns: Sequence[Sequence[str]], ids: Sequence[str]) -> tuple[int, ...]:
    """Rows that share a label in any column share a group; an empty label is nobody's."""
    parent = list(range(len(ids)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    for column in columns:
        first: dict[str, int] = {}
        for k, label in enumerate(column):
            if label:
                one, other = root(first.setdefault(label, k)), root(k)
                parent[max(one, other)] = min(one, other)
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(root(k), len(numbers)) for k in range(len(ids)))
