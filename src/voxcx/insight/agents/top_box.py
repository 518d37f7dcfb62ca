"""What contacts with the highest answer have that the others do not, agent by agent, many questions asked at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Column, Dot, Dots, Figure, Paragraph, Table, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.agents.conduct import Thing, things_of
from voxcx.insight.agents.mixing import Kinds
from voxcx.insight.archive import Archive
from voxcx.statistics.differences import adjusted_difference
from voxcx.statistics.multiplicity import benjamini_hochberg
from voxcx.statistics.proportions import share

DEFINITION = text(
    "share of contacts that have it among those with the highest answer − the same among the other answered ones, each "
    "agent's contacts compared with their own (least squares with a level for each agent, robust errors); told where "
    "the Benjamini–Hochberg false-discovery rate is at most {fdr}. It goes together; it need not be the cause",
    "доля обращений, где это было, среди обращений с высшей оценкой − та же доля среди остальных обращений с ответом; "
    "обращения каждого оператора сравниваются между собой (МНК с уровнем для каждого оператора, робастные ошибки); "
    "показано то, где доля ложных находок по Бенджамини–Хохбергу не больше {fdr}. Это связь, а не обязательно причина",
)
TITLE = text("What top-box contacts have that others do not", "Чем отличаются обращения с высшей оценкой")
NONE_FOUND = text(
    "Nothing that agents do surely tells contacts with the highest answer from the others ({tried} things looked at).",
    "Ничто в действиях операторов не отличает надёжно обращения с высшей оценкой от остальных (проверено: {tried}).",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more often top-box contacts have it; ``found`` after the correction for many looks."""

    thing: Thing
    gap: Estimate
    top: Estimate
    others: Estimate
    found: bool


def differences_of(archive: Archive, kinds: Kinds) -> tuple[Difference, ...]:
    """All that could be compared, the largest first."""
    made = list(_compared(archive, kinds))
    q = benjamini_hochberg(np.array([np.nan if gap.p is None else gap.p for _, gap, _, _ in made], dtype=float))
    limit = archive.settings.false_discoveries
    found = [bool(one <= limit) and gap.excludes_zero for one, (_, gap, _, _) in zip(q, made, strict=True)]
    differences = [Difference(*one, told) for one, told in zip(made, found, strict=True)]
    return tuple(sorted(differences, key=lambda one: (not one.found, -abs(one.gap.value or 0.0), one.thing.name)))


def _compared(archive: Archive, kinds: Kinds) -> Iterator[tuple[Thing, Estimate, Estimate, Estimate]]:
    top, level = archive.answers.top == 1.0, archive.settings.level
    asked = archive.answers.answered & (kinds.agent >= 0)
    agent = np.array(["", *kinds.names], dtype=object)[kinds.agent + 1]
    for thing in things_of(archive):
        rows = asked & thing.known
        best, has = top[rows], thing.has[rows]
        if min(best.sum(), (~best).sum()) < archive.settings.fewest:
            continue
        gap = adjusted_difference(has.astype(float), best, [agent[rows]], level=level)
        if gap.value is not None:
            with_top, others = (share(int(has[of].sum()), int(of.sum()), level=level) for of in (best, ~best))
            yield thing, gap, with_top, others


def blocks_of(archive: Archive, kinds: Kinds) -> tuple[Block, ...]:
    """A picture of what was found and a table of everything that was looked at."""
    differences = differences_of(archive, kinds)
    if not differences:
        return ()
    definition = DEFINITION.with_blanks({"fdr": Figure(Estimate(archive.settings.false_discoveries), "number")})
    found = [one for one in differences if one.found]
    shown: Block = Paragraph(NONE_FOUND.with_blanks({"tried": str(len(differences))}))
    if found:
        dots = tuple(Dot(one.thing.title, one.gap, _tone(one)) for one in found)
        shown = Dots(TITLE, "share_points", dots, definition, reference=0.0)
    return shown, _table(differences, definition)


def _tone(one: Difference) -> Tone:
    """A criterion met more often is good news; what an agent does more often is just so."""
    if not one.thing.criterion:
        return "plain"
    return "good" if (one.gap.value or 0.0) > 0 else "bad"


def _table(differences: tuple[Difference, ...], definition: Text) -> Table:
    rows = tuple(
        (
            one.thing.title,
            Figure(one.top, "share"),
            Figure(one.others, "share"),
            Figure(one.gap, "share_points"),
            FOUND if one.found else NOT_FOUND,
        )
        for one in differences
    )
    columns = (
        Column("thing", text("What", "Что")),
        Column("top_share", text("With the highest answer", "С высшей оценкой")),
        Column("other_share", text("Other answered ones", "Остальные с ответом")),
        Column("difference", text("Difference within agents", "Разница у одних и тех же операторов"), definition),
        Column("told", text("Told apart", "Отличает")),
    )
    title = text("Everything that was compared", "Всё, что сравнивалось")
    return Table("agents_top_box", title, columns, rows, definition, shown=10)


FOUND = text("yes", "да")
NOT_FOUND = text("not for sure", "не наверняка")
