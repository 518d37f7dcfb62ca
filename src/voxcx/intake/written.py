"""What language a chat is written in, when nobody says: Russian, English, or not determined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

UNDETERMINED = "und"
ENOUGH_WORDS = 4  # of one voice, to say that it writes another language than the rest
MIN_ENGLISH = 0.1  # share of words that only English has; running English text has a third
MAX_FOREIGN = 0.25  # of those, so many may look foreign: names, a quoted word
MAX_FOREIGN_CYRILLIC = 0.1  # share of words with letters that Russian lacks; a name may have one
LONGEST_KEPT = 40  # letters; what is longer seldom comes again
_NO_LANGUAGE = re.compile(r"\S*(?:://|www\.|@)\S*|#\w+#|\b\w*\d\w*\b")  # addresses, placeholders, numbers
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_NOT_RUSSIAN = re.compile(r"(?![а-яё])[\u0400-\u052f]")
# Frequent words that no other language here spells alike: "in", "was", "is", "me" and "no" tell nothing.
_FREQUENT = {
    "en": "the and you your yours my mine it its it's this that these those have haven't had are aren't isn't were with"
    " what when where which who why how please thank thanks ok okay hello hi hey yes yeah not don't doesn't didn't can"
    " can't could would should will won't i'm i'll i've i'd we're we'll you're they there here from if by been being"
    " just still any some need want know get got let help sorry sure good great morning afternoon day bye order number"
    " about after again back because before does going his her him she our out up than then them their very well"
    " welcome people right check wait moment understand thats im ive dont cant",
    "de": "ich und der das ist nicht sie mir mein meine haben habe hallo danke bitte wie mit für ein eine auf dem den"
    " von wir kann noch aber auch oder wenn ja nein guten gerne leider keine",
    "pt": "que não nao uma para com está esta meu minha obrigado obrigada olá ola bom boa você voce fazer como mas por"
    " tem sim isso são dos das eu",
    "es": "el los las una pero gracias hola cuando qué porque muy mi su usted tengo puede favor del es",
    "fr": "le les des une est pas je vous nous bonjour merci mais dans avec sur votre mon ce cette suis oui",
    "it": "il che non sono grazie ciao buongiorno della mio questo anche più",
    "nl": "het een niet ik dat voor mijn heb kan graag bedankt en wat",
    "pl": "nie jest się czy dzień dobry dziękuję proszę mam jak mnie",
    "tr": "bir bu ve için ne değil merhaba teşekkürler",
}
_ENGLISH = frozenset(_FREQUENT["en"].split())
_FOREIGN = frozenset(word for language, words in _FREQUENT.items() if language != "en" for word in words.split())


class _Shown(NamedTuple):
    """What words show: how many of each script there are, and of those how many speak for or against a language."""

    cyrillic: int = 0
    cyrillic_letters: int = 0
    not_russian: int = 0
    latin: int = 0
    latin_letters: int = 0
    english: int = 0
    foreign: int = 0


def written_language(*voices: str) -> str:
    """``ru`` or ``en`` where the texts themselves show it, else ``und``: then no form and no lexicon is applied.

    Decided by all voices (agent, customer) together, so that a short one is carried by the other; one that says enough
    in another language makes the chat undetermined. Cyrillic is Russian unless letters occur that Russian lacks
    (ї, є, ў, қ …); Latin is English only by frequent words that English alone has. Bulgarian is taken for Russian.

    >>> [written_language(t) for t in ("Здравствуйте, у меня iPhone", "ok", "Ich habe ein Problem", "Добрий день, є?")]
    ['ru', 'en', 'und', 'und']
    """
    each = [_together(map(_shown_by, voice.lower().split())) for voice in voices]
    language = _language(_together(each)) or UNDETERMINED
    shown = {_language(voice) for voice in each if voice.cyrillic + voice.latin >= ENOUGH_WORDS}
    return language if shown <= {language, None} else UNDETERMINED


def _language(shown: _Shown) -> str | None:
    """``ru``, ``en`` or ``und`` (another language) by what the words show; None when they show nothing."""
    speaks = shown.english or shown.foreign
    if shown.cyrillic and (shown.cyrillic_letters > shown.latin_letters or not speaks):
        return "ru" if shown.not_russian <= MAX_FOREIGN_CYRILLIC * shown.cyrillic else UNDETERMINED
    enough = shown.english and shown.english >= MIN_ENGLISH * shown.latin
    if enough and shown.foreign <= MAX_FOREIGN * shown.english:
        return "en"
    return UNDETERMINED if shown.foreign else None


def _shown_by(token: str) -> _Shown:
    return _kept(token) if len(token) <= LONGEST_KEPT else _of_token(token)


def _of_token(token: str) -> _Shown:
    """Of what stands between two spaces; most of them come again and again."""
    words = _WORD.findall(_NO_LANGUAGE.sub(" ", token).replace("’", "'"))
    return _together(map(_of_word, words))


_kept = lru_cache(2**13)(_of_token)


def _of_word(word: str) -> _Shown:
    if not word.isascii() and _CYRILLIC.search(word):
        return _Shown(cyrillic=1, cyrillic_letters=len(word), not_russian=bool(_NOT_RUSSIAN.search(word)))
    foreign = word in _FOREIGN or not word.isascii()
    return _Shown(latin=1, latin_letters=len(word), english=word in _ENGLISH, foreign=foreign)


def _together(shown: Iterable[_Shown]) -> _Shown:
    return _Shown(*map(sum, zip(*shown, strict=True)))
