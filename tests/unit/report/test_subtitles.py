"""A transcript as a file: cues that can be read, every trusted word in them once, and JSON that comes back the same."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_call, call_transcript, utterance
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction, Role
from voxcx.domain.transcript import Recognition, Transcript, Utterance, Word
from voxcx.report.as_json import to_document
from voxcx.report.subtitles import (
    LONGEST_S,
    SHORTEST_S,
    WIDTH,
    as_json,
    as_rttm,
    as_srt,
    as_text,
    as_vtt,
    cues,
    left_out,
    wrapped,
    written,
)
from voxcx.transcribe.protocol import Spoken
from voxcx.transcribe.replay import ReplayTranscriber
from voxcx.transcribe.utterances import to_transcript

SIDES: tuple[Role, ...] = ("agent", "customer")


def transcript(*lines: Utterance, language: str = "en") -> Transcript:
    return Transcript(language, "x", tuple(sorted(lines, key=lambda line: line.start_s or 0.0)))


def words(*said: tuple[str, float, float]) -> Utterance:
    return Utterance("agent", tuple(Word(*one) for one in said), " ".join(text for text, *_ in said))


# --- text ---------------------------------------------------------------------------------------------------------


def test_text_is_one_utterance_a_line_in_the_words_of_the_language() -> None:
    told = transcript(utterance("agent", 12.34, 13.0, "Hello there"), utterance("unknown", 3725.0, 3726.0, "Yes"))
    assert as_text(told) == "[00:12.3] Agent: Hello there\n[1:02:05.0] Voice: Yes\n"
    first = as_text(call_transcript()).splitlines()[0]
    assert first.startswith("[00:00.6] Оператор: Добрый день")
    assert "] Клиент: " in as_text(call_transcript())


def test_tenths_are_carried_over() -> None:
    assert as_text(transcript(utterance("agent", 59.96, 61.0, "Hi"))) == "[01:00.0] Agent: Hi\n"


def test_words_that_may_not_have_been_said_are_left_out_of_what_is_read() -> None:
    told = transcript(
        utterance("agent", 0.0, 2.0, "Thank you very much", {"very": "repeats itself"}),
        utterance("customer", 3.0, 4.0, "Subscribe!", {"Subscribe!": "low recognition confidence"}),
    )
    assert as_text(told) == "[00:00.0] Agent: Thank you much\n"
    assert "very" not in as_srt(told) + as_vtt(told)
    assert "Subscribe" not in as_srt(told) + as_vtt(told)
    assert [left_out(told, form) for form in ("json", "txt", "srt", "vtt", "rttm")] == [0, 2, 2, 2, 0]


def test_a_replayed_word_with_a_line_end_stays_on_its_line() -> None:
    told = transcript(words(("Hi\n\nthere", 0.0, 1.0), (" ", 1.0, 1.1)))
    assert as_text(told) == "[00:00.0] Agent: Hi there\n"
    assert as_srt(told).count("\n\n") == 0


# --- cues ---------------------------------------------------------------------------------------------------------


def test_two_voices_at_once_are_two_cues_in_order_of_their_start() -> None:
    told = transcript(
        utterance("customer", 1.0, 5.0, "I have called you twice already"), utterance("agent", 2.0, 3.0, "I see")
    )
    assert as_srt(told) == (
        "1\n00:00:01,000 --> 00:00:05,000\nCustomer: I have called you twice already\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nAgent: I see\n"
    )


def test_a_long_utterance_is_cut_where_a_sentence_ends() -> None:
    said = "Good morning, thank you for calling Northern Telecom. My name is Daniel. How can I help you today?"
    made = cues(transcript(utterance("agent", 0.0, 6.0, said)), lambda _: "")
    assert [cue.lines[-1][-1] for cue in made] == [".", "?"]
    assert made[0].end_s == made[1].start_s


def test_a_breath_is_a_better_place_than_the_middle_of_a_phrase() -> None:
    said = words(*((f"word{i:03d}", i * 0.4 + (i > 6) * 0.5, i * 0.4 + 0.4 + (i > 6) * 0.5) for i in range(14)))
    made = cues(transcript(said), lambda _: "")
    assert " ".join(made[0].lines).split()[-1] == "word006"


def test_lines_are_alike_in_length_and_part_at_punctuation() -> None:
    assert wrapped(["short"]) == ("short",)
    assert wrapped(["Sorry to hear that,", *["let me"] * 4]) == ("Sorry to hear that,", "let me let me let me let me")
    assert wrapped(["x" * 40] * 3) is None


def test_a_short_word_stays_until_it_can_be_read_unless_the_voice_goes_on() -> None:
    made = cues(transcript(words(("Yes.", 1.0, 1.1)), words(("No.", 5.0, 5.1)), words(("Well.", 5.4, 6.4))), str)
    assert [cue.end_s for cue in made] == [1.0 + SHORTEST_S, 5.4, 6.4]


def test_a_word_that_no_line_holds_is_cut_and_shares_its_time() -> None:
    told = transcript(words(("ха-" * 28, 0.0, 8.4)), language="ru")
    made = cues(told, lambda _: "Оператор:")
    assert max(len(line) for cue in made for line in cue.lines) <= WIDTH
    assert "".join(line.replace("Оператор:", "").strip() for cue in made for line in cue.lines) == "ха-" * 28
    assert {cue.start_s for cue in made} == {0.0, 4.2}


def test_a_page_cannot_be_broken_by_what_was_said() -> None:
    told = transcript(words(("<b>R&D", 0.0, 0.5), ("-->", 0.5, 1.0)))
    page = as_vtt(told)
    assert page == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Agent>&lt;b&gt;R&amp;D --&gt;\n"


def test_an_unknown_voice_has_no_name_in_subtitles() -> None:
    told = transcript(utterance("unknown", 0.0, 1.0, "Hello"))
    assert as_srt(told) == "1\n00:00:00,000 --> 00:00:01,000\nHello\n"
    assert as_vtt(told) == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello\n"


def test_silence_is_an_empty_file_of_its_format() -> None:
    nothing = Transcript("und", "x", ())
    assert [written(nothing, SIDES, "c", form) for form in ("txt", "srt", "vtt", "rttm")] == ["", "", "WEBVTT\n", ""]


_TEXTS = st.text(st.sampled_from("абвгде,.!? xyz-…«»"), min_size=1, max_size=60)
_LENGTHS = st.floats(0.0, 9.0).map(lambda x: round(x, 3))


@st.composite
def _spoken(draw: st.DrawFn, role: Role) -> list[Utterance]:
    at_s, made = draw(_LENGTHS), []
    for _ in range(draw(st.integers(0, 4))):
        said = []
        for _ in range(draw(st.integers(1, 25))):
            end_s = round(at_s + draw(_LENGTHS) / 9, 3)
            said.append(Word(draw(_TEXTS), at_s, end_s, None, draw(st.sampled_from([None, None, None, "doubt"]))))
            at_s = end_s
        made.append(Utterance(role, tuple(said), " ".join(word.text for word in said)))
        at_s = round(at_s + 1 + draw(_LENGTHS), 3)
    return made


@given(_spoken("agent"), _spoken("customer"), st.sampled_from(["", "Agent:", "Оператор:"]))
def test_cues_can_be_read_and_hold_every_trusted_word_once(
    agent: list[Utterance], customer: list[Utterance], label: str
) -> None:
    told = transcript(*agent, *customer)
    made = cues(told, lambda _: label)
    assert [(cue.start_s, cue.end_s) for cue in made] == sorted((cue.start_s, cue.end_s) for cue in made)
    for cue in made:
        assert 1 <= len(cue.lines) <= 2
        assert max(map(len, cue.lines)) <= WIDTH
        assert 0 < cue.end_s - cue.start_s <= LONGEST_S + 1e-6
    for role in SIDES:
        mine = [cue for cue in made if cue.role == role]
        shown = "".join("".join(cue.lines).replace(label, "", 1) for cue in mine)
        said = "".join(word.text for word in told.words_of(role))
        assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", said)
        assert all(later.start_s >= earlier.start_s for earlier, later in pairwise(mine))


# --- speakers' turns ----------------------------------------------------------------------------------------------


def test_rttm_has_ten_fields_with_the_channel_from_one() -> None:
    told = transcript(utterance("customer", 1.5, 3.0, "Hello"), utterance("agent", 2.0, 2.0, "Hi"))
    line = as_rttm(told, ("agent", "customer"), "my call")
    assert line == "SPEAKER my_call 2 1.500 1.500 <NA> <NA> customer <NA> <NA>\n"
    assert as_rttm(told, ("customer", "agent"), "c").split()[2] == "1"
    unknown = transcript(utterance("unknown", 0.0, 1.0, "Hello"))
    assert as_rttm(unknown, ("unknown",), "c").split()[2:5] == ["1", "0.000", "1.000"]


# --- json ---------------------------------------------------------------------------------------------------------


def test_json_is_the_transcript_object_of_the_result() -> None:
    assert json.loads(as_json(a_call().transcript)) == to_document(a_call())["transcript"]
    assert as_json(a_call().transcript) == as_json(a_call().transcript)


@pytest.mark.parametrize("agent_channel", [0, 1])
@given(agent=_spoken("agent"), customer=_spoken("customer"))
def test_json_is_replayed_to_the_same_bytes(
    agent_channel: int, agent: list[Utterance], customer: list[Utterance], tmp_path_factory: pytest.TempPathFactory
) -> None:
    sides = SIDES if agent_channel == 0 else SIDES[::-1]
    by_role = {"agent": agent, "customer": customer}
    channels = tuple(tuple(word for line in by_role[role] for word in line.words) for role in sides)
    told = to_transcript(Recognition("ru", "whisper", channels), sides, 1.0)
    path: Path = tmp_path_factory.mktemp("replay") / "t.json"
    path.write_text(as_json(told), encoding="utf-8")
    spoken = Spoken(
        Interaction("c", "call", agent_channel=agent_channel), Heard(500.0, "ok", ((), ())), lambda: iter(())
    )
    again = to_transcript(ReplayTranscriber(path).transcribe(spoken), sides, 1.0)
    assert as_json(again) == as_json(told)
