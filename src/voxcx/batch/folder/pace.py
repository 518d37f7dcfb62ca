"""How long work takes and how much disk its results do: what earlier runs into the folder took, else usual figures."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from voxcx.batch.plan import Plan, Summary
from voxcx.batch.register import Noted
from voxcx.results.reading import parts_of
from voxcx.results.schema import TABLES
from voxcx.results.writing import write_json
from voxcx.storage.listing import size_of
from voxcx.storage.reaching import read_bytes

PACE = ".pace.json"
ENOUGH_CHATS = 200  # what is fewer says more of starting than of working
ENOUGH_SOUND_S = 600.0
UNKNOWN_S = 300.0  # a recording whose header does not say how long it is


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of one worker for a chat, and for a second of sound; ``is_measured``: in this folder, not elsewhere."""

    chat_s: float = 0.008
    sound_share: float = 0.07
    chat_is_measured: bool = False
    sound_is_measured: bool = False

    def of(self, one: Noted) -> float:
        """Expected seconds of one worker."""
        if one.kind == "chat" or '"recordings": []' in one.spoken:
            return self.chat_s
        return self.chat_s + self.sound_share * (UNKNOWN_S if one.sound_s is None else one.sound_s)


def read_pace(folder: Path) -> Pace:
    """What was measured in a folder; usual figures of one core with whisper-base where nothing was."""
    with suppress(OSError, ValueError, TypeError):
        known = json.loads(read_bytes(folder / PACE))
        return Pace(**{one.name: known[one.name] for one in fields(Pace) if one.name in known})
    return Pace()


def write_pace(plan: Plan, known: Pace, summary: Summary, took_s: float) -> None:
    """Keep what this run tells: of chats or of sound when it did nothing else, of sound else, chats taken as known."""
    worker_s = took_s * plan.workers
    others = summary.done - summary.judged_again
    if summary.judged_again or summary.failed > others:
        return
    if summary.sound_s >= ENOUGH_SOUND_S:
        share = max(0.0, worker_s - known.chat_s * others) / summary.sound_s
        fresh = replace(known, sound_share=share, sound_is_measured=True)
    elif others >= ENOUGH_CHATS and not summary.sound_s:
        fresh = replace(known, chat_s=worker_s / others, chat_is_measured=True)
    else:
        return
    write_json(plan.out / PACE, asdict(fresh))


def bytes_on_disk(folder: Path) -> int:
    """What the tables of a folder take."""
    return sum(size_of(path) for table in TABLES for path in parts_of(folder, table))
