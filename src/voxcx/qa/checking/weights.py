"""Points, severities and modes that do not add up; titles that lack a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from voxcx.domain.qa import Criterion, Section, Titles
from voxcx.qa.checking.findings import Finding, Path, Written

USUAL_SUM = 100
PERSONS = frozenset({"flag", "human"})
BY_WORDS = frozenset({"said", "regex", "similar"})


def points(written: Written) -> Iterator[Finding]:
    """The sum, sections without points, and points that nobody decides."""
    form = written.form
    whole = sum(criterion.points for criterion in form.criteria)
    if whole != USUAL_SUM:
        text = f"the points add up to {whole:g}, {USUAL_SUM} is usual"
        yield written.finding("info", "sum", (("sections",), "form"), text, "nothing to do: the score is in percent")
    for k, section in enumerate(form.sections):
        at = (("sections", k, "id"), section.id)
        if not any(criterion.points for criterion in section.criteria):
            text = "a section of 0 points never has a score of its own"
            yield written.finding("info", "section_of_0", at, text, "fine for red flags")
    yield from _decided_share(written)
    for path, criterion in written.criteria():
        if criterion.mode in PERSONS and criterion.points:
            text = f"mode {criterion.mode} is always undecided, so its {criterion.points:g} points lower every card"
            fix = "give it points: 0"
            yield written.finding("warning", "undecided_points", ((*path, "points"), criterion.id), text, fix)


def _decided_share(written: Written) -> Iterator[Finding]:
    """Whether enough points can be decided at all, in the form and in each section."""
    form = written.form
    share = _best_share(form.criteria)
    if share < form.minimum_decided_share:
        text = (
            f"at most {share:.0%} of the points can be decided by a machine, minimum_decided_share asks for "
            f"{form.minimum_decided_share:.0%}: no card will have a score"
        )
        fix = "give criteria of mode flag and human 0 points"
        yield written.finding("error", "no_score", (("sections",), "form"), text, fix)
        return
    for k, section in enumerate(form.sections):
        if _pointed(section) and (share := _best_share(section.criteria)) < form.minimum_decided_share:
            text = f"at most {share:.0%} of its points can be decided by a machine: it never has a score"
            fix = "give criteria of mode flag and human 0 points"
            yield written.finding("warning", "no_score", (("sections", k, "id"), section.id), text, fix)


def _best_share(criteria: tuple[Criterion, ...]) -> float:
    """The share of points that is decided when all that a machine may judge is, and what may not apply does not."""
    machine = sum(c.points for c in criteria if c.mode not in PERSONS)
    persons = sum(c.points for c in criteria if c.mode in PERSONS and c.applies_when is None)
    return machine / (machine + persons) if machine + persons else 1.0


def _pointed(section: Section) -> bool:
    return any(criterion.points for criterion in section.criteria)


def severities(written: Written) -> Iterator[Finding]:
    """Critical criteria that fail nothing, and those that fail a form because words were not heard."""
    form = written.form
    critical = [c for c in form.criteria if c.severity != "plain"]
    if form.zeroes == "nothing" and critical and not any(c.auto_fail for c in critical):
        text = f"zeroes: nothing, so none of the {len(critical)} critical criteria changes the score"
        yield written.finding(
            "info", "zeroes_nothing", (("zeroes",), "form"), text, "they are still listed as critical errors"
        )
    for path, criterion in written.criteria():
        at = ((*path, "auto_fail"), criterion.id)
        if criterion.severity != "plain" and criterion.auto_fail == "nothing":
            text = f"severity {criterion.severity}, but auto_fail: nothing: it is listed as critical and zeroes nothing"
            yield written.finding("info", "fails_nothing", at, text, "take one of the two away if that is not meant")
        if criterion.mode in PERSONS and criterion.auto_fail in {"form", "section"}:
            text = f"auto_fail never comes about: mode {criterion.mode} gives no verdict"
            yield written.finding("warning", "fails_never", at, text, "remove it, or use mode error")
        if _fails_by_silence(criterion) and form.zeroed_by(criterion) == "form":
            text = "a critical error zeroes the form because words were not found, and a recogniser may miss words"
            fix = "let not_met_when find the error itself, with mode: error, or say severity: plain"
            yield written.finding("info", "absence_zeroes", ((*path, "met_when"), criterion.id), text, fix)


def _fails_by_silence(criterion: Criterion) -> bool:
    rule = criterion.met_when
    return (
        criterion.severity != "plain"
        and criterion.mode == "full"
        and criterion.not_met_when is None
        and rule is not None
        and rule.operator in BY_WORDS
    )


def titles(written: Written) -> Iterator[Finding]:
    """Titles in fewer languages than others have."""
    form = written.form
    named: list[tuple[Path, str, Titles]] = [(("title",), "form", form.titles)]
    named += [(("sections", k, "title"), one.id, one.titles) for k, one in enumerate(form.sections)]
    named += [((*path, "title"), one.id, one.titles) for path, one in written.criteria()]
    count = Counter(code for _, _, given in named for code, _ in given)
    for path, about, given in named:
        lacking = sorted(count.keys() - {code for code, _ in given} - (set() if given else {form.language}))
        if lacking:
            text = f"the title has no {', '.join(lacking)}, others have it"
            yield written.finding("warning", "title", (path, about), text, "write it as title: {ru: …, en: …}")
        elif given and form.language not in dict(given):
            text = f"the title lacks {form.language}, the form's own language"
            yield written.finding("warning", "title", (path, about), text, "add it")
