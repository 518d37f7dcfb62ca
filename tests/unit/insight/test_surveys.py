from __future__ import annotations

import pytest

from unit.insight.archives import archive
from voxcx.domain.pages import Figure, Table, Tiles
from voxcx.insight.surveys import mean_of, page, response_told
from voxcx.report.insight.telling import Telling


def table(of: Table) -> dict[str, list[float | None]]:
    return {str(row[0]): [cell.estimate.value for cell in row[1:] if isinstance(cell, Figure)] for row in of.rows}


def test_rates_by_group_and_an_abandoned_call_that_was_invited() -> None:
    # north: 4 contacts, 1 abandoned; invited 3, of them 1 the abandoned one; 1 answered
    found = page(
        archive(
            6,
            labels={"team": ["north"] * 4 + ["south"] * 2},
            numbers={"survey_invited": [1, 1, 1, 0, 0, 1], "abandoned": [0, 0, 1, 0, 0, 0]},
            ratings=[5, None, None, None, None, 1],
        )
    )
    tiles, groups = found.blocks[:2]
    assert isinstance(tiles, Tiles)
    assert isinstance(groups, Table)
    rows = table(groups)
    assert rows["north"] == pytest.approx([2 / 3, 1 / 3, 100.0])
    assert rows["south"] == pytest.approx([1 / 2, 1.0, 0.0])
    assert tiles.tiles[0].figure.estimate.value == pytest.approx(2 / 4)


def test_more_abandoned_contacts_invited_than_handled() -> None:
    handled, abandoned = 3, 20
    found = page(
        archive(
            handled + abandoned,
            labels={"team": "north"},
            numbers={"survey_invited": 1, "abandoned": [0] * handled + [1] * abandoned},
            ratings=[4] * handled + [None] * abandoned,
        )
    )
    groups = found.blocks[1]
    assert isinstance(groups, Table)
    assert table(groups)["north"][0] == 1.0


def test_without_answers_it_says_so_and_counts_strange_ones() -> None:
    found = page(archive(3, ratings=[None] * 3, survey={"strange": 7}))
    assert found.blocks == ()
    assert next(Telling("en").text(one) for one in found.lacks).startswith("7 answers are about interactions")


def test_the_line_on_every_page_with_answers() -> None:
    some = archive(4, numbers={"survey_invited": [1, 1, 0, 0]}, ratings=[5, None, None, None])
    told = Telling("en").text(response_told(some))
    assert told.endswith("50% of those handled were invited, 50% of the invited answered.")
    assert "приглашения не записаны" in Telling("ru").text(response_told(archive(2, ratings=[5, None])))


def test_the_interval_follows_the_level() -> None:
    wide, narrow = (mean_of(archive(4, ratings=[1, 2, 4, 5]).answers.csi, level) for level in (0.95, 0.5))
    assert wide.value == narrow.value == 50.0
    assert wide.low is not None
    assert narrow.low is not None
    # sd of 0, 25, 75, 100 is 45.64, its standard error 22.82; ± 1.96 and ± 0.674 of it
    assert (wide.low, narrow.low) == pytest.approx((50 - 44.73, 50 - 15.39), abs=0.01)
