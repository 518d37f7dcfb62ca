"""People's marks: a CSV file → checked records, one a person, interaction and criterion.

Two layouts. Long: columns ``interaction_id, criterion, verdict``, a row a mark. Wide: ``interaction_id`` and a column
for each criterion, a row an interaction; an empty cell is no mark. Both may have ``evaluator``, ``form_version`` and
``random`` (1: the interaction was drawn at random, 0: it was picked). Other columns of a long file are passed over; of
a wide one those in which no cell is a verdict.

``random`` is of an interaction: 1 in any of its rows holds for all of them. Names of people that differ in case
alone are one person's; of their marks of the same thing for several form versions the latest version's counts.

The evaluator ``agreed`` (or another of ``AGREED``) is nobody: it is what people settled on together.

A verdict is met, not_met, not_applicable or undecided, or one of the words in ``VERDICT_WORDS``. Commas, semicolons or
tabs between cells; UTF-8, UTF-16 or Windows-1251, as Excel writes them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from voxcx.domain.qa import Verdict
from voxcx.errors import InputError
from voxcx.intake.csv_rows import DELIMITERS, named_lines, refuse_lines

Layout = Literal["long", "wide"]
LONG = ("criterion", "verdict")
ABOUT = ("evaluator", "form_version", "random")
VERDICT_WORDS: dict[Verdict, tuple[str, ...]] = {
    "met": ("met", "1", "1.0", "1,0", "yes", "pass", "passed", "true", "+", "да", "выполнено", "выполнен", "истина"),
    "not_met": (
        *("not met", "0", "0.0", "0,0", "no", "fail", "failed", "false", "-", "нет", "не выполнено", "не выполнен"),
        *("невыполнено", "ошибка", "ложь"),
    ),
    "not_applicable": (
        *("not applicable", "n.a.", "n.a", "n/a", "na", "не применимо", "неприменимо", "не применим"),
        *("н/п", "н.п.", "нп", "н/д"),
    ),
    "undecided": (
        *("undecided", "unsure", "unclear", "?", "не решено", "не оценено"),
        *("не определено", "неясно", "не ясно", "не знаю"),
    ),
}
OF_THE_SHEET = frozenset({"started_at", "recording"})  # what `voxcx qa calibrate --sheet` fills in itself
AGREED = ("agreed", "consensus", "согласовано", "эталон")  # an evaluator's name: what people settled on together
_VERDICT = {word: verdict for verdict, words in VERDICT_WORDS.items() for word in words}
_TRUTH = {"1": True, "yes": True, "true": True, "да": True, "0": False, "no": False, "false": False, "нет": False}
_REMEDY = "write met, not_met, not_applicable or undecided (or 1, 0, n.a.)"


@dataclass(frozen=True, slots=True)
class Mark:
    """One person's verdict on one criterion of one interaction; ``line`` is where it stands in its file.

    ``evaluator`` and ``form_version`` are None where the file does not say; ``random`` likewise.
    """

    interaction_id: str
    criterion: str
    verdict: Verdict
    line: int
    evaluator: str | None = None
    form_version: str | None = None
    random: bool | None = None

    @property
    def is_agreed(self) -> bool:
        """Not one person's verdict but what several settled on after talking about it."""
        return self.evaluator is not None and self.evaluator.lower() in AGREED


@dataclass(frozen=True, slots=True)
class Marks:
    """A whole file of marks in its order. ``passed_over`` names columns of a wide file that hold no verdicts.

    ``older``: marks left out, since the same person marked the same thing for a later form version.
    """

    name: str
    layout: Layout
    marks: tuple[Mark, ...]
    passed_over: tuple[str, ...] = ()
    older: int = 0

    @property
    def criteria(self) -> tuple[str, ...]:
        """Ids of the criteria that were marked, in the order they come."""
        return tuple(dict.fromkeys(mark.criterion for mark in self.marks))

    def of(self, criterion: str) -> tuple[Mark, ...]:
        """Marks of one criterion."""
        return tuple(mark for mark in self.marks if mark.criterion == criterion)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: dict[str, str]


def read_marks(path: Path) -> Marks:
    """Read every mark.

    Whether interactions and criteria exist is for the caller to say: the file alone cannot know.

    Raises:
        InputError: no such file, no header, no marks, a line without an id, a verdict that is none (with its lines),
            the same person's mark of the same thing twice, an interaction that is random and is not.
    """
    names, rows = _table(path)
    refuse_lines(path, [row.line for row in rows if not row.cells["interaction_id"]], "an interaction_id", "fill it in")
    layout: Layout = "long" if set(LONG) <= set(names) else "wide"
    columns, passed_over = ((), ()) if layout == "long" else _criteria(path, names, rows)
    cells = list(_long(path, rows) if layout == "long" else _wide(rows, columns))
    _refuse_words(path, cells)
    marks = tuple(_mark(path, row, criterion, word) for row, criterion, word in cells)
    if not marks:
        raise InputError(f"{path}: expected marks, found none below the header; fill the file in.")
    marks = _named_alike(marks)
    _refuse_duplicates(path, marks)
    _refuse_contradictions(path, marks)
    latest = _latest(_drawn_alike(marks))
    return Marks(path.name, layout, latest, passed_over, len(marks) - len(latest))


def verdict_of(word: str) -> Verdict | None:
    """The verdict that a person's word means; None when it means none.

    >>> [verdict_of(word) for word in ("Not_met", "НЕ ВЫПОЛНЕНО", "1", "n.a.", "maybe")]
    ['not_met', 'not_met', 'met', 'not_applicable', None]
    """
    return _VERDICT.get(" ".join(word.lower().replace("_", " ").split()))


def _table(path: Path) -> tuple[list[str], list[_Row]]:
    text = _text(path)
    header = text.lstrip("\r\n").partition("\n")[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=header.count))
    try:
        lines = [(table.line_num, cells) for cells in table if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise InputError(f"{path}: expected CSV, got {error} near line {table.line_num}; correct the file.") from None
    names = _header(path, lines[0][1] if lines else [])
    long = [line for line, cells in lines if any(cell.strip() for cell in cells[len(names) :])]
    refuse_lines(path, long, f"{len(names)} cells as in the header", "put quotes around commas", got="more")
    return names, [_Row(line, _cells(names, cells)) for line, cells in lines[1:]]


def _cells(names: list[str], cells: list[str]) -> dict[str, str]:
    padded = [*cells, *[""] * (len(names) - len(cells))]
    return {name: _unguarded(cell.strip()) for name, cell in zip(names, padded, strict=False) if name}


def _unguarded(cell: str) -> str:
    """Our own sheets put an apostrophe before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _header(path: Path, cells: list[str]) -> list[str]:
    known = {"interaction_id", *LONG, *ABOUT}
    names = [name.strip() for name in cells]
    names = [name.lower() if name.lower() in known else name for name in names]
    if "interaction_id" not in names:
        got = ", ".join(names[:6])[:80] or "an empty file"
        raise InputError(
            f"{path}: expected a header with interaction_id, criterion and verdict, or with interaction_id and a column"
            f" for each criterion, got {got}; add the header line."
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise InputError(f"{path}: expected each column once, got {', '.join(twice[:3])} twice; rename one.")
    lacking = [name for name in LONG if name not in names]
    if len(lacking) == 1:
        raise InputError(f"{path}: expected criterion and verdict, found no {lacking[0]}; add that column.")
    return names


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"{path}: expected people's marks as CSV, found no such file; check the path.")
    raw = path.read_bytes()
    codes = ("utf-16",) if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1251")
    for code in codes:
        try:
            text = raw.decode(code)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(f"{path}: expected CSV in UTF-8 (or Windows-1251), could not read it; save it as CSV UTF-8.")


def _criteria(path: Path, names: list[str], rows: list[_Row]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns of a wide file that hold verdicts, and those that hold none and say nothing about the mark."""
    others = [name for name in names if name and name not in {"interaction_id", *ABOUT}]
    held = tuple(name for name in others if any(verdict_of(row.cells[name]) for row in rows))
    if others and rows and not held:
        if not any(row.cells[name].strip() for row in rows for name in others if name not in OF_THE_SHEET):
            raise InputError(f"{path}: expected marks, found none: no cell is filled in yet; {_REMEDY}.")
        raise InputError(
            f"{path}: expected a column with verdicts, found none among {', '.join(others[:6])[:80]}; {_REMEDY}."
        )
    return held, tuple(name for name in others if name not in held)


def _long(path: Path, rows: list[_Row]) -> Iterator[tuple[_Row, str, str]]:
    refuse_lines(path, [row.line for row in rows if not row.cells["criterion"]], "a criterion", "fill it in")
    refuse_lines(path, [row.line for row in rows if not row.cells["verdict"]], "a verdict", _REMEDY)
    for row in rows:
        yield row, row.cells["criterion"], row.cells["verdict"]


def _wide(rows: list[_Row], columns: tuple[str, ...]) -> Iterator[tuple[_Row, str, str]]:
    for row in rows:
        for name in columns:
            if row.cells[name]:
                yield row, name, row.cells[name]


def _refuse_words(path: Path, cells: list[tuple[_Row, str, str]]) -> None:
    wrong = [(row.line, word) for row, _, word in cells if verdict_of(word) is None]
    lines = list(dict.fromkeys(line for line, _ in wrong))
    refuse_lines(path, lines, "a verdict", _REMEDY, got=repr(wrong[0][1][:40]) if wrong else "")


def _mark(path: Path, row: _Row, criterion: str, word: str) -> Mark:
    drawn = row.cells.get("random") or None
    if drawn is not None and drawn.lower() not in _TRUTH:
        refuse_lines(path, [row.line], "1 or 0 under random", "correct it", got=repr(drawn[:40]))
    return Mark(
        interaction_id=row.cells["interaction_id"],
        criterion=criterion,
        verdict=_VERDICT[" ".join(word.lower().replace("_", " ").split())],
        line=row.line,
        evaluator=row.cells.get("evaluator") or None,
        form_version=row.cells.get("form_version") or None,
        random=None if drawn is None else _TRUTH[drawn.lower()],
    )


def _named_alike(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """``ann`` is ``Ann``: the first spelling stands."""
    spelt: dict[str, str] = {}
    made = []
    for mark in marks:
        name = mark.evaluator and spelt.setdefault(" ".join(mark.evaluator.casefold().split()), mark.evaluator)
        made.append(mark if name == mark.evaluator else replace(mark, evaluator=name))
    return tuple(made)


def _drawn_alike(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    drawn = {mark.interaction_id: mark.random for mark in marks if mark.random is not None}
    alike = [(mark, drawn.get(mark.interaction_id)) for mark in marks]
    return tuple(mark if said == mark.random else replace(mark, random=said) for mark, said in alike)


def _latest(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """A person has one verdict: that for the latest form version."""
    last: dict[tuple[str, str, str | None], Mark] = {}
    for mark in marks:
        key = (mark.interaction_id, mark.criterion, mark.evaluator)
        if natural(mark.form_version) >= natural(last.setdefault(key, mark).form_version):
            last[key] = mark
    return tuple(last.values())


def natural(version: str | None) -> tuple[int, str]:
    """Sorts v9 before v10, and what is not said before both."""
    digits = "".join(letter for letter in version or "" if letter.isdigit())
    return int(digits or 0), version or ""


def _refuse_contradictions(path: Path, marks: Iterable[Mark]) -> None:
    said: dict[str, Mark] = {}
    for mark in marks:
        if mark.random is None:
            continue
        before = said.setdefault(mark.interaction_id, mark)
        if before.random != mark.random:
            raise InputError(
                f"{path.name}, {named_lines([before.line, mark.line])}: expected an interaction to be random or not, "
                f"got 1 and 0 for {mark.interaction_id[:60]!r}; write the same into all its rows."
            )


def _refuse_duplicates(path: Path, marks: Iterable[Mark]) -> None:
    first: dict[tuple[object, ...], Mark] = {}
    again: list[tuple[Mark, Mark]] = []
    for mark in marks:
        key = (mark.interaction_id, mark.criterion, mark.evaluator, mark.form_version)
        before = first.setdefault(key, mark)
        if before is not mark:
            again.append((before, mark))
    if again:
        before, mark = again[0]
        cure = "keep one" if mark.evaluator else "keep one, or say who marked in a column evaluator"
        raise InputError(
            f"{path.name}, {named_lines([one.line for _, one in again])}: expected one mark of a person for each "
            f"interaction and criterion, got {mark.criterion} of {mark.interaction_id[:60]!r} again after line "
            f"{before.line}; {cure}."
        )
