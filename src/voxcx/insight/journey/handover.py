"""What it does when the agent is handed what the customer already told: each context against none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Cell, Column, Dot, Dots, Figure, Finding, Table, Tone, Unit
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.fields import HANDED
from voxcx.insight.repeats.effects import Effects, count, examples, level_of, q_values, told
from voxcx.insight.repeats.following import followed
from voxcx.statistics.proportions import share

CONTEXTS = ("number", "path", "authenticated", "full")
ANY = "any"  # of them, against none
MEASURES: dict[str, tuple[Text, Unit, Unit]] = {
    "csi": (text("CSI as answered", "CSI по ответам"), "index", "points"),
    "repeat": (text("Came again", "Обратились снова"), "share", "share_points"),
    "handle": (text("Handle time", "Время обработки"), "minutes", "minutes"),
}
DEFINITION = text(
    "contacts handed over with this context − contacts handed over with none, at the same topic and channel (least "
    "squares); the interval takes a customer's contacts as one; q: Benjamini–Hochberg over all rows, told where q ≤ "
    "{rate}. "
    "CSI: survey answers. Handle time: talk + holds + after-call work. Came again: as on the page of repeats, within "
    "{window}",
    "обращения, переданные с этим контекстом, − переданные без контекста, при той же теме и том же канале (наименьшие "
    "квадраты); обращения одного клиента считаются связанными; q – с поправкой Бенджамини–Хохберга по всем строкам, "
    "вывод при q ≤ {rate}. CSI – по ответам. Время обработки: разговор + удержания + поствызывная обработка. "
    "Обратились снова – как в разделе о повторах, за {window}",
    rate="?",
    window="?",
)


@dataclass(frozen=True, slots=True)
class Handed:
    """A context against none, in one measure."""

    context: str
    measure: str
    level: Estimate
    difference: Estimate
    q: float
    stands: bool


def handed_over(archive: Archive) -> tuple[Handed, ...]:
    """Every context that occurs against none, in every measure; nothing where none or all have none."""
    context, effects = archive.label("handover_context"), Effects(archive)
    there = [one for one in CONTEXTS if (context == one).any()]
    if not there or not (context == "none").any():
        return ()
    asked = []
    for name, values in _measures(archive):
        for one in (ANY, *there):
            exposed = _handed(archive, one)
            rows = archive.handled & (exposed | (context == "none"))
            asked.append((one, name, _mean(values, rows & exposed), effects.of(values, exposed, rows)))
    q = q_values([one[3] for one in asked])
    rate = archive.settings.false_discoveries
    return tuple(
        Handed(*one, float(level), told(one[3], float(level), rate)) for one, level in zip(asked, q, strict=True)
    )


def _handed(archive: Archive, context: str) -> Flags:
    """[n], who came with that context; ``any`` counts all that say something."""
    found = archive.label("handover_context")
    exposed: Flags = (
        np.isin(found.astype(str), CONTEXTS) if context == ANY else np.asarray(found == context, dtype=bool)
    )
    return exposed


def _name(context: str) -> Text:
    return text("anything at all", "хоть что-то") if context == ANY else HANDED[context]


def _measures(archive: Archive) -> Iterator[tuple[str, Floats]]:
    chased = followed(archive, same_topic=_by_topic(archive))
    window = archive.settings.repeats.window_days
    base = chased.base(window)
    yield "csi", archive.answers.csi
    yield "repeat", np.where(base, chased.repeated(window).astype(float), np.nan)
    yield "handle", archive.number("handle_s") / 60.0


def _by_topic(archive: Archive) -> bool:
    return archive.settings.repeats.same_topic and bool((archive.label("topic") != "").any())


def _mean(values: Floats, rows: Flags) -> Estimate:
    known = values[rows & ~np.isnan(values)]
    if not len(known):
        return Estimate(None, reason=text("nothing is known of it", "данных об этом нет"))
    return Estimate(float(known.mean()), n=len(known))


def blocks(archive: Archive, found: tuple[Handed, ...]) -> Iterator[Block]:
    """A picture of CSI where it was answered, and the table of all."""
    if not found:
        return
    defined = _defined(archive)
    csi = [one for one in found if one.measure == "csi" and one.difference.value is not None]
    if csi:
        rows = tuple(Dot(_name(one.context), one.difference, _tone(one)) for one in csi)
        title = text(
            "CSI by what the agent was handed, against nothing", "На сколько выше CSI, если оператору что-то передано"
        )
        yield Dots(title, "points", rows, defined, reference=0.0)
    yield _table(archive, found, defined)


def _defined(archive: Archive) -> Text:
    window = archive.settings.repeats.window_days
    rate = Figure(Estimate(archive.settings.false_discoveries), "number")
    return DEFINITION.with_blanks({"rate": rate, "window": Figure(Estimate(window), "days")})


def _tone(one: Handed) -> Tone:
    if not one.stands:
        return "unsure"
    better = (one.difference.value or 0.0) > 0
    return "good" if better == (one.measure == "csi") else "bad"


def _table(archive: Archive, found: tuple[Handed, ...], defined: Text) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        title, unit, gap = MEASURES[one.measure]
        n = int((archive.handled & _handed(archive, one.context)).sum())
        q = None if np.isnan(one.q) else Figure(Estimate(one.q), "number")
        rows.append((_name(one.context), count(n), title, Figure(one.level, unit), Figure(one.difference, gap), q))
    columns = (
        Column("context", text("Handed over", "Передано")),
        Column("contacts", text("Contacts", "Обращений")),
        Column("measure", text("Measure", "Показатель")),
        Column("mean", text("Mean", "Среднее")),
        Column("difference", text("Against nothing", "Против «ничего»"), defined),
        Column("q", text("q", "q")),
    )
    tones = tuple(_tone(one) for one in found)
    title = text("What the agent was handed, and what goes with it", "Что передано оператору и что с этим связано")
    return Table("journey_handover", title, columns, tuple(rows), defined, tones=tones)


def findings(archive: Archive, found: tuple[Handed, ...]) -> Iterator[Finding]:
    """What handing over anything goes with, and how many contacts go without.

    The best single context would look better than it is, being picked for that.
    """
    best = next((one for one in found if one.measure == "csi" and one.context == ANY), None)
    if best is None or not best.stands or (best.difference.value or 0.0) <= 0:
        return
    handled, context = archive.handled, archive.label("handover_context")
    without: Flags = handled & (context == "none")
    part = share(int(without.sum()), int((handled & (context != "")).sum()), level=archive.settings.level)
    said = text(
        "{share} of contacts reach the agent with nothing of what the customer already told; where something is handed "
        "over, CSI is {effect.abs} higher, {level} CI {effect.interval}",
        "{share} обращений приходят к оператору без того, что клиент уже сообщил; где передано хоть что-то, CSI выше "
        "на {effect.abs}, {level} ДИ {effect.interval}",
        share=Figure(part, "share"),
        effect=Figure(best.difference, "points"),
        level=level_of(archive),
    )
    weight = (best.difference.value or 0.0) * float(without.sum()) / max(int(handled.sum()), 1)
    low = without & (archive.answers.dissatisfied > 0)
    why = text("nothing handed over", "ничего не передано")
    yield Finding(said, weight, examples(archive, low if low.any() else without, why))
