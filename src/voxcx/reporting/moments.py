"""Which interactions the pages point at, and what there is to see and hear of each: quote, time, recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from voxcx.domain.interaction import Role
from voxcx.domain.moments import Moment
from voxcx.domain.pages import Block, CallRef, Journey, Moments, Page, Table
from voxcx.domain.qa import Evidence
from voxcx.domain.texts import Text
from voxcx.insight.archive import Archive
from voxcx.results.reading import read_columns
from voxcx.results.verdicts import StoredCard, stored_cards
from voxcx.searching import recording_at

HEARD = ["interaction_id", "recordings", "recording_starts_s"]
SAID = ["interaction_id", "role", "start_s", "end_s", "text"]
QUOTED_LETTERS = 240


def moments_of(pages: Iterable[Page], archive: Archive, results: Path) -> dict[CallRef, Moment]:
    """A moment for every reference on the pages; one about an interaction that the archive lacks is left out."""
    refs = list(dict.fromkeys(ref for page in pages for ref in references(page)))
    row_of = {name: row for row, name in enumerate(archive.id.tolist())}
    known = [ref for ref in refs if ref.interaction_id in row_of]
    ids = sorted({ref.interaction_id for ref in known})
    heard = {row["interaction_id"]: row for row in _only(read_columns(results, "interactions", HEARD), ids)}
    judged = _judged(results, known)
    said = _said(results, [ref for ref in known if ref.criterion is None and ref.start_s is not None])
    titles = {column.criterion: column.title for column in archive.criteria}
    return {
        ref: _moment(ref, archive, row_of[ref.interaction_id], heard, _words(ref, judged, said), titles)
        for ref in known
    }


def references(page: Page) -> Iterator[CallRef]:
    """Every interaction that a page refers to."""
    for finding in page.findings:
        yield from finding.calls
    for block in page.blocks:
        yield from _of_block(block)


def _of_block(block: Block) -> Iterator[CallRef]:
    if isinstance(block, Moments):
        yield from block.calls
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row:
                if isinstance(cell, tuple):
                    yield from cell
    elif isinstance(block, Journey):
        yield from (one.call for one in block.happenings if one.call is not None)


def _only(table: pa.Table, ids: Sequence[str]) -> list[dict[str, Any]]:
    kept = table.filter(pc.is_in(table["interaction_id"], value_set=pa.array(ids, pa.string())))
    rows: list[dict[str, Any]] = kept.to_pylist()
    return rows


def _judged(results: Path, refs: Sequence[CallRef]) -> Mapping[str, StoredCard]:
    ids = {ref.interaction_id for ref in refs if ref.criterion is not None}
    if not ids:
        return {}
    return {card.interaction_id: card for card in stored_cards(results, evidence=True, only=ids)}


def _said(results: Path, refs: Sequence[CallRef]) -> Mapping[str, list[dict[str, Any]]]:
    ids = sorted({ref.interaction_id for ref in refs})
    said: dict[str, list[dict[str, Any]]] = {}
    for row in _only(read_columns(results, "utterances", SAID), ids) if ids else ():
        said.setdefault(row["interaction_id"], []).append(row)
    return said


def _words(ref: CallRef, judged: Mapping[str, StoredCard], said: Mapping[str, list[dict[str, Any]]]) -> Evidence | None:
    """What was said there: the evidence of the criterion, or the utterance at that second."""
    card = judged.get(ref.interaction_id)
    if ref.criterion is not None and card is not None and ref.criterion in card.verdicts:
        shown = card.verdicts[ref.criterion].evidence
        return next((one for one in shown if one.quote), shown[0] if shown else None)
    for row in said.get(ref.interaction_id, ()):
        if row["start_s"] is not None and row["start_s"] <= (ref.start_s or 0.0) < (row["end_s"] or row["start_s"]):
            return Evidence(row["role"], row["start_s"], row["end_s"], row["text"])
    return None


def _moment(  # noqa: PLR0913, PLR0917 - what the parts above looked up
    ref: CallRef,
    archive: Archive,
    row: int,
    heard: Mapping[str, Mapping[str, Any]],
    words: Evidence | None,
    titles: Mapping[str, Text],
) -> Moment:
    start_s = ref.start_s if words is None or words.start_s is None else words.start_s
    recording, at_s = recording_at(heard.get(ref.interaction_id, {"recordings": []}), start_s or 0.0)
    role: Role | None = None if words is None else words.role
    return Moment(
        interaction_id=ref.interaction_id,
        started_at=_clock(archive.local_s[row]),
        agent=archive.label("agent_id")[row],
        queue=archive.label("queue")[row],
        kind=archive.label("kind")[row] or "call",
        quote=_shortened(words.quote) if words and words.quote else None,
        role=role,
        start_s=start_s if recording is None else at_s,
        recording=recording and _address(recording),
        criterion_title=titles.get(ref.criterion) if ref.criterion else None,
    )


def _address(recording: str) -> str:
    """Where a browser finds it, wherever the report lies."""
    return recording if "://" in recording else Path(recording).absolute().as_uri()


def _clock(local_s: float) -> str:
    return "" if np.isnan(local_s) else f"{datetime.fromtimestamp(local_s, UTC):%Y-%m-%d %H:%M}"


def _shortened(quote: str) -> str:
    return quote if len(quote) <= QUOTED_LETTERS else f"{quote[:QUOTED_LETTERS].rstrip()} …"
