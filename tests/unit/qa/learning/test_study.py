from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from marked_chats import marked_chats
from voxcx.errors import InputError
from voxcx.qa.learning.card import abstains, figures_json, write_card
from voxcx.qa.learning.examples import Examples, Judged, gather
from voxcx.qa.learning.fitting import copies, folds, table_of
from voxcx.qa.learning.study import learn
from voxcx.qa.learning.thresholds import choose


def learned_from(chats: list[Judged], language: str = "ru") -> Examples:
    return gather(chats, "no_rudeness", "agent", language)


@pytest.mark.parametrize(("language", "word"), [("ru", "кричать"), ("en", "shout")])
def test_a_planted_phrase_is_learned_and_told(language: str, word: str) -> None:
    trained, study = learn(learned_from(marked_chats(400, 3, language), language), 0.8)
    figures = study.targets[0.8].figures
    assert figures.precision.value is not None
    assert figures.precision.value > 0.9
    assert figures.recall.value is not None
    assert figures.recall.value > 0.85
    assert figures.met_precision.value is not None
    assert figures.met_precision.value > 0.9
    assert figures.kappa is not None
    assert figures.kappa > 0.8
    assert word in " ".join(term for term, _ in study.strongest["not_met"])
    assert not abstains(trained)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("share", [0.2, 0.5])
def test_marks_that_mean_nothing_are_not_learned(seed: int, share: float) -> None:
    examples = learned_from(marked_chats(300, seed, share=share, shuffled=True))
    trained, study = learn(examples, 0.8)
    assert abstains(trained)
    assert study.area.low is not None
    assert study.area.low < 0.55
    assert "abstains everywhere" in write_card(trained, study, examples)


def test_the_same_marks_give_the_same_criterion() -> None:
    chats = marked_chats(150, 5)
    one, other = learned_from(chats), learned_from(chats[::-1])
    made = [learn(examples, 0.8) for examples in (one, other)]
    assert made[0] == made[1]
    assert figures_json(*made[0], one) == figures_json(*made[1], other)


def test_a_name_of_one_agent_is_no_evidence() -> None:
    """All errors are Zinaida's, who always gives her name: it must not be the name that is learned."""
    chats = [
        replace(one, said=[*one.said, ("agent", ["Зинаида"])], agent="zinaida", verdicts={"a": "not_met"})
        if k % 3 == 0
        else replace(one, verdicts={"a": "met"})
        for k, one in enumerate(marked_chats(200, 7, share=0.0, slips=0.0))
    ]
    trained, _ = learn(learned_from(chats), 0.8)
    assert not any("зинаида" in term for term in trained.terms)


def test_the_rule_and_people_are_beside_it() -> None:
    chats = [replace(one, machine="met") for one in marked_chats(200, 11)]
    examples = learned_from(chats)
    _, study = learn(examples, 0.8)
    assert set(study.baselines) == {"always the commoner verdict", "the form's rule"}
    assert study.baselines["the form's rule"].recall.value == 0
    assert set(study.evaluators) == {"lead-0", "lead-1"}
    assert study.evaluators["lead-0"].decided.n == 100


def test_folds_keep_agents_together() -> None:
    examples = learned_from(marked_chats(200, 2))
    assert examples.grouped_by == "agent"
    agents = [one.judged.agent for one in examples.examples]
    together = dict(zip(agents, examples.groups, strict=True))
    assert [together[agent] for agent in agents] == list(examples.groups)


def test_agents_known_in_one_row_keep_nobody_together() -> None:
    chats = marked_chats(200, 2)
    one = learned_from([chats[0], *(replace(chat, agent="") for chat in chats[1:])])
    most = learned_from([replace(chat, agent="") if k % 10 == 0 else chat for k, chat in enumerate(chats)])
    assert (one.grouped_by, one.known) == ("interaction", 1.0)
    assert (most.grouped_by, most.known) == ("agent", 0.9)


def test_no_fold_learns_a_copy_of_what_it_is_measured_on() -> None:
    chats = [
        replace(one, interaction_id=f"{one.interaction_id}-{copy}", agent=f"agent-{(7 * k + copy) % 25}")
        for copy in range(3)
        for k, one in enumerate(marked_chats(50, 2, share=0.5))
    ]
    examples = learned_from(chats)
    terms = [one.terms for one in examples.examples]
    table = table_of(terms, [one.share_not_met for one in examples.examples], examples.groups, examples.speakers)
    for train, test in folds(table, np.arange(len(table))):
        assert not {repr(sorted(terms[k].items())) for k in train} & {repr(sorted(terms[k].items())) for k in test}


def test_texts_that_are_nearly_the_same_are_copies() -> None:
    text = {f"word-{k}": 1 for k in range(100)}
    near, far = {**text, "more": 1}, {f"word-{k}": 1 for k in range(50, 150)}
    assert copies([text, far, near, {}, {}]) == (0, 1, 0, 3, 4)


def test_a_threshold_stops_at_the_first_that_fails() -> None:
    chances = [1 - k / 1000 for k in range(120)]
    right = [k < 20 or 30 <= k < 100 for k in range(120)]  # surely right, then wrong, then right by luck
    cut = choose(chances, right, 0.8).not_met
    assert cut is not None
    assert 1 - cut < 0.025


def test_people_of_two_minds_are_left_out_and_a_majority_counts_softly() -> None:
    chats = marked_chats(120, 4, share=0.5)
    both = replace(chats[0], verdicts={"a": "met", "b": "not_met"})
    most = replace(chats[1], verdicts={"a": "not_met", "b": "not_met", "c": "met"})
    aside = replace(chats[2], verdicts={"a": "not_applicable"})
    mixed = replace(chats[3], verdicts={"a": "met", "b": "not_applicable"})
    silent = replace(chats[4], said=[("customer", ["Алло"])])
    examples = learned_from([both, most, aside, mixed, silent, *chats[5:]])
    assert dict(examples.left_out) == {
        "no words of that party": 1,
        "not applicable or undecided by half of its people or more": 1,
        "not applicable or undecided by people": 1,
        "people of two minds, as many of each": 1,
    }
    assert examples.examples[0].share_not_met == pytest.approx(2 / 3)
    assert examples.examples[0].error


@pytest.mark.parametrize(
    ("chats", "expected"),
    [
        (marked_chats(40, 1), "30 not met, got"),
        (marked_chats(100, 1, share=0.0, slips=0.0), "got 100 and 0; have people mark 30 more that are not met"),
        (
            [replace(one, verdicts={"a": "not_applicable"}) for one in marked_chats(70, 1)],
            "got 0 and 0 (left out: 70 not applicable or undecided by people)",
        ),
        ([], "got 0 and 0; have"),
    ],
)
def test_too_few_marks_are_refused(chats: list[Judged], expected: str) -> None:
    with pytest.raises(InputError) as told:
        learned_from(chats)
    assert expected in str(told.value)


def test_people_who_give_one_verdict_each_are_refused() -> None:
    chats = [
        replace(one, verdicts={verdict: verdict}) for one in marked_chats(200, 1) for verdict in one.verdicts.values()
    ]
    with pytest.raises(InputError, match="at least one person who gave both verdicts, got 2 people"):
        learned_from(chats)


def test_chats_that_all_differ_leave_nothing_to_go_by() -> None:
    chats = [
        replace(one, said=[("agent", [f"слово{k:b}".replace("0", "а").replace("1", "б")])])
        for k, one in enumerate(marked_chats(100, 1))
    ]
    trained, _ = learn(learned_from(chats), 0.8)
    assert not trained.terms
    assert abstains(trained)


def in_queues(chats: list[Judged], *, alike: bool) -> list[Judged]:
    """Three queues; where they are not alike, people of the last one mark the other way round."""
    made = []
    for k, one in enumerate(chats):
        queue = ("sales", "support", "sales", "support", "claims")[k % 5]
        turned = not alike and queue == "claims"
        marks = {name: ("met" if verdict == "not_met" else "not_met") for name, verdict in one.verdicts.items()}
        made.append(replace(one, queue=queue, verdicts=marks if turned else one.verdicts))
    return made


def test_a_criterion_that_carries_over_judges_in_every_queue() -> None:
    trained, study = learn(learned_from(in_queues(marked_chats(360, 6), alike=True)), 0.8)
    assert trained.queues == ()
    assert study.new_queue is not None
    assert study.new_queue.precision.value is not None
    assert study.new_queue.precision.value > 0.9


def test_one_that_does_not_carry_over_stays_where_it_was_learned() -> None:
    examples = learned_from(in_queues(marked_chats(360, 6), alike=False))
    trained, study = learn(examples, 0.7)
    assert not abstains(trained)
    assert trained.queues == ("claims", "sales", "support")
    assert "judges in these alone: claims, sales, support" in write_card(trained, study, examples)
