"""Score real calls that have references and print how far off voxcx is, call by call.

    python scripts/bench_calls.py DATA            DATA/*.flac with DATA/*.ref.json (segments, speech_s, overlap_s …)

Word errors are shown beside faster-whisper's own batched pipeline (beam 5, batch 8, its VAD) on the same channels in
the same run. Both sides go through whisper-normalizer's English normaliser; tags such as [noise] and <unk> are removed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import jiwer
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from voxcx.assembly import Choices, make_tools
from voxcx.domain.result import Result
from voxcx.intake.opening import open_interaction
from voxcx.language.numbers import verbalise
from voxcx.pipeline import Tools, analyse, sound_of
from voxcx.transcribe.weights import find_weights

ROLES = ("agent", "customer")
_TAG = re.compile(r"\[[^\]]*\]|<[^>]*>")


@dataclass(frozen=True)
class Scored:
    """One call: what voxcx says, what the peer heard, and the reference."""

    name: str
    result: Result
    reference: dict[str, Any]
    peer: tuple[str, str]
    took_s: float
    peer_took_s: float


def main() -> int:
    """Print the table; 2 when there is nothing to score."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    pairs = [(p, p.with_suffix("").with_suffix(".ref.json")) for p in sorted(data.glob("*.flac"))] if data else []
    pairs = [pair for pair in pairs if pair[1].is_file()]
    if not pairs:
        print("usage: bench_calls.py DATA, a folder with NAME.flac and NAME.ref.json", file=sys.stderr)
        return 2
    language = "ru" if "ru" in data.name else "en"
    tools = make_tools(Choices(language=language))
    peer = BatchedInferencePipeline(_model(tools))
    calls = [_score(path, reference, tools, peer) for path, reference in pairs]
    for call in calls:
        print("\n".join(_lines(call, language)))
    _summary(calls, language)
    return 0


def _score(path: Path, reference: Path, tools: Tools, peer: BatchedInferencePipeline) -> Scored:
    interaction, history = open_interaction(path)
    start_s = perf_counter()
    result = analyse(interaction, tools, history)
    middle_s = perf_counter()
    audio = np.concatenate(list(sound_of(interaction)()), axis=1).astype(np.float32) / 32768
    heard = (
        _peer_text(peer, audio[0], result.transcript.language),
        _peer_text(peer, audio[1], result.transcript.language),
    )
    known = json.loads(reference.read_text(encoding="utf-8"))
    return Scored(path.stem, result, known, heard, middle_s - start_s, perf_counter() - middle_s)


def _peer_text(peer: BatchedInferencePipeline, audio: Any, language: str) -> str:
    segments, _ = peer.transcribe(audio, language=language, beam_size=5, batch_size=8)
    return " ".join(segment.text for segment in segments)


def _lines(call: Scored, language: str) -> Iterator[str]:
    reference, value = call.reference, call.result.features.value
    yield f"{call.name}  {call.result.heard.duration_s:.1f} s"
    said, ours, peers = _texts(call, language)
    if said:
        yield f"  word errors      {jiwer.wer(said, ours):7.1%}   peer {jiwer.wer(said, peers):.1%}"
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
        for s in call.reference["segments"]
        if s["role"] == "agent" and "gridspace_greeting" in s.get("dialog_acts", ()) and _TAG.sub("", s["text"]).strip()
    ]
    card = call.result.scorecard
    found = next((r for r in card.results if r.criterion.id == "greeting_company"), None) if card else None
    quotes = ", ".join(f"{e.quote!r} at {e.start_s}" for e in found.evidence if e.quote) if found else ""
    people = f"people: {marked[0]['text']!r} at {marked[0]['start_s']}" if marked else "people marked none"
    return f"{found.verdict if found else 'no form'} {quotes} – {people}"


def _summary(calls: list[Scored], language: str) -> None:
    texts = [_texts(call, language) for call in calls]
    said, ours, peers = ([text for three in texts for text in three[k]] for k in range(3))
    if not said:
        return
    for name, heard in (("voxcx", ours), ("peer", peers)):
        out = jiwer.process_words(said, heard)
        print(f"{name:<6} WER {out.wer:.2%}  S {out.substitutions} D {out.deletions} I {out.insertions}")
    length_s = sum(call.result.heard.duration_s for call in calls)
    print(
        f"whole walk {length_s / sum(c.took_s for c in calls):.1f} × real time, "
        f"peer's recognition alone {length_s / sum(c.peer_took_s for c in calls):.1f} ×"
    )


def _texts(call: Scored, language: str) -> tuple[list[str], list[str], list[str]]:
    """Reference, ours and the peer's text per channel, normalised; channels without reference words left out."""
    said, ours, peers = [], [], []
    for role, peer in zip(ROLES, call.peer, strict=True):
        text = _normal(" ".join(s["text"] for s in call.reference["segments"] if s["role"] == role), language)
        if text:
            said.append(text)
            ours.append(_normal(" ".join(u.text for u in call.result.transcript.of(role)), language))
            peers.append(_normal(peer, language))
    return said, ours, peers


def _normal(text: str, language: str) -> str:
    text = _TAG.sub("", text)
    if language == "en":
        return str(EnglishTextNormalizer()(text))
    spoken = " ".join(verbalise(text, language)).lower().replace("ё", "е")
    return str(BasicTextNormalizer()(spoken))


def _model(tools: Tools) -> WhisperModel:
    weights = find_weights(tools.config.transcribe.model)
    return WhisperModel(weights.location, device="cpu", compute_type="int8", files=dict(weights.files) or None)


if __name__ == "__main__":
    sys.exit(main())
