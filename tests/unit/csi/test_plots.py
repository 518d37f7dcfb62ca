from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from voxcx.csi.plots import (
    GroupPoint,
    calibration_svg,
    estimate_against_answer_svg,
    groups_svg,
    importance_svg,
    spread_by_rating,
)
from voxcx.csi.svg import Scale, number, steps

BINS = [(0.02, 0.025, 900), (0.1, 0.12, 400), (0.5, 1.0, 3)]
GROUPS = [GroupPoint(1, 4953, 0.31, 0.28, 0.34), GroupPoint(10, 480, -0.1), GroupPoint(500, 2, None)]
NAMES = ("queue_wait_s", "ivr <path> & node", "sber_overlap_in_interruptions_s", "x" * 90)


def pictures() -> dict[str, str]:
    counts, value = np.eye(5)[[0, 3, 4, 4]], np.array([40.0, 70.0, 80.0, 95.0])
    return {
        "calibration": calibration_svg(BINS, 0.0123),
        "groups": groups_svg(GROUPS),
        "importance": importance_svg(NAMES, (2.0, 4.0, 1.0, 0.0), (1.5, 3.0, 0.5, 0.0), (2.5, 6.0, 1.5, 0.0)),
        "estimates": estimate_against_answer_svg(spread_by_rating(counts, value, range(1, 6), [0, 25, 50, 75, 100])),
    }


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own


@pytest.mark.parametrize("name", ["calibration", "groups", "importance", "estimates"])
def test_a_picture_is_sound_and_the_same_again(name: str) -> None:
    svg = pictures()[name]
    assert svg == pictures()[name]
    root = ET.fromstring(svg)  # noqa: S314 - our own
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    assert "nan" not in svg
    assert "prefers-color-scheme:dark" in svg
    for element in root.iter():
        for key, limit in (("x", width), ("x1", width), ("cx", width), ("y", height), ("y2", height), ("cy", height)):
            assert 0 <= float(element.attrib.get(key, 0)) <= limit


def test_units_stand_on_the_axes() -> None:
    drawn = pictures()
    assert "estimated probability of dissatisfaction" in words(drawn["calibration"])
    assert "Calibration of dissatisfaction, calibration error (ECE) 0.012" in words(drawn["calibration"])
    assert "points of 100" in words(drawn["importance"])
    assert "estimated CSI, points of 100" in words(drawn["estimates"])
    assert {"4 953", "480"} <= set(words(drawn["groups"]))
    assert "2" not in words(drawn["groups"])  # of these groups nothing is known


def test_features_stand_in_order_of_their_weight_and_long_names_are_cut() -> None:
    told = words(pictures()["importance"])
    places = [told.index(name) for name in ("ivr <path> & node", "queue_wait_s", "sber_overlap_in_interruptions_s")]
    assert all(a < b for a, b in pairwise(places))
    assert any(one.endswith("…") and len(one) == 48 for one in told)


def test_names_fit_left_of_the_bars() -> None:
    svg = importance_svg(["n" * 48], [1.0], [0.5], [2.0])
    name = re.search(r'x="([\d.]+)"[^>]*text-anchor="end">n', svg)
    assert name
    assert float(name[1]) - 48 * 7.4 > 0


@pytest.mark.parametrize(
    "svg", [calibration_svg([], None), groups_svg([]), importance_svg([], [], [], []), estimate_against_answer_svg([])]
)
def test_an_empty_picture_says_so(svg: str) -> None:
    assert "no figures" in words(svg)


def test_spreads_count_each_answer_and_leave_empty_ratings_empty() -> None:
    counts = np.array([[2.0, 0, 0], [1.0, 0, 1.0]])
    low, middle, high = spread_by_rating(counts, np.array([10.0, 40.0]), (1, 2, 3), (0.0, 50.0, 100.0))
    assert (low.n, middle.n, high.n) == (3, 0, 1)
    assert low.quantiles[2] == 10
    assert high.quantiles == (40,) * 5


def test_a_scale_of_one_value_lies_in_the_middle() -> None:
    assert Scale(1, 1, 0, 100, log=True)(1) == 50
    assert Scale(1, 100, 0, 100, log=True)(10) == pytest.approx(50)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0.3), (-0.4, 1), (0, 1234), (0, 0.002)])
def test_steps_are_few_and_inside(low: float, high: float) -> None:
    found = steps(low, high)
    assert 2 <= len(found) <= 7
    assert low <= found[0] < found[-1] <= high + 1e-9


def test_numbers_are_short() -> None:
    assert [number(x) for x in (1, 0.5, 1 / 3, -0.0001, 1e3)] == ["1", "0.5", "0.33", "0", "1000"]
