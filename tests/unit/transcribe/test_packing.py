"""Laws of packing speech into windows, and the words that come back out of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxcx.config import TranscribeConfig
from voxcx.domain.intervals import Interval, Intervals, crop, total_s, union
from voxcx.transcribe.packing import LONGEST_SPAN_S, Window, pack
from voxcx.transcribe.whisper import RATE_HZ, cut

CALL_S = 300.0
RULES = TranscribeConfig()
NOTHING_S = 1e-6

starts = st.integers(0, 2399).map(lambda eighth: eighth / 8)
lengths = st.integers(1, 400).map(lambda eighth: eighth / 8)
pieces = st.tuples(starts, lengths).map(lambda pair: Interval(pair[0], min(pair[0] + pair[1], CALL_S)))
speech = st.lists(pieces, max_size=20).map(union)


def length_s(window: Window) -> float:
    return total_s(window.pieces) + window.joint_s * (len(window.pieces) - 1)


@settings(max_examples=60)
@given(speech)
def test_windows_keep_to_their_limits(spoken: Intervals) -> None:
    for window in pack(spoken, 1, CALL_S, RULES):
        assert window.channel == 1
        assert length_s(window) <= RULES.window_s + NOTHING_S
        assert window.end_s - window.start_s <= max(LONGEST_SPAN_S, RULES.window_s) + NOTHING_S


@settings(max_examples=60)
@given(speech)
def test_every_moment_of_speech_is_in_exactly_one_window(spoken: Intervals) -> None:
    packed = [piece for window in pack(spoken, 0, CALL_S, RULES) for piece in window.pieces]
    assert total_s(packed) == pytest.approx(total_s(union(packed)))  # no moment twice
    inside = sum(total_s(crop(spoken, piece)) for piece in packed)
    assert inside == pytest.approx(total_s(spoken))  # and none left out
    assert all(piece.start_s >= 0.0 and piece.end_s <= CALL_S for piece in packed)
    assert packed == sorted(packed)


@settings(max_examples=60)
@given(speech, st.data())
def test_times_inside_a_piece_come_back_exactly(spoken: Intervals, data: st.DataObject) -> None:
    windows = pack(spoken, 0, CALL_S, RULES)
    if not windows:
        return
    window = data.draw(st.sampled_from(windows))
    offset_s, piece = data.draw(st.sampled_from(list(window.offsets())))
    a, b = sorted(data.draw(st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99))))
    start_s, end_s = window.to_call(offset_s + a * piece.duration_s, offset_s + b * piece.duration_s)
    assert start_s == pytest.approx(piece.start_s + a * piece.duration_s)
    assert end_s == pytest.approx(piece.start_s + b * piece.duration_s)


@settings(max_examples=60)
@given(speech, st.floats(0.0, 40.0), st.floats(0.0, 3.0))
def test_any_time_comes_back_inside_one_piece(spoken: Intervals, at_s: float, long_s: float) -> None:
    for window in pack(spoken, 0, CALL_S, RULES)[:2]:
        start_s, end_s = window.to_call(at_s, at_s + long_s)
        assert start_s <= end_s
        assert any(piece.start_s <= start_s and end_s <= piece.end_s for piece in window.pieces)


def test_a_word_that_sticks_out_of_its_piece_is_kept_in_it() -> None:
    window = Window(0, (Interval(10.0, 12.0), Interval(50.0, 53.0)), joint_s=0.3)
    assert window.to_call(0.5, 1.0) == (10.5, 11.0)
    assert window.to_call(1.8, 2.2) == pytest.approx((11.8, 12.0))
    assert window.to_call(2.2, 2.6) == pytest.approx((50.0, 50.3))


def test_long_speech_is_cut_in_its_widest_pause() -> None:
    # 40 s with breaths at 20 s (0.3 s) and 25 s (0.6 s): padding joins all, the cut comes into the wider one.
    spoken = (Interval(1.0, 20.0), Interval(20.3, 25.0), Interval(25.6, 41.0))
    first, second = pack(spoken, 0, CALL_S, RULES)
    assert (first.start_s, first.end_s) == pytest.approx((0.6, 25.3))
    assert second.end_s == pytest.approx(41.4)


def test_speech_without_any_pause_is_cut_at_the_limit() -> None:
    windows = pack((Interval(0.0, 100.0),), 0, 100.0, RULES)
    assert [window.end_s for window in windows] == pytest.approx([28.0, 56.0, 84.0, 100.0])


@pytest.mark.parametrize("block", [1_000, 16_000, 160_000, 4_800_000])
def test_cutting_the_sound_gives_each_window_its_own_samples(block: int) -> None:
    # Each sample carries its second, so that a window's sound can be told from any other.
    seconds = np.arange(int(CALL_S) * RATE_HZ) // RATE_HZ
    sound = np.stack((seconds, -seconds)).astype(np.int16)
    spoken = [(Interval(10.0, 15.0), Interval(100.0, 104.0)), (Interval(12.0, 50.0), Interval(299.0, 300.0))]
    rules = TranscribeConfig(pad_s=0.0)
    windows = [w for k, s in enumerate(spoken) for w in pack(s, k, CALL_S, rules)]
    windows.sort(key=lambda window: (window.end_s, window.channel))
    got = list(cut(windows, (sound[:, at : at + block] for at in range(0, sound.shape[1], block))))
    assert [window for window, _ in got] == windows
    for window, audio in got:
        sign = -1 if window.channel else 1
        for offset_s, piece in window.offsets():
            inside = audio[round(offset_s * RATE_HZ) : round((offset_s + piece.duration_s) * RATE_HZ)]
            assert inside.size == round(piece.duration_s * RATE_HZ)
            assert inside[0] * 32768 * sign == pytest.approx(int(piece.start_s), abs=0.01)
            assert inside[-1] * 32768 * sign == pytest.approx(int(piece.end_s - 1e-4), abs=0.01)
