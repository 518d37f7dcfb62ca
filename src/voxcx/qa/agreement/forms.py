"""What two versions of a form differ in besides their verdicts: names, points, levels, severity, mode, what zeroes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from voxcx.domain.qa import Criterion, QaForm, Zeroes

WORDS = {"points": ("", " points"), "zeroes": ("an error zeroes ", ""), "levels": ("levels ", " points")}


@dataclass(frozen=True, slots=True)
class Weight:
    """What a criterion weighs. A folder does not keep ``zeroes`` and ``levels``: None is not known.

    ``zeroes``: what an error zeroes. ``levels``: points of a scale from the best down, empty without a scale.
    """

    points: float | None
    severity: str
    mode: str
    zeroes: Zeroes | None = None
    levels: tuple[float, ...] | None = None


def weights_of(form: QaForm) -> dict[str, Weight]:
    """What each criterion weighs."""
    return {one.id: _weight(form, one) for one in form.criteria}


def _weight(form: QaForm, one: Criterion) -> Weight:
    levels = tuple(level.points for level in one.scale)
    return Weight(one.points, one.severity, one.mode, form.zeroed_by(one), levels)


def reweighted(old: dict[str, Weight], new: dict[str, Weight]) -> dict[str, str]:
    """What else a form changes: a score may move without a single verdict."""
    told = {name: ", ".join(_differs(old[name], new[name])) for name in new if name in old}
    return {name: text for name, text in told.items() if text}


def _differs(was: Weight, now: Weight) -> Iterator[str]:
    """What both know and what is other. A change of severity says for itself that the error zeroes no more."""
    for name in (field.name for field in fields(Weight)):
        before, after = getattr(was, name), getattr(now, name)
        unsaid = name == "zeroes" and was.severity != now.severity and "nothing" in {before, after}
        if before is None or after is None or before == after or unsaid:
            continue
        opening, unit = WORDS.get(name, ("", ""))
        yield f"{opening}{_plain(before)} → {_plain(after)}{unit}"


def _plain(value: float | str | tuple[float, ...]) -> str:
    if isinstance(value, tuple):
        return "/".join(f"{one:g}" for one in value) or "none"
    return f"{value:g}" if isinstance(value, float | int) else value


def renamed(old: QaForm, new: QaForm) -> dict[str, str]:
    """Criteria that only the old form has → those that only the new one has, with the same rules or title."""
    was, now = {one.id for one in old.criteria}, {one.id for one in new.criteria}
    return dict(_namesakes(old, new, was - now, now - was))


def _namesakes(old: QaForm, new: QaForm, removed: set[str], added: set[str]) -> Iterator[tuple[str, str]]:
    for was in (one for one in old.criteria if one.id in removed):
        for now in (one for one in new.criteria if one.id in added):
            rules = [(one.applies_when, one.met_when, one.not_met_when, one.scale) for one in (was, now)]
            if was.title == now.title or (rules[0] == rules[1] and any(rules[0])):
                added.discard(now.id)
                yield was.id, now.id
                break
