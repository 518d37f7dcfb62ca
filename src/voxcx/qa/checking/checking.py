"""All findings about a form, the gravest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from voxcx.qa.checking import facts, logic, places, weights, wordings
from voxcx.qa.checking.findings import Finding, Gravity, Written
from voxcx.qa.compiling import compile_form
from voxcx.qa.form import form_path, parse_form
from voxcx.qa.yaml_source import Source, read_source

CHECKS: tuple[Callable[[Written], Iterable[Finding]], ...] = (
    logic.rules_that_cannot_be,
    logic.verdicts_out_of_reach,
    logic.definitions,
    logic.conditions,
    places.windows,
    places.missing_anchors,
    weights.points,
    weights.severities,
    weights.titles,
    wordings.wordings,
    wordings.for_and_against,
    facts.kinds,
    facts.companies,
)
ORDER: dict[Gravity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Report:
    """A form and what was found in it."""

    written: Written
    findings: tuple[Finding, ...]

    def of(self, gravity: Gravity) -> tuple[Finding, ...]:
        """Findings of one gravity."""
        return tuple(finding for finding in self.findings if finding.gravity == gravity)


def check_form(form: str | Path) -> Report:
    """Read, compile and look through a form. Raises FormError where it breaks its schema."""
    return check_source(read_source(form_path(form)))


def check_source(source: Source) -> Report:
    """The same for a form that is read already."""
    written = Written(source, parse_form(source))
    compile_form(written.form)
    found = {finding: None for check in CHECKS for finding in check(written)}
    return Report(written, tuple(sorted(found, key=lambda one: (ORDER[one.gravity], one.line, one.code))))
