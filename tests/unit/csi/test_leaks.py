from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxcx.csi.answers import Answers, Table, one_answer_each
from voxcx.csi.training.leaks import find_leaks
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.csi import RatingScale
from voxcx.simulation.population import simulate_population

Column = NDArray[Any]
Plant = Callable[[Column, np.random.Generator], Column]
SIZES = (200, 2_000, 14_000)
ANSWERED_SHARE = 4  # about one in four answers


@cache
def survey(n: int, seed: int) -> tuple[Table, Table, Answers]:
    population = simulate_population(n, seed)
    columns = {name: column for name, column in population.interactions.items() if name in CATALOGUE}
    everybody, answering = population.interactions["interaction_id"], population.surveys["interaction_id"]
    answered = np.isin(everybody.astype(str), answering.astype(str))
    customer = population.interactions["customer_id"][answered]
    answers = one_answer_each(population.surveys["rating"], customer, RatingScale())
    here = {name: column[answered] for name, column in columns.items()}
    return here, {name: column[~answered] for name, column in columns.items()}, answers


def ratings(answers: Answers) -> Column:
    rating: Column = (1 + answers.counts.argmax(axis=1)).astype(float)
    return rating


def noisy(sd: float) -> Plant:
    return lambda rating, rng: rating + rng.normal(0, sd, len(rating))


def mixed(share: float) -> Plant:
    return lambda rating, rng: np.where(rng.random(len(rating)) < share, rng.permutation(rating), rating)


def partly(share: float, filler: float) -> Plant:
    return lambda rating, rng: np.where(rng.random(len(rating)) < share, rating, filler)


def known_iff_low(wrong: float) -> Plant:
    return lambda rating, rng: np.where((rating <= 3) ^ (rng.random(len(rating)) < wrong), 1.0, np.nan)


def flag(share: float) -> Plant:
    return lambda rating, rng: ((rating <= 2) & (rng.random(len(rating)) < share)).astype(float)


NAMES = np.array(["awful", "bad", "so-so", "good", "great"], dtype=object)
PLANTS: dict[str, tuple[Plant, int, set[str]]] = {  # the column, from how many answers on it is seen, as what
    "copy": (lambda rating, _: rating, 200, {"equal"}),
    "rescaled copy": (lambda rating, _: 90 - 20 * rating, 200, {"equal"}),
    "shuffled codes": (
        lambda rating, _: np.array([0.0, 3, 9, 1, 7, 4])[rating.astype(int)],
        200,
        {"equal"},
    ),
    "category": (lambda rating, _: NAMES[rating.astype(int) - 1], 200, {"equal"}),
    "noise of half a rating": (noisy(0.5), 200, {"equal"}),
    "noise of a rating": (noisy(1.0), 2_000, {"equal"}),
    "a tenth at random": (mixed(0.1), 200, {"equal", "part"}),
    "half at random": (mixed(0.5), 2_000, {"part"}),
    "half known": (partly(0.5, np.nan), 200, {"equal", "part"}),
    "a tenth known": (partly(0.1, np.nan), 2_000, {"equal", "part"}),
    "a tenth, the others 0": (partly(0.1, 0), 2_000, {"part"}),
    "known where low": (known_iff_low(0.0), 200, {"missing"}),
    "mostly known where low": (known_iff_low(0.1), 2_000, {"missing"}),
    "flag of half the dissatisfied": (flag(0.5), 2_000, {"part"}),
    "flag of a tenth of them": (flag(0.1), 14_000, {"part", "missing"}),
}


@pytest.mark.parametrize("name", PLANTS)
@pytest.mark.parametrize("size", SIZES)
def test_a_planted_leak_is_found(name: str, size: int) -> None:
    plant, seen_from, kinds = PLANTS[name]
    if size < seen_from:
        pytest.skip(f"seen from {seen_from} answers on")
    here, _, answers = survey(ANSWERED_SHARE * size, 3)
    planted = plant(ratings(answers), np.random.default_rng(1))
    honest = {name: here[name] for name in ("queue_wait_s", "language", "complaint_cue", "unresolved_cue")}
    (leak,) = find_leaks(honest | {"planted": planted}, answers, None, None)
    assert leak.feature == "planted"
    assert leak.kind in kinds
    assert 0 < leak.strength <= 1
    assert leak.sentence.startswith("planted ")


@pytest.mark.parametrize("seed", range(3))
def test_an_honest_population_has_none(seed: int) -> None:
    here, there, answers = survey(14_000, 20 + seed)
    assert find_leaks(here, answers, there, [""] * len(answers.counts)) == ()


@pytest.mark.parametrize("size", [50, 100, 200])
def test_few_rows_hardly_ever_cry_wolf(size: int) -> None:
    here, there, answers = survey(14_000, 20)
    rng = np.random.default_rng(size)
    alarms = 0
    for _ in range(8):
        rows = rng.choice(len(answers.counts), size, replace=False)
        silent = rng.choice(len(there["language"]), 3 * size, replace=False)
        others = {name: column[silent] for name, column in there.items()}
        some = {name: column[rows] for name, column in here.items()}
        alarms += bool(find_leaks(some, answers.rows(rows), others, None))
    assert alarms == 0


def many_raters(n: int, rng: np.random.Generator) -> Answers:
    heard = rng.normal(0, 1, n)[:, np.newaxis] + rng.normal(0, 0.9, (n, 19))
    rating = 1 + np.digitize(heard, [-1.6, -0.9, -0.2, 0.7])
    counts = np.stack([(rating == one).sum(axis=1) for one in range(1, 6)], axis=1).astype(float)
    return Answers(counts, np.arange(n).astype(str).astype(object), np.ones(n), RatingScale())


@pytest.mark.parametrize("size", [100, 400, 2_000, 30_000])
def test_what_nineteen_raters_agree_on_may_be_known_well(size: int) -> None:
    rng = np.random.default_rng(size)
    answers = many_raters(size, rng)
    standard = (answers.value - answers.value.mean()) / answers.value.std()
    table = {}
    for number in range(30):
        column = 0.7 * standard + np.sqrt(1 - 0.7**2) * rng.normal(0, 1, size)
        table[f"driver {number}"] = (column, np.round(1.5 * column), np.maximum(np.round(1.5 * column), 0))[number % 3]
    assert find_leaks(table, answers, None, None) == ()
    table["planted"] = answers.value + rng.normal(0, 0.2 * answers.value.std(), size)
    assert [leak.feature for leak in find_leaks(table, answers, None, None)] == ["planted"]


def test_a_column_known_after_the_survey() -> None:
    here, there, answers = survey(8_000, 5)
    rng = np.random.default_rng(2)
    n, m = len(answers.counts), len(there["language"])
    after = {
        "channel of the answer": (np.full(n, "sms", dtype=object), np.full(m, None, dtype=object)),
        "seconds to answer": (rng.exponential(900, n), np.zeros(m)),
        "mostly after": (np.where(rng.random(n) < 0.6, 1.0, np.nan), np.where(rng.random(m) < 0.05, 1.0, np.nan)),
        "a little more often": (np.where(rng.random(n) < 0.6, 1.0, np.nan), np.where(rng.random(m) < 0.3, 1.0, np.nan)),
    }
    table = dict(here) | {name: column for name, (column, _) in after.items()}
    others = dict(there) | {name: column for name, (_, column) in after.items()}
    found = find_leaks(table, answers, others, None)
    assert {leak.feature for leak in found} == set(after) - {"a little more often"}
    assert {leak.kind for leak in found} == {"after_survey"}


def test_a_survey_of_calls_alone_is_no_leak() -> None:
    here, there, answers = survey(14_000, 6)
    call, other_call = (np.isnan(table["agent_messages"]) for table in (here, there))
    some = np.concatenate([np.flatnonzero(~other_call), np.flatnonzero(other_call)[::30]])  # nearly all are chats
    calls = {name: column[call] for name, column in here.items()}
    assert find_leaks(calls, answers.rows(call), {name: column[some] for name, column in there.items()}, None) == ()


LAST = {
    "Спасибо, пока": None, "5": 5, " 4. ": 4, "пять!": 5, "Оценка 3": 3, "2 из 5": 2, "4/5": 4, "five": 5, "12": None,
    "the 5th of May": None, "": None, "9": None,
}  # fmt: skip


@pytest.mark.parametrize("words", LAST)
def test_a_bare_number_is_read(words: str) -> None:
    rating = np.array([1, 2, 3, 4, 5] * 40)
    answers = one_answer_each(rating, np.arange(200).astype(str).astype(object), RatingScale())
    said = LAST[words]
    found = find_leaks({}, answers, None, [words if one == said else "bye" for one in rating.tolist()])
    assert [leak.kind for leak in found] == (["last_words"] if said else [])


def test_a_menu_choice_is_no_answer() -> None:
    rng = np.random.default_rng(3)
    rating = rng.integers(1, 6, 400)
    answers = one_answer_each(rating, np.arange(400).astype(str).astype(object), RatingScale())
    assert find_leaks({}, answers, None, rng.integers(1, 6, 400).astype(str).tolist()) == ()


def test_one_rating_tells_nothing() -> None:
    answers = one_answer_each(np.full(60, 5), np.arange(60).astype(str).astype(object), RatingScale())
    assert find_leaks({"copy": np.full(60, 5.0)}, answers, None, ["5"] * 60) == ()


def test_a_customers_name_is_no_leak() -> None:
    rng = np.random.default_rng(4)
    customer = np.array([f"c{number}" for number in rng.integers(0, 40, 800)], dtype=object)
    rating = np.where(rng.random(800) < 0.9, np.array([len(name) * int(name[1:]) % 5 + 1 for name in customer]), 3)
    answers = one_answer_each(rating, customer, RatingScale())
    assert find_leaks({"who": customer}, answers, None, None) == ()
