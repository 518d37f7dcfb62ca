"""What was found beside what was planned: events one to one, and the features' errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Span = tuple[float, float]
Json = Mapping[str, Any]

TOLERANCE_S = 0.2
# The plan knows the whole utterance that says it, the classifier the words that do: they match where they meet.
SAID = frozenset({"hold_request", "hold_return"})
# Kinds that the plan fixes, beside stretches of simultaneous speech whatever their kind.
KINDS = (
    *("overlap", "interruption", "silence", "hold", "ringback", "dtmf", "backchannel", "dual_start"),
    *("terminal_overlap", "brief_overlap", "long_silence", "hold_request", "hold_return", "busy"),
)
UNITS_TOLERANCE = {"s": 0.1, "words/s": 0.05, "letters/s": 0.25, "share": 0.01, "letters": 0.01}


@dataclass
class Tally:
    """Hits, inventions and misses of one kind."""

    hits: int = 0
    invented: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.hits + other.hits, self.invented + other.invented, self.missed + other.missed)

    @property
    def precision(self) -> float | None:
        """Share of what was found that is true."""
        return _share(self.hits, self.hits + self.invented)

    @property
    def recall(self) -> float | None:
        """Share of what is true that was found."""
        return _share(self.hits, self.hits + self.missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both."""
        return _share(2 * self.hits, 2 * self.hits + self.invented + self.missed)


@dataclass
class Compared:
    """One call: tallies by kind, feature errors by name (None: one has a value, the other none), what went wrong."""

    name: str
    tallies: dict[str, Tally] = field(default_factory=dict)
    errors: dict[str, float | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def compare(name: str, truth: Json, found: Json, units: Mapping[str, str]) -> Compared:
    """Two result documents of one call: the plan and what voxcx says."""
    compared = Compared(name)
    for kind in KINDS:
        planned, got = _events(truth, kind), _events(found, kind)
        hits = _matched(planned, got, kind)
        compared.tallies[kind] = Tally(len(hits), len(got) - len(hits), len(planned) - len(hits))
        compared.wrong += [f"missed {kind} {planned[k]}" for k in range(len(planned)) if k not in hits]
        compared.wrong += [f"invented {kind} {got[k]}" for k in range(len(got)) if k not in hits.values()]
    said = truth["features"]["values"]
    for feature, value in said.items():
        if feature in units and feature not in truth["features"]["missing"]:
            compared.errors[feature] = _error(value, found["features"]["values"].get(feature))
    return compared


def _error(planned: Any, got: Any) -> float | None:
    if isinstance(planned, str) or isinstance(got, str):
        return 0.0 if planned == got else None
    if planned is None or got is None:
        return 0.0 if planned is got else None
    return float(got) - float(planned)


def _events(document: Json, kind: str) -> list[tuple[str, float, float]]:
    """(whose and what, start, end) of a kind; an overlap is any stretch in which both speak."""
    timeline = document["timeline"]
    if kind == "overlap":
        return [("both", *span) for span in _shared(timeline["speech"]["agent"], timeline["speech"]["customer"])]
    return [
        (f"{event['role']}{event['detail'] if kind == 'dtmf' else ''}", event["start_s"], event["end_s"])
        for event in timeline["events"]
        if event["kind"] == kind
    ]


def _shared(left: Sequence[Span], right: Sequence[Span]) -> Iterator[Span]:
    for a in left:
        for b in right:
            start_s, end_s = max(a[0], b[0]), min(a[1], b[1])
            if start_s < end_s:
                yield start_s, end_s


def _matched(
    planned: Sequence[tuple[str, float, float]], got: Sequence[tuple[str, float, float]], kind: str
) -> dict[int, int]:
    """Pairs of one doing whose start and end are both within the tolerance, the closest first, each used once."""
    fits = _meet if kind in SAID else _close
    pairs = sorted(
        (abs(p[1] - g[1]) + abs(p[2] - g[2]), i, j)
        for i, p in enumerate(planned)
        for j, g in enumerate(got)
        if p[0] == g[0] and fits(p, g)
    )
    hits: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in hits and j not in hits.values():
            hits[i] = j
    return hits


def _close(planned: tuple[str, float, float], got: tuple[str, float, float]) -> bool:
    return max(abs(planned[1] - got[1]), abs(planned[2] - got[2])) <= TOLERANCE_S + 1e-9


def _meet(planned: tuple[str, float, float], got: tuple[str, float, float]) -> bool:
    return min(planned[2], got[2]) > max(planned[1], got[1])


def summed(calls: Iterable[Compared]) -> dict[str, Tally]:
    """Tallies of all calls."""
    total = {kind: Tally() for kind in KINDS}
    for call in calls:
        for kind, tally in call.tallies.items():
            total[kind] += tally
    return total


def outside(calls: Sequence[Compared], units: Mapping[str, str]) -> Counter[str]:
    """In how many calls each feature is further off than its unit allows; a value beside none counts too."""
    far: Counter[str] = Counter()
    for call in calls:
        for name, error in call.errors.items():
            if error is None or abs(error) > UNITS_TOLERANCE.get(units[name], 0.0) + 1e-6:
                far[name] += 1
    return far


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
