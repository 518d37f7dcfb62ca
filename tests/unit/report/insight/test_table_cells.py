"""What stands small under a figure of a table."""

from __future__ import annotations

import re

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Figure, Table
from voxcx.domain.texts import same
from voxcx.report.insight.calls import Calls
from voxcx.report.insight.tables import table_html
from voxcx.report.insight.telling import Telling


def small(*row: Cell) -> list[str]:
    """Under each figure of the row, "" where nothing is."""
    telling = Telling("en")
    columns = tuple(Column(f"c{place}", same("c")) for place in range(len(row)))
    made = table_html(Table("t", same("t"), columns, (row,), same("d")), telling, Calls({}, telling))
    return [(re.findall(r"<s>(.*?)</s>", cell) or [""])[0] for cell in made.split("<td class=f>")[1:]]


def test_a_q_leaves_out_the_n_of_its_estimate() -> None:
    effect = Figure(Estimate(-3.0, -4.0, -2.0, 120), "points")
    assert small(effect, Figure(Estimate(0.01, n=120), "number")) == ["−4…−2; n\u00a0=\u00a0120", ""]
    assert small(effect, Figure(Estimate(0.01, n=90), "number"))[1] == "n\u00a0=\u00a090"


def test_two_estimates_of_as_many_both_tell_it() -> None:
    effect = Figure(Estimate(-3.0, -4.0, -2.0, 120), "points")
    assert small(effect, effect) == ["−4…−2; n\u00a0=\u00a0120"] * 2
