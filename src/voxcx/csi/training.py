"""Rated interactions → a model that knows how good it is.

Time is cut in three. The earliest part grows the trees, the middle one calibrates probabilities and the interval,
the latest – customers whom the model has not met – gives every figure. The model that is measured is the one saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import lightgbm as lgb
import numpy as np
import sklearn

from voxcx import __version__
from voxcx.csi.baselines import Prior, predict_prior
from voxcx.csi.boosting import Sample, fit_booster, fit_links, prior_logits
from voxcx.csi.calibration import Interval, Link, distribution, fit_interval, in_order, spread_points
from voxcx.csi.columns import Column, Encoded, Floats, allowed_names, encode_table, learn_columns
from voxcx.csi.evaluation import Judged, measure
from voxcx.csi.explanation import effects_of
from voxcx.csi.meta import DataIdentity, Figure, ModelMeta, Naming
from voxcx.csi.model import CsiModel, Predictions
from voxcx.csi.rated import Rated, refuse_untrainable
from voxcx.csi.settings import TrainingConfig
from voxcx.csi.splits import Indices, Split, halves, split_by_time
from voxcx.csi.thresholds import raw_scores
from voxcx.domain.catalogue import SCHEMA_VERSION
from voxcx.domain.csi import INDEX_NAME, RatingScale
from voxcx.errors import InputError

FEWEST_PER_PART = 8
OnStep = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that both the model and its baselines read."""

    rated: Rated
    encoded: Encoded
    split: Split
    config: TrainingConfig
    scale: RatingScale

    def sample(self, rows: Indices, columns: list[int]) -> Sample:
        """Some rows and columns as LightGBM takes them."""
        values = self.encoded.values[np.ix_(rows, np.array(columns, dtype=np.int64))]
        return Sample(values, self.rated.rating[rows], self.rated.weight[rows], self.scale.minimum)

    def answers(self, rows: Indices) -> Floats:
        """Ratings of some rows on the 0–100 index."""
        return np.array([self.scale.index(rating) for rating in self.rated.rating[rows].tolist()])


@dataclass(frozen=True, slots=True)
class Fitted:
    """A booster with its links and interval, on some of the columns."""

    columns: tuple[Column, ...]
    positions: list[int]
    booster: lgb.Booster
    links: tuple[Link, ...]
    interval: Interval


def train_model(rated: Rated, config: TrainingConfig, naming: Naming, on_step: OnStep = lambda _: None) -> CsiModel:
    """Train, calibrate and measure; raises InputError where the answers cannot carry a model."""
    refuse_untrainable(rated)
    prepared = prepare(rated, config)
    on_step(f"training on {len(prepared.split.train)} answers, {len(prepared.encoded.columns)} features")
    fitted = fit(prepared, [column.name for column in prepared.encoded.columns])
    model = CsiModel(describe(prepared, fitted, naming), fitted.booster)
    on_step(f"measuring on {len(prepared.split.test)} later answers, beside the baselines")
    metrics = measure_all(prepared, model)
    return CsiModel(model.meta.model_copy(update={"metrics": metrics}), fitted.booster)


def prepare(rated: Rated, config: TrainingConfig) -> Prepared:
    """Split by time, learn the columns from the training part alone, encode everything."""
    split = split_by_time(rated.moment_s, rated.customer, config.split)
    parts = {"training": split.train, "calibration": split.calibrate, "test": split.test}
    for name, rows in parts.items():
        if len(rows) < FEWEST_PER_PART:
            raise InputError(
                f"The {name} part: expected at least {FEWEST_PER_PART} answers of customers who are in no later part, "
                f"got {len(rows)}; collect more answers or check customer_id and started_at."
            )
    if len(np.unique(rated.rating[split.train])) == 1:
        raise InputError("The training part: expected different ratings, got one only; collect more answers.")
    known = {name: [values[row] for row in split.train] for name, values in rated.table.items()}
    columns = learn_columns(known, allowed_names(config), config.categories)
    if not columns:
        raise InputError(
            "The interactions: expected features of the catalogue, got none with a value; score them first."
        )
    return Prepared(rated, encode_table(rated.table, columns), split, config, config.rating_scale.record())


def fit(prepared: Prepared, names: list[str]) -> Fitted:
    """Grow the trees on the training part and calibrate on the middle part."""
    positions = [k for k, column in enumerate(prepared.encoded.columns) if column.name in names]
    columns = tuple(prepared.encoded.columns[k] for k in positions)
    early = prepared.sample(prepared.split.train, positions)
    booster = fit_booster(early, columns, prepared.config)
    links = _links(prepared, booster, early, positions, prepared.split.calibrate)
    return Fitted(columns, positions, booster, links, _interval(prepared, booster, early, positions))


def _links(
    prepared: Prepared, booster: lgb.Booster, early: Sample, positions: list[int], rows: Indices
) -> tuple[Link, ...]:
    middle = prepared.sample(rows, positions)
    raw = raw_scores(booster, middle.values, len(prepared.scale.ratings) - 1)
    return fit_links(raw, middle, prior_logits(early, prepared.scale), prepared.scale)


def _interval(prepared: Prepared, booster: lgb.Booster, early: Sample, positions: list[int]) -> Interval:
    """Conformal residuals of each half of the middle part under links that were fitted to the other half."""
    parts = halves(prepared.split.calibrate, prepared.rated.customer)
    value, spread, answer = [], [], []
    for rows, others in (parts, parts[::-1]):
        links = _links(prepared, booster, early, positions, others)
        raw = raw_scores(booster, prepared.sample(rows, positions).values, len(links))
        exceeding = in_order(np.column_stack([link.probability(raw[:, k]) for k, link in enumerate(links)]))
        value.append(exceeding.sum(axis=1) * prepared.scale.points_per_rating)
        spread.append(spread_points(distribution(exceeding), prepared.scale))
        answer.append(prepared.answers(rows))
    return fit_interval(np.concatenate(value), np.concatenate(spread), np.concatenate(answer), prepared.config.level)


def describe(prepared: Prepared, fitted: Fitted, naming: Naming) -> ModelMeta:
    """The model's identity, without metrics and file digests."""
    scale, config = prepared.scale, prepared.config
    late = prepared.sample(prepared.split.test, fitted.positions)
    importance = np.abs(effects_of(late.values, fitted.booster, fitted.links, scale.points_per_rating)).mean(axis=0)
    named = {c.name: round(float(x), 3) for c, x in zip(fitted.columns, importance, strict=True)}
    return ModelMeta(
        model_id=naming.model_id,
        trained_on=naming.trained_on,
        cause=naming.cause,
        index=INDEX_NAME,
        feature_schema_version=SCHEMA_VERSION,
        columns=fitted.columns,
        scale_min=scale.minimum,
        scale_max=scale.maximum,
        dissatisfied_max=scale.dissatisfied_max,
        satisfied_min=scale.satisfied_min,
        links=fitted.links,
        interval=fitted.interval,
        trees=fitted.booster.num_trees(),
        seed=config.seed,
        config_sha256=config.sha256(),
        config=config,
        data=identify(prepared),
        libraries={
            "voxcx": __version__,
            "lightgbm": lgb.__version__,
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
        metrics={},
        importance=dict(sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def identify(prepared: Prepared) -> DataIdentity:
    """What the data were, without any of them."""
    rated, split = prepared.rated, prepared.split
    first, last = (_date(float(moment)) for moment in (rated.moment_s.min(), rated.moment_s.max()))
    return DataIdentity(
        sha256=rated.digest(prepared.encoded),
        answers=len(rated.rating),
        interactions=len(np.unique(rated.interaction.astype(str))),
        customers=len(np.unique(rated.customer.astype(str))),
        first=first,
        last=last,
        train=len(split.train),
        calibrate=len(split.calibrate),
        test=len(split.test),
        set_aside=len(split.set_aside),
    )


def measure_all(prepared: Prepared, model: CsiModel) -> dict[str, dict[str, Figure]]:
    """The model and its baselines on the same latest part."""
    metadata = fit(prepared, list(prepared.config.metadata_only))
    lean = model.meta.model_copy(
        update={"columns": metadata.columns, "links": metadata.links, "interval": metadata.interval}
    )
    test = prepared.split.test
    predictions = {
        "model": _predict(prepared, model, list(range(len(prepared.encoded.columns)))),
        "metadata only": _predict(prepared, CsiModel(lean, metadata.booster), metadata.positions),
    }
    for prior in (Prior.MEAN, Prior.MAJORITY):
        known = prepared.rated.rating[prepared.split.train]
        middle = prepared.answers(prepared.split.calibrate)
        predictions[prior.value] = predict_prior(
            prior, known, middle, (len(test), prepared.scale, prepared.config.level)
        )
    rating, customer = prepared.rated.rating[test], prepared.rated.customer[test]
    config = prepared.config
    return {
        name: measure(Judged(rating, customer, made, prepared.scale), config.bootstrap, config.seed)
        for name, made in predictions.items()
    }


def _predict(prepared: Prepared, model: CsiModel, positions: list[int]) -> Predictions:
    values = prepared.sample(prepared.split.test, positions).values
    return model.from_raw(raw_scores(model.booster, values, len(model.meta.links)))


def _date(moment_s: float) -> str:
    return datetime.fromtimestamp(moment_s, tz=UTC).date().isoformat()
