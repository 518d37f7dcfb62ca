"""One thing that is wrong or doubtful in a form, and where its rules stand in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from voxcx.domain.qa import Criterion, QaForm, Rule
from voxcx.qa.yaml_source import Key, Source

Gravity = Literal["error", "warning", "info"]
Path = tuple[Key, ...]
RULE_KEYS = ("applies_when", "met_when", "not_met_when")


@dataclass(frozen=True, slots=True)
class Finding:
    """``error``: the form cannot do what it says; ``warning``: look at it; ``info``: a fact worth knowing.

    ``about`` is the criterion, section or definition; ``fix`` says what to do.
    """

    gravity: Gravity
    code: str
    line: int
    about: str
    text: str
    fix: str

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return f"line {self.line}, {self.about}: {self.text}; {self.fix}."


@dataclass(frozen=True, slots=True)
class Spot:
    """A rule and where it stands in the file; ``about`` is the criterion or definition that it belongs to."""

    path: Path
    rule: Rule
    about: str


@dataclass(frozen=True, slots=True)
class Written:
    """A checked form with the file it was read from: what every check looks at."""

    source: Source
    form: QaForm

    def finding(self, gravity: Gravity, code: str, at: tuple[Path, str], text: str, fix: str) -> Finding:
        """A finding about what stands at a path."""
        path, about = at
        return Finding(gravity, code, self.source.line(path), about, text, fix)

    def criteria(self) -> Iterator[tuple[Path, Criterion]]:
        """Every criterion with its path."""
        for i, section in enumerate(self.form.sections):
            for j, criterion in enumerate(section.criteria):
                yield ("sections", i, "criteria", j), criterion

    def roots(self) -> Iterator[Spot]:
        """The rules that criteria and the form name, definitions left out."""
        if self.form.excluded_when is not None:
            yield Spot(("excluded_when",), self.form.excluded_when, "excluded_when")
        for path, criterion in self.criteria():
            for key in RULE_KEYS:
                if (rule := getattr(criterion, key)) is not None:
                    yield Spot((*path, key), rule, criterion.id)
            for k, level in enumerate(criterion.scale):
                yield Spot((*path, "scale", k, "when"), level.when, criterion.id)

    def spots(self) -> Iterator[Spot]:
        """Every rule once, wherever it stands; a definition at its own place."""
        seen: set[Path] = set()
        for root in self.roots():
            yield from self.under(root, seen)

    def under(self, spot: Spot, seen: set[Path] | None = None) -> Iterator[Spot]:
        """A rule and all rules under it, each with its path; ``use`` leads to the definition."""
        seen = set() if seen is None else seen
        spot = self.defined(spot)
        if spot.path in seen:
            return
        seen.add(spot.path)
        yield spot
        for part in self.parts(spot):
            yield from self.under(part, seen)

    def defined(self, spot: Spot) -> Spot:
        """Where the rule itself is written: ``use`` followed to its end."""
        raw = value_at(self.source.data, spot.path)
        while isinstance(raw, dict) and "use" in raw:
            name = str(raw["use"])
            spot = Spot(("define", name), spot.rule, name)
            raw = value_at(self.source.data, spot.path)
        return spot

    def parts(self, spot: Spot) -> tuple[Spot, ...]:
        """The rules right under one."""
        operator, rules = spot.rule.operator, spot.rule.rules
        below: dict[str, list[Path]] = {
            "not": [("not",)],
            "if_then": [("if_then", "if"), ("if_then", "then")],
            "at_least": [("at_least", "of", k) for k in range(len(rules))],
        }
        paths = below.get(operator, [(operator, k) for k in range(len(rules))])
        return tuple(Spot((*spot.path, *path), rule, spot.about) for path, rule in zip(paths, rules, strict=True))


def value_at(data: Any, path: Path) -> Any:
    """What stands at a path of a file's data; None when there is nothing."""
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data
