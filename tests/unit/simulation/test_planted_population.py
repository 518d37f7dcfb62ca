"""An archive with planted truths: what was planted is in the rows, and nothing that could not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxcx.domain.catalogue import features_of
from voxcx.domain.interaction import Contact, History, Interaction, Kind
from voxcx.domain.qa import Criterion, CriterionResult, QaForm, Section
from voxcx.domain.scorecard import Scorecard, SectionScore
from voxcx.errors import InputError
from voxcx.features.history import history_features
from voxcx.simulation.planting.form import FORM, QUOTES, SOLUTION
from voxcx.simulation.planting.latent import Latent, ratings_of
from voxcx.simulation.planting.plan import NULL, Plan
from voxcx.simulation.planting.verdicts import MET, NOT_ASKED, NOT_MET, UNDECIDED
from voxcx.simulation.population import Population, simulate_population

N = 20_000
WEEK_S = 7 * 86_400
Column = NDArray[Any]


@pytest.fixture(scope="module")
def archive() -> Population:
    return simulate_population(N, 11, planted=Plan())


@pytest.fixture(scope="module")
def quiet() -> Population:
    return simulate_population(N, 11, planted=Plan().without(*NULL))


def column(archive: Population, name: str) -> Column:
    return np.asarray(archive.interactions[name])


def flag(archive: Population, name: str) -> Column:
    return column(archive, name).astype(bool)


def seconds(archive: Population) -> Column:
    return column(archive, "started_at").astype("datetime64[s]").astype(np.int64)


def answers(archive: Population) -> tuple[Column, Column]:
    """Rows that were answered, and their index."""
    row = np.array([int(name.rsplit("-", 1)[1]) for name in archive.surveys["interaction_id"]])
    return row, (archive.surveys["rating"] - 1) * 25.0


def verdicts(archive: Population) -> Column:
    assert archive.criteria
    return archive.criteria.judged.form


def truth(archive: Population, name: str) -> Mapping[str, Any]:
    told = archive.truth[name]
    assert isinstance(told, dict)
    return told


def criterion(archive: Population, place: int) -> Mapping[str, Any]:
    told = archive.truth["criteria"]
    assert isinstance(told, list)
    return dict(told[place])


def test_the_same_seed_gives_the_same_archive() -> None:
    one, again, other = (simulate_population(500, seed, planted=Plan()) for seed in (1, 1, 2))
    assert one.rows() == again.rows()
    assert one.survey_rows() == again.survey_rows()
    assert {name: [c.tolist() for c in file.values()] for name, file in one.beside.items()} == {
        name: [c.tolist() for c in file.values()] for name, file in again.beside.items()
    }
    assert one.truth == again.truth
    assert one.rows() != other.rows()


def test_who_left_the_queue_has_no_agent_no_rating_and_no_words(archive: Population) -> None:
    left = flag(archive, "abandoned")
    ids = set(column(archive, "interaction_id")[left])
    assert 0.04 < left[column(archive, "kind") == "call"].mean() < 0.08
    for name in ("agent_id", "team", "agent_since", "qa_score", "form_id", "language"):
        assert all(value is None or value != value for value in column(archive, name)[left].tolist()), name  # noqa: PLR0124 - NaN
    assert np.isnan(column(archive, "agent_words")[left].astype(float)).all()
    assert not ids & set(archive.surveys["interaction_id"])
    assert not ids & set(archive.ratings["interaction_id"])
    assert not flag(archive, "survey_invited")[left].any()
    assert not np.isnan(column(archive, "queue_wait_s")[left].astype(float)).any()
    assert (column(archive, "queue_wait_s")[left] < 5).any()


def test_a_contact_ends_in_one_way(archive: Population) -> None:
    ways = np.array([flag(archive, name) for name in ("abandoned", "contained", "flow_out")])
    handled = np.array([agent is not None for agent in column(archive, "agent_id")])
    assert (ways.sum(axis=0) + handled == 1).all()
    assert set(column(archive, "channel")) == {"phone", "chat", "mail", "bot"}
    assert not flag(archive, "contained")[column(archive, "channel") == "mail"].any()


def test_what_is_missing_has_its_reason(archive: Population) -> None:
    for row in archive.rows()[:1500]:
        reasons = {note["name"] for note in row["missing"]}  # type: ignore[attr-defined]
        assert reasons == {spec.name for spec in features_of(str(row["kind"])) if row[spec.name] is None}


def test_verdicts_come_at_their_rates(archive: Population) -> None:
    seen = verdicts(archive)
    asked = seen[:, 0] != NOT_ASKED
    agents = np.array([agent is not None for agent in column(archive, "agent_id")])
    assert (asked == agents).all()
    applicable = seen[asked] != 2
    assert (seen[asked] == UNDECIDED).sum() / applicable.sum() == pytest.approx(0.08, abs=0.004)
    calls = asked & (column(archive, "kind") == "call")
    assert (seen[calls] == 2).mean() == pytest.approx(0.10, abs=0.005)
    for place, planned in enumerate(FORM):
        decided = np.isin(seen[:, place], (MET, NOT_MET))
        rate = (seen[decided, place] == NOT_MET).mean()
        assert rate == pytest.approx(criterion(archive, place)["error_rate"], abs=0.012), planned.id
        assert rate == pytest.approx(planned.error_rate, abs=0.05), planned.id


def test_scores_are_those_of_a_scorecard(archive: Population) -> None:
    """The form's own rules, on verdicts as drawn; one critical error zeroes the form."""
    criteria = tuple(
        Criterion(one.id, one.id, one.points, one.severity, one.mode, attributable=one.attributable) for one in FORM
    )
    section = Section("all", "all", criteria)
    form = QaForm("simulated", 1, "en", "t", (section,), minimum_decided_share=0.7)
    words: dict[int, Any] = {0: "not_met", 1: "met", 2: "not_applicable", 3: "undecided"}
    seen, low = verdicts(archive), 0
    for row in np.flatnonzero(seen[:, 0] != NOT_ASKED)[:2500].tolist():
        results = tuple(
            CriterionResult(each, words[code], (), "why", "rule")
            for each, code in zip(criteria, seen[row].tolist(), strict=True)
        )
        card = Scorecard(form, (SectionScore(section, results, minimum_decided_share=0.7),))
        given = {name: column(archive, f"qa_{name}")[row] for name in ("score", "score_before_zeroing")}
        for name, value in given.items():
            expected = getattr(card, name)
            assert (expected is None) == bool(np.isnan(value))
            assert expected is None or value == pytest.approx(expected)
            low += expected is None
        for kind in ("customer", "business", "compliance"):
            assert tuple(column(archive, f"qa_critical_{kind}")[row]) == card.critical_errors(kind)
    assert low > 0


def test_the_table_has_a_row_per_verdict(archive: Population) -> None:
    assert archive.criteria
    columns, starts, quotes = archive.criteria.columns(0, N)
    judged = archive.criteria.judged
    assert len(columns["criterion"]) == (judged.form != NOT_ASKED).sum() + (judged.bot != NOT_ASKED).sum()
    assert starts[-1] == len(quotes["quote"]) > 1000
    quoted = np.diff(starts) > 0
    assert set(columns["verdict"][quoted]) == {"not_met"}
    wordless = np.isin(columns["criterion"], [one.id for one in FORM if one.id not in QUOTES["en"]])
    wrong = (columns["verdict"] == "not_met") & ~wordless & (columns["form_id"] == "simulated")
    assert quoted[wrong].mean() == pytest.approx(0.4, abs=0.02)
    assert all(quotes["quote"].tolist())
    assert set(columns["form_id"]) == {"simulated", "simulated_bot"}


def survey_contrast(archive: Population, with_it: Column, without: Column) -> tuple[float, float]:
    """Mean of the answers with − without, and its standard error."""
    row, index = answers(archive)
    one, other = index[with_it[row]], index[without[row]]
    return one.mean() - other.mean(), float(np.sqrt(one.var() / len(one) + other.var() / len(other)))


@pytest.mark.parametrize("place", range(len(FORM)))
def test_answers_tell_what_the_truth_says_of_a_criterion(archive: Population, place: int) -> None:
    """Four standard errors: 14 criteria are looked at; a wrong weighting of who answers is ten times as far off."""
    seen = verdicts(archive)[:, place]
    difference, error = survey_contrast(archive, seen == NOT_MET, seen == MET)
    told = criterion(archive, place)
    assert difference == pytest.approx(told["observed"]["answering_mean_csi"], abs=4 * error)
    assert (told["causal"]["mean_csi"] == 0) == (FORM[place].shape == "none")


def test_the_shapes_are_what_they_are_called() -> None:
    latent = np.linspace(-3.5, 1.5, 400)
    applies = np.ones((400, len(FORM)), dtype=bool)
    none = Latent(latent, applies, np.zeros_like(applies), 1.0)
    ids = [one.id for one in FORM]
    for name in ("solution_given", "empathy", "follow_up_offered"):
        place = ids.index(name)
        off = none.with_error(ids.index("follow_up_offered"), error=True)
        met, error = (off.with_error(place, error=wrong).settled() for wrong in (False, True))
        moved = ratings_of(met) - ratings_of(error)
        base = ratings_of(latent)
        if name == "solution_given":
            assert (moved[base == 5] == 0).all()
            assert (moved[(base > 1) & (base < 5)] > 0).all()
        elif name == "empathy":
            assert np.allclose(met - error, 0.5)
        else:
            assert (moved[base < 4] == 0).all()
            assert (moved[base == 4] > 0).any()


def test_coming_again_has_the_planted_ratio(archive: Population) -> None:
    """Looked up in the rows as a report does: the same customer and topic within 7 days."""
    when = seconds(archive)
    pairs = [
        f"{who} {what}" for who, what in zip(column(archive, "customer_id"), column(archive, "topic"), strict=True)
    ]
    key = np.unique(pairs, return_inverse=True)[1]
    order = np.lexsort((when, key))
    now, then = order[:-1], order[1:]
    again = np.zeros(N, dtype=bool)
    again[now] = (key[now] == key[then]) & (when[then] - when[now] <= WEEK_S)
    elapsed = when < np.datetime64("2026-01-05", "s").astype(np.int64) + (280 - 7) * 86_400 - 3 * 3600
    seen = verdicts(archive)[:, SOLUTION]
    told = truth(archive, "repeats")["error"]
    for code, name in ((NOT_MET, "risk"), (MET, "risk_without")):
        rows = elapsed & (seen == code)
        error = np.sqrt(told[name] * (1 - told[name]) / rows.sum())
        assert again[rows].mean() == pytest.approx(told[name], abs=4 * error)
    assert told["risk_ratio"] == pytest.approx(2.4, abs=0.15)


def test_a_chain_is_one_customer_and_one_topic_with_one_ticket(archive: Population) -> None:
    names = ("ticket_id", "customer_id", "topic")
    chains = {tuple(row) for row in zip(*(column(archive, name) for name in names), strict=True)}
    assert len(chains) == len({ticket for ticket, *_ in chains}) < N


def test_some_who_left_call_again_within_ten_minutes(archive: Population) -> None:
    when, tickets = seconds(archive), column(archive, "ticket_id")
    left = np.flatnonzero(flag(archive, "abandoned"))
    later: dict[str, list[int]] = {}
    for row, ticket in enumerate(tickets.tolist()):
        later.setdefault(ticket, []).append(row)
    gave_up_s = when + np.nan_to_num(column(archive, "queue_wait_s").astype(float))
    soon = [any(0 < when[other] - gave_up_s[row] <= 600 for other in later[tickets[row]]) for row in left]
    assert np.mean(soon) == pytest.approx(0.45, abs=0.07)


def test_waiting_hurts_from_the_knee_on(archive: Population) -> None:
    curve = {step["from_s"]: step["mean_csi"] for step in truth(archive, "waiting")["curve"]}
    assert abs(curve[15] - curve[75]) < 5
    assert curve[180] < curve[75] - 25
    wait_s = column(archive, "queue_wait_s").astype(float)
    known = ~np.isnan(wait_s)
    left = flag(archive, "abandoned")
    assert 0.25 < (wait_s[known] > 90).mean() < 0.5
    hazard = [
        (left & (wait_s >= low) & (wait_s < high)).sum() / np.clip(wait_s[known] - low, 0, high - low).sum()
        for low, high in ((10, 90), (90, 400))
    ]
    assert hazard[1] / hazard[0] == pytest.approx(4, rel=0.35)


def test_the_change_and_the_mix(archive: Population, quiet: Population) -> None:
    change, mix = truth(archive, "change"), truth(archive, "mix")
    assert change["causal"]["mean_csi"] > 4
    assert mix["raw"]["mean_csi"] > mix["standardised"]["mean_csi"]
    before, after = mix["shares_before_after"]["sales"]
    assert after > 2 * before
    assert truth(quiet, "change")["causal"] == {"mean_csi": 0, "answering_mean_csi": 0}
    mixed = simulate_population(N, 11, planted=Plan().without("change", "wait"))
    assert truth(mixed, "change")["causal"]["mean_csi"] == 0
    assert truth(mixed, "mix")["shares_before_after"]["sales"][1] > 2 * before


def test_switched_off_everything_is_null(quiet: Population) -> None:
    told = quiet.truth["criteria"]
    assert isinstance(told, list)
    assert all(one["causal"] == {"mean_csi": 0, "answering_mean_csi": 0} for one in told)
    assert truth(quiet, "handover")["causal"]["mean_csi"] == 0
    assert set(truth(quiet, "agent_effects").values()) == {0.0}
    assert truth(quiet, "repeats")["error"]["risk_ratio"] == pytest.approx(1)
    standardised = {one["standardised_mean_csi"] for one in truth(quiet, "agents").values()}
    assert max(standardised) - min(standardised) < 5  # haste alone


def test_agents_differ_in_queues_and_their_truth_does_not(archive: Population) -> None:
    raw = np.array([one["mean_csi"] for one in truth(archive, "agents").values()])
    own = np.array([one["standardised_mean_csi"] for one in truth(archive, "agents").values()])
    latent = np.array([one["latent"] for one in truth(archive, "agents").values()])
    assert np.corrcoef(own, latent)[0, 1] > 0.97
    assert (raw - own).std() > 2


@pytest.mark.parametrize("truths", [("nothing",), ("change", "weather")])
def test_an_unknown_truth_cannot_be_switched_off(truths: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=truths[-1]):
        Plan().without(*truths)


@pytest.mark.parametrize("day", [0, 280, -1])
def test_a_change_outside_of_the_archive_is_refused(day: int) -> None:
    with pytest.raises(InputError, match="280"):
        Plan(change_day=day)


def test_an_outage_that_brings_fewer_is_refused() -> None:
    with pytest.raises(InputError, match="outage_factor"):
        Plan(outage_factor=0.5)


@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_a_few_interactions_are_an_archive(n: int) -> None:
    made = simulate_population(n, 3, planted=Plan())
    assert len(made.rows()) == n
    assert set(made.beside) == {"kano.csv", "weights.csv", "blocked.csv", "events.csv", "series.csv"}


def test_the_outage_brings_its_topic() -> None:
    made = simulate_population(100_000, 5, planted=Plan())
    usual = simulate_population(100_000, 5, planted=Plan().without("outage"))
    found = []
    for each in (made, usual):
        hour = (seconds(each) - np.datetime64("2026-01-05", "s").astype(np.int64)) / 3600 + 3
        inside = (hour >= 200 * 24 + 12) & (hour < 200 * 24 + 18)
        found.append((inside & (column(each, "topic") == "no_service")).sum())
    assert found[0] > 2 * found[1] > 0


def test_kano_answers_make_the_planted_types(archive: Population) -> None:
    answers = archive.beside["kano.csv"]
    pairs: dict[str, Counter[tuple[int, int]]] = {}
    for name, there, absent in zip(answers["criterion"], answers["functional"], answers["dysfunctional"], strict=True):
        pairs.setdefault(name, Counter())[int(there), int(absent)] += 1
    kind = {name: Counter({_type(*pair): 0 for pair in seen}) for name, seen in pairs.items()}
    for name, seen in pairs.items():
        for pair, count in seen.items():
            kind[name][_type(*pair)] += count
    assert {name: seen.most_common(1)[0][0] for name, seen in kind.items()} == truth(archive, "kano")


def _type(there: int, absent: int) -> str:
    """The usual 5 × 5 table, written out."""
    if there == absent and there in {1, 5}:
        return "questionable"
    if there == 1:
        return "performance" if absent == 5 else "attractive"
    if there == 5 or absent == 1:
        return "reverse"
    return "must_be" if absent == 5 else "indifferent"


def test_weights_are_a_hundred_points_each(archive: Population) -> None:
    weights = archive.beside["weights.csv"]
    assert set(weights["weight"].reshape(300, -1).sum(axis=1).tolist()) == {100}
    mean = dict(zip(weights["criterion"], weights["weight"].reshape(300, -1).mean(axis=0), strict=False))
    for name, stated in truth(archive, "stated_weights").items():
        assert mean[name] == pytest.approx(stated, abs=2.5)


def test_esat_follows_the_surveyed_week_and_ees_does_not(archive: Population) -> None:
    row, index = answers(archive)
    series = archive.beside["series.csv"]
    week = (seconds(archive)[row] - np.datetime64("2026-01-04T21:00", "s").astype(np.int64)) // WEEK_S
    team = column(archive, "team")[row]
    found: dict[str, list[float]] = {"ESAT": [], "EES": []}
    for name in sorted({one for one in team if one is not None}):
        csi = np.array([index[(team == name) & (week == number)].mean() for number in range(40)])
        for which, correlations in found.items():
            value = series["value"][(series["name"] == which) & (series["team"] == name)]
            rests = [each - np.polyval(np.polyfit(np.arange(40), each, 1), np.arange(40)) for each in (csi, value)]
            correlations.append(float(np.corrcoef(*rests)[0, 1]))
    assert np.mean(found["ESAT"]) == pytest.approx(0.6, abs=0.15)
    assert abs(np.mean(found["EES"])) < 0.2


def test_the_lowest_ratings_comment_with_alarm(archive: Population) -> None:
    comment, rating = archive.surveys["comment"], archive.surveys["rating"]
    assert (comment != "").mean() == pytest.approx(0.2, abs=0.03)
    alarmed = np.array(["жаловаться" in one or "ухожу" in one.lower() or "leaving" in one for one in comment])
    assert alarmed[rating > 2].sum() == 0
    assert alarmed[(rating <= 2) & (comment != "")].mean() > 0.5


def test_the_days_before_are_as_the_feature_has_them(archive: Population) -> None:
    """Every contact leaves a row here. Who flowed out may have reached somebody elsewhere: those are left out."""
    out = set(column(archive, "customer_id")[flag(archive, "flow_out")])
    seen: dict[str, list[Contact]] = {}
    names = ("earlier_contacts_7d", "failed_attempts_before", "channel_switches_7d", "same_agent")
    failed = 0
    for row in archive.rows()[:8000]:
        if row["customer_id"] in out:
            continue
        start = row["started_at"].replace(tzinfo=UTC)  # type: ignore[attr-defined]
        before = seen.setdefault(str(row["customer_id"]), [])
        kind: Kind = "call" if row["kind"] == "call" else "chat"
        known: dict[str, Any] = {name: row[name] for name in ("channel", "agent_id", "abandoned", "contained")}
        now = Interaction("x", kind, start, **known)
        found = {one.name: one.value for one in history_features(now, History(tuple(before)))}
        assert {name: row[name] for name in names} == {name: found[name] for name in names}
        failed += row["failed_attempts_before"] != 0
        before.append(Contact(start, kind, **known))
    assert failed > 20
