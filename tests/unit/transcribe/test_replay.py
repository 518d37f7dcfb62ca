"""A stored transcript comes back as it was, on the right channels; another call's is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction, Role
from voxcx.domain.intervals import Interval
from voxcx.domain.transcript import Recognition, Word
from voxcx.errors import InputError
from voxcx.transcribe.protocol import Spoken
from voxcx.transcribe.replay import ReplayTranscriber
from voxcx.transcribe.utterances import to_transcript

HEARD = Heard(20.0, "ok", ((), ()))
WORDS = (
    (Word("Hello,", 1.0, 1.4, 0.9), Word("there.", 1.5, 1.9, 0.8), Word("Right", 5.0, 5.5, 0.4, "repeats itself")),
    (Word("Hi.", 2.5, 2.8, 0.95),),
)


def stored(path: Path, recognition: Recognition, roles: tuple[Role, ...]) -> Path:
    transcript = to_transcript(recognition, roles, 1.0)
    lines = [
        {
            "role": u.role, "start_s": u.start_s, "end_s": u.end_s, "text": u.text,
            "words": [
                {
                    "text": w.text, "start_s": w.start_s, "end_s": w.end_s,
                    "confidence": w.confidence, "suspect": w.suspect,
                }
                for w in u.words
            ],
        }
        for u in transcript.utterances
    ]  # fmt: skip
    path.write_text(json.dumps({"transcript": {"language": "en", "engine": "whisper-x", "utterances": lines}}))
    return path


def replayed(path: Path, agent_channel: int = 0, heard: Heard = HEARD) -> Recognition:
    interaction = Interaction("c", "call", agent_channel=agent_channel)
    return ReplayTranscriber(path).transcribe(Spoken(interaction, heard, lambda: iter(())))


@pytest.mark.parametrize("agent_channel", [0, 1])
def test_round_trip(tmp_path: Path, agent_channel: int) -> None:
    roles: tuple[Role, ...] = ("agent", "customer") if agent_channel == 0 else ("customer", "agent")
    recognition = Recognition("en", "whisper-x", WORDS)
    assert replayed(stored(tmp_path / "t.json", recognition, roles), agent_channel) == recognition


def test_mono_round_trip(tmp_path: Path) -> None:
    recognition = Recognition("en", "whisper-x", WORDS[:1])
    path = stored(tmp_path / "t.json", recognition, ("unknown",))
    assert replayed(path, heard=Heard(20.0, "mono", ((),))) == recognition


SPOKEN = Heard(20.0, "ok", ((Interval(0.9, 2.0), Interval(4.9, 5.6)), (Interval(2.4, 2.9),)))


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("agent_channel", [0, 1])
def test_words_go_back_to_where_they_were_said_when_roles_had_been_exchanged(
    tmp_path: Path, agent_channel: int, whole: bool
) -> None:
    """The metadata said otherwise, the words were sure, and roles were mended: the transcript's roles are those."""
    roles: tuple[Role, ...] = ("customer", "agent") if agent_channel == 0 else ("agent", "customer")
    recognition = Recognition("en", "whisper-x", WORDS)
    path = stored(tmp_path / "t.json", recognition, roles)
    if whole:
        document = json.loads(path.read_text())
        document["channels"] = {"verdict": "swapped", "roles": {str(k): role for k, role in enumerate(roles)}}
        path.write_text(json.dumps(document))
    assert replayed(path, agent_channel, HEARD if whole else SPOKEN) == recognition


def test_a_transcript_whose_words_fall_in_nobodys_speech_lies_as_the_metadata_says(tmp_path: Path) -> None:
    path = stored(tmp_path / "t.json", Recognition("en", "whisper-x", WORDS), ("agent", "customer"))
    elsewhere = Heard(20.0, "ok", ((Interval(10.0, 12.0),), (Interval(1.0, 1.4),)))
    assert replayed(path, 0, elsewhere).words == WORDS


def line(**changes: Any) -> dict[str, Any]:
    return {"role": "agent", "start_s": 2.0, "end_s": 4.0, "text": "ab cdef", **changes}


def written(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"language": "en", "utterances": lines}))
    return path


def test_words_without_times_share_their_utterance_by_length(tmp_path: Path) -> None:
    # 2 + 4 letters over 2 s: "ab" takes a third.
    (agent, customer) = replayed(written(tmp_path / "t.json", [line()])).words
    assert agent == (Word("ab", 2.0, 2.667), Word("cdef", 2.667, 4.0))
    assert customer == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"end_s": 20.6}, "inside the recording of 20.0 s, got one at 8.2–20.6 s;"),
        ({"role": "bot"}, "role"),
        ({"start_s": -1.0}, "start_s"),
        ({"end_s": float("nan")}, "end_s"),
        ({"start_s": 4.0, "end_s": 2.0}, "inside the recording"),
        ({"speaker": 1}, "speaker: this key is not known"),
        ({"words": [{"text": "a", "start_s": 1.0, "end_s": 2.0, "confidence": 1.5}]}, "confidence"),
    ],
)
def test_what_cannot_be_this_recordings_transcript_is_refused(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    path = written(tmp_path / "other-call.json", [line(**changes)])
    with pytest.raises(InputError, match=says) as caught:
        replayed(path)
    assert "other-call.json" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "cdef" not in str(caught.value), "no customer's words in an error"


def test_a_word_may_end_a_rounding_after_the_recording(tmp_path: Path) -> None:
    assert replayed(written(tmp_path / "t.json", [line(end_s=20.5)])).words[0]


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}", "[" * 100_000, '{"transcript": null}'])
def test_a_file_that_is_no_transcript(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"broken\.json"):
        ReplayTranscriber(path)


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(InputError, match="expected a transcript JSON"):
            ReplayTranscriber(path)
