from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import a_call, a_chat, untrusted_call
from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.result import Result
from voxcx.errors import InputError
from voxcx.report.as_json import read_document, schema_json, to_document, to_json
from voxcx.report.document import ResultDoc

PUBLISHED = Path(__file__).resolve().parents[3] / "docs" / "result.schema.json"
TOP_LEVEL = [
    "schema",
    "interaction",
    "channels",
    "transcript",
    "timeline",
    "features",
    "csi",
    "scorecard",
    "provenance",
]
Maker = Callable[[], Result]


def untimed_chat() -> Result:
    return a_chat(timed=False)


@pytest.mark.parametrize("make", [a_call, untrusted_call, a_chat, untimed_chat])
def test_every_document_is_what_the_schema_promises(make: Maker) -> None:
    document = json.loads(to_json(make()))
    ResultDoc.model_validate(document)
    assert list(document) == TOP_LEVEL


@pytest.mark.parametrize("make", [a_call, untrusted_call, a_chat])
def test_the_same_result_gives_the_same_bytes(make: Maker) -> None:
    assert to_json(make()) == to_json(make())


def test_the_published_schema_is_the_generated_one() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_json(), "write it anew with as_json.schema_json()"


def test_documented_keys_come_in_the_documented_order() -> None:
    document = to_document(a_call())
    csi = [
        "value",
        "low",
        "high",
        "level",
        "p_dissatisfied",
        "p_satisfied",
        "distribution",
        "reasons",
        "model_id",
        "warnings",
    ]
    card = [
        "form_id",
        "form_version",
        "score",
        "score_before_zeroing",
        "decided_share",
        "critical_errors",
        "sections",
        "results",
    ]
    assert list(document["csi"]) == csi
    assert list(document["scorecard"]) == card
    assert list(document["channels"]) == ["verdict", "roles", "findings"]
    assert list(document["features"]) == ["schema_version", "values", "missing", "evidence", "sources"]
    assert list(document["transcript"]["utterances"][0]) == ["role", "start_s", "end_s", "text", "words"]


def test_figures_are_those_of_the_result() -> None:
    document = to_document(a_call())
    card = document["scorecard"]
    assert document["channels"]["roles"] == {"0": "agent", "1": "customer"}
    assert (card["score"], card["score_before_zeroing"]) == (0.0, 60.0)
    assert card["critical_errors"] == {"customer": [], "business": [], "compliance": ["no_secret_requests"]}
    undecided = next(line for line in card["results"] if line["criterion"] == "information_correct")
    assert (undecided["verdict"], undecided["points"], undecided["max_points"]) == ("undecided", None, 10.0)
    first = {"kind": "ivr", "start_s": -107.0, "end_s": -65.0, "source": "cdr", "confidence": 1.0}
    assert document["timeline"]["phases"][0] == first
    assert document["csi"]["distribution"]["1"] == 0.38


def test_missing_is_null_with_its_reason() -> None:
    document = to_document(untrusted_call())
    assert document["csi"] is None
    assert document["scorecard"] is None
    gaps = document["provenance"]["gaps"]
    assert gaps["csi"] == "mono recording: too few features are known"
    assert gaps["roles"] == "mono recording"
    values, missing = document["features"]["values"], document["features"]["missing"]
    assert {name for name, value in values.items() if value is None} == set(missing)
    assert missing["overlap_s"] == "mono recording"
    assert document["interaction"]["telephony"]["sources"]["queue_wait_s"] == "none"


def test_only_the_file_name_of_a_recording_leaves_the_machine() -> None:
    text = to_json(a_call())
    assert '"file": "call-0417.flac"' in text
    assert "/data/calls" not in text


def test_times_are_rounded_to_milliseconds_and_numbers_to_noise() -> None:
    row = FeatureRow((Feature("overlap_s", 1.23456789012),))
    document = to_document(replace(a_call(), features=row))
    assert document["features"]["values"]["overlap_s"] == 1.234568
    times = [word["start_s"] for line in document["transcript"]["utterances"] for word in line["words"]]
    assert all(round(time_s, 3) == time_s for time_s in times)


def test_a_written_document_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text(to_json(a_call()), encoding="utf-8")
    assert read_document(path) == json.loads(path.read_text(encoding="utf-8"))


def misspelt(document: dict[str, Any]) -> None:
    document["csi"]["valeu"] = 1


def off_the_scale(document: dict[str, Any]) -> None:
    document["csi"]["value"] = 132.0


def another_schema(document: dict[str, Any]) -> None:
    document["schema"] = "voxcx.result/2"


@pytest.mark.parametrize(
    ("spoil", "said"), [(misspelt, "csi → valeu"), (off_the_scale, "csi → value"), (another_schema, "schema")]
)
def test_a_wrong_document_is_refused_by_name(
    spoil: Callable[[dict[str, Any]], None], said: str, tmp_path: Path
) -> None:
    document = to_document(a_call())
    spoil(document)
    path = tmp_path / "call.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_document(path)


@pytest.mark.parametrize("content", [b"RIFF\xff\xfe", b"", b"{"])
def test_what_is_no_json_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match="expected the JSON"):
        read_document(path)


def test_a_missing_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found none"):
        read_document(tmp_path / "none.json")
