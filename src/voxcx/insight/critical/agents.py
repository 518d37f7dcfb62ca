"""Agents: only their own errors, no ranks, those with few interactions together."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.domain.pages import Cell, Column, Figure, Table, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.critical.blocks import CORRECTED_PART
from voxcx.insight.critical.comparing import Compared
from voxcx.insight.critical.counting import Counted
from voxcx.insight.critical.groups import coloured
from voxcx.statistics.proportions import share

AGENTS = text(
    "Only criteria that are the agent's own; in order of names, since these are no ranks; not evened out for "
    "queues and topics (the page of agents does that); agents with fewer than "
    "{fewest} interactions are together in the last row",
    "Только критерии, за которые отвечает сам оператор; по алфавиту – это не рейтинг; "
    "без поправки на очереди и темы (она есть в разделе об операторах); операторы, у которых меньше "
    "{fewest} обращений, собраны в последней строке",
)


def agents_table(archive: Archive, counts: Sequence[Counted], agents: Sequence[Compared]) -> Table:
    """A row for each agent with enough interactions of some kind, the others together in the last."""
    shown = [number for number, counted in enumerate(counts) if counted.columns]
    cells = {(one.name, one.number): one for one in agents}
    names = sorted({one.name for one in agents if one.accuracy.found.value is not None})
    rows: list[tuple[Cell, ...]] = []
    tones: list[Tone] = []
    for name in names:
        its = [cells.get((name, number)) for number in shown]
        rows.append((name, *(cell for one in its for cell in _cells(archive, one))))
        tones.append(_row_tone([one.tone for one in its if one is not None]))
    folded = [one for one in agents if one.name not in set(names)]
    if folded:
        rows.append((FOLDED, *(cell for number in shown for cell in _together(archive, folded, number))))
        tones.append("plain")
    columns = [column for number in shown for column in _columns(archive, counts[number])]
    title = text("By agent: the agent's own errors", "По операторам: собственные ошибки")
    agent = Column("agent", text("Agent", "Оператор"))
    return Table("critical_by_agent", title, (agent, *columns), tuple(rows), _said(archive), 12, tuple(tones))


FOLDED = text("others, with few interactions", "остальные, с малым числом обращений")


def _said(archive: Archive) -> Text:
    agents = AGENTS.with_blanks({"fewest": str(archive.settings.agents.fewest)})
    return text("{coloured}. {agents}", "{coloured}. {agents}", coloured=coloured(archive), agents=agents)


def _row_tone(tones: Sequence[Tone]) -> Tone:
    """Bad if any kind is, good if some is and none is bad."""
    return "bad" if "bad" in tones else "good" if "good" in tones else "plain"


def _columns(archive: Archive, counted: Counted) -> list[Column]:
    kind = counted.kind
    found = [Column(kind.measure, kind.title)]
    if archive.beside.accuracy:
        found.append(Column(f"{kind.measure}_corrected", text("… corrected", "… с поправкой"), CORRECTED_PART))
    return found


def _cells(archive: Archive, one: Compared | None) -> list[Cell]:
    if one is None:
        return [None] * (2 if archive.beside.accuracy else 1)
    found: list[Cell] = [Figure(one.accuracy.found, "share")]
    return [*found, Figure(one.corrected, "share")] if archive.beside.accuracy else found


def _together(archive: Archive, folded: Sequence[Compared], number: int) -> list[Cell]:
    mine = [one.accuracy for one in folded if one.number == number]
    n, errors = sum(one.n for one in mine), sum(one.errors for one in mine)
    found: list[Cell] = [Figure(share(n - errors, n, level=archive.settings.level), "share")]
    return [*found, None] if archive.beside.accuracy else found
