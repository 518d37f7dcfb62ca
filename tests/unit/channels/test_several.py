"""Several recordings of one interaction: what one of them spoils, and one whose parties sit the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from sound_files import RATE_HZ, Samples, piece
from voxcx.channels.exchanged import straightened
from voxcx.channels.health import Measured, examine
from voxcx.channels.meter import ChannelMeter
from voxcx.channels.roles import settle_roles
from voxcx.config import load_config
from voxcx.domain.heard import Finding, Heard, Tone, VoicePiece
from voxcx.domain.interaction import Interaction, Recording
from voxcx.domain.intervals import Interval
from voxcx.domain.transcript import Recognition, Word

Metered = Callable[[Iterable[Samples], int, int], tuple[ChannelMeter, list[object]]]


def measured(samples: Samples, metered: Metered, *spoken: tuple[float, float]) -> Measured:
    """Speech per channel is given: what is examined here is what several recordings make of it."""
    meter, _ = metered([samples], RATE_HZ, 2)
    speech = tuple((Interval(*pair),) if pair[1] > pair[0] else () for pair in spoken)
    return Measured(Recording(Path("x.wav"), "0" * 64, samples.shape[1] / RATE_HZ, 2, RATE_HZ), meter, speech)


BOTH, NOBODY = ((0.6, 5.0), (6.4, 11.0)), (0.0, 0.0)


def quiet(samples: Samples, channel: int) -> Samples:
    changed = samples.copy()
    changed[channel] = 0
    return changed


def test_good_recordings_are_good_together(metered: Metered) -> None:
    part = measured(piece(0.0, 12.0), metered, *BOTH)
    assert examine((part, part), load_config().channels) == ("ok", ())


def test_one_bad_recording_spoils_the_whole_and_is_named(metered: Metered) -> None:
    same = np.repeat(piece(0.0, 12.0)[:1], 2, axis=0)
    parts = (measured(piece(0.0, 12.0), metered, *BOTH), measured(same, metered, *BOTH))
    verdict, (finding,) = examine(parts, load_config().channels)
    assert (verdict, finding.text.startswith("recording 2: both channels carry the same sound")) == ("dual_mono", True)


def test_a_short_part_in_which_one_party_speaks_is_no_fault(metered: Metered) -> None:
    both = piece(0.0, 12.0)
    parts = (measured(both, metered, *BOTH), measured(quiet(both, 1), metered, BOTH[0], NOBODY))
    assert examine(parts, load_config().channels) == ("ok", ())
    assert examine(parts[1:], load_config().channels)[0] == "dead_channel", "alone it is"


def test_a_long_part_with_a_dead_channel_is(metered: Metered) -> None:
    both = piece(0.0, 40.0)
    parts = (measured(both, metered, *BOTH), measured(quiet(both, 1), metered, (0.0, 20.0), NOBODY))
    verdict, (finding,) = examine(parts, load_config().channels)
    assert (verdict, finding.channel, finding.text) == ("dead_channel", 1, "recording 2: channel 1 carries nothing")


def test_a_channel_that_is_dead_in_all_is_told_once(metered: Metered) -> None:
    dead = measured(quiet(piece(0.0, 20.0), 1), metered, (0.0, 9.0), NOBODY)
    verdict, (finding,) = examine((dead, dead), load_config().channels)
    assert (verdict, finding.text) == ("dead_channel", "channel 1 carries nothing")


def test_nobody_speaks_is_said_of_all_together(metered: Metered) -> None:
    silent = measured(piece(0.0, 12.0) * 0, metered, NOBODY, NOBODY)
    talk = measured(piece(0.0, 12.0), metered, *BOTH)
    assert examine((silent, talk), load_config().channels) == ("ok", ())
    assert [one.verdict for one in examine((silent, silent), load_config().channels)[1]] == ["not_speech"]


FIRST = (
    ("A", "Orbit Bank, my name is Ann, how can I help you?"),
    ("C", "My card was stolen, I need to cancel my card."),
    ("A", "Could you verify your date of birth? Bear with me."),
    ("C", "My birthday is in May."),
)
NEUTRAL = (("A", "One two three"), ("C", "Four five six"))
LEG_S = 60.0


def call(*legs: tuple[tuple[str, str], ...]) -> tuple[Interaction, Recognition, Heard]:
    """Each leg lasts a minute; A sits on channel 0, and every word is speech of its own."""
    words: tuple[list[Word], list[Word]] = ([], [])
    for k, lines in enumerate(legs):
        at_s = k * LEG_S + 0.5
        for party, text in lines:
            for word in text.split():
                words[party != "A"].append(Word(word, round(at_s, 2), round(at_s + 0.3, 2)))
                at_s += 0.35
    recordings = tuple(
        Recording(Path(f"{k}.wav"), str(k) * 64, LEG_S, 2, 8000, starts_s=k * LEG_S) for k in range(len(legs))
    )
    speech = tuple(tuple(Interval(w.start_s or 0.0, w.end_s or 0.0) for w in channel) for channel in words)
    voices = tuple(tuple(VoicePiece(span, -20.0) for span in channel) for channel in speech)
    heard = Heard(
        len(legs) * LEG_S, "ok", speech, (), (Tone("dtmf", 0, speech[0][0], "5"),), ((), ()), voices, detected=speech
    )
    recognition = Recognition("en", "x", (tuple(words[0]), tuple(words[1])))
    return Interaction("x", "call", direction="inbound", recordings=recordings), recognition, heard


def turned(lines: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(("C" if party == "A" else "A", text) for party, text in lines)


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_a_recording_that_is_sure_to_lie_otherwise_is_exchanged(wrong: int) -> None:
    right = [FIRST, FIRST, FIRST]
    given = [turned(lines) if k == wrong else lines for k, lines in enumerate(right)]
    interaction, recognition, heard = call(*given)
    _, expected, expected_heard = call(*right)
    found, words = straightened(interaction, heard, recognition)
    assert words == expected
    assert (found.speech, found.voices, found.detected) == (
        expected_heard.speech,
        expected_heard.voices,
        expected_heard.detected,
    )
    (finding,) = found.findings
    assert finding.text.startswith(f"recording {wrong + 1}: the agent's phrases are on channel 1, unlike in the others")
    assert "its channels were exchanged" in finding.text
    assert found.tones[0].channel == (1 if wrong == 0 else 0)
    roles = settle_roles(interaction, found, words)
    assert (roles.by_channel, roles.verdict, roles.findings) == (("agent", "customer"), "swapped", (finding,))


@pytest.mark.parametrize("legs", [(FIRST, FIRST), (FIRST, NEUTRAL), (NEUTRAL, NEUTRAL), (FIRST,)])
def test_nothing_is_exchanged_without_a_reason(legs: tuple[tuple[tuple[str, str], ...], ...]) -> None:
    interaction, recognition, heard = call(*legs)
    assert straightened(interaction, heard, recognition) == (heard, recognition)


@pytest.mark.parametrize("legs", [(turned(FIRST), turned(FIRST)), (turned(FIRST), NEUTRAL)])
def test_all_exchanged_is_a_matter_of_the_roles(legs: tuple[tuple[tuple[str, str], ...], ...]) -> None:
    interaction, recognition, heard = call(*legs)
    assert straightened(interaction, heard, recognition) == (heard, recognition)
    assert settle_roles(interaction, heard, recognition).by_channel == ("customer", "agent")


def test_a_doubt_is_told_and_nothing_exchanged() -> None:
    hint = (("A", "My card was stolen, I need to cancel my card."), ("C", "Yes"))
    interaction, recognition, heard = call(FIRST, hint)
    found, words = straightened(interaction, heard, recognition)
    assert words == recognition
    assert found.speech == heard.speech
    assert (found.verdict, len(found.findings)) == ("swapped", 1)
    assert "nothing was exchanged" in found.findings[0].text


def test_where_the_parties_cannot_be_told_apart_nothing_is_weighed() -> None:
    interaction, recognition, heard = call(FIRST, turned(FIRST))
    mono = Heard(heard.duration_s, "dual_mono", heard.speech, (Finding("dual_mono", "x"),))
    assert straightened(interaction, mono, recognition) == (mono, recognition)
