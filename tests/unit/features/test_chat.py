from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from rapidfuzz import fuzz

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature
from voxcx.domain.interaction import History, Interaction, Message, Role
from voxcx.domain.transcript import Transcript, Utterance
from voxcx.features.chat import chat_features
from voxcx.features.chat_style import template_share
from voxcx.language.fuzzy import near_copies

START = datetime(2025, 3, 1, 12, tzinfo=UTC)
FAMILY = {name for name, spec in CATALOGUE.items() if spec.family == "chat"}
Line = tuple[Role, float | None, str]


def features(
    *lines: Line, language: str = "ru", name: str | None = None, canned: tuple[str, ...] = ()
) -> dict[str, Feature]:
    messages = tuple(
        Message(role, text, None if at_s is None else START + timedelta(seconds=at_s)) for role, at_s, text in lines
    )
    transcript = Transcript(language, "chat", tuple(Utterance(m.role, (), m.text) for m in messages if m.text.strip()))
    chat = Interaction("1", "chat", customer_name=name, messages=messages)
    found = list(chat_features(chat, transcript, History(canned_texts=canned)))
    assert len({feature.name for feature in found}) == len(found)
    return {feature.name: feature for feature in found}


WITH_BOT: tuple[Line, ...] = (
    ("customer", 0, "Где мой заказ?"),
    ("bot", 2, "Я робот. Могу перевести на оператора?"),
    ("customer", 10, "Оператора!"),
    ("bot", 12, "Перевожу вас на оператора."),
    ("system", 14, "Оператор подключится в ближайшее время"),
    ("system", 70, "Оператор Анна подключилась к чату"),
    ("agent", 72, "Здравствуйте, Пётр! Заказ приедет завтра до 18:00."),
    ("customer", 80, "Спасибо!"),
    ("customer", 85, "А точно?!"),
    ("agent", 100, "Да, завтра."),
)


def test_a_chat_from_bot_to_agent() -> None:
    found = features(*WITH_BOT, name="Петр Иванов")
    assert set(found) == FAMILY
    expected = {
        "first_response_s": 60.0, "agent_response_median_s": 40.0, "agent_response_longest_s": 60.0,
        "customer_response_median_s": 8.0, "agent_messages": 2, "customer_messages": 4, "bot_messages": 2,
        "chat_duration_s": 100.0, "bot_time_s": 12.0, "handover": "bot_to_agent", "uses_customer_name": 1,
        "template_share": 0.0, "main_point_first": 1, "plain_words": 1.0, "customer_spoke_last": 0, "exclamations": 2,
        "questions": 2, "capitals_share": 0.0,
    }  # fmt: skip
    assert {key: found[key].value for key in expected} == expected
    # здравствуйте петр заказ приедет завтра до восемнадцать ноль ноль; да завтра
    assert found["agent_words_per_message"].value == pytest.approx((9 + 2) / 2)


@pytest.mark.parametrize(
    ("why", "lines", "waited_s"),
    [
        ("no bot: from the customer's first message",
         (("customer", 5, "Привет"), ("customer", 9, "Есть кто?"), ("agent", 30, "Да")), 25.0),
        ("a system's greeting or queue message is no bot",
         (("customer", 0, "Привет"), ("system", 20, "Оператор Анна подключилась"), ("agent", 30, "Да")), 30.0),
        ("an auto-reply in the agent's name is no answer",
         (("customer", 0, "Привет"), ("agent", 1, "Это автоматический ответ. Мы ответим вам в ближайшее время."),
          ("agent", 90, "Добрый день, слушаю")), 90.0),
        ("unannounced: from the request for a person",
         (("customer", 0, "Привет"), ("bot", 1, "Выберите тему"), ("customer", 10, "Позовите оператора"),
          ("bot", 11, "Выберите тему"), ("agent", 40, "Да")), 30.0),
        ("unannounced and unasked: from the bot's last message",
         (("customer", 0, "Привет"), ("bot", 1, "Выберите тему"), ("customer", 10, "Доставка"), ("bot", 11, "Минуту"),
          ("agent", 40, "Да")), 29.0),
        ("a bot's offer is no handover",
         (("customer", 0, "Привет"), ("bot", 1, "Если нужно, могу перевести на оператора"), ("customer", 10, "Да"),
          ("bot", 12, "Соединяю с оператором"), ("agent", 40, "Да")), 28.0),
    ],
)  # fmt: skip
def test_first_response(why: str, lines: tuple[Line, ...], waited_s: float) -> None:
    assert features(*lines)["first_response_s"].value == waited_s, why


def test_english_handover() -> None:
    found = features(
        ("customer", 0, "hi"), ("bot", 1, "I will connect you to an agent"), ("agent", 31, "Hello"), language="en"
    )
    assert found["first_response_s"].value == 30.0
    assert found["bot_time_s"].value == 1.0


def test_the_agent_wrote_first() -> None:
    found = features(("agent", 0, "Ваш заказ готов"), ("customer", 60, "Спасибо"))
    assert found["first_response_s"].missing == "the agent wrote first"
    assert found["customer_response_median_s"].value == 60.0
    assert found["agent_response_median_s"].missing == "no answers of the agent"


def test_no_times() -> None:
    found = features(("customer", None, "Привет"), ("bot", None, "Я бот"), ("agent", None, "Да"))
    for name in ("first_response_s", "agent_response_median_s", "customer_response_longest_s", "chat_duration_s",
                 "bot_time_s"):  # fmt: skip
        assert found[name].missing == "messages have no times", name
    assert found["agent_messages"].value == 1
    assert found["handover"].value == "bot_to_agent"


def test_one_message_without_time_is_no_times() -> None:
    assert features(("customer", 0, "Привет"), ("agent", None, "Да"))["first_response_s"].value is None


def test_the_bot_kept_the_chat() -> None:
    found = features(("customer", 0, "Баланс?"), ("bot", 3, "100 рублей"), ("customer", 9, "ок"))
    assert found["handover"].value == "none"
    assert found["bot_time_s"].value == 9.0
    assert found["agent_messages"].value == 0
    for name in ("first_response_s", "agent_response_median_s", "agent_words_per_message", "uses_customer_name",
                 "template_share", "main_point_first", "plain_words"):  # fmt: skip
        assert found[name].missing == "no agent messages", name
    assert found["customer_spoke_last"].value == 1


def test_no_messages_at_all() -> None:
    found = features()
    assert set(found) == FAMILY
    assert found["chat_duration_s"].missing == "no messages"
    assert found["customer_spoke_last"].missing == "no messages of a person"
    assert found["questions"].missing == "no customer messages"


def test_a_second_agent() -> None:
    found = features(
        ("customer", 0, "Привет"), ("bot", 1, "Перевожу на оператора"), ("agent", 9, "Слушаю"),
        ("agent", 20, "Передаю вас специалисту"), ("system", 21, "Специалист Иван подключился"), ("agent", 30, "Да"),
    )  # fmt: skip
    assert found["handover"].value == "agent_to_agent"
    assert features(("customer", 0, "Привет"), ("agent", 5, "Да"))["handover"].value == "none"


@pytest.mark.parametrize(
    ("text", "name", "flag"),
    [
        ("Анна, заказ готов", "Анна Петрова", 1),
        ("Передам Анне Петровой", "Анна Петрова", 1),
        ("Меня зовут Анна, слушаю", "Анна", 0),
        ("Имейте веру", "Вера", 0),
        ("Вера, добрый день", "Вера", 1),
        ("Заказ готов", "Анна", 0),
    ],
)
def test_the_customers_name(text: str, name: str, flag: int) -> None:
    assert features(("agent", 0, text), name=name)["uses_customer_name"].value == flag


def test_an_unknown_name() -> None:
    assert features(("agent", 0, "Да"))["uses_customer_name"].missing == "the customer's name is not known"


def test_templates() -> None:
    canned = ("Ваше обращение принято, ожидайте ответа специалиста.",)
    found = features(
        ("agent", 0, "Ваше обращение принято, ожидайте ответа специалиста"), ("agent", 1, "Да"), ("agent", 2, "Да"),
        ("agent", 3, "Заказ приедет завтра до шести"), canned=canned,
    )  # fmt: skip
    assert found["template_share"].value == pytest.approx(1 / 4)
    own = features(("agent", 0, "Проверьте, пожалуйста, почту"), ("agent", 1, "Проверьте пожалуйста почту"))
    assert own["template_share"].value == 1.0


@pytest.mark.parametrize(
    ("language", "texts", "flag"),
    [
        ("ru", ["Благодарим за обращение! Заказ приедет завтра."], 0),
        ("ru", ["Здравствуйте! Благодарим вас за обращение в нашу компанию."], 0),
        ("ru", ["Здравствуйте, Анна! Заказ приедет завтра."], 1),
        ("ru", ["Добрый день, Анна, ваш заказ приедет завтра"], 1),
        ("ru", ["Здравствуйте, Анна!", "Заказ приедет завтра"], 1),
        ("ru", ["Здравствуйте! Меня зовут Иван.", "Ваше обращение очень важно для нас"], 0),
        ("ru", ["Здравствуйте, Анна!"], None),
        ("ru", ["Деньги вернутся завтра. Благодарим за обращение!"], 1),
        ("en", ["Thank you for contacting us! Your order arrives tomorrow."], 0),
        ("en", ["Hi John, your order arrives tomorrow."], 1),
        ("en", ["Hello John!", "I understand your frustration."], 0),
    ],
)
def test_the_main_point_first(language: str, texts: list[str], flag: int | None) -> None:
    lines: list[Line] = [("agent", float(index), text) for index, text in enumerate(texts)]
    assert features(*lines, language=language)["main_point_first"].value == flag


def test_plain_words() -> None:
    bureaucrat = features(("agent", 0, "В соответствии с правилами осуществляется возврат денежных средств."))
    assert bureaucrat["plain_words"].value == 0.0
    assert features(("agent", 0, "Вернём деньги завтра."))["plain_words"].value == 1.0


def test_marks_and_capitals_of_the_customer() -> None:
    found = features(("customer", 0, "ГДЕ ЗАКАЗ? Жду уже час!!! Ну? Я"), ("agent", 9, "КАПС?!"))
    assert found["questions"].value == 2
    assert found["exclamations"].value == 1
    assert found["capitals_share"].value == pytest.approx(2 / 5)


def test_a_call_has_no_chat_features() -> None:
    assert list(chat_features(Interaction("1", "call"), Transcript("ru", "x", ()), History())) == []


def test_a_language_without_lexicons() -> None:
    found = features(("customer", 0, "Bonjour"), ("agent", 5, "Bonjour monsieur"), language="fr")
    assert found["plain_words"].missing == "no lexicon for language fr"
    assert found["first_response_s"].value == 5.0


def test_masked_texts_are_used_and_blank_messages_passed_over() -> None:
    messages = (Message("customer", " ", START), Message("agent", "Анна, да", START + timedelta(seconds=5)))
    masked = Transcript("ru", "chat", (Utterance("agent", (), "<имя>, да"),))
    chat = Interaction("1", "chat", customer_name="Анна", messages=messages)
    found = {feature.name: feature for feature in chat_features(chat, masked, History())}
    assert found["uses_customer_name"].value == 0
    assert found["customer_messages"].value == 0


@pytest.mark.parametrize("few", [0, 1_000])  # told by their letters first, or not
def test_copies_are_those_that_pairwise_comparison_finds(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr("voxcx.language.fuzzy.FEW", few)
    chosen = np.random.default_rng(7)
    pool = (
        "ваш заказ приедет завтра",
        "ваш заказ приедет завтра!",
        "Ваш  заказ приедет Завтра",
        "другой ответ",
        "",
        "ё",
        "е",
    )
    texts = [f"{chosen.choice(pool)}{chosen.choice(('', ' да', ' нет'))}" for _ in range(40)]
    canned = ("заказ приедет завтра", "другой ответ нет")
    plain = [" ".join(text.lower().replace("ё", "е").split()) for text in (*texts, *canned)]
    pairwise = [
        any(fuzz.ratio(one, other) >= 90 for i, other in enumerate(plain) if i != k)
        for k, one in enumerate(plain[: len(texts)])
    ]
    assert list(near_copies(texts, canned)) == pairwise
    assert near_copies((), canned) == ()


@pytest.mark.timeout(120)  # half a second; comparing text by text takes minutes
def test_thousands_of_messages_are_compared() -> None:
    chosen = np.random.default_rng(1)
    letters = "абвгдежзиклмнопрст"
    words = ["".join(chosen.choice(list(letters), 7)) for _ in range(300)]
    texts = [" ".join(chosen.choice(words, 15)) for _ in range(1500)]
    assert template_share([*texts, texts[0]], texts[:0]) == pytest.approx(2 / 1501)
