"""``said``: a party says one of the phrases inside a window, at least or at most so many times.

A find inside quotation marks, or just after «вы сказали» or "you said", is somebody else's words: ``unquoted`` passes
it over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pydantic import model_validator

from voxcx.config import Checked, Share
from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Place
from voxcx.qa.phrasing import Saying
from voxcx.qa.rules import operator
from voxcx.qa.rules.operator import Bench, Operator, Party, Phrases
from voxcx.qa.rules.quoting import unquoted
from voxcx.qa.rules.search import Search, absence, search_of, strings
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate

__all__ = ["SAID", "Arguments", "Said", "absence", "evaluator", "saying", "strings"]
Said = Search


class Words(Checked):
    """Who says which phrases where; ``unless`` are phrases beside which a find does not count."""

    phrases: Phrases
    by: Party = "agent"
    where: operator.Place = operator.Place()
    unless: tuple[operator.Phrase, ...] = ()
    affirmed: bool = False
    unquoted: bool = False
    tolerant: bool | None = None
    at_least: operator.Count = 1
    min_confidence: Share | None = None


class Arguments(Words):
    """As well how often at most: 0 is "never"."""

    at_most: operator.Most | None = None

    @model_validator(mode="after")
    def in_order(self) -> Arguments:
        """A range that something can lie in."""
        least = self.at_least if "at_least" in self.model_fields_set else 0
        if self.at_most is not None and self.at_most < least:
            raise ValueError(f"expected at_most of {least} or more, as at_least says")
        return self


def evaluator(rule: Rule, bench: Bench) -> Search:
    """The evaluator of a rule with the arguments of ``said``."""
    spoken = saying(rule, bench)
    places: Callable[[Scene], Sequence[Place]] = spoken.places
    if rule.argument("unquoted") is True:
        places = unquoted(places, bench, spoken.by)
    number = spoken.finder.number if spoken.finder.tolerant == "no" else None
    return replace(search_of(rule, bench, places), number=number)


def saying(rule: Rule, bench: Bench) -> Saying:
    """The phrases of a rule as its party says them."""
    unless, asked = strings(rule, "unless"), rule.argument("tolerant")
    tolerant = asked if isinstance(asked, bool) else None
    return Saying(
        bench.finder(strings(rule, "phrases"), tolerant=tolerant),
        str(rule.argument("by", "agent")),
        bench.finder(unless, tolerant=tolerant) if unless else None,
        rule.argument("affirmed") is True,
    )


def build(rule: Rule, bench: Bench) -> Evaluate:
    """The evaluator of ``said``."""
    return evaluator(rule, bench)


SAID = Operator("said", Arguments, build, "said: {phrases: [good morning], by: agent, where: {first_s: 15}}")
