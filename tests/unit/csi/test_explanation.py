from __future__ import annotations

import numpy as np
import pytest

from voxcx.csi.answers import Floats
from voxcx.csi.blend import Blend, Mixture
from voxcx.csi.boosting import Design, Sample, grow, starts_of
from voxcx.csi.calibration import Link, exceeding
from voxcx.csi.columns import kind_of
from voxcx.csi.explanation import REASONS, Contributions, by_reason, contributions_of, top_reasons
from voxcx.csi.linear import fit_line
from voxcx.csi.phrases import Said
from voxcx.csi.settings import BoostingConfig, FitConfig
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.intervals import Interval

LINKS = tuple(Link(slope=slope, intercept=b) for slope, b in ((0.9, 3.0), (1.0, 2.0), (1.1, 1.0), (0.8, -1.0)))
DESIGN = Design(("queue_wait_s", "talk_s"), (-1, 0))
N = 300


@pytest.fixture(scope="module")
def values() -> Floats:
    rng = np.random.default_rng(1)
    drawn = np.column_stack([rng.exponential(60, N), rng.normal(200, 50, N)])
    drawn[rng.random((N, 2)) < 0.1] = np.nan
    drawn[0] = [30.0, 200.0]
    return drawn


@pytest.fixture(scope="module")
def blend(values: Floats) -> Blend:
    rng = np.random.default_rng(2)
    latent = -np.nan_to_num(values[:, 0], nan=60) / 60 + rng.logistic(size=N)
    sample = Sample(values, (latent[:, np.newaxis] > np.array([-4.0, -3.0, -2.0, -0.5])).astype(float), np.ones(N))
    boosting = BoostingConfig(learning_rate=0.2, rows_per_leaf=10)
    booster = grow(sample, starts_of(sample), DESIGN, FitConfig(boosting=boosting), trees=15)
    line = fit_line(values, DESIGN, 25 * sample.above.sum(axis=1), sample.weight)
    return Blend(booster, line, Mixture(0.5, 0.04))


def test_base_and_effects_are_the_estimate(values: Floats, blend: Blend) -> None:
    parts = contributions_of(values, blend, LINKS, 25.0)
    assert parts.names == DESIGN.names
    estimate = 25.0 * exceeding(parts.raw, LINKS).sum(axis=1)
    known = ~np.isnan(values).all(axis=1)
    assert (parts.base + parts.effects.sum(axis=1))[known] == pytest.approx(estimate[known], abs=1e-9)
    assert parts.raw == pytest.approx(blend.raw(values), abs=1e-9)


def test_an_effect_has_the_sign_of_its_term(values: Floats, blend: Blend) -> None:
    terms, _ = blend.parts(values)
    effects = contributions_of(values, blend, LINKS, 25.0).effects
    far = np.abs(terms) > 1e-9
    assert (np.sign(terms) == np.sign(effects))[far].all()


def test_a_row_that_says_nothing_is_all_base(blend: Blend) -> None:
    parts = contributions_of(np.full((1, 2), np.nan), blend, LINKS, 25.0)
    assert parts.raw.tolist() == [0.0]
    assert not parts.effects.any()
    assert parts.base == pytest.approx(25.0 * exceeding(np.zeros(1), LINKS).sum())


def test_terms_that_cancel_out_are_told_by_the_slope(blend: Blend) -> None:
    class Cancelling:
        line = blend.line

        @staticmethod
        def parts(values: Floats, _trees: int | None) -> tuple[Floats, Floats]:
            return np.tile([0.5, -0.5], (len(values), 1)), np.full(len(values), 0.2)

    parts = contributions_of(np.ones((1, 2)), Cancelling(), LINKS, 25.0)  # type: ignore[arg-type]
    slope = 25.0 * sum(float(link.slope_at(np.array([0.2]))[0]) for link in LINKS)
    assert parts.effects[0] == pytest.approx([0.5 * slope, -0.5 * slope])


def test_columns_of_one_view_are_one_reason() -> None:
    views = ("agent_text", "customer_text", "customer_last_text")
    words = ("customer_text_1", "agent_text_1", "customer_text_2", "customer_last_text_1")
    names = ("queue_wait_s", *words, "customer_words")
    parts = Contributions(names, np.zeros(1), 50.0, np.array([[1.0, 2.0, 4.0, 8.0, 16.0, 32.0]]))
    told = {name: float(one[0]) for name, one in by_reason(parts, views).items()}
    assert told == {
        "queue_wait_s": 1,
        "customer_text": 10,
        "agent_text": 4,
        "customer_last_text": 16,
        "customer_words": 32,
    }


def row(**values: float | str | None) -> FeatureRow:
    known = values.items()
    return FeatureRow(tuple(Feature(name, value, "not heard" if value is None else None) for name, value in known))


def test_the_strongest_come_first_and_only_six() -> None:
    names = [name for name in CATALOGUE if kind_of(name) == "number"][:8]
    effects = {name: (-1) ** k * k / 2.0 for k, name in enumerate(names, start=1)}
    told = top_reasons(effects, row(**dict.fromkeys(effects, 1.0)), {})
    assert [reason.feature for reason in told] == names[:1:-1]
    assert len(told) == REASONS
    assert [reason.effect for reason in told][:2] == [4.0, -3.5]


def test_equal_effects_stand_in_order_of_names() -> None:
    told = top_reasons({"transfers": -2.0, "holds_count": 2.0}, row(transfers=1.0, holds_count=1.0), {})
    assert [reason.feature for reason in told] == ["holds_count", "transfers"]


@pytest.mark.parametrize(
    ("effects", "features"),
    [
        ({"transfers": 5.0}, row(transfers=None)),
        ({"transfers": 5.0}, row(holds_count=1.0)),
        ({"transfers": 0.04}, row(transfers=1.0)),
        ({}, row(transfers=1.0)),
    ],
)
def test_what_is_unknown_or_too_small_is_no_reason(effects: dict[str, float], features: FeatureRow) -> None:
    assert top_reasons(effects, features, {}) == ()


def test_a_reason_has_its_value_and_seconds() -> None:
    heard = FeatureRow((Feature("interruptions_by_agent", 3.0, evidence=(Interval(12.0, 40.0),)),))
    told = top_reasons({"interruptions_by_agent": -6.0}, heard, {})[0]
    assert (told.value, told.effect, told.evidence) == (3.0, -6.0, (Interval(12.0, 40.0),))


def test_words_are_told_by_their_phrases_and_where_they_were_said() -> None:
    where = (Interval(3.0, 4.5),)
    said = {"customer_text": Said("«nobody helped»", where), "agent_text": Said("", ())}
    told = top_reasons({"customer_text": -4.0, "agent_text": 3.0}, row(), said)
    assert [(one.feature, one.value, one.evidence) for one in told] == [
        ("customer_text", "«nobody helped»", where),
        ("agent_text", "", ()),
    ]
