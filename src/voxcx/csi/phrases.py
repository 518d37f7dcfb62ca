"""What was said that moved the estimate: phrases of a view as they stand in its words, with their seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from voxcx.csi.texts import TextModel
from voxcx.domain.intervals import Interval, Intervals
from voxcx.domain.transcript import Transcript, Utterance
from voxcx.domain.views import ROLE_OF, views_of

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Said:
    """Phrases in quotes, "" where none alone pushed as the view did; and where in the recording they were said."""

    text: str
    evidence: Intervals


def told_phrases(texts: TextModel, transcript: Transcript, effects: Mapping[str, float]) -> dict[str, Said]:
    """View → the phrases that pushed the way the view did, the strongest first."""
    words, told = views_of(transcript), {}
    for view in texts.views:
        effect = effects.get(view, 0.0)
        pushed = [one for one, points in texts.phrases(view, words.get(view, "")) if points * effect > 0][:SHOWN]
        found = {span for phrase in pushed for span in _heard(phrase, transcript.of(ROLE_OF[view]))}
        spans = tuple(sorted(found, key=lambda span: (span.start_s, span.end_s)))
        told[view] = Said(", ".join(f"«{one}»" for one in pushed), spans)
    return told


def _heard(phrase: str, utterances: tuple[Utterance, ...]) -> Iterator[Interval]:
    """Where the phrase stands among words that have times."""
    for utterance in utterances:
        text, ends = "", []
        for word in utterance.words:
            text = f"{text} {word.text.strip()}".strip()
            ends.append(len(text))
        first = text.casefold().find(phrase.casefold())
        if first < 0:
            continue
        last = first + len(phrase)
        inside = [k for k, end in enumerate(ends) if first < end and (k == 0 or ends[k - 1] < last)]
        start_s, end_s = utterance.words[inside[0]].start_s, utterance.words[inside[-1]].end_s
        if start_s is not None and end_s is not None and end_s > start_s:
            yield Interval(start_s, end_s)
