from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxcx.csi.answers import Floats, Labels, Table
from voxcx.csi.evaluation.drift import DriftReport, Reference, find_drift, learn_reference
from voxcx.domain.catalogue import CATALOGUE
from voxcx.simulation.population import simulate_population

IMPORTANCE = {
    "queue_wait_s": 0.25, "interruptions_by_agent_yielded": 0.15, "unresolved_cue": 0.15, "complaint_cue": 0.15,
    "gratitude": 0.1, "holds_count": 0.1, "overlap_share": 0.05, "language": 0.05,
}  # fmt: skip
SIZES = (300, 2_000, 20_000)
Data = tuple[dict[str, NDArray[Any]], Floats, dict[str, Labels]]


@cache
def data(seed: int) -> Data:
    columns = simulate_population(20_000, seed).interactions
    known = {name: np.nan_to_num(columns[name]) for name in IMPORTANCE if name != "language"}
    value = 95 - 0.05 * known["queue_wait_s"] - 18 * known["unresolved_cue"] - 15 * known["complaint_cue"]
    value = np.clip(value + 5 * known["gratitude"] - 5 * known["holds_count"], 0, 100)
    about = {name: columns[name] for name in ("language", "channel", "kind", "team")}
    table = {name: column for name, column in columns.items() if name in CATALOGUE}
    return table, value, about | {"customer": columns["customer_id"]}


@cache
def reference() -> Reference:
    return learn_reference(*data(7))


def rows(one: Data, index: NDArray[Any]) -> Data:
    table, value, about = one
    return {k: v[index] for k, v in table.items()}, value[index], {k: v[index] for k, v in about.items()}


def sample(seed: int, n: int) -> Data:
    chosen = np.random.default_rng(seed + n).permutation(20_000)[:n]
    return rows(data(seed), np.sort(chosen))


def report_of(one: Data) -> DriftReport:
    return find_drift(reference(), *one, IMPORTANCE)


def touched(report: DriftReport) -> set[str]:
    return {one.name for one in (*report.columns, *report.about, report.score) if one.verdict != "same"}


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("seed", [51, 52, 53])
def test_another_seed_is_no_drift(n: int, seed: int) -> None:
    report = report_of(sample(seed, n))
    assert report.verdict == "no_drift"
    assert not touched(report)


def test_later_weeks_are_no_drift_but_for_what_history_adds_up() -> None:
    earlier, later = (rows(data(51), part) for part in (np.arange(12_000), np.arange(12_000, 20_000)))
    report = find_drift(learn_reference(*earlier), *later, IMPORTANCE)
    assert report.verdict == "no_drift"
    assert touched(report) <= {"prefers_human", "prefers_human_share"}  # known from the third earlier contact on


@pytest.mark.parametrize("n", SIZES)
def test_doubled_waits(n: int) -> None:
    table, value, about = sample(51, n)
    report = report_of((table | {"queue_wait_s": 2 * table["queue_wait_s"]}, value, about))
    assert report.verdict in {"watch", "retrain"}
    assert report.columns[0].name == "queue_wait_s"
    assert "queue_wait_s" in report.sentence
    assert "queue_wait_s" in report.sentence_ru


@pytest.mark.parametrize("n", SIZES)
def test_a_language_gone(n: int) -> None:
    one = sample(51, n)
    report = report_of(rows(one, np.flatnonzero(one[0]["language"] != "en")))
    assert report.verdict == "watch"
    assert "language" in touched(report)


@pytest.mark.parametrize("n", SIZES)
def test_a_language_new(n: int) -> None:
    table, value, about = sample(51, n)
    language = np.where(np.arange(n) % 10 == 0, "kk", table["language"]).astype(object)
    report = report_of((table | {"language": language}, value, about | {"language": language}))
    assert report.verdict == "retrain"
    assert next(one for one in report.about if one.name == "language").new_levels == ("kk",)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("how", ["unknown", "absent"])
def test_a_column_gone(n: int, how: str) -> None:
    table, value, about = sample(51, n)
    rest: Table = {name: column for name, column in table.items() if name != "unresolved_cue"}
    gone = dict(rest) if how == "absent" else dict(rest) | {"unresolved_cue": np.full(n, np.nan)}
    report = report_of((gone, value, about))
    assert report.verdict in {"watch", "retrain"}
    found = next(one for one in report.columns if one.name == "unresolved_cue")
    assert (found.verdict, found.unknown_now) == ("drifted", 1.0)


@pytest.mark.parametrize("n", SIZES)
def test_twice_the_chats_do_not_blame_every_call_feature(n: int) -> None:
    one = sample(51, n)
    chat = one[2]["kind"] == "chat"
    kept = chat | (np.random.default_rng(1).random(n) < 0.2857)
    report = report_of(rows(one, np.flatnonzero(kept)))
    assert {"kind", "channel"} <= touched(report)
    assert "hold_total_s" not in touched(report)
    hold = next(one for one in report.columns if one.name == "hold_total_s")
    assert hold.unknown_now == pytest.approx(hold.unknown_expected, abs=0.05)
    assert hold.unknown_now > hold.unknown_before + 0.15


@pytest.mark.parametrize("n", SIZES)
def test_lower_scores(n: int) -> None:
    table, value, about = sample(51, n)
    report = report_of((table, np.clip(value - 12, 0, 100), about))
    assert report.verdict == "retrain"
    assert report.score.verdict == "drifted"


@pytest.mark.parametrize("n", [0, 40])
def test_too_few(n: int) -> None:
    assert report_of(sample(51, n)).verdict == "too_few"


def test_the_reference_is_small_and_comes_back() -> None:
    text = reference().model_dump_json()
    assert len(text) < 100_000 * len(reference().columns) / 200
    assert Reference.model_validate_json(text) == reference()


def test_ties_are_never_parted() -> None:
    counts = np.repeat([0.0, 1.0, 2.0, 50.0], [900, 60, 30, 10])
    column = learn_reference({"x": counts}, counts, {}).columns["x"]
    assert column.counts == (900, 60, 30, 10)
    many = np.concatenate([np.zeros(600), np.arange(1, 401)])
    column = learn_reference({"x": many}, many, {}).columns["x"]
    assert column.counts[0] == 600
    assert len(column.counts) == 5


def test_customers_with_many_contacts_are_no_drift() -> None:
    rng = np.random.default_rng(5)

    def crowd() -> tuple[Table, Floats, dict[str, Labels]]:
        trait, who = rng.normal(0, 1, 60), np.repeat(np.arange(60), 50)
        x = trait[who] + rng.normal(0, 0.1, 3_000)
        return {"x": x}, x, {"customer": who.astype(str).astype(object)}

    told = [find_drift(learn_reference(*crowd()), *crowd(), {}).verdict for _ in range(20)]
    assert told.count("no_drift") >= 19
