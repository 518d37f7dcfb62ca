"""The walk where there is little to walk through: what is not known is None with its reason."""

from __future__ import annotations

from functools import cache

import pytest

from samples import DATA
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Interaction, Message, Recording, Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Result
from voxcx.domain.transcript import Recognition
from voxcx.pipeline import NOTHING_HEARD, Tools, judge


@cache
def tools() -> Tools:
    return make_tools(Choices())


def judged(interaction: Interaction, heard: Heard = NOTHING_HEARD, recognition: Recognition | None = None) -> Result:
    return judge(interaction, heard, recognition, tools(), History())


def recorded(**fields: object) -> Interaction:
    recording = Recording(DATA / "service-en.flac", "0" * 64, 30.0, 2, 8000)
    return Interaction(id="c", kind="call", recordings=(recording,), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("interaction", "heard", "reason"),
    [
        (Interaction(id="abandoned", kind="call", abandoned=True), NOTHING_HEARD, "no recording"),
        (recorded(), Heard(30.0, "not_speech", ((), ())), "no speech was heard"),
        (Interaction(id="empty", kind="chat"), NOTHING_HEARD, "no messages of a person"),
        (Interaction(id="b", kind="chat", messages=(Message("agent", " "),)), NOTHING_HEARD, "no messages of a person"),
        (
            Interaction(id="bot", kind="chat", messages=(Message("bot", "Hi!"),)),
            NOTHING_HEARD,
            "no messages of a person",
        ),
    ],
)
def test_nobody_said_anything_so_nothing_is_estimated(interaction: Interaction, heard: Heard, reason: str) -> None:
    result = judged(interaction, heard, Recognition("und", "x", ((), ())) if interaction.recordings else None)
    assert result.csi is None
    assert dict(result.gaps)["csi"] == reason


def test_a_row_without_a_recording_keeps_what_telephony_knows() -> None:
    row = Interaction(id="abandoned", kind="call", telephony=Telephony(queue_wait_s=95.0, ivr_status="completed"))
    result = judged(row)
    assert result.features.value("queue_wait_s") == 95.0
    missing = result.features.get("agent_words")
    assert missing is not None
    assert missing.missing == "no recording"
    assert result.transcript.engine == "none"
    assert result.provenance.asr_model == "none"


def test_a_call_with_speech_is_estimated_even_where_no_word_was_recognised() -> None:
    heard = Heard(30.0, "ok", ((Interval(1.0, 5.0),), (Interval(6.0, 9.0),)))
    result = judged(recorded(), heard, Recognition("en", "x", ((), ())))
    assert result.csi is not None
    assert result.features.value("customer_words") is None
