"""Which hits become alerts: cool-down, escalation, and a daily cap shared out by precision. Pure.

A decision rests on what was raised before it alone, so that two runs over two halves give what one run gives, and a
second run over the same adds nothing.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voxcx.domain.beside import Case
from voxcx.insight.alerts.record import Hit, Raised
from voxcx.insight.alerts.rules import Escalation, Severity, Trigger, TriggerSettings

Judged = tuple[int, int]  # confirmed, of those with an outcome


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told at a level."""

    severity: Severity
    owner: str
    escalation: Escalation | None


@dataclass(frozen=True, slots=True)
class Admitted:
    """Hits that are raised, each with its level; and how many the cap held back."""

    raised: tuple[tuple[Hit, int], ...]
    capped: Mapping[str, int]


def ladder(trigger: Trigger, settings: TriggerSettings) -> tuple[Step, ...]:
    """Every level that a trigger can reach; the settings made sure that it ends."""
    steps = [Step(trigger.severity, trigger.owner, trigger.escalation)]
    while (following := steps[-1].escalation) is not None:
        level = settings.levels[following.to]
        steps.append(Step(level.severity, level.owner, level.escalation))
    return tuple(steps)


def judged(cases: Iterable[Case]) -> dict[str, Judged]:
    """Of each trigger: outcomes that confirmed it, and all outcomes."""
    confirmed: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for case in cases:
        if case.confirmed is not None:
            of.update(case.triggers)
            confirmed.update(case.triggers if case.confirmed else ())
    return {name: (confirmed[name], n) for name, n in of.items()}


def quotas(settings: TriggerSettings, outcomes: Mapping[str, Judged]) -> dict[str, int]:
    """Alerts a day of each trigger, by (confirmed + 1) ÷ (judged + 2); they sum to the cap and each is 1 or more.

    Without outcomes all have the same: largest remainders, in the order of the file where those are the same.
    """
    ids = [one.id for one in settings.triggers]
    weight = [(hits + 1) / (n + 2) for hits, n in (outcomes.get(name, (0, 0)) for name in ids)]
    spare = settings.daily_cap - len(ids)
    exact = [spare * one / sum(weight) for one in weight]
    parts = [1 + int(one) for one in exact]
    left = settings.daily_cap - sum(parts)
    for place in sorted(range(len(ids)), key=lambda at: (int(exact[at]) - exact[at], at))[:left]:
        parts[place] += 1
    return dict(zip(ids, parts, strict=True))


def admit(
    hits: Iterable[Hit], settings: TriggerSettings, earlier: Sequence[Raised] = (), outcomes: Mapping[str, Judged] = {}
) -> Admitted:
    """Go through the hits in order of time. What an earlier run raised is there already and counts."""
    desk = _Desk(settings, earlier, quotas(settings, outcomes))
    raised = []
    for hit in sorted(hits, key=lambda one: (one.at_s, desk.order[one.trigger], one.scope, one.key)):
        level = desk.take(hit)
        if level is not None:
            raised.append((hit, level))
    return Admitted(tuple(raised), dict(desk.capped))


class _Desk:
    """What was raised so far."""

    def __init__(self, settings: TriggerSettings, earlier: Sequence[Raised], quota: Mapping[str, int]) -> None:
        self.order = {one.id: place for place, one in enumerate(settings.triggers)}
        self.capped: Counter[str] = Counter()
        self._triggers = {one.id: one for one in settings.triggers}
        self._steps = {one.id: ladder(one, settings) for one in settings.triggers}
        self._cap, self._quota = settings.daily_cap, quota
        self._ids = {one.id for one in earlier}
        self._of_day = Counter(one.day for one in earlier)
        self._of_trigger = Counter((one.trigger, one.day) for one in earlier)
        self._line: defaultdict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)  # moments and levels
        for one in earlier:
            insort(self._line[one.trigger, one.scope], (one.at_s, one.level))

    def take(self, hit: Hit) -> int | None:
        """The level at which it is raised, None where it is not."""
        trigger, line = self._triggers[hit.trigger], self._line[hit.trigger, hit.scope]
        if hit.id in self._ids or self._cooling(line, hit.at_s, trigger.cool_down_s):
            return None
        if self._of_day[hit.day] >= self._cap or self._of_trigger[hit.trigger, hit.day] >= self._quota[hit.trigger]:
            self.capped[hit.trigger] += 1
            return None
        level = level_of(trigger, self._steps[hit.trigger], line, hit.at_s)
        self._ids.add(hit.id)
        self._of_day[hit.day] += 1
        self._of_trigger[hit.trigger, hit.day] += 1
        insort(line, (hit.at_s, level))
        return level

    def _cooling(self, line: Sequence[tuple[float, int]], at_s: float, cool_down_s: float) -> bool:
        """Whether another alert is nearer than the cool-down, before it or, where a hit comes late, after it."""
        place = bisect_left(line, (at_s, -1))
        return any(abs(at_s - other) < cool_down_s for other, _ in line[max(place - 1, 0) : place + 1])


def level_of(trigger: Trigger, steps: Sequence[Step], line: Sequence[tuple[float, int]], at_s: float) -> int:
    """The level of an alert now, from those before it in the same scope.

    Alerts follow each other as long as the next one comes within cool-down + calm; after a longer quiet it begins anew.
    Having stayed at a level for ``times`` alerts, or ``after_hours`` since the first of them, it goes one up.
    """
    before = [one for one in line if one[0] < at_s]
    longest_s = trigger.cool_down_s + 3600.0 * trigger.calm_hours
    if not before or at_s - before[-1][0] > longest_s:
        return 0
    level = min(before[-1][1], len(steps) - 1)
    first_s, count = before[-1][0], 0
    for moment_s, stood in reversed(before):
        if stood != before[-1][1] or first_s - moment_s > longest_s:
            break
        first_s, count = moment_s, count + 1
    rule = steps[level].escalation
    if rule is None:
        return level
    often = rule.times is not None and count >= rule.times
    long = rule.after_hours is not None and at_s - first_s >= 3600.0 * rule.after_hours
    return level + 1 if often or long else level
