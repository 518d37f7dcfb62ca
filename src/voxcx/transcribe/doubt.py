"""When a recogniser's words may not have been said, and why: loops, boilerplate of its training, words on no speech.

Doubt has two strengths. What nothing speaks for is dropped and counted; what may have been said is kept, marked
``suspect`` with its reason, and left out of everything that is measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, groupby

from voxcx.transcribe.decoding import Decoded, HeardWord

LOOP_RATIO = 2.4  # text that compresses better than this repeats itself (Whisper's own limit)
DOUBTFUL_LOGPROB = -1.0  # mean log-probability under which Whisper itself calls a decoding failed
NO_SPEECH = 0.6  # Whisper's own limit for "nobody speaks here", used with the one above
# Ours, from whisper-base: noise, tones and music beside every short stretch of six English and three Russian calls.
NOBODY, SURELY_NOBODY = 0.8, 0.9  # a window is doubted above the first if its words are unsure, above the second always
IMPROBABLE_LOGPROB, FAINT = -1.4, 0.3  # a text so improbable is dropped with less "nobody speaks here"
STOCK_LOGPROB, STOCK_NO_SPEECH = -0.8, 0.4  # a stock phrase worse than both came out of noise
UNSURE = 0.5  # mean probability of a word: under this, words of a stock phrase are not believed
GUESSED = 0.25  # mean probability of a sentence's words: under this they are a guess, and usually wrong
REPEATED_LOGPROB, REPEATED = -0.5, 4  # one word over and over is easy to predict: if it is improbable, it is no speech
# Probability of a vocabulary word without the vocabulary's help: under this it was not heard. True names are as low as
# 0.003 («Harper» for what sounds like "Papa"), and a name that resembles what is said cannot be told from them.
INVENTED = 0.002
SURE_WORDS = 5  # so many words at UNSURE or above are not dropped with a window where nobody is heard
LOOP_RATE = 5.5  # words per second of a repetition, pauses included, at which it is a loop
LONGEST_RUN = 30  # words of a repetition
NAME_LETTERS = 4  # a shorter word of the vocabulary is any word
FEW_FROM_S, FEWEST_WORDS_PER_S = 2.0, 0.5  # of speech; real calls lie above 1.6
MOST_WORDS_PER_S = 10.0  # of speech; the fastest speakers stay under 7
NEEDS_NO_RATE = 4  # so few words may be bunched by the alignment

# Credits of the subtitles that Whisper learnt from: nobody says these names on a call, so they go, however sure.
_CREDIT = re.compile(
    r"(?:\b(?:субтитры|subtitles?|captions?|transcri(?:bed|ption)) (?:\S+ ){0,4}?)?"
    r"\S*(?:dimatorzok|amara\.? ?org|castingwords)\S*(?: community\S*)?|"
    r"\b(?:субтитры )?(?:редактор субтитров|корректор) [а-яё]\. ?\S*|"
    r"^\W*субтитры (?:с?делал|создавал|подогнал) \W*(?-i:[A-ZА-ЯЁ])\S*(?: \S+)?$",
    re.IGNORECASE,
)
# Sentences that read like a credit and may still be said («субтитры от Яндекса»): never dropped for this alone.
_LIKE_A_CREDIT = re.compile(
    r"\W*(?:субтитры (?:от|(?:с?делал|создавал|подогнал|подготовил|предоставил|добавил)\w*)|редактор субтитров|"
    r"(?:subtitles?|captions?|transcri(?:bed|ption))(?: made| created| edited)? by)(?: \S+){1,4}",
    re.IGNORECASE,
)
# What may be said, and is also what comes out of noise: not believed where the evidence is weak.
_STOCK = re.compile(
    r"\W*(?:thanks? (?:you )?(?:so much )?for watching|please (?:like and )?subscribe.*|"
    r"thank you(?: very much| so much)?|"
    r"(?:bye[ -]?)+|you|so|oh|see you (?:next time|in the next video)|"
    r"спасибо за (?:просмотр|внимание)|подписывайтесь на (?:мой |наш )?канал.*|продолжение следует|"
    r"спасибо|до свидания|пока|до новых встреч|"
    r"(?:динамичная |спокойная |тревожная |веселая |весёлая |напряженная )?музыка|аплодисменты|смех|телефонный звонок|"
    r"music(?: playing)?|applause|(?:beep\W*)+|(?:\S+ ){0,4}www\.\S+)\W*",
    re.IGNORECASE,
)
# Subtitles in capitals tell what is heard beside speech («ТРЕВОЖНАЯ МУЗЫКА», «ТЕЛЕФОННЫЙ ЗВОНОК»).
_SOUND = re.compile(
    r"(?:МУЗЫК|ТЕЛЕФОНН|ЗАСТАВК|ЗВОНОК|ЗВОНК|ЗВУК|ШУМ|СМЕХ|СМЕЁТСЯ|СМЕЕТСЯ|АПЛОДИСМЕНТ|ПЕСН|ПОЁТ|ПОЮТ|ВЫСТРЕЛ|ВЗРЫВ|КРИК|"
    r"СТУК|ГУДОК|ГУДК|СИГНАЛ|СВИСТ|ВЗДЫХ|ВЗДОХ|ДЫХАНИ|КАШЕЛ|КАШЛЯ|ПЛАЧ|МОЛЧАНИ|ТИШИНА|ГОВОРИТ|ГОВОРЯТ|MUSIC|APPLAUSE|LAUGH)"
    r"\w{0,4}"  # endings: «СИГНАЛСТРОЙ» is a name
)
_CAPTION_LETTERS = 6  # of its longest word; the abbreviations that people say are shorter (СНИЛС, ОСАГО)


def why_doubtful(answer: Decoded) -> str | None:
    """Why a window should be decoded once more, at full length; None when it need not."""
    if answer.ran_on:
        return "ran on"
    if answer.compression > LOOP_RATIO or any(repeats(answer.words)) or says_all_again(answer.words):
        return "repeats itself"
    if answer.mean_logprob < DOUBTFUL_LOGPROB:
        return "low recognition confidence"
    return None


def is_no_speech(answer: Decoded) -> bool:
    """Whisper's own rule: it hears nobody, and its text is improbable. A text that is absurd needs less of that."""
    return (answer.no_speech > NO_SPEECH and answer.mean_logprob < DOUBTFUL_LOGPROB) or (
        answer.no_speech > FAINT and answer.mean_logprob < IMPROBABLE_LOGPROB
    )


def why_suspect(answer: Decoded) -> str | None:
    """Why no word of a window is to be counted on; None when they may be."""
    if answer.mean_logprob < DOUBTFUL_LOGPROB:
        return "low recognition confidence"
    if answer.words and answer.no_speech > (NOBODY if mean_confidence(answer.words) < UNSURE else SURELY_NOBODY):
        return "recognised where nobody is heard"
    said = [_plain(word) for word in answer.words]
    if len(said) >= REPEATED and len(set(said)) == 1 and answer.mean_logprob < REPEATED_LOGPROB:
        return "repeats itself"
    return None


def repeats(words: Sequence[HeardWord]) -> list[bool]:
    """For each word, whether it is a loop's: it repeats what came right before, faster than anyone speaks.

    People repeat too («да, да, да»; a whole request, when asked to), but it takes them as long as the first time.
    """
    said = [_plain(word) for word in words]
    marked = [False] * len(said)
    for size in range(1, min(len(said) // 2, LONGEST_RUN) + 1):
        start = 0
        while start + 2 * size <= len(said):
            times = _times(said, start, size)
            if times > 1 and size * times > NEEDS_NO_RATE and _rate(words[start : start + size * times]) > LOOP_RATE:
                marked[start + size : start + size * times] = [True] * (size * (times - 1))
            start += 1 if times == 1 else size * (times - 1)
    return marked


def says_all_again(words: Sequence[HeardWord]) -> bool:
    """Whether it is one thing said twice or more: a lone word in a short window comes back doubled («six six»)."""
    said = [_plain(word) for word in words]
    return any(
        len(said) % size == 0 and said == said[:size] * (len(said) // size) for size in range(1, len(said) // 2 + 1)
    )


def mean_confidence(words: Sequence[HeardWord]) -> float:
    """How sure words are on average; at least one is given."""
    return sum(word.confidence for word in words) / len(words)


def is_weak(words: Sequence[HeardWord], answer: Decoded) -> bool:
    """Little speaks for these words: nobody seems to be there, or they are unsure; at least one is given."""
    return answer.no_speech > NO_SPEECH or mean_confidence(words) < UNSURE


def has_sure_words(sentence: Sequence[HeardWord]) -> bool:
    """Whether many of a sentence's words are sure: more than come out of noise by chance."""
    return sum(word.confidence >= UNSURE for word in sentence) >= SURE_WORDS


def credits_in(sentence: Sequence[HeardWord]) -> list[bool]:
    """For each word, whether it is part of a subtitle's credit. Only these go: a sentence can be a whole window."""
    text = _text(sentence)
    spans = [found.span() for found in _CREDIT.finditer(text)]
    ends = accumulate(len(word.text) + 1 for word in sentence)
    return [
        any(start < end - 1 and stop > end - 1 - len(word.text) for start, stop in spans)
        for word, end in zip(sentence, ends, strict=True)
    ]


def is_subtitle(sentence: Sequence[HeardWord]) -> bool:
    """Whether it is nothing but what subtitles say beside speech: a credit, or a known sound in capitals."""
    text = _text(sentence)
    return _LIKE_A_CREDIT.fullmatch(text) is not None or (text.isupper() and _tells_a_sound(sentence))


def is_stock(text: str) -> bool:
    """Whether it is nothing but a phrase that comes out of noise."""
    return _STOCK.fullmatch(text) is not None


def is_stock_of_noise(text: str, sure: float, answer: Decoded) -> bool:
    """A stock phrase where nobody seems to speak, and that is not sure: ``sure`` is its words' mean probability."""
    if not is_stock(text):
        return False
    return (answer.no_speech > NO_SPEECH and sure < UNSURE) or (
        answer.no_speech > STOCK_NO_SPEECH and answer.mean_logprob < STOCK_LOGPROB
    )


def captions(words: Sequence[HeardWord], answer: Decoded) -> list[bool]:
    """For each word, whether it is in a run of capitals that tells a sound or for which little speaks.

    People say names in capitals too («МТС MUSIC», "VISA MASTERCARD").
    """
    marked: list[bool] = []
    for in_capitals, run in groupby(words, key=_is_in_capitals):
        said = list(run)
        like = in_capitals and _is_long(said) and (_tells_a_sound(said) or is_weak(said, answer))
        marked += [like] * len(said)
    return marked


def too_few(words: int, speech_s: float) -> bool:
    """Speech with hardly a word: what was said may have been passed over."""
    return speech_s >= FEW_FROM_S and words < speech_s * FEWEST_WORDS_PER_S


def too_many(words: int, speech_s: float) -> bool:
    """More words than anyone says in that much speech."""
    return words > max(NEEDS_NO_RATE, speech_s * MOST_WORDS_PER_S)


def invented(words: Sequence[HeardWord], vocabulary: Sequence[str]) -> bool:
    """Whether a word of the vocabulary was written though the sound alone hardly speaks for it."""
    known = {part.casefold() for name in vocabulary for part in re.findall(r"\w+", name) if len(part) >= NAME_LETTERS}
    return any(word.confidence < INVENTED and _plain(word) in known for word in words)


def _is_in_capitals(word: HeardWord) -> bool:
    letters = _letters(word)
    return len(letters) > 1 and letters.isupper()


def _tells_a_sound(words: Sequence[HeardWord]) -> bool:
    return any(_SOUND.fullmatch(_letters(word)) for word in words)


def _is_long(run: Sequence[HeardWord]) -> bool:
    return len(run) > 1 and max(len(_plain(word)) for word in run) >= _CAPTION_LETTERS


def _text(words: Sequence[HeardWord]) -> str:
    return " ".join(word.text for word in words)


def _plain(word: HeardWord) -> str:
    """As it is heard, not as it is written."""
    return _letters(word).casefold()


def _letters(word: HeardWord) -> str:
    return re.sub(r"\W", "", word.text)


def _times(said: list[str], start: int, size: int) -> int:
    """How often the run at ``start`` stands there, one right behind the other."""
    run, times = said[start : start + size], 1
    while said[start + size * times : start + size * (times + 1)] == run:
        times += 1
    return times


def _rate(words: Sequence[HeardWord]) -> float:
    """Words per second, with the pauses between them."""
    return len(words) / max(words[-1].end_s - words[0].start_s, 0.01)
