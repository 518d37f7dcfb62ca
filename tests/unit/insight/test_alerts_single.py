"""Triggers on one interaction, and the settings that hold them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from unit.insight.archives import START_S, archive, criterion
from voxcx.domain.csi import RatingScale
from voxcx.errors import ConfigError
from voxcx.insight.alerts.cases import owed_cases
from voxcx.insight.alerts.comments import say
from voxcx.insight.alerts.record import Stretch
from voxcx.insight.alerts.rules import TriggerSettings, load_triggers
from voxcx.insight.alerts.single import Scene, notes, refuse_unknown, scene_of, single_hits
from voxcx.insight.alerts.watching import watch
from voxcx.insight.alerts.why import why_of
from voxcx.insight.archive import MET, NOT_APPLICABLE, NOT_MET, UNDECIDED, Archive
from voxcx.report.insight.telling import Telling

ALWAYS = Stretch(-np.inf, np.inf)
NAN = float("nan")


def trigger(**more: Any) -> dict[str, Any]:
    return {
        "id": "t", "title": {"en": "Title", "ru": "Название"}, "severity": "low", "owner": "me",
        "interaction": {"when": {"number": "churn_cue", "at_least": 1}},
    } | more  # fmt: skip


def on(when: dict[str, Any], per: str = "customer_id", **more: Any) -> TriggerSettings:
    return TriggerSettings.model_validate({"triggers": [trigger(interaction={"when": when, "per": per})], **more})


def rows(when: dict[str, Any], of: Archive, **more: Any) -> list[int]:
    settings = on(when, **more)
    return [hit.row for hit in single_hits(settings.triggers[0], scene_of(of, settings), ALWAYS)]


NUMBERS = archive(
    4, numbers={"churn_cue": [0, 1, 2, NAN], "hold_total_s": [10, 60, 61, NAN]}, labels={"queue": ["a", "b", "", "a"]}
)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"number": "churn_cue", "at_least": 1}, [1, 2]),
        ({"number": "churn_cue", "above": 1}, [2]),
        ({"number": "churn_cue", "at_most": 1}, [0, 1]),
        ({"number": "churn_cue", "below": 1}, [0]),
        ({"number": "hold_total_s", "above": 60, "at_most": 61}, [2]),
        ({"number": "no_such_column", "at_least": 0}, []),
        ({"label": "queue", "is": "a"}, [0, 3]),
        ({"label": "queue", "is": ["a", "b"]}, [0, 1, 3]),
        ({"all": [{"number": "churn_cue", "at_least": 1}, {"label": "queue", "is": "b"}]}, [1]),
        ({"any": [{"number": "churn_cue", "at_least": 2}, {"label": "queue", "is": "b"}]}, [1, 2]),
        ({"not": {"number": "churn_cue", "at_least": 1}}, [0, 3]),
    ],
)
def test_conditions_over_columns(when: dict[str, Any], expected: list[int]) -> None:
    assert rows(when, NUMBERS) == expected


CRITERIA = archive(
    4,
    criteria=[
        criterion("data", [NOT_MET, MET, UNDECIDED, NOT_APPLICABLE], severity="critical_business"),
        criterion("answer", [MET, NOT_MET, UNDECIDED, NOT_APPLICABLE], severity="critical_customer"),
        criterion("bye", [MET, MET, NOT_MET, MET]),
    ],
)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"critical": "business"}, [0]),
        ({"critical": "customer"}, [1]),
        ({"critical": "compliance"}, []),
        ({"critical": "any"}, [0, 1]),  # undecided is no error, a plain criterion is not critical
        ({"failed": "bye"}, [2]),
        ({"failed": "form:bye"}, [2]),
        ({"failed": "other:bye"}, []),
    ],
)
def test_errors_and_criteria(when: dict[str, Any], expected: list[int]) -> None:
    assert rows(when, CRITERIA) == expected


def test_the_reason_names_the_criterion_and_the_alert_points_at_it() -> None:
    watched = watch(CRITERIA, on({"critical": "any"}, per="interaction", daily_cap=9), ALWAYS)
    assert [(one.interaction_id, one.ref and one.ref.criterion) for one in watched.alerts] == [
        ("i-0", "data"),
        ("i-1", "answer"),
    ]
    assert Telling("ru").text(watched.alerts[0].why) == "Название: не выполнено: data"


@pytest.mark.parametrize(("limit", "expected"), [("bottom", [0, 1]), (2, [0, 1]), (1, [0]), (3, [0, 1, 2]), (1.5, [0])])
def test_ratings_are_the_customers_own(limit: object, expected: list[int]) -> None:
    assert rows({"rating_at_most": limit}, archive(5, ratings=[1, 2, 3, 5, None])) == expected


def test_an_answer_counts_from_when_it_was_given() -> None:
    answered = archive(2, ratings=[1, 1], survey={"answered_s": [START_S + 7200.0, NAN]})
    settings = on({"rating_at_most": "bottom"})
    hits = single_hits(settings.triggers[0], scene_of(answered, settings), ALWAYS)
    assert [hit.at_s - START_S for hit in hits] == [
        7200.0,
        3600.0,
    ]  # the second: its own start, an hour after the first
    early = single_hits(settings.triggers[0], scene_of(answered, settings), Stretch(-np.inf, START_S + 5000.0))
    assert [hit.row for hit in early] == [1]
    assert early[0].id == hits[1].id


ALARMING = load_triggers().alarming


@pytest.mark.parametrize(
    ("comment", "alarms"),
    [
        ("Буду жаловаться в Роспотребнадзор", True),
        ("Напишу претензию", True),
        ("Больше никогда к вам не обращусь", True),
        ("Мне нахамили", True),
        ("Жалоб нет, спасибо", False),
        ("Не буду жаловаться", False),
        ("Всё быстро решили", False),
        ("", False),
        ("I will complain to the regulator", True),
        ("I am going to cancel my contract", True),
        ("You are rude", True),
        ("No complaints at all", False),
        ("I don't complain", False),
        ("Thank you!", False),
    ],
)
def test_alarming_comments(comment: str, alarms: bool) -> None:
    known = archive(1, ratings=[5], survey={"comment": [comment]})
    assert say(known, ALARMING).tolist() == [alarms]


def test_own_phrases_of_a_comment() -> None:
    known = archive(2, ratings=[5, 5], survey={"comment": ["Курьер опоздал", "The courier was late"]})
    assert rows({"comment": {"ru": ["курьер ...2 опоздать"]}}, known) == [0]
    with pytest.raises(ConfigError, match="Phrase"):
        rows({"comment": {"ru": ["{курьер"]}}, known)


@pytest.mark.parametrize(
    ("negative", "louder", "interrupted", "swore", "expected"),
    [
        (0.1, 3.0, 0, 0, [0]),
        (0.1, 2.9, 0, 0, []),  # one sign alone
        (0.0, 0.0, 5, 1, [0]),
        (0.0, 0.0, 4, 1, []),
        (NAN, NAN, 5, 1, [0]),  # a chat has no loudness: what is known counts
        (NAN, NAN, NAN, NAN, []),
    ],
)
def test_agitation_takes_two_signs(
    negative: float, louder: float, interrupted: float, swore: float, expected: list[int]
) -> None:
    known = archive(
        1,
        numbers={
            "customer_negative_last_third": negative,
            "customer_loudness_drift_db": louder,
            "interruptions_by_customer": interrupted,
            "profanity_by_customer": swore,
        },
    )
    assert rows({"agitation": {}}, known) == expected


def estimates(simulated: frozenset[str] = frozenset()) -> Archive:
    made = archive(3, numbers={"csi_p_dissatisfied": [0.9, 0.79, NAN]}, labels={"csi_model_id": "mine"})
    return replace(made, simulated_models=simulated)


def test_an_estimate_may_choose_and_says_that_it_is_one() -> None:
    when = {"p_dissatisfied_at_least": 0.8}
    assert rows(when, estimates()) == [0]
    settings = on(when)
    (alert,) = watch(estimates(), settings, ALWAYS).alerts
    assert alert.estimated
    assert "an estimate, not an answer" in Telling("en").text(alert.why)


def test_estimates_of_a_simulated_model_are_refused_unless_forced() -> None:
    when, simulated = {"p_dissatisfied_at_least": 0.8}, estimates(frozenset({"mine"}))
    assert rows(when, simulated) == []
    settings = on(when)
    (note,) = notes(scene_of(simulated, settings))
    assert "force_simulated_model" in Telling("en").text(note)
    forced = on(when, force_simulated_model=True)
    assert [hit.row for hit in single_hits(forced.triggers[0], scene_of(simulated, forced), ALWAYS)] == [0]
    assert list(notes(scene_of(simulated, forced))) == []


def test_scopes_are_customers_and_who_is_not_known_is_alone() -> None:
    known = archive(3, numbers={"churn_cue": 1}, labels={"customer_id": ["7", "", "7"]})
    settings = on({"number": "churn_cue", "at_least": 1})
    hits = single_hits(settings.triggers[0], scene_of(known, settings), ALWAYS)
    assert [hit.scope for hit in hits] == ["customer_id=7", "interaction=i-1", "customer_id=7"]
    assert len({hit.id for hit in hits}) == 3


def test_the_reason_tells_numbers_with_their_names() -> None:
    known = archive(1, numbers={"churn_cue": 2})
    settings = on({"number": "churn_cue", "at_least": 1})
    told = why_of(settings.triggers[0], 0, scene_of(known, settings))
    assert Telling("ru").text(told) == "Название: клиент говорит об уходе (по словарю): 2"


def test_every_bad_answer_and_alarming_comment_is_a_claim_whatever_the_triggers() -> None:
    known = archive(
        4,
        ratings=[1, 5, 2, 5],
        survey={"comment": ["Подам в суд", "Буду жаловаться", "", "Спасибо"]},
        numbers={"churn_cue": [0, 0, 1, 1]},
    )
    settings = on({"number": "churn_cue", "at_least": 1}, alarming=ALARMING)
    scene: Scene = scene_of(known, settings)
    hits = single_hits(settings.triggers[0], scene, ALWAYS)
    cases = owed_cases(scene, hits, (), ALWAYS)
    assert {(one.interaction_id, one.kind, one.triggers) for one in cases} == {
        ("i-0", "claim", ("bottom_box", "alarming_comment")),
        ("i-1", "claim", ("alarming_comment",)),
        ("i-2", "claim", ("bottom_box",)),
        ("i-2", "review", ("t",)),
        ("i-3", "review", ("t",)),
    }
    first = min(cases, key=lambda one: one.at_s)
    assert (first.owner, first.deadline_s - first.at_s) == ("customer_care", 86_400.0)


def test_bottom_boxes_are_those_of_the_scale() -> None:
    known = archive(1, ratings=[4])
    scale = RatingScale(0, 10, 6, 9)
    # On 0–10 with bottom boxes up to 6 a 4 is one: the reader has put it so into `dissatisfied`.
    answers = replace(known.answers, scale=scale, csi=np.array([40.0]), dissatisfied=np.array([1.0]))
    known = replace(known, answers=answers)
    assert rows({"rating_at_most": 4}, known) == [0]
    assert rows({"rating_at_most": 3}, known) == []
    assert rows({"rating_at_most": "bottom"}, known) == [0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": "red"}, "colour: this key is not known"),
        ({"severity": "huge"}, "severity"),
        ({"owner": None}, "owner"),
        ({"interaction": {"when": {"nubmer": "churn_cue", "at_least": 1}}}, "expected a condition with one of number"),
        ({"interaction": {"when": {"number": "churn_cue"}}}, "expected one of at_least"),
        ({"interaction": {"when": {"number": "churn_cue", "atleast": 1}}}, "atleast: this key is not known"),
        ({"interaction": {"when": {"number": "csi_value", "below": 40}}}, "p_dissatisfied_at_least"),
        ({"interaction": None}, "expected one rule"),
        ({"event": {"name": "outage"}}, "expected one rule"),
        ({"escalation": {"to": "nobody", "times": 2}}, "to one of the levels, got 'nobody'"),
        ({"escalation": {"to": "boss"}}, "expected after_hours or times"),
    ],
)
def test_a_wrong_trigger_is_refused_in_one_sentence(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    made = {key: value for key, value in trigger(**change).items() if value is not None}
    path = tmp_path / "triggers.yaml"
    path.write_text(yaml.safe_dump({"triggers": [made]}))
    with pytest.raises(ConfigError, match=r"triggers\.yaml: ") as error:
        load_triggers(path)
    assert told in str(error.value)
    assert str(error.value).count("\n") == 0


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"triggers": []}, "triggers"),
        ({"triggers": [trigger(), trigger()]}, "'t' is there twice"),
        ({"triggers": [trigger(), trigger(id="u")], "daily_cap": 1}, "at least one alert for each of 2 triggers"),
        (
            {
                "triggers": [trigger(escalation={"to": "a", "times": 1})],
                "levels": {
                    "a": {"severity": "high", "owner": "a", "escalation": {"to": "b", "times": 1}},
                    "b": {"severity": "high", "owner": "b", "escalation": {"to": "a", "times": 1}},
                },
            },
            "goes round: a → b → a",
        ),
        ({"triggers": [trigger()], "webhook": {"secret": "0123456789abcdef"}}, "secret: this key is not known"),
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, more: dict[str, Any], told: str) -> None:
    path = tmp_path / "triggers.yaml"
    path.write_text(yaml.safe_dump(more))
    with pytest.raises(ConfigError) as error:
        load_triggers(path)
    assert told in str(error.value)


def test_no_file_and_no_yaml_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected triggers, found none"):
        load_triggers(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(ConfigError, match="expected YAML"):
        load_triggers(tmp_path / "bad.yaml")


def test_an_unknown_column_is_refused_with_the_trigger() -> None:
    with pytest.raises(ConfigError, match=r"Trigger 't': expected a number that interactions have, got 'chrun_cue'"):
        refuse_unknown(NUMBERS, on({"not": {"number": "chrun_cue", "at_least": 1}}))
    with pytest.raises(ConfigError, match=r"expected a label"):
        refuse_unknown(NUMBERS, on({"label": "queu", "is": "a"}))
    refuse_unknown(NUMBERS, on({"label": "queue", "is": "a"}))


def test_an_unknown_criterion_is_noted() -> None:
    (note,) = notes(scene_of(CRITERIA, on({"failed": "no_such"})))
    assert Telling("en").text(note) == "Title: no criterion no_such was judged in this archive."


def test_the_examples_of_the_docs_are_triggers() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "alerts.md").read_text(encoding="utf-8")
    whole, windows = re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert TriggerSettings.model_validate(yaml.safe_load(whole)).triggers[0].id == "churn_threat"
    for line in windows.splitlines():
        one = trigger(**yaml.safe_load(line))
        del one["interaction"]
        assert TriggerSettings.model_validate({"triggers": [one]}).triggers[0].window is not None
    told = re.findall(r"^\| `(\{[^`]*)` \|", page, re.MULTILINE)
    assert len(told) == 8
    for condition in told:
        assert on(yaml.safe_load(condition)).triggers[0].interaction is not None
