"""run.json: what a folder's rows were made with. Who forgets an option learns it before all is judged again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from voxcx.batch.plan import Observer, Plan
from voxcx.results.writing import write_json
from voxcx.storage.reaching import read_bytes

RUN = "run.json"
TOLD = 3  # names
_WHAT = {
    "forms": "form",
    "csi_model": "CSI model",
    "asr_model": "recogniser",
    "definitions": "definitions",
    "language": "language",
    "config_sha256": "configuration",
    "usual": "what is usual",
    "features": "version of the features",
    "schema": "version of the results",
}
_GIVEN = {"transcripts": "--transcripts", "surveys": "--surveys", "name_pattern": "--name-pattern"}


def keep_record(plan: Plan) -> None:
    """Write what made the rows. Written when there are some, so that a run that did nothing leaves no trace."""
    given = {"transcripts": _name(plan.transcripts), "surveys": _name(plan.surveys), "name_pattern": plan.name_pattern}
    record = {**plan.about, "source": plan.source.name, "work": plan.choices, "given": given}
    write_json(plan.out / RUN, record)


def _name(path: Path | None) -> str | None:
    return None if path is None else path.name


def differences(plan: Plan) -> tuple[str, ...]:
    """What differs from the run that made the rows, each with its names before and now; none where no run did."""
    before: object = None
    with suppress(OSError, ValueError, RecursionError):
        before = json.loads(read_bytes(plan.out / RUN))
    if not isinstance(before, dict):
        return ()
    chosen = [_told(what, before[name], plan.about.get(name)) for name, what in _WHAT.items() if name in before]
    return tuple([told for told in chosen if told] + list(_given(before.get("given"), plan)))


def tell_differences(plan: Plan, observer: Observer) -> None:
    """Say what differs, if anything does."""
    if what := differences(plan):
        observer.differs(what)


def _given(before: object, plan: Plan) -> Iterator[str]:
    if not isinstance(before, Mapping):
        return
    now: dict[str, Any] = {name: getattr(plan, name) for name in _GIVEN}
    for name, option in _GIVEN.items():
        if (before.get(name) is None) != (now[name] is None):
            yield f"{option} (not given {'now' if now[name] is None else 'then'})"


def _told(what: str, then: object, now: object) -> str | None:
    """How one choice differs; None where it does not. Several have names, whose order is no difference."""
    if then == now:
        return None
    if not isinstance(then, Mapping) or not isinstance(now, Mapping):
        return f"{what} (changed)" if _is_digest(then) or _is_digest(now) else f"{what} ({then} → {now})"
    gone = [str(name) for name in then if name not in now]
    come = [str(name) for name in now if name not in then]
    if gone and come:
        return f"{what} ({_listed(gone)} → {_listed(come)})"
    if gone or come:
        return f"{what} (now also {_listed(come)})" if come else f"{what} (no longer {_listed(gone)})"
    changed = [str(name) for name in now if now[name] != then[name]]
    return f"{what} ({_listed(changed)} changed)" if changed else None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:TOLD]) + (" …" if len(names) > TOLD else "")


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64  # a sha256
