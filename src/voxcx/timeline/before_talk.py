"""What comes before the first live word of an agent, as far as it can be heard: IVR and queue.

Signals are walked in order: ringing, music, keys, and words of recorded prompts. They belong to the opening until a
conversation has taken place since the signal before: two turns of each party, or one of each where nothing speaks for
a machine (``_talked``). So music after the greeting and the customer's answer is a hold, keys in a live conversation (a
card number) are no IVR, and ringing in it is a transfer.

The queue begins with the first ringing or music after the last key. What lies before is IVR when keys or a voice are
heard in it. The queue lasts till the first word of the agent; where nobody answers, till the end. Keys after which
the customer never speaks have led to nobody: all is IVR. Words alone are no signal: a call without any tone or music is
all talk.

Without parties (mono) turns cannot be told: there a conversation is so much speech since the signal before: least after
ringing or music, where announcements are short, and most before ringing, which is rare in talk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voxcx.domain.intervals import Interval, Intervals, crop, drop_shorter, holding, total_s
from voxcx.domain.timeline import Phase
from voxcx.timeline.confidence import confidence
from voxcx.timeline.cues import Phrases
from voxcx.timeline.sounds import SHORTEST_TURN_S, Sounds

SignalKind = Literal["ringing", "music", "key", "prompt"]
MONO_RINGING_S, MONO_TALK_S, MONO_ANSWERED_S = 60.0, 20.0, 10.0  # after so much speech a signal is no opening's
SHORTEST_ANSWER_S = 0.2
SHORTEST_PROMPT_S = 1.0  # so much voice before the ringing is a prompt


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign of a machine."""

    kind: SignalKind
    span: Interval


@dataclass(frozen=True, slots=True)
class Opening:
    """IVR and queue as heard, and where talk begins (the end of what is listened to where nobody answered)."""

    phases: tuple[Phase, ...] = ()
    talk_start_s: float = 0.0


UNHEARD = Opening()


def hear_opening(sounds: Sounds, phrases: Phrases, held: Intervals, end_s: float) -> Opening:
    """The opening, nothing where no signal belongs to it. What the record calls a hold (``held``) is none of it."""
    signals = [one for one in _signals(sounds, phrases) if one.span.start_s < end_s and not crop(held, one.span)]
    accepted = list(_before_talk(signals, sounds, phrases))
    if not accepted:
        return UNHEARD
    reached_s = min(max(signal.span.end_s for signal in accepted), end_s)
    talk_start_s = _answered_s(accepted, sounds, Interval(reached_s, end_s))
    return Opening(tuple(_phases(accepted, sounds, talk_start_s)), talk_start_s)


def _signals(sounds: Sounds, phrases: Phrases) -> list[Signal]:
    ringing = (tone.span for tone in sounds.tones if tone.kind == "ringback")
    keys = (tone.span for tone in sounds.tones if tone.kind == "dtmf")
    found = [
        *(Signal("ringing", span) for span in ringing),
        *(Signal("key", span) for span in keys),
        *(Signal("music", span) for span in sounds.music),
        *(Signal("prompt", span) for span in phrases.prompts if sounds.has_signals),
    ]
    return sorted(found, key=lambda signal: signal.span)


def _before_talk(signals: list[Signal], sounds: Sounds, phrases: Phrases) -> Iterator[Signal]:
    reached_s, last = 0.0, None
    for signal in signals:
        gap = Interval(min(reached_s, signal.span.start_s), signal.span.start_s)
        if _talked(gap, last, signal.kind, sounds, phrases):
            return
        yield signal
        reached_s = max(reached_s, signal.span.end_s)
        last = signal.kind


def _talked(gap: Interval, last: SignalKind | None, kind: SignalKind, sounds: Sounds, phrases: Phrases) -> bool:
    """Whether a conversation took place in the gap between the last signal and one of that kind.

    One turn of each may be a voice menu that asks one question, so it is enough only where no menu went before (a key,
    words of a prompt): before a key, a prompt, or, where the words are known, music. A hold request makes it enough
    before music in any case.
    """
    menu = last in {"key", "prompt"}
    if not sounds.parted:
        spoken_s = total_s(crop(sounds.anybody, gap))
        enough_s = MONO_TALK_S if menu or last is None else MONO_ANSWERED_S
        return spoken_s >= (MONO_RINGING_S if kind == "ringing" else enough_s)
    turns = min(sounds.turns_in(gap, "agent"), sounds.turns_in(gap, "customer"))
    if turns != 1:
        return turns > 1
    if kind == "music":
        return bool(crop(phrases.requests, gap)) or (not menu and bool(sounds.said["agent"]))
    return kind != "ringing" and not menu


def _answered_s(accepted: list[Signal], sounds: Sounds, rest: Interval) -> float:
    """Where the first live word after the last signal begins."""
    customer_speaks = total_s(crop(sounds.voice("customer"), rest)) >= SHORTEST_TURN_S
    last = max(accepted, key=lambda signal: signal.span.end_s)
    menu = last.kind in {"key", "prompt"} and any(signal.kind == "key" for signal in accepted)
    if menu and not customer_speaks:
        return rest.end_s
    voice = sounds.anybody if _calls_out(accepted, sounds) else sounds.voice("agent")
    words = drop_shorter(crop(voice, rest), SHORTEST_ANSWER_S)
    if not words:
        return rest.end_s
    run = holding(sounds.agents_words, words[0].start_s)  # a short «алло» may be missed as speech, not as a word
    return max(run.start_s, rest.start_s) if run else words[0].start_s


def _calls_out(accepted: list[Signal], sounds: Sounds) -> bool:
    """Ringing on the customer's channel alone: the agent waits for the customer, who speaks first."""
    spans = {signal.span for signal in accepted if signal.kind == "ringing"}
    roles = {sounds.role_of(tone) for tone in sounds.tones if tone.span in spans}
    return roles == {"customer"}


def _phases(accepted: list[Signal], sounds: Sounds, talk_start_s: float) -> Iterator[Phase]:
    last_key_s = max((signal.span.end_s for signal in accepted if signal.kind == "key"), default=0.0)
    waiting = [one for one in accepted if one.kind in {"ringing", "music"} and one.span.start_s >= last_key_s]
    queue_s = waiting[0].span.start_s if waiting else talk_start_s
    menu = [one.kind for one in accepted if one.kind in {"key", "prompt"} and one.span.start_s < queue_s]
    spoken = total_s(crop(sounds.anybody, Interval(0.0, queue_s))) >= SHORTEST_PROMPT_S
    if not (menu or spoken) or queue_s == 0.0:
        queue_s = 0.0
    else:
        evidence = [*menu, *(("voice before the ringing",) if spoken and waiting else ())]
        evidence = evidence or [signal.kind for signal in accepted]
        yield Phase("ivr", Interval(0.0, queue_s), "audio", confidence(evidence, parted=sounds.parted))
    if queue_s < talk_start_s:
        evidence = [signal.kind for signal in (*waiting, *(one for one in accepted if one.kind == "key"))]
        sure = confidence(evidence or [one.kind for one in accepted], parted=sounds.parted)
        yield Phase("queue", Interval(queue_s, talk_start_s), "audio", sure)
