"""Reasons in words, in the form's language, as a QA lead would put them. Data and one lookup."""

from __future__ import annotations

from string import Formatter

from voxcx.units import clock

SENTENCES: dict[str, dict[str, str]] = {
    "ru": {
        "roles": "Неизвестно, кто говорит на каком канале: {why}",
        "language": "Расшифровка на другом языке ({got}), а форма – на {want}",
        "confidence": "Слова распознаны неуверенно ({got:.2f}, нужно {limit:.2f}): если фраза не нашлась, это не "
        "значит, что её не было. Искали {where}",
        "unsure_words": "Слова распознаны неуверенно ({got:.2f}, нужно {limit:.2f}), решает человек",
        "suspect_words": "Распознаватель мог придумать эти слова, решает человек",
        "no_words": "Речь есть, но слова не распознаны. Искали {where}",
        "one_sided": "Одну из сторон не слышно, поэтому её слов может не хватать",
        "no_speech": "Слов этой стороны в расшифровке нет",
        "no_times": "У сообщений нет времени, поэтому отсчитать секунды нельзя",
        "start_cut": "Начало разговора не записано",
        "end_cut": "Запись обрывается, конца разговора в ней нет",
        "not_recorded": "Нужное место не попало в запись: искали {where}",
        "fact": "Нет данных: {name}",
        "feature": "Показатель {name} не измерен: {why}",
        "feature_absent": "Показателя {name} для такого обращения нет",
        "feature_is": "{name} = {value} ({meaning})",
        "fact_is": "{name}: {value}",
        "no_anchor": "в разговоре не было того, от чего отсчитывать: «{name}»",
        "holds_unknown": "Нет данных об удержаниях",
        "yield_unknown": "Неизвестно, замолчал ли собеседник",
        "events_found": "{name}: {count}",
        "events_few": "{name}: {count}. Ошибкой считается от {least}",
        "events_none": "{name}: ошибок нет",
        "events_told": "{name}: {count}. Нужные слова сказаны каждый раз",
        "events_rate": "{name}: {count} за {minutes:.1f} мин речи. Для ошибки этого мало",
        "searched": "Искали {where} – не нашли.",
        "found": "«{quote}» ({at}).",
        "found_untimed": "«{quote}».",
        "at": "Момент: {at}.",
        "clean_unsure": "Нарушений не видно, но речь распознана слишком неуверенно ({got:.2f}, нужно {limit:.2f}), "
        "чтобы за это ручаться",
        "level": "{title}: {points:g} из {most:g}.",
        "neither": "Не слышно ни того, что требование выполнено, ни того, что нарушено",
        "candidate": "Похоже на нарушение, решает человек: {what}",
        "no_candidate": "Нарушений не видно, решает человек",
        "person": "Оценивает человек",
        "hint": "Оценивает человек, обратите внимание: {what}",
        "unverified": "Цитата не подтвердилась по расшифровке",
        "inapplicable": "Не применимо: {why}",
        "no_condition": "повода для проверки не было",
        "short": "разговор короче {limit:.0f} с",
        "no_agent": "в обращении не участвовал сотрудник",
        "excluded": "ошибочный номер, автоответчик или пробный вызов",
        "condition_unknown": "Неизвестно, был ли повод для проверки: {why}",
        "whole": "во всём разговоре",
        "whole_by": "во всей речи {who}",
        "chat_whole": "во всём чате",
        "chat_whole_by": "во всех сообщениях {who}",
        "first_speech": "в первых {n:g} с речи {who}",
        "first_talk": "в первых {n:g} с разговора",
        "last_speech": "в последних {n:g} с речи {who}",
        "last_talk": "в последних {n:g} с разговора",
        "first_turns": "в первых репликах {who} ({n})",
        "last_turns": "в последних репликах {who} ({n})",
        "before": "до «{anchor}»",
        "after": "после «{anchor}»",
        "around": "рядом с «{anchor}»",
        "within_s": "не дальше {n:g} с",
        "within_turns": "в ближайших репликах (до {n})",
        "agent": "оператора",
        "customer": "клиента",
        "anyone": "обеих сторон",
        "bot": "бота",
        "direction": "направление",
        "holds": "удержания в данных телефонии",
        "hangup_by": "кто завершил звонок",
        "transfers": "число переводов",
        "ivr_authenticated": "клиент опознан в IVR",
        "customer_name": "имя клиента",
        "company": "компания",
        "interruption": "Перебивания",
        "long_silence": "Долгое молчание",
        "silence": "Молчание",
        "hold": "Удержания",
        "backchannel": "Поддакивания",
        "dual_start": "Начали одновременно",
        "terminal_overlap": "Наложения в конце реплики",
        "brief_overlap": "Короткие наложения",
        "latency": "Паузы перед ответом",
        "hold_request": "Просьбы подождать",
        "hold_return": "Возвращения после ожидания",
        "transfer": "Слова о переводе звонка",
        "repeat_cue": "Клиент обращается не впервые",
        "asks_for_human": "Клиент просит человека",
        "complaint": "Клиент жалуется",
        "ringback": "Гудки вызова",
        "busy": "Сигналы «занято»",
        "dtmf": "Нажатия клавиш",
    },
    "en": {
        "roles": "It is not known who is on which channel: {why}",
        "language": "The transcript is in another language ({got}) than the form ({want})",
        "confidence": "The words were recognised poorly ({got:.2f}, {limit:.2f} needed), so a phrase may have been "
        "said and not heard. Looked {where}",
        "unsure_words": "The words were recognised poorly ({got:.2f}, {limit:.2f} needed); a person decides",
        "suspect_words": "The recogniser may have made these words up; a person decides",
        "no_words": "There is speech, but no words were recognised. Looked {where}",
        "one_sided": "One of the parties cannot be heard, so their words may be missing",
        "no_speech": "The transcript has no words of this party",
        "no_times": "The messages have no times, so seconds cannot be counted",
        "start_cut": "The start of the conversation was not recorded",
        "end_cut": "The recording breaks off before the conversation's end",
        "not_recorded": "The recording does not cover this part: looked {where}",
        "fact": "Not known: {name}",
        "feature": "{name} was not measured: {why}",
        "feature_absent": "There is no {name} for this kind of contact",
        "feature_is": "{name} = {value} ({meaning})",
        "fact_is": "{name}: {value}",
        "no_anchor": 'there was no "{name}" to count from',
        "holds_unknown": "Nothing is known about holds",
        "yield_unknown": "It is not known whether the other party stopped",
        "events_found": "{name}: {count}",
        "events_few": "{name}: {count}. It takes {least} to be an error",
        "events_none": "{name}: no error",
        "events_told": "{name}: {count}. The right words were said each time",
        "events_rate": "{name}: {count} in {minutes:.1f} min of speech. That is too few for an error",
        "searched": "Looked {where}: not found.",
        "found": '"{quote}" ({at}).',
        "found_untimed": '"{quote}".',
        "at": "At {at}.",
        "clean_unsure": "No error seen, but the speech was not recognised well enough to vouch for that ({got:.2f}, "
        "{limit:.2f} needed)",
        "level": "{title}: {points:g} of {most:g}.",
        "neither": "Nothing shows that it was done, and nothing shows an error",
        "candidate": "Looks like an error; a person decides: {what}",
        "no_candidate": "No error seen; a person decides",
        "person": "A person judges this",
        "hint": "A person judges this; worth a look: {what}",
        "unverified": "The quote could not be confirmed in the transcript",
        "inapplicable": "Not applicable: {why}",
        "no_condition": "there was no occasion for it",
        "short": "the conversation is shorter than {limit:.0f} s",
        "no_agent": "no agent took part",
        "excluded": "a wrong number, voicemail or test call",
        "condition_unknown": "It is not known whether there was an occasion for it: {why}",
        "whole": "through the whole conversation",
        "whole_by": "through all that {who} said",
        "chat_whole": "through the whole chat",
        "chat_whole_by": "through all messages of {who}",
        "first_speech": "in the first {n:g} s of speech of {who}",
        "first_talk": "in the first {n:g} s of the conversation",
        "last_speech": "in the last {n:g} s of speech of {who}",
        "last_talk": "in the last {n:g} s of the conversation",
        "first_turns": "in the first turns ({n}) of {who}",
        "last_turns": "in the last turns ({n}) of {who}",
        "before": 'before "{anchor}"',
        "after": 'after "{anchor}"',
        "around": 'around "{anchor}"',
        "within_s": "within {n:g} s",
        "within_turns": "in the nearest turns (up to {n})",
        "agent": "the agent",
        "customer": "the customer",
        "anyone": "both parties",
        "bot": "the bot",
        "direction": "direction",
        "holds": "holds in the telephony record",
        "hangup_by": "who ended the call",
        "transfers": "number of transfers",
        "ivr_authenticated": "customer identified in IVR",
        "customer_name": "customer's name",
        "company": "company",
        "interruption": "Interruptions",
        "long_silence": "Long silences",
        "silence": "Silences",
        "hold": "Holds",
        "backchannel": "Backchannels",
        "dual_start": "Dual starts",
        "terminal_overlap": "Terminal overlaps",
        "brief_overlap": "Brief overlaps",
        "latency": "Latencies",
        "hold_request": "Hold requests",
        "hold_return": "Returns from hold",
        "transfer": "Words about a transfer",
        "repeat_cue": "Customer says it is not the first contact",
        "asks_for_human": "Customer asks for a person",
        "complaint": "Customer complains",
        "ringback": "Ringing tones",
        "busy": "Busy tones",
        "dtmf": "Keys pressed",
    },
}


# Values of facts as a person says them.
VALUES: dict[str, dict[str, str]] = {
    "ru": {
        "inbound": "входящий",
        "outbound": "исходящий",
        "agent": "оператор",
        "customer": "клиент",
        "system": "система",
        "True": "да",
        "False": "нет",
        "–": "нет данных",
    },
    "en": {"True": "yes", "False": "no", "–": "no data"},
}


class _Spoken(Formatter):
    """Fills a sentence in; a fraction has the language's decimal sign."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: object, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return text.replace(".", ",") if self.language == "ru" and isinstance(value, float) else text


def say(language: str, sentence: str, **values: object) -> str:
    """A sentence of the table filled in (English where the language has no table).

    >>> say("en", "last_talk", n=30)
    'in the last 30 s of the conversation'
    >>> say("ru", "events_few", name="Удержания", count=0, least=1)
    'Удержания: ошибок нет'
    """
    if sentence == "events_few" and values.get("count") == 0:
        sentence = "events_none"
    if sentence == "fact_is":
        shown = str(values["value"])
        values["value"] = VALUES.get(language, VALUES["en"]).get(shown, shown)
    return _Spoken(language).format(SENTENCES.get(language, SENTENCES["en"])[sentence], **values)


def named(language: str, fact: str) -> str:
    """A fact's name in words where the table has one, else the field's own name."""
    return SENTENCES.get(language, SENTENCES["en"]).get(fact, fact)


def span_text(start_s: float | None, end_s: float | None) -> str:
    """A stretch as a person reads it on a player; empty without times."""
    if start_s is None or end_s is None:
        return ""
    return f"{clock(start_s)}–{clock(end_s)}"
