"""Simultaneous speech, interruptions by two definitions, and silence.

Decided here: speech inside interruptions leaves out backchannels that lie between an interruption's fragments; Sber's
clusters are made without backchannels, and a hold parts them, under any definitions. Time of words counts every trusted
word of the recording, also of a prompt; without a single one nothing was transcribed, and the value is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.config import Definitions
from voxcx.domain.features import Feature
from voxcx.domain.intervals import Interval, Intervals, clusters, crop, gaps, intersection, subtract, total_s, union
from voxcx.domain.timeline import Event, Timeline
from voxcx.domain.transcript import Transcript
from voxcx.features.building import known, known_or, missing, ratio, spans
from voxcx.features.voice import PARTIES, Party

_ROLE_NAMES = (
    "overlap_s",
    "overlap_share",
    "overlap_share_call",
    "overlap_share_speech",
    "overlap_share_agent",
    "overlap_share_customer",
    "overlap_in_interruptions_s",
    "sber_overlap_in_interruptions_s",
    "agent_interrupting_turn_share",
    "customer_interrupting_turn_share",
    "interruptions_by_agent",
    "interruptions_by_agent_yielded",
    "backchannels_by_agent",
    "interruptions_by_customer",
    "interruptions_by_customer_yielded",
    "backchannels_by_customer",
    "dual_starts",
    "brief_overlaps",
)
_QUIET_NAMES = (
    "mutual_silence_s",
    "mutual_silence_share",
    "silences",
    "silence_s",
    "silence_longest_s",
    "wordless_s",
    "long_silences",
)


def overlap_features(timeline: Timeline, rules: Definitions) -> Iterator[Feature]:
    """Needs trusted roles: without them each is None with that reason."""
    if timeline.distrust:
        yield from (missing(name, timeline.distrust) for name in _ROLE_NAMES)
        return
    both = intersection(timeline.agent, timeline.customer)
    yield from _shares(timeline, both)
    fragments = subtract(both, spans(timeline.of("backchannel")))
    inside = intersection(fragments, spans(timeline.of("interruption")))
    yield known("overlap_in_interruptions_s", total_s(inside), inside)
    clustered = union(*(sber_interruptions(crop(fragments, part), rules) for part in timeline.phase("talk")))
    yield known("sber_overlap_in_interruptions_s", total_s(clustered), clustered)
    for party in PARTIES:
        own = timeline.of("interruption", party)
        won = [event for event in own if event.yielded]
        listening = tuple(unit.span for unit in timeline.listening if unit.role == party)
        yield known(f"interruptions_by_{party}", len(own), spans(own))
        yield known(f"interruptions_by_{party}_yielded", len(won), spans(won))
        yield known(f"backchannels_by_{party}", len(listening), listening)
        yield _interrupting_turns(party, own, timeline)
    dual, brief = timeline.of("dual_start"), timeline.of("brief_overlap")
    untold = "these definitions do not tell dual starts apart" if rules.interruption_clusters else ""
    yield known_or("dual_starts", None if untold else len(dual), untold, spans(dual))
    yield known("brief_overlaps", len(brief), spans(brief))


def sber_interruptions(fragments: Intervals, rules: Definitions) -> Intervals:
    """Simultaneous speech inside interruptions as Sber describes them: close fragments are one; a lone short one none.

    Sber names the idea and publishes no numbers: ``sber_cluster_gap_s`` and ``sber_short_s`` are ours.
    """
    return union(*clusters(fragments, rules.sber_cluster_gap_s, rules.sber_short_s))


def _interrupting_turns(party: Party, interruptions: tuple[Event, ...], timeline: Timeline) -> Feature:
    """Turns that begin with an interruption: one that starts with the turn's first unit, at the very same time."""
    turns = [turn.span for turn in timeline.turns if turn.role == party]
    starts_s = {event.span.start_s for event in interruptions}
    interrupting = [span for span in turns if span.start_s in starts_s]
    share = ratio(len(interrupting), len(turns))
    return known_or(f"{party}_interrupting_turn_share", share, f"no {party} speech", interrupting)


def silence_features(timeline: Timeline, transcript: Transcript, rules: Definitions) -> Iterator[Feature]:
    """Nobody speaks, inside talk; defined for mono recordings too, not where a party cannot be heard."""
    if timeline.deaf:
        yield from (missing(name, timeline.deaf) for name in _QUIET_NAMES)
        return
    talk = timeline.phase("talk")
    spoken = union(timeline.agent, timeline.customer, timeline.unknown)
    quiet_s = total_s(subtract(talk, spoken))
    yield known("mutual_silence_s", quiet_s)
    yield known_or("mutual_silence_share", ratio(quiet_s, timeline.talk_s), "no talk")
    long_ones, wordless_s = timeline.of("long_silence"), _wordless_s(timeline, transcript)
    yield known("long_silences", len(long_ones), spans(long_ones))
    yield known_or("wordless_s", wordless_s, "no words")
    if rules.silence_between_words and wordless_s is None:
        yield from (missing(name, "no words") for name in ("silences", "silence_s", "silence_longest_s"))
        return
    silences = timeline.of("silence")
    lengths_s = [event.span.duration_s for event in silences]
    yield known("silences", len(silences), spans(silences))
    yield known("silence_s", float(sum(lengths_s)), spans(silences))
    yield known("silence_longest_s", max(lengths_s, default=0.0), spans(silences))


def _wordless_s(timeline: Timeline, transcript: Transcript) -> float | None:
    """The recording − the time of its words, whoever says them; suspect ones may not have been said."""
    words = (word for utterance in transcript.utterances for word in utterance.words if word.suspect is None)
    said = union(Interval(w.start_s, w.end_s) for w in words if w.start_s is not None and w.end_s is not None)
    whole = Interval(0.0, timeline.duration_s)
    return total_s(gaps(said, whole)) if said else None


def _shares(timeline: Timeline, both: Intervals) -> Iterator[Feature]:
    overlap_s = total_s(both)
    anybody_s = total_s(union(timeline.agent, timeline.customer))
    yield known("overlap_s", overlap_s, both)
    for name, whole_s, none in (
        ("overlap_share", timeline.talk_s, "no talk"),
        ("overlap_share_call", timeline.duration_s, "no recording"),
        ("overlap_share_speech", anybody_s, "no speech"),
        ("overlap_share_agent", total_s(timeline.agent), "no agent speech"),
        ("overlap_share_customer", total_s(timeline.customer), "no customer speech"),
    ):
        yield known_or(name, ratio(overlap_s, whole_s), none, both)
