"""Channel health before there are words: what was measured → findings, and the verdict of the worst of them."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.channels.meter import ChannelMeter
from voxcx.config import ChannelConfig
from voxcx.domain.heard import Finding, Verdict
from voxcx.domain.interaction import Recording
from voxcx.domain.intervals import Intervals, total_s

# The one that spoils most comes first: it names the recording's verdict.
_ORDER: tuple[Verdict, ...] = ("mono", "not_speech", "dual_mono", "dead_channel", "bleed", "clipped", "truncated")
_NO_SPEECH_SHARE = 0.01  # of the recording, at most _NO_SPEECH_S: a detector takes so much music or ringing for speech
_NO_SPEECH_S = 1.0


def examine(
    recording: Recording, meter: ChannelMeter, speech: tuple[Intervals, ...], config: ChannelConfig
) -> tuple[Verdict, tuple[Finding, ...]]:
    """All findings, and the verdict of the worst of them (``ok`` when there is none).

    ``speech``: per channel, without what is only the other party's echo.
    """
    found = [*_alike(recording, meter), *_bleed(meter), *_clipped(meter, speech, config), *_truncated(recording)]
    spoken_s = sum(total_s(pieces) for pieces in speech)
    if spoken_s <= min(_NO_SPEECH_SHARE * recording.duration_s, _NO_SPEECH_S):
        text = "next to no speech was heard" if spoken_s else "no speech was heard on any channel"
        found.append(Finding("not_speech", text, measured=(("speech_s", round(spoken_s, 2)),)))
    elif recording.channels == 2 and not meter.alike:
        found += _dead(recording, meter, speech, config)
    found.sort(key=lambda finding: _ORDER.index(finding.verdict))
    return (found[0].verdict if found else "ok"), tuple(found)


def _alike(recording: Recording, meter: ChannelMeter) -> Iterator[Finding]:
    if recording.channels == 1:
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


def _dead(
    recording: Recording, meter: ChannelMeter, speech: tuple[Intervals, ...], config: ChannelConfig
) -> Iterator[Finding]:
    """A channel without sound; or without a voice through a call long enough for a customer to say something."""
    long_enough = recording.duration_s >= config.dead_after_s
    for k, level_db in enumerate(meter.loudest_db):
        other_s = total_s(speech[1 - k])
        measured = (("loudest_db", round(level_db, 1)), ("other_speech_s", round(other_s, 2)))
        if speech[k]:
            continue
        if level_db < config.dead_below_db:
            yield Finding("dead_channel", f"channel {k} carries nothing", k, measured)
        elif long_enough and other_s >= config.dead_other_speaks_s:
            yield Finding("dead_channel", f"channel {k} carries noise but no voice", k, measured)


def _clipped(meter: ChannelMeter, speech: tuple[Intervals, ...], config: ChannelConfig) -> Iterator[Finding]:
    for k, pieces in enumerate(speech):
        share = meter.clipped_share(k, pieces)
        if share > config.clipped_share:
            yield Finding("clipped", f"channel {k} is clipped", k, (("clipped_share", round(share, 4)),))


def _truncated(recording: Recording) -> Iterator[Finding]:
    if recording.truncated:
        text = "the file breaks off before its end: the rest was not recorded, not copied, or is damaged"
        yield Finding("truncated", text, measured=(("duration_s", round(recording.duration_s, 2)),))
    if recording.missing_s:
        text = "sound is missing in the middle of the file: silence stands in its place"
        yield Finding("truncated", text, measured=(("missing_s", round(recording.missing_s, 2)),))
