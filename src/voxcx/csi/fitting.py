"""Rows with answers → trees, links and an interval that were fitted to answers the trees had not seen.

texts        TF-IDF, and scores that come from other folds
folds        no customer in two: trees for each, their number where the held-out loss is least, and a line
mixture      of trees and line, where the held-out loss is least
links        calibrate on the held-out scores of all folds
interval     conformal, on held-out scores under links of the other folds
again        trees and line on every row
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from voxcx.csi.answers import Floats, Integers, Labels, Texts
from voxcx.csi.blend import Blend, Mixture, mix
from voxcx.csi.boosting import Design, Sample, grow, loss_of, shares_above, starts_of, tree_scores
from voxcx.csi.calibrating import fit_interval, fit_links
from voxcx.csi.calibration import Interval, Link, distribution, exceeding
from voxcx.csi.linear import fit_line
from voxcx.csi.settings import FitConfig
from voxcx.csi.texts import TextModel, fit_texts

FEWEST_FOLDS = 2


@dataclass(frozen=True, slots=True)
class Material:
    """Rows as the trees take them: ``values`` [n, columns], answers as ``shares`` [n, ratings], who moves together."""

    values: Floats
    design: Design
    texts: Texts | None
    shares: Floats
    levels: Floats  # what each rating is worth
    weight: Floats
    groups: Labels

    @property
    def target(self) -> Floats:
        """[n], the mean answer."""
        target: Floats = self.shares @ self.levels
        return target

    def sample(self) -> Sample:
        """The rows as the trees take them."""
        return Sample(self.values, shares_above(self.shares), self.weight)

    def part(self, rows: NDArray[Any]) -> Material:
        """Some of the rows."""
        texts = None if self.texts is None else {view: [said[k] for k in rows] for view, said in self.texts.items()}
        kept = (self.shares[rows], self.levels, self.weight[rows], self.groups[rows])
        return Material(self.values[rows], self.design, texts, *kept)

    def only(self, positions: list[int]) -> Material:
        """Some of the columns, and no texts."""
        kept = (self.shares, self.levels, self.weight, self.groups)
        return Material(self.values[:, positions], self.design.only(positions), None, *kept)


@dataclass(frozen=True, slots=True)
class Folds:
    """What cross-fitting gave: held-out raw scores [n], each row's fold, the fold's blend and how many trees count."""

    raw: Floats
    number: Integers
    blends: tuple[Blend, ...]
    trees: int
    loss: float

    @property
    def mixture(self) -> Mixture:
        """The same in every fold."""
        return self.blends[0].mixture


@dataclass(frozen=True, slots=True)
class Fitted:
    """All that an estimate needs, and the folds that tell how steady it is."""

    design: Design
    texts: TextModel | None
    blend: Blend
    links: tuple[Link, ...]
    interval: Interval
    folds: Folds


def fit(material: Material, settings: FitConfig) -> Fitted:
    """The whole recipe; the same rows and settings give the same model."""
    number = fold_numbers(material.groups, settings.folds, settings.seed)
    wide, texts = widen(material, number, settings)
    return fit_wide(wide, number, settings, texts)


def fit_wide(material: Material, number: Integers, settings: FitConfig, texts: TextModel | None = None) -> Fitted:
    """The recipe on rows whose words are columns already."""
    folds = cross_fit(material, number, settings)
    links, interval = calibrate(folds.raw, material, number, settings.level)
    return Fitted(material.design, texts, grown(material, folds, settings), links, interval, folds)


def grown(material: Material, folds: Folds, settings: FitConfig) -> Blend:
    """Trees and line on every row, as many and mixed as the folds found best."""
    line = fit_line(material.values, material.design, material.target, material.weight)
    sample = material.sample()
    booster = grow(sample, starts_of(sample), material.design, settings, trees=folds.trees)
    return Blend(booster, line, folds.mixture)


def calibrate(raw: Floats, material: Material, number: Integers, level: float) -> tuple[tuple[Link, ...], Interval]:
    """Links on all held-out scores, and an interval from each fold's residuals under links of the other folds."""
    sample, shares = material.sample(), np.zeros(material.shares.shape)
    starts = starts_of(sample)
    for fold in range(int(number.max()) + 1):
        others, held = np.flatnonzero(number != fold), np.flatnonzero(number == fold)
        links = fit_links(raw[others], sample.above[others], sample.weight[others], starts)
        shares[held] = distribution(exceeding(raw[held], links))
    interval = fit_interval(shares, material.levels, material.shares, material.weight, level)
    return fit_links(raw, sample.above, sample.weight, starts), interval


def fold_numbers(groups: Labels, folds: int, seed: int) -> Integers:
    """[n], each row's fold; rows of a group share one."""
    _, group = np.unique(groups.astype(str), return_inverse=True)
    parts = max(FEWEST_FOLDS, min(folds, int(group.max()) + 1))
    number = np.zeros(len(group), dtype=np.int64)
    if int(group.max()) + 1 < FEWEST_FOLDS:  # one customer: rows take turns
        return np.arange(len(group)) % FEWEST_FOLDS
    splitter = GroupKFold(n_splits=parts, shuffle=True, random_state=seed)
    for fold, (_, held) in enumerate(splitter.split(group, groups=group)):
        number[held] = fold
    return number


def widen(material: Material, number: Integers, settings: FitConfig) -> tuple[Material, TextModel | None]:
    """The words as columns; a training row's come from folds without it. A text's score may only raise the estimate."""
    if material.texts is None or not settings.texts.read:
        return replace(material, texts=None), None
    model, columns = fit_texts(material.texts, material.target, material.weight, number, settings.texts, settings.seed)
    if not model.names:
        return replace(material, texts=None), None
    wide = np.hstack([material.values, columns])
    return replace(material, values=wide, design=widened(material.design, model), texts=None), model


def widened(design: Design, texts: TextModel) -> Design:
    """The design with the text model's columns at its end."""
    raises = tuple(int(name in texts.scores) for name in texts.names)
    return Design((*design.names, *texts.names), (*design.directions, *raises), design.categories)


def cross_fit(material: Material, number: Integers, settings: FitConfig) -> Folds:
    """A blend of every fold, judged by the rows held out; the number of trees is the folds' median."""
    sample = material.sample()
    starts, boosting = starts_of(sample), settings.boosting
    boosters, lines = [], []
    for fold in range(int(number.max()) + 1):
        kept, held = np.flatnonzero(number != fold), np.flatnonzero(number == fold)
        watched = sample.part(held)
        boosters.append(
            grow(sample.part(kept), starts, material.design, settings, trees=boosting.trees_at_most, watched=watched)
        )
        lines.append(fit_line(material.values[kept], material.design, material.target[kept], material.weight[kept]))
    trees = max(1, int(np.median([booster.best_iteration for booster in boosters])))
    by_trees, by_line = np.zeros(len(number)), np.zeros(len(number))
    for fold, (booster, line) in enumerate(zip(boosters, lines, strict=True)):
        held = np.flatnonzero(number == fold)
        by_trees[held] = tree_scores(booster, line.filled(material.values[held]), 1, trees)
        by_line[held] = line.predict(material.values[held]) - line.mean
    mixture = mix(by_trees, by_line, sample, starts)
    raw = mixture.share * by_trees + (1 - mixture.share) * mixture.steepness * by_line
    blends = tuple(Blend(booster, line, mixture) for booster, line in zip(boosters, lines, strict=True))
    return Folds(raw, number, blends, trees, loss_of(raw, sample, starts))
