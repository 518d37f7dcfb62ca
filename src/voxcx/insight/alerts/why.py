"""Why a rule held on one interaction, in a sentence without the customer's words, and where to look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Figure, Unit
from voxcx.domain.texts import Blank, Text, text
from voxcx.insight.alerts import conditions, rules
from voxcx.insight.alerts.single import Scene, critical_columns, holds, named_columns, rating_of, signs

UNITS: dict[str, Unit] = {"s": "s", "share": "share", "count": "count"}


def why_of(trigger: rules.Trigger, row: int, scene: Scene) -> Text:
    """«Клиент на взводе: перебивания клиента – 6, …»."""
    parts = list(_parts(trigger, row, scene))
    if not parts:
        return trigger.title.text
    frame = "; ".join(f"{{part_{place}}}" for place in range(len(parts)))
    blanks: dict[str, Blank] = {f"part_{place}": part for place, part in enumerate(parts)}
    return Text(f"{{title}}: {frame}", f"{{title}}: {frame}").with_blanks({"title": trigger.title.text, **blanks})


def ref_of(trigger: rules.Trigger, row: int, scene: Scene) -> CallRef:
    """The interaction, and the criterion that was not met where the rule is about one."""
    name = str(scene.archive.id[row])
    for condition in trigger.conditions():
        for column in _columns(condition, scene):
            if column.failed[row]:
                return CallRef(name, column.criterion)
    return CallRef(name)


def _columns(condition: Any, scene: Scene) -> tuple[Any, ...]:
    if isinstance(condition, conditions.CriticalError):
        return critical_columns(scene.archive, condition.critical)
    return named_columns(scene.archive, condition.failed) if isinstance(condition, conditions.CriterionFailed) else ()


def estimated(trigger: rules.Trigger) -> bool:
    """Whether a model's estimate chose it."""
    return any(isinstance(one, conditions.ProbablyDissatisfied) for one in trigger.conditions())


def _parts(trigger: rules.Trigger, row: int, scene: Scene) -> Iterator[Text]:
    single = _Row(scene, row)
    for condition in trigger.conditions():
        yield from single.parts(condition)


class _Row:
    """One interaction of a scene."""

    def __init__(self, scene: Scene, row: int) -> None:
        self._scene, self._row = scene, row

    def parts(self, condition: Any) -> Iterator[Text]:
        """What of a condition holds here; what is made of others is told by them."""
        archive = self._scene.archive
        if isinstance(condition, conditions.AllOf | conditions.AnyOf | conditions.NoneOf | conditions.LabelIs):
            return
        if isinstance(condition, conditions.Agitated):
            yield from (self._valued(name) for name, seen in signs(condition.agitation, archive) if seen[self._row])
        elif isinstance(condition, conditions.CriticalError | conditions.CriterionFailed):
            failed = [one for one in _columns(condition, self._scene) if one.failed[self._row]]
            yield from (text("not met: {title}", "не выполнено: {title}", title=one.title) for one in failed)
        elif holds(condition, self._scene)[self._row]:
            yield self._plain(condition)

    def _plain(self, condition: Any) -> Text:
        archive, row = self._scene.archive, self._row
        if isinstance(condition, conditions.NumberIs):
            return self._valued(condition.number)
        if isinstance(condition, conditions.RatingAtMost):
            rating = _figure(float(rating_of(archive)[row]), "number")
            return text("the customer's answer is {x}", "оценка клиента – {x}", x=rating)
        if isinstance(condition, conditions.CommentSays):
            return text("the comment says so", "так сказано в комментарии")
        p, model = float(archive.number("csi_p_dissatisfied")[row]), str(archive.label("csi_model_id")[row])
        return text(
            "estimated probability of a dissatisfied rating {p} (model {model}; an estimate, not an answer)",
            "вероятность низкой оценки по модели {model} – {p}; это расчёт, а не ответ клиента",
            p=_figure(p, "share"),
            model=model or "?",
        )

    def _valued(self, name: str) -> Text:
        spec = CATALOGUE.get(name)
        value = float(self._scene.archive.number(name)[self._row])
        unit: Unit = UNITS.get(spec.unit, "number") if spec else "number"
        en, ru = (spec.en, spec.ru) if spec else (name, name)
        en, ru = (one.replace("{", "{{").replace("}", "}}") for one in (en, ru))
        return text("{what}: {x}", "{what}: {x}", what=Text(en, ru), x=_figure(value, unit))


def _figure(value: float, unit: Unit) -> Figure:
    return Figure(Estimate(value), unit)
