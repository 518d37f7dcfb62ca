"""Every event has its definition in both languages, with parameters that exist, under every set."""

from __future__ import annotations

import re
from string import Formatter
from typing import get_args

import pytest

from voxcx.config import Definitions, load_config
from voxcx.domain.event_catalogue import EVENT_CATALOGUE, EVENTS, EventSpec, When
from voxcx.domain.timeline import EventKind

SETS = load_config().definitions


def named(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_kind_is_there_once() -> None:
    assert sorted(EVENT_CATALOGUE) == sorted(get_args(EventKind))
    assert len(EVENTS) == len(EVENT_CATALOGUE)


@pytest.mark.parametrize("told", [told for spec in EVENTS for told in (spec, *spec.whens)])
def test_both_languages_name_the_same_parameters_and_they_exist(told: EventSpec | When) -> None:
    assert named(told.en) == named(told.ru)
    switch = {told.parameter} if isinstance(told, When) else set()
    assert named(told.en) | switch <= set(Definitions.model_fields)


@pytest.mark.parametrize("ui", ["ru", "en"])
@pytest.mark.parametrize("name", sorted(SETS))
def test_every_definition_carries_its_values(name: str, ui: str) -> None:
    used = SETS[name].model_dump()
    for spec in EVENTS:
        told = spec.definition(ui, used)
        assert "{" not in told
        assert not re.search(r"[a-z]_[a-z]", told), told
        assert set(spec.parameters(used)) <= set(used)


def test_a_switch_makes_it_another_event() -> None:
    told = {name: EVENT_CATALOGUE["silence"].definition("en", rules.model_dump()) for name, rules in SETS.items()}
    assert told["default"] == told["sber"] == "nobody speaks, in talk, for 3 s or longer"
    assert told["google"] == "nobody speaks, in talk, for longer than 5 s"
    assert told["voci"] == "no recognised word, anywhere in the recording, for 0 s or longer"
    assert EVENT_CATALOGUE["silence"].parameters(SETS["google"].model_dump()) == (
        "silence_min_excluded",
        "silence_min_s",
    )


def test_russian_numbers_have_a_comma_and_unknown_ones_their_name() -> None:
    assert "0,5 с" in EVENT_CATALOGUE["brief_overlap"].definition("ru", {"interruption_min_s": 0.5})
    assert "interruption_min_s" in EVENT_CATALOGUE["brief_overlap"].definition("ru", {})


def test_every_set_changes_what_some_event_is() -> None:
    default = [spec.definition("en", SETS["default"].model_dump()) for spec in EVENTS]
    for name in set(SETS) - {"default"}:
        assert [spec.definition("en", SETS[name].model_dump()) for spec in EVENTS] != default, name
