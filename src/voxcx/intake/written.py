"""What language a chat is written in, when nobody says: Russian, English, or not determined."""

from __future__ import annotations

import re

UNDETERMINED = "und"
ENOUGH_WORDS = 4  # of one voice, to say that it writes another language than the rest
MIN_ENGLISH = 0.1  # share of words that only English has; running English text has a third
MAX_FOREIGN = 0.25  # of those, so many may look foreign: names, a quoted word
MAX_FOREIGN_CYRILLIC = 0.1  # share of words with letters that Russian lacks; a name may have one
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


def written_language(*voices: str) -> str:
    """``ru`` or ``en`` where the texts themselves show it, else ``und``: then no form and no lexicon is applied.

    Decided by all voices (agent, customer) together, so that a short one is carried by the other; one that says enough
    in another language makes the chat undetermined. Cyrillic is Russian unless letters occur that Russian lacks
    (ї, є, ў, қ …); Latin is English only by frequent words that English alone has. Bulgarian is taken for Russian.

    >>> [written_language(t) for t in ("Здравствуйте, у меня iPhone", "ok", "Ich habe ein Problem", "Добрий день, є?")]
    ['ru', 'en', 'und', 'und']
    """
    each = [_words(voice) for voice in voices]
    language = _shown([word for words in each for word in words]) or UNDETERMINED
    shown = {_shown(words) for words in each if len(words) >= ENOUGH_WORDS}
    return language if shown <= {language, None} else UNDETERMINED


def _words(text: str) -> list[str]:
    return _WORD.findall(_NO_LANGUAGE.sub(" ", text.lower()).replace("’", "'"))


def _shown(words: list[str]) -> str | None:
    """``ru``, ``en`` or ``und`` (another language) by what the words show; None when they show nothing."""
    cyrillic: list[str] = []
    latin: list[str] = []
    for word in words:
        (latin if word.isascii() or not _CYRILLIC.search(word) else cyrillic).append(word)
    english = sum(word in _ENGLISH for word in latin)
    foreign = sum(word in _FOREIGN or not word.isascii() for word in latin)
    if cyrillic and (sum(map(len, cyrillic)) > sum(map(len, latin)) or not (english or foreign)):
        return _of_cyrillic(cyrillic)
    if english and english >= MIN_ENGLISH * len(latin) and foreign <= MAX_FOREIGN * english:
        return "en"
    return UNDETERMINED if foreign else None


def _of_cyrillic(words: list[str]) -> str:
    foreign = sum(bool(_NOT_RUSSIAN.search(word)) for word in words)
    return "ru" if foreign <= MAX_FOREIGN_CYRILLIC * len(words) else UNDETERMINED
