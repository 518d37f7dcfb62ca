from __future__ import annotations

import hashlib
from datetime import UTC
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxcx.domain.catalogue import CATALOGUE, features_of
from voxcx.domain.interaction import Contact, History, Interaction, Kind
from voxcx.errors import InputError
from voxcx.features.history import history_features
from voxcx.simulation.cause import THRESHOLDS
from voxcx.simulation.population import Population, simulate_population


@pytest.fixture(scope="module")
def population() -> Population:
    return simulate_population(6000, 3)


def calls(population: Population) -> NDArray[Any]:
    return np.asarray(population.interactions["kind"] == "call")


def known(population: Population, name: str) -> NDArray[Any]:
    column: NDArray[Any] = population.interactions[name].astype(float)
    there: NDArray[Any] = column[~np.isnan(column)]
    return there


def test_the_same_seed_gives_the_same_population(population: Population) -> None:
    again, other = simulate_population(6000, 3), simulate_population(6000, 4)
    assert again.rows() == population.rows()
    assert again.truth == population.truth
    assert other.rows() != population.rows()


def test_every_feature_is_there_for_its_kind_alone(population: Population) -> None:
    is_call = calls(population)
    rows = population.rows()
    assert set(CATALOGUE) <= set(rows[0])
    for kind, mask in (("call", is_call), ("chat", ~is_call)):
        allowed = {spec.name for spec in features_of(kind)}
        some = [rows[row] for row in np.flatnonzero(mask)[-900:]]
        seen = {name for row in some for name in CATALOGUE if row[name] is not None}
        assert seen <= allowed
        assert len(seen) == len(allowed)


def test_what_is_missing_has_its_reason(population: Population) -> None:
    for row in population.rows()[:500]:
        reasons = {note["name"] for note in row["missing"]}  # type: ignore[attr-defined]
        unknown = {spec.name for spec in features_of(str(row["kind"])) if row[spec.name] is None}
        assert reasons == unknown


def test_parts_add_up(population: Population) -> None:
    c = population.interactions
    spoken = c["agent_speech_s"] + c["customer_speech_s"] - c["overlap_s"] + c["mutual_silence_s"]
    gap = np.abs(spoken - c["talk_s"])
    assert np.nanmax(gap) < 1e-6
    assert np.nanmin(c["interruptions_by_agent"] - c["interruptions_by_agent_yielded"]) >= 0
    assert np.nanmin(c["hold_total_s"] - c["hold_longest_s"]) >= 0
    assert np.nanmin(c["silence_s"] - c["silence_longest_s"]) >= -1e-9
    assert np.nanmin(c["mutual_silence_s"] - c["silence_s"]) >= -1e-9
    assert np.nanmin(c["silences"] - c["long_silences"]) >= 0


@pytest.mark.parametrize("name", [s.name for s in CATALOGUE.values() if s.unit in {"share", "flag", "confidence"}])
def test_shares_and_flags_are_between_their_ends(population: Population, name: str) -> None:
    values = known(population, name)
    lowest = -1 if name == "customer_sentiment_drift" else 0
    highest = 1.2 if name.endswith("speech_share") else 1
    assert values.min() >= lowest
    assert values.max() <= highest


def test_shares_of_kinds_ratings_and_answers(population: Population) -> None:
    assert calls(population).mean() == pytest.approx(0.7, abs=0.03)
    shares = population.truth["rating_shares"]
    assert isinstance(shares, dict)
    assert shares["5"] == pytest.approx(0.6, abs=0.05)
    assert len(population.surveys["rating"]) / 6000 == pytest.approx(0.25, abs=0.03)
    assert list(THRESHOLDS) == sorted(THRESHOLDS)


def test_the_angry_answer_less(population: Population) -> None:
    shares = population.truth["rating_shares"]
    assert isinstance(shares, dict)
    asked_low = (population.surveys["rating"] <= 2).mean()
    assert asked_low < shares["1"] + shares["2"]


def test_history_looks_only_back(population: Population) -> None:
    rows = population.rows()
    first: dict[str, dict[str, object]] = {}
    for row in rows:
        first.setdefault(str(row["customer_id"]), row)
    assert all(row["prefers_human_share"] is None for row in first.values())
    assert [row["started_at"] for row in rows] == sorted(row["started_at"] for row in rows)  # type: ignore[type-var]


@pytest.mark.parametrize("n", [0, -1, 10**9])
def test_an_impossible_size_is_refused(n: int) -> None:
    with pytest.raises(InputError, match=str(n)):
        simulate_population(n, 1)


def test_one_interaction_is_a_population() -> None:
    assert len(simulate_population(1, 1).rows()) == 1


def test_the_days_before_are_as_the_feature_has_them(population: Population) -> None:
    """Attempts that reached nobody leave no row: with them there are more contacts, but no other agent."""
    seen: dict[str, list[Contact]] = {}
    for row in population.rows():
        start = row["started_at"].replace(tzinfo=UTC)  # type: ignore[attr-defined]
        before = seen.setdefault(str(row["customer_id"]), [])
        agent = str(row["agent_id"])
        kind: Kind = "call" if row["kind"] == "call" else "chat"
        now = Interaction("x", kind, start, agent_id=agent)
        found = {one.name: one.value for one in history_features(now, History(tuple(before)))}
        assert row["same_agent"] == found["same_agent"]
        assert row["earlier_contacts_7d"] >= found["earlier_contacts_7d"]  # type: ignore[operator]
        assert row["channel_switches_7d"] >= found["channel_switches_7d"]  # type: ignore[operator]
        before.append(Contact(start, kind, agent_id=agent))


def test_the_truth_says_what_everybody_would_have_answered(population: Population) -> None:
    index = (population.ratings["rating"] - 1) * 25
    assert population.truth["csi"]["mean_csi"] == pytest.approx(index.mean(), abs=1e-3)  # type: ignore[index]
    assert len(population.ratings["latent"]) == 6000
    rating_of = dict(zip(population.ratings["interaction_id"], population.ratings["rating"], strict=True))
    answers = zip(population.surveys["interaction_id"], population.surveys["rating"], strict=True)
    assert all(rating_of[name] == rating for name, rating in answers)


def test_those_who_answer_are_happier_and_the_truth_says_by_how_much(population: Population) -> None:
    truth = population.truth["csi"]
    assert isinstance(truth, dict)
    answered = (population.surveys["rating"] - 1) * 25
    assert truth["answering_mean_csi"] > truth["mean_csi"] + 2
    assert answered.mean() == pytest.approx(truth["answering_mean_csi"], abs=3 * answered.std() / len(answered) ** 0.5)


def test_every_agent_has_its_own_truth(population: Population) -> None:
    agents = population.truth["agents"]
    assert isinstance(agents, dict)
    index = (population.ratings["rating"] - 1) * 25
    for name, truth in agents.items():
        rows = population.interactions["agent_id"] == name
        assert (truth["n"], set(population.interactions["agent_since"][rows])) == (rows.sum(), {truth["agent_since"]})
        assert truth["mean_csi"] == pytest.approx(index[rows].mean(), abs=1e-3)
    since = sorted(truth["agent_since"] for truth in agents.values())
    assert since[-1] < "2026-01-05"  # nobody works before the first day
    assert since[0] < "2025-01-01"
    assert since[-1] > "2025-10-01"


@pytest.mark.parametrize("name", ["failed_attempts_before", "reconnect_after_drop", "bot_on_repeat_24h"])
def test_what_seldom_happens_happens(population: Population, name: str) -> None:
    values = known(population, name)
    assert 0 < (values > 0).mean() < 0.2


def test_without_a_plan_nothing_has_changed() -> None:
    """The demo model and every figure that stands in the docs rest on these draws; new truths come with a plan only."""
    made = simulate_population(400, 5, texts=True)
    assert made.script
    said = [text for columns in made.script.utterances() for text in columns["text"].tolist()]
    told = hashlib.sha256()
    for part in (*_steady(made.rows()), *_steady(made.survey_rows()), *said):
        told.update(part.encode())
    assert told.hexdigest() == "0fc78fd43e6012e005753fd2321106edcbda224deb580cb2dde45a8467c61589"


def _steady(rows: list[dict[str, object]]) -> list[str]:
    """Rows as text that the last bits of a float do not change."""
    short = ([f"{value:.9g}" if isinstance(value, float) else str(value) for value in row.values()] for row in rows)
    return [" ".join(values) for values in short]
