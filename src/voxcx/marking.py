"""HALL: people's marks beside the machine's verdicts, interaction by interaction; and the sheet they are written on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from voxcx.domain.qa import Severity, Verdict
from voxcx.errors import InputError
from voxcx.intake.csv_rows import named_lines
from voxcx.intake.marks import Mark, Marks, read_marks
from voxcx.qa.agreement.looking import Candidate, Chooser, Look
from voxcx.qa.agreement.verdicts import DECIDED, Pair, consensus
from voxcx.results.verdicts import StoredCard, stored_cards

SHOWN = 3
UNLIKE_Z = 3.0  # the marked interactions and the archive differ by more than chance, some criteria being looked at
Rows = dict[str, dict[str, list[Mark]]]  # interaction → criterion → marks


@dataclass(frozen=True, slots=True)
class Joined:
    """A file of marks and the cards that they are about.

    Attributes:
        given: the file.
        cards: marked interactions that have verdicts, of the version asked for.
        marks: of these.
        drawn: of those, the ones that figures may use: drawn at random, or all where the file does not say.
        without: marked interactions that have no such verdicts.
    """

    given: Marks
    cards: dict[str, StoredCard]
    marks: list[Mark]
    drawn: list[Mark]
    without: int


def join_marks(results: Path, human: Path, form_version: str | None) -> Joined:
    """Read marks and put the machine's verdicts beside them.

    Raises:
        InputError: unknown interactions or criteria, a version that nobody judged by, nothing that both judged.
    """
    given = read_marks(human)
    everything = {card.interaction_id: card for card in stored_cards(results, only=ids_of(given.marks))}
    _refuse_unknown(results, human, given, everything)
    cards = _of_version(results, everything, form_version)
    _refuse_criteria(human, given, cards)
    marks = [mark for mark in given.marks if mark.interaction_id in cards]
    drawn = [mark for mark in marks if mark.random] if any(mark.random is not None for mark in marks) else marks
    if not drawn:
        raise InputError(f"{human}: expected marks of interactions drawn at random, got none; mark some of them.")
    if not pairs_of(drawn, cards):
        raise InputError(
            f"{human}: expected marks of criteria that the machine judged in the same interactions, got none; compare "
            "the criteria with the form that judged them."
        )
    return Joined(given, cards, marks, drawn, len(everything) - len(cards))


def ids_of(marks: Iterable[Mark]) -> set[str]:
    """Interactions that were marked."""
    return {mark.interaction_id for mark in marks}


def by_place(marks: Iterable[Mark]) -> Rows:
    """Marks of each criterion of each interaction."""
    rows: Rows = defaultdict(lambda: defaultdict(list))
    for mark in marks:
        rows[mark.interaction_id][mark.criterion].append(mark)
    return rows


def pairs_of(marks: Sequence[Mark], cards: Mapping[str, StoredCard]) -> dict[str, list[Pair]]:
    """Criterion → machine's and people's verdict of each interaction that has both."""
    found: dict[str, list[Pair]] = {mark.criterion: [] for mark in marks}
    for name, places in by_place(marks).items():
        for criterion, said in places.items():
            judged = cards[name].verdicts.get(criterion)
            if judged is not None:
                found[criterion].append(Pair(name, judged.verdict, settled(said)))
    return {criterion: rows for criterion, rows in found.items() if rows}


def settled(said: Sequence[Mark]) -> Verdict | None:
    """What people say of one place: what they settled on, else what most of them say; None where they are split."""
    agreed = [mark.verdict for mark in said if mark.is_agreed]
    return consensus(agreed or [mark.verdict for mark in said])


def _refuse_unknown(results: Path, human: Path, given: Marks, cards: Mapping[str, StoredCard]) -> None:
    unknown = [mark for mark in given.marks if mark.interaction_id not in cards]
    if not unknown:
        return
    ids = list(dict.fromkeys(mark.interaction_id for mark in unknown))
    shown = ", ".join(repr(one[:60]) for one in ids[:SHOWN]) + (" …" if len(ids) > SHOWN else "")
    lines = list(dict.fromkeys(mark.line for mark in unknown))
    raise InputError(
        f"{human.name}, {named_lines(lines)}: expected interactions that {results.name} has, got {len(ids)}"
        f" that it lacks ({shown}); correct the ids or score these interactions."
    )


def _of_version(results: Path, cards: dict[str, StoredCard], form_version: str | None) -> dict[str, StoredCard]:
    """Cards that have verdicts, of the version that was asked for."""
    judged = {name: card for name, card in cards.items() if card.verdicts}
    if not judged:
        raise InputError(f"{results}: expected verdicts on the marked interactions, found none; give it a form.")
    if form_version is None:
        return judged
    wanted = form_version.removeprefix("v")
    chosen = {name: card for name, card in judged.items() if card.form_version == wanted}
    if not chosen:
        known = ", ".join(sorted({str(card.form_version) for card in judged.values()}))
        raise InputError(
            f"--form-version: expected a version that {results.name} holds ({known}), got {wanted!r}; choose one."
        )
    return chosen


def _refuse_criteria(human: Path, given: Marks, cards: Mapping[str, StoredCard]) -> None:
    known = list(dict.fromkeys(name for card in cards.values() for name in card.verdicts))
    for name in given.criteria:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}" if near else f"the results have {', '.join(known[:8])} …"
            lines = named_lines([mark.line for mark in given.of(name)])
            raise InputError(f"{human.name}, {lines}: expected a criterion of the results, got {name[:60]!r}; {hint}.")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a sheet to fill in: what helps to find the interaction, and nothing of what the machine says."""

    interaction_id: str
    started_at: str
    recording: str
    form_version: str
    random: bool


def sheet_of(results: Path, looks: Iterable[Look]) -> tuple[tuple[str, ...], tuple[SheetRow, ...]]:
    """Criteria and rows of a sheet for blind marks, in an order that tells nothing of why a row is there."""
    chosen = {look.interaction: look for look in looks if "already marked" not in look.reason}
    cards = {card.interaction_id: card for card in stored_cards(results, only=set(chosen))}
    criteria = Counter(name for card in cards.values() for name in card.verdicts)
    rows = tuple(
        SheetRow(name, card.started_at or "", "; ".join(card.recordings), card.form_version or "", chosen[name].random)
        for name, card in sorted(cards.items())
    )
    return tuple(criteria), rows


def first_sample(results: Path, pick: int) -> tuple[Look, ...]:
    """Before there are any marks: interactions with a scorecard, drawn at random."""
    chooser = Chooser(pick, {}, {})
    for card in stored_cards(results):
        if card.verdicts:
            chooser.see(Candidate(card.interaction_id, {}))
    looks = chooser.chosen()
    if not looks:
        raise InputError(f"{results}: expected interactions with a scorecard, found none; score them with a form.")
    return looks


def severities_of(cards: Mapping[str, StoredCard]) -> dict[str, set[Severity]]:
    """Criterion → its severities in all forms."""
    found: dict[str, set[Severity]] = defaultdict(set)
    for card in cards.values():
        for name, one in card.verdicts.items():
            found[name].add(one.severity)
    return found


def mixed_of(cards: Mapping[str, StoredCard]) -> Iterator[str]:
    """Notes on forms that are pooled."""
    forms = sorted({str(card.form_id) for card in cards.values()})
    if len(forms) > 1:
        yield f"Figures of a criterion pool {len(forms)} forms that have it: {', '.join(forms)}."
    differing = sorted(name for name, known in severities_of(cards).items() if len(known) > 1)
    if differing:
        yield f"Critical in one form and not so in another, shown as the gravest: {', '.join(differing)}."


def learned_of(joined: Joined) -> Iterator[str]:
    """A note on criteria that may have learned from these marks."""
    places = {(mark.interaction_id, mark.criterion) for mark in joined.drawn}
    names = {
        name
        for interaction, name in places
        if name in joined.cards[interaction].verdicts
        and joined.cards[interaction].verdicts[name].judged_by == "trained"
    }
    if names:
        yield (
            f"TRAINED CRITERIA: {', '.join(sorted(names))}. If they learned from these marks, their figures here are "
            "far too good. Measure them on interactions that were marked after the training."
        )


def unlike_of(results: Path, joined: Joined) -> Iterator[str]:
    """Where the machine finds errors more often among marked interactions, they are no random sample."""
    names = set(joined.given.criteria)
    marked, archive = _rates(joined.cards.values(), names), _rates(stored_cards(results), names)
    told = []
    for name, (errors, n) in marked.items():
        found, everywhere = archive[name]
        rate, left = found / everywhere, (everywhere - n) / max(1, everywhere - 1)
        error = (rate * (1 - rate) / n * left) ** 0.5
        if error > 0 and abs(errors / n - rate) > UNLIKE_Z * error:
            told.append(f"{name} {errors / n:.0%} among the marked, {rate:.0%} in the archive")
    if told:
        yield (
            "THE MARKED INTERACTIONS ARE NO RANDOM SAMPLE: the machine's errors are "
            f"{'; '.join(told)}. Recall, specificity and error rates do not hold for the archive; draw a random sample."
        )


def _rates(cards: Iterable[StoredCard], names: set[str]) -> dict[str, tuple[int, int]]:
    """Criterion → the machine's errors and what it decided."""
    found: dict[str, tuple[int, int]] = {}
    for card in cards:
        for name in names & card.verdicts.keys():
            verdict = card.verdicts[name].verdict
            if verdict in DECIDED:
                errors, n = found.get(name, (0, 0))
                found[name] = (errors + (verdict == "not_met"), n + 1)
    return dict(sorted(found.items()))
