from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from builders import a_call, a_chat, criterion, judged, said, untrusted_call, utterance
from voxcx.config import load_config
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.heard import Finding, Heard
from voxcx.domain.interaction import Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Result, Roles
from voxcx.domain.timeline import Disagreement, Event, Timeline
from voxcx.domain.transcript import Transcript
from voxcx.errors import ConfigError
from voxcx.report.as_html import render
from voxcx.report.dialogue import lines
from voxcx.report.figures import channel_notes, csi_figure, interface_language
from voxcx.report.measures import hover
from voxcx.report.reasons import own_words
from voxcx.report.wording import Wording

VOID = {"meta", "link", "br", "input", "img", "hr"}
Maker = Callable[[], Result]


class Page(HTMLParser):
    """Collects ids, links and addresses, and checks that tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def untimed_chat() -> Result:
    return a_chat(timed=False)


def nothing_recorded() -> Result:
    call = a_call()
    empty = Transcript("und", "none", ())
    return replace(
        call,
        heard=Heard(0.0, "no_audio"),
        roles=Roles((), "no_audio", distrust="no recording"),
        transcript=empty,
        timeline=Timeline(0.0),
        csi=None,
        scorecard=None,
    )


@pytest.mark.parametrize("ui", ["ru", "en"])
@pytest.mark.parametrize("make", [a_call, a_chat, untimed_chat, untrusted_call, nothing_recorded])
def test_every_page_is_well_formed_and_needs_no_network(make: Maker, ui: str) -> None:
    html = render(make(), ui)
    page = Page(html)
    assert page.open == []
    assert f'<html lang="{ui}">' in html
    assert len(set(page.ids)) == len(page.ids)
    addresses = [value for _, name, value in page.attributes if name in {"href", "src", "action", "data"}]
    assert [address for address in addresses if not address.startswith(("#", "data:"))] == []
    targets = {address[1:] for address in addresses if address.startswith("#")}
    assert targets <= set(page.ids)
    assert not re.search(r"url\((?!#)|@import|https?://", html)


def test_the_same_result_gives_the_same_page() -> None:
    assert render(a_call(), "ru") == render(a_call(), "ru")


def test_words_of_the_customer_are_escaped() -> None:
    html = render(a_chat(), "en")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(&#39;late&#39;)&lt;/script&gt;" in html


def test_markup_in_every_free_text_is_escaped() -> None:
    evil = '"><img src=x onerror=alert(1)>'
    call = a_call()
    spoilt = replace(
        call,
        interaction=replace(call.interaction, id=evil, agent_name=evil, queue=evil),
        roles=Roles(("agent", "customer"), "ok", (Finding("clipped", evil, 0),)),
        gaps=((evil, evil),),
    )
    assert "<img" not in render(spoilt, "en")


def test_the_head_says_what_happened_in_russian() -> None:
    text = Page(render(a_call(), "ru")).text.replace("\u00a0", " ")
    assert "04.03.2026 11:20 (UTC+03:00)" in text
    assert "Ирина К. · a-17" in text
    assert "с вероятностью 80 % – от 11 до 62" in text
    assert "обнулена критической ошибкой, до обнуления – 60" in text
    assert "оценено 88 % веса формы" in text
    assert "−6,2 пункта" in text
    assert "Модель обучена на смоделированных данных" in text
    assert "Голосовое меню 42 с" in text
    assert "перебивает, собеседник замолчал" in text
    assert "нужен человек: справочника нет" in text.lower()


def test_no_identifier_stands_for_a_name() -> None:
    text = Page(re.sub(r"<code>.*?</code>", "", render(a_call(), "ru"))).text
    for identifier in ("complaint_cue", "not_met", "critical_compliance", "long_silence", "undecided"):
        assert identifier not in text


def test_missing_parts_say_why() -> None:
    text = Page(render(untrusted_call(), "en")).text
    assert "No estimate: mono recording: too few features are known." in text
    assert "No score: roles are not trusted: mono recording." in text
    assert "Not measured" in text


def test_audio_travels_inside_the_page() -> None:
    html = render(a_call(), "en", audio=(b"fLaC\x00", "audio/flac"))
    assert 'src="data:audio/flac;base64,ZkxhQwA="' in html
    assert "<audio" not in render(a_call(), "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ConfigError):
        render(a_call(), "fr")


def test_evidence_is_marked_and_doubt_is_dotted() -> None:
    read = lines(a_call(), Wording("ru"))
    marked = [(s.text, s.verdict) for line in read for s in line.segments if s.verdict]
    assert ("назовите код из смс,", "not_met") in marked
    assert ("Оставайтесь на линии,", "met") in marked
    assert [s.text for line in read for s in line.segments if s.suspect] == ["Четыреста"]


@pytest.mark.parametrize("make", [a_call, a_chat, untrusted_call])
def test_segments_add_up_to_what_was_said(make: Maker) -> None:
    result = make()
    read = ["".join(s.text for s in line.segments) for line in lines(result, Wording("en"))]
    assert read == [line.text for line in result.transcript.utterances]


def test_pauses_stand_before_the_line_that_ends_them() -> None:
    read = lines(a_call(), Wording("en"))
    before = {line.clock: line.before[0].replace("\u00a0", " ") for line in read if line.before}
    assert before == {"0:53": "Hold 0:34–0:52, 18.5 s", "1:17": "Long silence 1:06–1:17, 11.4 s"}


def test_a_badge_goes_to_the_interrupter_only() -> None:
    read = [line for line in lines(a_call(), Wording("en")) if line.badges]
    assert [(line.role, line.clock) for line in read] == [("agent", "0:30")]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("«одну минуту» (0:04).", None),
        ("возможно: «одну минуту» (0:04).", "Возможно"),
        ("нет извинения", "Нет извинения"),
        (
            "hold_total_s = 48.04 (общее время на удержании). Искали: весь разговор – нет.",
            "Время на удержании: 48 с. Искали: весь разговор – нет.",
        ),
        ("handover = bot_to_agent (none, bot_to_agent или agent_to_agent).", "Передача: от бота оператору."),
        ("Показатель talk_s не измерен: no recording", "Показатель «Время разговора» не измерен: нет записи"),
        ("код card_number не назван", "Код card_number не назван"),
        (None, None),
    ],
)
def test_a_reason_neither_repeats_its_quotes_nor_shows_identifiers(reason: str | None, told: str | None) -> None:
    line = judged(criterion("a", "A"), "undecided", said("agent", 4.0, 5.0, "одну минуту"), reason=reason)
    shown = own_words(line, Wording("ru"))
    assert (shown.replace("\u00a0", " ") if shown else shown) == told


def test_channel_findings_are_said_once_with_their_channel() -> None:
    clipped = Finding("clipped", "channel 1 is clipped", 1)
    call = replace(a_call(), roles=Roles(("agent", "customer"), "clipped", (clipped,)))
    call = replace(call, heard=replace(call.heard, findings=(clipped,)))
    assert channel_notes(call, Wording("ru")) == ("звук искажён перегрузкой (канал 2)",)


def test_warnings_of_the_model_are_in_the_readers_words() -> None:
    csi = a_call().csi
    assert csi is not None
    told = csi_figure(
        replace(csi, warnings=("Outside what the model was trained on: queue_wait_s and 2 more.",)), Wording("ru")
    )
    assert told.warnings == ("Вне того, на чём училась модель: Ожидание в очереди.",)
    assert told.simulated is None


def test_ivr_and_queue_come_from_the_call_record_where_the_timeline_has_none() -> None:
    call = a_call()
    bare = replace(call, timeline=replace(call.timeline, phases=()))
    assert "Voice menu 42" in render(bare, "en")
    unknown = replace(bare, interaction=replace(call.interaction, telephony=Telephony()))
    assert "Before the recording" not in render(unknown, "en")


@pytest.mark.parametrize(
    ("ui", "form", "heard", "expected"),
    [("en", "ru", "ru", "en"), (None, "ru", "en", "ru"), (None, None, "en", "en"), (None, None, "de", "en")],
)
def test_the_interface_language_follows_the_form(ui: str | None, form: str | None, heard: str, expected: str) -> None:
    result = replace(a_call(), transcript=Transcript(heard, "test", (utterance("agent", 0, 1, "да"),)))
    if form is None:
        result = replace(result, scorecard=None)
    assert interface_language(result, ui) == expected


def test_criteria_that_do_not_apply_are_set_aside_and_open_critical_ones_are_counted() -> None:
    text = Page(render(a_call(), "en")).text.replace("\u00a0", " ")
    assert "not applicable: 1 criterion" in text
    assert "? still undecided: 1 criterion" in text


# --- definitions --------------------------------------------------------------------------------------------------


def hints(html: str) -> list[str]:
    return [value for tag, name, value in Page(html).attributes if tag in {"summary", "li"} and name == "title"]


@pytest.mark.parametrize("ui", ["ru", "en"])
@pytest.mark.parametrize("make", [a_call, a_chat, untrusted_call])
def test_every_feature_tells_its_definition_on_hover(make: Maker, ui: str) -> None:
    result, words = make(), Wording(ui)
    used = dict(result.provenance.parameters)
    told = hints(render(result, ui))
    for feature in result.features.features:
        spec = CATALOGUE[feature.name]
        hint = hover(feature.name, used, words)
        assert told.count(hint) >= 1, feature.name
        assert spec.definition(ui, used)[1:] in hint
        assert words.name("defined_by", spec.defined_by) in hint
        assert [name for name in spec.parameters if f"{name} = {words.number(used[name], 2)}" not in hint] == []


def test_the_definition_is_the_one_that_was_used() -> None:
    call = a_call()
    alibaba = load_config().definitions_named("alibaba").model_dump()
    page = render(replace(call, provenance=replace(call.provenance, parameters=tuple(alibaba.items()))), "ru")
    assert "вместе говорят 2 с или дольше, и перебивший произносит не меньше 4 букв" in page
    assert "вместе говорят 0,5 с" not in page


def test_reasons_of_the_estimate_have_hints_too() -> None:
    page = Page(render(a_call(), "en"))
    told = [value for tag, name, value in page.attributes if tag == "span" and name == "title"]
    assert any("nobody speaks, in talk, for 10 s or longer" in hint.casefold() for hint in told)


def heard_call() -> Result:
    """The call with a hold that was heard, tones, words that tell something, and a record that says otherwise."""
    call = a_call()
    hold = next(phase for phase in call.timeline.phases if phase.kind == "hold")
    phases = tuple(replace(p, source="audio", confidence=0.8) if p is hold else p for p in call.timeline.phases)
    events = (
        *call.timeline.events,
        Event("ringback", "agent", Interval(0.0, 0.4)),
        Event("dtmf", "customer", Interval(20.0, 20.1), detail="4"),
        Event("complaint", "customer", Interval(80.1, 81.6), detail="<b>жалобу</b>"),
    )
    told = (Disagreement("holds_count", 1, 2), Disagreement("hold_total_s", 18.5, 64.2))
    features = tuple(replace(f, source="audio") if f.name == "holds_count" else f for f in call.features.features)
    timeline = replace(call.timeline, phases=phases, events=events, disagreements=told)
    return replace(call, timeline=timeline, features=replace(call.features, features=features))


def test_facts_and_phases_say_how_they_are_known() -> None:
    text = Page(render(heard_call(), "ru")).text.replace("\u00a0", " ")
    assert "★ Удержаний 1 по звуку" in text
    assert "голосовое меню, очередь – по записи АТС; удержание – по звуку, уверенность 80 %." in text
    assert "Удержание, 0:34–0:52, 18,5 с; по звуку, уверенность 80 %" in text
    plain = Page(render(untrusted_call(), "ru")).text
    assert "Откуда известны этапы" not in plain


def test_a_contradiction_is_told_in_words() -> None:
    russian, english = (Page(render(heard_call(), ui)).text.replace("\u00a0", " ") for ui in ("ru", "en"))
    assert "Удержаний: по записи АТС – 1, по звуку – 2. Взято из записи АТС." in russian
    assert "Time on hold: 18.5 s by the telephony record, 1:04 by the sound. The record is taken." in english
    assert "расходятся" not in Page(render(a_call(), "ru")).text


def test_tones_and_telling_words_are_marked_and_escaped() -> None:
    html = render(heard_call(), "ru")
    assert Page(html).open == []
    assert html.count('class="mark tone"') == 2 + 1  # two in the picture, one in the legend
    assert html.count('class="mark cue"') == 1 + 1
    assert "Клиент: нажатая клавиша 4, 0:20" in html
    assert "<b>жалобу" not in html
    assert "жалоба «&lt;b&gt;жалобу" in html
    assert 'class="mark' not in render(a_call(), "ru")
