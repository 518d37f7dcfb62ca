"""From answers to a model that knows how good it is: the walk, and what is measured beside the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from voxcx.csi.answers import Answers
from voxcx.csi.evaluation.metrics import MEASURES
from voxcx.csi.settings import StudyConfig, TextConfig, TrainingConfig, TuningConfig, load_training_config
from voxcx.csi.training.rated import Interactions, Rated
from voxcx.csi.training.study import WEIGHTED
from voxcx.csi.training.walk import Trained
from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError

First = Callable[..., Rated]
Train = Callable[..., Trained]
BASELINES = {"metadata only", "linear", "mean", "majority"}


def with_interactions(rated: Rated, **changes: Any) -> Rated:
    return replace(rated, interactions=replace(rated.interactions, **changes))


def with_column(rated: Rated, name: str, column: np.ndarray) -> Rated:
    return with_interactions(rated, table=dict(rated.interactions.table) | {name: column})


def with_ratings(rated: Rated, ratings: np.ndarray) -> Rated:
    counts = (ratings[:, :, np.newaxis] == np.arange(1, 6)).sum(axis=1).astype(float)
    return replace(rated, answers=Answers(counts, rated.answers.customer, np.ones(len(rated)), RatingScale()))


def ratings_of(rated: Rated) -> np.ndarray:
    return rated.answers.counts.argmax(axis=1) + 1


@pytest.fixture(scope="session")
def whole(first: First, quick: TrainingConfig) -> Trained:
    """Everything that can be studied."""
    from voxcx.csi.meta import Naming  # noqa: PLC0415 - beside its use
    from voxcx.csi.training.walk import train_model  # noqa: PLC0415 - the same

    rated = first(600)
    settings = quick.model_copy(update={"study": StudyConfig(), "bootstrap": 30})
    steps: list[tuple[str, float]] = []
    made = train_model(rated, rated.interactions, settings, Naming("m", "survey"), lambda *step: steps.append(step))
    assert [done for _, done in steps] == sorted(done for _, done in steps)
    assert all(0 <= done <= 1 for _, done in steps)
    return made


def test_everything_is_measured_beside_the_model(whole: Trained) -> None:
    study = whole.study
    assert set(study.metrics) == {"model"} | BASELINES
    assert all(set(figures) == set(MEASURES) for figures in study.metrics.values())
    assert set(study.ablations) == {"without the ★ factors", "without voice proxies"}
    assert study.new_agents is not None
    assert study.against is None
    assert study.silence is None  # everybody answered
    assert any("who is silent" in note for note in study.notes)
    assert {one.field for one in study.slices} >= {"kind", "language", "queue"}
    assert study.groups
    assert whole.model.meta.metrics == study.metrics


def test_the_test_part_is_counted_once(whole: Trained) -> None:
    data, tests = whole.model.meta.data, whole.model.meta.data.test
    assert data.train + data.test + data.set_aside == data.interactions == data.answers == 600
    assert sum(count for _, _, count in whole.study.calibration) == tests
    assert all(0 <= said <= 1 and 0 <= was <= 1 for said, was, _ in whole.study.calibration)
    assert sum(one.n for one in whole.study.spreads) == tests
    assert whole.study.ablations["without voice proxies"].interactions == tests
    assert (data.split_by, data.test) == ("time", 120)
    assert (data.first or "") < (data.last or "")


def test_a_baseline_tells_nobody_apart(whole: Trained) -> None:
    mean, majority = whole.study.metrics["mean"], whole.study.metrics["majority"]
    assert mean["pearson"].value is None
    assert majority["auc_dissatisfied"].value == 0.5
    assert (whole.study.metrics["model"]["log_loss"].value or 9) < (mean["log_loss"].value or 0)
    assert (mean["log_loss"].value or 9) < (majority["log_loss"].value or 0)


def test_without_agents_there_are_no_new_ones(first: First, train: Train) -> None:
    nobody = with_interactions(first(250), agent=np.full(250, "", dtype=object))
    made = train(nobody, study=StudyConfig(ablations=False))
    assert made.study.new_agents is None
    assert made.model.meta.data.agents == 0
    assert made.study.groups[0].groups == 0


def test_a_team_whose_agents_all_came_late_is_studied(first: First, train: Train) -> None:
    few = first(300)
    agent = np.full(300, "a0", dtype=object)
    agent[240:] = [f"a{k % 9}" for k in range(60)]
    made = train(with_interactions(few, agent=agent), study=StudyConfig(ablations=False))
    assert made.study.new_agents is None or made.study.new_agents.interactions


def test_undated_interactions_are_split_by_chance_and_say_so(first: First, train: Train) -> None:
    few = first(250)
    moment_s = few.interactions.moment_s.copy()
    moment_s[3] = np.nan
    made = train(with_interactions(few, moment_s=moment_s)).model.meta
    assert made.data.split_by == "chance"
    assert made.data.set_aside == 0
    assert any("split is by chance" in note for note in made.notes)
    none = train(with_interactions(few, moment_s=np.full(250, np.nan))).model.meta
    assert (none.data.first, none.data.last) == (None, None)


def test_several_ratings_of_an_interaction_are_one_row(first: First, train: Train) -> None:
    few = first(250)
    rng = np.random.default_rng(1)
    once = ratings_of(few)[:, np.newaxis]
    thrice = np.clip(once + rng.integers(-1, 2, (250, 3)), 1, 5)
    made = train(with_ratings(few, thrice)).model.meta
    assert (made.data.answers, made.data.interactions) == (750, 250)
    assert 0 < (made.metrics["model"]["log_loss"].value or 0) < 2
    assert made.data.sha256 != train(few).model.meta.data.sha256


def test_equal_answers_of_several_raters_are_as_one(first: First, train: Train) -> None:
    few = first(250)
    thrice = train(with_ratings(few, np.repeat(ratings_of(few)[:, np.newaxis], 3, axis=1))).model
    once = train(few).model
    assert thrice.meta.links == once.meta.links
    assert thrice.meta.interval == once.meta.interval


def test_silence_is_told_and_both_figures_reported(
    rated: Rated, everyone: Interactions, trained: Trained, config: TrainingConfig
) -> None:
    silence = trained.study.silence
    assert silence is not None
    asked = everyone.invited | np.isin(everyone.id.astype(str), rated.interactions.id.astype(str))
    assert (silence.asked, silence.answered) == (int(asked.sum()), len(rated))
    assert "as answered | weighted for non-response" in silence.told()
    assert WEIGHTED in trained.study.metrics
    assert config.weights == "equal"


def test_weights_for_silence_train_another_model(first: First, everyone: Interactions, train: Train) -> None:
    few = first(400)
    ids = few.interactions.id.astype(str)
    others = everyone.rows(np.flatnonzero(~np.isin(everyone.id.astype(str), ids))[:900])
    slow = np.nan_to_num(others.table["queue_wait_s"]) > 60  # those who waited are silent, and features show it
    answered = np.nan_to_num(few.interactions.table["queue_wait_s"]) <= 60
    few, silent = few.rows(np.flatnonzero(answered)), others.rows(np.flatnonzero(slow))
    asked = joined(few.interactions, silent)
    plain, weighing = (train(few, asked, weights=weights) for weights in ("equal", "nonresponse"))
    assert plain.study.silence is not None
    assert (plain.study.silence.auc or 0) > 0.8
    assert any("weights for non-response" in note for note in weighing.model.meta.notes)
    assert not any("weights for non-response" in note for note in plain.model.meta.notes)
    assert weighing.model.meta.links != plain.model.meta.links
    assert weighing.model.meta.data.sha256 != plain.model.meta.data.sha256


def joined(one: Interactions, other: Interactions) -> Interactions:
    def both(name: str) -> Any:
        return np.concatenate([getattr(one, name), getattr(other, name)])

    return Interactions(
        id=both("id"),
        customer=both("customer"),
        agent=both("agent"),
        moment_s=both("moment_s"),
        table={name: np.concatenate([column, other.table[name]]) for name, column in one.table.items()},
        texts=None,
        about={name: np.concatenate([column, other.about[name]]) for name, column in one.about.items()},
        invited=np.ones(len(one) + len(other), dtype=bool),
    )


def leaking(rated: Rated) -> Rated:
    noise = np.random.default_rng(2).normal(0, 0.1, len(rated))
    return with_column(rated, "plain_words", ratings_of(rated) + noise)


def test_a_planted_leak_is_refused_by_name(first: First, train: Train) -> None:
    with pytest.raises(InputError, match="plain_words orders the answers nearly as the rating") as caught:
        train(leaking(first(300)))
    assert "left_out" in str(caught.value)
    assert "trusted" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_trusted_leak_passes_and_is_told(first: First, train: Train) -> None:
    made = train(leaking(first(300)), trusted={"plain_words": "an assessor's, from before the survey"})
    assert any("plain_words" in note and "Trusted" in note for note in made.model.meta.notes)
    assert next(iter(made.model.meta.importance)) == "plain_words"
    assert made.model.meta.config.trusted == {"plain_words": "an assessor's, from before the survey"}


def test_what_is_known_only_where_answered_is_refused(first: First, everyone: Interactions, train: Train) -> None:
    few = first(300)
    ids = few.interactions.id.astype(str)
    silent = everyone.rows(np.flatnonzero(~np.isin(everyone.id.astype(str), ids))[:300])
    unknown = replace(silent, table=dict(silent.table) | {"talk_s": np.full(300, np.nan)})
    with pytest.raises(InputError, match="talk_s is known where an answer exists"):
        train(few, joined(few.interactions, unknown))


def test_words_that_are_the_rating_are_refused(
    first: First, train: Train, with_words: Callable[[Rated], Rated]
) -> None:
    few = with_words(first(300))
    texts = dict(few.interactions.texts or {}) | {"customer_last_text": [str(one) for one in ratings_of(few)]}
    with pytest.raises(InputError, match="last words are a bare number"):
        train(with_interactions(few, texts=texts), texts=TextConfig(embeddings="off"))


def test_words_are_read_and_studied(first: First, train: Train, with_words: Callable[[Rated], Rated]) -> None:
    spoken = with_words(first(400))
    study = StudyConfig(new_agents=False)
    made = train(spoken, texts=TextConfig(embeddings="off"), study=study)
    assert "customer_text" in made.model.meta.importance
    assert made.model.meta.text_columns
    assert (made.study.ablations["without words"].measures["pearson"].difference.value or 0) < 0
    unread = train(spoken, texts=TextConfig(read=False))
    assert unread.model.meta.text_columns == ()
    assert unread.model.texts is None


def test_a_model_of_shuffled_answers_is_beaten(first: First, train: Train) -> None:
    few = first(600)
    early = few.rows(np.sort(np.argsort(few.interactions.moment_s, kind="stable")[:480]))  # the rest is new to it
    shuffled = np.random.default_rng(3).permutation(ratings_of(early))[:, np.newaxis]
    blind = train(with_ratings(early, shuffled)).model
    beside_blind = train(few, old=blind, bootstrap=200).study.against
    assert beside_blind is not None
    assert beside_blind.verdict == "better"


def test_a_model_of_another_scale_is_no_match(first: First, train: Train) -> None:
    old = train(first(200)).model
    other = replace(old, meta=old.meta.model_copy(update={"scale_max": 6}))
    with pytest.raises(InputError, match="expected one rating scale"):
        train(first(200), old=other)


def test_an_older_model_is_not_judged_on_what_it_was_trained_on(first: First, train: Train) -> None:
    few = first(600)
    early = few.rows(np.argsort(few.interactions.moment_s, kind="stable")[:540])
    assert train(few, old=train(few).model).study.against is None
    again = train(few, old=train(early).model)
    late = few.rows(np.argsort(few.interactions.moment_s, kind="stable")[480:])
    assert again.study.against is not None
    assert again.study.against.interactions == len(late) - 60


def test_nothing_left_to_compare_on_is_said(first: First, train: Train) -> None:
    few = first(300)
    made = train(few, old=train(few).model)
    assert any("nothing is left to compare on" in note for note in made.model.meta.notes)


def test_no_part_is_too_small(first: First, train: Train) -> None:
    few = first(60)
    one_customer = np.array(["same"] * 55 + [f"c{k}" for k in range(5)], dtype=object)
    alone = with_interactions(few, customer=one_customer[::-1])
    with pytest.raises(InputError, match="The training part: expected at least 8") as caught:
        train(replace(alone, answers=replace(few.answers, customer=one_customer)))
    assert "\n" not in str(caught.value)


def test_one_rating_before_the_test_part_is_refused(first: First, train: Train) -> None:
    few = first(200)
    ratings = np.where(few.interactions.moment_s.argsort().argsort() < 165, 5, 1)[:, np.newaxis]
    with pytest.raises(InputError, match="training part: expected different ratings"):
        train(with_ratings(few, ratings))


def test_the_fewest_answers_that_are_let_in_train(first: First, train: Train) -> None:
    shipped = load_training_config()
    made = train(first(50), boosting=shipped.boosting, split=shipped.split, tuning=TuningConfig())
    assert made.model.meta.data.interactions == 50


def test_metadata_that_never_differ_are_no_obstacle(first: First, train: Train, quick: TrainingConfig) -> None:
    few = first(250)
    constant = {name: np.zeros(250) for name in ("transfers", "holds_count")}
    lean = with_interactions(few, table=dict(few.interactions.table) | constant)
    made = train(lean, metadata_only=tuple(constant), left_out=quick.left_out)
    assert set(made.study.metrics) >= {"model", "linear"}


def test_the_walk_does_not_touch_what_it_is_given(first: First, train: Train) -> None:
    few = first(200)
    before = {name: column.copy() for name, column in few.interactions.table.items()}
    train(few)
    for name, column in few.interactions.table.items():
        np.testing.assert_array_equal(column, before[name])
    assert (few.answers.weight == 1).all()


def test_many_answers_keep_the_calibration_of_the_trial(first: First, train: Train, quick: TrainingConfig) -> None:
    few = first(300)
    split = quick.split.model_copy(update={"calibrate_again_at_most": 100})
    kept, anew = train(few, split=split).model, train(few).model
    assert kept.meta.links != anew.meta.links
    assert kept.meta.columns == anew.meta.columns
    table = few.interactions.table
    assert np.corrcoef(kept.predict_table(table).value, anew.predict_table(table).value)[0, 1] > 0.95
    assert kept.meta.metrics == anew.meta.metrics
