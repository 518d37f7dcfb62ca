"""Facts that the judged interactions cannot have: features of another kind, a company that may not be named."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.qa import Rule
from voxcx.qa.checking.findings import Finding, Spot, Written
from voxcx.qa.checking.wordings import strings

COMPANY = ("<company>", "<компания>")


def kinds(written: Written) -> Iterator[Finding]:
    """Rules that only a call or only a chat can answer, in a form for the other kind."""
    asked = [(spot, kind) for spot in written.spots() if (kind := _kind(spot.rule)) is not None]
    calls = sum(kind == "call" for _, kind in asked)
    words = written.form.id.replace(".", "_").split("_")
    ours = "chat" if "chat" in words or (asked and calls * 2 < len(asked)) else "call"
    for spot, kind in asked:
        if kind != ours:
            what = str(spot.rule.argument("name") or spot.rule.argument("kind"))
            text = f"a {ours} has no {what}, only a {kind} has: this is always unknown there"
            fix = f"take it out, or give each kind its own form; this one looks like a form for {ours}s"
            yield written.finding("warning", "kind", (spot.path, spot.about), text, fix)


def _kind(rule: Rule) -> str | None:
    """The one kind of interaction that has what the rule asks for."""
    if rule.operator == "event":
        return "call"
    if rule.operator == "feature" and (spec := CATALOGUE.get(str(rule.argument("name")))) is not None:
        return None if spec.kinds == "both" else spec.kinds
    return None


def companies(written: Written) -> Iterator[Finding]:
    """Criteria that ask for the company's name where nobody may have told it."""
    for path, criterion in written.criteria():
        roots = [spot for spot in written.roots() if spot.path[: len(path)] == path]
        spots = [spot for root in roots for spot in written.under(root)]
        if any(spot.rule.argument("field") == "company" for spot in spots):
            continue
        for spot in spots:
            phrases = strings(spot.rule, "phrases")
            if phrases and all(any(name in phrase.lower() for name in COMPANY) for phrase in phrases):
                yield _nameless(written, spot, criterion.id)


def _nameless(written: Written, spot: Spot, criterion: str) -> Finding:
    text = "every phrase needs the company's name, which finds nothing where the metadata do not tell it"
    fix = "ask for it first: if_then: {if: {metadata: {field: company, known: true}}, then: …}"
    return written.finding("warning", "company", (spot.path, criterion), text, fix)
