from __future__ import annotations

from pathlib import Path

import pytest

from csi_folders import small_folder
from voxcx.domain.moments import Moment
from voxcx.domain.pages import CallRef, Column, Finding, Moments, Page, Table
from voxcx.domain.texts import same
from voxcx.insight.settings import ReportSettings
from voxcx.reporting.moments import QUOTED_LETTERS, moments_of, references
from voxcx.reporting.reading import Asked, read_archive
from voxcx.results.columnar import Nested, write_columns

LONG = "слово " * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    columns = {
        "recordings": [["one.wav", "two.wav"], ["s3://bucket/call.flac"], []],
        "recording_starts_s": [[0.0, 100.0], [0.0], []],
        "agent_id": ["anna", None, "boris"],
        "queue": ["billing", None, None],
    }
    small_folder(tmp_path, columns)
    judged = {
        "interaction_id": ["c-0", "c-1"],
        "form_id": ["service.en"] * 2,
        "form_version": [1, 1],
        "criterion": ["greeting", "greeting"],
        "verdict": ["not_met", "not_met"],
        "severity": ["plain"] * 2,
        "mode": ["full"] * 2,
        "attributable": ["agent"] * 2,
        "judged_by": ["rule"] * 2,
        "evidence": Nested(
            [0, 2, 3],
            {
                "role": ["agent", "agent", "agent"],
                "start_s": [0.0, 112.5, 3.0],
                "end_s": [30.0, 114.0, 9.0],
                "quote": ["", "go on", LONG],
            },
        ),
    }
    write_columns(tmp_path, "criteria", judged, "part-a")
    said = {
        "interaction_id": ["c-0", "c-0"],
        "position": [0, 1],
        "role": ["customer", "agent"],
        "start_s": [1.0, 5.0],
        "end_s": [4.0, 8.0],
        "text": ["where is my order", "one moment"],
    }
    write_columns(tmp_path, "utterances", said, "part-a")
    return tmp_path


def found(folder: Path, *refs: CallRef) -> dict[CallRef, Moment]:
    page = Page("p", same("p"), same("?"), (Moments(same("m"), refs),))
    return moments_of([page], read_archive(Asked(folder, ReportSettings())), folder)


def test_the_evidence_of_a_criterion_with_its_file_and_second(folder: Path) -> None:
    ref = CallRef("c-0", "greeting")
    moment = found(folder, ref)[ref]
    assert (moment.quote, moment.role) == ("go on", "agent")  # not the window that was searched
    assert moment.recording == Path("two.wav").absolute().as_uri()
    assert moment.start_s == 12.5  # 112.5 of the interaction, the second file begins at 100
    assert (moment.agent, moment.queue) == ("anna", "billing")
    assert moment.criterion_title is not None
    assert moment.criterion_title.en != "greeting"


def test_a_long_quote_is_shortened_and_an_address_kept(folder: Path) -> None:
    ref = CallRef("c-1", "greeting")
    moment = found(folder, ref)[ref]
    assert moment.quote is not None
    assert len(moment.quote) <= QUOTED_LETTERS + 2
    assert moment.quote.endswith(" …")
    assert moment.recording == "s3://bucket/call.flac"


def test_the_utterance_at_a_second(folder: Path) -> None:
    there, nowhere = CallRef("c-0", start_s=6.0), CallRef("c-0", start_s=4.5)
    moments = found(folder, there, nowhere)
    assert (moments[there].quote, moments[there].role) == ("one moment", "agent")
    assert (moments[nowhere].quote, moments[nowhere].start_s) == (None, 4.5)


def test_an_interaction_alone_and_one_that_is_not_there(folder: Path) -> None:
    alone, gone = CallRef("c-2"), CallRef("elsewhere", "greeting")
    moments = found(folder, alone, gone)
    assert gone not in moments
    assert (moments[alone].quote, moments[alone].recording, moments[alone].agent) == (None, None, "boris")


def test_references_of_findings_tables_and_lists() -> None:
    one, two, three = CallRef("a"), CallRef("b"), CallRef("c")
    table = Table("t", same("t"), (Column("calls", same("c")), Column("n", same("n"))), (((one,), "x"),), same("d"))
    page = Page(
        "p", same("p"), same("?"), (table, Moments(same("m"), (two,))), (), (Finding(same("f"), 0.0, (three,)),)
    )
    assert set(references(page)) == {one, two, three}
