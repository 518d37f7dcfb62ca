from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from voxcx.domain.catalogue import CATALOGUE, Family, Unit
from voxcx.domain.features import Value
from voxcx.domain.heard import Verdict as ChannelsVerdict
from voxcx.domain.interaction import HANGUP_PARTIES, IVR_STATUSES, Role
from voxcx.domain.intervals import Interval
from voxcx.domain.qa import Judge, Mode, Party, Severity, Verdict
from voxcx.domain.timeline import EventKind, PhaseKind
from voxcx.errors import ConfigError
from voxcx.report import wording
from voxcx.report.wording import LANGUAGES, Wording

CODES: dict[str, tuple[str, ...]] = {
    "verdict": get_args(Verdict),
    "severity": get_args(Severity),
    "mode": get_args(Mode),
    "judged_by": get_args(Judge),
    "attributable": get_args(Party),
    "phase": get_args(PhaseKind),
    "event": get_args(EventKind),
    "channels": get_args(ChannelsVerdict),
    "role": get_args(Role),
    "family": get_args(Family),
    "category": (*IVR_STATUSES, *HANGUP_PARTIES),
}


def keys(texts: dict[str, Any]) -> set[tuple[str, str]]:
    return {(group, key) for group, entries in texts.items() for key in entries}


def test_both_languages_say_the_same_things() -> None:
    assert keys(Wording("ru").texts) == keys(Wording("en").texts)


@pytest.mark.parametrize("ui", LANGUAGES)
def test_every_code_and_feature_has_words(ui: str) -> None:
    words = Wording(ui)
    assert [(g, c) for g, codes in CODES.items() for c in codes if c not in words.texts[g]] == []
    assert [name for name in CATALOGUE if words.feature(name) == name or "{" in words.feature(name)] == []
    without_noun = {"share", "confidence", "count", "category", "flag"}
    said = set(words.texts["unit"]) | set(words.texts["plural"]) | without_noun
    assert set(get_args(Unit)) <= said


@pytest.mark.parametrize("ui", LANGUAGES)
def test_feature_names_are_distinct(ui: str) -> None:
    names = [Wording(ui).feature(name) for name in CATALOGUE if CATALOGUE[name].kinds != "chat"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize(
    ("effect", "ru", "en"),
    [
        (-6.0, "−6 пунктов", "−6 points"),
        (-6.2, "−6,2 пункта", "−6.2 points"),
        (1.04, "+1 пункт", "+1 point"),
        (2.0, "+2 пункта", "+2 points"),
        (-11.0, "−11 пунктов", "−11 points"),
        (21.0, "+21 пункт", "+21 points"),
        (-0.04, "0 пунктов", "0 points"),
    ],
)
def test_points(effect: float, ru: str, en: str) -> None:
    assert Wording("ru").points(effect).replace("\u00a0", " ") == ru
    assert Wording("en").points(effect).replace("\u00a0", " ") == en


@pytest.mark.parametrize(
    ("name", "value", "ru", "en"),
    [
        ("hold_total_s", 18.5, "18,5 с", "18.5 s"),
        ("queue_wait_s", 65.0, "1:05", "1:05"),
        ("hold_total_s", 0.0, "0 с", "0 s"),
        ("overlap_share", 0.0174, "1,7 %", "1.7%"),
        ("overlap_share", 0.25, "25 %", "25%"),
        ("overlap_share", 0.0, "0 %", "0%"),
        ("holds_count", 3, "3", "3"),
        ("agent_words", 1250, "1250", "1250"),
        ("customer_letters_per_word", 4.94, "4,94 буквы", "4.94 letters"),
        ("customer_letters_per_word", 5.0, "5 букв", "5 letters"),
        ("rate_diff_wps", -0.112, "−0,11 слов/с", "−0.11 words/s"),
        ("agent_pitch_median_hz", 118.3, "118 Гц", "118 Hz"),
        ("agent_pitch_median_hz", 98.34, "98,3 Гц", "98.3 Hz"),
        ("customer_pitch_range_st", 9.04, "9 полутонов", "9 semitones"),
        ("customer_pitch_range_st", 9.46, "9,5 полутона", "9.5 semitones"),
        ("agent_loudness_db", -26.04, "−26 дБ", "−26 dB"),
        ("agent_loudness_drift_db", 1.26, "1,3 дБ", "1.3 dB"),
        ("ivr_status", "opted_out", "клиент отказался от меню", "the customer refused the menu"),
        ("ivr_path", "main > billing", "main > billing", "main > billing"),
        ("uses_customer_name", 1, "да", "yes"),
        ("uses_customer_name", 0, "нет", "no"),
        ("overlap_s", None, "неизвестно", "not known"),
    ],
)
def test_values_have_units(name: str, value: Value, ru: str, en: str) -> None:
    assert Wording("ru").value(name, value).replace("\u00a0", " ") == ru
    assert Wording("en").value(name, value).replace("\u00a0", " ") == en


def test_quotation_marks_nest() -> None:
    assert Wording("ru").quote("компания «Север»") == "«компания „Север“»"
    assert Wording("en").quote("the “North”") == "“the ‘North’”"


def test_a_moment_is_no_span() -> None:
    assert Wording("en").span(Interval(3.2, 3.9)) == "0:03"
    assert Wording("en").span(Interval(3.2, 65.0)) == "0:03–1:05"


def test_unknown_interface_language_is_refused() -> None:
    with pytest.raises(ConfigError, match="'de'"):
        Wording("de")


@pytest.mark.parametrize(
    ("reason", "ru"),
    [
        ("no telephony record", "нет данных телефонии"),
        ("fewer than 3 customer words", "у клиента меньше 3 слов"),
        ("no customer_doubt lexicon for language uk", "нет словаря для языка uk"),
        ("no form for a chat in 'de'", "для чата на языке 'de' нет формы"),
        ("the moon was full", "the moon was full"),
        (None, "причина не указана"),
    ],
)
def test_reasons_are_in_the_readers_language(reason: str | None, ru: str) -> None:
    assert Wording("ru").missing(reason) == ru
    assert Wording("en").missing(reason) == (reason or "no reason given")


# Every reason that a room gives (a party's own in one form), so that none reaches a Russian page in English.
GIVEN = (
    *("no telephony record", "no telephony record, and none was heard", "after-call work or holds unknown"),
    *("no telephony record, and an outbound call has no queue", "no recording", "mono recording"),
    *("both channels the same", "one channel carries nothing", "no speech was heard", "no talk", "no words"),
    "no words were recognised",
    "no speech",
    *("voice was not measured", "less than 50 voiced frames of the {party}", "less than 6 s of {party} speech"),
    *("the {party} spoke without a pause", "no {party} speech", "no pause before a turn of the {party}"),
    *("no {party} words", "fewer than 3 {party} words", "fewer than 3 {party} words in turns"),
    *("no {party} word confidences", "words of one party only", "no neighbouring long utterances"),
    *("these definitions do not tell dual starts apart", "no positive lexicon for language de"),
    *("no positive and negative lexicons for language de", "no lexicon for language de"),
    *("no contact history", "no earlier contact with a bot or IVR", "started_at not known", "no agent took part"),
    *("the agent is not known", "no earlier contact with a known agent", "when the contact before ended is not known"),
    *("the agent of the last earlier contact is not known", "how the contact before ended is not known"),
    "not known whether this one had a bot or IVR leg",
    "not known whether the contact before had a bot or IVR leg",
    *("messages have no times", "no answers of the {party}", "no {party} messages", "no messages"),
    *("the agent wrote first", "the customer's name is not known", "the agent only greeted", "no agent sentences"),
    *("no messages of a person", "no customer words of 3 letters", "no form for a call in 'de'"),
    *("a simulated call has no estimate", "a simulated call is not scored"),
)


REASONS = sorted({one.format(party=party) for one in GIVEN for party in ("agent", "customer")})


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_its_words(reason: str) -> None:
    told = Wording("ru").missing(reason)
    assert told != reason
    assert not re.search("[a-z]{3}", told), told
    assert "{" not in told
    assert "_" not in Wording("en").missing(reason)


LITERALS = re.compile(r'f?"((?:no|fewer|less|the|not|how|when|words|voice|after-call|messages|these) [^"\n]*)"')


def test_the_rooms_give_no_other_reasons() -> None:
    room = Path(wording.__file__).parents[1] / "features"
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(room.glob("*.py")))
    code = re.sub(r'""".*?"""|#[^\n]*', "", source, flags=re.DOTALL)
    blank = re.compile(r"\\{.*?\\}")
    for found in set(LITERALS.findall(code)):
        pattern = blank.sub(".+", re.escape(found))
        assert any(re.fullmatch(pattern, one) for one in REASONS), found


def test_no_interface_text_is_idle() -> None:
    report = Path(wording.__file__).parent
    users = [*report.glob("*.py"), *report.glob("templates/*"), *(report.parent / "cli").glob("*.py")]
    source = "".join(path.read_text(encoding="utf-8") for path in users)
    assert [key for key in Wording("en").texts["ui"] if f'"{key}"' not in source and f"'{key}'" not in source] == []
