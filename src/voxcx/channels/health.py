"""Channel health before there are words: what was measured → findings, and the verdict of the worst of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from voxcx.channels.meter import ChannelMeter
from voxcx.config import ChannelConfig
from voxcx.domain.heard import Finding, Verdict
from voxcx.domain.interaction import Recording
from voxcx.domain.intervals import Intervals, total_s

# The one that spoils most comes first: it names the recording's verdict.
_ORDER: tuple[Verdict, ...] = ("mono", "not_speech", "dual_mono", "dead_channel", "bleed", "clipped", "truncated")
_NO_SPEECH_SHARE = 0.01  # of the recording, at most _NO_SPEECH_S: a detector takes so much music or ringing for speech
_NO_SPEECH_S = 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One recording and what its samples tell; ``speech`` per channel, without what is only the other's echo."""

    recording: Recording
    meter: ChannelMeter
    speech: tuple[Intervals, ...]


def examine(parts: Sequence[Measured], config: ChannelConfig) -> tuple[Verdict, tuple[Finding, ...]]:
    """All findings on the recordings of one interaction, and the verdict of the worst (``ok`` when there is none).

    One bad recording spoils the whole. But that nobody speaks is said of all together, and a dead channel in one of
    several only where it is long enough to tell: a short part in which one party alone speaks is no fault.
    """
    found = [*_of_all(parts, config)]
    for number, part in enumerate(parts, 1):
        own = [*_alike(part), *_bleed(part.meter), *_clipped(part, config), *_truncated(part.recording)]
        if len(parts) > 1:
            own += _dead_in_one(part, parts, config)
            own = [replace(one, text=f"recording {number}: {one.text}") for one in own]
        found += own
    found.sort(key=lambda finding: _ORDER.index(finding.verdict))
    return (found[0].verdict if found else "ok"), tuple(found)


def _of_all(parts: Sequence[Measured], config: ChannelConfig) -> Iterator[Finding]:
    spoken_s = sum(total_s(pieces) for part in parts for pieces in part.speech)
    if spoken_s <= min(_NO_SPEECH_SHARE * _duration_s(parts), _NO_SPEECH_S):
        text = "next to no speech was heard" if spoken_s else "no speech was heard on any channel"
        yield Finding("not_speech", text, measured=(("speech_s", round(spoken_s, 2)),))
    elif not any(part.meter.alike for part in parts):
        yield from _dead(parts, config)


def _duration_s(parts: Sequence[Measured]) -> float:
    return sum(part.recording.duration_s for part in parts)


def _alike(part: Measured) -> Iterator[Finding]:
    meter = part.meter
    if part.recording.channels == 1:
        text = "one channel: the parties cannot be told apart; record agent and customer as stereo"
        yield Finding("mono", text)
    elif meter.alike and meter.likeness is not None:
        text = "both channels carry the same sound: the parties cannot be told apart"
        yield Finding("dual_mono", text, measured=(("correlation", round(meter.likeness, 4)),))


def _bleed(meter: ChannelMeter) -> Iterator[Finding]:
    for echo in meter.echoes:
        text = f"the party of channel {echo.of} is also heard on channel {echo.on}: that echo is not taken as speech"
        measured = (
            ("attenuation_db", round(echo.attenuation_db, 1)),
            ("delay_s", round(echo.delay_s, 3)),
            ("contrast", round(echo.contrast, 1)),
        )
        yield Finding("bleed", text, echo.on, measured)


def _dead(parts: Sequence[Measured], config: ChannelConfig) -> Iterator[Finding]:
    """A channel without sound; or without a voice through a call long enough for a customer to say something."""
    if parts[0].recording.channels != 2:
        return
    long_enough = _duration_s(parts) >= config.dead_after_s
    for k in range(2):
        if any(part.speech[k] for part in parts):
            continue
        level_db = max(part.meter.loudest_db[k] for part in parts)
        other_s = sum(total_s(part.speech[1 - k]) for part in parts)
        measured = (("loudest_db", round(level_db, 1)), ("other_speech_s", round(other_s, 2)))
        if level_db < config.dead_below_db:
            yield Finding("dead_channel", f"channel {k} carries nothing", k, measured)
        elif long_enough and other_s >= config.dead_other_speaks_s:
            yield Finding("dead_channel", f"channel {k} carries noise but no voice", k, measured)


def _dead_in_one(part: Measured, parts: Sequence[Measured], config: ChannelConfig) -> Iterator[Finding]:
    """A channel that is dead in this recording, though in another it is not."""
    if part.meter.alike or part.recording.duration_s < config.dead_after_s:
        return
    for finding in _dead((part,), config):
        k = finding.channel or 0
        if total_s(part.speech[1 - k]) >= config.dead_other_speaks_s and any(other.speech[k] for other in parts):
            yield finding


def _clipped(part: Measured, config: ChannelConfig) -> Iterator[Finding]:
    for k, pieces in enumerate(part.speech):
        share = part.meter.clipped_share(k, pieces)
        if share > config.clipped_share:
            yield Finding("clipped", f"channel {k} is clipped", k, (("clipped_share", round(share, 4)),))


def _truncated(recording: Recording) -> Iterator[Finding]:
    if recording.truncated:
        text = "the file breaks off before its end: the rest was not recorded, not copied, or is damaged"
        yield Finding("truncated", text, measured=(("duration_s", round(recording.duration_s, 2)),))
    if recording.missing_s:
        text = "sound is missing in the middle of the file: silence stands in its place"
        yield Finding("truncated", text, measured=(("missing_s", round(recording.missing_s, 2)),))
