"""Which indicators of customer experience this archive can give, and what the others would take.

The list is ours, after the kinds of indicator that ISO 18295-1:2017 asks of contact centres and COPC asks of quality.
"""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Cell, Column, Figure, Page, Paragraph, Table, Tile, Tiles, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.coverage.indicators import ENOUGH, Indicator, Standard, Status, indicators_of

TITLE = text("What can be measured here", "Что здесь можно измерить")
QUESTION = text(
    "Which indicators of customer experience does this archive give, and what is missing for the others?",
    "Какие показатели клиентского опыта даёт этот архив и чего не хватает для остальных?",
)
OURS = text(
    "The list is ours, made after ISO 18295-1:2017 and after what COPC asks of quality, in our own words. What the "
    "standard requires is decided by its text alone; this page is no audit.",
    "Список наш, составлен по мотивам ISO 18295-1:2017 и подхода COPC к качеству, своими словами. Что требует "
    "стандарт, решает только его текст; эта страница не аудит.",
)
NO_ROWS = text("The archive holds no interactions.", "В архиве нет обращений.")
WORDS: dict[Status, Text] = {"yes": text("yes", "да"), "partly": text("partly", "отчасти"), "no": text("no", "нет")}
TONES: dict[Status, Tone] = {"yes": "good", "partly": "unsure", "no": "bad"}


def page(archive: Archive) -> Page:
    """Both lists with their source and the share of rows that have the data."""
    if not len(archive):
        return Page("coverage", TITLE, QUESTION, (Paragraph(OURS),), (NO_ROWS,))
    found = indicators_of(archive)
    blocks: list[Block] = [Paragraph(OURS), Tiles(tuple(_tiles(found)))]
    for standard, title in LISTS:
        mine = tuple(one for one in found if one.standard == standard)
        blocks.append(_table(archive, (standard, title), mine))
    return Page("coverage", TITLE, QUESTION, tuple(blocks))


LISTS: tuple[tuple[Standard, Text], ...] = (
    ("iso", text("After ISO 18295-1", "По мотивам ISO 18295-1")),
    ("copc", text("Quality and satisfaction the way COPC looks at them", "Качество и удовлетворённость в духе COPC")),
)
COUNTED = text("indicators of both lists with this answer", "показатели обоих списков с таким ответом")
TOLD = text(
    "With data: contacts that have it ÷ contacts concerned; interval: Wilson. Yes: at least {enough} of them have "
    "it; of surveys: at least {fewest} answers, since nobody answers always. Partly: fewer, or only in place of "
    "what is meant",
    "Есть данные: обращения с данными ÷ обращения, о которых речь; ДИ: Уилсон. Да: данные есть не меньше чем у "
    "{enough}; для опросов: не меньше {fewest} ответов, ведь отвечают не все. Отчасти: меньше или только замена "
    "тому, что нужно",
    enough="?",
    fewest="?",
)


def _tiles(found: tuple[Indicator, ...]) -> Iterator[Tile]:
    for status, word in WORDS.items():
        n = sum(one.status == status for one in found)
        yield Tile(word, Figure(Estimate(n), "count"), COUNTED, TONES[status])


def _table(archive: Archive, listed: tuple[Standard, Text], found: tuple[Indicator, ...]) -> Table:
    standard, title = listed
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        known = None if one.known is None else Figure(one.known, "share")
        rows.append((one.name, WORDS[one.status], one.source, known, one.missing))
    columns = (
        Column("indicator", text("Indicator", "Показатель")),
        Column("computed", text("Can be computed", "Можно посчитать")),
        Column("source", text("From", "Откуда")),
        Column("known_share", text("With data", "Есть данные")),
        Column("missing", text("What is missing", "Чего не хватает")),
    )
    enough, tones = Figure(Estimate(ENOUGH), "share"), tuple(TONES[one.status] for one in found)
    told = TOLD.with_blanks({"enough": enough, "fewest": str(archive.settings.fewest)})
    return Table(f"coverage_{standard}", title, columns, tuple(rows), told, shown=40, tones=tones)
