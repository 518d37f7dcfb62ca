"""A sample call cut into two files and put together again by the walk: the same words, events and features."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from samples import written_transcript
from sound_files import DATA, RATE_HZ, Samples, encode, sample_call, write_wav
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Role, heard_in
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Result
from voxcx.intake.metadata import Metadata
from voxcx.intake.opening import open_call
from voxcx.listening import to_play, whole_sound
from voxcx.pipeline import Tools, judge, listen, transcribe
from voxcx.report.as_html import render
from voxcx.report.as_json import read_document, to_json
from voxcx.report.from_json import reread
from voxcx.results.rows import rows_of
from voxcx.results.stored import heard_of, interaction_of
from voxcx.transcribe.replay import ReplayTranscriber

NAME = "service-ru"
GAP_S = 20.0
CUTS_S = (30.66, 53.7, 90.5)  # in a pause of the talk, in the hold, in the middle of a word
# What a longer call changes: its length, times after the gap and what is divided by the whole call.
OF_THE_GAP = {
    *("duration_s", "handle_s", "hold_total_s", "hold_longest_s", "holds_count", "wordless_s", "overlap_share_call"),
    *("agent_closing_start_s", "customer_closing_start_s"),
}
PITCH = {f"{party}_pitch_{what}" for party in ("agent", "customer") for what in ("median_hz", "range_st")}


@cache
def tools() -> Tools:
    return make_tools(Choices())


def metadata(**fields: Any) -> Metadata:
    stated = json.loads((DATA / f"{NAME}.json").read_text(encoding="utf-8"))
    return Metadata.from_mapping({**stated, **fields}, "test")


def moved(time_s: float, cut_s: float) -> float:
    return time_s if time_s < cut_s else round(time_s + GAP_S, 3)


def pieces(folder: Path, cut_s: float) -> tuple[Path, Path]:
    samples, at = sample_call(NAME), round(cut_s * RATE_HZ)
    first, second = samples[:, :at], samples[:, at:]
    return encode(folder / "one.flac", first, "flac"), encode(folder / "two.flac", second, "flac")


def walked(paths: tuple[Path, ...], known: Metadata, transcript: Path) -> Result:
    given = replace(tools(), transcriber=ReplayTranscriber(transcript))
    interaction, history = open_call(paths, known)
    heard = listen(interaction, given)
    return judge(interaction, heard, transcribe(interaction, heard, given), given, history)


def with_gap(folder: Path, cut_s: float) -> Result:
    """The second file begins 20 s later, and so do its words and holds."""
    script = json.loads(written_transcript(NAME, folder).read_text(encoding="utf-8"))
    for line in script["utterances"]:
        line["start_s"], line["end_s"] = moved(line["start_s"], cut_s), moved(line["end_s"], cut_s)
    path = folder / "gap.json"
    path.write_text(json.dumps(script, ensure_ascii=False), encoding="utf-8")
    holds = [[moved(start_s, cut_s), moved(end_s, cut_s)] for start_s, end_s in metadata().telephony.holds or ()]
    telephony = metadata().telephony.model_dump(exclude_unset=True) | {"holds": holds}
    starts = f"0;{round(cut_s * RATE_HZ) / RATE_HZ + GAP_S}"
    known = metadata(telephony=telephony, recording_starts=starts, agent_id="a-1;a-2", agent_name="Алексей;Борис")
    return walked(pieces(folder, cut_s), known, path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("whole")
    return walked((DATA / f"{NAME}.flac",), metadata(), written_transcript(NAME, folder))


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return with_gap(tmp_path_factory.mktemp("apart"), 53.7)


def changed(one: Result, other: Result) -> set[str]:
    values = {feature.name: feature.value for feature in other.features.features}
    return {f.name for f in one.features.features if f.value != values[f.name]}


@pytest.mark.parametrize("cut_s", CUTS_S)
def test_two_files_without_a_gap_are_the_whole_call(cut_s: float, whole: Result, tmp_path: Path) -> None:
    found = walked(pieces(tmp_path, cut_s), metadata(), written_transcript(NAME, tmp_path))
    assert [one.path.name for one in found.interaction.recordings] == ["one.flac", "two.flac"]
    assert found.heard.speech == whole.heard.speech
    assert found.transcript == whole.transcript
    assert found.timeline == whole.timeline
    assert changed(whole, found) <= PITCH, "a pitch tracker starts anew with each file"
    for name in PITCH:
        assert found.features.value(name) == pytest.approx(whole.features.value(name), rel=0.05)
    assert found.scorecard == whole.scorecard


@pytest.mark.parametrize("cut_s", CUTS_S[:2])
def test_a_gap_moves_what_follows_and_is_a_hold(cut_s: float, whole: Result, tmp_path: Path) -> None:
    found = with_gap(tmp_path, cut_s)
    gap = Interval(cut_s, cut_s + GAP_S)
    assert found.timeline.duration_s == pytest.approx(whole.timeline.duration_s + GAP_S)
    parties: tuple[Role, Role] = ("agent", "customer")
    for role in parties:
        words, expected = found.transcript.words_of(role), whole.transcript.words_of(role)
        assert [word.text for word in words] == [word.text for word in expected]
    assert any(
        gap & phase.span == gap and phase.source == "cdr" for phase in found.timeline.phases if phase.kind == "hold"
    )

    def back(result: Result) -> set[tuple[object, ...]]:
        times = [
            (event, *(t if t < cut_s + 1 else t - GAP_S for t in ends(event.span))) for event in result.timeline.events
        ]
        return {(e.kind, e.role, round(start_s, 2), round(end_s, 2), e.yielded) for e, start_s, end_s in times}

    def kept(result: Result) -> set[tuple[object, ...]]:
        return {(e.kind, e.role, *(round(t, 2) for t in ends(e.span)), e.yielded) for e in result.timeline.events}

    unlike = back(found) ^ kept(whole)
    assert {kind for kind, *_ in unlike} <= {"hold", "silence", "latency"}, unlike
    if cut_s == 53.7:  # inside the hold nothing but the hold's length changes
        assert not unlike
        assert changed(whole, found) <= OF_THE_GAP | PITCH


def ends(span: Interval) -> tuple[float, float]:
    return span.start_s, span.end_s


def test_two_agents_are_a_transfer(apart: Result) -> None:
    call = apart.interaction
    assert [(one.agent_id, one.start_s, one.end_s) for one in call.agents] == [
        ("a-1", 0.0, 53.7),
        ("a-2", 73.7, 127.57),
    ]
    assert (call.agent_id, call.telephony.transfers) == ("a-2", 0), "the record says 0, and it stands"
    assert call.telephony.unrecorded == (Interval(53.7, 73.7),)


@pytest.mark.parametrize(
    ("time_s", "file", "second_s"),
    [
        (-5.0, "one", 0.0),
        (10.0, "one", 10.0),
        (60.0, "two", 0.0),
        (73.7, "two", 0.0),
        (80.0, "two", 6.3),
        (999.0, "two", 53.87),
    ],
)
def test_every_moment_has_its_file_and_second(apart: Result, time_s: float, file: str, second_s: float) -> None:
    recording, found_s = heard_in(apart.interaction, time_s)
    assert (recording.path.stem, found_s) == (file, pytest.approx(second_s))
    with pytest.raises(ValueError, match="without one"):
        heard_in(replace(apart.interaction, recordings=()), time_s)


def test_an_event_is_heard_where_the_helper_says(apart: Result, whole: Result) -> None:
    """The same sound stands at that second of that file as in the whole call."""
    last = apart.timeline.of("interruption")[-1].span
    recording, second_s = heard_in(apart.interaction, last.start_s)
    there = decoded(recording.path)[:, round(second_s * RATE_HZ) :][:, :4000]
    before = whole.timeline.of("interruption")[-1].span.start_s
    assert np.array_equal(there, sample_call(NAME)[:, round(before * RATE_HZ) :][:, :4000])


def decoded(path: Path) -> Samples:
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    packed = np.concatenate(frames, axis=1).astype(np.int16)
    return packed.reshape(-1, 2).T if packed.shape[0] == 1 else packed


def test_what_is_stored_is_judged_again_to_the_same_rows(apart: Result) -> None:
    rows = rows_of(apart, "k")
    (kept,), (row,) = rows["heard"], rows["interactions"]
    assert interaction_of(kept) == apart.interaction
    assert row["recordings"] == [str(one.path) for one in apart.interaction.recordings]
    assert row["recording_starts_s"] == [0.0, pytest.approx(73.7)]
    assert row["recording_durations_s"] == [pytest.approx(53.7), pytest.approx(53.87)]
    assert row["agents"] == [
        {"agent_id": "a-1", "agent_name": "Алексей", "start_s": 0.0, "end_s": pytest.approx(53.7)},
        {"agent_id": "a-2", "agent_name": "Борис", "start_s": pytest.approx(73.7), "end_s": pytest.approx(127.57)},
    ]
    again = judge(interaction_of(kept), heard_of(kept), apart.recognition, tools(), earlier())
    first = judge(apart.interaction, apart.heard, apart.recognition, tools(), earlier())
    assert rows_of(again, "k") == rows_of(first, "k")


def earlier() -> History:
    return metadata().history()


def test_the_document_comes_back(apart: Result, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(to_json(apart), encoding="utf-8")
    again = reread(read_document(path)).interaction
    assert [(one.path.name, one.starts_s) for one in again.recordings] == [("one.flac", 0.0), ("two.flac", 73.7)]
    assert [one.agent_id for one in again.agents] == ["a-1", "a-2"]


def test_the_page_names_the_file_of_every_time(apart: Result) -> None:
    page = render(apart, "en", to_play(apart.interaction.recordings))
    assert "Recording 1 of 2: one.flac · Алексей" in page
    assert "Recording 2 of 2: two.flac · Борис" in page
    assert "one.flac (0:00), two.flac (1:13)" in page
    assert "Алексей · a-1 → Борис · a-2" in page
    times = re.findall(r'data-t="([\d.]+)" title="([\w.]+) (\d+):(\d\d)"', page)
    assert len(times) > 20
    for at_s, file, minutes, seconds in times:
        recording, second_s = heard_in(apart.interaction, float(at_s))
        assert (file, int(minutes) * 60 + int(seconds)) == (recording.path.name, int(second_s))


def test_the_player_holds_all_on_one_clock(apart: Result) -> None:
    sound, mime = to_play(apart.interaction.recordings)
    assert mime == "audio/ogg"
    with av.open(io.BytesIO(sound), "r") as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    played = np.concatenate([f.reshape(-1, 2) for f in frames])
    assert len(played) / 48_000 == pytest.approx(127.57, abs=0.1)
    level = [
        float(np.abs(played[round(a * 48_000) : round(b * 48_000)]).mean()) for a, b in ((55, 72), (2, 5), (122, 126))
    ]
    assert level[0] < 0.001 * min(level[1:]), "silence in the gap, voices before and after"


def test_the_whole_sound_lies_where_the_clock_says(tmp_path: Path) -> None:
    click = np.zeros((2, 4000), dtype=np.int16)
    click[:, 1000:1010] = 20_000
    first, second = write_wav(tmp_path / "a.wav", click), write_wav(tmp_path / "b.wav", click[::-1] // 2, 16_000)
    call, _ = open_call((first, second), Metadata.from_mapping({"recording_starts": "0;13.25"}, "test"))
    blocks = list(whole_sound(call.recordings))
    assert max(block.shape[1] for block in blocks) <= 160_000, "no long gap at once"
    sound = np.concatenate(blocks, axis=1)
    assert sound.shape == (2, round(13.5 * 16_000))
    assert np.flatnonzero(np.abs(sound[0]) > 5000)[[0, -1]] / 16_000 == pytest.approx([0.125, 13.3131], abs=0.001)


def test_stated_channels_are_exchanged_and_unstated_ones_are_found(whole: Result, tmp_path: Path) -> None:
    one, _ = pieces(tmp_path, 53.7)
    samples = sample_call(NAME)[::-1, round(53.7 * RATE_HZ) :]
    two = encode(tmp_path / "turned.flac", samples, "flac")
    script = written_transcript(NAME, tmp_path)
    stated = walked((one, two), metadata(agent_channel="0;1"), script)
    assert (stated.heard.speech, stated.timeline) == (whole.heard.speech, whole.timeline)
    assert stated.roles.verdict == "ok"
    found = walked((one, two), metadata(), script)
    assert found.heard.speech != whole.heard.speech
    assert found.roles.verdict == "swapped"
    (finding,) = (f for f in found.roles.findings if f.verdict == "swapped")
    assert finding.text.startswith("recording 2: the agent's phrases are on channel 1")
    exchanged = "its channels were exchanged" in finding.text
    assert (found.timeline == whole.timeline) == exchanged, finding.text


def test_recordings_of_other_rates_are_one_call(whole: Result, tmp_path: Path) -> None:
    one, _ = pieces(tmp_path, 53.7)
    rest = sample_call(NAME)[:, round(53.7 * RATE_HZ) :]
    two = write_wav(tmp_path / "two.wav", np.repeat(rest, 2, axis=1), 2 * RATE_HZ)
    found = walked((one, two), metadata(), written_transcript(NAME, tmp_path))
    assert found.roles.verdict == "ok"
    assert found.heard.duration_s == pytest.approx(whole.heard.duration_s)
    for k in range(2):
        mine, theirs = found.heard.speech[k], whole.heard.speech[k]
        assert len(mine) == pytest.approx(len(theirs), abs=1)
        assert mine[-1].end_s == pytest.approx(theirs[-1].end_s, abs=0.1)


def test_one_recording_with_the_same_sound_twice_is_never_two_parties(tmp_path: Path) -> None:
    one, _ = pieces(tmp_path, 53.7)
    mixed = sample_call(NAME)[:, round(53.7 * RATE_HZ) :].sum(axis=0) // 2
    two = write_wav(tmp_path / "two.wav", np.stack((mixed, mixed)).astype(np.int16))
    found = walked((one, two), metadata(), written_transcript(NAME, tmp_path))
    assert (found.heard.verdict, found.roles.distrust) == ("dual_mono", "both channels the same")
    assert found.heard.findings[0].text.startswith("recording 2: ")
    assert found.features.value("agent_words") is None


def test_a_gap_is_a_hold_where_no_record_tells_of_holds(tmp_path: Path) -> None:
    paths = pieces(tmp_path, 30.66)
    known = Metadata.from_mapping({"recording_starts": "0;50.66", "language": "ru"}, "test")
    call, history = open_call(paths, known)
    heard = listen(call, tools())
    result = judge(call, heard, None, tools(), history)
    holds = [
        (p.source, round(p.span.start_s, 2), round(p.span.end_s, 2)) for p in result.timeline.phases if p.kind == "hold"
    ]
    assert ("cdr", 30.66, 50.66) in holds
    assert any(source == "audio" for source, *_ in holds), "music in the second file is still heard as one"
    count = result.features.get("holds_count")
    assert count is not None
    assert (count.value, count.source) == (2, "audio")
    bare = judge(call, Heard(heard.duration_s, "ok", heard.speech), None, tools(), history)
    assert bare.features.value("holds_count") is None, "nobody listened for music: there may be more"
