"""When each party's opening ends and closing starts (★)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from voxcx.config import Definitions
from voxcx.domain.features import Feature
from voxcx.domain.intervals import Interval
from voxcx.features.building import known, missing
from voxcx.features.voice import Voices


def opening_features(voices: Voices, rules: Definitions) -> Iterator[Feature]:
    """Seconds from talk's start. The run is cut at the end of the last word that fits the limit."""
    for voice in voices:
        talk = voice.timeline.phase("talk")
        names = (f"{voice.party}_opening_end_s", f"{voice.party}_closing_start_s")
        spans = tuple(
            Interval(w.start_s, w.end_s)
            for utterance in voice.utterances
            for w in utterance.words
            if w.start_s is not None and w.end_s is not None
        )
        reason = voice.timeline.distrust or (None if spans and talk else f"no {voice.party} words")
        if reason:
            yield from (missing(name, reason) for name in names)
            continue
        opening = _run(spans, rules)
        closing = _mirrored(_run(tuple(_mirrored(span) for span in reversed(spans)), rules))
        yield known(names[0], opening.end_s - talk[0].start_s, (opening,))
        # a word that talk's start cuts through may begin before it
        yield known(names[1], max(closing.start_s - talk[0].start_s, 0.0), (closing,))


def _run(words: tuple[Interval, ...], rules: Definitions) -> Interval:
    """The first run of words whose pauses are short, at most the limit long."""
    first = words[0]
    end_s = first.end_s
    for earlier, later in pairwise(words):
        if (
            later.start_s - earlier.end_s >= rules.opening_pause_s
            or later.end_s - first.start_s > rules.opening_limit_s
        ):
            break
        end_s = max(end_s, later.end_s)
    return Interval(first.start_s, end_s)


def _mirrored(span: Interval) -> Interval:
    """Time reversed, so that the closing is the opening of the call played backwards."""
    return Interval(-span.end_s, -span.start_s)
