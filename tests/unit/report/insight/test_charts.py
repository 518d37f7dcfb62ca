from __future__ import annotations

import math
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unit.report.insight.sample_pages as sample
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Dot, Dots, Figure, Flow, Happening, Heat, Journey, Line, Lines, Tone, Unit
from voxcx.domain.texts import same, text
from voxcx.report.insight.calls import Calls
from voxcx.report.insight.charts.axis import axis_of
from voxcx.report.insight.charts.dots import dots_chart
from voxcx.report.insight.charts.drawing import SHAPES, SIGNS
from voxcx.report.insight.charts.flow import flow_chart
from voxcx.report.insight.charts.heat import heat_chart
from voxcx.report.insight.charts.journey import journey_chart
from voxcx.report.insight.charts.lines import lines_chart
from voxcx.report.insight.telling import Telling

EN, RU = Telling("en"), Telling("ru")
CALLS = Calls(sample.MOMENTS, EN)
ODD = [math.nan, math.inf, 0.0, 1e300, -1e300, 1e-300]
FEW = Estimate(None, n=3, reason=same("few"))
TITLE, TOLD = same("title"), same("told")


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8), st.sampled_from(get_args(Unit)))
def test_an_axis_holds_its_data_and_its_ticks(values: list[float], unit: Unit) -> None:
    axis = axis_of(values, unit)
    ends = (-7e5, 2.9e6) if unit == "date" else (-1e60, 1e60)  # beyond the calendar there are no dates
    known = [min(max(x, ends[0]), ends[1]) for x in values if math.isfinite(x)]
    if axis is None:
        assert known == []
        return
    if axis.log:  # what is not above 0 lies at the lower end
        known = [max(x, 1e-6) for x in known if x > 0]
    room = 1e-9 * (axis.high - axis.low)
    assert axis.low < axis.high
    assert axis.low - room <= min(known) <= max(known) <= axis.high + room
    assert 2 <= len(axis.ticks) <= 32 or unit == "date"
    assert all(axis.low - room <= tick <= axis.high + room for tick in axis.ticks)
    assert all(0.0 <= axis.share(x) <= 1.0 for x in (*known, math.inf, -math.inf))
    if unit != "date":  # round values beside the data on both sides
        assert axis.ticks[0] <= min(known) + room
        assert axis.ticks[-1] >= max(known) - room


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ((0.0, 0.43), "share", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        ((-11.3, 4.8), "points", [-15.0, -10.0, -5.0, 0.0, 5.0]),
        ((0.0, 290.0), "s", [0.0, 60.0, 120.0, 180.0, 240.0, 300.0]),
        ((0.48, 2.31), "ratio", [0.2, 0.5, 1.0, 2.0, 5.0]),
        ((0.03, 40.6), "ratio", [0.01, 0.1, 1.0, 10.0, 100.0]),
        ((3.0, 3.0), "count", [2.0, 3.0, 4.0]),
        ((20_500.0, 20_505.0), "date", [20_500.0, 20_501.0, 20_502.0, 20_503.0, 20_504.0, 20_505.0]),
        ((20_454.0, 20_818.0), "date", [20_454.0, 20_513.0, 20_574.0, 20_635.0, 20_697.0, 20_758.0]),  # months of 2026
    ],
)
def test_ticks_are_round(values: tuple[float, ...], unit: Unit, ticks: list[float]) -> None:
    axis = axis_of(values, unit)
    assert axis is not None
    assert list(axis.ticks) == pytest.approx(ticks)


def percents(html: str, what: str) -> list[float]:
    return [float(x) for x in re.findall(rf'{what}="(-?[0-9.]+)%"', html)]


estimates = st.one_of(
    st.just(FEW),
    st.builds(
        lambda value, down, up: Estimate(value, value - down, value + up, 9),
        st.floats(-1e9, 1e9),
        st.floats(0, 1e9),
        st.floats(0, 1e9),
    ),
    st.sampled_from([Estimate(x) for x in ODD if not math.isnan(x)] + [Estimate(None, 1.2, math.inf, 4, reason=TOLD)]),
)


@given(st.lists(estimates, max_size=6), st.sampled_from(get_args(Unit)), st.sampled_from([None, 0.0, 5.0]))
def test_every_dot_lies_inside_its_picture(made: list[Estimate], unit: Unit, reference: float | None) -> None:
    html = dots_chart(Dots(TITLE, unit, tuple(Dot(same("a"), each) for each in made), TOLD, reference), EN)
    known = [each for each in made if each.value is not None and math.isfinite(each.value)]
    assert html.count('<path class="m') == len(known)
    assert all(0 <= x <= 100 for what in ("x", "x1", "x2") for x in percents(html, what))
    assert "nan" not in html


@given(st.lists(st.tuples(st.floats(0, 1e6), estimates), max_size=9), st.booleans())
def test_every_point_of_a_curve_lies_inside_its_picture(points: list[tuple[float, Estimate]], steps: bool) -> None:
    points.sort(key=lambda point: point[0])
    line = Line(same("a"), tuple(x for x, _ in points), tuple(y for _, y in points), steps=steps)
    html = lines_chart(Lines(TITLE, TITLE, "s", TITLE, "points", (line,), TOLD, ((3.0, TITLE),)), EN)
    known = [y for _, y in points if y.value is not None and math.isfinite(y.value)]
    assert html.count("<circle") == len(known)
    assert all(0 <= x <= 100 for x in percents(html, "cx"))
    coordinates = [float(x) for path in re.findall(r' d="([^"]+)"', html) for x in re.findall(r"-?[0-9.]+", path)]
    assert all(-0.1 <= x <= 1000.1 for x in coordinates)


NOBODY = Estimate(None, reason=text("no survey answers", "нет ответов на опросы"))


@pytest.mark.parametrize("rows", [(), (Dot(same("a"), NOBODY),), (Dot(same("a"), Estimate(math.nan)),)])
def test_dots_without_values_are_a_sentence(rows: tuple[Dot, ...]) -> None:
    html = dots_chart(Dots(TITLE, "points", rows, TOLD), RU)
    assert "<svg" not in html
    assert "Показывать нечего" in html
    assert ("Нет ответов на опросы." in html) == (bool(rows) and rows[0].estimate is NOBODY)
    assert "Told." in html


@pytest.mark.parametrize("line", [Line(TITLE, (), ()), Line(TITLE, (1.0, 2.0), (NOBODY, NOBODY))])
def test_lines_without_values_are_a_sentence(line: Line) -> None:
    html = lines_chart(Lines(TITLE, TITLE, "date", TITLE, "share", (line,), TOLD), EN)
    assert "<svg" not in html
    assert "Nothing to show" in html
    assert ("no survey answers" in html) == bool(line.x)


def test_other_pictures_without_values_are_sentences() -> None:
    heat = Heat(TITLE, (same("r"),), (same("c"),), ((None,),), "high", TOLD)
    missing = Heat(TITLE, (same("r"),), (same("c"),), ((Figure(NOBODY, "share"),),), "high", TOLD)
    for html in (
        heat_chart(heat, EN),
        heat_chart(missing, EN),
        heat_chart(Heat(TITLE, (), (), (), "low", TOLD), EN),
        flow_chart(Flow(TITLE, (), (), TOLD), EN),
        flow_chart(Flow(TITLE, (("1:a", "2:b", 0),), (), TOLD), EN),
        journey_chart(Journey(TITLE, (("phone", TITLE),), (), TOLD), EN, CALLS),
    ):
        assert "Nothing to show" in html
        assert "<svg" not in html
        assert "<table" not in html


def test_a_missing_value_says_why_in_its_row_its_cell_and_under_its_curve() -> None:
    why = "only 12 answers; 18 more needed"
    assert f'<span class="why">{why}</span>' in dots_chart(sample.dots(), EN)
    assert f"<sup>1</sup> {why}." in heat_chart(sample.heat(), EN)
    assert f"Gaps (1\u00a0point): {why}." in lines_chart(sample.lines(), EN)


def test_a_curve_has_a_gap_where_nothing_is_known() -> None:
    line = Line(TITLE, (1.0, 2.0, 3.0, 4.0, 5.0), (*[Estimate(1.0)] * 2, FEW, *[Estimate(2.0)] * 2))
    html = lines_chart(Lines(TITLE, TITLE, "number", TITLE, "number", (line,), TOLD), EN)
    assert html.count('class="curve') == 2


def test_steps_hold_up_to_the_next_x() -> None:
    line = Line(TITLE, (0.0, 1.0, 2.0), (Estimate(0.0), Estimate(1.0), Estimate(0.0)), steps=True)
    html = lines_chart(Lines(TITLE, TITLE, "number", TITLE, "number", (line,), TOLD), EN)
    # x and y both run 0…2 and 0…1: each value goes level to the next x, and only then up or down.
    assert 'd="M0 1000L500 1000L500 0L1000 0L1000 1000"' in html


@pytest.mark.parametrize("count", [1, 3, 4, 30])
def test_every_mark_has_its_word(count: int) -> None:
    marks = tuple((float(k), same(f"word number {k} that is long enough to be cut")) for k in range(count))
    line = Line(TITLE, (0.0, 30.0), (Estimate(0.0), Estimate(1.0)))
    html = lines_chart(Lines(TITLE, TITLE, "number", TITLE, "number", (line,), TOLD, marks), EN)
    assert html.count('class="word"') == count
    assert html.count('<i class="stroke mark">') == count
    assert (">A</text>" in html) == (count > 3)


def test_dots_of_200_labels_are_folded_and_all_there() -> None:
    html = dots_chart(sample.dots(200), EN)
    assert html.count('tabindex="0"') == 200
    assert len(re.findall(r'<li class="\w+ x"', html)) == 175
    assert "Show all: 200\u00a0rows" in html


def test_shapes_and_signs_tell_good_from_bad_without_colour() -> None:
    tones: tuple[Tone, ...] = get_args(Tone)
    assert len({SIGNS[tone] for tone in tones}) == len(tones)
    assert len({SHAPES[tone] for tone in ("good", "bad", "plain")}) == 3
    html = dots_chart(sample.dots(), RU)
    assert all(word in html for word in ("хорошо", "проблема", "неясно"))
    assert "хорошо" not in dots_chart(Dots(TITLE, "share", (Dot(same("a"), Estimate(0.5)),), TOLD), RU)


@pytest.mark.parametrize(
    ("good", "value", "colour"),
    [("high", 9.0, "good"), ("high", 1.0, "bad"), ("low", 9.0, "bad"), ("low", 1.0, "good")],
)
def test_the_better_end_of_a_matrix_is_green(good: str, value: float, colour: str) -> None:
    cells = ((Figure(Estimate(1.0), "index"), Figure(Estimate(9.0), "index")),)
    html = heat_chart(Heat(TITLE, (same("r"),), (same("a"), same("b")), cells, good, TOLD), EN)  # type: ignore[arg-type]
    assert f'color-mix(in srgb,var(--{colour}) 42%,var(--card))">{value:.1f}' in html


def test_signs_of_correlations_differ_in_colour() -> None:
    cells = ((Figure(Estimate(-0.5), "score"), Figure(Estimate(1.0), "score"), Figure(Estimate(0.0), "score")),)
    html = heat_chart(Heat(TITLE, (same("r"),), tuple(same(x) for x in "abc"), cells, "neither", TOLD), EN)
    assert "var(--customer) 21%" in html
    assert "var(--agent) 42%" in html
    assert ">0.00" in html


def test_many_columns_stand_upright() -> None:
    assert 'class="matrix upright"' in heat_chart(sample.heat(15), EN)
    assert 'class="matrix"' in heat_chart(sample.heat(), EN)


def test_bands_are_as_wide_as_what_they_carry() -> None:
    flow = Flow(TITLE, (("1:a", "2:a", 30), ("1:a", "2:b", 10)), (("1:a", same("A")),), TOLD)
    html = flow_chart(flow, EN)
    # 260 pixels for 40 interactions: 6.5 each
    assert re.findall(r"v([0-9.]+)C", html) == ["195", "65"]
    assert [float(x) for x in re.findall(r'class="node" width="10" height="([0-9.]+)"', html)] == [260, 195, 65]
    assert "A → a: 30" in html


def test_the_smallest_nodes_are_taken_together() -> None:
    html = flow_chart(sample.flow(40), EN)
    assert html.count('class="node"') == 10 + 10 + 1
    assert html.count(">others (31)") + html.count("others (31) <tspan>") >= 2


def test_flow_takes_any_names_and_circles() -> None:
    html = flow_chart(Flow(TITLE, (("a", "b", 3), ("b", "a", 2), ("a", "a", 1)), (), TOLD), EN)
    assert html.count('class="ribbon') == 3


def test_marks_of_a_journey_do_not_cover_each_other_on_a_phone() -> None:
    happened = tuple(Happening(86_400.0 * 20_500 + 60 * k, "phone", same(f"h{k}")) for k in range(30))
    html = journey_chart(Journey(TITLE, (("phone", same("Phone")),), happened, TOLD), EN, CALLS)
    marks = re.findall(
        r'<svg x="([0-9.]+)%" y="([0-9.]+)" overflow="visible"><title>[^<]*</title><path class="m big', html
    )
    assert 5 <= len(marks) <= 30
    places = [(3.0 * float(x), float(y)) for x, y in marks]
    near = [(a, b) for k, a in enumerate(places) for b in places[:k] if abs(a[0] - b[0]) < 21 and abs(a[1] - b[1]) < 21]
    assert near == []
    assert html.count("<time>") == 30


def test_a_lane_that_only_a_happening_names_is_drawn() -> None:
    html = journey_chart(Journey(TITLE, (), (Happening(0.0, "fax", same("sent")),), TOLD), EN, CALLS)
    assert ">fax</text>" in html
    assert "1 Jan 1970, 0:00" in html.replace("\u00a0", " ")


def test_a_half_lies_as_far_from_one_as_a_double() -> None:
    axis = axis_of((0.3, 3.0), "ratio")
    assert axis is not None
    assert axis.share(2.0) - axis.share(1.0) == pytest.approx(axis.share(1.0) - axis.share(0.5))
    assert axis.share(0.0) == 0.0


def test_colours_tell_the_distance_from_the_median() -> None:
    # Median 3 of 2, 3, 103; the farthest lies 100 away: 2 is 1 % of the way down, 42 % · 0.01 rounds to no colour.
    cells = (tuple(Figure(Estimate(x), "s") for x in (2.0, 3.0, 103.0)),)
    html = heat_chart(Heat(TITLE, (same("r"),), tuple(same(x) for x in "abc"), cells, "low", TOLD), EN)
    assert html.count("color-mix") == 1
    assert "var(--bad) 42%" in html
    assert "Green is below the middle (3\u00a0s), red above: 2\u00a0s to 1:43." in html
