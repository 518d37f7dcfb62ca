"""One customer's contacts, machines' legs, answers and what happened outside, as happenings on lanes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.beside import OutsideEvent
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Figure, Happening, Journey, Tone
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import DAY_S, Archive, Integers
from voxcx.insight.fields import HANDED, field_name, value_name

MACHINE, ANSWER, OUTSIDE, SERIES = "=machine", "=answer", "=outside", "=series"
LANES = {
    MACHINE: text("IVR and bot", "IVR и бот"),
    ANSWER: text("survey answer", "ответ на опрос"),
    OUTSIDE: text("outside", "внешние события"),
    SERIES: text("other figures", "другие показатели"),
}
AROUND_DAYS = 7.0  # outside events so long before the first contact and after the last are shown
MOST_CONTACTS = 40
MOST_LETTERS = 160
DEFINITION = text(
    "contacts of one customer in order of time, a lane for each channel; IVR and bot legs at the start of their "
    "contact; "
    "outside events whose scope fits a contact at most {around} before or after; answers when they were given, else at "
    "their contact",
    "обращения одного клиента по времени, дорожка на каждый канал; участки IVR и бота – в начале своего обращения; "
    "внешние события – если они касаются обращения не дальше чем за {around} до или после; ответы на опрос – когда "
    "даны, "
    "а если это неизвестно, при своём обращении",
    around=Figure(Estimate(AROUND_DAYS), "days"),
)


def journey(archive: Archive, customer: str, rows: Integers) -> Journey:
    """The way of one customer; ``rows`` in order of time, at least one."""
    shown = rows[-MOST_CONTACTS:]
    happenings = [
        *(_contact(archive, row) for row in shown.tolist()),
        *_machines(archive, shown),
        *_answers(archive, shown),
        *_outside(archive, shown),
        *_series(archive, customer, shown),
    ]
    happenings.sort(key=lambda one: one.at_s)
    channels = dict.fromkeys(str(archive.label("channel")[row]) for row in shown.tolist())
    used = {one.lane for one in happenings}
    lanes = [
        *((name, value_name("channel", name or "?")) for name in channels),
        *((key, name) for key, name in LANES.items() if key in used),
    ]
    return Journey(_title(customer, rows, shown), tuple(lanes), tuple(happenings), DEFINITION)


def _title(customer: str, rows: Integers, shown: Integers) -> Text:
    n = Figure(Estimate(len(rows)), "count")
    if len(shown) < len(rows):
        last = Figure(Estimate(len(shown)), "count")
        return text(
            "{who}: the last {last} of {n} contacts",
            "Клиент {who}: последние {last} из {n} обращений",
            who=customer,
            last=last,
            n=n,
        )
    return text("{who}: contacts – {n}", "Клиент {who}: обращений – {n}", who=customer, n=n)


def _contact(archive: Archive, row: int) -> Happening:
    topic = str(archive.label("topic")[row])
    label: Text = same(topic) if topic else text("contact", "обращение")
    interaction = str(archive.id[row])
    call = CallRef(interaction, why=label)
    return Happening(
        _at(archive, row),
        str(archive.label("channel")[row]),
        label,
        _tone(archive, row),
        call,
        tuple(_told(archive, row)),
    )


def _at(archive: Archive, row: int) -> float:
    return float(archive.moment_s[row])


def _tone(archive: Archive, row: int) -> Tone:
    answers = archive.answers
    if answers.dissatisfied[row] > 0 or not archive.handled[row]:
        return "bad"
    return "good" if answers.satisfied[row] > 0 else "plain"


def _told(archive: Archive, row: int) -> Iterator[Text]:
    """What the customer said, and what the agent was handed of it."""
    if archive.label("direction")[row] == "outbound":
        yield text("begun by the company", "по инициативе компании")
    for flag, name in _ENDS.items():
        if archive.flag(flag)[row]:
            yield name
    if archive.flag("reconnect_after_drop")[row]:
        yield text("goes on after a drop", "продолжение после обрыва")
    opening = str(archive.openings[row]) if archive.openings is not None else ""
    if opening:
        yield text("said: “{words}”", "слова клиента: «{words}»", words=_short(opening))
    if intent := str(archive.label("ivr_intent")[row]):
        yield text("the machine understood: {intent}", "робот понял цель: {intent}", intent=intent)
    if context := str(archive.label("handover_context")[row]):
        yield text(
            "the agent was handed: {what}", "оператору передано: {what}", what=HANDED.get(context, same(context))
        )
    if archive.number("repeat_cue")[row] >= 1:
        yield text("the customer says that it is not the first time", "клиент говорит, что обращается не впервые")


_ENDS = {
    "abandoned": text("gave up waiting", "не дождался ответа"),
    "blocked": text("was not let in", "не был принят"),
    "flow_out": text("was sent elsewhere", "ушёл в другое место"),
}


def _short(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else words[:MOST_LETTERS].rsplit(" ", 1)[0] + " …"


def _machines(archive: Archive, rows: Integers) -> Iterator[Happening]:
    """Legs of IVR and bots."""
    for row in rows.tolist():
        status, bot = str(archive.label("ivr_status")[row]), archive.number("bot_messages")[row] > 0
        if status in {"", "none"} and not bot and not archive.flag("contained")[row]:
            continue
        label = (
            text("IVR: {status}", "IVR: {status}", status=value_name("ivr_status", status))
            if status not in {"", "none"}
            else text("bot", "бот")
        )
        told = [
            text("{what}: {value}", "{what}: {value}", what=name, value=str(archive.label(column)[row]))
            for column, name in _LEG.items()
            if archive.label(column)[row]
        ]
        if archive.flag("contained")[row]:
            told.append(text("served to the end by the machine", "обслужен до конца без человека"))
        yield Happening(_at(archive, row), MACHINE, label, told=tuple(told))


_LEG = {
    "ivr_path": text("path", "путь"),
    "ivr_last_node": text("last node", "последний узел"),
    "ivr_intent": text("intent", "цель"),
}


def _answers(archive: Archive, rows: Integers) -> Iterator[Happening]:
    answers = archive.answers
    for row in rows[answers.answered[rows]].tolist():
        when = float(answers.answered_s[row])
        csi = Figure(Estimate(float(answers.csi[row]), n=int(answers.count[row])), "index")
        tone: Tone = "bad" if answers.dissatisfied[row] > 0 else "good" if answers.satisfied[row] > 0 else "plain"
        comment = str(answers.comment[row])
        told = (text("“{words}”", "«{words}»", words=_short(comment)),) if comment else ()
        at_s = _at(archive, row) if np.isnan(when) else when
        yield Happening(
            at_s, ANSWER, text("CSI {csi}", "CSI {csi}", csi=csi), tone, CallRef(str(archive.id[row])), told
        )


def _outside(archive: Archive, rows: Integers) -> Iterator[Happening]:
    """Events outside whose scope fits a contact of the days around them."""
    for event in archive.beside.events:
        near = rows[np.abs(archive.moment_s[rows] - event.at_s) <= AROUND_DAYS * DAY_S]
        if fits(archive, event, near):
            told = () if event.scope == "*" else (_scope(event),)
            yield Happening(event.at_s, OUTSIDE, same(event.name), "unsure", told=told)


def _scope(event: OutsideEvent) -> Text:
    field, found, value = event.scope.partition("=")
    if not found:
        return same(event.scope)
    name = field_name(field.strip())
    return text("{field}: {value}", "{field}: {value}", field=name, value=value_name(field.strip(), value.strip()))


def fits(archive: Archive, event: OutsideEvent, rows: Integers) -> bool:
    """Whether an event is about any of these contacts: its scope is ``*`` or ``field=value``."""
    field, found, value = event.scope.partition("=")
    if not found:
        return len(rows) > 0 and event.scope in {"*", ""}
    return bool((archive.grouped(field.strip())[rows] == value.strip()).any())


def _series(archive: Archive, customer: str, rows: Integers) -> Iterator[Happening]:
    """Values of named series that are about this customer, at the noon of their day."""
    since_s, until_s = _at(archive, int(rows[0])), _at(archive, int(rows[-1]))
    around_s = AROUND_DAYS * DAY_S
    for point in archive.beside.series:
        at_s = (point.day + 0.5) * DAY_S
        if point.customer_id == customer and since_s - around_s <= at_s <= until_s + around_s:
            value = Figure(Estimate(point.value), "number")
            yield Happening(at_s, SERIES, text("{name}: {value}", "{name}: {value}", name=point.name, value=value))
