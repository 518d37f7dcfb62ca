from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from builders import a_call, a_chat, criterion, judged, said, untrusted_call, utterance
from voxcx.domain.heard import Finding, Heard
from voxcx.domain.interaction import Telephony
from voxcx.domain.result import Result, Roles
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript
from voxcx.errors import ConfigError
from voxcx.report.as_html import render
from voxcx.report.dialogue import lines
from voxcx.report.figures import channel_notes, csi_figure, interface_language
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
    assert "решено 88 % веса формы" in text
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
