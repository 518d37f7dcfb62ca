"""Hold music of our own: every seed draws another piece, which repeats. float32, mono, 8 kHz.

A piece has its key, scale, tempo, metre, chords, tune and instruments and lasts 16 to 40 s; then it begins anew, as
hold music does. Degrees are counted in steps of the scale from the key's note, 0 the note itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voxcx.simulation.calls.instruments import played
from voxcx.simulation.calls.signals import RATE_HZ, Floats, Samples, edges

MUSIC_DBFS = -18.0
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
}
CHORDS = (
    (0, 4, 5, 3), (0, 5, 3, 4), (5, 3, 0, 4), (0, 3, 1, 4), (0, 2, 3, 4), (0, 6, 3, 0), (0, 3, 0, 4), (1, 4, 0, 5),
)  # fmt: skip
BEDS = ("pad", "organ", "plucked", "keys", "strings")
LEADS = ("plucked", "flute", "organ", "bell", "keys", None)
DRUMS = ("none", "none", "light", "full")
MUSIC_EDGE_S = 0.05


@dataclass(frozen=True, slots=True)
class Piece:
    """What a seed draws of a piece; ``swing`` is how far the second half of a beat is late, as a share of the beat."""

    key: int  # MIDI note, 48 is C below middle C
    scale: str
    beat_s: float
    beats: int  # in a bar
    chords: tuple[int, ...]
    bed: str
    lead: str | None
    drums: str
    bass: bool
    swing: float


@dataclass(frozen=True, slots=True)
class Note:
    """One sound of a piece; ``voice`` is a name in ``instruments``."""

    start_s: float
    duration_s: float
    midi: int
    voice: str
    loud: float


def hold_music(duration_s: float, seed: int) -> Samples:
    """The piece of a seed from its start for this long; never silent for longer than 0.4 s."""
    rng = np.random.default_rng((seed, 20_240))
    n_samples = round(duration_s * RATE_HZ)
    music = np.resize(_rendered(draw_piece(rng), rng), n_samples)
    return np.asarray(music * edges(n_samples, MUSIC_EDGE_S), dtype=np.float32)


def draw_piece(rng: np.random.Generator) -> Piece:
    """A piece at random."""
    beats = int(rng.choice((3, 4, 4, 4)))
    return Piece(
        key=int(rng.integers(45, 57)),
        scale=str(rng.choice(list(SCALES), p=(0.45, 0.25, 0.15, 0.15))),
        beat_s=60 / float(rng.uniform(66, 138)),
        beats=beats,
        chords=CHORDS[rng.integers(len(CHORDS))],
        bed=BEDS[rng.integers(len(BEDS))],
        lead=LEADS[rng.integers(len(LEADS))],
        drums=DRUMS[rng.integers(len(DRUMS))],
        bass=bool(rng.random() < 0.6),
        swing=float(rng.choice((0.0, 0.0, 0.16))),
    )


def _rendered(piece: Piece, rng: np.random.Generator) -> Floats:
    """The piece once, at its level; what rings on past its end rings into its start, so that it can repeat."""
    bars = max(2, round(28 / (piece.beats * piece.beat_s * len(piece.chords)))) * len(piece.chords)
    loop = np.zeros(round(bars * piece.beats * piece.beat_s * RATE_HZ))
    for note in (*_bed(piece, bars), *_low(piece, bars), *_tune(piece, bars, rng), *_beat(piece, bars)):
        sound = played(note.voice, note.midi, round(note.duration_s * RATE_HZ)) * note.loud
        places = (round(note.start_s * RATE_HZ) + np.arange(sound.size)) % loop.size
        loop[places] += sound
    loop = np.tanh(loop / (4 * np.sqrt(np.mean(loop**2))))  # no drum stands out of full scale
    return np.asarray(loop * 10 ** (MUSIC_DBFS / 20) / np.sqrt(np.mean(loop**2)))


def _midi(piece: Piece, degree: int) -> int:
    octave, step = divmod(degree, 7)
    return piece.key + 12 * octave + SCALES[piece.scale][step]


def _bed(piece: Piece, bars: int) -> Iterator[Note]:
    """Chords: held ones once a bar, struck ones note after note, twice a beat."""
    bar_s = piece.beats * piece.beat_s
    for bar in range(bars):
        root = piece.chords[bar % len(piece.chords)]
        chord = [_midi(piece, root + degree) + 12 for degree in (0, 2, 4)]
        chord = [midi - 12 if midi > piece.key + 24 else midi for midi in chord]
        if piece.bed in {"pad", "organ", "strings"}:
            yield from (Note(bar * bar_s, 1.05 * bar_s, midi, piece.bed, 0.5) for midi in chord)
            continue
        order = (*chord, chord[1])
        for half in range(2 * piece.beats):
            start_s = bar * bar_s + (half + half % 2 * 2 * piece.swing) / 2 * piece.beat_s
            yield Note(start_s, 1.6, order[half % 4], piece.bed, 0.8)


def _low(piece: Piece, bars: int) -> Iterator[Note]:
    """The bass: the chord's note on the bar, its fifth in the middle."""
    for bar in range(bars if piece.bass else 0):
        root = _midi(piece, piece.chords[bar % len(piece.chords)])
        for beat, midi in ((0, root), (piece.beats // 2, root - 5)):
            yield Note((bar * piece.beats + beat) * piece.beat_s, 1.5 * piece.beat_s, midi, "bass", 0.8)


def _tune(piece: Piece, bars: int, rng: np.random.Generator) -> Iterator[Note]:
    """Two phrases as A A B A: a walk over the scale, on a note of the chord where a bar begins."""
    phrases = [_phrase(piece, rng) for _ in range(2)]
    width = len(piece.chords)
    for first in range(0, bars if piece.lead else 0, width):
        for beat, length, degree in phrases[first // width % 4 == 2]:
            start_s = (first * piece.beats + beat + (piece.swing if beat % 1 else 0)) * piece.beat_s
            yield Note(start_s, length * piece.beat_s, _midi(piece, degree) + 12, piece.lead or "", 0.9)


def _phrase(piece: Piece, rng: np.random.Generator) -> list[tuple[float, float, int]]:
    """(beat, beats long, degree) of a tune over the chords once."""
    notes: list[tuple[float, float, int]] = []
    degree, lengths = 7, rng.choice((0.5, 1.0, 1.5, 2.0), size=64, p=(0.4, 0.4, 0.1, 0.1))
    beat, end = 0.0, float(piece.beats * len(piece.chords))
    while beat < end:
        length = min(float(lengths[len(notes)]) if len(notes) < lengths.size else 0.5, end - beat)
        if beat % piece.beats == 0:
            root = piece.chords[int(beat // piece.beats)]
            degree = min((root + step for step in (0, 2, 4, 7, 9, 11)), key=lambda tone: abs(tone - degree))
        if rng.random() > 0.12 or not notes:  # else a rest
            notes.append((beat, length, degree))
        degree = int(np.clip(degree + rng.choice((-2, -1, 1, 2)), 3, 13))
        beat += length
    return notes


def _beat(piece: Piece, bars: int) -> Iterator[Note]:
    """Light: hats and a soft snare. Full: a kick as well, and hats twice a beat."""
    for beat in range(bars * piece.beats if piece.drums != "none" else 0):
        start_s, in_bar = beat * piece.beat_s, beat % piece.beats
        yield Note(start_s, 0.06, beat % 2, "hat", 0.25)
        if piece.drums == "full":
            yield Note(start_s + (0.5 + piece.swing) * piece.beat_s, 0.06, 1, "hat", 0.2)
            if in_bar in {0, 2}:
                yield Note(start_s, 0.18, 0, "kick", 1.2)
        if in_bar % 2 == 1:
            yield Note(start_s, 0.16, 0, "snare", 0.5 if piece.drums == "full" else 0.25)
