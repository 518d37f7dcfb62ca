"""What ``insight`` finds and ``report`` shows: pages of figures, tables, pictures and findings, in no language yet.

A page answers one question. What it lacks it says in ``lacks``; the rest still stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text

# How a number is written: share → 14 %; points → −11 points (signed, of the 0–100 index); share_points → −3.2 pp
# (signed); index → 71.4 (unsigned, of 100); score → −0.42 (signed); number → 0.42; ratio → ×1.8; count → 1 204;
# s → 4:05; minutes, hours, days → 3 days; money → 1 204; date → epoch days.
Unit = Literal[
    "share", "points", "share_points", "index", "score", "number", "ratio", "count",
    "s", "minutes", "hours", "days", "money", "date",
]  # fmt: skip
Tone = Literal["good", "bad", "unsure", "plain"]


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with the unit it is written in."""

    estimate: Estimate
    unit: Unit


@dataclass(frozen=True, slots=True)
class CallRef:
    """An interaction to look at, and what there: the evidence of a criterion, or a moment. ``why`` stands beside it."""

    interaction_id: str
    criterion: str | None = None
    start_s: float | None = None
    why: Text | None = None


Cell = Figure | Text | tuple[CallRef, ...] | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``name`` in files (snake case, units in it), ``title`` for people, ``definition`` on hover."""

    name: str
    title: Text
    definition: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. The page shows the first ``shown``; files hold all. ``id`` names the file: unique in a report."""

    id: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    definition: Text
    shown: int = 15
    tones: tuple[Tone, ...] = ()  # of each row, or none

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.id}: every row has {len(self.columns)} cells")
        if self.tones and len(self.tones) != len(self.rows):
            raise ValueError(f"table {self.id}: a tone for each row or none")


@dataclass(frozen=True, slots=True)
class Dot:
    """One row of a dot plot."""

    label: Text
    estimate: Estimate
    tone: Tone = "plain"
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Dots:
    """Estimates with their intervals under each other, on one axis; ``reference`` is a line (0, the mean, a target)."""

    title: Text
    unit: Unit
    rows: tuple[Dot, ...]
    definition: Text
    reference: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Estimates along x, in order of x; those without a value are gaps. ``steps``: the value holds up to the next x."""

    label: Text
    x: tuple[float, ...]
    y: tuple[Estimate, ...]
    steps: bool = False

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError("a line has as many x as y")


@dataclass(frozen=True, slots=True)
class Lines:
    """Curves on shared axes; a mark is a vertical line at its x with a word (the knee, a threshold, a change)."""

    title: Text
    x_title: Text
    x_unit: Unit
    y_title: Text
    y_unit: Unit
    lines: tuple[Line, ...]
    definition: Text
    marks: tuple[tuple[float, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Heat:
    """A matrix of figures: ``cells[row][column]``, None where nothing is known.

    ``good`` says which end is: high, low, or neither (a correlation: signs differ in colour).
    """

    title: Text
    rows: tuple[Text, ...]
    columns: tuple[Text, ...]
    cells: tuple[tuple[Figure | None, ...], ...]
    good: Literal["high", "low", "neither"]
    definition: Text


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went from where to where, step by step: nodes of one ``step`` stand in one column."""

    title: Text
    links: tuple[tuple[str, str, int], ...]  # from, to, how many; a node is "step:name"
    names: tuple[tuple[str, Text], ...]  # node → its name
    definition: Text


@dataclass(frozen=True, slots=True)
class Happening:
    """Something at a moment of a journey: a contact, an event outside, a survey answer."""

    at_s: float  # seconds since 1970, UTC
    lane: str
    label: Text
    tone: Tone = "plain"
    call: CallRef | None = None
    told: tuple[Text, ...] = ()  # what stands beside it in words


@dataclass(frozen=True, slots=True)
class Journey:
    """Happenings of one customer on a line of time, one lane for each channel."""

    title: Text
    lanes: tuple[tuple[str, Text], ...]
    happenings: tuple[Happening, ...]
    definition: Text


@dataclass(frozen=True, slots=True)
class Tile:
    """One big number with its interval, n and definition."""

    title: Text
    figure: Figure
    definition: Text
    tone: Tone = "plain"
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """Big numbers side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or some; ``warning`` stands out."""

    said: Text
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part of a page."""

    title: Text


@dataclass(frozen=True, slots=True)
class Moments:
    """Interactions to open or to hear, each with its reason; their quotes are looked up when the report is made."""

    title: Text
    calls: tuple[CallRef, ...]


Block = Heading | Paragraph | Tiles | Table | Dots | Lines | Heat | Flow | Journey | Moments


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence for the first page, with its figures in it, and interactions that show it.

    ``weight`` ranks findings of all pages: points of the archive's mean CSI that hang on it (share of interactions
    concerned × points of effect), or what comes near that; 0 for what is only worth telling. ``about`` names the cause
    where several pages tell of the same one ("waiting", "criterion:greeting", "topic:delivery"): the first page tells
    it once.
    """

    said: Text
    weight: float
    calls: tuple[CallRef, ...] = ()
    tone: Tone = "bad"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to one question. ``lacks`` says what could not be told and what it would take."""

    id: str
    title: Text
    question: Text
    blocks: tuple[Block, ...] = ()
    lacks: tuple[Text, ...] = ()
    findings: tuple[Finding, ...] = ()
