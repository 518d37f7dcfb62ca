"""What ``voxcx batch`` says at the end: what was done, or what would be."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxcx.units import clock

if TYPE_CHECKING:
    from voxcx.batch.plan import Summary
    from voxcx.batch.rehearsal import Rehearsal
    from voxcx.batch.workers.sizing import Sizing

_INNER = ("work_done_s", "work_left_s")  # weights of the progress bar
_GB, _MB = 1e9, 1e6


def told(summary: Summary, out: Path, took_s: float, *, as_json: bool) -> str:
    """The last line: what was done, how fast, where it lies."""
    if as_json:
        return json.dumps({name: value for name, value in asdict(summary).items() if name not in _INNER})
    left_out = f" · left out {summary.left_out}" if summary.left_out else ""
    if not (summary.done or summary.failed):
        later = f", {summary.left} left for later" if summary.left else ""
        return f"Nothing to do: {summary.skipped} of {summary.total} were done before{later}{left_out} → {out}"
    rate = f"{60 * summary.done / took_s:.1f} a minute" if took_s > 0 else "at once"
    left = f" · left {summary.left}" if summary.left else ""
    again = f" · judged again {summary.judged_again}" if summary.judged_again else ""
    counts = f"{again} · skipped {summary.skipped} · failed {summary.failed}{left_out}{left}"
    return f"Done {summary.done} ({rate}){counts} → {out}{_in_vain(summary)}"


def _in_vain(summary: Summary) -> str:
    """What a language model that was not there leaves open."""
    if not summary.asked_in_vain:
        return ""
    count = summary.asked_in_vain
    return f"\n{count} of them asked a language model that did not answer; the next run judges them again."


def told_beforehand(found: Rehearsal, size: Sizing, *, as_json: bool) -> str:
    """What a run would do, how long it would take, with whom, how much disk it would need."""
    if as_json:
        record: dict[str, Any] = asdict(found)
        return json.dumps({**record, "left": found.left, "workers": size.workers, "threads": size.threads})
    to_do = found.new + found.again
    lines = [
        f"Would do {to_do} of {found.total}: {found.new} new, {found.again} judged again from what is kept.",
        f"Done already: {found.skipped}; cannot be done: {found.failed}{_others(found)}.",
    ]
    if to_do:
        lines += [f"Sound: {_sound(found)}."] if found.sound_s or found.unknown_lengths else []
        lines += [f"Time: about {_time(found)}.", f"Workers: {size.told()}.", f"Disk: about {_disk(found)}."]
    return "\n".join(lines)


def _others(found: Rehearsal) -> str:
    left_out = f"; left out by --where: {found.left_out}" if found.left_out else ""
    return left_out + (f"; beyond --limit: {found.later}" if found.later else "")


def _sound(found: Rehearsal) -> str:
    unknown = found.unknown_lengths
    more = f", and {unknown} recordings whose header does not say" if unknown else ""
    return f"{found.sound_s / 3600:.1f} hours{more}"


def _time(found: Rehearsal) -> str:
    pace = found.pace
    asked = [pace.chat_is_measured] * (found.new > 0) + [pace.sound_is_measured] * (found.sound_s > 0)
    source = "as earlier runs into this folder took" if all(asked) else "by usual figures, not measured here"
    return f"{clock(max(1.0, found.took_s))}, besides loading and reading the source ({source})"


def _disk(found: Rehearsal) -> str:
    size = found.disk_bytes
    amount = f"{size / _GB:.1f} GB" if size >= _GB else f"{max(size / _MB, 0.1):.1f} MB"
    return f"{amount} ({'as what is there takes' if found.disk_is_measured else 'by usual figures'})"
