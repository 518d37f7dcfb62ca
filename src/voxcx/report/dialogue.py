"""The transcript as a dialogue to read: evidence and doubtful words marked, holds and silences between the lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from voxcx.domain.intervals import Interval
from voxcx.domain.qa import Evidence, Verdict
from voxcx.domain.result import Result
from voxcx.domain.transcript import Utterance
from voxcx.report.quotes import Place, find, tokens, utterance_at
from voxcx.report.wording import Wording
from voxcx.units import clock

NEAR_S = 0.5  # an interruption's start and its utterance's may differ by the detector's and the recogniser's slack
WORST_FIRST: tuple[Verdict, ...] = ("not_met", "undecided", "met", "not_applicable")


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go to: an utterance's id and, where known, the second to play from."""

    text: str
    target: str | None
    at_s: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring words that look alike. ``verdict`` colours the mark, ``title`` says which criteria."""

    text: str
    verdict: Verdict | None
    title: str
    suspect: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance; ``before`` are holds and silences that come ahead of it."""

    id: str
    role: str
    name: str
    clock: str
    at_s: float | None
    badges: tuple[str, ...]
    segments: tuple[Segment, ...]
    before: tuple[str, ...]


class Places:
    """Where evidence leads to in this transcript."""

    def __init__(self, result: Result, words: Wording) -> None:
        self.transcript = result.transcript
        self.words = words

    def of_span(self, span: Interval) -> Link:
        """The link of a stretch of time."""
        index = utterance_at(span.start_s, self.transcript)
        return Link(self.words.span(span), None if index is None else line_id(index), span.start_s)

    def of_evidence(self, evidence: Evidence) -> Link | None:
        """The link of a quote or of a searched window; None where neither words nor time are known."""
        place = find(evidence, self.transcript)
        start, end = evidence.start_s, evidence.end_s
        if start is None:
            return None if place is None else Link("↓", line_id(place.utterance), None)
        if place is None:
            return self.of_span(Interval(start, start if end is None else end))
        return Link(clock(start), line_id(place.utterance), start)


def line_id(index: int) -> str:
    """The id of an utterance on the page."""
    return f"u-{index + 1}"


def lines(result: Result, words: Wording) -> tuple[Line, ...]:
    """The whole dialogue."""
    utterances = result.transcript.utterances
    marks = _marks(result, words)
    badges = _badges(result, words)
    pauses = _between(result, words)
    return tuple(
        Line(
            id=line_id(index),
            role=utterance.role,
            name=words.name("role", utterance.role),
            clock="" if utterance.start_s is None else clock(utterance.start_s),
            at_s=utterance.start_s,
            badges=tuple(badges.get(index, ())),
            segments=_segments(utterance, marks.get(index, {}), words),
            before=tuple(pauses.get(index, ())),
        )
        for index, utterance in enumerate(utterances)
    )


def _marks(result: Result, words: Wording) -> dict[int, dict[int, list[tuple[Verdict, str]]]]:
    """Utterance → token → what stands on it."""
    found: dict[int, dict[int, list[tuple[Verdict, str]]]] = {}
    for verdict, title, place in _placed(result, words):
        for token in range(place.first, place.last):
            found.setdefault(place.utterance, {}).setdefault(token, []).append((verdict, title))
    return found


def _placed(result: Result, words: Wording) -> list[tuple[Verdict, str, Place]]:
    results = result.scorecard.results if result.scorecard else ()
    pairs = [(r, find(evidence, result.transcript)) for r in results for evidence in r.evidence]
    return [(r.verdict, r.criterion.title_in(words.ui), place) for r, place in pairs if place is not None]


def _segments(utterance: Utterance, marks: dict[int, list[tuple[Verdict, str]]], words: Wording) -> tuple[Segment, ...]:
    written = tokens(utterance)
    same = len(written) == len(utterance.words)
    looks = []
    for index, (text, space) in enumerate(written):
        suspect = utterance.words[index].suspect if same else None
        looks.append(((tuple(dict.fromkeys(marks.get(index, ()))), suspect is not None), text, space))
    made = []
    for (on_it, suspect), group in groupby(looks, key=lambda look: look[0]):
        pieces = [(text, space) for _, text, space in group]
        inside = "".join(text + space for text, space in pieces[:-1]) + pieces[-1][0]
        verdict = min((v for v, _ in on_it), key=WORST_FIRST.index, default=None)
        title = "; ".join(f"{name} – {words.name('verdict', v)}" for v, name in on_it)
        made.append(Segment(inside, verdict, title, words.say("suspect") if suspect else None))
        if pieces[-1][1]:
            made.append(Segment(pieces[-1][1], None, "", None))
    return tuple(made)


def _badges(result: Result, words: Wording) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for event in result.timeline.of("interruption"):
        for index, line in enumerate(result.transcript.utterances):
            if line.start_s is None or line.end_s is None or line.role != event.role:
                continue
            if line.start_s - NEAR_S <= event.span.start_s <= line.end_s:
                found.setdefault(index, []).append(words.say("interrupts_yielded" if event.yielded else "interrupts"))
                break
    return found


def _between(result: Result, words: Wording) -> dict[int, list[str]]:
    """Holds, long and plain silences and new recordings, ahead of the first utterance that starts after their start."""
    starts = [(i, u.start_s) for i, u in enumerate(result.transcript.utterances) if u.start_s is not None]
    found: dict[int, list[str]] = {}
    for at_s, text in sorted((*_pauses(result, words), *_recordings(result, words)), key=lambda one: one[0]):
        index = next((i for i, start_s in starts if start_s >= at_s), None)
        if index is not None:
            found.setdefault(index, []).append(text)
    return found


def _recordings(result: Result, words: Wording) -> Iterator[tuple[float, str]]:
    """Where each of several recordings begins, with its file and whoever handles the contact from there on."""
    contact = result.interaction
    if len(contact.recordings) < 2:
        return
    for k, recording in enumerate(contact.recordings, 1):
        text = words.say("recording_of", k=str(k), n=str(len(contact.recordings)), file=recording.path.name)
        new = (one for one in contact.agents if one.start_s == recording.starts_s)
        yield recording.starts_s, " · ".join((text, *(name for one in new if (name := one.agent_name or one.agent_id))))


def _pauses(result: Result, words: Wording) -> Iterator[tuple[float, str]]:
    timeline = result.timeline
    stretches = {span: words.name("event", "silence") for span in (e.span for e in timeline.of("silence"))}
    stretches |= {event.span: words.name("event", "long_silence") for event in timeline.of("long_silence")}
    stretches |= {phase.span: words.name("phase", "hold") for phase in timeline.phases if phase.kind == "hold"}
    for span, name in sorted(stretches.items()):
        yield span.start_s, f"{name.capitalize()} {words.span(span)}, {words.seconds(span.duration_s)}"
