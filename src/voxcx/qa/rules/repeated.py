"""``repeated``: data that one party dictates is read back by the other.

Numbers are compared by their digits, said or written, and put together where they are dictated in pieces; dates, sums,
names and addresses by value. Digits that differ by one may be a slip of the recogniser or of the agent: unknown. A
number is dictated where it answers a request, stands beside the name of what it is, or is said alone. Where nothing was
dictated the answer is no: ``dictated: true`` asks for that, for ``applies_when``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from voxcx.config import Checked
from voxcx.domain.qa import Rule
from voxcx.language.dictated import Datum
from voxcx.qa.outcome import Outcome, conjunction, disjunction, unknown
from voxcx.qa.phrasing import Finder
from voxcx.qa.resolving import resolve
from voxcx.qa.rules import operator
from voxcx.qa.rules.dictation import Item, dictated_items
from voxcx.qa.rules.operator import Bench, Operator, WindowTurns
from voxcx.qa.rules.readback import Back, Readback
from voxcx.qa.rules.search import Anchors, absence, anchors_of, doubt_of, strings, window_of
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate, Region, Window

Speaker = Literal["agent", "customer", "bot"]


class Arguments(Checked):
    """What is dictated by whom and repeated by whom; ``dictated: true`` asks only whether anything was."""

    what: Annotated[tuple[Datum, ...], Field(min_length=1)]
    said_by: Speaker = "customer"
    repeated_by: Speaker = "agent"
    within_turns: WindowTurns = 2
    where: operator.Place = operator.Place()
    confirmed: tuple[operator.Phrase, ...] = ()
    except_after: tuple[operator.Phrase, ...] = ()
    dictated: bool = False
    enough: Literal["each", "any"] = "each"
    least_digits: Annotated[int, Field(ge=1, le=30)] = 4

    @model_validator(mode="after")
    def two_parties(self) -> Arguments:
        """Nobody reads back to themselves."""
        if self.said_by == self.repeated_by:
            raise ValueError("expected two parties, got said_by and repeated_by the same")
        return self


@dataclass(frozen=True)
class Repeated:
    """The evaluator of ``repeated``."""

    rule: Rule
    window: Window
    anchors: Anchors
    back: Readback
    spared: Finder | None

    def __call__(self, scene: Scene) -> Outcome:
        """Find what was dictated, and each piece where it was read back."""
        said_by = str(self.rule.argument("said_by", "customer"))
        if reason := scene.distrust(said_by) or scene.distrust(self.back.by) or scene.foreign:
            return unknown(reason)
        region = resolve(self.window, said_by, scene, self.anchors)
        if region.missing:
            return Outcome(truth=False, notes=(region.missing,))
        items = [item for item in self._items(said_by, scene) if region.holds(item.places[0])]
        if not items:
            return self._nothing(region, said_by, scene)
        if self.rule.argument("dictated") is True:
            return _dictated(items, scene)
        join = disjunction if self.rule.argument("enough") == "any" else conjunction
        return join([self._checked(item, scene) for item in items])

    def _items(self, said_by: str, scene: Scene) -> list[Item]:
        kinds = strings(self.rule, "what")
        least = int(str(self.rule.argument("least_digits", 4)))
        items = dictated_items(scene, said_by, kinds, least)
        if self.spared is None:
            return items
        marks = [find[0].index for find in self.spared.find(scene, said_by)]
        marks += [find[0].index for find in self.spared.find(scene, self.back.by)]
        return [item for item in items if not _follows(item, marks, said_by, scene)]

    def _nothing(self, region: Region, said_by: str, scene: Scene) -> Outcome:
        nothing = absence(region, said_by, scene)
        if nothing.truth is None:
            return nothing
        return Outcome(truth=False, searched=nothing.searched, notes=(scene.say("nothing_dictated"),))

    def _checked(self, item: Item, scene: Scene) -> Outcome:
        """Whether one piece of data was read back."""
        limit = scene.form.minimum_confidence
        for place in item.places:
            if reason := doubt_of(place, scene, limit):
                return unknown(reason, item.places)
        back: Back = self.back(item, scene)
        if back.truth:
            return Outcome(truth=True, places=(*item.places, *back.places))
        if back.truth is None:
            return unknown(scene.say("misheard_digits"), (*item.places, *back.places))
        if back.turns == 0 and scene.end_cut:
            return unknown(scene.say("end_cut"), item.places)
        nothing = absence(back.region, self.back.by, scene)
        if nothing.truth is None and back.turns:
            return unknown(nothing.reason or "", item.places)
        return Outcome(truth=False, places=item.places, notes=(scene.say("not_repeated"),))


def _dictated(items: list[Item], scene: Scene) -> Outcome:
    """Yes with the quotes; unknown where all of them rest on words that may not have been said."""
    sure = [item for item in items if not any(doubt_of(place, scene) for place in item.places)]
    if sure:
        return Outcome(truth=True, places=tuple(place for item in sure for place in item.places))
    return unknown(scene.say("suspect_words"), items[0].places)


def _follows(item: Item, marks: list[int], said_by: str, scene: Scene) -> bool:
    """Whether a mark stands in the item's own lines, or since the party spoke before."""
    lines = {place.first[0] for place in item.places if place.first}
    first = min(lines)
    earlier = [line.index for line in scene.lines_by.get(said_by, ()) if line.index < first and len(line.tokens) > 1]
    since = max(earlier, default=-1)
    return any(since < mark < first or mark in lines for mark in marks)


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``repeated``."""
    window = window_of(rule)
    confirmed, spared = strings(rule, "confirmed"), strings(rule, "except_after")
    back = Readback(
        str(rule.argument("repeated_by", "agent")),
        str(rule.argument("said_by", "customer")),
        int(str(rule.argument("within_turns", 2))),
        bench.finder(confirmed) if confirmed else None,
    )
    return Repeated(rule, window, anchors_of(window, bench), back, bench.finder(spared) if spared else None)


REPEATED = Operator(
    "repeated",
    Arguments,
    build,
    "repeated: {what: [number, date], said_by: customer, repeated_by: agent, within_turns: 2}",
    phrases=("confirmed", "except_after"),
)
