"""HALL: a results folder and survey answers → interactions column by column, and the answers row by row beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from voxcx.csi.answers import Answers, Floats, Labels, Texts
from voxcx.csi.columns import kind_of
from voxcx.csi.training.rated import Interactions, Rated
from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.intake.csv_rows import named_lines, refuse_lines
from voxcx.intake.surveys import SurveyAnswer
from voxcx.results.failures import read_failures
from voxcx.results.reading import read_columns
from voxcx.results.spoken import read_views

FIELDS = (
    *("interaction_id", "kind", "started_at", "utc_offset_min", "channel", "customer_id", "agent_id", "agent_since"),
    *("team", "queue", "language_given", "survey_invited", "language", "asr_confidence_customer"),
)
DAY_S = 86_400
TENURES = ((90, "under 3 months"), (365, "3 to 12 months"))
CONFIDENCES = ((0.6, "under 0.6"), (0.8, "0.6 to 0.8"))


def read_interactions(results: Path, names: Sequence[str], *, texts: bool) -> Interactions:
    """Every interaction of the folder with those columns of the catalogue; raises InputError where there is none."""
    wanted = list(dict.fromkeys((*FIELDS, *names)))
    table = read_columns(results, "interactions", wanted)
    if table.num_rows == 0:
        raise InputError(f"{results}: expected a results folder with interactions, found none; run voxcx batch first.")
    ids, customers = _labels(table["interaction_id"]), _labels(table["customer_id"])
    moment_s = _moments_s(table["started_at"])
    invited = table["survey_invited"]
    return Interactions(
        id=ids,
        customer=np.where(customers == "", "interaction " + ids, customers),
        agent=_labels(table["agent_id"]),
        moment_s=moment_s,
        table={name: _column(table[name], name) for name in names},
        texts=_texts(results, ids) if texts else None,
        about=about(table, moment_s),
        invited=np.ones(len(ids), bool) if invited.null_count == len(ids) else pc.fill_null(invited, False).to_numpy(),  # noqa: FBT003 - Arrow's
    )


def _texts(results: Path, ids: Labels) -> Texts | None:
    """What was said; None where the folder holds no words at all."""
    said = read_views(results, ids.tolist())
    return said if any(any(lines) for lines in said.values()) else None


def about(table: pa.Table, moment_s: Floats) -> dict[str, Labels]:
    """What interactions are sliced by: label of each row, "" where not known."""
    language = np.where(_labels(table["language"]) == "", _labels(table["language_given"]), _labels(table["language"]))
    since = [_date_s(one) for one in table["agent_since"].to_pylist()]
    tenure_days = (moment_s - np.array(since)) / DAY_S
    confidence = _numbers(table["asr_confidence_customer"])
    channel = np.where(_labels(table["channel"]) == "", _labels(table["kind"]), _labels(table["channel"]))
    return {
        "kind": _labels(table["kind"]),
        "channel": channel,
        "language": language,
        "queue": _labels(table["queue"]),
        "team": _labels(table["team"]),
        "agent tenure": _steps(tenure_days, TENURES, "over a year"),
        "recognition confidence": _steps(confidence, CONFIDENCES, "over 0.8"),
    }


def join_answers(
    results: Path, surveys: Path, answers: Sequence[SurveyAnswer], everyone: Interactions, scale: RatingScale
) -> Rated:
    """Rated interactions with all their answers; an answer about an interaction that failed is passed over.

    Raises:
        InputError: answers about interactions that nobody has, or given before their interaction.
    """
    row_of = {name: row for row, name in enumerate(everyone.id.tolist())}
    failed = read_failures(results).keys()
    known = [answer for answer in answers if answer.interaction_id not in failed or answer.interaction_id in row_of]
    strange = [answer for answer in known if answer.interaction_id not in row_of]
    refuse_lines(
        surveys,
        [answer.line for answer in strange],
        f"an interaction_id that {results.name}/interactions has",
        "remove these answers or score their interactions",
        got=repr(strange[0].interaction_id[:60]) if strange else "",
    )
    row = np.array([row_of[answer.interaction_id] for answer in known], dtype=np.int64)
    _refuse_early(results, surveys, known, everyone.moment_s[row])
    rows, place = np.unique(row, return_inverse=True)
    counts = np.zeros((len(rows), len(scale.ratings)))
    np.add.at(counts, (place, np.array([answer.rating for answer in known], dtype=np.int64) - scale.minimum), 1.0)
    return Rated(everyone.rows(rows), Answers(counts, everyone.customer[rows], np.ones(len(rows)), scale))


def _refuse_early(results: Path, surveys: Path, answers: Sequence[SurveyAnswer], moment_s: Floats) -> None:
    """An answer cannot precede its interaction; a time without a zone is the interaction's local time."""
    dated = [(k, answer.answered_at) for k, answer in enumerate(answers) if answer.answered_at is not None]
    if not dated:
        return
    offsets = read_columns(results, "interactions", ["interaction_id", "utc_offset_min"])
    offset_of = dict(zip(offsets["interaction_id"].to_pylist(), offsets["utc_offset_min"].to_pylist(), strict=True))
    lines = []
    for k, told in dated:
        zone = timezone(timedelta(minutes=offset_of.get(answers[k].interaction_id) or 0))
        zoned = told.replace(tzinfo=zone) if told.tzinfo is None else told
        if zoned.timestamp() < moment_s[k]:  # False where the start is not known
            lines.append(answers[k].line)
    if lines:
        raise InputError(
            f"{surveys.name}, {named_lines(lines)}: expected answered_at after the interaction began, got earlier; "
            "correct the times or remove these answers."
        )


def _column(values: pa.ChunkedArray, name: str) -> NDArray[Any]:
    if kind_of(name) == "number":
        return _numbers(values)
    return np.array(values.to_pylist(), dtype=object)


def _numbers(values: pa.ChunkedArray) -> Floats:
    numbers: Floats = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _labels(values: pa.ChunkedArray) -> Labels:
    return np.array([one or "" for one in values.to_pylist()], dtype=object)


def _moments_s(values: pa.ChunkedArray) -> Floats:
    micros = values.cast(pa.timestamp("us")).cast(pa.int64())
    return _numbers(micros) / 1e6


def _date_s(text: str | None) -> float:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() if text else float("nan")
    except ValueError:
        return float("nan")


def _steps(values: Floats, limits: Sequence[tuple[float, str]], last: str) -> Labels:
    labels = np.full(len(values), last, dtype=object)
    for limit, label in reversed(limits):
        labels[values < limit] = label
    labels[np.isnan(values)] = ""
    return labels
