"""Whether a piece of data that was dictated is said again by the other party in its next turns."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.language.dictated import data_in, day_of_month, digit_rows, same_words
from voxcx.language.tokens import tokenise
from voxcx.qa.outcome import Place
from voxcx.qa.phrasing import Finder, negated
from voxcx.qa.rules.dictation import Item
from voxcx.qa.rules.search import doubt_of
from voxcx.qa.scene import By, Line, Scene
from voxcx.qa.windows import Region, Stretch

MIN_SLIP_DIGITS = 5  # a shorter number that differs by one digit is another number
YES = {
    "ru": frozenset(["да", "ага", "угу", "верно", "правильно", "точно", "именно", "конечно"]),
    "en": frozenset(["yes", "yeah", "yep", "correct", "right", "exactly", "sure", "that's", "mm-hm", "uh-huh"]),
}
NO = {
    "ru": frozenset({"нет", "не", "неверно", "неправильно"}),
    "en": frozenset({"no", "not", "nope", "wrong", "incorrect"}),
}
CHECK_WORDS = 5  # of a line without data that asks whether what was dictated is right
ANSWER_WORDS = 4  # at the start of an answer, among which its yes stands


@dataclass(frozen=True, slots=True)
class Back:
    """Said again or not (None: perhaps), where, and in how many turns that was looked for."""

    truth: bool | None
    places: tuple[Place, ...]
    region: Region
    turns: int


@dataclass(frozen=True)
class Readback:
    """Looks in the lines of ``by`` from the dictation to the end of its next ``turns`` turns."""

    by: By
    said_by: By
    turns: int
    confirming: Finder | None = None

    def __call__(self, item: Item, scene: Scene) -> Back:
        """Look for one piece of data."""
        lines, turns = self._lines(item, scene)
        end = lines[-1].index + 1 if lines else item.lines[1] + 1
        region = Region(lambda: scene.say("after_dictation"), (Stretch(low=(item.lines[0], 0), high=(end, 0)),))
        found = _numbers(item, lines, scene) if item.kind == "number" else _others(item, lines, scene)
        truth: bool | None = bool(found)
        if not found and (near := _slips(item, lines, scene)):
            found, truth = near, None
        if not found and (asked := self._confirmed(item, lines, scene)):
            found, truth = asked, True
        if truth and any(doubt_of(place, scene, scene.form.minimum_confidence) for place in found):
            truth = None
        return Back(truth, tuple(found), region, turns)

    def _lines(self, item: Item, scene: Scene) -> tuple[list[Line], int]:
        first, last = item.lines
        mine = [line for line in scene.lines_by.get(self.by, ()) if line.index > first]
        after = list(dict.fromkeys(line.turn for line in mine if line.index > last))[: self.turns]
        stop = max((line.index for line in mine if line.turn in after), default=last)
        return [line for line in mine if line.index <= stop], len(after)

    def _confirmed(self, item: Item, lines: list[Line], scene: Scene) -> list[Place]:
        """A phrase such as "is that right" in those lines, with the other party's yes.

        It counts in a line with data, or where it ends a short line right after the dictation; «так» alone never.
        """
        if self.confirming is None:
            return []
        mine = {line.index for line in lines}
        next_ = next((line.index for line in lines if line.index > item.lines[1]), None)
        for line, start, end in self.confirming.find(scene, self.by):
            if line.index not in mine or [token.lower for token in line.tokens[start:end]] == ["так"]:
                continue
            right_after = line.index == next_ and end == len(line.tokens) <= CHECK_WORDS
            if not (right_after or _holds_data(item, line, scene)):
                continue
            if not negated((line, start, end), scene.form.language):
                place = scene.place(line, start, end)
                if self._agreed(place.last, scene):
                    return [place]
        return []

    def _agreed(self, after: tuple[int, int] | None, scene: Scene) -> bool:
        """Whether the dictating party's next words are a yes."""
        language = scene.form.language
        for line in scene.lines_by.get(self.said_by, ()):
            if after is not None and line.index > after[0]:
                opening = {token.lower for token in line.tokens[:ANSWER_WORDS]}
                return not opening.isdisjoint(YES.get(language, YES["en"])) and opening.isdisjoint(
                    NO.get(language, NO["en"])
                )
        return False


def _holds_data(item: Item, line: Line, scene: Scene) -> bool:
    """Whether a line has data such as was dictated."""
    return bool(data_in(line.tokens, (item.kind,), scene.form.language)) or any(
        True for _ in digit_rows(line.tokens, scene.form.language)
    )


def _rows(lines: list[Line], scene: Scene) -> tuple[str, list[Place]]:
    """All digits of the lines in order, and the place that each of them is from."""
    digits = ""
    places: list[Place] = []
    for line in lines:
        for row in digit_rows(line.tokens, scene.form.language):
            place = scene.place(line, row.start, row.end)
            digits += row.digits
            places += [place] * len(row.digits)
    return digits, places


def _numbers(item: Item, lines: list[Line], scene: Scene) -> list[Place]:
    """Where the digits stand in a row, however they are cut."""
    digits, places = _rows(lines, scene)
    at = digits.find(item.digits)
    return [] if at < 0 else list(dict.fromkeys(places[at : at + len(item.digits)]))


def _slips(item: Item, lines: list[Line], scene: Scene) -> list[Place]:
    """Where all digits but one stand in a row: one differs, is missing or is too many."""
    if item.kind != "number" or len(item.digits) < MIN_SLIP_DIGITS:
        return []
    digits, places = _rows(lines, scene)
    wanted = item.digits
    for size in (len(wanted), len(wanted) - 1, len(wanted) + 1):
        for at in range(len(digits) - size + 1):
            if one_apart(digits[at : at + size], wanted):
                return list(dict.fromkeys(places[at : at + size]))
    return []


def one_apart(one: str, other: str) -> bool:
    """Whether one digit is replaced, missing or too many.

    >>> one_apart("12345", "12845"), one_apart("1234", "12345"), one_apart("12345", "21345")
    (True, True, False)
    """
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:k] + long[k + 1 :] == short for k in range(len(long)))


def _others(item: Item, lines: list[Line], scene: Scene) -> list[Place]:
    """Where a date, a sum, a name or an address is said again."""
    language = scene.form.language
    for line in lines:
        for said in data_in(line.tokens, (item.kind,), language):
            if _same(item, said.value, said.words):
                return [scene.place(line, said.start, said.end)]
        day = day_of_month(line.tokens, language) if item.kind == "date" and len(item.value) > 1 else None
        if day and str(day[2]) == item.value[0]:
            return [scene.place(line, day[0], day[1])]
        if item.kind == "sum" and (place := _bare(item, line, scene)):
            return [place]
        if item.kind == "address" and (place := _parts(item, line, scene)):
            return [place]
    return []


def _same(item: Item, value: tuple[str, ...], words: tuple[object, ...]) -> bool:
    if item.kind in {"date", "sum"}:
        return item.value == value or (item.kind == "sum" and item.value[:1] == value)
    return same_words(item.words, words) and (item.kind == "name" or item.digits == _digits(value))  # type: ignore[arg-type]


def _digits(value: tuple[str, ...]) -> str:
    return "".join(part for part in value if part.isdecimal())


def _bare(item: Item, line: Line, scene: Scene) -> Place | None:
    """A sum said again without its currency."""
    for row in digit_rows(line.tokens, scene.form.language):
        if row.digits == item.value[0]:
            return scene.place(line, row.start, row.end)
    return None


def _parts(item: Item, line: Line, scene: Scene) -> Place | None:
    """An address said again without the words of its kind: «Ленина пять»."""
    rows = list(digit_rows(line.tokens, scene.form.language))
    told = "".join(row.digits for row in rows)
    numbers = "".join(
        row.digits for row in digit_rows(tokenise(" ".join(item.value), scene.form.language), scene.form.language)
    )
    if rows and numbers and numbers in told and same_words(item.words, line.tokens):
        return scene.place(line, 0, len(line.tokens))
    return None
