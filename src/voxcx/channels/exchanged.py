"""Several recordings of one interaction: one in which the parties sit the other way round than in the others.

Another recorder may put the agent on the other channel. What was heard and said in that recording then lies on the
wrong channels, and no finding of the whole would tell: the phrases of the others outweigh it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from voxcx.channels.roles import DISTRUST, SIDE, is_sure
from voxcx.channels.sides import Evidence, weigh
from voxcx.domain.heard import Finding, Heard, VoicePiece
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Interval, Intervals, crop, subtract, union
from voxcx.domain.transcript import Recognition, Word

# Log-odds for the exchange in one recording and against it in another from which it is worth a look. Of 132 dialogues
# cut in two, 1 % of the halves that lie right reach it, 28 % of those that were exchanged.
DOUBT = 2.0


def straightened(
    interaction: Interaction, heard: Heard, recognition: Recognition | None
) -> tuple[Heard, Recognition | None]:
    """What was heard and recognised, the channels exchanged in recordings whose words are sure of it.

    Only where another recording's words say that there the roles lie as stated: all of them exchanged is a matter of
    the roles (``settle_roles``). Each gives a ``swapped`` finding, and so does one that only looks so: it is told, and
    nothing is exchanged.
    """
    if recognition is None or len(interaction.recordings) < 2 or heard.verdict in DISTRUST:
        return heard, recognition
    echo = any(finding.verdict == "bleed" for finding in heard.findings)
    told = [_weighed(recording.span, recognition, interaction) for recording in interaction.recordings]
    wrong = dict(_unlike(told, echo=echo))
    for k, sure in wrong.items():
        if sure:
            span = interaction.recordings[k].span
            heard, recognition = _heard_turned(heard, span), _words_turned(recognition, span)
    findings = tuple(_finding(k, told[k], interaction, sure=sure) for k, sure in wrong.items())
    verdict = "swapped" if findings else heard.verdict
    return replace(heard, verdict=verdict, findings=(*findings, *heard.findings)), recognition


def _unlike(told: Sequence[Evidence], *, echo: bool) -> Iterator[tuple[int, bool]]:
    """Recordings whose words tell the roles otherwise than another's do, and whether that is sure."""
    for k, one in enumerate(told):
        others = [other.straight - other.against for j, other in enumerate(told) if j != k]
        if is_sure(one, echo=echo) and max(others) >= SIDE:
            yield k, True
        elif one.against - one.straight >= DOUBT and max(others) >= DOUBT:
            yield k, False


def _weighed(span: Interval, recognition: Recognition, interaction: Interaction) -> Evidence:
    own = tuple(tuple(word for word in words if _within(word, span)) for words in recognition.words)
    told = weigh(replace(recognition, words=own), interaction.agent_channel, interaction.direction)
    return told or Evidence(0.0, (0.0, 0.0))


def _finding(k: int, told: Evidence, interaction: Interaction, *, sure: bool) -> Finding:
    done = "its channels were exchanged" if sure else "nothing was exchanged, for it is not sure"
    text = (
        f"recording {k + 1}: the agent's phrases are on channel {1 - interaction.agent_channel}, unlike in the others: "
        f"{done}; state an agent_channel for each recording"
    )
    measured = (("evidence_swapped", round(told.against, 1)), ("evidence_as_stated", round(told.straight, 1)))
    return Finding("swapped", text, measured=measured)


def _heard_turned(heard: Heard, span: Interval) -> Heard:
    def turned(channels: tuple[Intervals, ...]) -> tuple[Intervals, ...]:
        return tuple(_crossed(channels, k, span) for k in range(len(channels)))

    tones = tuple(replace(t, channel=1 - t.channel) if t.span.start_s in span else t for t in heard.tones)
    return replace(
        heard,
        speech=turned(heard.speech),
        music=turned(heard.music),
        detected=turned(heard.detected),
        voices=tuple(tuple(_voices_crossed(heard.voices, k, span)) for k in range(len(heard.voices))),
        tones=tones,
    )


def _crossed(channels: tuple[Intervals, ...], k: int, span: Interval) -> Intervals:
    """A channel's pieces outside of the span, the other's inside."""
    return union(subtract(channels[k], (span,)), crop(channels[1 - k], span))


def _voices_crossed(voices: tuple[tuple[VoicePiece, ...], ...], k: int, span: Interval) -> Iterator[VoicePiece]:
    outside = (one for one in voices[k] if one.span.start_s not in span)
    inside = (one for one in voices[1 - k] if one.span.start_s in span)
    yield from sorted((*outside, *inside), key=lambda one: one.span)


def _words_turned(recognition: Recognition, span: Interval) -> Recognition:
    words = recognition.words
    turned = (
        sorted(
            (*(w for w in words[k] if not _within(w, span)), *(w for w in words[1 - k] if _within(w, span))),
            key=lambda word: (word.start_s or 0.0, word.end_s or 0.0),
        )
        for k in range(2)
    )
    return replace(recognition, words=tuple(tuple(channel) for channel in turned))


def _within(word: Word, span: Interval) -> bool:
    """By the middle of the word: a recogniser's edges may reach over a recording's."""
    return ((word.start_s or 0.0) + (word.end_s or 0.0)) / 2 in span
