"""The single list of features: name, unit, what it needs, what it means in both languages. Data only.

A feature that is not here cannot be put into a row. METRICS.md of the project's design is the source of the names;
★ marks the factors that Sber's essay on automatic CSI names. ``parameters`` are keys of ``definitions`` in the
configuration that change the number; a definition names them in braces and is printed with their values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = "1"

Unit = Literal["s", "share", "count", "words/s", "letters/s", "words/min", "letters", "category", "flag", "confidence"]
Need = Literal["telephony", "roles", "words", "speech", "history", "message times", "names"]
Kinds = Literal["call", "chat", "both"]
Family = Literal["telephony", "words", "rates", "speech", "turns", "overlap", "silence", "history", "lexical", "chat", "trust"]


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """What a feature is. ``voice_proxy``: a proxy of sex, age or accent – for CSI only, never an agent's score."""

    name: str
    unit: Unit
    family: Family
    kinds: Kinds
    needs: tuple[Need, ...]
    en: str
    ru: str
    star: bool = False
    voice_proxy: bool = False
    parameters: tuple[str, ...] = ()

    def definition(self, language: str, used: Mapping[str, float]) -> str:
        """The definition in the interface language (English unless ``ru``), with the parameters' values in it."""
        mark = "," if language == "ru" else "."
        values = {name: f"{used[name]:g}".replace(".", mark) if name in used else name for name in self.parameters}
        return (self.ru if language == "ru" else self.en).format_map(values)


def _telephony() -> Iterator[FeatureSpec]:
    tel: tuple[Need, ...] = ("telephony",)
    yield FeatureSpec("holds_count", "count", "telephony", "call", tel, "holds during the call", "число удержаний за разговор", star=True)
    yield FeatureSpec("hold_total_s", "s", "telephony", "call", tel, "total time on hold", "общее время на удержании", star=True)
    yield FeatureSpec("hold_longest_s", "s", "telephony", "call", tel, "the longest hold; 0 when there was none", "самое долгое удержание; 0, если удержаний не было", star=True)
    yield FeatureSpec("ivr_time_s", "s", "telephony", "call", tel, "time in IVR, all its legs", "время в IVR, все участки", star=True)
    yield FeatureSpec("queue_wait_s", "s", "telephony", "call", tel, "from queue entry to answer, ringing included", "от постановки в очередь до ответа, с дозвоном", star=True)
    yield FeatureSpec("ivr_status", "category", "telephony", "call", tel, "how the IVR leg ended: completed, transferred, opted_out, abandoned, timeout, error, none", "чем закончился IVR: completed, transferred, opted_out, abandoned, timeout, error, none", star=True)
    yield FeatureSpec("ivr_path", "category", "telephony", "call", tel, "path through the IVR menu", "путь по меню IVR", star=True)
    yield FeatureSpec("ivr_steps", "count", "telephony", "call", tel, "menu steps taken in IVR", "число шагов в IVR", star=True)
    yield FeatureSpec("ivr_last_node", "category", "telephony", "call", tel, "where the IVR leg ended", "последний узел IVR", star=True)
    yield FeatureSpec("ivr_intent", "category", "telephony", "call", tel, "what the IVR understood the customer wants", "цель обращения, как её понял IVR", star=True)
    yield FeatureSpec("ivr_no_input", "count", "telephony", "call", tel, "times the IVR heard nothing", "сколько раз IVR ничего не услышал", star=True)
    yield FeatureSpec("ivr_no_match", "count", "telephony", "call", tel, "times the IVR did not understand", "сколько раз IVR не понял клиента", star=True)
    yield FeatureSpec("ivr_operator_requests", "count", "telephony", "call", tel, "times the customer asked the IVR for a person", "сколько раз клиент просил у IVR оператора", star=True)
    yield FeatureSpec("transfers", "count", "telephony", "call", tel, "transfers to another agent or line", "число переводов")
    yield FeatureSpec("hangup_by", "category", "telephony", "call", tel, "who ended the call: agent, customer, system", "кто завершил разговор: agent, customer, system")
    yield FeatureSpec("wrap_s", "s", "telephony", "call", tel, "after-call work", "поствызывная обработка")
    yield FeatureSpec("handle_s", "s", "telephony", "call", tel, "AHT: talk + hold + wrap; None when wrap is unknown", "AHT: разговор + удержание + обработка; неизвестна обработка – нет значения")
    yield FeatureSpec("prefers_human", "flag", "history", "both", ("history",), "1 when the customer opted out of the machine or asked it for a person in every one of at least 3 earlier contacts with a bot or IVR leg; a CRM flag wins", "1, если клиент отказался от робота или просил человека в каждом из не менее 3 прошлых контактов с роботом или IVR; отметка CRM важнее", star=True)
    yield FeatureSpec("prefers_human_share", "share", "history", "both", ("history",), "share of earlier contacts with a bot or IVR leg in which the customer refused the machine", "доля прошлых контактов с роботом или IVR, в которых клиент от него отказался", star=True)


def _speech() -> Iterator[FeatureSpec]:
    yield FeatureSpec("duration_s", "s", "speech", "call", ("speech",), "length of the recording", "длительность записи")
    yield FeatureSpec("talk_s", "s", "speech", "call", ("speech",), "time in talk phases, holds left out", "время разговора без удержаний")
    for who, en, ru in (("agent", "the agent", "оператора"), ("customer", "the customer", "клиента")):
        yield FeatureSpec(f"{who}_speech_s", "s", "speech", "call", ("roles",), f"speech of {en} in talk, from voice-activity frames", f"речь {ru} в разговоре, по кадрам детектора речи")
        yield FeatureSpec(f"{who}_speech_share", "share", "speech", "call", ("roles",), f"speech of {en} ÷ talk", f"доля речи {ru} в разговоре")
        yield FeatureSpec(f"{who}_turns", "count", "turns", "call", ("roles",), f"turns of {en}, backchannels left out", f"число реплик {ru} без поддакиваний")
        yield FeatureSpec(f"{who}_turn_median_s", "s", "turns", "call", ("roles",), f"median length of a turn of {en}", f"медиана длины реплики {ru}")
        yield FeatureSpec(f"{who}_longest_turn_s", "s", "turns", "call", ("roles",), f"longest turn of {en}", f"самая длинная реплика {ru}")
        yield FeatureSpec(f"{who}_latency_median_s", "s", "turns", "call", ("roles",), f"median gap from the other's turn end to the turn of {en}", f"медиана паузы перед репликой {ru}")
        yield FeatureSpec(f"{who}_latency_p90_s", "s", "turns", "call", ("roles",), f"90th percentile of the same gap of {en}", f"90-й процентиль паузы перед репликой {ru}")
        yield FeatureSpec(f"{who}_opening_end_s", "s", "words", "call", ("roles", "words"), f"when the opening of {en} ends: end of the first run of words with pauses shorter than {{opening_pause_s}} s, at most {{opening_limit_s}} s after the first; from talk's start", f"когда закончилось начало речи {ru}: конец первой серии слов с паузами короче {{opening_pause_s}} с, не дольше {{opening_limit_s}} с; от начала разговора", star=True, parameters=("opening_pause_s", "opening_limit_s"))
        yield FeatureSpec(f"{who}_closing_start_s", "s", "words", "call", ("roles", "words"), f"when the closing of {en} starts: the same from the end", f"когда началось завершение речи {ru}: то же с конца", parameters=("opening_pause_s", "opening_limit_s"))


def _words() -> Iterator[FeatureSpec]:
    for who, en, ru in (("agent", "the agent", "оператора"), ("customer", "the customer", "клиента")):
        star = who == "agent"
        yield FeatureSpec(f"{who}_words", "count", "words", "both", ("roles", "words"), f"recognised words of {en}, numbers verbalised", f"распознанные слова {ru}, числа словами", star=star)
        yield FeatureSpec(f"{who}_letters_per_word", "letters", "words", "both", ("roles", "words"), f"mean letters per word of {en}", f"среднее число букв в слове {ru}", star=not star, voice_proxy=True)
        yield FeatureSpec(f"{who}_articulation_wps", "words/s", "rates", "call", ("roles", "words"), f"words ÷ speech time of {en}; from 3 words", f"слова ÷ время речи {ru}; от 3 слов", voice_proxy=True)
        yield FeatureSpec(f"{who}_articulation_lps", "letters/s", "rates", "call", ("roles", "words"), f"letters ÷ speech time of {en}; from 3 words", f"буквы ÷ время речи {ru}; от 3 слов", voice_proxy=True)
        yield FeatureSpec(f"{who}_rate_wpm", "words/min", "rates", "call", ("roles", "words"), f"words ÷ turn time with pauses of {en}; from 3 words", f"слова ÷ время реплик с паузами {ru}; от 3 слов", voice_proxy=True)
        yield FeatureSpec(f"{who}_rate_delta_wps", "words/s", "rates", "call", ("roles", "words"), f"mean of the rates of utterances of {en} − rate of the whole channel", f"средняя скорость высказываний {ru} − скорость всего канала", voice_proxy=True)
        yield FeatureSpec(f"{who}_rate_drift_wps", "words/s", "rates", "call", ("roles", "words"), f"rate in the last third of the words of {en} − in the first third", f"скорость в последней трети слов {ru} − в первой трети", voice_proxy=True)
        yield FeatureSpec(f"asr_confidence_{who}", "confidence", "trust", "call", ("roles", "words"), f"mean recognition confidence of the words of {en}", f"средняя уверенность распознавания слов {ru}", voice_proxy=True)
    yield FeatureSpec("rate_diff_wps", "words/s", "rates", "call", ("roles", "words"), "customer − agent, each the mean words/s over its own utterances", "клиент − оператор, средняя скорость по высказываниям каждого канала, слов/с", star=True, voice_proxy=True)
    yield FeatureSpec("rate_diff_lps", "letters/s", "rates", "call", ("roles", "words"), "the same in letters/s", "то же в буквах/с", star=True, voice_proxy=True)
    yield FeatureSpec("rate_diff_wps_call", "words/s", "rates", "call", ("roles", "words"), "customer − agent, each Σ words ÷ Σ speech", "клиент − оператор, Σ слов ÷ Σ речи каждого канала", star=True, voice_proxy=True)
    yield FeatureSpec("rate_diff_lps_call", "letters/s", "rates", "call", ("roles", "words"), "the same in letters/s", "то же в буквах/с", star=True, voice_proxy=True)
    yield FeatureSpec("rate_accommodation_wps", "words/s", "rates", "call", ("roles", "words"), "mean absolute rate difference between neighbouring utterances of the two parties with more than {long_utterance_s} s of speech", "средняя абсолютная разница скоростей соседних высказываний сторон, где речи больше {long_utterance_s} с", voice_proxy=True, parameters=("long_utterance_s",))
    yield FeatureSpec("language", "category", "trust", "both", ("words",), "language of the transcript", "язык расшифровки")


def _overlap() -> Iterator[FeatureSpec]:
    yield FeatureSpec("overlap_s", "s", "overlap", "call", ("roles",), "simultaneous speech", "одновременная речь", star=True)
    yield FeatureSpec("overlap_share", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ talk", "одновременная речь ÷ время разговора", star=True)
    yield FeatureSpec("overlap_share_call", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ call duration", "одновременная речь ÷ длительность звонка", star=True)
    yield FeatureSpec("overlap_share_speech", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ time when anybody speaks", "одновременная речь ÷ время, когда говорит хоть кто-то", star=True)
    yield FeatureSpec("overlap_share_agent", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ the agent's speech", "одновременная речь ÷ речь оператора", star=True)
    yield FeatureSpec("overlap_share_customer", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ the customer's speech", "одновременная речь ÷ речь клиента", star=True)
    yield FeatureSpec("overlap_in_interruptions_s", "s", "overlap", "call", ("roles",), "simultaneous speech inside interruptions", "одновременная речь внутри перебиваний", star=True, parameters=("interruption_min_s", "terminal_s", "dual_start_s"))
    yield FeatureSpec("sber_overlap_in_interruptions_s", "s", "overlap", "call", ("roles",), "the same with close fragments of simultaneous speech clustered into one interruption, a single short one being none (Sber)", "то же, где близкие отрезки одновременной речи – одно перебивание, а одиночный короткий – не перебивание (Сбер)", star=True, parameters=("sber_cluster_gap_s", "sber_short_s"))
    for who, en, ru in (("agent", "the agent", "оператор"), ("customer", "the customer", "клиент")):
        yield FeatureSpec(f"interruptions_by_{who}", "count", "overlap", "call", ("roles",), f"times {en} began to speak over the other's unfinished turn, for {{interruption_min_s}} s or longer", f"сколько раз {ru} начал говорить поверх незаконченной реплики, {{interruption_min_s}} с или дольше", parameters=("interruption_min_s",))
        yield FeatureSpec(f"interruptions_by_{who}_yielded", "count", "overlap", "call", ("roles",), f"of those, the other stopped within {{yield_s}} s ({en} got the floor)", f"из них собеседник замолчал за {{yield_s}} с ({ru} перехватил слово)", parameters=("yield_s",))
        yield FeatureSpec(f"backchannels_by_{who}", "count", "overlap", "call", ("roles",), f"listening sounds of {en} while the other goes on", f"поддакивания ({ru}), пока другой говорит", parameters=("backchannel_max_s",))
    yield FeatureSpec("dual_starts", "count", "overlap", "call", ("roles",), "both started within {dual_start_s} s of each other after silence", "начали одновременно, в пределах {dual_start_s} с после паузы", parameters=("dual_start_s", "dual_start_silence_s"))
    yield FeatureSpec("brief_overlaps", "count", "overlap", "call", ("roles",), "overlaps shorter than {interruption_min_s} s", "наложения короче {interruption_min_s} с", parameters=("interruption_min_s",))
    yield FeatureSpec("mutual_silence_s", "s", "silence", "call", ("speech",), "nobody speaks, in talk", "никто не говорит, в разговоре")
    yield FeatureSpec("mutual_silence_share", "share", "silence", "call", ("speech",), "nobody speaks ÷ talk", "доля взаимной тишины в разговоре")
    yield FeatureSpec("silences", "count", "silence", "call", ("speech",), "stretches of talk when nobody speaks for {silence_min_s} s or longer", "паузы в разговоре: никто не говорит {silence_min_s} с или дольше", parameters=("silence_min_s",))
    yield FeatureSpec("silence_s", "s", "silence", "call", ("speech",), "total length of those", "их общая длительность", parameters=("silence_min_s",))
    yield FeatureSpec("silence_longest_s", "s", "silence", "call", ("speech",), "the longest of those; 0 when there is none", "самая долгая из них; 0, если их нет", parameters=("silence_min_s",))
    yield FeatureSpec("long_silences", "count", "silence", "call", ("speech",), "silences in talk of {long_silence_min_s} s or longer that are no hold", "паузы в разговоре от {long_silence_min_s} с, не удержание", parameters=("long_silence_min_s",))


def _lexical() -> Iterator[FeatureSpec]:
    for who, en, ru in (("agent", "the agent", "оператора"), ("customer", "the customer", "клиента")):
        yield FeatureSpec(f"{who}_positive", "share", "lexical", "both", ("roles", "words"), f"share of positive words of {en}", f"доля позитивных слов {ru}")
        yield FeatureSpec(f"{who}_negative", "share", "lexical", "both", ("roles", "words"), f"share of negative words of {en}", f"доля негативных слов {ru}")
        yield FeatureSpec(f"profanity_by_{who}", "count", "lexical", "both", ("roles", "words"), f"swear words of {en}", f"бранные слова {ru}")
        yield FeatureSpec(f"reasks_by_{who}", "count", "lexical", "both", ("roles", "words"), f"times {en} asked to repeat or explain", f"переспросы {ru}")
    yield FeatureSpec("customer_negative_last_third", "share", "lexical", "both", ("roles", "words"), "share of negative words in the last third of the customer's words", "доля негативных слов в последней трети слов клиента")
    yield FeatureSpec("customer_sentiment_drift", "share", "lexical", "both", ("roles", "words"), "(positive − negative) share in the customer's last third − in the first third", "(позитив − негатив) в последней трети слов клиента − в первой")
    for name, en, ru in (
        ("customer_confusion", "customer's words of not understanding", "слова непонимания у клиента"),
        ("customer_doubt", "customer's words of doubt", "слова сомнения у клиента"),
        ("gratitude", "customer's thanks", "благодарности клиента"),
        ("apologies_by_agent", "agent's apologies", "извинения оператора"),
        ("repeat_cue", "customer says that this is not the first contact", "клиент говорит, что обращается не впервые"),
        ("asks_for_human", "customer asks for a person", "клиент просит человека"),
        ("complaint_cue", "customer complains or threatens to", "клиент жалуется или грозит жалобой"),
        ("churn_cue", "customer speaks of leaving", "клиент говорит об уходе"),
        ("unresolved_cue", "customer says that nothing was solved", "клиент говорит, что вопрос не решён"),
        ("contradiction_cue", "customer was told something else before", "клиенту раньше говорили другое"),
    ):
        yield FeatureSpec(name, "count", "lexical", "both", ("roles", "words"), f"{en} (dictionary hits)", f"{ru} (по словарю)")


def _chat() -> Iterator[FeatureSpec]:
    times: tuple[Need, ...] = ("message times",)
    yield FeatureSpec("first_response_s", "s", "chat", "chat", times, "from handover to a person to the agent's first message (not the auto-reply)", "от передачи человеку до первого сообщения оператора (не автоответа)")
    for who, en, ru in (("agent", "the agent", "оператора"), ("customer", "the customer", "клиента")):
        yield FeatureSpec(f"{who}_response_median_s", "s", "chat", "chat", times, f"median wait for an answer of {en}", f"медиана ожидания ответа {ru}")
        yield FeatureSpec(f"{who}_response_longest_s", "s", "chat", "chat", times, f"longest wait for an answer of {en}", f"самое долгое ожидание ответа {ru}")
        yield FeatureSpec(f"{who}_messages", "count", "chat", "chat", (), f"messages of {en}", f"сообщения {ru}")
        yield FeatureSpec(f"{who}_words_per_message", "count", "chat", "chat", (), f"mean words per message of {en}", f"слов в сообщении {ru}")
    yield FeatureSpec("chat_duration_s", "s", "chat", "chat", times, "from the first to the last message", "от первого до последнего сообщения")
    yield FeatureSpec("bot_time_s", "s", "chat", "chat", times, "from the first message to handover, while the bot answered", "от первого сообщения до передачи человеку, пока отвечал бот")
    yield FeatureSpec("bot_messages", "count", "chat", "chat", (), "messages of the bot", "сообщения бота")
    yield FeatureSpec("handover", "category", "chat", "chat", (), "none, bot_to_agent or agent_to_agent", "none, bot_to_agent или agent_to_agent")
    yield FeatureSpec("uses_customer_name", "flag", "chat", "chat", ("names",), "1 when an agent message has the customer's name", "1, если оператор назвал клиента по имени")
    yield FeatureSpec("template_share", "share", "chat", "chat", (), "agent messages nearly equal to a canned text or to another message of the same agent", "доля сообщений оператора, почти равных шаблону или другому своему сообщению")
    yield FeatureSpec("main_point_first", "flag", "chat", "chat", (), "1 when the agent's first answer starts with substance, 0 when with a filler", "1, если первый ответ оператора начинается с сути, 0 – если с заполнителя")
    yield FeatureSpec("plain_words", "share", "chat", "chat", (), "1 − officialese phrases per agent sentence (at least 0)", "1 − канцелярских оборотов на предложение оператора (не меньше 0)")
    yield FeatureSpec("customer_spoke_last", "flag", "chat", "chat", (), "1 when the last message of a person is the customer's", "1, если последнее сообщение человека – клиента")
    yield FeatureSpec("exclamations", "count", "chat", "chat", (), "customer sentences that end with an exclamation mark", "восклицания клиента")
    yield FeatureSpec("questions", "count", "chat", "chat", (), "customer sentences that end with a question mark", "вопросы клиента")
    yield FeatureSpec("capitals_share", "share", "chat", "chat", (), "share of customer words of ≥ 3 letters in capitals", "доля слов клиента из ≥ 3 букв, написанных заглавными")


CATALOGUE: dict[str, FeatureSpec] = {
    spec.name: spec for family in (_telephony, _speech, _words, _overlap, _lexical, _chat) for spec in family()
}


def features_of(kind: str) -> tuple[FeatureSpec, ...]:
    """Specs that a call or a chat has, in catalogue order."""
    return tuple(spec for spec in CATALOGUE.values() if spec.kinds in {kind, "both"})
