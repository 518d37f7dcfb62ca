"""First names that are words, too: counted in lower case only where somebody is introduced («меня зовут вера»)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import yaml

from voxcx.config import shipped
from voxcx.language.tokens import Token

# Directly before a name: «меня зовут вера», «оператор надежда».
NAMED = frozenset(
    [
        "зовут",
        "имя",
        "оператор",
        "специалист",
        "консультант",
        "менеджер",
        "сотрудник",
        "сотрудница",
        "администратор",
        "инженер",
    ]
)
# After «это» and «я» a name goes on so: «это роман из сервиса», not «это роман толстого».
GOES_ON = {
    "ru": frozenset(
        [
            "слушаю",
            "слушает",
            "из",
            "с",
            "компания",
            "оператор",
            "специалист",
            "менеджер",
            "служба",
            "отдел",
            "банк",
            "чем",
            "здравствуйте",
            "добрый",
            "меня",
        ]
    ),
    "en": frozenset(["from", "at", "with", "speaking", "calling", "here", "how", "thank", "thanks", "i"]),
}
GREETED = {
    "ru": frozenset(["здравствуйте", "день", "вечер", "утро", "алло", "привет"]),
    "en": frozenset(["hello", "hi", "hey", "morning", "afternoon", "evening", "calling"]),
}
LISTENS = frozenset({"слушаю", "слушает"})
POSTS = frozenset(["agent", "representative", "advisor", "adviser", "specialist", "operator", "consultant"])
IS = frozenset({"is", "'s", "am"})
TALKS = frozenset(["speak", "speaking", "talk", "talking", "chat", "chatting", "spoke"])
AFTER_VERB = frozenset(["be", "have", "not", "never", "need", "a", "the"])  # "my name is will be given"
VERBS = frozenset({"will", "may", "can"})


@cache
def first_names(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Shipped first names: those that count as they are, and those that are also words."""
    if language not in GREETED:
        return frozenset(), frozenset()
    lists = yaml.safe_load(shipped("configs", "lexicons", f"first_names.{language}.yaml").read_text(encoding="utf-8"))
    return frozenset(lists["names"]), frozenset(lists["also_words"])


def introduced(tokens: Sequence[Token], at: int, language: str) -> bool:
    """Whether a word that may be a name stands where people say their names."""
    around = [tokens[k].lower if 0 <= k < len(tokens) else "" for k in range(at - 3, at + 3)]
    return _in_russian(around) if language == "ru" else _in_english(around)


def _in_russian(around: Sequence[str]) -> bool:
    _, earlier, before, _, after, later = around
    if before in NAMED or after in LISTENS or (after, later) == ("меня", "зовут"):
        return True
    if before == "вами":
        return earlier == "с"
    return before in {"это", "я"} and (after in GOES_ON["ru"] or (not after and earlier in GREETED["ru"]))


def _in_english(around: Sequence[str]) -> bool:
    greeting, earlier, before, word, after, later = around
    named = (earlier == "name" and before in IS) or (earlier in TALKS and before in {"with", "to"})
    if after == "speaking" or named:
        return after not in AFTER_VERB
    if before in POSTS:
        return word not in VERBS and (not after or _goes_on(after, later))
    if before not in IS or earlier not in {"this", "i"}:
        return False
    return _goes_on(after, later) or (not after and greeting in GREETED["en"])


def _goes_on(after: str, later: str) -> bool:
    if after == "and":
        return later in {"i", "my"}
    return after in GOES_ON["en"] and (after != "with" or later not in {"you", "me", "us"})
