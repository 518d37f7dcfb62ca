"""Pages with every kind of block, and moments to go with them: what the renderer's tests look at."""

from __future__ import annotations

import math

from voxcx.domain.estimates import Estimate
from voxcx.domain.moments import Moment
from voxcx.domain.pages import (
    Block,
    CallRef,
    Column,
    Dot,
    Dots,
    Figure,
    Finding,
    Flow,
    Happening,
    Heading,
    Heat,
    Journey,
    Line,
    Lines,
    Moments,
    Page,
    Paragraph,
    Table,
    Tile,
    Tiles,
    Tone,
)
from voxcx.domain.texts import Text, same, text
from voxcx.report.insight.about import About

LONG_EN = "Asked to identify again after a transfer although the agent before had already done it"
LONG_RU = "Повторная идентификация после перевода, хотя предыдущий оператор её уже провёл"
CRITERIA = (
    text("Greeting with company and name", "Приветствие с названием компании и именем"),
    text("Warns before a hold", "Предупреждает об удержании"),
    text(LONG_EN, LONG_RU),
    text("Promises a date", "Называет срок"),
    text("Repeats what was agreed", "Подводит итог разговора"),
    text("Does not interrupt", "Не перебивает"),
    text("Says goodbye", "Прощается"),
)
SERIES = ("SL", "CSI", "CSAT", "CDSAT", "CES", "NPS", "FCR", "AHT", "QA", "cu-CEA", "bu-CEA", "co-CEA", "EES", "ESAT")
TONES: tuple[Tone, ...] = ("bad", "bad", "unsure", "plain", "good", "good", "plain")
FEW = text("only {n} answers; {more} more needed", "всего {n} ответов, нужно ещё {more}", n="12", more="18")
DAY = 20_500
REF = CallRef(
    "call-000417", "hold_warning", 83.2, text("hold of 4:10 without a warning", "удержание 4:10 без предупреждения")
)
OTHER = CallRef("call-001204", None, None, text("asked three times", "спрашивает в третий раз"))
CHAT = CallRef("chat-77", "promise")
MOMENTS = {
    REF: Moment(
        "call-000417", "2026-03-03 14:05", "Анна Кузнецова", "delivery", "call",
        "Подождите, пожалуйста… Алло, вы ещё здесь? Я уже «десять минут» слушаю музыку.", "customer", 83.2,
        "recordings/2026 03/call #417.flac", text("Warns before a hold", "Предупреждает об удержании"),
    ),
    OTHER: Moment("call-001204", "2026-03-05 09:12", "Олег", "cards", "call", "Я третий раз звоню!", "customer", 12.0),
    CHAT: Moment("chat-77", "2026-03-06 18:40", "Мария", "", "chat", None),
}  # fmt: skip


def points(value: float | None, half: float = 3.0, n: int = 1204) -> Estimate:
    """An effect with an interval of that half width."""
    if value is None:
        return Estimate(None, n=12, reason=FEW)
    return Estimate(value, value - half, value + half, n)


def share(value: float, n: int = 1204) -> Estimate:
    """A share with Wald's interval: good enough to be looked at."""
    half = 1.96 * math.sqrt(value * (1 - value) / n)
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0), n)


DEFINITION = text(
    "Mean answer with the error minus without it; interval by customers, 2,000 draws; Benjamini–Hochberg at 5%.",
    "Средний ответ при ошибке минус без неё; интервал по клиентам, 2000 выборок; поправка Бенджамини – Хохберга, 5 %.",
)


def dots(rows: int = 7) -> Dots:
    """Effects, the third one not known."""
    effects = (-11.3, -6.2, None, 0.4, 2.5, 4.8, 0.1)
    made = tuple(
        Dot(
            CRITERIA[i % 7] if i < 7 else same(f"criterion {i}"),
            points(effects[i % 7], 1 + i % 7),
            TONES[i % 7],
            text("compliance: never shed", "по закону: не исключается") if i == 3 else None,
        )
        for i in range(rows)
    )
    return Dots(text("Effect of an error on CSI", "Влияние ошибки на CSI"), "points", made, DEFINITION, 0.0)


def lines() -> Lines:
    """CSI against the wait: a curve with a knee, and a fitted step curve."""
    waits = tuple(float(x) for x in range(0, 300, 15))
    fell = tuple(
        points(78 - (0 if x < 60 else (x - 60) * 0.11), 1 + x / 80, 900)
        if x != 150
        else Estimate(None, n=3, reason=FEW)
        for x in waits
    )
    steps = tuple(Estimate(77.0 - 6 * (x > 60) - 7 * (x > 150), n=500) for x in waits)
    return Lines(
        text("How long they wait, and CSI", "Ожидание и CSI"),
        text("wait in the queue", "ожидание в очереди"), "s",
        text("CSI, mean answer of 100", "CSI, средний ответ из 100"), "index",
        (Line(text("mean of a quarter minute", "среднее за четверть минуты"), waits, fell),
         Line(text("monotone fit", "монотонное сглаживание"), waits, steps, steps=True)),
        DEFINITION,
        ((64.0, text("knee", "перелом")), (20.0, text("promised today", "обещано сегодня"))),
    )  # fmt: skip


def weeks(curves: int = 3, periods: int = 26) -> Lines:
    """Shares by week."""
    days = tuple(float(DAY + 7 * week) for week in range(periods))
    made = tuple(
        Line(
            same(f"team {k + 1}"),
            days,
            tuple(share(0.5 + 0.05 * k + 0.1 * math.sin(w / 3 + k), 300) for w in range(periods)),
        )
        for k in range(curves)
    )
    return Lines(
        text("Service level by week", "Уровень сервиса по неделям"), text("week", "неделя"), "date",
        text("answered in 20 s", "отвечено за 20 с"), "share", made, DEFINITION,
    )  # fmt: skip


def heat(size: int = 0) -> Heat:
    """Stage × channel; with a size, a matrix of correlations."""
    if size:
        names = tuple(same(name) for name in (*SERIES, LONG_EN))
        names = names[:size]
        cells = tuple(
            tuple(
                None if i == j else Figure(Estimate(math.sin(i * j + i + j), n=52), "score") for j in range(len(names))
            )
            for i in range(len(names))
        )
        return Heat(
            text("Everything against everything", "Всё против всего"), names, names, cells, "neither", DEFINITION
        )
    rows = tuple(
        text(en, ru)
        for en, ru in (("Ordering", "Заказ"), ("Delivery", "Доставка"), ("Returning", "Возврат"), (LONG_EN, LONG_RU))
    )
    columns = tuple(text(en, ru) for en, ru in (("Phone", "Телефон"), ("Chat", "Чат"), ("Bot", "Бот")))
    cells = tuple(
        tuple(
            Figure(points(None) if (i, j) == (2, 2) else points(60 + 5 * i - 7 * j, 2.5, 400), "index")
            for j in range(3)
        )
        for i in range(4)
    )
    return Heat(text("CSI by stage and channel", "CSI по этапам и каналам"), rows, columns, cells, "high", DEFINITION)


def flow(nodes: int = 3) -> Flow:
    """From a channel to the next contact's channel and the end."""
    links = []
    for i in range(nodes):
        links += [(f"1:{i}", f"2:{j}", 40 + 300 // (1 + i + j)) for j in range(nodes)]
        links.append((f"2:{i}", "3:solved", 200 - 7 * i))
    titles = (("0", text("Phone", "Телефон")), ("1", text(LONG_EN, LONG_RU)), ("2", text("Bot", "Бот")))
    names = [(f"{step}:{node}", name) for step in (1, 2) for node, name in titles] + [
        ("3:solved", text("Solved", "Решено"))
    ]
    return Flow(text("Where they go next", "Куда обращаются дальше"), tuple(links), tuple(names), DEFINITION)


def journey(contacts: int = 6) -> Journey:
    """Contacts of one customer, some close together."""
    lanes = (
        ("phone", text("Phone", "Телефон")),
        ("chat", text("Chat", "Чат")),
        ("outside", text("Outside", "Вне обращений")),
    )
    happened = tuple(
        Happening(
            (DAY + (i * i) / 3) * 86_400.0 + 3_700 * i,
            lanes[i % 3][0],
            text("Asked where the order is", "Спросил, где заказ"),
            TONES[i % 7],
            REF if i == 0 else None,
            (text("said again: order number", "повторил: номер заказа"),) if i % 2 else (),
        )
        for i in range(contacts)
    )
    return Journey(text("Customer 1042", "Клиент 1042"), lanes, happened, DEFINITION)


def table(rows: int = 30, table_id: str = "criteria", columns: int = 4) -> Table:
    """Criteria with shares, effects, n and calls."""
    heads = (
        Column("criterion", text("Criterion", "Критерий")),
        Column(
            "interactions", text("Interactions", "Обращений"), text("with a decided verdict", "с вынесенным вердиктом")
        ),
        Column("error_share", text("Errors", "Доля ошибок"), text("not met ÷ decided", "не выполнено ÷ оценено")),
        Column(
            "effect_points",
            text("Effect on CSI", "Влияние на CSI"),
            text("with the error − without", "с ошибкой − без неё"),
        ),
    )
    extra = tuple(Column(f"share_{k}", same(f"s{k}")) for k in range(columns - 4)) or (
        Column("calls", text("Calls", "Звонки")),
    )
    made = []
    for i in range(rows):
        effect = None if i % 7 == 2 else -11.26 + 0.9 * i
        cells: list = [
            CRITERIA[i % 7],
            Figure(Estimate(1204.0 + i, n=1204 + i), "count"),
            Figure(share(0.14, 1204 + i), "share"),
        ]
        cells.append(Figure(points(effect), "points"))
        cells += [Figure(share(0.02 + i / 300, 800), "share") for _ in range(columns - 4)] or [
            (REF, OTHER) if i == 0 else (CHAT,)
        ]
        made.append(tuple(cells))
    tones = tuple(TONES[i % 7] for i in range(rows))
    title = text("Criteria and satisfaction", "Критерии и удовлетворённость")
    return Table(table_id, title, (*heads, *extra), tuple(made), DEFINITION, 10, tones)


def tiles() -> Tiles:
    """Big numbers of several units, one not known."""
    made = (
        ("Service level", "Уровень сервиса", Figure(share(0.834), "share"), "good"),
        ("Mean wait", "Среднее ожидание", Figure(Estimate(64.0, 60.2, 68.1, 9_120), "s"), "plain"),
        ("CSI", "CSI", Figure(points(71.4, 0.8, 4_120), "index"), "plain"),
        ("Effect of the change", "Эффект изменения", Figure(points(None), "points"), "unsure"),
        ("Repeats", "Повторные обращения", Figure(Estimate(1.8, 1.4, 2.3, 2_000), "ratio"), "bad"),
        ("Interactions", "Обращений", Figure(Estimate(104_204.0, n=104_204), "count"), "plain"),
    )
    return Tiles(tuple(Tile(text(en, ru), figure, DEFINITION, tone) for en, ru, figure, tone in made))  # type: ignore[arg-type]


def finding(weight: float = 1.5, effect: float = -11.0, tone: Tone = "bad") -> Finding:
    """The issue's own example."""
    said = text(
        "Long hold without a warning: {share} of calls, {effect} of CSI, 95% CI {effect.interval}",
        "Долгое удержание без предупреждения: {share} звонков, {effect} CSI, 95 % ДИ {effect.interval}",
        share=Figure(share(0.14), "share"), effect=Figure(points(effect), "points"),
    )  # fmt: skip
    return Finding(said, weight, (REF, OTHER), tone)


LACKS = (
    text("No kano.csv: types of criteria need a paired questionnaire of at least 30 people.",
         "Нет kano.csv: чтобы узнать типы критериев, нужна парная анкета хотя бы 30 человек."),
)  # fmt: skip


def every_block() -> tuple[Block, ...]:
    """One of each kind."""
    warning = text("The mix moved more than the effect.", "Состав обращений изменился сильнее, чем сам эффект.")
    return (
        tiles(),
        Heading(text("What moves satisfaction", "Что влияет на удовлетворённость")),
        Paragraph(text("Each criterion against the survey answers.", "Каждый критерий рядом с ответами клиентов.")),
        Paragraph(warning, warning=True),
        dots(), table(), lines(), weeks(), heat(), heat(15), flow(), journey(),
        Moments(text("Listen to these", "Что послушать"), (REF, OTHER, CHAT)),
    )  # fmt: skip


def page(page_id: str = "criteria", weight: float = 1.5, blocks: tuple[Block, ...] | None = None) -> Page:
    """A page of those blocks, all kinds where none are named."""
    return Page(
        page_id,
        text("Quality and satisfaction", "Качество и удовлетворённость"),
        text("Which errors cost satisfaction?", "Какие ошибки стоят удовлетворённости?"),
        every_block() if blocks is None else blocks,
        LACKS,
        (finding(weight), finding(weight / 3, 2.0, "good")),
    )


def pages() -> tuple[Page, ...]:
    """A page with everything, a small one, and an empty one that says what it lacks."""
    small = Page(
        "kano",
        text("Kano", "Кано"),
        text("Must it be there?", "Обязательно или приятно?"),
        (dots(1),),
        LACKS,
        (finding(0.4),),
    )
    empty = Page("robots", text("Robots", "Роботы"), text("Do they help?", "Помогают ли они?"), (), LACKS)
    return page(), small, empty


def about(*, simulated: bool = True, title: Text | str = "Acme, spring") -> About:
    """A head."""
    return About(
        title, 104_204, 4_120, 34_000, DAY, DAY + 182, "results/spring", simulated,
        (text("Service level: answered in 20 s", "Уровень сервиса: отвечено за 20 с"),),
        (text("12 interactions could not be scored.", "12 обращений не удалось оценить."),),
    )  # fmt: skip
