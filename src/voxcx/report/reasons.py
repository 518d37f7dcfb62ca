"""A criterion's reason as it stands on the page: without the quotes beside it, with names in place of identifiers."""

from __future__ import annotations

import re

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Value
from voxcx.domain.qa import CriterionResult
from voxcx.report.wording import LANGUAGES, Wording

# «hold_total_s = 48 (total time on hold)»: how the QA room writes what a feature said
_MEASURED = re.compile(r"\b([a-z][a-z0-9_]*) = ([^\s()]*[^\s().,;])")
_IDENTIFIER = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
_PLACE = r"(\s*\([\d:]+\))?\.?\s*"


def own_words(line: CriterionResult, words: Wording) -> str | None:
    """The reason without its quotes (they are shown beside it) and identifiers; None when nothing is left.

    The reason's language is the form's; only names and values are in the language of the interface.
    """
    reason = line.reason or ""
    for evidence in line.evidence:
        if evidence.quote.strip():
            reason = re.sub(f'[«“"]{re.escape(evidence.quote.strip())}[»”"]{_PLACE}', "", reason)
    reason = _named(reason, words).strip().rstrip(":;,").strip()
    return reason[:1].upper() + reason[1:] if reason else None


def _named(reason: str, words: Wording) -> str:
    for name, value in _MEASURED.findall(reason):
        if name not in CATALOGUE:
            continue
        for language in LANGUAGES:
            meaning = f"{name} = {value} ({CATALOGUE[name].definition(language, {})})"
            reason = reason.replace(meaning, f"{name} = {value}")
        told = f"{words.feature(name)}: {words.value(name, _value(value))}"
        reason = reason.replace(f"{name} = {value}", told)
    reason = _IDENTIFIER.sub(lambda found: _title(found[0], words), reason)
    before, colon, why = reason.rpartition(": ")
    return f"{before}{colon}{words.missing(why)}" if colon and why else reason


def _title(name: str, words: Wording) -> str:
    return words.quote(words.feature(name)) if name in CATALOGUE else name


def _value(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text
