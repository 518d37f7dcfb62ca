"""Changes as a table, a picture by week, the mix that moved, and findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Cell, Column, Figure, Line, Lines, Table, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.change.comparing import Change, Verdict
from voxcx.insight.change.groups import Compared, parts_of
from voxcx.insight.change.words import (
    BEYOND,
    BY_WEEK,
    CRUDE,
    DEFINITION,
    DETECTABLE,
    ELSEWHERE,
    FEW,
    FEW_OF_WEEK,
    KEPT,
    MIX_MOVED,
    MIX_PART,
    MORE_NEEDED,
    NO_SPREAD,
    SHARE,
    THIN,
    VERDICTS,
)
from voxcx.insight.fields import field_name, field_names, value_cell
from voxcx.insight.surveys import mean_of
from voxcx.statistics.proportions import share, share_difference

TOP = 100.0  # of the index
WEEK_DAYS = 7
FEWEST_WEEKS = 3
FEWEST_OF_WEEK = 5  # answers, else the week is a gap
MOVED_SHOWN = 12
TONES: dict[Verdict, Tone] = {
    "better": "good",
    "worse": "bad",
    "more": "plain",
    "less": "plain",
    "no_change": "plain",
    "cannot_tell": "unsure",
    "as_elsewhere": "unsure",
}


def table_of(archive: Archive, groups: Compared, changes: Sequence[Change]) -> Table:
    """A row for each outcome."""
    definition = definition_of(archive, changes)
    columns = [
        Column("outcome", text("Outcome", "Показатель")),
        Column("verdict", text("Verdict", "Вывод")),
        Column("first_mean", groups.first_name),
        Column("second_mean", groups.second_name),
        Column("standardised", text("Difference with the same mix", "Разница при одинаковом составе"), definition),
        Column("crude", text("Difference as it came", "Разница как есть"), CRUDE),
        Column("mix_part", text("Due to the mix", "Из-за состава"), MIX_PART),
    ]
    if groups.control is not None:
        columns.append(Column("elsewhere", text("Difference in the rest", "Разница в остальном архиве"), ELSEWHERE))
        columns.append(Column("beyond", text("Here beyond the rest", "Здесь сверх остального"), BEYOND))
    columns.append(Column("comparable_share", text("Comparable contacts", "Сопоставимые обращения"), KEPT))
    columns.append(Column("detectable", text("Could have seen", "Можно было заметить"), DETECTABLE))
    rows = tuple(tuple(_row(groups, one)) for one in changes)
    tones = tuple(TONES[one.verdict] for one in changes)
    title = text(
        "Compared: {second} beside {first}",
        "Сравнение: {second} и {first}",
        first=groups.first_name,
        second=groups.second_name,
    )
    return Table("change", title, tuple(columns), rows, definition, tones=tones)


def _row(groups: Compared, one: Change) -> Iterator[Cell]:
    outcome, found = one.outcome, one.standardised
    yield outcome.title
    yield _verdict(one)
    yield Figure(one.first, outcome.unit)
    yield Figure(one.second, outcome.unit)
    for part in (found.estimate, found.crude, found.mix_part) if found else (None, None, None):
        yield None if part is None else Figure(part, outcome.change_unit)
    if groups.control is not None:
        yield None if one.elsewhere is None else Figure(one.elsewhere, outcome.change_unit)
        yield None if one.beyond is None else Figure(one.beyond, outcome.change_unit)
    yield Figure(Estimate(found.kept, n=found.estimate.n), "share") if found else None
    n = one.first.n + one.second.n
    detectable = Estimate(one.detectable, n=n, reason=None if one.detectable is not None else NO_SPREAD)
    yield Figure(detectable, outcome.unit)


def _verdict(one: Change) -> Text:
    """With how many more it takes, where it cannot be told."""
    if one.verdict != "cannot_tell":
        return VERDICTS[one.verdict]
    worth = Figure(Estimate(one.worth), one.outcome.change_unit)
    if one.standardised is None:
        smaller = Figure(Estimate(float(min(one.first.n, one.second.n))), "count")
        return FEW.with_blanks({"n": smaller})
    if one.needed is None:
        return VERDICTS["cannot_tell"]
    needed = Figure(Estimate(float(one.needed)), "count")
    return MORE_NEEDED.with_blanks({"worth": worth, "n": needed})


def weeks_of(archive: Archive, groups: Compared) -> Lines | None:
    """CSI as answered by week, here and elsewhere, with a mark at the change; None with fewer than three weeks."""
    if groups.day is None or not archive.answers.answered.any():
        return None
    own = groups.part or text("all contacts", "все обращения")
    lines = [_line(archive, groups.used, own)]
    if groups.control is not None:
        lines.append(_line(archive, groups.control, text("the rest", "остальной архив")))
    if len(lines[0].x) < FEWEST_WEEKS:
        return None
    marks = ((float(groups.day), text("change", "изменение") if groups.asked else groups.second_name),)
    titles = (text("CSI by week", "CSI по неделям"), text("Week", "Неделя"), text("CSI", "CSI"))
    return Lines(titles[0], titles[1], "date", titles[2], "index", tuple(lines), BY_WEEK, marks)


def _line(archive: Archive, rows: Flags, label: Text) -> Line:
    known = rows & archive.answers.answered & (archive.day >= 0)
    week = (archive.day + 3) // WEEK_DAYS  # from Monday
    weeks = np.unique(week[known])
    estimates = []
    for one in weeks.tolist():
        values: Floats = archive.answers.csi[known & (week == one)]
        enough, mean = len(values) >= FEWEST_OF_WEEK, mean_of(values, archive.settings.level)
        if enough and mean.low is not None and mean.high is not None:
            estimates.append(replace(mean, low=max(mean.low, 0.0), high=min(mean.high, TOP)))
        else:
            estimates.append(Estimate(None, n=len(values), level=mean.level, reason=FEW_OF_WEEK))
    return Line(label, tuple(float(one * WEEK_DAYS - 3) for one in weeks.tolist()), tuple(estimates))


def moved_of(archive: Archive, groups: Compared) -> Table | None:
    """Kinds of contacts whose share moved most; None where no field of the mix is known."""
    first, second = parts_of(groups)
    sizes = int(first.sum()), int(second.sum())
    made = []
    for field in archive.settings.change.mix:
        labels = archive.grouped(field)
        for name in sorted(set(labels[groups.used].tolist()) - {""}):
            mine = labels == name
            counts = [(float((mine & side).sum()), float(n)) for side, n in zip((first, second), sizes, strict=True)]
            gap = share_difference(counts[0], counts[1], archive.settings.level)
            shown = (*(Figure(share(*one), "share") for one in counts), Figure(gap, "share_points"))
            cells = (field_name(field), value_cell(field, name), *shown)
            made.append((abs(gap.value or 0.0), cells))
    if not made:
        return None
    rows = tuple(cells for _, cells in sorted(made, key=lambda one: -one[0]))
    columns = (
        Column("field", text("Field", "Поле")),
        Column("kind", text("Kind", "Вид обращений")),
        Column("first_share", groups.first_name, SHARE),
        Column("second_share", groups.second_name, SHARE),
        Column("difference", text("Difference", "Разница"), SHARE),
    )
    title = text("How the mix moved", "Как изменился состав")
    return Table("change_mix", title, columns, rows, SHARE, shown=MOVED_SHOWN)


def definition_of(archive: Archive, changes: Sequence[Change]) -> Text:
    """The formula, with the fields and the level in it, and what each outcome is."""
    settings = archive.settings
    level = Figure(Estimate(settings.level), "share")
    about = [
        text("{title}: {what}", "{title}: {what}", title=x.outcome.title, what=x.outcome.definition) for x in changes
    ]
    return DEFINITION.with_blanks(
        {
            "mix": field_names(settings.change.mix),
            "level": level,
            "fdr": Figure(Estimate(settings.false_discoveries), "number"),
            "outcomes": listed(about, ". "),
        }
    )


def mix_warnings(changes: Sequence[Change]) -> tuple[Text, ...]:
    """Where the mix moved more than the outcome itself, and where little can be compared."""
    told = []
    for template, which in ((MIX_MOVED, "mix_moved_more"), (THIN, "thin")):
        names = [one.outcome.title for one in changes if getattr(one, which)]
        if names:
            told.append(template.with_blanks({"names": listed(names, ", ")}))
    return tuple(told)


def listed(names: Sequence[Text], mark: str) -> Text:
    """Texts after each other."""
    frame = mark.join(f"{{name_{k}}}" for k in range(len(names)))
    return Text(frame, frame, tuple((f"name_{k}", name) for k, name in enumerate(names)))


def table_blocks(archive: Archive, groups: Compared, changes: Sequence[Change]) -> tuple[Block, ...]:
    """The table, the weeks and the mix."""
    blocks = (table_of(archive, groups, changes), weeks_of(archive, groups), moved_of(archive, groups))
    return tuple(block for block in blocks if block is not None)
