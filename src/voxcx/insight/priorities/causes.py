"""Why it goes wrong: process error, information gap, human factor – by plain rules that are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags
from voxcx.insight.priorities.losses import said_ratio
from voxcx.insight.priorities.things import Ground, Thing
from voxcx.insight.repeats.effects import q_values, told
from voxcx.insight.topics.assigning import topics_of

CauseKind = Literal["process", "information", "human"]
ASKS_SHARE = 0.5
NAMES: dict[CauseKind, Text] = {
    "process": text("process error", "ошибка процесса"),
    "information": text("information gap", "нехватка информации"),
    "human": text("human factor", "человеческий фактор"),
}
EVIDENCE: dict[CauseKind, Text] = {
    "process": text(
        "errors of the process or system {ratio} as often as on other topics",
        "ошибок процесса или системы {ratio} против других тем",
    ),
    "information": text(
        "“I called before” or “I was told otherwise” {ratio} as often as on other topics",
        "«уже обращался» и «мне говорили другое» – {ratio} против других тем",
    ),
    "human": text("agents' errors {ratio} as often as on other topics", "ошибок операторов {ratio} против других тем"),
}
ASKS = text("{share} of customers ask where or when", "{share} клиентов спрашивают «где» или «когда»")
OF_PARTY = text("as the form attributes it", "так указано в форме")
NOT_TOLD = text("cannot tell", "пока не сказать")
RULES = text(
    "Errors: process error where the form attributes the criterion to the process or system, human factor where to the "
    "agent. Topics: information gap where at least half of the openings ask where or when, or customers say more often "
    "than on other topics that they called before or were told otherwise; process error and human factor where such "
    "errors come more often than on other topics (risk ratio at the same channel, Benjamini–Hochberg {rate}). "
    "Where several hold, the largest ratio is told.",
    "Ошибки: ошибка процесса, если по форме критерий относится к процессу или системе; человеческий фактор – если к "
    "оператору. Темы: нехватка информации, если хотя бы в половине вступлений спрашивают «где» или «когда» либо "
    "клиенты "
    "чаще, чем по другим темам, говорят, что уже обращались или что им говорили другое; ошибка процесса и человеческий "
    "фактор – если таких ошибок больше, чем по другим темам (отношение рисков при том же канале, "
    "Бенджамини–Хохберг {rate}). Если подходит несколько, указано то, где отношение больше.",
)


@dataclass(frozen=True, slots=True)
class Why:
    """The main cause of a thing, None where it cannot be told, and what says so."""

    kind: CauseKind | None
    evidence: Text


def causes_of(archive: Archive, ground: Ground, things: Sequence[Thing]) -> tuple[Why, ...]:
    """The cause of each thing, in their order."""
    cases = list(_cases(archive).items())
    topics = [one for one in things if one.kind == "topic"]
    asked = [
        (one.key, kind, said_ratio(ground, one, case, one.base & used))
        for one in topics
        for kind, (case, used) in cases
    ]
    q = q_values([estimate for _, _, estimate in asked]) if asked else ()
    standing: dict[str, dict[CauseKind, Estimate]] = {}
    for (key, kind, estimate), its in zip(asked, q, strict=True):
        if told(estimate, float(its), archive.settings.false_discoveries, 1.0) and (estimate.value or 0.0) > 1:
            standing.setdefault(key, {})[kind] = estimate
    return tuple(_of_error(one) if one.kind == "error" else _of_topic(archive, one, standing) for one in things)


def _cases(archive: Archive) -> dict[CauseKind, tuple[Flags, Flags]]:
    """Kind → [n] where it shows, [n] where it is known."""
    made: dict[CauseKind, tuple[Flags, Flags]] = {}
    sides: tuple[tuple[CauseKind, bool], ...] = (("process", False), ("human", True))
    for kind, by_agent in sides:
        mine = [one for one in archive.criteria if (one.attributable == "agent") == by_agent]
        if mine:
            failed, decided = (np.any([getattr(one, side) for one in mine], axis=0) for side in ("failed", "decided"))
            made[kind] = (failed, decided)
    again, contradicted = archive.number("repeat_cue"), archive.number("contradiction_cue")
    known = ~np.isnan(again) | ~np.isnan(contradicted)
    if known.any():
        made["information"] = ((again > 0) | (contradicted > 0), known)
    return made


def _of_error(thing: Thing) -> Why:
    return Why("human" if thing.party == "agent" else "process", OF_PARTY)


def _of_topic(archive: Archive, thing: Thing, standing: dict[str, dict[CauseKind, Estimate]]) -> Why:
    mine = standing.get(thing.key, {})
    if mine:
        kind = max(mine, key=lambda one: mine[one].value or 0.0)
        return Why(kind, EVIDENCE[kind].with_blanks({"ratio": Figure(mine[kind], "ratio")}))
    asks = asking(archive, thing)
    if asks.value is not None and asks.value >= ASKS_SHARE:
        return Why("information", ASKS.with_blanks({"share": Figure(asks, "share")}))
    return Why(None, NOT_TOLD)


def asking(archive: Archive, thing: Thing) -> Estimate:
    """Share of the thing's openings that ask where or when; none where there are fewer than the fewest told."""
    if archive.openings is None:
        return Estimate(None, reason=NOT_TOLD)
    said = thing.rows & (archive.openings != "")
    n = int(said.sum())
    if n < archive.settings.fewest:
        return Estimate(None, n=n, reason=NOT_TOLD)
    return Estimate(float((topics_of(archive).asks & said).sum()) / n, n=n)
