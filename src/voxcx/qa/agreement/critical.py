"""Does the machine find out that an interaction has a critical error? Per interaction, apart for the three kinds.

A corrected rate of interactions without a critical error (Rogan and Gladen 1978) needs the sensitivity and specificity
of the machine's answer about the whole interaction, not about single criteria.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voxcx.domain.qa import Verdict
from voxcx.qa.agreement.figures import Figure, share

Judgements = Mapping[str, Verdict | None]


@dataclass(frozen=True, slots=True)
class Critical:
    """One kind of critical error, interaction by interaction.

    An interaction has the error when at least one criterion of the kind is not met. The machine answers no where it
    found none, undecided criteria included: that is how the rate is counted, too. Compared are interactions where
    people decided every criterion in ``criteria`` and at least one applies, and those with a known error: it is one
    whatever else is open. So ``prevalence`` is a little high where many are incomplete.

    Attributes:
        criteria: of that kind, that were marked at all.
        not_marked: of that kind, that nobody marked; the figures say nothing about them.
        interactions: compared.
        incomplete: left out, since people left a criterion open.
        sensitivity: of those in which people see such an error, those in which the machine does.
        specificity: of those in which people see none, those in which the machine sees none.
        prevalence: interactions in which people see such an error.
        machine_prevalence: in which the machine does.
    """

    criteria: tuple[str, ...]
    not_marked: tuple[str, ...]
    interactions: int
    incomplete: int
    sensitivity: Figure
    specificity: Figure
    prevalence: Figure
    machine_prevalence: Figure


def critical_of(rows: Iterable[tuple[Judgements, Judgements]], criteria: Iterable[str]) -> Critical:
    """Figures of one kind.

    Args:
        rows: for each interaction the machine's verdicts and people's, by criterion; people's None: split.
        criteria: ids of the form's criteria of that kind.
    """
    given, known = list(rows), list(criteria)
    marked = tuple(name for name in known if any(name in people for _, people in given))
    answers, incomplete = [], 0
    for machine, people in given:
        asked = [name for name in marked if name in machine]
        said = [people.get(name, "undecided") for name in asked]
        if "not_met" not in said and (not asked or any(one is None or one == "undecided" for one in said)):
            incomplete += 1
        elif any(one != "not_applicable" for one in said):
            answers.append(("not_met" in said, any(machine[name] == "not_met" for name in asked)))
    truth, found = [one for one, _ in answers], [one for _, one in answers]
    hits = sum(one and other for one, other in answers)
    clean = sum(not one and not other for one, other in answers)
    return Critical(
        criteria=marked,
        not_marked=tuple(name for name in known if name not in marked),
        interactions=len(answers),
        incomplete=incomplete if marked else 0,
        sensitivity=share(hits, sum(truth), "people saw no such error"),
        specificity=share(clean, len(truth) - sum(truth), "no interaction without such an error"),
        prevalence=share(sum(truth), len(truth), "no interaction to compare"),
        machine_prevalence=share(sum(found), len(found), "no interaction to compare"),
    )
