"""Cards: figures, moments, one thing to train – and nobody else's name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unit.insight.archives import archive, criterion
from voxcx.domain.pages import Moments, Page, Paragraph, Table, Tiles
from voxcx.insight.agents.cards import COST_UNKNOWN, COSTS, NOT_JUDGED, NOTHING, TELLABLE, cards
from voxcx.insight.agents.mixing import kinds_of
from voxcx.insight.agents.training import faults_of, lesson_of
from voxcx.insight.archive import MET, NOT_MET, Archive

AGENTS, EACH = 12, 80


def office(bad: float = 0.6, effect: float = 1.5, seed: int = 4, **more: Any) -> Archive:
    """Twelve agents; the first fails ``tone`` as often as ``bad``, the others .1; failing costs ``effect``."""
    rng = np.random.default_rng(seed)
    n = AGENTS * EACH
    agent = np.tile(np.arange(AGENTS), EACH)
    failed = rng.random(n) < np.where(agent == 0, bad, 0.1)
    help_failed, slip = rng.random(n) < 0.1, rng.random(n) < 0.3
    ratings = np.clip(np.round(4.3 + rng.normal(0, 0.7, n) - effect * failed), 1, 5)
    settings: dict[str, Any] = {
        "labels": {
            "agent_id": [f"id-{k:02d}" for k in agent],
            "agent_name": [f"Name{k:02d} Sur{k:02d}" for k in agent],
            "team": "north",
        },
        "numbers": {"gratitude": rng.integers(0, 2, n).astype(float)},
        "ratings": ratings.tolist(),
        "criteria": [
            criterion("tone", np.where(failed, NOT_MET, MET).tolist()),
            criterion("help", np.where(help_failed, NOT_MET, MET).tolist(), severity="critical_customer"),
            criterion("system", np.where(slip | (agent == 1), NOT_MET, MET).tolist(), attributable="system"),
        ],
    }
    return archive(n, **(settings | more))


def said(card: Page) -> list[str]:
    """Paragraphs before the last, which explains the bands."""
    return [block.said.en for block in card.blocks if isinstance(block, Paragraph)][:-1]


def test_the_costliest_fault_of_ones_own_is_the_thing_to_train() -> None:
    one = office()
    faults = faults_of(one, kinds_of(one, ()))
    assert [fault.criterion.criterion for fault in faults] == ["tone", "help"]  # the system's is nobody's
    lesson = lesson_of(faults, 0)
    assert lesson is not None
    assert lesson.fault.criterion.criterion == "tone"
    # Mean failure rate (.6 + 11 × .1) ÷ 12 = .142; the first is .458 above it, shrunk a little.
    assert 0.35 < (lesson.excess.value or 0) < 0.5
    assert lesson.fault.mean.value == pytest.approx(0.142, abs=0.03)
    # 1.5 of a rating is 37.5 points, less where 5 is cut off.
    assert lesson.fault.effect is not None
    assert -40 < (lesson.fault.effect.value or 0) < -25
    assert lesson.cost is not None
    assert lesson.cost.value == pytest.approx((lesson.excess.value or 0) * (lesson.fault.effect.value or 0))
    assert lesson_of(faults, 1) is None  # its only fault is the system's


def test_card_of_one_who_has_something_to_train_and_of_one_who_has_not() -> None:
    made = dict(cards(office()))
    assert set(made) == {f"id-{k:02d}" for k in range(AGENTS)}
    assert said(made["id-00"])[:2] == [TELLABLE.en, COSTS.en]
    assert said(made["id-01"]) == [NOTHING.en]


def test_without_answers_the_form_chooses_what_to_train() -> None:
    made = dict(cards(office(ratings=None)))
    assert said(made["id-00"])[:2] == [TELLABLE.en, COST_UNKNOWN.en]
    assert len(made["id-00"].lacks) == 1


def test_without_verdicts_there_is_nothing_to_suggest() -> None:
    made = dict(cards(office(criteria=())))
    assert said(made["id-00"]) == [NOT_JUDGED.en]


def test_moments_are_the_agents_own_and_at_most_two_of_each() -> None:
    one = office()
    card = dict(cards(one))["id-00"]
    row_of = {name: row for row, name in enumerate(one.id.tolist())}
    lists = [block for block in card.blocks if isinstance(block, Moments)]
    assert len(lists) == 3  # first to listen to, to be proud of, to go through together
    for block in lists:
        assert 1 <= len(block.calls) <= 2
        assert {one.label("agent_id")[row_of[call.interaction_id]] for call in block.calls} == {"id-00"}
    tone, help_, _ = one.criteria
    first, proud, together = lists
    assert all(tone.failed[row_of[call.interaction_id]] for call in first.calls)
    for call in proud.calls:
        row = row_of[call.interaction_id]
        assert one.answers.top[row] == 1
        assert not tone.failed[row]
        assert not help_.failed[row]
    assert [call.criterion for call in together.calls] == ["help", "help"]  # critical before plain
    assert all(help_.failed[row_of[call.interaction_id]] for call in together.calls)


def test_a_card_names_nobody_else() -> None:
    for agent_id, card in cards(office()):
        number = agent_id.removeprefix("id-")
        told = repr(card)
        assert f"Name{number}" in told
        others = [k for k in range(AGENTS) if f"{k:02d}" != number]
        assert [k for k in others if f"Name{k:02d}" in told or f"id-{k:02d}" in told or f"Sur{k:02d}" in told] == []


def test_figures_of_a_card_have_bands_and_the_mean_beside_them() -> None:
    card = dict(cards(office()))["id-00"]
    tiles = next(block for block in card.blocks if isinstance(block, Tiles)).tiles
    assert [tile.title.en for tile in tiles[3:]] == ["CSI", "CDSAT", "QA", "CEA"]
    csi = tiles[3]
    assert csi.tone == "bad"
    assert csi.figure.estimate.n == EACH
    assert csi.figure.estimate.level == 0.9
    assert csi.note is not None
    cdsat = tiles[4]
    assert cdsat.tone == "bad"  # above the mean is bad here
    assert 0 < (cdsat.figure.estimate.value or 0) < 1
    table = next(block for block in card.blocks if isinstance(block, Table))
    assert [row[0].en for row in table.rows] == ["tone", "help"]  # type: ignore[union-attr]


def test_who_has_few_contacts_gets_no_card() -> None:
    assert cards(archive(19, labels={"agent_id": "a"}, ratings=[5] * 19)) == ()
    assert [agent for agent, _ in cards(archive(20, labels={"agent_id": "a"}, ratings=[5] * 20))] == ["a"]
