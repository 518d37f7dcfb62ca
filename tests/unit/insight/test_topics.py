"""Shares of topics and their growth by hand, the page, and bad input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unit.insight.archives import archive
from voxcx.domain.pages import Figure, Lines, Page, Table
from voxcx.insight.archive import Archive
from voxcx.insight.topics.assigning import assign, with_topics
from voxcx.insight.topics.page import page
from voxcx.insight.topics.shares import periods_of, shares_of

LONG_H = 24.0 * 70  # ten weeks: the last four are compared with what was before


def evenly(n: int, hours: float = LONG_H) -> list[float]:
    return [hours * k / n for k in range(n)]


def shares(a: Archive, at_most: int = 100) -> dict[str, object]:
    return {one.topic: one for one in shares_of(a, a.label("topic"), periods_of(a), at_most)}


def table(made: Page, name: str) -> Table:
    return next(block for block in made.blocks if isinstance(block, Table) and block.id == name)


def test_shares_by_hand() -> None:
    # 400 contacts of different customers over 70 days, the last 28 of them are the last 160 (k ≥ 240). Topic "a": every
    # fourth of the first 240 (60: 25 %) and every second of the last 160 (80: 50 %). 140 of 400 are 35 %.
    topic = ["a" if k % (4 if k < 240 else 2) == 0 else "b" for k in range(400)]
    a = archive(400, labels={"topic": topic}, hours=evenly(400))
    one = shares(a)["a"]
    assert one.share.value == pytest.approx(0.35)
    assert one.before.value == pytest.approx(0.25)
    assert one.now.value == pytest.approx(0.5)
    assert one.change.value == pytest.approx(0.25)
    assert one.ratio.value == pytest.approx(2.0)
    assert one.share.n == 400
    # Wilson of 140 of 400: centre (0.35 + 1.92 ÷ 400) ÷ (1 + 3.84 ÷ 400) = 0.3514, half 0.0465.
    assert one.share.low == pytest.approx(0.3049, abs=2e-4)
    assert one.share.high == pytest.approx(0.3980, abs=2e-4)
    assert one.moved(0.05)


def test_contacts_of_one_customer_are_no_separate_witnesses() -> None:
    # Each customer has 4 contacts, all on one topic: the design effect is 4, so 400 contacts weigh as 100.
    topic = ["a" if (k // 4) % 2 else "b" for k in range(400)]
    who = [f"c{k // 4}" for k in range(400)]
    alone = shares(archive(400, labels={"topic": topic}, hours=evenly(400)))["a"]
    joined = shares(archive(400, labels={"topic": topic, "customer_id": who}, hours=evenly(400)))["a"]
    widths = [one.share.high - one.share.low for one in (alone, joined)]
    assert widths[1] / widths[0] == pytest.approx(2.0, rel=0.03)
    assert joined.share.value == alone.share.value == 0.5
    assert joined.share.n == 400


def test_nothing_moves_by_chance() -> None:
    flagged = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        topic = rng.choice(list("abcdefgh"), 600).tolist()
        a = archive(600, labels={"topic": topic}, hours=evenly(600))
        flagged += any(one.moved(0.05) for one in shares_of(a, a.label("topic"), periods_of(a), 100))
    assert flagged <= 7  # 5 % of 40 archives, and no more than chance allows (P(X > 7) < 0.001)


def test_halves_where_the_archive_is_short() -> None:
    a = archive(100, labels={"topic": "a"}, hours=evenly(100, 24.0 * 20))
    periods = periods_of(a)
    assert int(periods.now.sum()) == 50
    assert int(periods.before.sum()) == 50
    assert "half" in periods.name.en


def test_a_page_with_growth_says_so() -> None:
    topic = ["a" if k % (8 if k < 360 else 2) == 0 else "bc"[k % 2] for k in range(600)]
    ratings = [2 if one == "a" else 5 for one in topic]
    a = archive(600, labels={"topic": topic}, hours=evenly(600), ratings=ratings)
    made = page(a)
    grew = next(one for one in made.findings if "more often" in one.said.en)
    blanks = dict(grew.said.blanks)
    # "a" is 1 of 8 before and 1 of 2 now; CSI of rating 2 is 25, of 5 100. Of 600: 45 + 120 are "a", so all together
    # (165 · 25 + 435 · 100) ÷ 600 = 79.375, 54.375 above the topic; times the added share 0.375.
    assert isinstance(blanks["before"], Figure)
    assert isinstance(blanks["now"], Figure)
    assert blanks["before"].estimate.value == pytest.approx(0.125)
    assert blanks["now"].estimate.value == pytest.approx(0.5)
    assert grew.weight == pytest.approx(54.375 * 0.375)
    assert 2 <= len(grew.calls) <= 5
    assert {topic[int(ref.interaction_id[2:])] for ref in grew.calls} == {"a"}
    rows = table(made, "topics").rows
    assert len(rows) == 3
    assert table(made, "topics").tones.count("bad") == 1
    assert [len(block.lines) for block in made.blocks if isinstance(block, Lines)] == [3]


def test_rules_name_the_topic_where_the_source_does_not() -> None:
    openings = ["Где мой заказ?", "Не могу войти в личный кабинет", "Добрый день", ""] * 25
    a = archive(100, labels={"language": "ru"}, openings=openings)
    assert assign(a).tolist() == ["delivery", "account", "", ""] * 25
    made = with_topics(a)
    assert made.topics is not None
    assert made.label("topic").tolist() == assign(a).tolist()
    assert made.topics.asks.tolist() == [True, False, False, False] * 25
    names = [row[0] for row in table(page(made), "topics").rows]
    assert [one.ru for one in names] == ["Доставка", "Вход и личный кабинет"]
    sources = {row[0].en: row[1].estimate.value for row in table(page(made), "topic_sources").rows}
    assert sources == {"rules on the customer's first words": 50, "not known": 50}


def test_only_the_most_frequent_topics_are_shown() -> None:
    a = archive(300, labels={"topic": [f"t{k % 120}" for k in range(300)]})
    made = page(a)
    assert len(table(made, "topics").rows) == 100


BAD = {
    "zero interactions": archive(0),
    "3 interactions": archive(3, labels={"topic": ["a", "a", "b"]}, ratings=[1, None, 5]),
    "no topics, no words": archive(50),
    "all words missing": archive(50, openings=[""] * 50),
    "one topic": archive(50, labels={"topic": "a"}, ratings=[5] * 50),
    "one day": archive(200, labels={"topic": ["a", "b"] * 100}, hours=[k / 10 for k in range(200)]),
    "no times": replace(archive(60, labels={"topic": "a"}), moment_s=np.full(60, np.nan), local_s=np.full(60, np.nan)),
    "ids that do not join": archive(60, labels={"topic": "a"}, ratings=[None] * 60, survey={"strange": 60}),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told(name: str) -> None:
    made = page(BAD[name])
    assert made.lacks
    assert made.id == "topics"


def test_what_lacks_says_why() -> None:
    assert "gives none" in page(BAD["no topics, no words"]).lacks[0].en
    short = [one for one in page(BAD["one day"]).lacks if one.en.startswith("Growth")]
    assert dict(short[0].blanks)["reason"].en == "fewer than 14 days"


def three_topics(n: int, **labels: object) -> Archive:
    return archive(n, labels={"topic": [("a", "b", "c")[k % 3] for k in range(n)], **labels}, hours=evenly(n, 24.0))


def test_what_the_company_began_is_nothing_that_customers_came_with() -> None:
    made = page(three_topics(90, direction="outbound"))
    assert not made.findings
    assert not made.blocks
    assert "begun by the company" in made.lacks[0].en
    half = page(three_topics(90, direction=["outbound" if k % 3 == 0 else "inbound" for k in range(90)]))
    assert [row[0].en for row in table(half, "topics").rows] == ["b", "c"]  # all calls about a were outbound
    shown = table(half, "topics").rows[0][2]
    assert isinstance(shown, Figure)
    assert (shown.estimate.value, shown.estimate.n) == (0.5, 60)


@pytest.mark.parametrize(("n", "told"), [(29, 0), (30, 1)])
def test_what_they_come_most_with_needs_enough_contacts(n: int, told: int) -> None:
    assert len(page(three_topics(n)).findings) == told
