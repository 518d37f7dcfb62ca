from __future__ import annotations

import pytest

from voxcx.errors import FormError
from voxcx.language.phrases import PhraseSet, Vocabulary, compile_phrase
from voxcx.language.tokens import tokenise

VOCABULARY = Vocabulary(names=("Азамат", "Nkechi"), companies=("Северсвязь", "Сбер", "OpenBank", "Мир Тканей"))


def found(pattern: str, text: str, language: str, *, fuzzy: bool = False) -> list[str]:
    tokens = tokenise(text, language)
    matches = compile_phrase(pattern, language, VOCABULARY, fuzzy=fuzzy).find(tokens)
    return [text[tokens[m.start].start : tokens[m.end - 1].end] for m in matches]


RU = [
    ("подожди", "Подождите, надо подождать", ["Подождите", "подождать"]),
    ("подожди", "ждите", []),
    ("=подождите", "подожди, подождите", ["подождите"]),
    ('"на линии"', "на линиях, на линии", ["на линии"]),
    ("{добрый {день|вечер}|здравствуйте}", "Добрый вечер! Здравствуйте", ["Добрый вечер", "Здравствуйте"]),
    ("{добрый {день|вечер}|здравствуйте}", "добрый человек", []),
    ("подождите [ещё] минуту", "подождите минуту", ["подождите минуту"]),
    ("подождите [ещё] минуту", "подождите еще одну минуту", []),
    ("не ... понял", "не совсем вас понял", ["не совсем вас понял"]),
    ("не ...1 понял", "не совсем вас понял", []),
    ("не ...0 понял", "не понял, не сразу понял", ["не понял"]),
    ("претензи*", "напишу претензию, претенциозно", ["претензию"]),
    ("добрый день, чем помочь", "Добрый день. Чем помочь?", ["Добрый день. Чем помочь"]),
    ("меня зовут <имя>", "Меня зовут Анна Сергеевна", ["Меня зовут Анна Сергеевна"]),
    ("меня зовут <имя>", "меня зовут обедать", []),
    ("<имя>", "Слава богу, вера в том числе, Или так", []),
    ("<имя>", "Вера, скажите Азамату, что иван ушёл", ["Вера", "Азамату", "иван"]),
    ("меня зовут <имя>", "меня зовут виктория, меня зовут вера павловна, меня зовут любовь",
     ["меня зовут виктория", "меня зовут вера павловна", "меня зовут любовь"]),
    ("<имя>", "яна максим владимир маша рустам викторию марине", ["яна", "максим", "владимир", "маша", "рустам",
                                                                  "викторию", "марине"]),
    ("<имя>", "компания спектр надежда слушаю вас", ["надежда"]),
    ("<имя>", "здравствуйте это роман из сервиса", ["роман"]),
    ("<имя>", "оператор света, с вами роза", ["света", "роза"]),
    ("<имя>", "роза меня зовут, лев николаевич", ["роза", "лев николаевич"]),
    ("<имя>", "это роман толстого, я верю, есть надежда, нет света, с любовью, кости, маши рукой, слава богу", []),
    ("<имя>", "я слава богу дома, заказали роман и лилия завяла, первого марта", []),
    ("<имя> слушаю", "спектр вера слушаю", ["вера слушаю"]),
    ("<число>", "две тысячи пятьсот, 2 500 и 7", ["две тысячи пятьсот", "2 500", "7"]),
    ("<число>", "первый, с семьёй, пятый", []),
    ("<сумма>", "2 500 рублей 50 копеек или 300₽", ["2 500 рублей 50 копеек", "300₽"]),
    ("<сумма>", "две тысячи, рублей", ["две тысячи, рублей"]),  # recognisers put commas anywhere
    ("<сумма>", "пять дней", []),
    ("<дата>", "двадцать пятого мая 2024 года, 12.05.2024 и завтра",
     ["двадцать пятого мая 2024 года", "12.05.2024", "завтра"]),
    ("<дата>", "10.5 и 45.99 и мая", []),
    ("<срок>", "в течение двух рабочих дней, через час, 2-3 дня, пару минут",
     ["в течение двух рабочих дней", "через час", "2-3 дня", "пару минут"]),
    ("<срок>", "добрый день, минуту, час от часу", []),
    ("вы позвонили в <компания>", "вы позвонили в северо связь", ["вы позвонили в северо связь"]),
    ("<компания>", "Северсвязи, сбер, мира тканей", ["Северсвязи", "сбер", "мира тканей"]),
    ("<компания>", "сбор, север, мир, мирная ткань", []),
    ("{7|семь} дней", "семь дней, 7 дней", ["семь дней", "7 дней"]),
]  # fmt: skip
EN = [
    ("hold the line", "Please hold the lines", ["hold the lines"]),
    ("call back", "I called back", ["called back"]),
    ("=call", "calls, call", ["call"]),
    ("do not ... understand", "I don't really understand", ["don't really understand"]),
    ("I can help", "I can't help", []),
    ("what =is that", "what's that, what was that", ["what's that"]),
    ("{{i|it} =would|{i|it} =will|it =has}", "I'd, it'll, it's, it was, I have", ["I'd", "it'll", "it's"]),
    ('"what is"', "what's that", ["what's"]),
    ("{=is|=has} ...2 =it", "that's it, the customer's got it, is it", ["is it"]),
    ("it is broken", "it's broken", ["it's broken"]),
    ("my name is <name>", "My name is Mark", ["My name is Mark"]),
    ("my name is <name>", "my name is will be given", []),
    ("<name>", "Mark my words, will you", []),
    ("<name>", "hello this is mark at luna", ["mark"]),
    ("<name>", "my name is grace, my name's bill and I will help", ["grace", "bill"]),
    ("<name>", "will speaking, you are speaking with rose today", ["will", "rose"]),
    ("<name>", "good morning this is may", ["may"]),
    ("<name>", "agent frank here, i'm rob from sales", ["frank", "rob"]),
    ("<name>", "this will take a minute, the bill is rich, to be frank, i'm frank with you, the agent will call", []),
    ("<name>", "this is hope, agent will, my name is will be given, mark it, this is bill you sent, may i", []),
    ("<name>", "this is nkechi and john", ["nkechi", "john"]),
    ("<company>", "thanks for calling open bang", ["open bang"]),
    ("<company>", "open the bank account", []),
    ("<term>", "within two business days, in an hour, 24 hours",
     ["within two business days", "in an hour", "24 hours"]),
    ("<term>", "one of my days, an hour", []),
    ("<date>", "may 5th 2024, the twenty first of June, you may go, 5/12/2024",
     ["may 5th 2024", "the twenty first of June", "5/12/2024"]),
    ("<sum>", "$5, five hundred dollars and fifty cents, £20", ["$5", "five hundred dollars and fifty cents", "£20"]),
    ("apologise", "we apologize", ["apologize"]),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text", "expected"), RU)
def test_russian(pattern: str, text: str, expected: list[str]) -> None:
    assert found(pattern, text, "ru") == expected


@pytest.mark.parametrize(("pattern", "text", "expected"), EN)
def test_english(pattern: str, text: str, expected: list[str]) -> None:
    assert found(pattern, text, "en") == expected


def test_a_slip_is_forgiven_only_when_asked() -> None:
    assert found("переведите на оператора", "перевидите на аператора", "ru") == []
    assert found("переведите на оператора", "перевидите на аператора", "ru", fuzzy=True) != []
    assert found("день", "пень, лень", "ru", fuzzy=True) == []


def test_an_unknown_language_matches_exact_words() -> None:
    assert found("ça va", "Ça va, ça ira, <nom>", "fr") == ["Ça va"]
    assert found("<sum>", "5 €", "fr") == []


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("{a|b", 1), ("да {a|b", 4), ("a}", 2), ("[", 1), ("a]", 2), ("<foo>", 1), ("a <", 3), ("... a", 1),
        ("a ...", 5),
        ("[a]", 1), ("", 1), ("  ", 1), ("!", 1), ("=", 1), ("b *", 3), ("a|b", 2), ("{a|}", 1), ('"abc', 1),
        ("a ...99 b", 3),
        ("<ordinal>", 1), ("{" * 40 + "a" + "}" * 40, 21),
    ],
)  # fmt: skip
def test_a_bad_pattern_is_named_with_its_position(pattern: str, position: int) -> None:
    with pytest.raises(FormError) as caught:
        compile_phrase(pattern, "ru")
    message = str(caught.value)
    assert f"Phrase {pattern!r}, position {position}:" in message
    assert "such as" in message


@pytest.mark.timeout(120)
def test_no_pattern_explodes() -> None:
    pattern = "a " + " ".join("{[a] ...20 [a] ...20 a|a ...20 a}" for _ in range(6)) + " b"
    tokens = tokenise("a " * 120, "en")
    assert compile_phrase(pattern, "en").find(tokens) == ()  # 0.7 s; a pattern that explodes never ends


def test_a_pattern_too_large_is_refused() -> None:
    with pytest.raises(FormError, match="too large"):
        compile_phrase("a " + "...50 a " * 500, "en")


def test_a_set_takes_the_longest_and_counts_once() -> None:
    phrases = PhraseSet(compile_phrase(p, "ru") for p in ("спасибо", "большое спасибо", "спасибо за помощь"))
    tokens = tokenise("Большое спасибо. Спасибо за помощь!", "ru")
    assert [(m.start, m.end) for m in phrases.find(tokens)] == [(0, 2), (2, 5)]
    assert [m.pattern for m in phrases.find_each(tokens)] == [
        "большое спасибо",
        "спасибо",
        "спасибо",
        "спасибо за помощь",
    ]


def test_a_set_finds_what_its_phrases_find() -> None:
    patterns = ["<имя>", "претензи*", "=нет", "{да|ну да}", "[ну] хорошо", "не ... так"]
    text = "Ну хорошо, Иван, нет, претензия: не всё так, ну да"
    tokens = tokenise(text, "ru")
    phrases = PhraseSet(compile_phrase(p, "ru") for p in patterns)
    each = {match for phrase in phrases.phrases for match in phrase.find(tokens)}
    assert set(phrases.find_each(tokens)) == each
    assert {match.pattern for match in each} == set(patterns)


def test_a_set_of_hundreds_finds_nothing_where_nothing_is() -> None:
    phrases = PhraseSet(compile_phrase(f"слово{number} да", "ru") for number in range(500))
    tokens = tokenise("я сейчас проверю ваш заказ и перезвоню вам " * 500, "ru")
    assert phrases.find(tokens) == ()
