"""CARD.md: what a model is, how it was made, how good it was measured to be and what it must not be used for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from voxcx.csi.evaluation.comparison import RULE_EN, Comparison
from voxcx.csi.evaluation.definitions import DEFINITIONS
from voxcx.csi.evaluation.metrics import Figure
from voxcx.csi.meta import ModelMeta
from voxcx.csi.plots import GroupPoint, calibration_svg, estimate_against_answer_svg, groups_svg, importance_svg
from voxcx.csi.training.study import Study
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.views import VIEWS

TITLES = {
    "pearson": "Pearson, estimate and answer",
    "spearman": "Spearman",
    "mae_points": "mean absolute error, points of 100",
    "qwk": "quadratic weighted κ",
    "auc_dissatisfied": "AUC of dissatisfaction",
    "auc_dissatisfied_answers": "AUC of dissatisfaction, single answers",
    "average_precision_dissatisfied": "average precision of dissatisfaction",
    "brier_dissatisfied": "Brier score of dissatisfaction",
    "ece_dissatisfied": "calibration error (ECE) of dissatisfaction",
    "log_loss": "log-loss of the rating",
    "coverage": "coverage of the interval",
    "interval_width_points": "mean width of the interval, points",
}
FEATURES_SHOWN = 15
SAID = {
    "agent_text": "what the agent said or wrote",
    "customer_text": "what the customer said or wrote",
    "customer_last_text": "the customer's last words",
}
VERDICTS = {"better": "better", "worse": "worse", "cannot_tell": "cannot tell"}

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
- The figures hold for customers like those who answered. Weights for non-response correct only for what features show
  about who answers, not for the silence of those who are silent because they are dissatisfied.
- Unknown categories count as missing.
- Speech rate, letters per word and recognition confidence are proxies of sex, age and accent: for this estimate only,
  never for an agent's score.
- Reasons are what moved this model's estimate, not proof of what caused the customer's mood.
"""


def write_card(meta: ModelMeta, study: Study, pictures: tuple[str, ...]) -> str:
    """The whole card as Markdown; ``pictures`` are names of files beside it."""
    simulated = meta.trained_on == "simulated"
    shown = "\n".join(f"![{name.removesuffix('.svg').replace('-', ' ')}]({name})\n" for name in pictures)
    parts = [f"# {meta.model_id}\n", SIMULATED if simulated else "", _what(meta), _how(meta), _figures(meta), shown]
    parts += [_groups(study), _compared(study), _fairness(study), _nonresponse(study), _drivers(meta)]
    parts += [_cause(meta) if meta.cause else "", LIMITS, _definitions()]
    return "\n".join(part for part in parts if part)


def _what(meta: ModelMeta) -> str:
    low, high, columns, schema = meta.scale_min, meta.scale_max, len(meta.columns), meta.feature_schema_version
    unhappy, happy, level = meta.dissatisfied_max, meta.satisfied_min, meta.interval.level
    words = " and from what was said" if meta.text_columns else ""
    return f"""Estimates the customer's rating of one call or chat ({low}–{high}) from {columns} features of voxcx's
catalogue (schema {schema}){words}: as a distribution, as CSI
(index: {meta.index}, 100 × (E[rating] − {low}) ÷ {high - low}) with an interval at level {level:g}, as calibrated
probabilities of dissatisfaction (≤ {unhappy}) and satisfaction (≥ {happy}), with reasons in points.
"""


def _how(meta: ModelMeta) -> str:
    data, boosting, share = meta.data, meta.config.boosting, meta.mixture.share
    left_out = "".join(f"\n  - `{name}`: {why}" for name, why in meta.config.left_out.items()) or " nothing"
    libraries = ", ".join(f"{name} {version}" for name, version in meta.libraries.items())
    notes = "".join(f"\n- {note}" for note in meta.notes)
    when = f", {data.first} to {data.last}" if data.first else ", dates not known"
    split = (
        "by time, the latest test" if data.split_by == "time" else "by chance, since dates are not known: flattering"
    )
    return f"""## How it was made

- Data: {data.answers} answers about {data.interactions} interactions of {data.customers} customers
  and {data.agents} agents{when}; digest `{data.sha256[:16]}…`.
- Split {split}, no customer in two parts: {data.train} train, {data.test} test
  ({data.set_aside} set aside because their customer comes back later). The saved model learned from all of them by the
  same recipe; the figures are of its twin that had not seen the test part.
- LightGBM, {meta.trees} trees, and a line: proportional odds over the scale's thresholds, mixed {share:.0%} to
  {1 - share:.0%}; parameters by cross-validation inside the training part (started from {boosting.leaves} leaves),
  seed {meta.seed}; directions held for {_directions(meta)} features.
- Probabilities by Platt's links and the interval by conformal prediction, both on rows held out by
  {meta.config.split.folds} folds of customers (quantile {meta.interval.quantile:.3f} of residual ÷ predicted spread).
- Left out:{left_out}
- Config digest `{meta.config_sha256[:16]}…`; {libraries}.{notes}
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

On the test part, which nothing was fitted to; in brackets 95 % bootstrap intervals over customers.
Stated level of the interval: {meta.interval.level:g}.

{head}
{body}

"majority" has a small absolute error because most answers are the same; it tells nobody apart.
"""


def _groups(study: Study) -> str:
    rows = "\n".join(
        _row(f"{one.size} | {one.groups}", [one.pearson, one.mae_points, one.band_points]) for one in study.groups
    )
    return f"""## Groups

Interactions of one agent in stretches of a size: mean estimate beside mean answer. Nine groups of ten differ by no more
than the band.

| size | groups | Pearson | mean absolute error, points | band, points |
|---|---|---|---|---|
{rows}
"""


def _compared(study: Study) -> str:
    beside: dict[str, Comparison] = dict(study.ablations)
    if study.new_agents is not None:
        beside["agents never met"] = study.new_agents
    if study.against is not None:
        beside["this model beside the older one"] = study.against
    if not beside:
        return ""
    shown = ("pearson", "auc_dissatisfied", "log_loss", "mae_points")
    rows = "\n".join(
        _row(name, [one.measures[key].difference for key in shown]) + f" {VERDICTS[one.verdict]} |"
        for name, one in beside.items()
    )
    return f"""## Without this or that

Difference to the model (a twin of the same size) on the same interactions, with the interval of the paired difference.
{RULE_EN}

| what | {" | ".join(TITLES[key] for key in shown)} | verdict |
|{"---|" * (len(shown) + 2)}
{rows}
"""


def _fairness(study: Study) -> str:
    return "## Fairness\n\n" + "".join(f"- {sentence}\n" for sentence in study.fairness) if study.fairness else ""


def _nonresponse(study: Study) -> str:
    return "" if study.silence is None else f"## Who does not answer\n\n{study.silence.told()}\n"


def _drivers(meta: ModelMeta) -> str:
    strongest = list(meta.importance.items())[:FEATURES_SHOWN]
    rows = "\n".join(
        f"| `{name}` | {one.points:.2f} | {one.lowest:.2f}–{one.highest:.2f} | {_meaning(name)} |"
        for name, one in strongest
    )
    return f"""## What moves it

Mean absolute effect on an estimate in points, over rows held out of training; the range is that of the folds.

| feature | points | range | meaning |
|---|---|---|---|
{rows}
"""


def _meaning(name: str) -> str:
    return SAID[name] if name in VIEWS else CATALOGUE[name].definition("en", {})


def _definitions() -> str:
    lines = "\n".join(f"- {TITLES[name]}: {one.en}" for name, one in DEFINITIONS.items() if name in TITLES)
    return f"## What the figures mean\n\n{lines}\n"


def _row(title: str, figures: Iterable[Figure | None]) -> str:
    return f"| {title} | {' | '.join(_cell(figure) for figure in figures)} |"


def _cell(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return _short(figure.value)
    return f"{_short(figure.value)} [{_short(figure.low)}, {_short(figure.high)}]"


def _short(value: float) -> str:
    return f"{round(value, 4) + 0.0:.3g}"


def pictures(study: Study, meta: ModelMeta) -> Mapping[str, str]:
    """Name of a file → its SVG."""
    ece = meta.metrics["model"]["ece_dissatisfied"].value
    groups = [GroupPoint(g.size, g.groups, g.pearson.value, g.pearson.low, g.pearson.high) for g in study.groups]
    strongest = list(meta.importance.items())[:FEATURES_SHOWN]
    names, shown = [name for name, _ in strongest], [one for _, one in strongest]
    columns = ([one.points for one in shown], [one.lowest for one in shown], [one.highest for one in shown])
    return {
        "calibration.svg": calibration_svg(study.calibration, ece),
        "estimates.svg": estimate_against_answer_svg(study.spreads),
        "groups.svg": groups_svg(groups),
        "importance.svg": importance_svg(names, *columns),
    }
