"""What a results folder holds of verdicts, part by part: a year of them never lies in memory at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from voxcx.domain.qa import Evidence, Judge, Mode, Severity, Verdict
from voxcx.errors import InputError
from voxcx.results.reading import parts_of, read_part, without
from voxcx.results.standing import replaced

_ABOUT = (
    *("interaction_id", "kind", "started_at", "recordings", "form_id", "form_version", "qa_score"),
    *("qa_score_before_zeroing", "voxcx_version", "asr_confidence_agent"),
)
_OF_CRITERION = (
    *("interaction_id", "criterion", "verdict", "severity", "mode", "judged_by", "reason"),
    *("max_points", "points"),
)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A row of `criteria`; ``evidence`` is empty where it was not asked for."""

    verdict: Verdict
    severity: Severity
    mode: Mode
    judged_by: Judge
    reason: str | None
    max_points: float | None = None
    points: float | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredCard:
    """One interaction with its verdicts by criterion; without a scorecard there are none and ``form_id`` is None."""

    interaction_id: str
    part: str
    kind: str | None
    started_at: str | None
    recordings: tuple[str, ...]
    form_id: str | None
    form_version: str | None
    score: float | None
    unzeroed: float | None
    voxcx_version: str | None
    asr_confidence: float | None
    verdicts: dict[str, StoredVerdict] = field(default_factory=dict)


def stored_cards(folder: Path, *, evidence: bool = False, only: Collection[str] | None = None) -> Iterator[StoredCard]:
    """Every interaction of the folder, or those of ``only``, in the order they were written.

    Raises:
        InputError: the folder holds no interactions.
    """
    parts = parts_of(folder, "interactions")
    if not parts:
        raise InputError(f"{folder}: expected a results folder as `voxcx batch` writes it, found none; run it first.")
    older = replaced(folder)
    for path in parts:
        about = _part(path, _ABOUT, only)
        about = without(about, older[path.stem]) if path.stem in older else about
        judged = _verdicts(folder / "criteria" / path.name, evidence=evidence, only=only)
        for row in about.to_pylist():
            yield _card(row, path.stem, judged.get(row["interaction_id"], {}))


def _part(path: Path, columns: Collection[str], only: Collection[str] | None) -> pa.Table:
    rows = read_part(path, list(columns))
    if only is None:
        return rows
    return rows.filter(pc.is_in(rows["interaction_id"], value_set=pa.array(sorted(only), pa.string())))


def _verdicts(path: Path, *, evidence: bool, only: Collection[str] | None) -> dict[str, dict[str, StoredVerdict]]:
    if not path.is_file():
        return {}
    made: dict[str, dict[str, StoredVerdict]] = {}
    table = _part(path, (*_OF_CRITERION, *(("evidence",) if evidence else ())), only)
    for batch in table.to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            shown = tuple(Evidence(**quote) for quote in row.get("evidence") or ())
            kept = (row["verdict"], row["severity"], row["mode"], row["judged_by"], row["reason"])
            worth = (row["max_points"], row.get("points"))
            made.setdefault(row["interaction_id"], {})[row["criterion"]] = StoredVerdict(*kept, *worth, shown)
    return made


def _card(row: dict[str, Any], part: str, verdicts: dict[str, StoredVerdict]) -> StoredCard:
    started, version = row.get("started_at"), row.get("form_version")
    return StoredCard(
        interaction_id=row["interaction_id"],
        part=part,
        kind=row.get("kind"),
        started_at=started and started.isoformat(sep=" ", timespec="minutes"),
        recordings=tuple(row.get("recordings") or ()),
        form_id=row.get("form_id"),
        form_version=None if version is None else str(version),
        score=row.get("qa_score"),
        unzeroed=row.get("qa_score_before_zeroing"),
        voxcx_version=row.get("voxcx_version"),
        asr_confidence=row.get("asr_confidence_agent"),
        verdicts=verdicts,
    )
