from __future__ import annotations

import math
from pathlib import Path
from typing import Any, get_args

import pytest

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Unit
from voxcx.domain.texts import Text, same, text
from voxcx.errors import ConfigError
from voxcx.report import insight
from voxcx.report.insight.amounts import Amounts, texts_of
from voxcx.report.insight.telling import Telling
from voxcx.report.wording import LANGUAGES

RU, EN = Telling("ru"), Telling("en")
DAY = 20_515  # 2026-03-03


def readable(said: str) -> str:
    return said.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("unit", "x", "ru", "en"),
    [
        ("share", 0.14, "14 %", "14%"),
        ("share", 0.034, "3,4 %", "3.4%"),
        ("share", 0.996, "99,6 %", "99.6%"),
        ("share", 0.0004, "< 0,1 %", "< 0.1%"),
        ("share", 0.9999, "> 99,9 %", "> 99.9%"),
        ("share", 0.0, "0 %", "0%"),
        ("share", 1.0, "100 %", "100%"),
        ("points", -11.0, "−11 пунктов", "−11 points"),
        ("points", -11.24, "−11,2 пункта", "−11.2 points"),
        ("points", 1.0, "+1 пункт", "+1 point"),
        ("points", -0.04, "0 пунктов", "0 points"),
        ("share_points", -0.032, "−3,2 п. п.", "−3.2 pp"),
        ("share_points", 0.1, "+10 п. п.", "+10 pp"),
        ("index", 71.44, "71,4", "71.4"),
        ("score", -0.42, "−0,42", "−0.42"),
        ("score", 0.5, "+0,5", "+0.5"),
        ("number", 0.42, "0,42", "0.42"),
        ("number", 1234.5, "1 234", "1,234"),
        ("ratio", 1.8, "×1,8", "×1.8"),
        ("ratio", 12.34, "×12,3", "×12.3"),
        ("count", 1204, "1 204", "1,204"),
        ("count", 1.5, "1,5", "1.5"),
        ("s", 245, "4:05", "4:05"),
        ("s", 4.52, "4,5 с", "4.5 s"),
        ("s", 18.4, "18 с", "18 s"),
        ("s", 59.6, "1:00", "1:00"),
        ("s", -8, "−8 с", "−8 s"),
        ("s", -68, "−1:08", "−1:08"),
        ("s", 3725, "1:02:05", "1:02:05"),
        ("minutes", 1.5, "1,5 минуты", "1.5 minutes"),
        ("hours", 21, "21 час", "21 hours"),
        ("days", 3, "3 дня", "3 days"),
        ("days", 1, "1 день", "1 day"),
        ("money", 1204, "1 204", "1,204"),
        ("money", 12.5, "12,5", "12.5"),
        ("date", DAY, "3 мар 2026", "3 Mar 2026"),
        ("date", DAY + 0.99, "3 мар 2026", "3 Mar 2026"),
    ],
)
def test_a_figure_in_a_sentence(unit: Unit, x: float, ru: str, en: str) -> None:
    blank = text("{x}", "{x}", x=Figure(Estimate(x), unit))
    assert (readable(RU.text(blank)), readable(EN.text(blank))) == (ru, en)


@pytest.mark.parametrize("unit", get_args(Unit))
@pytest.mark.parametrize("ui", LANGUAGES)
@pytest.mark.parametrize("x", [0.0, -0.0, 1e-12, -1e-12, 1.0, -1.0, 1e7, 1e15, -1e18, 1e30, math.inf, math.nan])
def test_every_unit_takes_every_number(unit: Unit, ui: str, x: float) -> None:
    amounts = Amounts(ui)
    said = [amounts.whole(x, unit), amounts.short(x, unit), amounts.tick(x, unit) if math.isfinite(x) else "–"]
    assert all(said)
    assert not any(word in one for one in said for word in ("nan", "inf", "-", "\u2212\u00a0"))
    assert not any(one.startswith("\u22120\u00a0") for one in said)


@pytest.mark.parametrize(
    ("unit", "low", "high", "ru", "en"),
    [
        ("points", -14.0, -8.0, "−14…−8", "−14…−8"),
        ("points", -1.04, 5.0, "−1…+5", "−1…+5"),
        ("share", 0.12, 0.16, "12…16 %", "12…16%"),
        ("share", 0.012, 0.034, "1,2…3,4 %", "1.2…3.4%"),
        ("share_points", -0.041, -0.023, "−4,1…−2,3", "−4.1…−2.3"),
        ("ratio", 1.2, 2.4, "1,2…2,4", "1.2…2.4"),
        ("ratio", 1.3, math.inf, "1,3…∞", "1.3…∞"),
        ("s", 60.2, 68.1, "1:00…1:08", "1:00…1:08"),
        ("index", 70.6, 72.2, "70,6…72,2", "70.6…72.2"),
        ("count", 1204, 5000, "1 204…5 000", "1,204…5,000"),
        ("date", DAY, DAY + 7, "3 мар 2026…10 мар 2026", "3 Mar 2026…10 Mar 2026"),
    ],
)
def test_intervals(unit: Unit, low: float, high: float, ru: str, en: str) -> None:
    estimate = Estimate((low + high) / 2 if math.isfinite(high) else low + 1, low, high)
    assert (readable(RU.interval(estimate, unit)), readable(EN.interval(estimate, unit))) == (ru, en)


EFFECT = Figure(Estimate(-11.0, -14.0, -8.0, 1204), "points")


def test_what_a_blank_may_be_asked() -> None:
    said = text(
        "{e} {e.abs} {e.interval} {e.n} {e.low} {e.high} {who}",
        "{e}|{e.abs}|{e.interval}|{e.n}|{e.low}|{e.high}|{who}",
        e=EFFECT,
        who=text("agent {id}", "оператор {id}", id="{7}"),
    )
    ru = "−11 пунктов|11 пунктов|−14…−8|1 204|−14 пунктов|−8 пунктов|оператор {7}"
    assert readable(RU.text(said)) == ru
    assert readable(EN.text(said)) == "−11 points 11 points −14…−8 1,204 −14 points −8 points agent {7}"


def test_a_blank_without_a_value_is_a_dash_everywhere() -> None:
    nothing = Figure(Estimate(None, reason=same("few")), "points")
    said = text("{e}{e.abs}{e.interval}{e.low}{e.high}", "", e=nothing)
    assert EN.text(said) == "–" * 5


def test_a_ratio_without_a_value_still_tells_its_lower_end() -> None:
    only_low = Estimate(None, 1.3, math.inf, 40, reason=same("nobody else had it"))
    assert EN.value(only_low, "ratio") == "–"
    assert readable(EN.beside(only_low, "ratio")) == "95% CI 1.3…∞; n = 40"
    assert EN.reason(only_low) == "nobody else had it"


def test_numbers_that_are_no_numbers_are_missing() -> None:
    assert EN.value(Estimate(math.nan, n=3), "points") == "–"
    assert EN.reason(Estimate(math.inf, n=3)) == "no value"
    assert EN.interval(Estimate(1.0, math.nan, math.nan), "points") == ""


def test_users_braces_stay() -> None:
    assert RU.text(same("a {b} c")) == "a {b} c"


def test_the_level_of_an_interval_is_told() -> None:
    assert readable(RU.beside(Estimate(1.0, 0.5, 1.5, 3, level=0.9), "points")) == "90 % ДИ +0,5…+1,5; n = 3"


def test_intervals_and_percents_do_not_break_across_lines() -> None:
    assert EN.html(text("CI −14…−8 and a pause…", "")) == "CI\u00a0−14…\u2060−8 and a pause…"
    assert RU.html(text("", "при 5 % ошибок")) == "при 5\u00a0% ошибок"


def keys(texts: dict[str, Any]) -> set[tuple[str, str]]:
    return {(group, key) for group, entries in texts.items() if isinstance(entries, dict) for key in entries}


def test_both_languages_say_the_same_things() -> None:
    assert keys(texts_of("ru")) == keys(texts_of("en"))
    assert all(len(texts_of(ui)["months"]) == 12 for ui in LANGUAGES)


def test_no_text_is_idle() -> None:
    room = Path(insight.__file__).parent
    users = [*room.rglob("*.py"), *(room.parent / "templates").glob("archive*")]
    source = "".join(path.read_text(encoding="utf-8") for path in users)
    tones = {"good", "bad", "unsure", "plain", "call", "chat", "low", "high", "reason"}  # asked for by the code itself
    idle = [key for key in texts_of("en")["ui"] if f'"{key}"' not in source and f"'{key}'" not in source]
    assert set(idle) <= tones


def test_unknown_interface_language_is_refused() -> None:
    with pytest.raises(ConfigError, match="'de'"):
        Telling("de")


def test_a_text_knows_no_language() -> None:
    assert Text("a", "б").with_blanks({"x": EFFECT}).blanks == (("x", EFFECT),)


def test_a_tiny_number_is_not_told_as_nothing() -> None:
    assert EN.value(Estimate(0.0004), "number") == "<\u00a00.01"
    assert EN.value(Estimate(0.006), "number") == "0.01"
    assert EN.value(Estimate(0.0), "number") == "0.00"
