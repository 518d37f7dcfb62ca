"""The scorecard and the reasons of the estimate as rows to read, each with links to where it was heard."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.qa import CriterionResult, Evidence, Verdict
from voxcx.domain.result import Result
from voxcx.report.dialogue import Link, Places
from voxcx.report.figures import spans_of, strongest
from voxcx.report.measures import hover
from voxcx.report.picture import SYMBOL, Pin
from voxcx.report.reasons import own_words
from voxcx.report.wording import Wording

MOST_LINKS = 4
MOST_QUOTES = 5
PIN_WINDOW_S = 20.0  # a longer searched window is no place to point at


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in quotation marks, whose and where; without words, stretches of the recording."""

    text: str
    links: tuple[Link, ...]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion."""

    id: str
    verdict: Verdict
    symbol: str
    word: str
    title: str
    severity: str | None
    mode: str
    judged_by: str
    points: str
    quotes: tuple[Quote, ...]
    more: int
    reason: str | None
    not_agents: str | None
    partial: bool = False  # met, with part of the points


@dataclass(frozen=True, slots=True)
class Part:
    """One section."""

    title: str
    score: str | None
    zeroed: bool
    rows: tuple[Row, ...]

    @property
    def applicable(self) -> tuple[Row, ...]:
        """Rows that say something about this contact."""
        return tuple(row for row in self.rows if row.verdict != "not_applicable")

    @property
    def inapplicable(self) -> tuple[Row, ...]:
        """Rows that do not apply to it."""
        return tuple(row for row in self.rows if row.verdict == "not_applicable")


@dataclass(frozen=True, slots=True)
class Push:
    """One reason of the estimate; ``share`` of the strongest is for its bar, ``hover`` says how it is computed."""

    title: str
    hover: str
    value: str
    points: str
    up: bool
    share: float
    links: tuple[Link, ...]


def parts(result: Result, words: Wording) -> tuple[Part, ...]:
    """The sections of the scorecard."""
    if result.scorecard is None:
        return ()
    places = Places(result, words)
    return tuple(
        Part(
            title=scored.section.title_in(words.ui),
            score=None if scored.score is None else words.number(scored.score, 0),
            zeroed=scored.zeroed,
            rows=tuple(_row(line, places, words) for line in scored.results),
        )
        for scored in result.scorecard.sections
    )


def _row(line: CriterionResult, places: Places, words: Wording) -> Row:
    criterion = line.criterion
    quotes = _quotes(line, places, words)
    return Row(
        id=criterion.id,
        verdict=line.verdict,
        symbol=SYMBOL[line.verdict],
        word=words.name("verdict", line.verdict),
        title=criterion.title_in(words.ui),
        severity=None if criterion.severity == "plain" else words.name("severity", criterion.severity),
        mode=words.name("mode", criterion.mode),
        judged_by=words.name("judged_by", line.judged_by),
        points=_points(line, words),
        partial=line.verdict == "met" and line.level is not None and line.level < criterion.points,
        quotes=quotes[:MOST_QUOTES],
        more=max(0, len(quotes) - MOST_QUOTES),
        reason=own_words(line, words),
        not_agents=None if criterion.attributable == "agent" else words.name("attributable", criterion.attributable),
    )


def _points(line: CriterionResult, words: Wording) -> str:
    if not line.criterion.points:
        return words.say("unweighted")
    weight = words.number(line.criterion.points, 1)
    if line.points is None:
        return f"{words.say('weight')} {weight}"
    return words.say("points_of", got=words.number(line.points, 1), max=weight)


def _quotes(line: CriterionResult, places: Places, words: Wording) -> tuple[Quote, ...]:
    """Each quote with its place, then the stretches without words together."""
    made, windows = [], []
    for evidence in line.evidence:
        link = places.of_evidence(evidence)
        if evidence.quote.strip():
            who = words.name("role", evidence.role)
            made.append(Quote(words.quote(evidence.quote.strip()), (link,) if link else (), who))
        elif link and not (_is_long(evidence) and line.reason):  # the reason says what was searched
            windows.append(link)
    unique = tuple(dict.fromkeys(windows))[:MOST_LINKS]
    return (*made, Quote("", unique)) if unique else tuple(made)


def _is_long(evidence: Evidence) -> bool:
    """A window too long to be a place."""
    return not evidence.quote and (evidence.end_s or 0.0) - (evidence.start_s or 0.0) > PIN_WINDOW_S


def pins(result: Result, words: Wording) -> tuple[Pin, ...]:
    """A pin for every piece of evidence that has a time; it leads to the criterion's words."""
    places = Places(result, words)
    made = []
    for line in result.scorecard.results if result.scorecard else ():
        title = f"{line.criterion.title_in(words.ui)} – {words.name('verdict', line.verdict)}"
        for evidence in line.evidence:
            link = places.of_evidence(evidence)
            if link and link.at_s is not None and link.target and not _is_long(evidence):
                made.append(Pin(link.at_s, line.verdict, title, link.target))
    return tuple(dict.fromkeys(made))


def pushes(result: Result, words: Wording) -> tuple[Push, ...]:
    """The reasons of the estimate, strongest first."""
    if result.csi is None:
        return ()
    places, reasons = Places(result, words), strongest(result.csi)
    used = dict(result.provenance.parameters)
    top = max((abs(reason.effect) for reason in reasons), default=1.0)
    return tuple(
        Push(
            title=words.feature(reason.feature),
            hover=hover(reason.feature, used, words),
            value=words.value(reason.feature, reason.value),
            points=words.points(reason.effect),
            up=reason.effect > 0,
            share=round(100 * abs(reason.effect) / top, 1),
            links=tuple(places.of_span(span) for span in spans_of(reason, result)[:MOST_LINKS]),
        )
        for reason in reasons
    )
