"""Every way in which a few rules can come out together: enough to see that one never can, or always must.

A rule is a formula over its leaves. Leaves that ask about the same field or feature are tied: a queue cannot be two
queues at once. What is unknown is left out: a rule that is yes in no world is never yes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from voxcx.domain.qa import Rule
from voxcx.qa.rules.feature import COMPARISONS
from voxcx.qa.windows import WHOLE

MOST_WORLDS = 1024
World = Mapping[Rule, bool]
COMPOUND = frozenset({"all", "any", "at_least", "not", "if_then"})


def holds(rule: Rule, world: World) -> bool:
    """Whether a rule is yes in a world."""
    if rule.operator not in COMPOUND:
        leaf, sign = as_leaf(rule)
        return world[leaf] is sign
    parts = [holds(part, world) for part in rule.rules]
    if rule.operator == "if_then":
        return not parts[0] or parts[1]
    if rule.operator == "not":
        return not parts[0]
    least = {"all": len(parts), "any": 1}.get(rule.operator) or int(str(rule.argument("n")))
    return sum(parts) >= least


def as_leaf(rule: Rule) -> tuple[Rule, bool]:
    """``said_not`` is ``said`` turned round."""
    if rule.operator == "said_not":
        return Rule("said", rule.arguments), False
    return rule, True


def leaves(rule: Rule) -> set[Rule]:
    """What a rule depends on."""
    if rule.operator not in COMPOUND:
        return {as_leaf(rule)[0]}
    return {leaf for part in rule.rules for leaf in leaves(part)}


def worlds(rules: Iterable[Rule]) -> list[World] | None:
    """All ways in which the leaves of some rules can come out; None where there are too many to look through."""
    atoms = sorted({leaf for rule in rules for leaf in leaves(rule)}, key=repr)
    groups: dict[object, list[Rule]] = {}
    for atom in atoms:
        groups.setdefault(_subject(atom), []).append(atom)
    choices = [_outcomes(group) for group in groups.values()]
    count = 1
    for choice in choices:
        count *= len(choice)
        if count > MOST_WORLDS:
            return None
    order = [atom for group in groups.values() for atom in group]
    tied = [(one, two) for one in atoms for two in atoms if one != two and _implies(one, two)]
    found = (dict(zip(order, sum(together, ()), strict=True)) for together in product(*choices))
    return [world for world in found if all(world[two] or not world[one] for one, two in tied)]


def _subject(atom: Rule) -> object:
    if atom.operator == "metadata":
        return ("metadata", atom.argument("field"))
    if atom.operator == "feature" and atom.argument("value") is not None and atom.argument("usual_of") is None:
        return ("feature", atom.argument("name"))
    return atom


def _outcomes(group: Sequence[Rule]) -> list[tuple[bool, ...]]:
    """The ways in which leaves about one thing can come out together."""
    if _subject(group[0]) is group[0]:
        return [(True,), (False,)]
    if group[0].operator == "metadata":
        found = [tuple(_metadata(atom, value) for atom in group) for value in (*_values(group), None)]
    else:
        tests = [(COMPARISONS[str(atom.argument("op"))], atom.argument("value")) for atom in group]
        found = [tuple(_compared(test, value, limit) for test, limit in tests) for value in _values(group)]
    return list(dict.fromkeys(found))


def _values(group: Sequence[Rule]) -> Iterator[object]:
    """Values that tell the leaves apart: those they name, those just beside and between, and another."""
    yield "\0 another value"
    for atom in group:
        for value in (
            *_named(atom.argument("one_of")),
            *(atom.argument(key) for key in ("equals", "at_least", "at_most", "value")),
        ):
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                yield from (value - 1e-6, value, value + 1e-6)
            elif value is not None:
                yield value


def _named(values: object) -> tuple[object, ...]:
    return values if isinstance(values, tuple) else ()


def _metadata(atom: Rule, value: object) -> bool:
    if (known := atom.argument("known")) is not None:
        return (value is not None) == known
    if value is None:
        return atom.argument("if_missing") == "yes"
    if (least := atom.argument("at_least")) is not None:
        return isinstance(value, (int, float)) and value >= float(str(least))
    if (most := atom.argument("at_most")) is not None:
        return isinstance(value, (int, float)) and value <= float(str(most))
    return value in (_named(atom.argument("one_of")) or (atom.argument("equals"),))


def _compared(test: Callable[[object, object], bool], value: object, limit: object) -> bool:
    return isinstance(value, str) == isinstance(limit, str) and test(value, limit)


def _implies(one: Rule, two: Rule) -> bool:
    """Whether a find of one leaf is always a find of the other: fewer phrases, a narrower window, more of them."""
    if one.operator != two.operator or one.operator not in {"said", "event"}:
        return False
    mine, other = dict(one.arguments), dict(two.arguments)
    looser = {"phrases", "where", "at_least", "min_s"}
    if any(mine.get(key) != other.get(key) for key in (mine.keys() | other.keys()) - looser):
        return False
    fewer = set(_named(mine.get("phrases"))) <= set(_named(other.get("phrases")))
    inside = mine.get("where", WHOLE) == other.get("where", WHOLE) or other.get("where", WHOLE) == WHOLE
    more = float(str(mine.get("at_least", 1))) >= float(str(other.get("at_least", 1)))
    return fewer and inside and more and float(str(mine.get("min_s", 0))) >= float(str(other.get("min_s", 0)))
