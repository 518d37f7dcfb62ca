"""Real Whisper: channels that are exchanged are found by their words and mended; untouched calls are left alone."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from samples import DATA
from sound_files import sample_call, write_wav
from voxcx.assembly import make_tools
from voxcx.channels.roles import settle_roles
from voxcx.choices import Choices
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Interaction
from voxcx.domain.transcript import Recognition
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import Tools, analyse, listen, transcribe
from voxcx.report.as_json import to_document

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
CALLS = [*sorted(DATA.glob("service-*.flac")), *sorted((REAL / "calls-en").glob("*.flac"))]

pytestmark = pytest.mark.model


@cache
def tools() -> Tools:
    return make_tools(Choices())


@cache
def heard(path: Path) -> tuple[Interaction, Heard, Recognition]:
    interaction, _ = open_interaction(path)
    found = listen(interaction, tools())
    recognition = transcribe(interaction, found, tools())
    assert recognition is not None
    return interaction, found, recognition


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
def test_an_exchange_is_seen_and_nothing_else(path: Path) -> None:
    interaction, found, recognition = heard(path)
    assert settle_roles(interaction, found, recognition).verdict != "swapped"
    wrong = settle_roles(replace(interaction, agent_channel=1), found, recognition)
    assert (wrong.verdict, wrong.by_channel) == ("swapped", ("agent", "customer"))


def test_a_recording_with_exchanged_channels_gives_the_same_call_and_so_does_its_transcript(tmp_path: Path) -> None:
    interaction, *_ = heard(DATA / "service-en.flac")
    path = write_wav(tmp_path / "exchanged.wav", sample_call("service-en")[::-1])
    exchanged, _ = open_interaction(path)
    right = analyse(interaction, tools(), History())
    mended = analyse(exchanged, tools(), History())
    assert (mended.roles.verdict, mended.roles.by_channel) == ("swapped", ("customer", "agent"))
    for role in ("agent", "customer"):
        assert mended.features.value(f"{role}_words") == pytest.approx(right.features.value(f"{role}_words"), abs=3)
    document = to_document(mended)
    for name, stored in (("whole", document), ("alone", document["transcript"])):
        kept = tmp_path / f"{name}.json"
        kept.write_text(json.dumps(stored), encoding="utf-8")
        again = analyse(exchanged, make_tools(Choices(transcript=kept)), History())
        assert again.roles == mended.roles
        said, kept_said = ([(u.role, u.text) for u in one.transcript.utterances] for one in (mended, again))
        assert kept_said == said
        assert (again.timeline.agent, again.timeline.customer) == (mended.timeline.agent, mended.timeline.customer)
