"""What the indicators are called, and what is missing."""

from __future__ import annotations

from voxcx.domain.texts import text

SATISFIED = text("Satisfaction with the contact", "Удовлетворённость обращением")
DISSATISFIED = text("Dissatisfaction with the contact", "Неудовлетворённость обращением")
EFFORT = text("Effort the customer had to spend", "Усилия клиента")
RECOMMEND = text("Readiness to recommend", "Готовность рекомендовать")
COMMENTS = text("Customers’ own words in surveys", "Слова клиентов в опросах")
COMPLAINTS = text("Complaints", "Жалобы")
RESOLVED = text("Resolved at the first contact", "Решение с первого обращения")
SAID_AGAIN = text("Having to say it again", "Клиенту пришлось повторять")
ANSWER_TIME = text("Time until a call is answered", "Время ответа на звонок")
CHAT_TIME = text("Time until a chat is answered", "Время ответа в чате")
MAIL_TIME = text("Time until a letter is answered", "Время ответа на письмо")
ABANDONED = text("Calls given up in the queue", "Потерянные в очереди звонки")
LEVEL = text("Service level", "Уровень сервиса (SL)")
TURNED_AWAY = text("Calls that did not get in", "Звонки, которые не прошли")
HANDLE = text("Handling time (AHT)", "Время обработки (AHT)")
PASSED_ON = text("Being passed on", "Переводы")
MACHINES = text("Served by a machine alone", "Обслужено без человека")
QUALITY = text("Quality of interactions", "Качество обращений")
KNOWLEDGE = text("Agents’ knowledge: right answers", "Знания операторов: верные ответы")
CONDUCT = text("Agents’ conduct", "Поведение операторов")
ENGAGED = text("Engagement of employees", "Вовлечённость сотрудников")
STAFF_SATISFIED = text("Satisfaction of employees", "Удовлетворённость сотрудников")
TOP_BOXES = text("CSAT: answers in the top boxes", "CSAT: доля высоких оценок")
BOTTOM_BOXES = text("DSAT: answers in the bottom boxes", "DSAT: доля низких оценок")
NOT_CRITICAL = text("Accuracy of what is not critical", "Точность по некритичному")
OWN_ERRORS = text("Accuracy of the judging itself", "Точность самих оценок")
BY_CUSTOMER = text("Resolved, as the customer says", "Решено по словам клиента")
KINDS = (
    ("customer", text("Accuracy: critical for the customer", "Точность: критичное для клиента")),
    ("business", text("Accuracy: critical for the business", "Точность: критичное для бизнеса")),
    ("compliance", text("Accuracy: critical for compliance", "Точность: критичное для комплаенса")),
)

NO_BASE = text("no such contacts in the archive", "таких обращений в архиве нет")
GIVE = text("nothing is known: give {column}", "ничего не известно: нужны данные {column}", column="?")
FEW_ROWS = text(
    "{share} of the contacts concerned lack {column}",
    "у {share} таких обращений нет данных {column}",
    share="?",
    column="?",
)
BOTH = text("{a}; {b}", "{a}; {b}", a="?", b="?")
MORE_ANSWERS = text("answers in surveys.csv: {n} more", "ответы в surveys.csv: ещё {n}", n="?")
ONLY_WORDS = text(
    "only complaining words are counted; a register of complaints is not read",
    "считаются только слова жалобы; реестр жалоб не читается",
)
ONLY_PROXY = text(
    "only by its proxy: no repeat within days. Whether it was solved nobody asked the customer",
    "только косвенно: нет повтора за несколько дней. Самого клиента, решён ли вопрос, не спрашивали",
)
NO_BLOCKED = text(
    "calls that did not get in: give the flag blocked or blocked.csv; if there were some, the figures are too good",
    "звонки, которые не прошли: нужен признак blocked или blocked.csv; если такие были, цифры завышены",
)
NAMED_SO = text(
    "the forms do not say which criteria are about it: taken by severity, the agent’s own ones",
    "в анкетах не отмечено, какие критерии об этом: взяты по серьёзности, только за оператором",
)
NO_VERDICTS = text(
    "no verdicts of such criteria: score with a form that has them",
    "нет оценок по таким критериям: нужна анкета с ними",
)
SAMPLE = text("too few interactions were judged", "оценено слишком мало обращений")
NO_SERIES = text("a series {name} in series.csv", "ряд {name} в series.csv", name="?")
CALIBRATE = text(
    "people’s marks of the same interactions: voxcx qa calibrate --out calibration.json",
    "оценки людей по тем же обращениям: voxcx qa calibrate --out calibration.json",
)
NO_COLUMN = text(
    "a question in the survey; this report reads no such column yet",
    "вопрос в опросе; такого столбца отчёт пока не читает",
)
