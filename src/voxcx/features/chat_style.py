"""How an agent writes in a chat: the customer's name, templates, the main thing first, plain words."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.features.chat_lines import Line, Sentence
from voxcx.features.lexical import lexicons_of
from voxcx.language.fuzzy import near_copies
from voxcx.language.readings import Reading, read
from voxcx.language.tokens import forms

MIN_TEMPLATE_WORDS = 3  # «Да» twice is no template
INTRODUCES = frozenset({"зовут", "is", "am", "'m"})  # the name after it is the agent's own


def names_customer(texts: Sequence[str], name: str, language: str) -> bool:
    """Whether a message has a part of the customer's name, in any case; the agent's own introduction is none.

    A name that is also a word («Вера», "Will") counts with a capital letter, unless the message has no capitals.
    """
    wanted = frozenset(form for part in name.split() if len(part) > 1 for form in forms(part, language))
    for text in texts:
        tokens = read(text.split(), language).tokens
        capitals = any(map(str.isupper, text))
        before = ("", *(token.lower for token in tokens))
        for token, previous in zip(tokens, before, strict=False):
            written = token.text[:1].isupper() or not capitals
            if written and previous not in INTRODUCES and not token.forms.isdisjoint(wanted):
                return True
    return False


def template_share(texts: Sequence[str], known: Sequence[str]) -> float:
    """Share of messages nearly equal (RapidFuzz ratio ≥ 90 %) to a known text or to another of these messages.

    Known are canned texts and what the agent wrote in earlier chats. A message under 3 words is never a template.
    """
    copied = zip(texts, near_copies(texts, known), strict=True)
    return sum(copy and len(text.split()) >= MIN_TEMPLATE_WORDS for text, copy in copied) / len(texts)


def starts_with_substance(lines: Sequence[Line]) -> bool | None:
    """Whether the agent's first answer, greeting and introduction aside, starts with substance and not with a filler.

    A message that only greets is passed over for the next. None when nothing but greetings was written.
    """
    for sentence in (sentence for line in lines for sentence in line.sentences):
        rest = _after_greeting(sentence)
        fillers = lexicons_of("agent", sentence.language)
        if rest.tokens and "filler" in fillers.names:
            return not any(start == 0 for start, _ in fillers.find(rest).get("filler", ()))
    return None


def _after_greeting(sentence: Sentence) -> Reading:
    begins = 0
    for start, end in sentence.found.get("greeting", ()):
        if start > begins:
            break
        begins = end
    return sentence.reading.since(begins)


def plain_words(lines: Sequence[Line]) -> float | None:
    """1 − officialese phrases per sentence, at least 0; None when there is no sentence or no lexicon."""
    written = [sentence for line in lines for sentence in line.sentences]
    if not written or "officialese" not in lexicons_of("agent", written[0].language).names:
        return None
    hits = sum(len(sentence.found.get("officialese", ())) for sentence in written)
    return max(0.0, 1 - hits / len(written))
