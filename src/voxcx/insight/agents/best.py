"""The best contacts of all: the highest answer or a warm comment, thanks, and no error of the agent's."""

from __future__ import annotations

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Figure, Moments
from voxcx.domain.texts import Text, text
from voxcx.insight.agents.mixing import Kinds
from voxcx.insight.agents.outcomes import any_failed
from voxcx.insight.agents.warmth import is_warm
from voxcx.insight.archive import Archive, Flags, Floats, Integers

SHOWN = 12
READ_AT_MOST = 300  # comments
LONG_WAIT_S = 180.0
LONGEST_COMMENT = 160
TITLE = text("Wow: contacts to learn from", "Вау: обращения, на которых стоит учиться")


def best_of(archive: Archive, kinds: Kinds) -> Moments | None:
    """At most one contact of each agent; None where there is none."""
    good = good_contacts(archive, kinds)
    warm = _warm(archive, np.flatnonzero((good | _unfailed(archive, kinds)) & (archive.answers.comment != "")))
    rows = np.flatnonzero(good | warm)
    order = rows[np.lexsort((-rows, -_worth(archive, warm)[rows]))]
    _, first = np.unique(kinds.agent[order], return_index=True)
    chosen = order[np.sort(first)][:SHOWN]
    if not len(chosen):
        return None
    return Moments(TITLE, tuple(CallRef(str(archive.id[row]), why=why_good(archive, int(row))) for row in chosen))


def good_contacts(archive: Archive, kinds: Kinds) -> Flags:
    """[n], the highest answer, thanks, and no error of the agent's own."""
    thanked: Flags = np.nan_to_num(archive.number("gratitude")) > 0
    good: Flags = _unfailed(archive, kinds) & (archive.answers.top == 1.0) & thanked
    return good


def _unfailed(archive: Archive, kinds: Kinds) -> Flags:
    return (kinds.agent >= 0) & ~any_failed(archive)


def _warm(archive: Archive, rows: Integers) -> Flags:
    """[n], comments that thank or praise, the latest of them; a low answer is none, whatever it says."""
    warm = np.zeros(len(archive), dtype=bool)
    happy = rows[~(np.nan_to_num(archive.answers.satisfied[rows], nan=1.0) < 1.0)]
    latest = happy[-READ_AT_MOST:]
    warm[latest] = [is_warm(comment) for comment in archive.answers.comment[latest].tolist()]
    return warm


def _worth(archive: Archive, warm: Flags) -> Floats:
    """[n], what makes a contact worth showing: words of thanks, and a hard start that ended well."""
    thanks = np.minimum(np.nan_to_num(archive.number("gratitude")), 3.0)
    waited = np.nan_to_num(archive.number("queue_wait_s")) >= LONG_WAIT_S
    again = np.nan_to_num(archive.number("earlier_contacts_7d")) > 0
    worth: Floats = np.add(2.0 * warm, thanks + waited + again, dtype=np.float64)
    return worth


def why_good(archive: Archive, row: int) -> Text:
    """What makes it a good one, in words."""
    parts: list[Text] = []
    if archive.answers.top[row] == 1.0:
        parts.append(text("the highest answer", "высшая оценка"))
    thanks = float(np.nan_to_num(archive.number("gratitude")[row]))
    if thanks:
        parts.append(text("thanks: {n}", "благодарностей: {n}", n=Figure(Estimate(thanks), "count")))
    parts.append(text("no errors", "ошибок нет"))
    if (wait_s := float(np.nan_to_num(archive.number("queue_wait_s")[row]))) >= LONG_WAIT_S:
        waited = Figure(Estimate(wait_s), "s")
        parts.append(text("although they had waited {wait}", "хотя клиент ждал {wait}", wait=waited))
    if np.nan_to_num(archive.number("earlier_contacts_7d")[row]) > 0:
        parts.append(text("not their first contact that week", "не первое обращение за неделю"))
    if comment := str(archive.answers.comment[row]).strip():
        parts.append(text("“{said}”", "«{said}»", said=_shortened(comment)))
    return listed(parts)


def listed(parts: list[Text]) -> Text:
    """Texts after each other, parted by semicolons."""
    frame = "; ".join(f"{{part_{k}}}" for k in range(len(parts)))
    return Text(frame, frame, tuple((f"part_{k}", part) for k, part in enumerate(parts)))


def _shortened(comment: str) -> str:
    return comment if len(comment) <= LONGEST_COMMENT else comment[: LONGEST_COMMENT - 1].rstrip() + "…"
