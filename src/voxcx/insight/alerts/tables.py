"""Tables of the page on alerts: each trigger with its precision, the latest about groups, what is overdue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from voxcx.domain.beside import Case
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Cell, Column, Figure, Table
from voxcx.domain.texts import Text, same, text
from voxcx.insight.alerts.caps import Admitted, judged, quotas
from voxcx.insight.alerts.record import Hit
from voxcx.insight.alerts.rules import Severity, Trigger
from voxcx.insight.alerts.single import Scene
from voxcx.insight.alerts.watching import alert_of
from voxcx.insight.alerts.why import ref_of, why_of
from voxcx.insight.archive import DAY_S, Archive
from voxcx.statistics.proportions import share

SEVERITY: dict[Severity, Text] = {
    "low": text("low", "низкая"),
    "medium": text("medium", "средняя"),
    "high": text("high", "высокая"),
    "critical": text("critical", "критическая"),
}
EXAMPLES = 3
LATEST = 40
PRECISION = text(
    "cases with an outcome that confirms the alert ÷ cases with an outcome (cases.csv); 95% interval: Wilson",
    "задачи, исход которых подтвердил тревогу ÷ задачи с исходом (cases.csv); 95 % ДИ: Уилсон",
)
NO_OUTCOMES = text("no outcomes yet", "исходов ещё нет")
TRIGGERS = text(
    "Held: the rule was true. Raised: left after the cool-down and the cap. The cap of {cap} a day is shared out by "
    "(confirmed + 1) ÷ (judged + 2), at least 1 for each trigger. Precision: {precision}.",
    "Сработало: правило было верно. Поднято: осталось после пауз и предела. Предел {cap} за сутки делится "
    "пропорционально (подтверждено + 1) ÷ (проверено + 2), не меньше 1 на триггер. Точность: {precision}.",
    precision=PRECISION,
)


OWNERS = {
    "quality": text("quality team", "отдел качества"),
    "customer_care": text("customer care", "забота о клиентах"),
    "retention": text("retention", "удержание клиентов"),
    "head_of_shift": text("head of shift", "старший смены"),
    "head_of_service": text("head of service", "руководитель сервиса"),
}


def owner_named(owner: str) -> Text | str:
    """Owners of the shipped triggers in words; a team's own as it wrote them."""
    return OWNERS.get(owner, owner)


def by_trigger(scene: Scene, hits: Sequence[Hit], admitted: Admitted) -> Table:
    """One row for each trigger, those that held most often first."""
    settings = scene.settings
    held, raised = Counter(hit.trigger for hit in hits), Counter(hit.trigger for hit, _ in admitted.raised)
    outcomes = judged(scene.archive.beside.cases)
    quota, latest = quotas(settings, outcomes), _latest(admitted)
    rows: list[tuple[Cell, ...]] = [
        (
            trigger.title.text,
            SEVERITY[trigger.severity],
            owner_named(trigger.owner),
            _count(held[trigger.id]),
            _count(raised[trigger.id]),
            _count(admitted.capped.get(trigger.id, 0)),
            _count(quota[trigger.id]),
            Figure(share(*outcomes.get(trigger.id, (0, 0)), NO_OUTCOMES), "share"),
            tuple(_example(trigger, hit, scene) for hit in latest.get(trigger.id, ()) if hit.row >= 0) or None,
        )
        for trigger in sorted(settings.triggers, key=lambda one: -held[one.id])
    ]
    title = text("Triggers", "Триггеры")
    definition = TRIGGERS.with_blanks({**dict(TRIGGERS.blanks), "cap": _count(settings.daily_cap)})
    return Table("alerts_triggers", title, _TRIGGER_COLUMNS, tuple(rows), definition, shown=len(rows))


_TRIGGER_COLUMNS = (
    Column("trigger", text("Trigger", "Триггер")),
    Column("severity", text("Severity", "Важность")),
    Column("owner", text("Owner", "Ответственный")),
    Column("held", text("Held", "Сработало")),
    Column("raised", text("Raised", "Поднято")),
    Column("held_back", text("Held back by the cap", "Отложено из-за предела")),
    Column("quota_per_day", text("At most a day", "Не больше в сутки")),
    Column("precision", text("Precision", "Точность"), PRECISION),
    Column("examples", text("Latest", "Последние")),
)


def _latest(admitted: Admitted) -> dict[str, list[Hit]]:
    found: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit, _ in reversed(admitted.raised):
        if len(found[hit.trigger]) < EXAMPLES:
            found[hit.trigger].append(hit)
    return found


def _example(trigger: Trigger, hit: Hit, scene: Scene) -> CallRef:
    ref = ref_of(trigger, hit.row, scene)
    return CallRef(ref.interaction_id, ref.criterion, ref.start_s, why_of(trigger, hit.row, scene))


def latest_groups(scene: Scene, admitted: Admitted) -> Iterator[Table]:
    """The latest alerts about groups, windows and events; none where there were none."""
    ours = [(hit, level) for hit, level in admitted.raised if hit.row < 0][-LATEST:]
    if not ours:
        return
    alerts = [alert_of(hit, level, scene) for hit, level in reversed(ours)]
    yield Table(
        "alerts_groups",
        text("Latest alerts about groups and events", "Последние тревоги о группах и событиях"),
        (
            Column("day", text("Day", "День")),
            Column("why", text("Why", "Почему")),
            Column("severity", text("Severity", "Важность")),
            Column("owner", text("Owner", "Ответственный")),
        ),
        tuple(
            (Figure(Estimate(float(one.hit.day)), "date"), one.why, SEVERITY[one.severity], owner_named(one.owner))
            for one in alerts
        ),
        text(
            "A limit is cleared by the whole interval at {level}. Growth: share now ÷ share at the same hours of the "
            "weeks before, with the score interval of a ratio of shares; tests of the groups of one moment are "
            "corrected by Benjamini–Hochberg. Shares of topics count a customer who comes again about the same topic "
            "within a day once.",
            "За порогом лежит весь интервал на уровне {level}. Рост: доля сейчас ÷ доля в те же часы прошлых недель, "
            "с интервалом отношения долей (score); проверки групп одного момента скорректированы по "
            "Бенджамини–Хохбергу. В долях тем клиент, обратившийся по той же теме снова в течение суток, считается "
            "один раз.",
            level=Figure(Estimate(scene.settings.level), "share"),
        ),
    )  # fmt: skip


def overdue_cases(archive: Archive, now_s: float) -> tuple[Case, ...]:
    """Open cases past their deadline, the oldest first."""
    late = [
        one for one in archive.beside.cases if not one.closed and one.deadline_s is not None and one.deadline_s < now_s
    ]
    return tuple(sorted(late, key=lambda one: one.deadline_s or 0.0))


def overdue(scene: Scene, late: Sequence[Case], now_s: float) -> Iterator[Table]:
    """What should have been answered by the archive's last moment."""
    if not late:
        return
    known = set(scene.archive.id.tolist())
    yield Table(
        "alerts_overdue",
        text("Past their deadline", "Просроченные задачи"),
        (
            Column("case", text("Case", "Задача")),
            Column("kind", text("Kind", "Вид")),
            Column("owner", text("Owner", "Ответственный")),
            Column("late_days", text("Late by", "Просрочено на")),
            Column("triggers", text("Why", "Почему")),
            Column("about", text("About", "О чём")),
        ),
        tuple(
            (
                one.id,
                text("claim", "претензия") if one.kind == "claim" else text("review", "разбор"),
                owner_named(one.owner),
                Figure(Estimate((now_s - (one.deadline_s or now_s)) / DAY_S), "days"),
                _titles(one, scene),
                (CallRef(one.interaction_id),) if one.interaction_id in known else one.group or one.interaction_id,
            )
            for one in late
        ),
        text(
            "Rows of cases.csv without an outcome, not closed, whose deadline is before the archive's last moment.",
            "Строки cases.csv без исхода и не закрытые, срок которых раньше последнего момента архива.",
        ),
    )  # fmt: skip


def _titles(case: Case, scene: Scene) -> Text | str:
    found = [scene.settings.trigger(name) for name in case.triggers]
    first = next((one for one in found if one is not None), None)
    return first.title.text if first else same(", ".join(case.triggers))


def _count(n: float) -> Figure:
    return Figure(Estimate(float(n), n=int(n)), "count")
