"""Whether a comment is warm: it thanks or praises, and complains of nothing."""

from __future__ import annotations

import re

from voxcx.language.lexicons import load_lexicons
from voxcx.language.readings import read

WARM = frozenset({"gratitude", "positive"})
COLD = frozenset({"negative", "complaint", "unresolved", "churn", "profanity"})
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def is_warm(comment: str) -> bool:
    """By the shipped lexicons of Russian and English.

    >>> is_warm("Thank you, that was wonderful"), is_warm("Thanks for nothing")
    (True, False)
    """
    if not comment.strip():
        return False
    language = "ru" if CYRILLIC.search(comment) else "en"
    lexicons = load_lexicons(language, *sorted(WARM | COLD))
    found = set(lexicons.find(read(tuple(comment.split()), language)))
    return bool(found & WARM) and not found & COLD
