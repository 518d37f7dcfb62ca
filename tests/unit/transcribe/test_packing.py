"""Laws of packing speech into windows: nothing is left out or said twice, and windows are of like length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxcx.config import TranscribeConfig
from voxcx.domain.intervals import Interval, Intervals, crop, total_s, union
from voxcx.speech.resampling import RATE_HZ
from voxcx.transcribe.decoding import BUCKETS_S, TAIL_S, bucket_s
from voxcx.transcribe.packing import LONGEST_SPAN_S, Window, _filled, pack

CALL_S = 300.0
RULES = TranscribeConfig(window_s=24.0)  # the cases are worked out for it
NOTHING_S = 1e-6

starts = st.integers(0, 2399).map(lambda eighth: eighth / 8)
lengths = st.integers(1, 400).map(lambda eighth: eighth / 8)
pieces = st.tuples(starts, lengths).map(lambda pair: Interval(pair[0], min(pair[0] + pair[1], CALL_S)))
speech = st.lists(pieces, max_size=20).map(union)
rules = st.builds(
    TranscribeConfig,
    window_s=st.sampled_from([5.0, 12.0, 24.0, 29.0]),
    pad_s=st.sampled_from([0.0, 0.4, 2.0]),
    joint_silence_s=st.sampled_from([0.0, 0.3]),
)


def length_s(window: Window) -> float:
    return total_s(window.pieces) + window.joint_s * (len(window.pieces) - 1)


@settings(max_examples=60)
@given(speech, rules)
def test_windows_keep_to_their_limits(spoken: Intervals, config: TranscribeConfig) -> None:
    for window in pack(spoken, 1, CALL_S, config):
        assert window.channel == 1
        assert length_s(window) <= config.window_s + NOTHING_S
        assert window.end_s - window.start_s <= LONGEST_SPAN_S + NOTHING_S


@settings(max_examples=60)
@given(speech, rules)
def test_every_moment_of_speech_is_in_exactly_one_window(spoken: Intervals, config: TranscribeConfig) -> None:
    packed = [piece for window in pack(spoken, 0, CALL_S, config) for piece in window.pieces]
    assert total_s(packed) == pytest.approx(total_s(union(packed)))  # no moment twice
    inside = sum(total_s(crop(spoken, piece)) for piece in packed)
    assert inside == pytest.approx(total_s(spoken))  # and none left out
    assert all(piece.start_s >= 0.0 and piece.end_s <= CALL_S for piece in packed)
    assert packed == sorted(packed)


@settings(max_examples=60)
@given(speech, rules)
def test_balancing_costs_no_window_and_is_the_same_each_time(spoken: Intervals, config: TranscribeConfig) -> None:
    packed = pack(spoken, 0, CALL_S, config)
    assert len(packed) == len(_filled(spoken, 0, CALL_S, config))
    assert packed == pack(spoken, 0, CALL_S, config)


@pytest.mark.parametrize(("speech_s", "windows"), [(24.0, 1), (25.0, 2), (49.0, 3), (100.0, 5)])
def test_windows_are_of_like_length(speech_s: float, windows: int) -> None:
    """Greedily, 25 s would be 24 s and 1 s: the recogniser loops on such a rest."""
    spoken = tuple(Interval(3.0 * k, 3.0 * k + 1.0) for k in range(int(speech_s)))
    packed = pack(spoken, 0, CALL_S, TranscribeConfig(pad_s=0.0, joint_silence_s=0.0, window_s=24.0))
    assert len(packed) == windows
    assert max(map(length_s, packed)) - min(map(length_s, packed)) <= speech_s / windows * 0.4
    assert min(map(length_s, packed)) >= 0.7 * speech_s / windows


def test_no_speech_no_windows() -> None:
    assert pack((), 0, CALL_S, RULES) == ()


def test_a_full_window_is_decoded_short_of_the_whole_length() -> None:
    """The default fills a bucket, tail included, and leaves a longer one for the second try."""
    full = np.zeros(round(TranscribeConfig().window_s * RATE_HZ), dtype=np.float32)
    assert bucket_s(full) == BUCKETS_S[-2] == TranscribeConfig().window_s + TAIL_S


def test_long_speech_is_cut_in_its_widest_pause() -> None:
    # 40 s with breaths at 20 s (0.3 s) and 25 s (0.6 s): padding joins all, the cut comes into the wider one.
    spoken = (Interval(1.0, 20.0), Interval(20.3, 25.0), Interval(25.6, 41.0))
    first, second = _filled(spoken, 0, CALL_S, TranscribeConfig(window_s=28.0))
    assert (first.start_s, first.end_s) == pytest.approx((0.6, 25.3))
    assert second.end_s == pytest.approx(41.4)


def test_windows_of_like_length_are_not_worth_a_word_cut_in_two() -> None:
    spoken = (Interval(0.0, 22.0), Interval(22.3, 30.0))  # halves of 15 s would end in the middle of speech
    first, second = pack(spoken, 0, CALL_S, RULES)
    assert 22.0 < first.end_s == second.start_s < 22.3


def test_speech_without_any_pause_is_cut_at_a_limit_that_is_shared_out() -> None:
    whole = Interval(0.0, 100.0)
    assert [w.end_s for w in _filled((whole,), 0, 100.0, RULES)] == [24.0, 48.0, 72.0, 96.0, 100.0]
    packed = pack((whole,), 0, 100.0, RULES)
    assert [window.end_s for window in packed] == pytest.approx([20.25, 40.5, 60.75, 81.0, 100.0])
