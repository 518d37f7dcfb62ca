"""Score real calls that have references and print how far off voxcx is, call by call: words, speech, overlap, greeting.

    python scripts/bench_calls.py DATA      DATA/NAME.flac or .wav with NAME.ref.json (segments, speech_s, overlap_s …)

Speed, memory and word errors beside faster-whisper: bench_asr.py. Texts are normalised as there (references.py).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jiwer

from references import ROLES, TAG, Known, find_calls, language_of, normal
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.result import Result
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import Tools, analyse


@dataclass(frozen=True)
class Scored:
    """One call: what voxcx says, and the reference."""

    known: Known
    result: Result


def main() -> int:
    """Print the table; 2 when there is nothing to score."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    known = find_calls(data) if data else []
    if not data or not known:
        print("usage: bench_calls.py DATA, a folder with NAME.flac or .wav and NAME.ref.json", file=sys.stderr)
        return 2
    language = language_of(data)
    tools = make_tools(Choices(language=language))
    calls = [_score(call, tools) for call in known]
    for call in calls:
        print("\n".join(_lines(call, language)))
    _summary(calls, language)
    return 0


def _score(known: Known, tools: Tools) -> Scored:
    interaction, history = open_interaction(known.path)
    return Scored(known, analyse(interaction, tools, history))


def _lines(call: Scored, language: str) -> Iterator[str]:
    reference, value = call.known.raw, call.result.features.value
    yield f"{call.known.name}  {call.result.heard.duration_s:.1f} s"
    yield f"  word errors      {jiwer.wer(*_texts(call, language)):7.1%}"
    for role in ROLES:
        true_s, got_s = reference["speech_s"][role], float(value(f"{role}_speech_s") or 0)
        off = f"({got_s - true_s:+.2f} s, {got_s / true_s - 1:+.0%})"
        yield f"  {role + ' speech':<16} {got_s:7.2f}   reference {true_s:.2f} {off}"
    true_s, got_s = reference["overlap_s"], float(value("overlap_s") or 0)
    yield f"  overlap          {got_s:7.2f}   reference {true_s:.2f} ({got_s - true_s:+.2f} s)"
    if (share := reference.get("mutual_silence_share")) is not None:
        got = float(value("mutual_silence_share") or 0)
        yield f"  mutual silence   {got:7.1%}   reference {share:.1%} ({100 * (got - share):+.1f} points)"
    yield f"  greeting         {_greeting(call)}"


def _greeting(call: Scored) -> str:
    """The verdict on the greeting, beside what people marked."""
    marked = [
        s
        for s in call.known.raw["segments"]
        if s["role"] == "agent" and "gridspace_greeting" in s.get("dialog_acts", ()) and TAG.sub("", s["text"]).strip()
    ]
    card = call.result.scorecard
    found = next((r for r in card.results if r.criterion.id == "greeting"), None) if card else None
    quotes = ", ".join(f"{e.quote!r} at {e.start_s}" for e in found.evidence if e.quote) if found else ""
    people = f"people: {marked[0]['text']!r} at {marked[0]['start_s']}" if marked else "people marked none"
    return f"{found.verdict if found else 'no form'} {quotes} – {people}"


def _summary(calls: list[Scored], language: str) -> None:
    said, heard = ([text for call in calls for text in _texts(call, language)[k]] for k in range(2))
    out = jiwer.process_words(said, heard)
    print(f"all calls  WER {out.wer:.2%}  S {out.substitutions} D {out.deletions} I {out.insertions}")


def _texts(call: Scored, language: str) -> tuple[list[str], list[str]]:
    """Reference and what was heard per party, normalised; where nothing was said, words heard are insertions."""
    said = [call.known.said(role, language) for role in ROLES]
    heard = [normal(" ".join(u.text for u in call.result.transcript.of(role)), language) for role in ROLES]
    return said, heard


if __name__ == "__main__":
    sys.exit(main())
