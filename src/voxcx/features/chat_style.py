"""How an agent writes in a chat: the customer's name, templates, the main thing first, plain words."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.language.fuzzy import near_copies
from voxcx.language.lexicons import load_lexicon
from voxcx.language.sentences import sentences
from voxcx.language.tokens import Token, forms, tokenise

MIN_TEMPLATE_WORDS = 3  # «Да» twice is no template
INTRODUCES = frozenset({"зовут", "is", "am", "'m"})  # the name after it is the agent's own


def names_customer(texts: Sequence[str], name: str, language: str) -> bool:
    """Whether a message has a part of the customer's name, in any case; the agent's own introduction is none.

    A name that is also a word («Вера», "Will") counts with a capital letter, unless the message has no capitals.
    """
    wanted = frozenset(form for part in name.split() if len(part) > 1 for form in forms(part, language))
    for text in texts:
        tokens = tokenise(text, language)
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


def starts_with_substance(texts: Sequence[str], language: str) -> bool | None:
    """Whether the agent's first answer, greeting and introduction aside, starts with substance and not with a filler.

    A message that only greets is passed over for the next. None when nothing but greetings was written.
    """
    filler = load_lexicon("filler", language)
    for sentence in (sentence for text in texts for sentence in sentences(text)):
        rest = _after_greeting(tokenise(sentence, language), language)
        if rest and filler is not None:
            return not any(hit.start == 0 for hit in filler.find(rest))
    return None


def _after_greeting(tokens: tuple[Token, ...], language: str) -> tuple[Token, ...]:
    lexicon = load_lexicon("greeting", language)
    matches = lexicon.find(tokens) if lexicon is not None else ()
    start = 0
    for match in matches:
        if match.start > start:
            break
        start = match.end
    return tokens[start:]


def plain_words(texts: Sequence[str], language: str) -> float | None:
    """1 − officialese phrases per sentence, at least 0; None when there is no sentence or no lexicon."""
    lexicon = load_lexicon("officialese", language)
    written = [sentence for text in texts for sentence in sentences(text)]
    if lexicon is None or not written:
        return None
    hits = sum(len(lexicon.find(tokenise(sentence, language))) for sentence in written)
    return max(0.0, 1 - hits / len(written))
