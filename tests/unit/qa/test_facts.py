from __future__ import annotations

import pytest

from unit.qa import scenes
from voxcx.domain.interaction import Interaction, Telephony
from voxcx.errors import FormError
from voxcx.qa.case import Case
from voxcx.qa.scoring import score_form

FEATURES = [
    ("{name: silences, op: '>=', value: 3}", 3, "met"),
    ("{name: silences, op: '>', value: 3}", 3, "not_met"),
    ("{name: silences, op: '<=', value: 3}", 3, "met"),
    ("{name: silences, op: '<', value: 3}", 3, "not_met"),
    ("{name: silences, op: '==', value: 3}", 3, "met"),
    ("{name: silences, op: '!=', value: 3}", 3, "not_met"),
    ("{name: silences, op: '>=', value: 0}", None, "undecided"),  # missing is not zero
    ("{name: hangup_by, op: '==', value: agent}", "agent", "met"),
    ("{name: hangup_by, op: '==', value: agent}", "customer", "not_met"),
    ("{name: first_response_s, op: '<=', value: 60}", None, "undecided"),  # a chat's feature on a call
]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("rule", "value", "verdict"), FEATURES)
def test_feature(rule: str, value: float | str | None, verdict: str, language: str) -> None:
    name = rule.split(",", maxsplit=1)[0].removeprefix("{name: ")
    heard = scenes.transcript([("agent", 1.0, "да")], language)
    row = scenes.features("call", **({} if value is None else {name: value}))
    qa = scenes.form(f"feature: {rule}", language)
    card = score_form(qa, Case(Interaction("c", "call"), heard, scenes.timeline(heard), row))
    assert card.results[0].verdict == verdict
    assert card.results[0].judged_by == ("nobody" if verdict == "undecided" else "features")


METADATA = [
    ("{field: direction, equals: inbound}", "met"),
    ("{field: direction, equals: outbound}", "not_met"),
    ("{field: direction, one_of: [outbound, inbound]}", "met"),
    ("{field: queue, equals: vip}", "undecided"),
    ("{field: queue, equals: vip, if_missing: no}", "not_met"),
    ("{field: queue, equals: vip, if_missing: yes}", "met"),
    ("{field: queue, known: true}", "not_met"),
    ("{field: queue, known: false}", "met"),
    ("{field: transfers, at_least: 1}", "met"),
    ("{field: transfers, at_least: 3}", "not_met"),
    ("{field: ivr_authenticated, equals: true}", "not_met"),
    ("{field: hangup_by, equals: agent}", "undecided"),
]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("rule", "verdict"), METADATA)
def test_metadata(rule: str, verdict: str, language: str) -> None:
    record = Telephony(transfers=2, ivr_authenticated=False)
    interaction = Interaction("c", "call", direction="inbound", telephony=record)
    heard = scenes.transcript([("agent", 1.0, "да")], language)
    result = scenes.call(scenes.form(f"metadata: {rule}", language), heard, interaction=interaction)
    assert result.verdict == verdict


@pytest.mark.parametrize(
    "rule",
    [
        "feature: {name: hangup_by, op: '==', value: 1}",  # a category is no number
        "feature: {name: hangup_by, op: '>=', value: agent}",
        "feature: {name: talk_s, op: '>=', value: long}",
        "feature: {name: talk_s, op: '>=', value: .nan}",
        "metadata: {field: direction, equals: outbond}",
        "metadata: {field: direction, one_of: [inbound, out]}",
        "metadata: {field: queue, at_least: 3}",
        "metadata: {field: queue, equals: 3}",
        "metadata: {field: transfers, equals: true}",
        "metadata: {field: transfers, at_most: .inf}",
        "metadata: {field: ivr_authenticated, equals: 'yes'}",
    ],
)
def test_a_value_that_never_comes_is_refused(rule: str) -> None:
    with pytest.raises(FormError, match="expected"):
        scenes.form(rule)
