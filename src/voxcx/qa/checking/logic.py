"""Rules that can never be yes or always are, parts that add nothing, and verdicts that a criterion can never give."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.qa import Criterion, Rule, Verdict
from voxcx.qa.checking.findings import Finding, Path, Spot, Written, value_at
from voxcx.qa.checking.truth import COMPOUND, World, holds, worlds


def rules_that_cannot_be(written: Written) -> Iterator[Finding]:
    """Rules with one possible answer, and parts of a rule that change nothing."""
    fixed: list[Path] = []
    for spot in written.spots():
        if any(spot.path[: len(path)] == path for path in fixed):
            continue
        found = list(_of_rule(written, spot))
        if found and found[0].code != "adds_nothing":
            fixed.append(spot.path)
        yield from found


def _of_rule(written: Written, spot: Spot) -> Iterator[Finding]:
    rule, at = spot.rule, (spot.path, spot.about)
    if rule.operator not in COMPOUND:
        return
    if rule.operator == "at_least" and int(str(rule.argument("n"))) > len(rule.rules):
        text = f"at_least asks for {rule.argument('n')} of {len(rule.rules)} rules and can never be yes"
        yield written.finding("error", "never_yes", at, text, "lower n or add rules")
        return
    possible = worlds([rule])
    answers = {holds(rule, world) for world in possible or ()}
    if answers == {False}:
        text = f"this {rule.operator!r} can never be yes: its parts contradict each other"
        yield written.finding("error", "never_yes", at, text, "remove one of them or put them under any")
    elif answers == {True}:
        text = f"this {rule.operator!r} is always yes, whatever is said"
        yield written.finding("warning", "always_yes", at, text, "remove it or correct one of its parts")
    elif possible and rule.operator in {"all", "any"}:
        yield from _idle_parts(written, spot, possible)


def _idle_parts(written: Written, spot: Spot, possible: list[World]) -> Iterator[Finding]:
    """Parts without which the rule says the same."""
    rule, kept = spot.rule, list(range(len(spot.rule.rules)))
    for k in reversed(range(len(rule.rules))):
        rest = tuple(rule.rules[other] for other in kept if other != k)
        without = Rule(rule.operator, (), rest)
        if rest and all(holds(without, world) == holds(rule, world) for world in possible):
            kept.remove(k)
            text = f"part {k + 1} of this {rule.operator!r} adds nothing: the other parts already decide"
            part = written.parts(spot)[k]
            yield written.finding("warning", "adds_nothing", (part.path, spot.about), text, "remove it")


def verdicts_out_of_reach(written: Written) -> Iterator[Finding]:
    """Criteria whose condition and rules leave a verdict out."""
    for path, criterion in written.criteria():
        rules = [r for r in (criterion.applies_when, criterion.met_when, criterion.not_met_when) if r is not None]
        possible = worlds([*rules, *(level.when for level in criterion.scale)])
        if possible:
            reached = {_verdict(criterion, world) for world in possible}
            yield from _left_out(written, (path, criterion), reached)


def _left_out(written: Written, at: tuple[Path, Criterion], reached: set[Verdict]) -> Iterator[Finding]:
    path, criterion = at
    place = (path, criterion.id)
    condition = "applies_when" if criterion.applies_when is not None else "its rules"
    if reached == {"not_applicable"}:
        yield written.finding("error", "never_applies", place, "applies_when can never be yes", "correct applies_when")
        return
    if criterion.mode not in {"full", "error"}:
        if criterion.not_met_when is not None and "not_met" not in reached:
            text = "not_met_when can never be yes where applies_when is"
            yield written.finding("error", "no_candidate", place, text, "correct one of the two")
        return
    for verdict in ("met", "not_met"):
        if verdict not in reached:
            name = verdict.replace("_", " ")
            text = f"{condition} and the other rules leave no way to be {name}"
            fix = "correct applies_when: it must not decide the question itself"
            both = reached.isdisjoint({"met", "not_met"})
            yield written.finding("error" if both else "warning", f"never_{verdict}", place, text, fix)


def _verdict(criterion: Criterion, world: World) -> Verdict:
    """What the criterion says in a world, unknowns aside (docs/forms.md, «How a verdict comes about»)."""
    if criterion.applies_when is not None and not holds(criterion.applies_when, world):
        return "not_applicable"
    if criterion.not_met_when is not None and holds(criterion.not_met_when, world):
        return "not_met"
    done = [rule for rule in (criterion.met_when, *(level.when for level in criterion.scale)) if rule is not None]
    if any(holds(rule, world) for rule in done):
        return "met"
    if criterion.not_met_when is None:
        return "not_met"
    return "undecided" if done else "met"


def definitions(written: Written) -> Iterator[Finding]:
    """Definitions that nobody uses, and those that say the same as another."""
    data = written.source.data
    defined = data.get("define") or {}
    used: set[str] = set()
    waiting = [name for key, part in data.items() if key != "define" for name in _uses(part, defined)]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _uses(defined[name], defined)
    elsewhere = {held for key, part in data.items() if key != "define" for held in _lists(part)}
    first: dict[str, str] = {}
    for name, body in defined.items():
        at = (("define", name), str(name))
        if name not in used and not (_lists(body) & elsewhere):
            yield written.finding("warning", "unused", at, "this definition is never used", "remove it or use it")
        same = first.setdefault(repr(body), str(name))
        if same != name:
            text = f"this definition says the same as {same!r} (line {written.source.line(('define', same))})"
            yield written.finding("warning", "same_definition", at, text, "keep one of them")


def _lists(raw: object) -> set[int]:
    """Identities of the lists and mappings in a piece of the file: a YAML alias is the very same one."""
    parts = raw if isinstance(raw, list) else list(raw.values()) if isinstance(raw, dict) else None
    if parts is None:
        return set()
    return {id(raw)}.union(*(_lists(part) for part in parts))


def _uses(raw: object, defined: dict[str, object]) -> list[str]:
    """Names of definitions in a piece of the file: after use, and as anchors."""
    if isinstance(raw, list):
        return [name for part in raw for name in _uses(part, defined)]
    if not isinstance(raw, dict):
        return []
    names = [name for key in ("use", "rule", "before", "after", "around", "during") for name in [raw.get(key)]]
    own = [name for name in names if isinstance(name, str) and name in defined]
    return own + [name for part in raw.values() for name in _uses(part, defined)]


def conditions(written: Written) -> Iterator[Finding]:
    """One line of information: which criteria are never not applicable."""
    without = [
        criterion.id
        for path, criterion in written.criteria()
        if value_at(written.source.data, (*path, "applies_when")) is None and criterion.mode != "human"
    ]
    if without:
        text = f"{len(without)} criteria have no applies_when and are never not applicable: {', '.join(without)}"
        fix = "give those one that not every conversation has an occasion for"
        yield written.finding("info", "no_condition", (("sections",), "form"), text, fix)
