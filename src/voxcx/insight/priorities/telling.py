"""Priorities as tables and a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Cell, Column, Dot, Dots, Figure, Table, Tone, Unit
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import Archive
from voxcx.insight.priorities.causes import NAMES, NOT_TOLD, RULES
from voxcx.insight.priorities.losses import AGAIN, CHURN, NPS, money
from voxcx.insight.priorities.ranking import Priority, Ranking, flags_told
from voxcx.insight.quality.examples import examples
from voxcx.insight.topics.telling import examples as latest

DOTS = 12
EXAMPLES = 3
NOT_ASKED = text("not told of it", "нет данных")
KINDS = {"topic": text("topic", "тема"), "error": text("error", "ошибка")}
LOSS_NAMES = {
    CHURN: text("Talk of leaving", "Говорят об уходе"),
    NPS: same("NPS"),
    AGAIN: text("Repeats", "Повторные обращения"),
}
FLAGS = text(
    "Often: share of handled ≥ {often}. Painful: CSI lower by ≥ {points}, the interval leaves out 0, q ≤ {rate}. "
    "Costly: customers speak of leaving more often (risk ratio above 1), NPS is lower or a value of the customer gets "
    "worse (series.csv; falling is bad: {worth}; rising is bad: {costs}), each q ≤ {rate}; where the archive knows "
    "none of these: repeats (the contact cost stands in)",
    "Часто: доля от обслуженных ≥ {often}. Больно: CSI ниже хотя бы на {points}, интервал без 0, q ≤ {rate}. Дорого: "
    "клиенты чаще говорят об уходе (отношение рисков выше 1), ниже NPS или показатель клиента становится хуже "
    "(series.csv; плохо, когда падает: {worth}; плохо, когда растёт: {costs}), каждое при q ≤ {rate}; если ничего из "
    "этого неизвестно – повторные обращения (вместо потерь – стоимость обращения)",
)
OFTEN = text(
    "contacts with it ÷ all handled contacts; Wilson's interval",
    "обращения, где это было, ÷ все обслуженные обращения; интервал Уилсона",
)
AMONG = text(
    "topics: contacts of the topic ÷ contacts with a known topic; errors: not met ÷ decided; Wilson's interval",
    "темы: обращения темы ÷ обращения с известной темой; ошибки: не выполнено ÷ решённые вердикты; интервал Уилсона",
)
EFFECT = text(
    "answered CSI with it − without it: errors beside agent, queue, channel and month; topics beside channel and month "
    "(least squares); q: Benjamini–Hochberg over errors and over topics",
    "CSI по ответам, где это было, − где не было: ошибки при том же операторе, очереди, канале и месяце, темы "
    "при том же "
    "канале и месяце (наименьшие квадраты); q – Бенджамини–Хохберг по ошибкам и по темам отдельно",
)
POINTS = text(
    "contacts with it ÷ handled contacts × effect; told where it is painful",
    "обращения, где это было, ÷ обслуженные обращения × влияние на CSI; указано там, где больно",
)
CHURN_TOLD = text(
    "share of contacts in which the customer speaks of leaving, with it ÷ without it, errors at the same topic and "
    "channel, topics at the same channel (Mantel–Haenszel)",
    "доля обращений, где клиент говорит об уходе: где это было ÷ где не было; ошибки при той же теме и канале, "
    "темы при "
    "том же канале (Мантель–Хензель)",
)
GAP_TOLD = text(
    "mean with it − mean without it, the same things held equal",
    "среднее, где это было, − где не было, при тех же условиях",
)
AGAIN_TOLD = text(
    "repeats with it ÷ without it, as on the page of repeats",
    "повторы, где это было, ÷ где не было – как в разделе о повторах",
)
COST_TOLD = text(
    "repeats beyond those expected without it × {cost} {currency} a contact",
    "повторы сверх ожидаемых без этого × {cost} {currency} за обращение",
)


def ranking_table(archive: Archive, ranking: Ranking) -> Table:
    """Everything with its flags, in order."""
    columns, cells = _columns(archive, ranking)
    told = archive.settings.priorities
    flags = FLAGS.with_blanks(
        {
            "often": Figure(Estimate(told.often_share), "share"),
            "points": Figure(Estimate(told.painful_points), "index"),
            "worth": ", ".join(told.worth) or "–",
            "costs": ", ".join(told.costs) or "–",
            "rate": Figure(Estimate(archive.settings.false_discoveries), "number"),
        }
    )
    definition = text(
        "{flags}. Order: flags, then points of mean CSI",
        "{flags}. Порядок: по числу признаков, затем по пунктам среднего CSI",
        flags=flags,
    )
    return Table(
        "priorities",
        text("What matters most", "Что важнее всего"),
        (
            Column("what", text("What", "Что")),
            Column("flags", text("Flags", "Признаки"), flags),
            Column("share", text("Of handled", "От обслуженных"), OFTEN),
            Column("share_of_known", text("Of those known", "От известных"), AMONG),
            Column("effect", text("CSI effect", "Влияние на CSI"), EFFECT),
            Column("points", text("Points of mean CSI", "Пункты среднего CSI"), POINTS),
            *columns,
            Column("cause", text("Cause", "Причина"), _rules(archive)),
            Column("examples", text("Examples", "Примеры")),
        ),
        tuple(_row(archive, one, cells) for one in ranking.all),
        definition,
        shown=12,
        tones=tuple(_tone(one) for one in ranking.all),
    )


def _rules(archive: Archive) -> Text:
    return RULES.with_blanks({"rate": Figure(Estimate(archive.settings.false_discoveries), "number")})


def _tone(one: Priority) -> Tone:
    return "bad" if one.matters and one.flags > 1 else "unsure" if one.matters else "plain"


CellOf = Callable[[Priority], Cell]


def _columns(archive: Archive, ranking: Ranking) -> tuple[list[Column], list[CellOf]]:
    """Columns of losses that the archive can tell of, and their cells."""
    columns: list[Column] = []
    cells: list[CellOf] = []
    for kind in ranking.known:
        definition = CHURN_TOLD if kind == CHURN else GAP_TOLD
        unit: Unit = "ratio" if kind == CHURN else "points" if kind == NPS else "score"
        columns.append(Column(_column_name(kind), loss_name(kind), definition))
        cells.append(_loss_cell(kind, unit))
    if any(AGAIN in one.losses for one in ranking.all):
        columns.append(Column("repeats_ratio", LOSS_NAMES[AGAIN], AGAIN_TOLD))
        cells.append(_loss_cell(AGAIN, "ratio"))
        cost, currency = archive.settings.priorities.contact_cost, archive.settings.priorities.currency
        if cost is not None:
            told = COST_TOLD.with_blanks({"cost": f"{cost:g}", "currency": currency})
            columns.append(Column("repeats_cost", text("Cost of repeats", "Стоимость повторов"), told))
            cells.append(_cost_cell(cost))
    return columns, cells


def _column_name(kind: str) -> str:
    return {CHURN: "churn_ratio", NPS: "nps_difference"}.get(kind) or f"{kind.lower().replace(' ', '_')}_change"


def loss_name(kind: str) -> Text:
    """A kind of loss for people."""
    return LOSS_NAMES.get(kind) or same(kind)


def _loss_cell(kind: str, unit: Unit) -> CellOf:
    def cell(one: Priority) -> Cell:
        loss = one.losses.get(kind)
        return Figure(loss.estimate, unit) if loss is not None else NOT_ASKED

    return cell


def _cost_cell(cost: float) -> CellOf:
    def cell(one: Priority) -> Cell:
        loss = one.losses.get(AGAIN)
        return Figure(money(loss, cost), "money") if loss is not None else NOT_ASKED

    return cell


def _row(archive: Archive, one: Priority, cells: Sequence[CellOf]) -> tuple[Cell, ...]:
    thing = one.thing
    return (
        _named(one),
        flags_told(one),
        Figure(thing.often, "share"),
        Figure(thing.among, "share"),
        Figure(thing.effect, "points"),
        Figure(one.points, "points"),
        *(cell(one) for cell in cells),
        NAMES[one.why.kind] if one.why.kind else NOT_TOLD,
        calls_of(archive, one, EXAMPLES),
    )


def calls_of(archive: Archive, one: Priority, at_most: int) -> tuple[CallRef, ...]:
    """Contacts that show it: the lowest-rated of an error, of a topic those with an answer."""
    if one.thing.kind == "error":
        return examples(archive, one.thing.rows, one.thing.key.split(":", 1)[1], at_most)
    low = one.thing.rows & (archive.answers.dissatisfied > 0.5)
    return latest(archive, low if low.any() else one.thing.rows, at_most)


def effects_dots(ranking: Ranking) -> Dots | None:
    """What hangs on the painful ones."""
    painful = sorted((one for one in ranking.all if one.painful), key=lambda one: one.points.value or 0.0)
    if not painful:
        return None
    rows = tuple(Dot(one.thing.title, one.points, "bad", _dot_note(one)) for one in painful[:DOTS])
    title = text("How many points of mean CSI hang on it", "Сколько пунктов среднего CSI от этого зависит")
    return Dots(title, "points", rows, POINTS, reference=0.0)


def _dot_note(one: Priority) -> Text:
    return text("{kind}: {flags}", "{kind}: {flags}", kind=KINDS[one.thing.kind], flags=flags_told(one))


def _named(one: Priority) -> Text:
    return text("{kind}: {title}", "{kind}: {title}", kind=KINDS[one.thing.kind], title=one.thing.title)


def todo_table(archive: Archive, ranking: Ranking, quick: bool) -> Table | None:
    """Quick wins (people and information) or system changes (process); none where there is nothing to do."""
    kinds = {"human", "information"} if quick else {"process"}
    mine = [one for one in ranking.all if one.matters and one.why.kind in kinds]
    if not mine:
        return None
    title = (
        text("Quick wins: train and tell", "Быстрые победы: обучить и сообщить")
        if quick
        else text("System changes: mend the process", "Системные изменения: исправить процесс")
    )
    which = (
        text("human factor and information gap", "человеческий фактор и нехватка информации")
        if quick
        else text("process error", "ошибка процесса")
    )
    return Table(
        "quick_wins" if quick else "system_changes",
        title,
        (
            Column("what", text("What", "Что")),
            Column("flags", text("Flags", "Признаки")),
            Column("points", text("Points of mean CSI", "Пункты среднего CSI"), POINTS),
            Column("costly", text("Costly by", "Почему дорого")),
            Column("cause", text("Cause", "Причина"), _rules(archive)),
            Column("evidence", text("What says so", "Откуда это видно")),
            Column("examples", text("Examples", "Примеры")),
        ),
        tuple(_todo_row(archive, one) for one in mine),
        text(
            "Painful or costly, cause: {which}",
            "Больно или дорого; причина: {which}",
            which=which,
        ),
    )


def _todo_row(archive: Archive, one: Priority) -> tuple[Cell, ...]:
    names = [loss_name(kind) for kind in one.costly]
    costly = Text(", ".join(name.en for name in names) or "–", ", ".join(name.ru for name in names) or "–")
    return (
        _named(one),
        flags_told(one),
        Figure(one.points, "points"),
        costly,
        NAMES[one.why.kind] if one.why.kind else NOT_TOLD,
        one.why.evidence,
        calls_of(archive, one, EXAMPLES),
    )
