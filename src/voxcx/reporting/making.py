"""The walk of a report: read the archive → name the topics → ask every page → look up what the pages point at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from voxcx.domain.estimates import Estimate
from voxcx.domain.moments import Moment
from voxcx.domain.pages import CallRef, Figure, Page, Paragraph
from voxcx.domain.texts import Text, same, text
from voxcx.errors import InputError, unexpected
from voxcx.insight.archive import BY_FIELD, Archive
from voxcx.insight.catalogue import PAGES, maker
from voxcx.insight.surveys import response_told
from voxcx.intake.csv_rows import csv_rows
from voxcx.report.insight.about import About
from voxcx.reporting.fitting import misfits
from voxcx.reporting.moments import moments_of
from voxcx.reporting.reading import Asked, read_archive

TITLE = text("What the archive says", "Что говорит архив")
BROKEN = text("not made", "не получился")
PERIODS = ("week", "month")
RESTS_ON_ANSWERS = frozenset(
    {"quality", "kano", "wait", "effort", "priorities", "agents", "change", "robots", "matrix", "journey"}
)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report shows; a renderer needs nothing else."""

    about: About
    pages: tuple[Page, ...]
    moments: dict[CallRef, Moment]
    archive: Archive
    results: Path


def make_report(asked: Asked, only: Sequence[str] = (), on_page: Callable[[str], None] = lambda _: None) -> Report:
    """Ask every page, or those of ``only``; ``on_page`` is told which one is being made.

    Raises:
        InputError: no interactions, files that cannot be read, a page or a field that does not exist.
    """
    names = chosen_pages(only)
    archive = named_topics(read_archive(asked), asked.results)
    refuse_unknown_field(archive)
    pages = []
    with threadpool_limits(limits=1):  # many small sums: threads cost more than they bring
        for name in names:
            on_page(name)
            pages.append(with_response(made_or_told(name, archive), archive))
    moments = moments_of(pages, archive, asked.results)
    return Report(about_of(archive, asked), tuple(pages), moments, archive, asked.results)


def made_or_told(name: str, archive: Archive) -> Page:
    """A page; where it breaks, one that says so: the others still stand."""
    try:
        return maker(name)(archive)
    except Exception as error:  # noqa: BLE001 - whatever breaks costs one page, and is told
        where = unexpected(error).rstrip(".")
        why = text(
            "This part could not be made: {where}. This is our defect; report it with this line.",
            "Этот раздел не получился: {where}. Это наша ошибка; сообщите о ней с этой строкой.",
            where=where,
        )
        return Page(name, same(name), BROKEN, lacks=(why,))


def with_response(page: Page, archive: Archive) -> Page:
    """A page that rests on survey answers, with how many were asked and answered before its figures."""
    if page.id not in RESTS_ON_ANSWERS or not page.blocks or not archive.answers.answered.any():
        return page
    return replace(page, blocks=(Paragraph(response_told(archive)), *page.blocks))


def told_of_settings(pages: Sequence[Page], archive: Archive) -> tuple[Text, ...]:
    """What a terminal says, too: pages that broke, and why the change that somebody asked about is not shown."""
    change = archive.settings.change
    asked = change.at is not None or change.where is not None or change.field is not None
    told = [page for page in pages if page.question == BROKEN or (page.id == "change" and asked and not page.blocks)]
    return tuple(
        text("{page}: {why}", "{page}: {why}", page=page.title, why=why) for page in told for why in page.lacks
    )


def chosen_pages(only: Sequence[str]) -> tuple[str, ...]:
    """Names of pages in the report's order; all where none are named."""
    if unknown := [name for name in only if name not in PAGES]:
        raise InputError(f"--only: expected one of {', '.join(PAGES)}, got {unknown[0]!r}.")
    return tuple(name for name in PAGES if not only or name in only)


def named_topics(archive: Archive, results: Path) -> Archive:
    """The archive with a topic for every interaction that has one: given, by people, by rules, or found in the words.

    ``topics_labels.csv`` beside the results (interaction_id, topic) holds what people say.
    """
    # scikit-learn only where topics are found
    from voxcx.insight.topics.assigning import labels_of_people, with_topics  # noqa: PLC0415
    from voxcx.insight.topics.rules import load_topic_rules  # noqa: PLC0415

    path = results / "topics_labels.csv"
    rows = csv_rows(path, ("interaction_id", "topic"), "topics by people") if path.is_file() else []
    told = labels_of_people(archive, {row["interaction_id"]: row["topic"] for _, row in rows})
    return with_topics(archive, load_topic_rules(archive.settings.topics.rules), told)


def refuse_unknown_field(archive: Archive) -> None:
    """``--by`` names a field of the interactions, or a period."""
    by = archive.settings.by
    if by not in PERIODS and BY_FIELD.get(by, by) not in archive.labels:
        known = sorted({*PERIODS, *BY_FIELD, "team", "queue", "skill", "channel", "topic", "language", "priority"})
        raise InputError(f"--by: expected a field such as {', '.join(known)}, got {by!r}.")


def about_of(archive: Archive, asked: Asked) -> About:
    """What the head of the report says."""
    days = archive.day[archive.day >= 0]
    invited = archive.number("survey_invited")
    return About(
        title=TITLE,
        interactions=len(archive),
        answers=int(archive.answers.answered.sum()),
        invited=None if np.isnan(invited).all() else int((invited == 1.0).sum()),
        first_day=int(days.min()) if len(days) else None,
        last_day=int(days.max()) if len(days) else None,
        made_from=asked.results.resolve().name,
        simulated=archive.simulated,
        settings=_settings(archive),
        notes=_notes(archive),
    )


def _settings(archive: Archive) -> tuple[Text, ...]:
    told = archive.settings
    return (
        text(
            "Intervals at {level}; at most {fdr} of all finds of one page may be wrong (Benjamini–Hochberg).",
            "Интервалы на уровне {level}; среди находок одной страницы ложных не больше {fdr} (Бенджамини–Хохберг).",
            level=Figure(Estimate(told.level), "share"),
            fdr=Figure(Estimate(told.false_discoveries), "share"),
        ),
    )


def _notes(archive: Archive) -> tuple[Text, ...]:
    notes = list(misfits(archive))
    untimed = int(np.isnan(archive.moment_s).sum())
    if archive.failed:
        n = Figure(Estimate(archive.failed), "count")
        notes.append(
            text("{n} interactions could not be scored.", "Не удалось обработать обращений: {n}.", n=n),
        )
    if untimed:
        n = Figure(Estimate(untimed), "count")
        notes.append(
            text(
                "{n} interactions have no time; they are in no figure by period.",
                "Обращений без времени: {n}; в разрезах по времени их нет.",
                n=n,
            )
        )
    return tuple(notes)
