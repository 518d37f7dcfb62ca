"""Rules on one interaction: conditions over columns, all of the archive at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from voxcx.domain.texts import Text, text
from voxcx.errors import ConfigError
from voxcx.insight.alerts import conditions, rules
from voxcx.insight.alerts.comments import say
from voxcx.insight.alerts.record import Hit, Stretch
from voxcx.insight.archive import Archive, CriterionColumn, Flags, Floats

AGITATION = (
    "customer_negative_last_third",
    "customer_loudness_drift_db",
    "interruptions_by_customer",
    "profanity_by_customer",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What conditions are asked of.

    Attributes:
        archive: the interactions.
        settings: of the triggers.
        alarming: [n], whether the comment alarms.
        trusted: [n], whether an estimate may choose: its model was not trained on simulated answers, or that is forced.
    """

    archive: Archive
    settings: rules.TriggerSettings
    alarming: Flags
    trusted: Flags


def scene_of(archive: Archive, settings: rules.TriggerSettings) -> Scene:
    """Read the comments once and see which estimates may be used."""
    simulated = np.array(
        [one in archive.simulated_models for one in archive.label("csi_model_id").tolist()], dtype=bool
    )
    trusted = np.ones(len(archive), dtype=bool) if settings.force_simulated_model else ~simulated
    return Scene(archive, settings, say(archive, settings.alarming), trusted)


def refuse_unknown(archive: Archive, settings: rules.TriggerSettings) -> None:
    """Every column that a rule names is one of the archive's.

    Raises:
        ConfigError: the trigger and the column.
    """
    for trigger in settings.triggers:
        for condition in trigger.conditions():
            if isinstance(condition, conditions.NumberIs) and condition.number not in archive.numbers:
                _unknown(trigger.id, "number", condition.number)
            if isinstance(condition, conditions.LabelIs) and condition.label not in archive.labels:
                _unknown(trigger.id, "label", condition.label)


def _unknown(trigger: str, what: str, name: str) -> None:
    raise ConfigError(
        f"Trigger {trigger!r}: expected a {what} that interactions have, got {name!r}; see docs/features.md for names."
    )


def single_hits(trigger: rules.Trigger, scene: Scene, stretch: Stretch) -> tuple[Hit, ...]:
    """Every interaction of the stretch on which the rule holds, in the order of the archive."""
    archive, rule = scene.archive, trigger.interaction
    if rule is None:
        return ()
    at_s = known_s(archive) if _by_answer(trigger) else archive.moment_s
    rows = np.flatnonzero(holds(rule.when, scene) & stretch.holds(at_s))
    labels = archive.id if rule.per == "interaction" else archive.label(rule.per)
    offset_s = archive.local_s - archive.moment_s
    return tuple(
        Hit(trigger.id, f"{rule.per}={label}" if label else f"interaction={name}", at, offset, name, row)
        for label, name, at, offset, row in zip(
            labels[rows].tolist(), archive.id[rows].tolist(), at_s[rows].tolist(), offset_s[rows].tolist(),
            rows.tolist(), strict=True,
        )
    )  # fmt: skip


def known_s(archive: Archive) -> Floats:
    """[n], when the answer was there: its own time, else that of the interaction."""
    later: Floats = np.fmax(archive.moment_s, archive.answers.answered_s)
    return np.where(np.isnan(archive.moment_s), np.nan, later)


def _by_answer(trigger: rules.Trigger) -> bool:
    return any(isinstance(one, conditions.RatingAtMost | conditions.CommentSays) for one in trigger.conditions())


def holds(condition: Any, scene: Scene) -> Flags:
    """[n], whether a condition holds; what is not known holds nothing."""
    return _HOW[type(condition)](condition, scene)


def _number(condition: conditions.NumberIs, scene: Scene) -> Flags:
    value = scene.archive.number(condition.number)
    found = ~np.isnan(value)
    for limit, fits in (
        (condition.at_least, np.greater_equal), (condition.at_most, np.less_equal),
        (condition.above, np.greater), (condition.below, np.less),
    ):  # fmt: skip
        found = found if limit is None else found & fits(value, limit)
    return found


def _label(condition: conditions.LabelIs, scene: Scene) -> Flags:
    found: Flags = np.isin(scene.archive.label(condition.label), np.array(condition.wanted, dtype=object))
    return found


def critical_columns(archive: Archive, kind: str) -> tuple[CriterionColumn, ...]:
    """Criteria whose failure is such a critical error."""
    wanted = (
        {f"critical_{kind}"} if kind != "any" else {f"critical_{one}" for one in ("customer", "business", "compliance")}
    )
    return tuple(one for one in archive.criteria if one.severity in wanted)


def _critical(condition: conditions.CriticalError, scene: Scene) -> Flags:
    return _any_failed(scene, critical_columns(scene.archive, condition.critical))


def named_columns(archive: Archive, name: str) -> tuple[CriterionColumn, ...]:
    """A criterion by its id, in every form, or by form:id."""
    return tuple(one for one in archive.criteria if name in {one.criterion, one.key})


def _failed(condition: conditions.CriterionFailed, scene: Scene) -> Flags:
    return _any_failed(scene, named_columns(scene.archive, condition.failed))


def _any_failed(scene: Scene, columns: tuple[CriterionColumn, ...]) -> Flags:
    return reduce(np.logical_or, (one.failed for one in columns), np.zeros(len(scene.archive), dtype=bool))


def rating_of(archive: Archive) -> Floats:
    """[n], the mean answer on the survey's scale, NaN where nobody answered."""
    scale = archive.answers.scale
    return archive.answers.csi / scale.points_per_rating + scale.minimum


def bottom_box(archive: Archive) -> Flags:
    """[n], at least one answer that counts as dissatisfied."""
    found: Flags = np.nan_to_num(archive.answers.dissatisfied) > 0
    return found


def _rating(condition: conditions.RatingAtMost, scene: Scene) -> Flags:
    if condition.rating_at_most == "bottom":
        return bottom_box(scene.archive)
    found: Flags = rating_of(scene.archive) <= float(condition.rating_at_most) + 1e-9  # NaN: False
    return found


def _comment(condition: conditions.CommentSays, scene: Scene) -> Flags:
    if condition.comment == "alarming":
        return scene.alarming
    return say(scene.archive, dict(condition.comment))


def _estimate(condition: conditions.ProbablyDissatisfied, scene: Scene) -> Flags:
    p = scene.archive.number("csi_p_dissatisfied")
    found: Flags = (p >= condition.p_dissatisfied_at_least) & scene.trusted  # NaN: False
    return found


def signs(limits: conditions.AgitationLimits, archive: Archive) -> Iterator[tuple[str, Flags]]:
    """Each sign of agitation and [n] where it is seen."""
    least = (limits.negative_last_third, limits.louder_by_db, limits.interruptions, limits.swear_words)
    for name, limit in zip(AGITATION, least, strict=True):
        yield name, archive.number(name) >= limit


def _agitated(condition: conditions.Agitated, scene: Scene) -> Flags:
    seen = np.sum([found for _, found in signs(condition.agitation, scene.archive)], axis=0)
    found: Flags = seen >= condition.agitation.signs
    return found


_HOW: dict[type, Callable[[Any, Scene], Flags]] = {
    conditions.NumberIs: _number,
    conditions.LabelIs: _label,
    conditions.CriticalError: _critical,
    conditions.CriterionFailed: _failed,
    conditions.RatingAtMost: _rating,
    conditions.CommentSays: _comment,
    conditions.ProbablyDissatisfied: _estimate,
    conditions.Agitated: _agitated,
    conditions.AllOf: lambda condition, scene: np.logical_and.reduce([holds(one, scene) for one in condition.all]),
    conditions.AnyOf: lambda condition, scene: np.logical_or.reduce([holds(one, scene) for one in condition.any]),
    conditions.NoneOf: lambda condition, scene: ~holds(condition.not_, scene),
}


def notes(scene: Scene) -> Iterator[Text]:
    """What rules ask for and this archive cannot give."""
    archive, settings = scene.archive, scene.settings
    for trigger in settings.triggers:
        for condition in trigger.conditions():
            if isinstance(condition, conditions.CriterionFailed) and not named_columns(archive, condition.failed):
                yield text(
                    "{trigger}: no criterion {name} was judged in this archive.",
                    "{trigger}: критерий {name} в этом архиве не оценивался.",
                    trigger=trigger.title.text,
                    name=condition.failed,
                )
            if isinstance(condition, conditions.ProbablyDissatisfied) and not scene.trusted.all():
                yield text(
                    "{trigger}: the estimates come from a model trained on simulated answers and are not used; train "
                    "one on your own, or set force_simulated_model.",
                    "{trigger}: оценки даёт модель, обученная на искусственных ответах, они не используются; обучите "
                    "свою или задайте force_simulated_model.",
                    trigger=trigger.title.text,
                )
