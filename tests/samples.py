"""The samples with their truth, and a walk over them that needs no recogniser and no detector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.heard import Heard
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Result
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import NOTHING_HEARD, judge, transcribe

DATA = Path(__file__).resolve().parent / "data"
OLD_RESULTS = DATA.parent / "unit" / "results" / "results-v1"  # as version 1 of the columns was written
CALLS = ("service-ru", "service-en")
CHATS = ("chat-ru", "chat-en")


def truth_of(name: str) -> dict[str, Any]:
    """What the script of a sample says."""
    truth: dict[str, Any] = json.loads((DATA / f"{name}.truth.json").read_text(encoding="utf-8"))
    return truth


def written_transcript(name: str, folder: Path) -> Path:
    """The script's words as a transcript that `--transcript` replays."""
    said = [{key: u[key] for key in ("role", "start_s", "end_s", "text")} for u in truth_of(name)["utterances"]]
    path = folder / f"{name}.transcript.json"
    language = name.rsplit("-", 1)[1]
    content = {"language": language, "engine": "script", "utterances": said}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def true_heard(name: str) -> Heard:
    """The script's speech, channel 0 the agent."""
    truth = truth_of(name)
    speech = tuple(tuple(Interval(*pair) for pair in truth["speech"][role]) for role in ("agent", "customer"))
    return Heard(truth["duration_s"], "ok", speech)


def judged_by_script(name: str, folder: Path) -> Result:
    """The walk from the script's own speech and words: exact, the same bytes on every machine."""
    if name in CHATS:
        interaction, history = open_interaction(DATA / f"{name}.json")
        return judge(interaction, NOTHING_HEARD, None, make_tools(Choices()), history)
    interaction, history = open_interaction(DATA / f"{name}.flac")
    tools = make_tools(Choices(transcript=written_transcript(name, folder)))
    heard = true_heard(name)
    recognition = transcribe(interaction, heard, tools)
    return judge(interaction, heard, recognition, tools, history)
