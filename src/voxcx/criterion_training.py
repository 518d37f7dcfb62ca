"""HALL: a results folder and people's marks → one trained criterion, and what it is worth.

read the marks → join them to what was said → refuse what cannot be → learn → measure → save
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from voxcx.domain.qa import Verdict
from voxcx.errors import InputError
from voxcx.intake.csv_rows import named_lines
from voxcx.intake.marks import Mark, Marks, read_marks
from voxcx.marking import by_place, settled
from voxcx.qa.learning.card import figures_json, write_card
from voxcx.qa.learning.examples import Examples, Judged, gather
from voxcx.qa.learning.judge import TrainedCriterion
from voxcx.qa.learning.store import refuse_foreign, save_criterion
from voxcx.qa.learning.study import OnStep, Study, learn
from voxcx.qa.learning.terms import By
from voxcx.results.failures import read_failures
from voxcx.results.reading import read_columns
from voxcx.results.spoken import read_said

ABOUT = ["interaction_id", "kind", "started_at", "agent_id", "customer_id", "queue", "language"]
LANGUAGES = ("ru", "en")
TARGET = 0.8


def train_criterion(  # noqa: PLR0913, PLR0917 - folders in, folder out, and what to do
    results: Path,
    human: Path,
    criterion: str,
    out: Path,
    by: By = "agent",
    target: float = TARGET,
    on_step: OnStep = lambda _text, _done: None,
) -> tuple[TrainedCriterion, Study, Examples]:
    """Learn one criterion from people's marks and save it to ``out``.

    Args:
        results: results folder as ``voxcx batch`` writes it, with what was said.
        human: CSV of people's marks.
        criterion: id of the criterion in the marks.
        out: folder to write.
        by: whose words decide.
        target: precision that a verdict must be shown to have.
        on_step: told about every step.

    Raises:
        InputError, ModelError: marks or results that cannot be used, too few marks, a folder that holds something else.
    """
    refuse_foreign(out)
    on_step(f"reading {results.name}", 0.0)
    examples = read_examples(results, human, criterion, by)
    trained, study = learn(examples, target, on_step)
    save_criterion(trained, figures_json(trained, study, examples), write_card(trained, study, examples), out)
    return trained, study, examples


def read_examples(results: Path, human: Path, criterion: str, by: By) -> Examples:
    """People's marks of one criterion with what was said."""
    marked = _of_criterion(human, read_marks(human), criterion)
    rows = {row["interaction_id"]: row for row in read_columns(results, "interactions", ABOUT).to_pylist()}
    if not rows:
        raise InputError(f"{results}: expected a results folder with interactions, found none; run voxcx batch first.")
    failed = read_failures(results)
    known = [mark for mark in marked if mark.interaction_id in rows or mark.interaction_id not in failed]
    _refuse_strange(human, known, rows, results)
    ids = sorted({mark.interaction_id for mark in known})
    language = _language(criterion, [rows[one] for one in ids])
    ids = [one for one in ids if rows[one]["language"] == language]
    verdicts = {name: _votes(places[criterion]) for name, places in by_place(known).items()}
    said, machine = read_said(results, ids), _machine(results, criterion)
    judged = [_judged(rows[one], lines, verdicts[one], machine.get(one)) for one, lines in zip(ids, said, strict=True)]
    return gather(judged, criterion, by, language)


def _votes(said: Sequence[Mark]) -> dict[str, Verdict]:
    """Evaluator → verdict. What people settled on stands alone, and is nobody's."""
    if any(mark.is_agreed for mark in said):
        verdict = settled(said)
        return {"": "undecided" if verdict is None else verdict}
    return {mark.evaluator or "": mark.verdict for mark in said}


def _judged(
    row: dict[str, Any], lines: Iterable[tuple[str, str]], verdicts: dict[str, Verdict], machine: Verdict | None
) -> Judged:
    return Judged(
        interaction_id=row["interaction_id"],
        said=[(role, text.split()) for role, text in lines],
        verdicts=verdicts,
        kind=row["kind"] or "",
        agent=row["agent_id"] or "",
        customer=row["customer_id"] or "",
        queue=row["queue"] or "",
        day=str(row["started_at"])[:10] if row["started_at"] else "",
        machine=machine,
    )


def _of_criterion(path: Path, marks: Marks, criterion: str) -> tuple[Mark, ...]:
    found = marks.of(criterion)
    if not found:
        known = ", ".join(marks.criteria[:8])
        raise InputError(f"{path}: expected marks of {criterion!r}, found those of {known}; check --criterion.")
    return found


def _refuse_strange(path: Path, marks: Sequence[Mark], rows: dict[str, Any], results: Path) -> None:
    strange = [mark for mark in marks if mark.interaction_id not in rows]
    if strange:
        raise InputError(
            f"{path.name}, {named_lines([mark.line for mark in strange])}: expected an interaction_id that "
            f"{results.name}/interactions has, got {strange[0].interaction_id[:60]!r}; remove these marks or score "
            "their interactions."
        )


def _language(criterion: str, rows: Sequence[dict[str, Any]]) -> str:
    """The language of most of them: words of several cannot be learned together."""
    spoken = Counter(str(row["language"]) for row in rows if row["language"] in LANGUAGES)
    if not spoken:
        got = ", ".join(sorted({str(row["language"]) for row in rows})) or "none"
        raise InputError(f"{criterion}: expected interactions in {' or '.join(LANGUAGES)}, got {got}; check --results.")
    return max(spoken, key=lambda one: (spoken[one], one))


def _machine(results: Path, criterion: str) -> dict[str, Verdict]:
    """What a form's rule said of it; what another trained criterion said is no rule."""
    columns = ["interaction_id", "criterion", "verdict", "judged_by", "mode"]
    return {
        row["interaction_id"]: row["verdict"]
        for row in read_columns(results, "criteria", columns).to_pylist()
        if row["criterion"] == criterion and row["judged_by"] != "trained" and row["mode"] in {"full", "error"}
    }
