"""Laws of the edges of speech: nothing is lost, nothing overlaps, nothing lies outside the recording."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxcx.domain.intervals import Interval, Intervals, bridge
from voxcx.speech.edges import STEP_S, UNHEARD_DB, Levels, sharpened
from voxcx.speech.vad import FRAME_S
from voxcx.units import rounded_s

ROUNDING_S = STEP_S / 2  # the detector's frames do not end on steps


@st.composite
def heard(draw: st.DrawFn) -> tuple[Intervals, Levels]:
    """Levels in runs of 80 ms, a part of them masked as echo, and the detector's pieces; steps may lack at the end."""
    runs = draw(st.lists(st.sampled_from((-100.3, -90.0, -62.0, -58.0, -50.0, -35.0, -20.0)), max_size=60))
    noise = np.random.default_rng(draw(st.integers(0, 99))).normal(0, 1, len(runs) * 8)
    levels_db = (np.repeat(np.asarray(runs), 8) + noise).astype(np.float32)
    for first in draw(st.lists(st.integers(0, 59), max_size=4)):
        levels_db[first * 8 : first * 8 + 24] = UNHEARD_DB
    frames = draw(st.lists(st.booleans(), min_size=int(len(runs) * 8 * STEP_S / FRAME_S), max_size=180))
    end_s = levels_db.size * STEP_S + ROUNDING_S
    spoken = ((k * FRAME_S, min((k + 1) * FRAME_S, end_s)) for k, one in enumerate(frames) if one)
    pieces = (Interval(rounded_s(a), rounded_s(b)) for a, b in spoken if a < b)
    return bridge(pieces, draw(st.sampled_from((0.0, 0.2)))), levels_db


@settings(max_examples=200, deadline=None)
@given(heard(), st.sampled_from((0.0, 0.1, 0.2, 0.5)))
def test_edges_move_and_lose_nothing(given_: tuple[Intervals, Levels], pause_s: float) -> None:
    pieces, levels_db = given_
    found = sharpened(pieces, levels_db, pause_s)
    assert all(a.start_s <= b.start_s and a.end_s <= b.start_s + ROUNDING_S for a, b in pairwise(found))
    assert all(0.0 <= one.start_s < one.end_s <= levels_db.size * STEP_S + 2 * ROUNDING_S for one in found)
    assert all(any(piece & one for one in found) for piece in pieces)


def test_echo_that_is_masked_is_no_measure_of_the_noise() -> None:
    """Noise at −50 dB with a voice at −20 dB; most of what lies around it is masked as the other party's echo."""
    levels_db = np.random.default_rng(1).normal(-50, 1, 1000).astype(np.float32)
    levels_db[500:600] = -20
    clean = sharpened((Interval(4.9, 6.1),), levels_db, 0.2)
    levels_db[:400], levels_db[700:] = UNHEARD_DB, UNHEARD_DB
    masked = sharpened((Interval(4.9, 6.1),), levels_db, 0.2)
    assert masked == clean
    (span,) = masked
    assert (span.start_s, span.end_s) == pytest.approx((5.0, 6.0), abs=0.1)


def test_a_piece_without_anything_of_its_own_stays() -> None:
    piece = (Interval(0.5, 0.9),)
    assert sharpened(piece, np.full(200, UNHEARD_DB), 0.2) == piece
    assert sharpened(piece, np.zeros(0, dtype=np.float32), 0.2) == piece
