"""One interaction of a batch, before it is opened; and what stands in its place when a row is no good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voxcx.domain.interaction import Kind
from voxcx.errors import InputError
from voxcx.intake.metadata import Metadata

CHAT_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Job:
    """One interaction to be done. ``chat`` is the chat's record; ``where`` says where the job stands in the source.

    ``sha256`` is that of the line that holds all of it, where there is one.
    """

    interaction_id: str
    kind: Kind
    recordings: tuple[Path, ...]
    metadata: Metadata
    chat: Mapping[str, Any] | None
    where: str
    line: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line, row or file that is no job, and why."""

    where: str
    reason: str
    interaction_id: str = ""


Making = Callable[[], Job | BadRow]  # of one place; may be called in another thread
Wanted = Callable[[str], bool]  # is asked by the place, before anything there is read


def everything(_where: str) -> bool:
    """All places are wanted."""
    return True


def chat_job(where: str, record: Mapping[str, Any], line: int | None, sha256: str = "") -> Job:
    """The job of one chat's record. Its messages are checked when it is opened."""
    metadata = Metadata.from_mapping({key: value for key, value in record.items() if key != "messages"}, where)
    if not metadata.interaction_id:
        raise InputError(f'{where}: expected a chat with an "id", got none; name the chat.')
    metadata.refuse_unless("chat", where)
    return Job(metadata.interaction_id, "chat", (), metadata, dict(record), where, line, sha256)


def guarded(make: Callable[..., Job], where: str, *arguments: Any) -> Job | BadRow:
    """Call ``make(where, …)``; what the user can put right becomes a BadRow."""
    try:
        return make(where, *arguments)
    except InputError as error:
        return BadRow(where, str(error))
    except OSError as error:
        return BadRow(where, f"{where}: expected a readable file, got {error.strerror}; check it and run again.")
