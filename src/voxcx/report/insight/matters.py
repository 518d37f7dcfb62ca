"""What stands on the first page: the findings that weigh most, not all of one question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from voxcx.domain.pages import Finding, Page

MOST, MOST_OF_A_PAGE = 5, 2


def what_matters(pages: Sequence[Page]) -> tuple[tuple[Finding, Page], ...]:
    """At most five findings, the heaviest first, at most two of a page, each cause once."""
    every = [(finding, page) for page in pages for finding in page.findings]
    taken: Counter[str] = Counter()
    told: set[str] = set()
    chosen: list[tuple[Finding, Page]] = []
    for finding, page in sorted(every, key=lambda pair: -pair[0].weight):
        if taken[page.id] < MOST_OF_A_PAGE and len(chosen) < MOST and finding.about not in told:
            taken[page.id] += 1
            told |= {finding.about} - {""}
            chosen.append((finding, page))
    return tuple(chosen)
