"""Groups that nobody defined, and what is learned from people's labels."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from unit.insight.archives import archive
from voxcx.insight.archive import Labels
from voxcx.insight.settings import ReportSettings, TopicSettings
from voxcx.insight.topics.assigning import assign_topics, labels_of_people
from voxcx.insight.topics.by_language import find_in_languages
from voxcx.insight.topics.found import find_topics
from voxcx.insight.topics.grouping import centres_of, group_of
from voxcx.insight.topics.naming import own_words
from voxcx.insight.topics.record import Found
from voxcx.insight.topics.rules import load_topic_rules
from voxcx.insight.topics.terms import Terms, read_terms
from voxcx.insight.topics.trained import _limit, learn_topics

RULES = load_topic_rules()
SMALL = {language: frozenset(rules.small_words) for language, rules in RULES.items()}
PLANTED = {
    "ru": (
        ("курьер", "посылка", "доставка", "привезти", "склад", "адрес"),
        ("карта", "списание", "платёж", "банк", "рубль", "чек"),
        ("интернет", "роутер", "лампочка", "сигнал", "мастер", "кабель"),
        ("куртка", "размер", "возврат", "бирка", "обмен", "примерка"),
    ),
    "en": (
        ("courier", "parcel", "delivery", "depot", "driver", "doorstep"),
        ("card", "charge", "payment", "bank", "receipt", "pound"),
        ("internet", "router", "light", "signal", "engineer", "cable"),
        ("jacket", "size", "return", "label", "exchange", "sleeve"),
    ),
}
GREETINGS = {"ru": ("здравствуйте,", "алло,", "добрый день,"), "en": ("hello,", "hi,", "good morning,")}


def planted(n: int, language: str, seed: int = 1) -> tuple[Labels, Labels]:
    """Openings of four topics: a greeting and three words of the topic; and the topic of each."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, n)
    openings = [
        " ".join((str(rng.choice(GREETINGS[language])), *rng.choice(PLANTED[language][one], 3, replace=False)))
        for one in truth.tolist()
    ]
    return np.array(openings, dtype=object), truth.astype(str).astype(object)


def terms_of(openings: Labels, language: str) -> Terms:
    return read_terms(openings, np.full(len(openings), language, dtype=object), SMALL)


def found_in(openings: Labels, language: str, seed: int = 1) -> Found:
    return find_topics(openings, terms_of(openings, language), TopicSettings(), seed)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("seed", [1, 2])
def test_planted_topics_are_found_and_named_by_their_words(language: str, seed: int) -> None:
    openings, truth = planted(600, language, seed)
    found = found_in(openings, language, seed)
    assert found.reason is None
    assert adjusted_rand_score(truth, found.member) >= 0.8
    assert found.stability >= 0.8
    assert found.explained.value == pytest.approx(1.0)
    assert found.explained.n == 600
    for cluster in found.clusters:
        words = {word.replace("ё", "е") for word in PLANTED[language][int(truth[cluster.examples[0]])]}
        assert set(cluster.name.split(", ")) <= words
        assert {truth[row] for row in cluster.examples} == {truth[cluster.examples[0]]}
    assert len({cluster.name for cluster in found.clusters}) == len(found.clusters)


def test_the_same_seed_finds_the_same() -> None:
    openings, _ = planted(400, "ru")
    first, second = found_in(openings, "ru"), found_in(openings, "ru")
    assert first.clusters == second.clusters
    assert (first.member == second.member).all()


def test_openings_without_words_are_other() -> None:
    openings, _ = planted(400, "en")
    openings[:40] = "hello, good morning"
    openings[40:60] = ""
    found = found_in(openings, "en")
    assert (found.member[:60] == -1).all()
    assert found.openings == 380  # 20 said nothing
    assert found.explained.value == pytest.approx(340 / 380)


def test_each_language_has_its_own_groups() -> None:
    # Twice as many Russian openings as English ones, and 40 Portuguese ones, too few for groups.
    russian, english = planted(600, "ru"), planted(300, "en")
    openings = np.concatenate([russian[0], english[0], np.full(40, "onde esta minha encomenda", dtype=object)])
    languages = np.array(["ru"] * 600 + ["en"] * 300 + ["pt"] * 40, dtype=object)
    found = find_in_languages(openings, languages, read_terms(openings, languages, SMALL), ReportSettings())
    truth = np.concatenate(["ru" + russian[1], "en" + english[1]])
    assert adjusted_rand_score(truth, found.member[:900]) >= 0.8
    assert (found.member[900:] == -1).all()
    sizes = [int((found.member == at).sum()) for at in range(len(found.clusters))]
    assert sizes == sorted(sizes, reverse=True)
    for at, cluster in enumerate(found.clusters):
        assert {int(found.member[row]) for row in cluster.examples} == {at}
    assert found.explained.value == pytest.approx(sum(sizes) / 940)


def test_30_openings_cannot_tell_and_say_how_many_are_needed() -> None:
    openings, _ = planted(30, "ru")
    found = found_in(openings, "ru")
    assert found.clusters == ()
    assert (found.member == -1).all()
    assert found.explained.value is None
    assert found.reason is not None
    n = int(dict(found.reason.blanks)["n"])  # those with words that at least two others use
    assert 25 <= n <= 30
    assert dict(found.reason.blanks) == {"n": str(n), "fewest": "200", "more": str(200 - n)}


@pytest.mark.parametrize("seed", [1, 2])
def test_words_without_topics_fall_into_no_groups(seed: int) -> None:
    rng = np.random.default_rng(seed)
    words = [f"{a}{b}{c}o" for a in "bdgklm" for b in "aeiu" for c in "nprst"]
    openings = np.array([" ".join(rng.choice(words, 8, replace=False)) for _ in range(400)], dtype=object)
    found = found_in(openings, "en", seed)
    assert found.clusters == ()
    assert found.reason is not None
    assert "adjusted Rand" in found.reason.en


def test_all_openings_alike_fall_into_no_groups() -> None:
    openings = np.full(400, "where is my parcel", dtype=object)
    found = found_in(openings, "en")
    assert found.clusters == ()  # a word of every opening divides nothing


def test_two_texts_said_by_all() -> None:
    openings = np.array(["router cable"] * 200 + ["jacket sleeve"] * 200, dtype=object)
    found = found_in(openings, "en")
    assert [int((found.member == at).sum()) for at in range(len(found.clusters))] == [200, 200]


def test_own_words_by_hand() -> None:
    # Group 0: "card" in 2 of 2, "fee" in 1 of 2. Group 1: "card" in 1 of 2, "van" in 2 of 2.
    # Means of words: 1.5 a group. card: total 1.5, in group 0 1 · ln(1 + 1.5 ÷ 1.5) = 0.693; fee: 0.5 · ln(1 + 3) =
    # 0.693. card in group 1 is rarer than overall (0.5 < 0.75): none of its own words.
    terms = read_terms(
        np.array(["card fee", "card", "card van", "van"] * 3, dtype=object), np.full(12, "en", dtype=object), {}
    )
    assert dict(zip(terms.words, np.asarray(terms.held.sum(axis=0)).ravel().tolist(), strict=True)) == {
        "fee": 3.0,
        "van": 6.0,
    }  # "card" is in 9 of 12, more than 60 %: it divides nothing
    held = np.array([[1, 1, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]], dtype=float)
    from scipy import sparse  # noqa: PLC0415 - for this table alone

    told = own_words(("card", "fee", "van"), sparse.csr_matrix(held), np.array([0, 0, 1, 1]), 2)
    assert [set(one) for one in told] == [{"card", "fee"}, {"van"}]


def test_spherical_means_by_hand() -> None:
    # Two pairs at right angles: (1, 0) twice, (0, 1) twice; the middles are those points.
    points = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    centres = centres_of(points, 2, seed=3)
    assert sorted(centres.round(6).tolist()) == [[0.0, 1.0], [1.0, 0.0]]
    group = group_of(points, centres)
    assert group[0] == group[1] != group[2] == group[3]


def test_a_word_of_several_readings_is_the_one_that_is_used() -> None:
    # «чека» may be «чек» or «чека» (a pin); «чек» and «чеком» are «чек» alone, so all three are one word, told as the
    # most written of them.
    openings = np.array(["чек вода", "чека вода", "чек", "чеком", "провод", "вода", "вода", "вода"], dtype=object)
    terms = terms_of(openings, "ru")
    assert dict(zip(terms.words, np.asarray(terms.held.sum(axis=0)).ravel().tolist(), strict=True)) == {"чек": 4.0}


def labelled(n: int, language: str, wrong: float = 0.0) -> tuple[Labels, Labels, Labels]:
    openings, truth = planted(n, language)
    people = np.full(n, "", dtype=object)
    rng = np.random.default_rng(5)
    people[:200] = np.where(rng.random(200) < wrong, "0", truth[:200])
    return openings, truth, people


def test_labels_of_people_are_learned() -> None:
    openings, truth, people = labelled(600, "ru")
    customer = np.array([f"c{k}" for k in range(600)], dtype=object)
    learned = learn_topics(terms_of(openings, "ru").weighted, people, customer, TopicSettings(), 0.95)
    assert learned.reason is None
    assert learned.topics == ("0", "1", "2", "3")
    assert learned.labels == 200
    assert (learned.accuracy.value or 0) >= 0.95
    told = learned.topic != ""
    assert told.mean() >= 0.9
    assert (learned.topic[told] == truth[told]).mean() >= 0.95


def test_labels_by_chance_are_not_learned() -> None:
    openings, _, people = labelled(600, "ru")
    rng = np.random.default_rng(7)
    people[:200] = rng.choice(["a", "b", "c", "d"], 200)
    customer = np.array([f"c{k}" for k in range(600)], dtype=object)
    learned = learn_topics(terms_of(openings, "ru").weighted, people, customer, TopicSettings(), 0.95)
    assert (learned.topic != "").mean() <= 0.2
    assert (learned.sure.value or 0.0) <= 0.2


@pytest.mark.parametrize("few", [0, 19])
def test_too_few_labels_of_a_topic(few: int) -> None:
    openings, truth, _ = labelled(600, "ru")
    people = np.full(600, "", dtype=object)
    rows = np.flatnonzero(truth == "1")[:few]
    people[rows] = "1"
    people[np.flatnonzero(truth == "2")[:40]] = "2"
    learned = learn_topics(terms_of(openings, "ru").weighted, people, openings, TopicSettings(), 0.95)
    assert learned.reason is not None
    assert dict(learned.reason.blanks) == {"fewest": "20", "found": "1"}
    assert (learned.topic == "").all()


def test_abstention_by_hand() -> None:
    # From the surest down: right, right, wrong, right, wrong → shares 1, 1, 0.67, 0.75, 0.6. At least 0.75: up to 0.6.
    right = np.array([True, True, False, True, False])
    chance = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    assert _limit(right, chance, 0.75) == 0.6
    assert _limit(right, chance, 0.9) == 0.8
    assert _limit(~right, chance, 0.9) > 1


def test_sources_in_their_order() -> None:
    openings, truth = planted(600, "ru")
    given = np.full(600, "", dtype=object)
    given[:10] = "own"
    a = archive(600, labels={"topic": given.tolist(), "language": "ru"}, openings=openings.tolist())
    people = np.full(600, "", dtype=object)
    people[5:250] = truth[5:250]
    made = assign_topics(a, RULES, people)
    assert made.topic[:10].tolist() == ["own"] * 10
    assert made.source[:10].tolist() == ["given"] * 10
    assert set(made.source[10:250].tolist()) == {"people"}
    assert (made.source[250:] == "trained").mean() >= 0.9
    assert set(made.source[250:].tolist()) <= {"trained", "rules", ""}


def test_labels_of_people_are_laid_beside_their_interactions() -> None:
    told = labels_of_people(archive(3), {"i-1": "delivery", "of nobody": "refund"})
    assert told.tolist() == ["", "delivery", ""]


def test_found_groups_fill_only_what_rules_leave_mostly_open() -> None:
    openings, _ = planted(600, "en")
    nothing = {"en": RULES["en"].model_copy(update={"topics": RULES["en"].topics[-1:]})}
    a = archive(600, labels={"language": "en"}, openings=openings.tolist())
    assert set(assign_topics(a, nothing).source.tolist()) == {"found"}
    most = assign_topics(a, RULES)
    assert (most.source == "rules").mean() > 0.5
    assert "found" not in most.source.tolist()


def test_settings_of_topics_are_checked() -> None:
    settings = ReportSettings(topics=TopicSettings(clusters_at_most=2))
    openings, _ = planted(600, "en")
    a = archive(600, labels={"language": "en"}, openings=openings.tolist(), settings=settings)
    assert len(assign_topics(a, RULES).found.clusters) <= 2
