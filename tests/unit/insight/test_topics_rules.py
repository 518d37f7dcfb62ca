"""Topics by rules: what people say first → the topic, hits and near misses; the file and its errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voxcx.errors import ConfigError
from voxcx.insight.topics.matching import TopicMatcher, languages_of, match_topics
from voxcx.insight.topics.rules import LANGUAGES, load_topic_rules

RULES = load_topic_rules()
MATCHERS = {language: TopicMatcher(rules) for language, rules in RULES.items()}
RU = (
    ("Алло, здравствуйте, у меня вчера с карты списали деньги два раза", "payment"),
    ("Подскажите, а за что с меня сняли триста рублей?", "payment"),
    ("Я оплатила через приложение, а платёж почему-то не прошёл", "payment"),
    ("Не получается оплатить картой на сайте", "payment"),
    ("Мне пришла квитанция, и сумма в ней выросла почти вдвое", "bill"),
    ("Откуда у меня долг, я же всё плачу вовремя", "bill"),
    ("Хочу узнать баланс лицевого счёта", "bill"),
    ("Девушка, где мой заказ? Обещали ещё во вторник", "delivery"),
    ("Курьер так и не приехал, я весь день дома сижу", "delivery"),
    ("Можно перенести доставку на субботу?", "delivery"),
    ("Посылка уже неделю стоит на сортировке", "delivery"),
    ("Когда мне вернут деньги за отменённый билет?", "refund"),
    ("Оформила возврат две недели назад, деньги так и не пришли", "refund"),
    ("Хочу вернуть куртку, не подошёл размер", "return"),
    ("Вы прислали не тот цвет, что я заказывала", "return"),
    ("Телефон пришёл с трещиной на экране", "return"),
    ("Отмените, пожалуйста, мой заказ", "cancellation"),
    ("Я хочу расторгнуть договор", "cancellation"),
    ("Отключите мне эту платную подписку", "cancellation"),
    ("У нас второй день нет интернета", "outage"),
    ("Интернет постоянно обрывается по вечерам", "outage"),
    ("На роутере горит красная лампочка", "outage"),
    ("Во всём доме отключили воду", "outage"),
    ("Не могу войти в личный кабинет", "account"),
    ("Я забыл пароль, как восстановить?", "account"),
    ("Код из смс не приходит", "account"),
    ("Приложение вылетает сразу после запуска", "account"),
    ("Хочу перевыпустить карту, старая не читается", "card"),
    ("Забыла пин-код от карточки", "card"),
    ("Хочу досрочно погасить кредит", "credit"),
    ("Какие условия у рассрочки?", "credit"),
    ("Хочу подключить ещё один номер", "plan"),
    ("Какой тариф у вас самый выгодный?", "plan"),
    ("Промокод не применяется в корзине", "promotion"),
    ("Куда делись мои бонусы?", "promotion"),
    ("У меня сломалась стиральная машина, она на гарантии", "repair"),
    ("Мастер должен был прийти утром и не пришёл", "repair"),
    ("Хотела бы записаться к стоматологу", "appointment"),
    ("Пришлите мне справку об отсутствии задолженности", "bill"),  # of the two the one first in the file
    ("Мне нужна выписка по счёту за год", "documents"),
    ("Сколько стоит доставка и есть ли холодильник в наличии?", "delivery"),
    ("Сколько стоит этот пылесос?", "purchase"),
    ("До скольки вы сегодня работаете?", "hours"),
    ("Подскажите адрес ближайшего магазина на Ленина", "hours"),
    ("Я хочу пожаловаться на вашего курьера", "complaint"),
    ("Мне нахамили в вашем отделении", "complaint"),
    ("Мне звонили мошенники и представились вашей службой безопасности", "fraud"),
    ("У меня украли карту, срочно", "fraud"),
    ("Добрый день, мне нужна консультация", ""),
    ("Здравствуйте, девушка, у меня такой вопрос", ""),
    ("Спасибо, всё понятно, до свидания", ""),
    ("Это снова я, мы с вами утром разговаривали", ""),
    ("Отмените запись на завтра", "cancellation"),
    ("Я читала книгу и думала о вас", ""),
    ("Вы мне вчера звонили с этого номера", ""),
    ("У меня всё работает, просто хотел сказать спасибо", ""),
)
EN = (
    ("Hi there, I've been charged twice for the same thing", "payment"),
    ("My payment didn't go through and I don't know why", "payment"),
    ("I can't pay with my card on your site", "payment"),
    ("My bill went up this month and I want to know why", "bill"),
    ("What's my current balance?", "bill"),
    ("Hello, where is my order? It was due on Tuesday", "delivery"),
    ("The courier never showed up", "delivery"),
    ("My parcel has been stuck at the depot for a week", "delivery"),
    ("I still haven't received my order", "delivery"),
    ("I'd like a refund please", "refund"),
    ("When will I get my money back?", "refund"),
    ("I want to return these shoes, they don't fit", "return"),
    ("You sent me the wrong size", "return"),
    ("The mug arrived broken", "return"),
    ("I want to cancel my subscription", "cancellation"),
    ("Please close my account", "cancellation"),
    ("My internet has been down since yesterday", "outage"),
    ("There's a red light on the router", "outage"),
    ("We have no electricity in the whole street", "outage"),
    ("I can't log in", "account"),
    ("I forgot my password", "account"),
    ("My account has been locked", "account"),
    ("The app keeps crashing", "account"),
    ("I need a replacement card", "card"),
    ("I'd like to ask about a mortgage", "credit"),
    ("I'd like to upgrade my plan", "plan"),
    ("Could I pause my subscription for a month?", "plan"),
    ("My order is three days late", "delivery"),
    ("I am still waiting for the repayment", "refund"),
    ("My discount code doesn't work", "promotion"),
    ("My washing machine stopped working and it's under warranty", "repair"),
    ("I need to reschedule my appointment", "appointment"),
    ("Could you send me a receipt?", "documents"),
    ("How much is the blue lamp?", "purchase"),
    ("Is the blue lamp back in stock?", "purchase"),
    ("What time do you close today?", "hours"),
    ("I want to make a complaint", "complaint"),
    ("Your agent was so rude to me", "complaint"),
    ("Someone hacked my account", "fraud"),
    ("I did not make this transaction", "fraud"),
    ("Good morning, how are you?", ""),
    ("Hi, I have a quick question", ""),
    ("It's me again, we spoke earlier", ""),
    ("Thank you, that's everything", ""),
    ("I can't open the book I bought for my reader", ""),  # a book is no booking
    ("Do you offer training for teams?", ""),  # nor is this a special offer
    ("When I wanted to order it was too late", "purchase"),  # and no delivery
    ("When will it arrive?", "delivery"),
    ("I'd like to change my booking", "appointment"),
    ("I saw an offer for new customers", "promotion"),
)
ASKS = (
    ("ru", "Где мой заказ?", True),
    ("ru", "Через сколько придут деньги?", True),
    ("ru", "Какой статус у моей заявки?", True),
    ("ru", "С карты списали деньги", False),
    ("en", "When will it come?", True),
    ("en", "Any news on my refund?", True),
    ("en", "The mug arrived broken", False),
)


def topics_of(opening: str, language: str) -> tuple[str, bool]:
    told, asks = MATCHERS[language].match([opening])
    return told[0], bool(asks[0])


@pytest.mark.parametrize(("opening", "topic"), RU)
def test_what_people_say_in_russian(opening: str, topic: str) -> None:
    assert topics_of(opening, "ru")[0] == topic


@pytest.mark.parametrize(("opening", "topic"), EN)
def test_what_people_say_in_english(opening: str, topic: str) -> None:
    assert topics_of(opening, "en")[0] == topic


@pytest.mark.parametrize(("language", "opening", "asks"), ASKS)
def test_who_asks_where_or_when(language: str, opening: str, asks: bool) -> None:
    assert topics_of(opening, language)[1] is asks


@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_topics_are_the_same_in_both_languages(language: str) -> None:
    rules = RULES[language]
    assert rules.language == language
    assert [one.id for one in rules.topics] == [one.id for one in RULES["en"].topics]
    assert [one.title for one in rules.topics] == [one.title for one in RULES["en"].topics]
    assert len(rules.topics) >= 15
    assert rules.asks
    assert len(rules.small_words) > 100


def test_every_shipped_topic_is_met_in_the_tables() -> None:
    for table in (RU, EN):
        assert {topic for _, topic in table} - {""} == {one.id for one in RULES["en"].topics}


def test_the_language_is_told_by_letters_where_it_is_not_known() -> None:
    openings = np.array(["Где заказ?", "Where is it?", "", "Wo ist es?"], dtype=object)
    told = languages_of(openings, np.array(["", "", "", "de"], dtype=object))
    assert told.tolist() == ["ru", "en", "en", "de"]
    assert match_topics(openings, told, RULES)[0].tolist() == ["delivery", "", "", ""]


OWN = """
language: en
topics:
  - {id: lamps, title: {en: Lamps, ru: Лампы}, phrases: ["lamp"]}
"""


def test_a_file_of_your_own_replaces_the_topics_of_its_language(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    rules = load_topic_rules([path])
    openings = np.array(["The lamp is late, where is my order?", "Где мой заказ?"], dtype=object)
    topic, asks = match_topics(openings, np.array(["en", "ru"], dtype=object), rules)
    assert topic.tolist() == ["lamps", "delivery"]
    assert asks.tolist() == [True, True]  # the shipped phrases, since the file has none


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("topics: [}", "expected YAML"),
        ("language: en\ntopics: []\n", "topics: tuple should have at least 1 item"),
        (OWN.replace("language: en", "language: de"), "language"),
        (OWN.replace("phrases", "words"), "words: this key is not known"),
        (OWN + '  - {id: lamps, title: {en: L, ru: Л}, phrases: ["x"]}\n', "expected each topic once, not lamps twice"),
        (OWN.replace('"lamp"', '"{lamp"'), "lamps: Phrase"),
    ],
)
def test_a_file_that_breaks_the_schema_is_told_in_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_topic_rules([path])
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="found none"):
        load_topic_rules([tmp_path / "none.yaml"])
