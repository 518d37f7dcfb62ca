from __future__ import annotations

from collections.abc import Sequence

import pytest

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.lexical import lexical_features
from voxcx.features.voice import voices_of
from voxcx.language.lexicons import load_lexicons
from voxcx.language.readings import read

HITS = [
    ("positive", "ru", "Отлично, спасибо", 1),
    ("positive", "ru", "Не то. Отлично! Мне всё нравится", 2),
    ("positive", "ru", "я не рад, не очень доволен, мне не нравится, ничего хорошего", 0),
    ("positive", "ru", "хорошо, я понял, нормально", 0),
    ("positive", "ru", "добрый день, хорошего дня, вам удобно говорить? чем могу помочь, рада помочь", 0),
    ("positive", "en", "great, I'm happy with that, perfect", 3),
    ("positive", "en", "not happy, not very happy, I don't love it, no good, this isn't good", 0),
    ("positive", "en", "have a great day, happy to help, good morning", 0),
    ("negative", "ru", "это ужас какой-то, не работает ничего, я недоволен", 3),
    ("negative", "ru", "нет проблем, без проблем, неплохо, не плохо, грубо говоря", 0),
    ("negative", "en", "this is terrible, I'm very disappointed, not happy at all", 3),
    ("negative", "en", "no problem, not bad, don't worry", 0),
    ("profanity", "ru", "да вы охуели, бля, пошли на хрен, идиоты", 4),
    (
        "profanity",
        "ru",
        "застрахуй, употреблять, мандарин, хулиган, сукно, Хуан, себестоимость, оскорблять, ребенок, колебания",
        0,
    ),
    (
        "profanity",
        "ru",
        "потребитель, психуй, страхуйте, команда, художник, хулить, херувим, Херсон, лохматый, мандат, мудрый",
        0,
    ),
    ("profanity", "en", "what the hell, bullshit, you fucking idiot", 4),
    ("profanity", "en", "Scunthorpe, cocktail, assess, hello, class, Dick, shiitake, damage, Dickens, pass", 0),
    ("gratitude", "ru", "Большое вам спасибо! Спасибо за помощь, благодарю", 3),
    ("gratitude", "ru", "не за что, пожалуйста, нет спасибо", 0),
    ("gratitude", "en", "thank you so much, thanks, I appreciate it", 3),
    ("gratitude", "en", "no thanks, thanks for nothing", 0),
    ("apologies", "ru", "извините, приносим свои извинения, мне очень жаль", 3),
    ("apologies", "en", "I'm so sorry about that, we apologise", 2),
    ("apologies", "en", "sorry I didn't catch that", 0),
    ("repeat_cue", "ru", "я уже звонил вчера, звоню третий раз, в который раз вам пишу, пять раз звонила", 4),
    ("repeat_cue", "ru", "я ещё не звонил, вы уже говорили, мне уже позвонили", 0),
    ("repeat_cue", "en", "I already called. How many times do I have to say", 2),
    ("repeat_cue", "en", "this is the third time I've called", 1),
    ("repeat_cue", "en", "I have never called before", 0),
    ("asks_for_human", "ru", "соедините меня с оператором, хочу поговорить с живым человеком, позовите старшего", 3),
    ("asks_for_human", "ru", "мой сотовый оператор, оператор связи", 0),
    ("asks_for_human", "en", "can I speak to a real person, transfer me to a manager, are you a bot", 3),
    ("asks_for_human", "en", "my estate agent said, the person who called me", 0),
    ("complaint", "ru", "буду жаловаться, напишу претензию, подам в суд, напишу в роспотребнадзор", 4),
    ("complaint", "ru", "у меня нет претензий, не буду жаловаться, обсудить", 0),
    ("complaint", "en", "I want to make a complaint, I'll sue you, leave a bad review", 3),
    ("complaint", "en", "I can't complain", 0),
    ("churn", "ru", "уйду от вас, хочу расторгнуть договор, закройте мой счёт, верните деньги", 4),
    ("churn", "ru", "не отключайте, не хочу уходить, не закрывайте карту", 0),
    ("churn", "en", "cancel my subscription, I'll switch to another provider, I want my money back", 3),
    ("churn", "en", "please don't cancel my account", 0),
    ("unresolved", "ru", "вопрос так и не решён, до сих пор не работает, никто не помог", 3),
    ("unresolved", "ru", "вопрос решён, спасибо, помогли", 0),
    ("unresolved", "en", "the problem is not resolved", 1),
    ("unresolved", "en", "it is resolved now, it works", 0),
    ("contradiction", "ru", "в прошлый раз мне говорили другое, один говорит одно другой другое", 2),
    ("contradiction", "en", "last time they told me something different", 1),
    ("confusion", "ru", "я не понимаю, что это значит, непонятно", 3),
    ("confusion", "ru", "понятно, понял", 0),
    ("confusion", "en", "I don't understand, it's confusing, that makes no sense", 3),
    ("doubt", "ru", "сомневаюсь, я не уверена, вряд ли", 3),
    ("doubt", "ru", "без сомнения, не сомневайтесь", 0),
    ("doubt", "en", "I doubt it, I'm not sure, are you sure", 3),
    ("doubt", "en", "sure, no doubt, make sure", 0),
    ("reask", "ru", "повторите пожалуйста, не расслышала, ещё раз скажите", 3),
    ("reask", "ru", "повторяю, слышно хорошо", 0),
    ("reask", "en", "could you repeat that, sorry I didn't catch that, pardon", 3),
    ("reask", "en", "I say that it works, they say it is fine", 0),
]


@pytest.mark.parametrize(("name", "language", "text", "count"), HITS)
def test_lexicons_hear_what_is_meant(name: str, language: str, text: str, count: int) -> None:
    reading = read(text.split(), language)
    spans = load_lexicons(language, name).find(reading).get(name, ())
    hits = [" ".join(token.lower for token in reading.tokens[start:end]) for start, end in spans]
    assert len(hits) == count, hits


def spoken(*lines: tuple[Role, str], language: str = "ru", timed: bool = True) -> Transcript:
    """One word a second, utterances one after another."""
    utterances, at_s = [], 0.0
    for role, text in lines:
        words = []
        for word in text.split():
            words.append(Word(word, at_s, at_s + 0.5) if timed else Word(word, None, None))
            at_s += 1.0
        utterances.append(Utterance(role, tuple(words), text))
    return Transcript(language, "test", tuple(utterances))


def features(transcript: Transcript, distrust: str | None = None) -> dict[str, Feature]:
    voices = voices_of(transcript, Timeline(0.0, distrust=distrust))
    return {feature.name: feature for feature in lexical_features(voices)}


def values(found: dict[str, Feature], names: Sequence[str]) -> list[object]:
    return [found[name].value for name in names]


FAMILY = {name for name, spec in CATALOGUE.items() if spec.family == "lexical"}


def test_every_feature_of_the_family_comes_once() -> None:
    transcript = spoken(("agent", "Добрый день"), ("customer", "Спасибо, всё отлично работает"))
    names = [feature.name for feature in lexical_features(voices_of(transcript, Timeline(0.0)))]
    assert sorted(names) == sorted(FAMILY)
    assert all(feature.value is not None for feature in features(transcript).values())


def test_counts_with_the_seconds_they_were_heard() -> None:
    found = features(spoken(("customer", "да большое спасибо"), ("agent", "извините"), ("customer", "ну спасибо")))
    assert found["gratitude"].value == 2
    assert found["gratitude"].evidence == (Interval(1.0, 2.5), Interval(5.0, 5.5))
    assert found["apologies_by_agent"].value == 1
    assert found["apologies_by_agent"].evidence == (Interval(3.0, 3.5),)


def test_the_other_partys_words_do_not_count() -> None:
    found = features(spoken(("agent", "спасибо большое"), ("customer", "извините")))
    assert values(found, ["gratitude", "apologies_by_agent"]) == [0, 0]


def test_shares_are_of_words() -> None:
    found = features(spoken(("customer", "это ужасно и не работает совсем"), ("agent", "да")))
    assert found["customer_negative"].value == pytest.approx(3 / 6)  # ужасно; не работает
    assert found["agent_negative"].value == 0.0


def test_the_course_goes_by_thirds() -> None:
    found = features(spoken(("customer", "отлично да да"), ("customer", "да да да"), ("customer", "ужас кошмар да")))
    assert found["customer_negative_last_third"].value == pytest.approx(2 / 3)
    assert found["customer_sentiment_drift"].value == pytest.approx(-2 / 3 - 1 / 3)
    assert Interval(6.0, 7.5) in found["customer_negative_last_third"].evidence or (
        found["customer_negative_last_third"].evidence == (Interval(6.0, 6.5), Interval(7.0, 7.5))
    )


def test_the_last_third_shows_its_own_hits_only() -> None:
    found = features(spoken(("customer", "ужас да да"), ("customer", "да кошмар да"), ("customer", "да да ужасно")))
    assert found["customer_negative_last_third"].value == pytest.approx(1 / 3)
    assert found["customer_negative_last_third"].evidence == (Interval(8.0, 8.5),)
    # The drift compares the outer thirds; what was said between them is no evidence of it.
    assert found["customer_sentiment_drift"].evidence == (Interval(0.0, 0.5), Interval(8.0, 8.5))


def test_a_hit_that_begins_before_the_last_third_is_evidence_of_it() -> None:
    found = features(spoken(("customer", "да да да да да не работает да да")))  # the third begins with «работает»
    assert found["customer_negative_last_third"].value == pytest.approx(1 / 3)
    assert found["customer_negative_last_third"].evidence == (Interval(5.0, 6.5),)


def test_a_line_said_again_counts_again() -> None:
    found = features(spoken(("customer", "спасибо"), ("agent", "да"), ("customer", "спасибо")))
    assert found["gratitude"].value == 2
    assert found["gratitude"].evidence == (Interval(0.0, 0.5), Interval(2.0, 2.5))


def test_a_hit_never_crosses_utterances() -> None:
    found = features(spoken(("customer", "это не"), ("agent", "да"), ("customer", "работает хорошо")))
    assert found["customer_negative"].value == 0.0


def test_suspect_words_are_left_out() -> None:
    words = (Word("спасибо", 0.0, 0.5, suspect="low confidence"), Word("да", 1.0, 1.5))
    transcript = Transcript("ru", "test", (Utterance("customer", words, "спасибо да"),))
    assert features(transcript)["gratitude"].value == 0


def test_nobody_spoke() -> None:
    found = features(spoken(("agent", "Добрый день")))
    assert found["gratitude"].missing == "no customer words"
    assert found["customer_sentiment_drift"].missing == "no customer words"
    assert found["agent_positive"].value == 0.0


def test_too_few_words_for_thirds() -> None:
    found = features(spoken(("customer", "да нет"), ("agent", "да")))
    assert found["customer_sentiment_drift"].missing == "fewer than 3 customer words"
    assert found["customer_negative"].value == 0.0


def test_distrust_is_the_reason_everywhere() -> None:
    found = features(spoken(("customer", "спасибо")), distrust="mono recording")
    assert set(found) == FAMILY
    assert {feature.missing for feature in found.values()} == {"mono recording"}


def test_a_language_without_lexicons() -> None:
    found = features(spoken(("customer", "merci beaucoup monsieur"), ("agent", "oui"), language="fr"))
    assert all(feature.value is None for feature in found.values())
    assert found["gratitude"].missing == "no gratitude lexicon for language fr"


def test_a_chat_without_times_has_counts_without_evidence() -> None:
    found = features(spoken(("customer", "Thanks a lot, great"), ("agent", "Bye"), language="en", timed=False))
    assert found["gratitude"].value == 1
    assert found["gratitude"].evidence == ()
    assert found["customer_positive"].value == pytest.approx(1 / 4)
