"""What the recording sounds of besides words, put in order: signals of the network, music, and voices without them.

- A tone is no speech: what it covers is cut from the speech of its channel.
- A signal that both channels carry at once (an echo) is one signal: of the channel that carries more of its kind, else
  of the one that usually does (keys the customer's, ringing the agent's), else of the one that has it earlier.
- Music is somebody's radio where a conversation goes on over it (``_no_radio``): who waits does not talk.
- An edge of music that cuts through words said without a pause is moved past them, by at most ``WORDS_AT_EDGE_S``.
- A turn counts as somebody's when it is at least ``SHORTEST_TURN_S`` long and, where words are known, has a word in it:
  a cough into a queue is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from voxcx.config import Definitions
from voxcx.domain.heard import Heard, Tone, ToneKind
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import (
    Interval,
    Intervals,
    bridge,
    crop,
    drop_shorter,
    holding,
    intersection,
    subtract,
    total_s,
    union,
)
from voxcx.domain.result import Roles
from voxcx.domain.timeline import Turn
from voxcx.timeline.said import Said
from voxcx.timeline.turns import Speech, find_turns, find_units

RADIO_SHARE = 0.35  # who speaks over so much of the music is not on hold …
RADIO_BOTH_SHARES = (0.12, 0.05)  # … nor who speaks over so much of it where the music's own channel has a voice, too:
RADIO_SHORTEST_S = 5.0  # in a conversation with pauses a party speaks 13–45 % of the time; at an edge a word is none
RADIO_PAUSE_S = 5.0  # a radio is not always told from the voice over it: pieces so near are one
SHORTEST_TURN_S = 0.5
WORDS_AT_EDGE_S = 3.0  # music is told from speech over seconds, words to a tenth
BREATH_S = 0.5
USUALLY: dict[ToneKind, Role] = {"dtmf": "customer", "ringback": "agent"}
TONE_SLIVER_S = 0.10  # cutting out what a tone or music covers leaves edges this short, which are no speech
MUSIC_SLIVER_S = 0.50  # the detectors of speech and of music tell an edge this differently


@dataclass(frozen=True)
class Sounds:
    """The sounds of one call; made once by ``listen_to``."""

    duration_s: float
    tones: tuple[Tone, ...]
    music: Intervals
    speech: Speech  # per role, all over the recording, tones cut out
    voices: Speech  # per role, music cut out as well
    said: Mapping[Role, Said]
    language: str
    roles: Roles
    rules: Definitions
    listened: bool  # whether anyone listened for music

    def of(self, kind: ToneKind) -> Intervals:
        """Where tones of a kind are."""
        return union(tone.span for tone in self.tones if tone.kind == kind)

    @property
    def parted(self) -> bool:
        """Whether the parties can be told apart."""
        return self.roles.distrust is None

    @property
    def has_signals(self) -> bool:
        """Whether there is anything but speech."""
        return bool(self.tones or self.music)

    @cached_property
    def anybody(self) -> Intervals:
        """Where anyone speaks, music and tones left out."""
        return union(*self.voices.values())

    @cached_property
    def agents_words(self) -> Intervals:
        """Words of the agent that are said without a pause."""
        return bridge(self.said["agent"].spans, BREATH_S)

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """Turns of both parties all over the recording, those that only listen left out."""
        units = find_units(self.voices, self.said, self.language, self.rules)
        return find_turns(units, (Interval(0.0, self.duration_s),), self.rules)

    def turns_in(self, span: Interval, role: Role) -> int:
        """How many turns a party has within a span."""
        return sum(1 for turn in self.turns if turn.role == role and self._counts(turn, span))

    def _counts(self, turn: Turn, span: Interval) -> bool:
        inside = turn.span & span
        if inside is None or inside.duration_s < SHORTEST_TURN_S:
            return False
        said = self.said[turn.role]
        return not said or bool(said.inside(inside))

    def role_of(self, tone: Tone) -> Role:
        """The party of the channel that a tone is heard on."""
        return self.roles.by_channel[tone.channel] if tone.channel < len(self.roles.by_channel) else "unknown"

    def voice(self, role: Role) -> Intervals:
        """A party's voice; anyone's where the parties cannot be told apart."""
        return self.voices[role] if self.parted else self.anybody


def listen_to(heard: Heard, roles: Roles, said: Mapping[Role, Said], language: str, rules: Definitions) -> Sounds:
    """What was heard, by role."""
    tones = tuple(_once(heard, roles))
    music = tuple(
        tuple(_beside_words(_no_radio(heard, k, pieces), _run_on(said, roles, k)))
        for k, pieces in enumerate(heard.music)
    )
    speech: Speech = {"agent": (), "customer": (), "unknown": ()}
    voices: Speech = dict(speech)
    for k, (role, pieces) in enumerate(zip(roles.by_channel, heard.speech, strict=False)):
        clean = _without(union(pieces), union(t.span for t in heard.tones if t.channel == k), TONE_SLIVER_S)
        speech[role] = union(speech[role], clean)
        voices[role] = union(voices[role], _without(clean, music[k] if k < len(music) else (), MUSIC_SLIVER_S))
    listened = bool(heard.music)
    return Sounds(heard.duration_s, tones, union(*music), speech, voices, said, language, roles, rules, listened)


def _once(heard: Heard, roles: Roles) -> Iterator[Tone]:
    """Every signal once, inside the recording."""
    starts_s: dict[tuple[ToneKind, int], list[float]] = {}
    for tone in heard.tones:
        starts_s.setdefault((tone.kind, tone.channel), []).append(tone.span.start_s)

    def rank(tone: Tone) -> tuple[int, bool, float, int]:
        own_s = starts_s[tone.kind, tone.channel]
        role = roles.by_channel[tone.channel] if tone.channel < len(roles.by_channel) else "unknown"
        return len(own_s), role == USUALLY.get(tone.kind), -fmean(own_s), -tone.channel

    for tone in heard.tones:
        span = tone.span & Interval(0.0, heard.duration_s)
        same = (t for t in heard.tones if (t.kind, t.digit) == (tone.kind, tone.digit) and t.channel != tone.channel)
        if span and not any(t.span & tone.span and rank(t) > rank(tone) for t in same):
            yield Tone(tone.kind, tone.channel, span, tone.digit)


def _without(speech: Intervals, sounds: Intervals, sliver_s: float) -> Intervals:
    """Speech that the sounds do not cover; slivers that a cut leaves go too."""
    if not sounds:
        return speech
    cut = ((whole, subtract((whole,), sounds)) for whole in speech)
    return union(piece for whole, left in cut for piece in (left if left == (whole,) else drop_shorter(left, sliver_s)))


def _no_radio(heard: Heard, channel: int, pieces: Intervals) -> Intervals:
    """Music to which nobody holds a conversation."""
    own = union(heard.speech[channel]) if channel < len(heard.speech) else ()
    others = union(
        piece
        for k, speech in enumerate(heard.speech)
        if k != channel
        for piece in subtract(union(speech), heard.music[k] if k < len(heard.music) else ())
    )
    runs = (crop(union(pieces), run) for run in bridge(pieces, RADIO_PAUSE_S))
    return tuple(piece for music in runs if not _talked_over(music, own, others) for piece in music)


def _talked_over(music: Intervals, own: Intervals, others: Intervals) -> bool:
    music_s, own_s, others_s = total_s(music), *(total_s(intersection(one, music)) for one in (own, others))
    least, least_own = RADIO_BOTH_SHARES
    both = others_s > max(least * music_s, RADIO_SHORTEST_S) and own_s > least_own * music_s
    return both or others_s > RADIO_SHARE * music_s


def _run_on(said: Mapping[Role, Said], roles: Roles, channel: int) -> Intervals:
    """Words of a channel that are said without a pause."""
    own = said.get(roles.by_channel[channel]) if channel < len(roles.by_channel) else None
    return bridge(own.spans, BREATH_S) if own else ()


def _beside_words(music: Intervals, words: Intervals) -> Iterator[Interval]:
    for piece in music:
        first, last = holding(words, piece.start_s), holding(words, piece.end_s)
        start_s = first.end_s if first and first.end_s - piece.start_s <= WORDS_AT_EDGE_S else piece.start_s
        end_s = last.start_s if last and piece.end_s - last.start_s <= WORDS_AT_EDGE_S else piece.end_s
        if start_s < end_s:
            yield Interval(start_s, end_s)
