"""What a party dictates in a conversation: each piece of data with its value and all the words that it came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voxcx.language.dictated import Datum, Said, data_in
from voxcx.language.tokens import Token
from voxcx.qa.outcome import Place
from voxcx.qa.rules.telling import is_told
from voxcx.qa.scene import By, Line, Scene

MOSTLY = 0.5  # share of an utterance's words that are digits where it goes on with a number begun before
NEAR_LINES = 4  # lines between two pieces of one number: «двадцать три» – «так» – «сорок пять»
SHORT_ANSWER = 4  # words
FILLERS = frozenset("так да угу ага ну и потом дальше запятая yes okay ok then and uh um right".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of data; a number may come in several places."""

    kind: Datum
    value: tuple[str, ...]
    places: tuple[Place, ...]
    words: tuple[Token, ...] = ()

    @property
    def digits(self) -> str:
        """All digits of the value together."""
        return "".join(part for part in self.value if part.isdecimal())

    @property
    def lines(self) -> tuple[int, int]:
        """Index of the first and of the last line."""
        return (self.places[0].first or (0, 0))[0], (self.places[-1].last or (0, 0))[0]


def dictated_items(scene: Scene, by: By, kinds: Sequence[str], least_digits: int) -> list[Item]:
    """Everything of these kinds that a party says; the same value said again is one piece, dictated first."""
    found: list[Item] = []
    for line in scene.lines_by.get(by, ()):
        for said in data_in(line.tokens, kinds, scene.form.language):
            if (said.kind == "name" and _is_agents(said, scene)) or _in_passing(said, line):
                continue
            item = Item(said.kind, said.value, (scene.place(line, said.start, said.end),), said.words)
            if found and _goes_on(found[-1], item, said, line):
                found[-1] = _joined(found[-1], item)
            elif said.kind != "number" or is_told(said, line, scene):
                found.append(item)
    kept: dict[tuple[str, tuple[str, ...]], Item] = {}
    for item in found:
        if item.kind != "number" or len(item.digits) >= least_digits:
            kept.setdefault((item.kind, item.value), item)
    return list(kept.values())


def _in_passing(said: Said, line: Line) -> bool:
    """Whether it is a weekday inside a long sentence: as an answer it is data («в понедельник»), else talk."""
    return said.kind == "date" and not said.digits and len(line.tokens) > SHORT_ANSWER


def _is_agents(said: Said, scene: Scene) -> bool:
    """Whether it is an agent's name, which nobody dictates."""
    known = {word.lower().replace("ё", "е") for name in scene.interaction.agent_names for word in name.split()}
    return any(not token.forms.isdisjoint(known) for token in said.words)


def _goes_on(before: Item, item: Item, said: Said, line: Line) -> bool:
    """Whether a number goes on with digits in a later line that holds little else."""
    if before.kind != "number" or item.kind != "number":
        return False
    gap = line.index - before.lines[1]
    if not 0 < gap <= NEAR_LINES or said.start > 2:
        return False
    other = sum(token.lower not in FILLERS for token in (*line.tokens[: said.start], *line.tokens[said.end :]))
    return other <= MOSTLY * (said.end - said.start)


def _joined(before: Item, item: Item) -> Item:
    return Item("number", (before.digits + item.digits,), (*before.places, *item.places))
