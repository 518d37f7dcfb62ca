"""What two versions of a form differ in besides their verdicts: names, points, severity, mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voxcx.domain.qa import QaForm

Weight = tuple[float | None, str, str]  # points, severity, mode


def weights_of(form: QaForm) -> dict[str, Weight]:
    """Points, severity and mode of each criterion."""
    return {one.id: (one.points, one.severity, one.mode) for one in form.criteria}


def reweighted(old: dict[str, Weight], new: dict[str, Weight]) -> dict[str, str]:
    """What else a form changes: a score may move without a single verdict."""
    told = {}
    for name in (name for name in new if name in old and new[name] != old[name]):
        units = (" points", "", "")
        pairs = zip(old[name], new[name], units, strict=True)
        told[name] = ", ".join(f"{_plain(was)} → {_plain(now)}{unit}" for was, now, unit in pairs if was != now)
    return told


def _plain(value: float | str | None) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def renamed(old: QaForm, new: QaForm, removed: Iterable[str], added: Iterable[str]) -> dict[str, str]:
    """Removed criteria whose rules or title an added one has."""
    return dict(_namesakes(old, new, set(removed), set(added)))


def _namesakes(old: QaForm, new: QaForm, removed: set[str], added: set[str]) -> Iterator[tuple[str, str]]:
    for was in (one for one in old.criteria if one.id in removed):
        for now in (one for one in new.criteria if one.id in added):
            rules = [(one.applies_when, one.met_when, one.not_met_when, one.scale) for one in (was, now)]
            if was.title == now.title or (rules[0] == rules[1] and any(rules[0])):
                added.discard(now.id)
                yield was.id, now.id
                break
