"""How customers go from channel to channel until the matter ends, or until they give up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from voxcx.domain.pages import Flow
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.fields import value_name
from voxcx.insight.repeats.chains import Chains

STEPS = 3  # contacts shown of each chain
ENDED, GAVE_UP, MORE = "ended", "gave up", "more"
ENDS = {
    ENDED: text("no further contact", "больше не обращались"),
    GAVE_UP: text("gave up waiting", "не дождались ответа"),
    MORE: text("further contacts", "дальше – ещё обращения"),
}


TITLE = text("From channel to channel until it ends", "По каким каналам идут, пока вопрос не закрыт")
TOLD = text(
    "chains of at least two contacts: {told}; the first {n} contacts are shown",
    "цепочки не меньше чем из двух обращений: {told}; показаны первые {n} обращения",
    n=str(STEPS),
    told="?",
)


def channel_flow(archive: Archive, chains: Chains, told: Text) -> Flow:
    """Chains of at least two contacts: first channel → second → third → how it went on."""
    links: Counter[tuple[str, str]] = Counter()
    for step in range(STEPS):
        links.update(_steps(archive, chains, step))
    nodes = sorted({node for pair in links for node in pair})
    defined = TOLD.with_blanks({"n": str(STEPS), "told": told})
    ordered = tuple((source, target, n) for (source, target), n in sorted(links.items()))
    return Flow(TITLE, ordered, tuple((node, _name(node)) for node in nodes), defined)


def _steps(archive: Archive, chains: Chains, step: int) -> Iterator[tuple[str, str]]:
    """From the contact at that place in its chain to the next, or to how it ended."""
    channel = archive.label("channel")
    lost = archive.flag("abandoned") | archive.flag("blocked")
    there = np.flatnonzero(chains.lengths > max(step, 1))
    row = chains.order[chains.starts[there] + step]
    last = chains.lengths[there] == step + 1
    after = chains.order[np.minimum(chains.starts[there] + step + 1, len(chains.order) - 1)]
    ends = np.where(lost[row], GAVE_UP, ENDED)
    then = np.where(last, ends, MORE if step + 1 == STEPS else channel[after])
    for name, end, to in zip(channel[row].tolist(), last.tolist(), then.tolist(), strict=True):
        yield _node(step, name), _next(step, then=to, ends=end)


def _node(step: int, name: str) -> str:
    return f"{step + 1}:{name or '?'}"


def _next(step: int, *, then: str, ends: bool) -> str:
    """A channel's node, or an end; a channel that is called like an end stays a channel."""
    end = ends or step + 1 == STEPS
    return f"{step + 2}:={then}" if end else _node(step + 1, then)


def _name(node: str) -> Text:
    name = node.split(":", 1)[1]
    return ENDS[name[1:]] if name.startswith("=") else value_name("channel", name)
