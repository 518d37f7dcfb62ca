"""CARD.md: what a model is, how it was made, how good it was measured to be and what it must not be used for."""

from __future__ import annotations

from collections.abc import Iterable

from voxcx.csi.meta import Figure, ModelMeta
from voxcx.domain.catalogue import CATALOGUE

TITLES = {
    "pearson": "Pearson, estimate and answer",
    "spearman": "Spearman",
    "mae_points": "mean absolute error, points of 100",
    "qwk": "quadratic weighted κ",
    "auc_dissatisfied": "AUC of dissatisfaction",
    "average_precision_dissatisfied": "average precision of dissatisfaction",
    "brier_dissatisfied": "Brier score of dissatisfaction",
    "ece_dissatisfied": "calibration error (ECE) of dissatisfaction",
    "log_loss": "log-loss of the rating",
    "coverage": "coverage of the interval",
    "interval_width_points": "mean width of the interval, points",
}
FEATURES_SHOWN = 15

SIMULATED = """> **Trained on simulated data.** The cause of satisfaction was invented and written down (see below);
> real customers follow their own. The figures say that the machinery finds a known truth, not that the estimates are
> right for anybody's customers. Retrain on your own survey answers:
> `voxcx train --results RESULTS --surveys SURVEYS.csv --out models/csi-yours-1`.
"""
CAUSE = """## The cause

What the simulation let satisfaction depend on (`voxcx simulate population`; shapes and thresholds stand in
`voxcx.simulation.cause`, every number in the population's `truth.json`). To the sum of these an effect of the agent and
noise are added; thresholds make it a rating. The dissatisfied answer the survey less often.

| cause | in | coefficient |
|---|---|---|
"""
LIMITS = """## Limits

- The interval is for one customer's own rating and is wide: single interactions are hard to predict (Pearson 0.31 on
  8,726 surveyed calls, Bockhorst 2017). Use groups with error bands; do not rank agents on single estimates.
- The figures hold for customers like those who answered. The dissatisfied answer less often; nothing here corrects
  for that.
- Words themselves are not read; of text only the dictionary features are known. Unknown categories count as missing.
- Speech rate, letters per word and recognition confidence are proxies of sex, age and accent: for this estimate only,
  never for an agent's score.
- Reasons are what moved this model's estimate, not proof of what caused the customer's mood.
"""


def write_card(meta: ModelMeta) -> str:
    """The whole card as Markdown."""
    simulated = meta.trained_on == "simulated"
    parts = [f"# {meta.model_id}\n", SIMULATED if simulated else "", _what(meta), _how(meta), _figures(meta)]
    parts += [_drivers(meta), _cause(meta) if meta.cause else "", LIMITS]
    return "\n".join(part for part in parts if part)


def _what(meta: ModelMeta) -> str:
    low, high, columns, schema = meta.scale_min, meta.scale_max, len(meta.columns), meta.feature_schema_version
    unhappy, happy, level = meta.dissatisfied_max, meta.satisfied_min, meta.interval.level
    return f"""Estimates the customer's rating of one call or chat ({low}–{high}) from {columns} features of voxcx's
catalogue (schema {schema}): as a distribution, as CSI
(index: {meta.index}, 100 × (E[rating] − {low}) ÷ {high - low}) with an interval at level {level:g}, as calibrated
probabilities of dissatisfaction (≤ {unhappy}) and satisfaction (≥ {happy}), with reasons in points.
"""


def _how(meta: ModelMeta) -> str:
    data = meta.data
    left_out = "".join(f"\n  - `{name}`: {why}" for name, why in meta.config.left_out.items()) or " nothing"
    libraries = ", ".join(f"{name} {version}" for name, version in meta.libraries.items())
    return f"""## How it was made

- Data: {data.answers} answers about {data.interactions} interactions of {data.customers} customers,
  {data.first} to {data.last}; digest `{data.sha256[:16]}…`.
- Split by time, no customer in two parts: {data.train} train, {data.calibrate} calibrate, {data.test} test
  ({data.set_aside} set aside because their customer comes back later).
- LightGBM, {meta.trees} trees that answer P(rating > k) for every threshold k, seed {meta.seed};
  directions held for {_directions(meta)} features.
- Probabilities by Platt's link on the calibration part; interval by conformal prediction, cross-fitted in two halves
  (quantile {meta.interval.quantile:.3f} of residual ÷ predicted spread).
- Left out:{left_out}
- Config digest `{meta.config_sha256[:16]}…`; {libraries}.
"""


def _cause(meta: ModelMeta) -> str:
    rows = (f"| {one.cause} (`{one.feature}`) | {', '.join(one.kinds)} | {one.coefficient:+g} |" for one in meta.cause)
    return CAUSE + "\n".join(rows) + "\n"


def _directions(meta: ModelMeta) -> int:
    return sum(1 for column in meta.columns if meta.config.direction(column.name))


def _figures(meta: ModelMeta) -> str:
    names = list(meta.metrics)
    head = f"| figure | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}"
    rows = (_row(title, [meta.metrics[name].get(key) for name in names]) for key, title in TITLES.items())
    body = "\n".join(rows)
    return f"""## Figures

On the latest part, which nothing was fitted to; in brackets 95 % bootstrap intervals over customers.
Stated level of the interval: {meta.interval.level:g}.

{head}
{body}

"majority" has a small absolute error because most answers are the same; it tells nobody apart.
"""


def _row(title: str, figures: Iterable[Figure | None]) -> str:
    return f"| {title} | {' | '.join(_cell(figure) for figure in figures)} |"


def _cell(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3g}"
    return f"{figure.value:.3g} [{figure.low:.3g}, {figure.high:.3g}]"


def _drivers(meta: ModelMeta) -> str:
    strongest = list(meta.importance.items())[:FEATURES_SHOWN]
    rows = "\n".join(
        f"| `{name}` | {points:.2f} | {CATALOGUE[name].definition('en', {})} |" for name, points in strongest
    )
    return f"""## What moves it

Mean absolute effect on an estimate of the test part, in points.

| feature | points | meaning |
|---|---|---|
{rows}
"""
