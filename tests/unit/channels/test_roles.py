"""Swapped channels are told by words: surely, or not at all. The dialogues are of many trades, some of them traps.

In the files a head with `#?` marks a dialogue too short or too mixed to be sure of when its channels are exchanged.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from voxcx.channels import sides, signs
from voxcx.channels.roles import settle_roles
from voxcx.channels.sides import weigh
from voxcx.channels.signs import load_signs
from voxcx.domain.heard import Finding, Heard, Verdict
from voxcx.domain.interaction import Interaction
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Recognition, Word
from voxcx.errors import ConfigError

HERE = Path(__file__).parent
AGENT = {"О", "A"}
Lines = tuple[tuple[str, str], ...]
SURE: Lines = (
    ("A", "Orbit Bank, my name is Ann, how can I help you?"),
    ("C", "My card was stolen, I need to cancel my card."),
    ("A", "Could you verify your date of birth? Bear with me."),
    ("C", "My birthday is in May."),
)


@cache
def dialogues(language: str) -> tuple[tuple[str, bool, Lines], ...]:
    """Name, whether an exchange must be found, lines."""
    blocks = (HERE / f"dialogues.{language}.txt").read_text(encoding="utf-8").strip().split("\n\n")
    read = []
    for block in blocks:
        head, *lines = block.split("\n")
        read.append((head.lstrip("#? "), not head.startswith("#?"), tuple((line[0], line[3:]) for line in lines)))
    return tuple(read)


CASES = [
    pytest.param(language, sure, lines, "outbound" if "outbound" in name or "исходящий" in name else "inbound", id=name)
    for language in ("ru", "en")
    for name, sure, lines in dialogues(language)
]


def said(lines: Lines, language: str = "en", slip: Callable[[str], str] = str) -> Recognition:
    """Words one after another, the agent's on channel 0."""
    channels: tuple[list[Word], list[Word]] = ([], [])
    at_s = 0.5
    for party, text in lines:
        for word in filter(None, map(slip, text.split())):
            channels[party not in AGENT].append(Word(word, round(at_s, 2), round(at_s + 0.3, 2)))
            at_s += 0.35
        at_s += 0.6
    return Recognition(language, "by hand", (tuple(channels[0]), tuple(channels[1])))


def settled(
    recognition: Recognition | None, agent_channel: int = 0, direction: str | None = None, **heard: object
) -> Roles:
    found: dict[str, object] = {"verdict": "ok"} | heard
    interaction = Interaction("c", "call", agent_channel=agent_channel, direction=direction)
    return settle_roles(interaction, Heard(10_000.0, speech=((), ()), **found), recognition)  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "sure", "lines", "direction"), CASES)
def test_right_channels_stay_and_exchanged_ones_are_mended(
    language: str, sure: bool, lines: Lines, direction: str
) -> None:
    words = said(lines, language)
    for known in (None, direction):
        roles = settled(words, direction=known)
        assert (roles.verdict, roles.by_channel) == ("ok", ("agent", "customer"))
    exchanged = settled(words, agent_channel=1)
    if sure:
        assert (exchanged.verdict, exchanged.by_channel) == ("swapped", ("agent", "customer"))
    assert exchanged.by_channel == (("agent", "customer") if exchanged.verdict == "swapped" else ("customer", "agent"))


@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_slips_of_recognition_hide_swaps_but_make_none(rate: float) -> None:
    rng = random.Random(5)  # noqa: S311

    def slip(word: str) -> str:
        if rng.random() >= rate:
            return word
        at = rng.randrange(len(word))
        return rng.choice(["", word[:at] + rng.choice("аеиоaeio") + word[at + 1 :]])

    for case in CASES:
        language, _, lines, direction = case.values
        assert settled(said(lines, str(language), slip), direction=str(direction)).verdict == "ok", case.id  # type: ignore[arg-type]


def test_the_finding_shows_its_evidence_and_keeps_the_others() -> None:
    clipped = Finding("clipped", "channel 0 is clipped", 0)
    roles = settled(said(SURE), agent_channel=1, verdict="clipped", findings=(clipped,))
    assert (roles.verdict, roles.distrust, roles.findings[1:]) == ("swapped", None, (clipped,))
    finding = roles.findings[0]
    assert "phrases are on channel 0" in finding.text
    assert "." not in finding.text  # one sentence
    measured = dict(finding.measured)
    assert measured["evidence_swapped"] > 10
    assert measured["evidence_as_stated"] < 2


@pytest.mark.parametrize("verdict", ["mono", "dual_mono", "dead_channel", "not_speech", "no_audio"])
def test_words_of_a_broken_recording_exchange_nothing(verdict: Verdict) -> None:
    assert settled(said(SURE), agent_channel=1, verdict=verdict).verdict == verdict


@pytest.mark.parametrize(
    "recognition",
    [
        None,
        Recognition("en", "x", ((), ())),
        Recognition("en", "x", (said(SURE).words[0],)),
        Recognition("en", "x", (said(SURE).words[0], ())),
        Recognition("de", "x", said(SURE).words),
    ],
)
def test_nothing_to_go_by_leaves_the_roles(recognition: Recognition | None) -> None:
    roles = settled(recognition, agent_channel=1)
    assert (roles.verdict, roles.by_channel) == ("ok", ("customer", "agent"))


def test_echo_asks_for_more() -> None:
    words = said(SURE[:2])
    bleed = Finding("bleed", "channel 1 carries the sound of channel 0", 1)
    assert settled(words, agent_channel=1).verdict == "swapped"
    assert settled(words, agent_channel=1, verdict="bleed", findings=(bleed,)).verdict == "bleed"


def test_what_both_channels_say_at_once_is_nobodys() -> None:
    (agent, customer) = said(SURE).words
    both = tuple(sorted((*agent, *customer), key=lambda word: word.start_s or 0.0))
    for agent_channel in (0, 1):
        told = weigh(Recognition("en", "x", (both, both)), agent_channel)
        assert told is not None
        assert (told.straight, told.against) == (0.0, 0.0)


def test_words_that_may_not_have_been_said_do_not_count() -> None:
    words = tuple(tuple(Word(w.text, w.start_s, w.end_s, None, "repeats") for w in one) for one in said(SURE).words)
    assert settled(Recognition("en", "x", words), agent_channel=1).verdict == "ok"


TOLD = [  # what the party on the customer's channel says, and what it counts for
    ("How can I help you?", 4.0),
    ("How can I help you? How can I help you?", 4.0),
    ("She said how can I help you.", 0.0),
    ("Press two. Please hold. How can I help you?", 0.0),
    ("How can we be of help?", 4.0),
    ("Your turn, your move, your step, your way, your pick, your luck.", 1.0),
]


@pytest.mark.parametrize(("text", "weight"), TOLD)
def test_a_sign_counts_once_and_not_in_others_words(text: str, weight: float) -> None:
    told = weigh(said((("A", "Yes."), ("C", text))), agent_channel=0)
    assert told is not None
    assert told.crossed[1] == pytest.approx(weight)


def test_a_caller_from_a_firm_may_be_ours() -> None:
    lines = (("A", "Hi, this is Dana with Paper Plus, I need to order some forms."), *(("C", t) for _, t in SURE[::2]))
    words = said(lines)
    assert settled(words).verdict == "ok"
    assert settled(words, direction="outbound").verdict == "ok"
    assert settled(words, direction="inbound").verdict == "swapped"


def test_signs_of_the_opening_do_not_count_later() -> None:
    talk = ("C", "well " * sides.OPENING_WORDS)
    wish, yes = ("C", "I would like to cancel it."), ("A", "Yes.")
    told = [weigh(said(lines), 0) for lines in ((yes, wish, talk), (yes, talk, wish))]
    assert [one and one.straight for one in told] == [2.0, 0.0]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_phrase_belongs_to_one_sign(language: str) -> None:
    loaded = load_signs(language)
    assert loaded is not None
    assert sum(len(sign.written.phrases) for sign in loaded.signs) == len(loaded.sign_of)


@pytest.mark.parametrize(
    ("text", "says"),
    [("signs: [", "expected YAML"), ("about: x", "signs"), ("about: x\nsigns: []\nreported: []", "signs")],
)
def test_a_broken_lexicon_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str) -> None:
    path = tmp_path / "roles.en.yaml"
    path.write_text(text)
    monkeypatch.setattr(signs, "shipped", lambda *_: path)
    with pytest.raises(ConfigError, match=says) as caught:
        load_signs.__wrapped__("en")
    assert "roles.en.yaml" in str(caught.value)
