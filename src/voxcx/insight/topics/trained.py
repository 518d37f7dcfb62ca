"""People's labels → topics of all openings: TF-IDF of normal forms → logistic regression that may abstain.

Each label is also told by a model that saw neither it nor its customer: from these comes the accuracy, and the chance
below which the model abstains, chosen on other folds than those it is measured on.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Flags, Floats, Integers, Labels
from voxcx.insight.settings import TopicSettings
from voxcx.insight.topics.record import Learned
from voxcx.insight.topics.terms import Matrix
from voxcx.statistics.proportions import share
from voxcx.statistics.resampling import customer_numbers

FOLDS = 5
STRENGTH = 10.0  # C of scikit-learn: short texts hold few words each
NEVER = 1.01  # no chance is that high: the model always abstains
FEW = text(
    "labels of people: at least two topics with {fewest} labelled openings each are needed; found {found}",
    "разметка тем людьми: нужно хотя бы две темы по {fewest} размеченных вступлений; нашлось тем: {found}",
)
ALWAYS_ABSTAINS = text("the model was never sure enough", "модель ни разу не была достаточно уверена")


def learn_topics(weighted: Matrix, people: Labels, customer: Labels, settings: TopicSettings, level: float) -> Learned:
    """What people's labels [n] ("" where none) say of all openings."""
    labelled = np.flatnonzero((people != "") & (np.diff(weighted.indptr) > 0))
    names, place, times = np.unique(people[labelled].astype(str), return_inverse=True, return_counts=True)
    often = times >= settings.labels_at_least
    kept = labelled[often[place]] if len(names) else labelled
    groups = customer_numbers(customer[kept])
    folds = min(FOLDS, len(np.unique(groups)))
    if often.sum() < 2 or folds < 2:
        return _nothing(len(people), len(kept), int(often.sum()), settings)
    truth = people[kept].astype(str)
    told, chance, fold = _held_out(weighted[kept], truth, groups, folds)
    sure = _sure(told == truth, chance, fold, settings.accuracy)
    limit = _limit(told == truth, chance, settings.accuracy)
    model = _fit(weighted[kept], truth)
    return Learned(
        _apply(model, weighted, limit),
        tuple(names[often].tolist()),
        len(kept),
        share(int((told == truth)[sure].sum()), int(sure.sum()), ALWAYS_ABSTAINS, level),
        share(int(sure.sum()), len(kept), level=level),
    )


def _nothing(n: int, labels: int, found: int, settings: TopicSettings) -> Learned:
    reason: Text = FEW.with_blanks({"fewest": str(settings.labels_at_least), "found": str(found)})
    none = Estimate(None, n=labels, reason=reason)
    return Learned(np.full(n, "", dtype=object), (), labels, none, none, reason)


def _fit(weighted: Matrix, truth: Labels) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-3).fit(weighted, truth)


def _held_out(weighted: Matrix, truth: Labels, groups: Integers, folds: int) -> tuple[Labels, Floats, Integers]:
    """Of each label: what a model says that saw neither it nor its customer, how sure it is, and the fold."""
    told = np.full(len(truth), "", dtype=object)
    chance, fold = np.zeros(len(truth)), np.zeros(len(truth), dtype=np.int64)
    for at, (train, test) in enumerate(GroupKFold(folds).split(weighted, truth, groups)):
        fold[test] = at
        if len(set(truth[train].tolist())) > 1:
            model = _fit(weighted[train], truth[train])
            chances = model.predict_proba(weighted[test])
            told[test], chance[test] = model.classes_[chances.argmax(axis=1)], chances.max(axis=1)
    return told, chance, fold


def _limit(right: Flags, chance: Floats, accuracy: float) -> float:
    """The lowest chance from which on the model is right so often."""
    order = np.argsort(-chance, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(running >= accuracy)
    return float(chance[order[good[-1]]]) if len(good) else NEVER


def _sure(right: Flags, chance: Floats, fold: Integers, accuracy: float) -> Flags:
    """Whose chance reaches the limit that other folds set."""
    sure = np.zeros(len(right), dtype=bool)
    for at in np.unique(fold).tolist():
        mine = fold == at
        sure[mine] = chance[mine] >= _limit(right[~mine], chance[~mine], accuracy)
    return sure


def _apply(model: LogisticRegression, weighted: Matrix, limit: float) -> Labels:
    topic = np.full(weighted.shape[0], "", dtype=object)
    rows = np.flatnonzero(np.diff(weighted.indptr) > 0)
    chances = model.predict_proba(weighted[rows])
    told = model.classes_[chances.argmax(axis=1)].astype(object)
    topic[rows] = np.where(chances.max(axis=1) >= limit, told, "")
    return topic
