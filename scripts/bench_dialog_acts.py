"""Verdicts of a form on real calls, from voxcx's own transcripts, against the dialog acts that people marked.

    python scripts/bench_dialog_acts.py DATA [--form bank.en.v1] [--keep FOLDER] [--rulings FILE]

DATA holds NAME.flac or .wav with NAME.ref.json, whose segments carry `role`, `text` and `dialog_acts`
(HarperValleyBank, arXiv 2010.13929). FOLDER keeps the transcripts, so that a second run recognises nothing.
What an act says of a criterion stands in CRITERIA. Each disagreement is printed with its quotes, and with what the form
says of the reference text: where that agrees with the acts, the recogniser erred, else the rule did, or the person who
marked. FILE holds a person's rulings on disagreements (CALL: {CRITERION: [voxcx|acts, why]}); the figures come raw and
after the rulings, apart. A call without a ruling keeps its acts.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from references import TAG, Known, find_calls
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.qa import CriterionResult
from voxcx.domain.result import Result
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import Tools, analyse
from voxcx.report.subtitles import as_json
from voxcx.transcribe.replay import ReplayTranscriber

RULINGS = Path(__file__).with_name("dialog_acts.rulings.yaml")


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which acts of the agent mean that a criterion is met: in which half of the call, beside which words."""

    acts: tuple[str, ...]
    why: str
    half: int = 0  # 1 first, 2 second, 0 the whole call
    words: str = ""


CRITERIA = {
    "greeting": Mapped(("greeting",), "its own act", half=1),
    "agent_introduction": Mapped(
        ("greeting",),
        "no act of its own: a greeting with the agent's name in the reference",
        half=1,
        words=r"\bmy name|\bname is|\bi'?m [a-z]+$|\b[a-z]+ speaking"
        r"|\bthis is (?!\w+ valley|the\b|your\b|harper|national)\w+",
    ),
    "identification": Mapped(("data_question",), "the agent asks for a name or for what the request needs"),
    "data_readback": Mapped(("confirm_data",), "its own act"),
    "anything_else": Mapped(("open_question",), "an open question in the second half of the call", half=2),
    "thanks": Mapped(("thanks", "closing"), "both acts stand on 'thank you for calling'", half=2, words=r"\bthank"),
    "closing": Mapped(("closing", "thanks"), "both acts stand on 'have a great day'", half=2),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """One criterion of one call: what people marked, and what voxcx says of what it heard and of the reference."""

    call: str
    criterion: str
    marked: tuple[str, ...]
    heard: CriterionResult
    read: CriterionResult
    agent: tuple[str, ...]
    ruling: tuple[str, str] | None

    @property
    def truth(self) -> bool:
        """Whether people marked it."""
        return bool(self.marked)

    @property
    def ruled(self) -> bool:
        """The truth after the ruling."""
        return met(self.heard) if self.ruling and self.ruling[0] == "voxcx" else self.truth

    @property
    def cause(self) -> str:
        """Whose error a disagreement is: where the reference text gives what people marked, the recogniser's."""
        return "the recogniser" if met(self.read) == self.truth else "the rule or the act"


def main() -> int:
    """Print the mapping, the figures and every disagreement; 2 when there is nothing to score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--form", default="bank.en.v1")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rulings", type=Path, default=RULINGS)
    given = parser.parse_args()
    calls = [call for call in find_calls(given.data) if any("dialog_acts" in s for s in call.raw["segments"])]
    if not calls:
        print("expected a folder of NAME.flac or .wav with NAME.ref.json that has dialog_acts", file=sys.stderr)
        return 2
    rulings = yaml.safe_load(given.rulings.read_text(encoding="utf-8")) if given.rulings.is_file() else {}
    tools = make_tools(Choices(form=given.form, language="en"))
    with tempfile.TemporaryDirectory() as folder:
        kept = given.keep or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        pairs = [pair for call in calls for pair in judged(call, tools, kept, rulings.get(call.name, {}))]
    tell(pairs, len(calls))
    return 0


def judged(call: Known, tools: Tools, kept: Path, rulings: dict[str, list[str]]) -> Iterator[Pair]:
    """Every criterion of a call that the form has."""
    heard = results(heard_of(call, tools, kept))
    read = results(replayed(call, tools, reference_file(call, kept)))
    agent = tuple(segment.text for segment in call.segments("agent") if TAG.sub("", segment.text).strip())
    for criterion, mapped in CRITERIA.items():
        if criterion in heard:
            ruling = rulings.get(criterion)
            decided = (ruling[0], ruling[1]) if ruling else None
            yield Pair(call.name, criterion, marked(call, mapped), heard[criterion], read[criterion], agent, decided)


def marked(call: Known, mapped: Mapped) -> tuple[str, ...]:
    """The agent's segments with words that carry the act, in the reference's words."""
    wanted = {f"gridspace_{act}" for act in mapped.acts}
    found = []
    for row in call.raw["segments"]:
        text = TAG.sub("", row["text"]).strip()
        half = 1 if row["start_s"] < call.duration_s / 2 else 2
        fits = row["role"] == "agent" and text and wanted & set(row.get("dialog_acts", ()))
        if fits and mapped.half in {0, half} and re.search(mapped.words, text):
            found.append(text)
    return tuple(found)


def heard_of(call: Known, tools: Tools, kept: Path) -> Result:
    """The walk with voxcx's own recogniser, whose transcript is kept."""
    file = kept / f"{call.name}.json"
    if file.is_file():
        return replayed(call, tools, file)
    interaction, history = open_interaction(call.path)
    result = analyse(interaction, tools, history)
    file.write_text(as_json(result.transcript), encoding="utf-8")
    return result


def replayed(call: Known, tools: Tools, file: Path) -> Result:
    """The walk with a transcript that is there already."""
    interaction, history = open_interaction(call.path)
    return analyse(interaction, replace(tools, transcriber=ReplayTranscriber(file)), history)


def reference_file(call: Known, kept: Path) -> Path:
    """The reference as a transcript that can be replayed."""
    utterances: list[dict[str, Any]] = [
        {key: row[key] for key in ("role", "start_s", "end_s")} | {"text": text}
        for row in call.raw["segments"]
        if (text := TAG.sub("", row["text"]).strip())
    ]
    file = kept / f"{call.name}.reference.json"
    file.write_text(json.dumps({"language": "en", "utterances": utterances}), encoding="utf-8")
    return file


def results(result: Result) -> dict[str, CriterionResult]:
    """Criterion → its result."""
    return {one.criterion.id: one for one in result.scorecard.results} if result.scorecard else {}


def met(result: CriterionResult) -> bool:
    """Said so by voxcx. Not met, not applicable and undecided are all no claim that it was done."""
    return result.verdict == "met"


def tell(pairs: list[Pair], calls: int) -> None:
    """The mapping, the figures, the disagreements."""
    for name, mapped in CRITERIA.items():
        where = ("", " in the first half", " in the second half")[mapped.half]
        words = f" whose words match {mapped.words}" if mapped.words else ""
        print(f"{name:<19} {' or '.join(mapped.acts)}{where}{words}: {mapped.why}")
    print(f"\n{calls} calls: with the act, met by voxcx | precision, recall, F1 | F1 on the reference text")
    for name in dict.fromkeys(pair.criterion for pair in pairs):
        print(row(name, [pair for pair in pairs if pair.criterion == name]))
    print(row("all", pairs))
    print("95 % of F1 over all, calls drawn anew 2000 times: {:.3f} to {:.3f}".format(*interval(pairs)))
    ruled = figures([(pair.ruled, met(pair.heard)) for pair in pairs])
    print(f"after a person's rulings   {ruled}   ({sum(bool(pair.ruling) for pair in pairs)} rulings)\n")
    for pair in pairs:
        if pair.truth != met(pair.heard):
            print("\n".join(disagreement(pair)))


def interval(pairs: list[Pair]) -> tuple[float, float]:
    """Percentile bootstrap of F1 over whole calls."""
    by_call: dict[str, list[tuple[bool, bool]]] = {}
    for pair in pairs:
        by_call.setdefault(pair.call, []).append((pair.truth, met(pair.heard)))
    draw, calls = random.Random(1), list(by_call.values())  # noqa: S311 - a draw, no secret
    drawn = sorted(f1([answer for call in draw.choices(calls, k=len(calls)) for answer in call]) for _ in range(2000))
    return drawn[50], drawn[1949]


def f1(answers: list[tuple[bool, bool]]) -> float:
    """Twice the agreed ones by all that either side says."""
    either = sum(truth + said for truth, said in answers)
    return 2 * sum(truth and said for truth, said in answers) / either if either else 0.0


def row(name: str, pairs: list[Pair]) -> str:
    """One line of figures."""
    heard = [(pair.truth, met(pair.heard)) for pair in pairs]
    read = figures([(pair.truth, met(pair.read)) for pair in pairs])
    return f"{name:<19} {sum(t for t, _ in heard):>4} {sum(s for _, s in heard):>4}   {figures(heard)}   {read[-5:]}"


def figures(answers: list[tuple[bool, bool]]) -> str:
    """Precision, recall and F1 of (marked, said); a dash where there is nothing to divide by."""
    right = sum(truth and said for truth, said in answers)
    said, true = sum(said for _, said in answers), sum(truth for truth, _ in answers)
    parts = (right / said if said else None, right / true if true else None, f1(answers))
    return " ".join("    –" if part is None else f"{part:5.3f}" for part in parts)


def disagreement(pair: Pair) -> Iterator[str]:
    """Who says what, with quotes."""
    quotes = " | ".join(repr(e.quote) for e in pair.heard.evidence if e.quote)
    yield f"{pair.call} {pair.criterion}: voxcx {pair.heard.verdict} {quotes} ({pair.heard.reason or 'no reason'})"
    yield f"  people: {' | '.join(map(repr, pair.marked)) or 'no such act'}; disagree by {pair.cause}"
    yield f"  agent in the reference: {' / '.join(pair.agent)}"
    if pair.ruling:
        yield f"  ruling: {pair.ruling[0]} is right – {pair.ruling[1]}"


if __name__ == "__main__":
    sys.exit(main())
