"""Kano: types customers told in a paired questionnaire, and which end of the ratings each criterion moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, CallRef, Figure, Finding, Heading, Page, Paragraph
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import Archive, CriterionColumn, Flags
from voxcx.insight.kano.criteria import criterion_effects
from voxcx.insight.kano.effects import Effects, Prevails, clusters_of
from voxcx.insight.kano.questionnaire import GUESSED, NAMES, Asked, KanoType, asked_about, mirrored
from voxcx.insight.kano.tables import (
    Compared,
    as_ratio,
    better_worse,
    criteria_dots,
    criteria_table,
    things_table,
    types_table,
)
from voxcx.insight.kano.thirds import THINGS, WORST, Split, Thing, thing_effects, values_of
from voxcx.statistics.differences import adjusted_difference
from voxcx.statistics.multiplicity import benjamini_hochberg

ID = "kano"
TITLE = text("Must be, or more is better? (Kano)", "Обязательное или «чем больше, тем лучше»? (Кано)")
QUESTION = text(
    "What is taken for granted, what delights, and what does not matter?",
    "Что считают само собой разумеющимся, что радует, а что безразлично?",
)
SHOWN_CALLS = 5
ON_WAIT_PAGE = ("queue_wait_s", "first_response_s")  # whose findings that page tells


@dataclass(frozen=True, slots=True)
class Seen:
    """What the ratings say: each criterion and each thing waited through, with its verdict."""

    criteria: tuple[tuple[CriterionColumn, Effects, Prevails], ...]
    things: tuple[tuple[Thing, Effects, Split | None, Prevails], ...]


def page(archive: Archive) -> Page:
    """The questionnaire first, since only it gives types; then what ratings show without asking."""
    asked = asked_about(archive.beside.kano, archive.settings.level)
    types = told_types(asked, archive)
    blocks = list(_questionnaire(archive, asked, types))
    findings = list(_guesses(archive, asked, types))
    if archive.answers.answered.any():
        seen = seen_in_ratings(archive)
        blocks += _ratings(seen)
        findings += [*_criterion_findings(archive, seen), *_thing_findings(archive, seen)]
    return Page(ID, TITLE, QUESTION, tuple(blocks), tuple(_lacks(archive)), tuple(findings))


def told_types(asked: Sequence[Asked], archive: Archive) -> tuple[KanoType | None, ...]:
    """The type of each criterion, None where it is not surely ahead of the next or too few answered."""
    enough = [one.n >= archive.settings.fewest for one in asked]
    p = [one.p if there else np.nan for one, there in zip(asked, enough, strict=True)]
    q = benjamini_hochberg(np.array(p, dtype=float))
    sure = q <= archive.settings.false_discoveries
    return tuple(one.first if yes else None for one, yes in zip(asked, sure, strict=True))


def seen_in_ratings(archive: Archive) -> Seen:
    """Penalty and reward of everything, with one correction for all looks."""
    criteria = [(one, criterion_effects(archive, one)) for one in archive.criteria if one.decided.any()]
    things = [(one, *thing_effects(archive, one)) for one in THINGS if (~np.isnan(values_of(archive, one))).any()]
    p = [one.asymmetry.p for _, one in criteria] + [one.asymmetry.p for _, one, _ in things]
    q = benjamini_hochberg(np.array([np.nan if one is None else one for one in p], dtype=float))
    sure = (q <= archive.settings.false_discoveries).tolist()
    return Seen(
        tuple((name, one, one.prevails(sure=yes)) for (name, one), yes in zip(criteria, sure, strict=False)),
        tuple(
            (name, one, parts, one.prevails(sure=yes))
            for (name, one, parts), yes in zip(things, sure[len(criteria) :], strict=True)
        ),
    )


def _questionnaire(archive: Archive, asked: Sequence[Asked], types: Sequence[KanoType | None]) -> Iterator[Block]:
    if not asked:
        return
    yield Heading(text("Types, from the questionnaire", "Типы – по анкете"))
    rows = [
        Compared(title_of(archive, one.criterion), one, told, guess_of(archive, one.criterion))
        for one, told in zip(asked, types, strict=True)
    ]
    yield types_table(rows, archive.settings)
    yield from better_worse(rows)


def _ratings(seen: Seen) -> Iterator[Block]:
    yield Heading(text("What the ratings show", "Что видно по оценкам"))
    yield Paragraph(NO_TYPES)
    if seen.criteria:
        yield criteria_table(seen.criteria)
        if any(one.asymmetry.value is not None for _, one, _ in seen.criteria):
            yield criteria_dots(seen.criteria)
    if seen.things:
        yield things_table(seen.things)


NO_TYPES = text(
    "Ratings give no Kano types: those come from the paired questionnaire alone. They show which end moves: whether an "
    "error adds more low ratings than meeting it adds top ones.",
    "Оценки не дают типов Кано: тип – только из парной анкеты. По оценкам видно, какой край сдвигается: добавляет ли "
    "ошибка больше низких оценок, чем выполнение – высших.",
)


def _lacks(archive: Archive) -> Iterator[Text]:
    if not archive.beside.kano:
        yield NO_QUESTIONNAIRE
    if not archive.answers.answered.any():
        yield NO_ANSWERS
    elif not any(one.decided.any() for one in archive.criteria):
        yield NO_CRITERIA


NO_QUESTIONNAIRE = text(
    "No Kano questionnaire: put kano.csv (respondent, criterion, functional, dysfunctional; answers 1–5) beside the "
    "results. Without it nobody knows the types.",
    "Анкеты Кано нет: положите kano.csv (respondent, criterion, functional, dysfunctional; ответы 1–5) рядом с "
    "результатами. Без неё типы не известны.",
)
NO_ANSWERS = text(
    "No survey answers: which end of the ratings a criterion moves cannot be told.",
    "Ответов на опрос нет: какой край оценок сдвигает критерий, сказать нельзя.",
)
NO_CRITERIA = text(
    "No criterion was judged: run voxcx qa to see criteria here.",
    "Ни один критерий не оценён: чтобы увидеть критерии, запустите voxcx qa.",
)


def title_of(archive: Archive, criterion: str) -> Text:
    """The title of a criterion that the questionnaire names by its id or its key."""
    found = _column(archive, criterion)
    return same(criterion) if found is None else found.title


def guess_of(archive: Archive, criterion: str) -> KanoType | None:
    """What the team wrote into the form."""
    found = _column(archive, criterion)
    return None if found is None or found.kano is None else GUESSED[found.kano]


def _column(archive: Archive, criterion: str) -> CriterionColumn | None:
    return next((one for one in archive.criteria if criterion in {one.criterion, one.key}), None)


def _guesses(archive: Archive, asked: Sequence[Asked], types: Sequence[KanoType | None]) -> Iterator[Finding]:
    """Where customers surely say something else than the form takes for granted."""
    for one, told in zip(asked, types, strict=True):
        guess = guess_of(archive, one.criterion)
        if told is not None and guess is not None and told != guess:
            said = GUESSED_WRONG.with_blanks(
                {
                    "title": title_of(archive, one.criterion),
                    "guess": NAMES[guess],
                    "told": NAMES[told],
                    "n": Figure(Estimate(one.n), "count"),
                }
            )
            yield Finding(said, 0.0, tone="unsure")


GUESSED_WRONG = text(
    "“{title}”: the form calls it {guess}, customers say {told} ({n} answers to the Kano questionnaire).",
    "«{title}»: в форме – {guess}, клиенты говорят – {told} (ответов на анкету Кано: {n}).",
)


def _criterion_findings(archive: Archive, seen: Seen) -> Iterator[Finding]:
    for criterion, effects, prevails in seen.criteria:
        if prevails not in {"penalty", "reward"}:
            continue
        rows = np.flatnonzero(criterion.decided & ~np.isnan(archive.answers.csi))
        effect = adjusted_difference(
            archive.answers.csi[rows],
            criterion.failed[rows],
            [archive.label("queue")[rows]],
            clusters_of(archive, rows).astype(object),
            archive.settings.level,
        )
        if effect.value is None or not effect.excludes_zero or effect.value > 0:
            continue
        said = FOUND[prevails].with_blanks(
            {
                "title": criterion.title,
                "penalty": _odds(effects.penalty),
                "reward": _odds(effects.reward),
                "effect": Figure(effect, "points"),
                "sure": Figure(Estimate(archive.settings.level), "share"),
            }
        )
        weight = -effect.value * float(criterion.failed.sum()) / max(int(archive.handled.sum()), 1)
        calls = _calls(archive, criterion, prevails)
        about = f"criterion:{criterion.criterion}"
        yield Finding(said, weight, calls, "bad" if prevails == "penalty" else "good", about)


def _odds(one: Estimate) -> Figure:
    return Figure(as_ratio(one), "ratio")


FOUND: dict[Prevails, Text] = {
    "penalty": text(
        "“{title}” punishes more than it pays: an error takes the odds of a low rating {penalty} ({sure} CI "
        "{penalty.interval}), meeting it those of a top one {reward} ({reward.interval}). An error: {effect} of CSI, "
        "{sure} CI {effect.interval}.",
        "«{title}», похоже, воспринимают как должное: при ошибке шансы низкой оценки {penalty} ({sure} ДИ "
        "{penalty.interval}), при выполнении шансы высшей {reward} ({reward.interval}). Где не выполнено: {effect} "
        "CSI, {sure} ДИ {effect.interval}.",
    ),
    "reward": text(
        "“{title}” pays more than it punishes: meeting it takes the odds of a top rating {reward} ({sure} CI "
        "{reward.interval}), an error those of a low one {penalty} ({penalty.interval}). Without it: {effect} of CSI, "
        "{sure} CI {effect.interval}.",
        "«{title}» скорее радует, чем спасает от недовольства: при выполнении шансы высшей оценки {reward} ({sure} "
        "ДИ {reward.interval}), при ошибке шансы низкой {penalty} ({penalty.interval}). Где не выполнено: {effect} "
        "CSI, {sure} ДИ {effect.interval}.",
    ),
}


def _calls(archive: Archive, criterion: CriterionColumn, prevails: Prevails) -> tuple[CallRef, ...]:
    """Errors that were rated low, or what was met and got the top rating; the latest."""
    answers = archive.answers
    low: Flags = criterion.failed & (answers.dissatisfied == 1.0)
    high: Flags = criterion.decided & ~criterion.failed & (answers.top == 1.0)
    shown = np.flatnonzero(low if prevails == "penalty" else high)[::-1][:SHOWN_CALLS]
    why = text("not met, rated low", "не выполнено, низкая оценка")
    if prevails == "reward":
        why = text("met, top rating", "выполнено, высшая оценка")
    return tuple(CallRef(str(archive.id[one]), criterion.criterion, why=why) for one in shown)


def _thing_findings(archive: Archive, seen: Seen) -> Iterator[Finding]:
    for thing, effects, parts, prevails in seen.things:
        if parts is None or prevails != "penalty" or effects.penalty.value is None or thing.name in ON_WAIT_PAGE:
            continue
        said = THING_FOUND.with_blanks(
            {
                "title": thing.title,
                "penalty": Figure(mirrored(effects.penalty), "points"),
                "reward": Figure(effects.reward, "points"),
                "sure": Figure(Estimate(archive.settings.level), "share"),
            }
        )
        known = int((~np.isnan(values_of(archive, thing)) & archive.handled).sum())
        share = float((parts.third == WORST).mean()) * known / max(int(archive.handled.sum()), 1)
        yield Finding(said, effects.penalty.value * share, _worst_calls(archive, thing), about=_about(thing))


def _about(thing: Thing) -> str:
    return "waiting" if thing.name in {"queue_wait_s", "first_response_s"} else ""


THING_FOUND = text(
    "{title}, thirds of CSI against the middle one: the worst {penalty} ({sure} CI {penalty.interval}), the best "
    "{reward} ({reward.interval}). Cut the longest, not the average.",
    "{title}: в худшей трети CSI {penalty} к средней ({sure} ДИ {penalty.interval}), в лучшей {reward} "
    "({reward.interval}). Сокращайте самое долгое, а не среднее.",
)


def _worst_calls(archive: Archive, thing: Thing) -> tuple[CallRef, ...]:
    values = values_of(archive, thing)
    rows = np.flatnonzero((archive.answers.dissatisfied == 1.0) & ~np.isnan(values) & archive.handled)
    longest = rows[np.argsort(-values[rows], kind="stable")][:SHOWN_CALLS]
    why = text("{title}: {t}, rated low", "{title}: {t}, низкая оценка")
    return tuple(
        CallRef(
            str(archive.id[one]),
            why=why.with_blanks({"title": thing.title, "t": Figure(Estimate(float(values[one])), "s")}),
        )
        for one in longest
    )
