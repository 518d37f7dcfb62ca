"""How much speaks for what is inferred from sound, 0–1.

Each kind of evidence that agrees has a strength, the share of the doubt that it takes away; kinds are taken as
independent: confidence = 1 − Π(1 − strength). Music alone is 0.8, ringing with keys 0.96, a silence after a hold phrase
0.7. Where the parties cannot be told apart (mono) it is at most 0.7. The strengths are judgement, not measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

STRENGTHS = {
    "ringing": 0.8,
    "music": 0.8,
    "key": 0.8,
    "busy": 0.8,
    "silence after a phrase": 0.7,
    "voice before the ringing": 0.7,
    "prompt": 0.6,  # words of a recorded prompt
    "request": 0.6,  # words of a hold request before music
    "return": 0.6,  # words of thanks for waiting after it
}
CONFIDENCE_MAX_UNPARTED = 0.7


def confidence(evidence: Iterable[str], *, parted: bool) -> float:
    """From the kinds of evidence that agree.

    >>> confidence(["ringing", "key"], parted=True), confidence(["music"], parted=True)
    (0.96, 0.8)
    """
    found = 1.0 - prod(1.0 - STRENGTHS[kind] for kind in set(evidence))
    return round(found if parted else min(found, CONFIDENCE_MAX_UNPARTED), 2)
