"""The single list of features: name, unit, what it needs, what it means in both languages. Data only.

A feature that is not here cannot be put into a row. METRICS.md of the project's design is the source of the names;
★ marks the factors that Sber's essay on automatic CSI names. ``parameters`` are keys of ``definitions`` in the
configuration that change the number; a definition names them in braces and is printed with their values. An event in
braces is told as it is under the same values, so a definition is true under every named set and stands alone.

Phases that are heard move whatever is measured in talk. Their parameters are named by the phases' own features, and a
hold's also where the length of talk or a silence in it is the number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from voxcx.domain.event_catalogue import EVENT_CATALOGUE

SCHEMA_VERSION = "2"

Unit = Literal[
    "s", "share", "count", "words/s", "letters/s", "words/min", "letters", "category", "flag", "confidence", "Hz", "st", "dB"
]
Need = Literal["telephony", "roles", "words", "speech", "history", "message times", "names", "sound"]
Kinds = Literal["call", "chat", "both"]
Family = Literal["telephony", "words", "rates", "speech", "turns", "overlap", "silence", "history", "lexical", "chat", "trust", "prosody"]


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """What a feature is. ``voice_proxy``: a proxy of sex, age or accent – for CSI only, never an agent's score.

    ``source`` is whose definition it is: ★ features follow Sber's essay, the rest is ours unless named. ``terms`` (en, ru)
    says what the words of the definition mean; it is told where the values are known.
    """

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
    source: str = ""
    terms: tuple[str, str] = ("", "")

    @property
    def defined_by(self) -> str:
        """Whose definition it is."""
        return self.source or ("Sber" if self.star else "voxcx")

    def definition(self, language: str, used: Mapping[str, float]) -> str:
        """The definition in the interface language (English unless ``ru``), with the parameters' values in it.

        Without values it is short: its terms are left out.
        """
        mark, terms = (",", self.terms[1]) if language == "ru" else (".", self.terms[0])
        text = self.ru if language == "ru" else self.en
        text = f"{text}; {terms}" if terms and used else text
        values = {name: f"{used[name]:g}".replace(".", mark) if name in used else name for name in self.parameters}
        events = {kind: event.core(language, used) for kind, event in EVENT_CATALOGUE.items() if f"{{{kind}}}" in text}
        return text.format_map(values | events)


_LISTENING = ("backchannel_max_s", "backchannel_goes_on_s", "backchannel_next_within_s")
_TURNS = ("turn_gap_s", *_LISTENING)
_HOLD = ("hold_silence_min_s", "hold_phrase_within_s")
_PHASES = (*_HOLD, *_TURNS)  # a conversation of turns tells music on hold from music in the queue
_LATENCY = (*_TURNS, *_HOLD)
_SILENCE = ("silence_min_s", "silence_min_excluded", "silence_between_words", *_HOLD)
_INTERRUPTION = (
    *("interruption_clusters", "interruption_min_s", "interruption_min_letters", "terminal_s"),
    *("dual_start_s", "dual_start_silence_s", "sber_cluster_gap_s", "sber_short_s", *_TURNS),
)
_YIELDED = ("yield_s", "breath_s", *_INTERRUPTION)
_OPENING = ("opening_pause_s", "opening_limit_s")
_TURN = (
    "a turn ends with a pause of {turn_gap_s} s or when the other takes the floor, and listening sounds are no turns",
    "реплика заканчивается паузой от {turn_gap_s} с или когда слово берёт собеседник, поддакивания – не реплики",
)
_IS_HOLD = ("a hold: {hold}", "удержание: {hold}")
_IS_INTERRUPTION = ("an interruption: {interruption}", "перебивание: {interruption}")
_IS_LISTENING = ("a listening sound: {backchannel}", "поддакивание: {backchannel}")
_IS_DUAL = ("a dual start: {dual_start}", "одновременное начало: {dual_start}")
_IS_BRIEF = ("a brief overlap: {brief_overlap}", "короткое наложение: {brief_overlap}")
_IS_SILENCE = ("a silence: {silence}", "пауза: {silence}")
_IS_LONG = ("a long silence: {long_silence}", "долгая пауза: {long_silence}")


def _telephony() -> Iterator[FeatureSpec]:
    tel: tuple[Need, ...] = ("telephony",)
    yield FeatureSpec("holds_count", "count", "telephony", "call", tel, "number of holds", "число удержаний", star=True, parameters=_PHASES, terms=_IS_HOLD)
    yield FeatureSpec("hold_total_s", "s", "telephony", "call", tel, "total time on hold", "общее время на удержании", star=True, parameters=_PHASES, terms=_IS_HOLD)
    yield FeatureSpec("hold_longest_s", "s", "telephony", "call", tel, "the longest hold; 0 when there was none", "самое долгое удержание; 0, если удержаний не было", star=True, parameters=_PHASES, terms=_IS_HOLD)
    yield FeatureSpec("ivr_time_s", "s", "telephony", "call", tel, "time in IVR, all its legs: by the call record, without one as heard (keys, recorded prompts, a voice before the ringing)", "время в IVR, все участки: по записи АТС, без неё – по звуку (нажатия клавиш, записанные фразы, голос до гудков)", star=True, parameters=_TURNS)
    yield FeatureSpec("queue_wait_s", "s", "telephony", "call", tel, "from queue entry to answer, ringing included: by the call record, without one as heard (ringing and music before the agent's first word)", "от постановки в очередь до ответа, включая дозвон: по записи АТС, без неё – по звуку (гудки и музыка до первых слов оператора)", star=True, parameters=_TURNS)
    yield FeatureSpec("ivr_status", "category", "telephony", "call", tel, "how the IVR leg ended: completed, transferred, opted_out, abandoned, timeout, error, none", "чем закончился IVR: completed, transferred, opted_out, abandoned, timeout, error, none", star=True)
    yield FeatureSpec("ivr_path", "category", "telephony", "call", tel, "path through the IVR menu", "путь по меню IVR", star=True)
    yield FeatureSpec("ivr_steps", "count", "telephony", "call", tel, "menu steps taken in IVR", "число шагов в IVR", star=True)
    yield FeatureSpec("ivr_last_node", "category", "telephony", "call", tel, "where the IVR leg ended", "последний узел IVR", star=True)
    yield FeatureSpec("ivr_intent", "category", "telephony", "call", tel, "what the IVR understood the customer wants", "цель обращения, как её понял IVR", star=True)
    yield FeatureSpec("ivr_no_input", "count", "telephony", "call", tel, "times the IVR heard nothing", "сколько раз IVR ничего не услышал", star=True)
    yield FeatureSpec("ivr_no_match", "count", "telephony", "call", tel, "times the IVR did not understand", "сколько раз IVR не понял клиента", star=True)
    yield FeatureSpec("ivr_operator_requests", "count", "telephony", "call", tel, "times the customer asked the IVR for a person", "сколько раз клиент просил у IVR оператора", star=True)
    yield FeatureSpec("transfers", "count", "telephony", "call", tel, "transfers to another agent or line", "число переводов на другого оператора или линию")
    yield FeatureSpec("handover_context", "category", "telephony", "call", tel, "what the agent got with a transfer or from the IVR: none, number, path, authenticated, full", "что оператор получил вместе с переводом или из IVR: none, number, path, authenticated, full")
    yield FeatureSpec("hangup_by", "category", "telephony", "call", tel, "who ended the call: agent, customer, system", "кто завершил разговор: agent, customer, system")
    yield FeatureSpec("wrap_s", "s", "telephony", "call", tel, "after-call work: time that the agent works on the contact after the talk", "поствызывная обработка: сколько оператор занимался обращением после разговора")
    yield FeatureSpec("handle_s", "s", "telephony", "call", tel, "AHT: talk + holds + after-call work; not known when the after-call work or the holds are not", "AHT: разговор + удержания + поствызывная обработка; если обработка или удержания неизвестны, значения нет", source="COPC CX Standard", parameters=_TURNS)
    yield FeatureSpec("prefers_human", "flag", "history", "both", ("history",), "1 when the customer opted out of the machine or asked it for a person in every one of at least 3 earlier contacts with a bot or IVR leg; a CRM flag wins", "1, если клиент не меньше трёх раз раньше попадал к роботу или в IVR и каждый раз отказывался от него или просил человека; отметка в CRM важнее", star=True)
    yield FeatureSpec("prefers_human_share", "share", "history", "both", ("history",), "share of earlier contacts with a bot or IVR leg in which the customer opted out of the machine or asked it for a person", "доля прошлых обращений через робота или IVR, в которых клиент отказался от него или просил человека", star=True)
    his: tuple[Need, ...] = ("history",)
    yield FeatureSpec("earlier_contacts_7d", "count", "history", "both", his, "times the customer turned to the company in the 7 days before this contact", "сколько раз клиент обращался за 7 дней до этого обращения")
    yield FeatureSpec("failed_attempts_before", "count", "history", "both", his, "the customer's attempts in the 7 days before this contact that reached nobody (abandoned, blocked, or broken off in the IVR), since the last contact with a person", "попытки клиента за 7 дней до этого обращения, которые не дошли до человека (не дождался, не был принят или оборвалось в IVR), после последнего контакта с человеком")
    yield FeatureSpec("channel_switches_7d", "count", "history", "both", his, "changes of channel from one contact of the customer to the next in the 7 days before this contact, up to this one", "сколько раз клиент менял канал от обращения к обращению за 7 дней, считая это обращение")
    yield FeatureSpec("same_agent", "flag", "history", "both", his, "1 when the agent is the one of the customer's last contact with a person in the 7 days before this contact", "1, если оператор тот же, что в последнем контакте клиента с человеком за 7 дней до этого обращения")
    yield FeatureSpec("reconnect_after_drop", "flag", "history", "both", his, "1 when the contact before this one broke off by itself at most 10 min earlier", "1, если предыдущий контакт с клиентом оборвался сам не больше чем за 10 минут до этого обращения")
    yield FeatureSpec("bot_on_repeat_24h", "flag", "history", "both", his, "1 when the customer came again within 24 h and met a bot or IVR leg again", "1, если клиент снова обратился в течение 24 часов и снова попал к роботу или в IVR")


def _speech() -> Iterator[FeatureSpec]:
    yield FeatureSpec("duration_s", "s", "speech", "call", ("speech",), "length of the recording", "длительность записи")
    yield FeatureSpec("talk_s", "s", "speech", "call", ("speech",), "time of talk: the recording without IVR, queue, holds and what comes after the call", "время разговора: запись без IVR, очереди, удержаний и того, что после разговора", parameters=_PHASES)
    for who, en, ru, other_en, other_ru in (("agent", "the agent", "оператора", "the customer", "клиента"), ("customer", "the customer", "клиента", "the agent", "оператора")):
        yield FeatureSpec(f"{who}_speech_s", "s", "speech", "call", ("roles",), f"speech of {en} in talk, from voice-activity frames", f"время речи {ru} в разговоре, по кадрам детектора речи")
        yield FeatureSpec(f"{who}_speech_share", "share", "speech", "call", ("roles",), f"speech of {en} ÷ time of talk", f"время речи {ru} ÷ время разговора", parameters=_HOLD)
        yield FeatureSpec(f"{who}_turns", "count", "turns", "call", ("roles",), f"turns of {en}", f"число реплик {ru}", parameters=_TURNS, terms=_TURN)
        yield FeatureSpec(f"{who}_turn_median_s", "s", "turns", "call", ("roles",), f"median length of a turn of {en}", f"медиана длины реплики {ru}", parameters=_TURNS, terms=_TURN)
        yield FeatureSpec(f"{who}_longest_turn_s", "s", "turns", "call", ("roles",), f"longest turn of {en}", f"самая длинная реплика {ru}", parameters=_TURNS, terms=_TURN)
        yield FeatureSpec(f"{who}_latency_median_s", "s", "turns", "call", ("roles",), f"median pause before {en} answers: from the end of a turn of {other_en} to the start of a turn of {en}, with no hold between", f"медиана паузы перед ответом {ru}: от конца реплики {other_ru} до начала реплики {ru}, без удержания между ними", parameters=_LATENCY, terms=_TURN)
        yield FeatureSpec(f"{who}_latency_p90_s", "s", "turns", "call", ("roles",), f"90th percentile of the pause before {en} answers: from the end of a turn of {other_en} to the start of a turn of {en}, with no hold between", f"90-й процентиль паузы перед ответом {ru}: от конца реплики {other_ru} до начала реплики {ru}, без удержания между ними", parameters=_LATENCY, terms=_TURN)
        yield FeatureSpec(f"{who}_opening_end_s", "s", "words", "call", ("roles", "words"), f"when the opening of {en} ends, from the start of talk: the end of the first run of words with pauses shorter than {{opening_pause_s}} s, at most {{opening_limit_s}} s long", f"когда закончилось вступление {ru}, от начала разговора: конец первой серии слов с паузами короче {{opening_pause_s}} с, не длиннее {{opening_limit_s}} с", star=True, parameters=_OPENING)
        yield FeatureSpec(f"{who}_closing_start_s", "s", "words", "call", ("roles", "words"), f"when the closing of {en} starts, from the start of talk: the start of the last run of words with pauses shorter than {{opening_pause_s}} s, at most {{opening_limit_s}} s long", f"когда началось завершение речи {ru}, от начала разговора: начало последней серии слов с паузами короче {{opening_pause_s}} с, не длиннее {{opening_limit_s}} с", parameters=_OPENING)


def _words() -> Iterator[FeatureSpec]:
    for who, en, ru in (("agent", "the agent", "оператора"), ("customer", "the customer", "клиента")):
        star = who == "agent"
        yield FeatureSpec(f"{who}_words", "count", "words", "both", ("roles", "words"), f"recognised words of {en}, numbers verbalised", f"распознанные слова {ru}, числа словами", star=star)
        yield FeatureSpec(f"{who}_letters_per_word", "letters", "words", "both", ("roles", "words"), f"mean letters per word of {en}", f"среднее число букв в слове {ru}", star=not star, voice_proxy=True)
        yield FeatureSpec(f"{who}_articulation_wps", "words/s", "rates", "call", ("roles", "words"), f"words ÷ speech time of {en}; from {{min_words_for_rate}} words", f"слова ÷ время речи {ru}; от {{min_words_for_rate}} слов", voice_proxy=True, parameters=("min_words_for_rate",))
        yield FeatureSpec(f"{who}_articulation_lps", "letters/s", "rates", "call", ("roles", "words"), f"letters ÷ speech time of {en}; from {{min_words_for_rate}} words", f"буквы ÷ время речи {ru}; от {{min_words_for_rate}} слов", voice_proxy=True, parameters=("min_words_for_rate",))
        yield FeatureSpec(f"{who}_rate_wpm", "words/min", "rates", "call", ("roles", "words"), f"words in turns ÷ time of the turns with their pauses, of {en}; from {{min_words_for_rate}} words", f"слова в репликах ÷ время реплик с паузами, у {ru}; от {{min_words_for_rate}} слов", voice_proxy=True, parameters=("min_words_for_rate", *_TURNS), terms=_TURN)
        yield FeatureSpec(f"{who}_rate_delta_wps", "words/s", "rates", "call", ("roles", "words"), f"mean words per second of the utterances of {en} − all words ÷ all speech of {en}; from {{min_words_for_rate}} words", f"средняя скорость высказываний {ru}, слов/с − все слова ÷ всё время речи {ru}; от {{min_words_for_rate}} слов", voice_proxy=True, parameters=("min_words_for_rate",))
        yield FeatureSpec(f"{who}_rate_drift_wps", "words/s", "rates", "call", ("roles", "words"), f"words per second in the last third of the words of {en} − in the first third; from {{min_words_for_rate}} words", f"скорость в последней трети слов {ru}, слов/с − в первой трети; от {{min_words_for_rate}} слов", voice_proxy=True, parameters=("min_words_for_rate",))
        yield FeatureSpec(f"asr_confidence_{who}", "confidence", "trust", "call", ("roles", "words"), f"mean recognition confidence of the words of {en}", f"средняя уверенность распознавания слов {ru}", voice_proxy=True)
    yield FeatureSpec("rate_diff_wps", "words/s", "rates", "call", ("roles", "words"), "words per second of the customer − of the agent, each the mean over the party's utterances", "скорость речи клиента − скорость оператора, слов/с, у каждого в среднем по его высказываниям", star=True, voice_proxy=True)
    yield FeatureSpec("rate_diff_lps", "letters/s", "rates", "call", ("roles", "words"), "letters per second of the customer − of the agent, each the mean over the party's utterances", "скорость речи клиента − скорость оператора, букв/с, у каждого в среднем по его высказываниям", star=True, voice_proxy=True)
    yield FeatureSpec("rate_diff_wps_call", "words/s", "rates", "call", ("roles", "words"), "words per second of the customer − of the agent, each all words ÷ all speech of the party", "скорость речи клиента − скорость оператора, слов/с, у каждого все слова ÷ всё время речи", star=True, voice_proxy=True)
    yield FeatureSpec("rate_diff_lps_call", "letters/s", "rates", "call", ("roles", "words"), "letters per second of the customer − of the agent, each all letters ÷ all speech of the party", "скорость речи клиента − скорость оператора, букв/с, у каждого все буквы ÷ всё время речи", star=True, voice_proxy=True)
    yield FeatureSpec("rate_accommodation_wps", "words/s", "rates", "call", ("roles", "words"), "mean absolute difference in words per second between neighbouring utterances of the two parties with more than {long_utterance_s} s of speech each", "средняя по модулю разница скоростей, слов/с, между соседними высказываниями сторон, где речи больше {long_utterance_s} с", voice_proxy=True, parameters=("long_utterance_s",))
    yield FeatureSpec("language", "category", "trust", "both", ("words",), "language of the transcript", "язык расшифровки")


def _overlap() -> Iterator[FeatureSpec]:
    yield FeatureSpec("overlap_s", "s", "overlap", "call", ("roles",), "simultaneous speech of the two parties in talk", "одновременная речь сторон в разговоре", star=True)
    yield FeatureSpec("overlap_share", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ time of talk", "одновременная речь ÷ время разговора", star=True, parameters=_HOLD)
    yield FeatureSpec("overlap_share_call", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ length of the recording", "одновременная речь ÷ длительность записи", star=True)
    yield FeatureSpec("overlap_share_speech", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ time when anybody speaks", "одновременная речь ÷ время, когда говорит хоть кто-то", star=True)
    yield FeatureSpec("overlap_share_agent", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ the agent's speech", "одновременная речь ÷ речь оператора", star=True)
    yield FeatureSpec("overlap_share_customer", "share", "overlap", "call", ("roles",), "simultaneous speech ÷ the customer's speech", "одновременная речь ÷ речь клиента", star=True)
    yield FeatureSpec("overlap_in_interruptions_s", "s", "overlap", "call", ("roles",), "simultaneous speech inside interruptions, listening sounds left out", "одновременная речь внутри перебиваний, без поддакиваний", star=True, parameters=_INTERRUPTION, terms=_IS_INTERRUPTION)
    yield FeatureSpec("sber_overlap_in_interruptions_s", "s", "overlap", "call", ("roles",), "simultaneous speech inside interruptions as Sber describes them, under any definitions: fragments with gaps of at most {sber_cluster_gap_s} s are one interruption, a single one shorter than {sber_short_s} s is none; listening sounds left out", "одновременная речь внутри перебиваний, как их описывает Сбер, при любых определениях: отрезки с промежутками до {sber_cluster_gap_s} с – одно перебивание, одиночный короче {sber_short_s} с – не перебивание; без поддакиваний", star=True, parameters=("sber_cluster_gap_s", "sber_short_s", *_LISTENING))
    for who, en, ru in (("agent", "the agent", "оператора"), ("customer", "the customer", "клиента")):
        yield FeatureSpec(f"{who}_interrupting_turn_share", "share", "overlap", "call", ("roles",), f"turns of {en} that begin with an interruption ÷ turns of {en}", f"доля реплик {ru}, начатых перебиванием", source="Medallia Voci", parameters=_INTERRUPTION, terms=_IS_INTERRUPTION)
    for who, en, ru, other_en, other_ru, whose_ru in (("agent", "the agent", "оператор", "the customer", "клиент", "оператора"), ("customer", "the customer", "клиент", "the agent", "оператор", "клиента")):
        yield FeatureSpec(f"interruptions_by_{who}", "count", "overlap", "call", ("roles",), f"times {en} interrupted {other_en}", f"сколько раз {ru} перебил {other_ru}а", parameters=_INTERRUPTION, terms=_IS_INTERRUPTION)
        yield FeatureSpec(f"interruptions_by_{who}_yielded", "count", "overlap", "call", ("roles",), f"times {en} interrupted {other_en}, who stopped within {{yield_s}} s (a pause of at most {{breath_s}} s is no stop)", f"сколько раз {ru} перебил, и {other_ru} замолчал за {{yield_s}} с (пауза до {{breath_s}} с – не молчание)", parameters=_YIELDED, terms=_IS_INTERRUPTION)
        yield FeatureSpec(f"backchannels_by_{who}", "count", "overlap", "call", ("roles",), f"listening sounds of {en}", f"поддакивания {whose_ru}", parameters=_LISTENING, terms=_IS_LISTENING)
    yield FeatureSpec("dual_starts", "count", "overlap", "call", ("roles",), "times both parties began to speak at once", "сколько раз стороны начали говорить одновременно", parameters=("interruption_clusters", "dual_start_s", "dual_start_silence_s", *_LISTENING), terms=_IS_DUAL)
    yield FeatureSpec("brief_overlaps", "count", "overlap", "call", ("roles",), "number of brief overlaps", "число коротких наложений", parameters=_INTERRUPTION, terms=_IS_BRIEF)
    yield FeatureSpec("mutual_silence_s", "s", "silence", "call", ("speech",), "time of talk when nobody speaks", "время разговора, когда никто не говорит", parameters=_HOLD)
    yield FeatureSpec("mutual_silence_share", "share", "silence", "call", ("speech",), "time of talk when nobody speaks ÷ time of talk", "время разговора, когда никто не говорит, ÷ время разговора", parameters=_HOLD)
    yield FeatureSpec("silences", "count", "silence", "call", ("speech",), "number of silences", "число пауз", parameters=_SILENCE, terms=_IS_SILENCE)
    yield FeatureSpec("silence_s", "s", "silence", "call", ("speech",), "total length of silences", "общая длительность пауз", parameters=_SILENCE, terms=_IS_SILENCE)
    yield FeatureSpec("silence_longest_s", "s", "silence", "call", ("speech",), "the longest silence; 0 when there is none", "самая долгая пауза; 0, если пауз нет", parameters=_SILENCE, terms=_IS_SILENCE)
    yield FeatureSpec("wordless_s", "s", "silence", "call", ("words",), "length of the recording − time of its recognised words, unsure ones left out", "длительность записи − время распознанных слов, кроме сомнительных", source="Medallia Voci")
    yield FeatureSpec("long_silences", "count", "silence", "call", ("speech",), "number of long silences", "число долгих пауз", parameters=("long_silence_min_s", *_HOLD), terms=_IS_LONG)


def _prosody() -> Iterator[FeatureSpec]:
    for who, en, ru in (("agent", "the agent", "оператора"), ("customer", "the customer", "клиента")):
        yield FeatureSpec(f"{who}_pitch_median_hz", "Hz", "prosody", "call", ("roles", "sound"), f"median pitch of the voice of {en} in talk", f"медиана высоты голоса {ru} в разговоре", voice_proxy=True)
        yield FeatureSpec(f"{who}_pitch_range_st", "st", "prosody", "call", ("roles", "sound"), f"range of the pitch of {en}, 95th − 5th percentile, in semitones", f"размах высоты голоса {ru}, 95-й − 5-й процентиль, в полутонах", voice_proxy=True)
        yield FeatureSpec(f"{who}_loudness_db", "dB", "prosody", "call", ("roles", "sound"), f"level of the speech of {en}, dB of full scale", f"громкость речи {ru}, дБ относительно полной шкалы", voice_proxy=True)
        yield FeatureSpec(f"{who}_loudness_drift_db", "dB", "prosody", "call", ("roles", "sound"), f"level in the last third of the speech of {en} − in the first third", f"громкость в последней трети речи {ru} − в первой трети", voice_proxy=True)


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
        yield FeatureSpec(f"{who}_words_per_message", "count", "chat", "chat", (), f"mean words per message of {en}", f"среднее число слов в сообщении {ru}")
    yield FeatureSpec("chat_duration_s", "s", "chat", "chat", times, "from the first to the last message", "от первого до последнего сообщения")
    yield FeatureSpec("bot_time_s", "s", "chat", "chat", times, "from the first message to handover, while the bot answered", "от первого сообщения до передачи человеку, пока отвечал бот")
    yield FeatureSpec("bot_messages", "count", "chat", "chat", (), "messages of the bot", "сообщения бота")
    yield FeatureSpec("handover", "category", "chat", "chat", (), "none, bot_to_agent or agent_to_agent", "none, bot_to_agent или agent_to_agent")
    yield FeatureSpec("uses_customer_name", "flag", "chat", "chat", ("names",), "1 when an agent message has the customer's name", "1, если оператор назвал клиента по имени")
    yield FeatureSpec("template_share", "share", "chat", "chat", (), "agent messages nearly equal to a canned text, to another message of this chat or to one of the agent's own earlier chats", "доля сообщений оператора, почти равных шаблону, другому своему сообщению или тексту своих прошлых чатов")
    yield FeatureSpec("main_point_first", "flag", "chat", "chat", (), "1 when the agent's first answer starts with substance, 0 when with a filler", "1, если первый ответ оператора начинается с сути, 0 – если с заполнителя")
    yield FeatureSpec("plain_words", "share", "chat", "chat", (), "1 − officialese phrases per agent sentence (at least 0)", "1 − канцелярских оборотов на предложение оператора (не меньше 0)")
    yield FeatureSpec("customer_spoke_last", "flag", "chat", "chat", (), "1 when the last message of a person is the customer's", "1, если последнее сообщение человека – клиента")
    yield FeatureSpec("exclamations", "count", "chat", "chat", (), "customer sentences that end with an exclamation mark", "восклицания клиента")
    yield FeatureSpec("questions", "count", "chat", "chat", (), "customer sentences that end with a question mark", "вопросы клиента")
    yield FeatureSpec("capitals_share", "share", "chat", "chat", (), "share of customer words of ≥ 3 letters in capitals", "доля слов клиента из ≥ 3 букв, написанных заглавными")


CATALOGUE: dict[str, FeatureSpec] = {
    spec.name: spec for family in (_telephony, _speech, _words, _overlap, _prosody, _lexical, _chat) for spec in family()
}


def features_of(kind: str) -> tuple[FeatureSpec, ...]:
    """Specs that a call or a chat has, in catalogue order."""
    return tuple(spec for spec in CATALOGUE.values() if spec.kinds in {kind, "both"})
