from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from builders import CALL_S, HOLD, INTERRUPTION, a_call, a_chat, call_timeline, untrusted_call
from voxcx.domain.intervals import Interval
from voxcx.domain.timeline import Event, Phase, Timeline
from voxcx.report.axis import Axis
from voxcx.report.card import pins
from voxcx.report.picture import Pin, call_picture, chat_picture
from voxcx.report.wording import Wording

RU, EN = Wording("ru"), Wording("en")


def drawn(svg: str, css: str) -> list[ET.Element]:
    """Elements whose class starts with that."""
    return [e for e in ET.fromstring(svg).iter() if e.get("class", "").startswith(css)]  # noqa: S314 – our own text


def percent(element: ET.Element, name: str) -> float:
    return float(element.get(name, "").rstrip("%"))


def test_speech_is_where_it_was() -> None:
    svg = call_picture(call_timeline(), (), RU)
    first = drawn(svg, "speech agent")[0]
    assert percent(first, "x") == pytest.approx(100 * 0.6 / CALL_S, abs=0.01)
    assert percent(first, "width") == pytest.approx(100 * 5.2 / CALL_S, abs=0.01)
    assert len(drawn(svg, "speech customer")) == len(call_timeline().customer)


def test_a_hold_is_a_band_and_a_named_box() -> None:
    svg = call_picture(call_timeline(), (), RU)
    (band,) = drawn(svg, "band hold")
    assert percent(band, "x") == pytest.approx(100 * HOLD.start_s / CALL_S, abs=0.01)
    assert "Удержание 18,5\u00a0с" in svg


def test_a_long_silence_is_drawn_once_and_a_short_one_has_no_band() -> None:
    short = Event("silence", None, Interval(14.0, 17.5))
    timeline = replace(call_timeline(), events=(*call_timeline().events, short))
    svg = call_picture(timeline, (), EN)
    assert len(drawn(svg, "box long_silence")) == 1
    assert len(drawn(svg, "box silence")) == 1
    assert not drawn(svg, "band silence")


def test_an_interruption_is_named_and_a_backchannel_is_no_overlap() -> None:
    svg = call_picture(call_timeline(), (), EN)
    (overlap,) = drawn(svg, "overlap")
    assert overlap.get("class") == "overlap interruption"
    assert percent(overlap, "x") == pytest.approx(100 * INTERRUPTION.start_s / CALL_S, abs=0.01)
    assert "Agent: interrupts, the other stops" in svg
    assert len(drawn(svg, "wedge")) == 1
    assert len(drawn(svg, "backchannel agent")) == 1


def test_phases_before_the_recording_are_not_in_the_picture_but_recorded_ones_are() -> None:
    svg = call_picture(call_timeline(), (), EN)
    assert not drawn(svg, "band ivr")
    recorded = replace(call_timeline(), phases=(Phase("ivr", Interval(0, 10), "audio"),))
    assert len(drawn(call_picture(recorded, (), EN), "band ivr")) == 1


def test_roles_that_are_not_known_share_a_lane() -> None:
    svg = call_picture(untrusted_call().timeline, (), RU)
    assert drawn(svg, "speech unknown")
    assert not drawn(svg, "speech agent")


def test_nothing_is_drawn_outside_the_picture() -> None:
    svg = call_picture(call_timeline(), pins(a_call(), RU), RU)
    places = [float(x) for x in re.findall(r'\bx[12]?="(-?[\d.]+)%"', svg)]
    assert min(places) >= 0
    assert max(places) <= 100


def test_pins_do_not_cover_each_other() -> None:
    crowd = tuple(Pin(10.0 + 0.1 * k, "met", f"p{k}", "u-1") for k in range(3))
    svg = call_picture(call_timeline(), crowd, EN)
    rows = [child.get("y") for pin in drawn(svg, "jump pin") for child in pin]
    assert len(set(rows)) == 3


@pytest.mark.parametrize("duration_s", [0.4, 7.0, 92.0, 600.0, 3600.0, 90000.0])
def test_the_axis_has_a_few_round_ticks(duration_s: float) -> None:
    ticks = list(Axis(duration_s).ticks())
    assert 1 <= len(ticks) <= 13
    assert ticks[0] == 0
    assert ticks[-1] <= duration_s


def test_titles_are_escaped() -> None:
    svg = call_picture(call_timeline(), (Pin(1.0, "met", '<b>"a" & b', "u-1"),), EN)
    assert "<b>" not in svg
    ET.fromstring(svg)  # noqa: S314 – well formed


def test_messages_are_dots_and_waits_are_bars() -> None:
    chat = a_chat()
    svg = chat_picture(chat.transcript.utterances, pins(chat, EN), EN)
    assert len(drawn(svg, "dot agent")) == 3
    assert len(drawn(svg, "dot bot")) == 2
    assert len(drawn(svg, "wait")) == 3
    assert "<script>" not in svg


def test_no_times_no_picture() -> None:
    assert chat_picture(a_chat(timed=False).transcript.utterances, (), EN) == ""
    assert call_picture(Timeline(0.0), (), EN) == ""
