"""Results built by hand from domain records: a Russian call of 92 s and an English chat, no recogniser involved.

``a_call()`` and ``a_chat()`` give whole results; ``untrusted_call()`` is a mono recording without telephony, estimate
or scorecard. The smaller builders (``utterance``, ``feature_row``, ``judged``) serve table tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from voxcx.config import Definitions
from voxcx.domain.catalogue import features_of
from voxcx.domain.csi import CsiEstimate, Reason
from voxcx.domain.features import Feature, FeatureRow, Value
from voxcx.domain.heard import Finding, Heard
from voxcx.domain.interaction import Interaction, Message, Recording, Role, Telephony
from voxcx.domain.intervals import Interval, Intervals, intersection, union
from voxcx.domain.qa import Criterion, CriterionResult, Evidence, Mode, QaForm, Section, Severity, Verdict
from voxcx.domain.result import Provenance, Result, Roles
from voxcx.domain.scorecard import Scorecard, SectionScore
from voxcx.domain.timeline import Event, Phase, Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word

CALL_S = 92.0
HOLD = Interval(34.0, 52.5)
LONG_SILENCE = Interval(66.0, 77.4)
INTERRUPTION = Interval(30.2, 31.4)
DIGEST = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"

CALL_SCRIPT: tuple[tuple[Role, float, float, str], ...] = (
    ("agent", 0.6, 5.8, "Добрый день, компания «Северсвязь», меня зовут Ирина, чем могу помочь?"),
    (
        "customer",
        6.6,
        13.9,
        "Здравствуйте, у меня второй раз за неделю списали деньги за услугу, которую я не подключал",
    ),
    ("agent", 14.8, 18.2, "Назовите, пожалуйста, номер договора"),
    ("customer", 19.4, 23.8, "Четыреста двенадцать восемьсот семь"),
    ("agent", 24.6, 27.0, "Спасибо, сейчас посмотрю"),
    ("customer", 27.4, 31.4, "Я уже звонил вам в понедельник и мне обещали"),
    ("agent", 30.2, 33.8, "Оставайтесь на линии, я уточню у коллег"),
    ("agent", 53.0, 57.4, "Спасибо за ожидание, услуга подключена с вашего номера"),
    ("customer", 57.9, 60.2, "Да не подключал я ничего"),
    ("agent", 59.4, 59.8, "угу"),
    ("agent", 60.8, 65.9, "Чтобы отключить услугу, назовите код из смс, который вам пришёл"),
    ("customer", 77.5, 82.6, "Это что за безобразие, я буду жаловаться и уйду от вас"),
    ("agent", 83.4, 88.7, "Услугу отключила, деньги вернутся на счёт в течение трёх дней"),
    ("agent", 89.2, 91.2, "До свидания"),
)


def utterance(
    role: Role, start_s: float, end_s: float, text: str, suspects: Mapping[str, str] | None = None
) -> Utterance:
    """An utterance whose words share its time by their letters; ``suspects``: word → why it may not have been said."""
    texts = text.split()
    total = sum(len(word) + 1 for word in texts)
    words, at_s = [], start_s
    for word in texts:
        until_s = at_s + (end_s - start_s) * (len(word) + 1) / total
        why = (suspects or {}).get(word)
        words.append(Word(word, round(at_s, 3), round(until_s, 3), 0.41 if why else 0.93, why))
        at_s = until_s
    return Utterance(role, tuple(words), text)


def feature_row(kind: str, known: Mapping[str, Value | tuple[Value, Intervals]], missing: str) -> FeatureRow:
    """Every feature of that kind: the known ones, the rest None with that reason."""
    row = []
    for spec in features_of(kind):
        if spec.name not in known:
            row.append(Feature(spec.name, None, missing))
            continue
        given = known[spec.name]
        value, evidence = given if isinstance(given, tuple) else (given, ())
        row.append(Feature(spec.name, value, None, evidence))
    return FeatureRow(tuple(row))


def criterion(
    name: str, title: str, points: float = 5.0, severity: Severity = "plain", mode: Mode = "full"
) -> Criterion:
    """One line of a form without its rules."""
    return Criterion(name, title, points, severity, mode)


def judged(line: Criterion, verdict: Verdict, *evidence: Evidence, reason: str | None = None) -> CriterionResult:
    """That line with its verdict."""
    by = {"undecided": "nobody", "not_applicable": "telephony"}.get(verdict, "rule")
    return CriterionResult(line, verdict, evidence, reason, by)  # type: ignore[arg-type]


def scorecard(form: QaForm, results: tuple[tuple[CriterionResult, ...], ...]) -> Scorecard:
    """A filled form, sections in the form's order."""
    pairs = zip(form.sections, results, strict=True)
    return Scorecard(form, tuple(SectionScore(section, lines) for section, lines in pairs))


def said(role: Role, start_s: float | None, end_s: float | None, quote: str) -> Evidence:
    """A quote with its time."""
    return Evidence(role, start_s, end_s, quote)


def form_of(
    name: str, language: str, sections: tuple[tuple[str, str, tuple[CriterionResult, ...]], ...]
) -> tuple[QaForm, tuple[tuple[CriterionResult, ...], ...]]:
    """A form with those sections, and its results."""
    made = tuple(Section(key, title, tuple(r.criterion for r in results)) for key, title, results in sections)
    title = "Сервисный звонок" if language == "ru" else "Service chat"
    return QaForm(name, 1, language, title, made), tuple(results for _, _, results in sections)


def call_transcript() -> Transcript:
    """The script of the call with one suspect word."""
    suspects = {"Четыреста": "low confidence"}
    lines = [utterance(role, start, end, text, suspects) for role, start, end, text in CALL_SCRIPT]
    return Transcript("ru", "whisper-base", tuple(sorted(lines, key=lambda u: u.start_s or 0.0)))


def _speech(role: Role) -> Intervals:
    return union(Interval(start, end) for who, start, end, _ in CALL_SCRIPT if who == role)


def call_timeline() -> Timeline:
    """IVR and queue before the recording, a hold, an interruption that took the floor, a backchannel, two silences."""
    talk = [Interval(0.0, HOLD.start_s), Interval(HOLD.end_s, CALL_S)]
    phases = [
        Phase("ivr", Interval(-107.0, -65.0), "cdr"),
        Phase("queue", Interval(-65.0, 0.0), "cdr"),
        Phase("talk", talk[0], "cdr"),
        Phase("hold", HOLD, "cdr"),
        Phase("talk", talk[1], "cdr"),
    ]
    events = [
        Event("interruption", "agent", INTERRUPTION, yielded=True),
        Event("hold", None, HOLD),
        Event("backchannel", "agent", Interval(59.4, 59.8)),
        Event("silence", None, LONG_SILENCE),
        Event("long_silence", None, LONG_SILENCE),
    ]
    return Timeline(CALL_S, _speech("agent"), _speech("customer"), phases=tuple(phases), events=tuple(events))


def call_features() -> FeatureRow:
    """Plausible values; what lacks history is missing."""
    agent, customer = _speech("agent"), _speech("customer")
    both = intersection(agent, customer)
    known: dict[str, Value | tuple[Value, Intervals]] = {
        "holds_count": (1, (HOLD,)), "hold_total_s": (18.5, (HOLD,)), "hold_longest_s": (18.5, (HOLD,)),
        "ivr_time_s": 42.0, "queue_wait_s": 65.0, "ivr_status": "opted_out", "ivr_steps": 3, "ivr_no_match": 1,
        "ivr_operator_requests": 2, "transfers": 0, "hangup_by": "customer", "duration_s": CALL_S, "talk_s": 73.5,
        "agent_speech_s": (29.6, agent), "customer_speech_s": (27.3, customer),
        "agent_speech_share": 0.4027, "customer_speech_share": 0.3714, "agent_turns": 7, "customer_turns": 5,
        "agent_latency_median_s": 0.8, "customer_latency_median_s": 0.7, "agent_opening_end_s": 5.8,
        "customer_opening_end_s": 13.9, "agent_words": 58, "customer_words": 51, "agent_letters_per_word": 5.62,
        "customer_letters_per_word": 4.94, "agent_articulation_wps": 1.96, "customer_articulation_wps": 1.87,
        "rate_diff_wps": -0.11, "rate_diff_lps": -1.8, "overlap_s": (1.6, both), "overlap_share": 0.0218,
        "overlap_share_call": 0.0174, "overlap_in_interruptions_s": (1.2, (INTERRUPTION,)),
        "interruptions_by_agent": (1, (INTERRUPTION,)), "interruptions_by_customer": 0, "dual_starts": 0,
        "interruptions_by_agent_yielded": (1, (INTERRUPTION,)), "backchannels_by_agent": 1, "brief_overlaps": 0,
        "mutual_silence_s": 18.2, "mutual_silence_share": 0.248, "silences": 1, "silence_s": 11.4,
        "silence_longest_s": (11.4, (LONG_SILENCE,)), "long_silences": (1, (LONG_SILENCE,)), "language": "ru",
        "customer_negative": 0.039, "complaint_cue": (1, (Interval(80.1, 81.6),)), "gratitude": 0,
        "churn_cue": (1, (Interval(81.6, 82.6),)), "repeat_cue": (1, (Interval(27.4, 29.6),)),
    }  # fmt: skip
    return feature_row("call", known, "no history given")


def call_csi() -> CsiEstimate:
    """An unhappy estimate with reasons in both directions."""
    reasons = (
        Reason("complaint_cue", 1, -11.4, (Interval(80.1, 81.6),)),
        Reason("repeat_cue", 1, -6.2, (Interval(27.4, 29.6),)),
        Reason("long_silences", 1, -5.0, (LONG_SILENCE,)),
        Reason("interruptions_by_agent_yielded", 1, -2.3, (INTERRUPTION,)),
        Reason("agent_words", 58, 1.4),
        Reason("hold_total_s", 18.5, -1.0, (HOLD,)),
        Reason("queue_wait_s", 65.0, -0.6),
    )
    shares = ((1, 0.38), (2, 0.24), (3, 0.17), (4, 0.13), (5, 0.08))
    warning = "trained on simulated data; retrain on your own survey answers before acting on it"
    return CsiEstimate(32.3, 11.0, 61.5, 0.8, 0.62, 0.21, shares, reasons, "csi-demo-1", (warning,))


def call_scorecard() -> Scorecard:
    """One critical error (asked for a code from an SMS), one undecided, one not applicable."""
    opening = (
        judged(
            criterion("greeting_company", "Приветствие и название компании", 5),
            "met",
            said("agent", 0.6, 3.1, "Добрый день, компания «Северсвязь»"),
        ),
        judged(
            criterion("agent_introduction", "Представился по имени", 5),
            "met",
            said("agent", 3.1, 4.6, "меня зовут Ирина"),
        ),
    )
    security = (
        judged(
            criterion("identification", "Идентификация до доступа к договору", 10, "critical_compliance", "error"),
            "met",
            said("agent", 14.8, 18.2, "Назовите, пожалуйста, номер договора"),
        ),
        judged(
            criterion(
                "no_secret_requests", "Не запрашивал код из СМС, CVC, пароль", 10, "critical_compliance", "error"
            ),
            "not_met",
            said("agent", 62.9, 65.0, "назовите код из смс"),
            reason="оператор запросил код из СМС",
        ),
    )
    dialogue = (
        judged(
            criterion("no_dead_air", "Нет молчания без пояснения", 10),
            "not_met",
            Evidence(None, LONG_SILENCE.start_s, LONG_SILENCE.end_s),
            reason="взаимная тишина 11,4 с, перед ней нет предупреждения",
        ),
        judged(
            criterion("hold_notice", "Перед удержанием: причина и согласие", 5),
            "met",
            said("agent", 30.2, 32.0, "Оставайтесь на линии"),
        ),
        judged(
            criterion("hold_return", "После удержания поблагодарил", 5),
            "met",
            said("agent", 53.0, 54.6, "Спасибо за ожидание"),
        ),
        judged(
            criterion("transfer_explained", "Перевод объяснён", 5, "critical_customer", "error"),
            "not_applicable",
            reason="переводов не было",
        ),
    )
    solution = (
        judged(
            criterion(
                "answer_or_next_step", "Ответ дан или назван следующий шаг и срок", 15, "critical_customer", "error"
            ),
            "met",
            said("agent", 83.4, 88.7, "деньги вернутся на счёт в течение трёх дней"),
        ),
        judged(
            criterion("empathy_on_negative", "При недовольстве признал неудобство", 10),
            "not_met",
            said("customer", 77.5, 80.0, "Это что за безобразие"),
            reason="после жалобы нет извинения",
        ),
        judged(
            criterion("information_correct", "Информация верна и полна", 10, "critical_customer", "human"),
            "undecided",
            reason="нужен человек: справочника нет",
        ),
    )
    form, results = form_of(
        "service.ru",
        "ru",
        (
            ("opening", "Начало разговора", opening),
            ("security", "Идентификация и безопасность", security),
            ("dialogue", "Ведение разговора", dialogue),
            ("solution", "Решение", solution),
        ),
    )
    return scorecard(form, results)


def call_interaction() -> Interaction:
    """Who, when, where, and the call record."""
    started = datetime.fromisoformat("2026-03-04T11:20:05+03:00")
    telephony = Telephony(
        ivr_time_s=42.0,
        ivr_status="opted_out",
        ivr_steps=3,
        ivr_no_match=1,
        ivr_operator_requests=2,
        queue_wait_s=65.0,
        holds=(HOLD,),
        transfers=0,
        hangup_by="customer",
    )
    recording = Recording(Path("/data/calls/call-0417.flac"), DIGEST, CALL_S, 2, 8000)
    return Interaction(
        "call-0417",
        "call",
        started,
        channel="phone",
        direction="inbound",
        language="ru",
        customer_id="c-88123",
        agent_id="a-17",
        agent_name="Ирина К.",
        queue="Биллинг",
        recordings=(recording,),
        telephony=telephony,
        input_sha256=DIGEST,
    )


def provenance(form: str | None, csi: str | None = "csi-demo-1", engine: str = "whisper-base") -> Provenance:
    """Digests of nothing in particular."""
    used = tuple(Definitions().model_dump().items())
    return Provenance("0.1.0", engine, csi, form, "default", DIGEST[::-1], DIGEST, used)


def a_call() -> Result:
    """A Russian service call: hold, interruption, long silence, a critical error, an unhappy customer."""
    timeline = call_timeline()
    heard = Heard(CALL_S, "ok", (timeline.agent, timeline.customer))
    return Result(
        call_interaction(),
        heard,
        Roles(("agent", "customer"), "ok"),
        call_transcript(),
        timeline,
        call_features(),
        call_csi(),
        call_scorecard(),
        provenance("service.ru.v1"),
    )


def untrusted_call() -> Result:
    """The same words from a mono recording: nobody is told apart, no telephony, neither estimate nor scorecard."""
    call = a_call()
    why = "mono recording"
    finding = Finding("mono", "one channel holds both parties", None, (("channels", 1.0),))
    heard = Heard(CALL_S, "mono", (union(call.timeline.agent, call.timeline.customer),), (finding,))
    timeline = Timeline(
        CALL_S, unknown=heard.speech[0], phases=(Phase("talk", Interval(0, CALL_S), "none"),), distrust=why
    )
    lines = tuple(replace(line, role="unknown") for line in call.transcript.utterances)
    return replace(
        call,
        heard=heard,
        roles=Roles(("unknown",), "mono", distrust=why),
        timeline=timeline,
        csi=None,
        scorecard=None,
        interaction=replace(call.interaction, telephony=Telephony(), agent_name=None),
        transcript=replace(call.transcript, utterances=lines),
        features=feature_row("call", {"duration_s": CALL_S, "language": "ru"}, why),
        gaps=(
            ("csi", "mono recording: too few features are known"),
            ("scorecard", "roles are not trusted: mono recording"),
        ),
    )


CHAT_SCRIPT: tuple[tuple[Role, float, str], ...] = (
    ("bot", 0.0, "Hi! I am the assistant of Northline. How can I help?"),
    ("customer", 14.0, "My parcel NL-20418 was due on Monday. Where is it?? I need a person, please."),
    ("bot", 16.0, "Connecting you to an agent."),
    ("agent", 131.0, "Hello Daniel, your parcel is at the Leeds depot and comes tomorrow before noon."),
    ("customer", 185.0, "OK but that is the second delay <script>alert('late')</script>"),
    (
        "agent",
        254.0,
        "I am sorry about that, Daniel.\nI have refunded the delivery fee of £4.90; it arrives within 3 days.",
    ),
    ("customer", 290.0, "Thanks, that helps."),
    ("agent", 312.0, "Glad to hear it. Have a lovely day!"),
)


def chat_transcript(*, timed: bool = True) -> Transcript:
    """Messages as utterances; every word carries its message's time."""
    lines = []
    for role, at_s, text in CHAT_SCRIPT:
        time_s = at_s if timed else None
        lines.append(Utterance(role, tuple(Word(word, time_s, time_s) for word in text.split()), text))
    return Transcript("en", "chat", tuple(lines))


def chat_scorecard() -> Scorecard:
    """All judged, nothing critical."""
    service = (
        judged(
            criterion("name_used", "Customer addressed by name", 5), "met", said("agent", 131.0, 131.0, "Hello Daniel")
        ),
        judged(
            criterion("first_answer_in_time", "First answer within 60 s", 10),
            "not_met",
            reason="first answer after 115 s, 60 s allowed",
        ),
        judged(
            criterion("main_point_first", "Main thing first", 10),
            "met",
            said("agent", 131.0, 131.0, "your parcel is at the Leeds depot"),
        ),
        judged(
            criterion("no_overpromise", "No promise that is not guaranteed", 10, "critical_business", "flag"),
            "undecided",
            said("agent", 254.0, 254.0, "it arrives within 3 days"),
            reason="candidate for a person: is the term guaranteed?",
        ),
        judged(
            criterion("positive_close", "Positive close", 20), "met", said("agent", 312.0, 312.0, "Have a lovely day!")
        ),
    )
    form, results = form_of("chat.en", "en", (("service", "Service", service),))
    return scorecard(form, results)


def a_chat(*, timed: bool = True) -> Result:
    """An English chat: a bot leg, a late first answer, a refund; ``timed`` False is an export without times."""
    started = datetime.fromisoformat("2026-03-05T09:02:11+00:00")
    messages = tuple(
        Message(role, text, started + timedelta(seconds=at_s) if timed else None) for role, at_s, text in CHAT_SCRIPT
    )
    interaction = Interaction(
        "chat-2093",
        "chat",
        started if timed else None,
        channel="chat",
        language="en",
        customer_name="Daniel",
        agent_id="a-04",
        queue="Delivery",
        messages=messages,
        input_sha256=DIGEST,
    )
    known: dict[str, Value | tuple[Value, Intervals]] = {
        "agent_messages": 3, "customer_messages": 3, "bot_messages": 2, "agent_words": 46, "customer_words": 29,
        "handover": "bot_to_agent", "uses_customer_name": 1, "main_point_first": 1, "template_share": 0.333,
        "plain_words": 1.0, "customer_spoke_last": 0, "questions": 2, "exclamations": 0, "language": "en",
        "asks_for_human": 1, "gratitude": 1, "apologies_by_agent": 1, "customer_letters_per_word": 4.2,
    }  # fmt: skip
    if timed:
        known |= {"first_response_s": 115.0, "agent_response_median_s": 69.0}
        known |= {"chat_duration_s": 312.0, "bot_time_s": 16.0}
    reasons = (Reason("first_response_s", 115.0, -3.1), Reason("gratitude", 1, 6.4), Reason("asks_for_human", 1, -4.0))
    shares = ((1, 0.08), (2, 0.1), (3, 0.22), (4, 0.34), (5, 0.26))
    csi = CsiEstimate(65.0, 41.0, 86.0, 0.8, 0.18, 0.6, shares, reasons, "csi-demo-1", ("trained on simulated data",))
    return Result(
        interaction,
        Heard(0.0, "no_audio"),
        Roles((), "no_audio"),
        chat_transcript(timed=timed),
        Timeline(312.0 if timed else 0.0),
        feature_row("chat", known, "no message times" if not timed else "no history given"),
        csi,
        chat_scorecard(),
        provenance("chat.en.v1", engine="chat"),
    )
