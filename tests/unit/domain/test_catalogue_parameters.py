"""A definition names every parameter that moves its number, and is true and whole under every named set.

The made-up call has something for every parameter to move; it is measured with the parties exchanged as well. Seconds
of speech, with ``None`` where no words are known.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from voxcx.config import Definitions, load_config
from voxcx.domain.catalogue import CATALOGUE, FeatureSpec
from voxcx.domain.event_catalogue import EVENT_CATALOGUE
from voxcx.domain.features import Value
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Interaction, Recording, Role, Telephony
from voxcx.domain.intervals import Interval, union
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.material import Material
from voxcx.features.table import extract_features
from voxcx.timeline.build import build_timeline

CALL_S = 120.0
ROLES: tuple[Role, Role] = ("agent", "customer")
SAID: tuple[tuple[Role, float, float, str | None], ...] = (
    ("agent", 1, 4, "good morning this is anna speaking"),
    ("customer", 5, 9, "hello my bill is wrong again"),
    ("agent", 8.5, 9, "but wait"),
    ("customer", 11, 13, "and it was wrong before"),  # a pause of 2 s inside a turn that "but wait" interrupts
    ("agent", 14, 18, "let me look at that bill for you now"),
    ("customer", 17, 20, "no wait I want to say something"),  # interrupts; the agent takes a breath and goes on
    ("agent", 18.6, 19.4, "sorry about that"),
    ("customer", 21, 31, "somebody took ten pounds from my account twice this month and nobody told me why it was so"),
    ("agent", 23, 23.4, "mhm"),
    ("agent", 25, 25.5, None),
    ("agent", 30, 30.4, "mhm"),  # the customer goes on for 0.6 s only
    ("customer", 32.2, 33.3, "this makes me sad"),
    ("agent", 33.5, 33.9, "mhm"),  # in a pause of 0.9 s
    ("customer", 34.2, 37, "and I am so tired of it"),
    ("agent", 38, 40, "let me see what happened"),
    ("customer", 38.1, 39, "but I want"),  # a dual start after 1 s of silence
    ("customer", 43, 46, "that is not right at all you know"),
    ("agent", 45.7, 48.7, "I do see the problem here"),  # a terminal overlap
    ("customer", 50, 56, "you said the same thing when I called you in march and in april"),
    ("agent", 52, 52.3, "no but"),  # two fragments that are one of Sber's interruptions
    ("agent", 54, 54.3, "no wait"),
    ("agent", 58, 64, "I can take the charge off the bill today and send you the new one"),
    ("customer", 60, 60.3, "no"),  # a single short fragment
    ("agent", 66, 69, "please stay on the line while I check"),
    ("customer", 69.5, 70.5, "fine with me"),
    ("agent", 84, 87, "thank you for holding we have mended it"),
    ("customer", 90, 97, "that is very kind of you and I will tell my wife about it tonight"),  # after exactly 3 s
    ("agent", 98, 104, "you will have the letter within two days or so I should think"),
    ("agent", 116, 118, "have a good day"),
    ("customer", 118.5, 119.5, "goodbye then"),
)
# A silence that is a hold lasts longer than a turn's pause here: else it would cut turns, as every hold does.
CHANGES: dict[str, tuple[float, ...]] = {
    "turn_gap_s": (1.0, 12.0),
    "backchannel_max_s": (0.2, 3.0),
    "backchannel_goes_on_s": (0.1, 2.0),
    "backchannel_next_within_s": (0.2, 3.0),
    "dual_start_s": (0.0, 1.0),
    "dual_start_silence_s": (0.0, 3.0),
    "terminal_s": (0.0, 1.5),
    "interruption_min_s": (0.1, 0.9, 2.0),
    "interruption_min_letters": (0, 10, 50),
    "interruption_clusters": (0, 1),
    "yield_s": (0.1, 5.0),
    "breath_s": (0.0, 3.0),
    "taken_up_again_s": (0.0, 30.0),
    "silence_min_s": (1.0, 5.0),
    "silence_min_excluded": (0, 1),
    "long_silence_min_s": (2.0, 13.0),
    "silence_between_words": (0, 1),
    "hold_silence_min_s": (12.5, 20.0),
    "hold_phrase_within_s": (0.5, 5.0),
    "sber_cluster_gap_s": (0.0, 10.0),
    "sber_short_s": (0.0, 3.0),
    "opening_pause_s": (0.2, 30.0),
    "opening_limit_s": (2.0, 300.0),
    "long_utterance_s": (0.0, 6.5),
    "min_words_for_rate": (1, 500),
}
OF_EVENTS_ONLY = {"taken_up_again_s"}  # says whether a terminal overlap was a cut-in, which no feature counts
SETS = load_config().definitions


def spoken(role: Role, start_s: float, end_s: float, text: str) -> Utterance:
    texts = text.split()
    step_s = (end_s - start_s) / len(texts)
    starts_s = [start_s + k * step_s for k in range(len(texts))]
    return Utterance(
        role, tuple(Word(t, at_s, at_s + step_s, 0.9) for t, at_s in zip(texts, starts_s, strict=True)), text
    )


@cache
def values(rules: Definitions, parties: tuple[Role, Role]) -> dict[str, Value]:
    speech = tuple(union(Interval(s, e) for who, s, e, _ in SAID if who == role) for role in ROLES)
    heard = Heard(CALL_S, "ok", speech, music=((), ()))
    named = dict(zip(ROLES, parties, strict=True))
    said = Transcript("en", "test", tuple(spoken(named[who], s, e, text) for who, s, e, text in SAID if text))
    roles, telephony = Roles(parties, "ok"), Telephony(wrap_s=15.0)
    recording = Recording(Path("call.wav"), "0" * 64, CALL_S, 2, 8000)
    call = Interaction("c", "call", recordings=(recording,), telephony=telephony)
    timeline = build_timeline(heard, said, roles, telephony, rules)
    row = extract_features(Material(call, heard, roles, said, timeline, History(), rules))
    return {feature.name: feature.value for feature in row.features}


def moved(name: str, base: Definitions) -> set[str]:
    """Features that some change of the parameter gives another value."""
    found: set[str] = set()
    for parties in (ROLES, ROLES[::-1]):
        before = values(base, parties)
        for value in CHANGES[name]:
            after = values(base.model_copy(update={name: value}), parties)
            found |= {feature for feature in before if after[feature] != before[feature]}
    return found


def test_every_parameter_is_changed() -> None:
    assert set(CHANGES) == set(Definitions.model_fields)


@pytest.mark.parametrize("base", SETS)
@pytest.mark.parametrize("name", CHANGES)
def test_a_parameter_moves_only_what_names_it(name: str, base: str) -> None:
    unnamed = {feature for feature in moved(name, SETS[base]) if name not in CATALOGUE[feature].parameters}
    assert unnamed == set()


@pytest.mark.parametrize("name", CHANGES)
def test_every_parameter_moves_something_in_this_call(name: str) -> None:
    found = {feature for base in SETS.values() for feature in moved(name, base)}
    assert bool(found) == (name not in OF_EVENTS_ONLY)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.name)
def test_what_a_definition_tells_are_its_parameters_and_events(spec: FeatureSpec) -> None:
    en, ru = (f"{text} {terms}" for text, terms in zip((spec.en, spec.ru), spec.terms, strict=True))
    assert blanks(en) == blanks(ru)
    events = blanks(en) & set(EVENT_CATALOGUE)
    assert blanks(en) - events <= set(spec.parameters)
    for event in (EVENT_CATALOGUE[kind] for kind in events):
        for told in (event, *event.whens):
            assert blanks(told.en) <= set(spec.parameters)
        assert {when.parameter for when in event.whens} <= set(spec.parameters)
    assert len(set(spec.parameters)) == len(spec.parameters)


LEANS = re.compile(r"\b(the same|of those|from those|то же|из них|их общая)\b", re.IGNORECASE)


@pytest.mark.parametrize("ui", ["ru", "en"])
@pytest.mark.parametrize("base", SETS)
def test_a_definition_stands_alone_with_its_values(base: str, ui: str) -> None:
    used = SETS[base].model_dump()
    for spec in CATALOGUE.values():
        told = spec.definition(ui, used)
        assert not LEANS.search(told), told
        assert "{" not in told
        assert [name for name in (*used, *EVENT_CATALOGUE) if "_" in name and name in told] == []


def test_a_switch_tells_another_event() -> None:
    told = {name: CATALOGUE["silences"].definition("en", rules.model_dump()) for name, rules in SETS.items()}
    assert told["default"] == "number of silences; a silence: nobody speaks, in talk, for 3 s or longer"
    assert told["google"] == "number of silences; a silence: nobody speaks, in talk, for longer than 5 s"
    assert told["voci"].endswith("a silence: no recognised word, anywhere in the recording, for 0 s or longer")
    assert CATALOGUE["silences"].definition("en", {}) == "number of silences"
    clusters = CATALOGUE["interruptions_by_agent"].definition("ru", SETS["sber"].model_dump())
    assert clusters.startswith("сколько раз оператор перебил клиента; перебивание: отрезки одновременной речи")
    assert "уступил" not in clusters
