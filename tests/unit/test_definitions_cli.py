"""``voxcx score --definitions all`` and ``voxcx features --list`` through the real command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from builders import call_csi
from sound_files import DATA, piece, write_transcript, write_wav
from voxcx import assembly, pipeline
from voxcx.cli import main
from voxcx.config import load_config, shipped
from voxcx.domain.catalogue import CATALOGUE, features_of
from voxcx.domain.csi import CsiEstimate

Run = Callable[..., tuple[int, str, str]]
# 20–45 s of the sample: the agent cuts in for 1.4 s, which Alibaba's two seconds do not count.
LINES = [
    ("customer", 7.5, 13.5, "nobody has called me back and I want to know when it will be"),
    ("agent", 12.2, 18.0, "I am sorry about that let me look into it"),
]
SETS = ["default", "alibaba", "google", "sber", "voci"]


class Unmoved:
    """A CSI model that says the same of everybody: these tests are not about it."""

    model_id = "unmoved"

    def estimate(self, *_: object, **_named: object) -> CsiEstimate:
        return call_csi()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """``voxcx …`` in this process, 80 columns wide: (exit code, stdout, stderr)."""
    monkeypatch.setattr(assembly, "load_model", lambda _folder: Unmoved())
    monkeypatch.setenv("COLUMNS", "80")

    def running(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voxcx", *(str(one) for one in arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return ended.value.code if isinstance(ended.value.code, int) else 0, out, err

    return running


@pytest.fixture
def scoring(run: Run, tmp_path: Path) -> Run:
    """``voxcx score`` of a short call with a known transcript, and options."""
    said = write_transcript(tmp_path / "said.json", LINES)
    call = write_wav(tmp_path / "call.wav", piece(20.0, 45.0))
    return lambda *options: run("score", call, "--transcript", said, *options)


def told(scoring: Run, *options: object) -> dict[str, Any]:
    code, out, err = scoring(*options, "--format", "json")
    assert (code, err) == (0, "")
    definitions: dict[str, Any] = json.loads(out)["definitions"]
    return definitions


# --- side by side -------------------------------------------------------------------------------------------------


def test_every_set_is_there_with_all_it_says(scoring: Run) -> None:
    found = told(scoring, "--definitions", "all")
    assert sorted(found) == sorted(SETS)
    assert next(iter(found)) == "default"
    names = [spec.name for spec in features_of("call")]
    for name, one in found.items():
        assert list(one) == ["values", "missing", "events_by_kind", "parameters"]
        assert list(one["values"]) == names
        assert set(one["missing"]) == {key for key, value in one["values"].items() if value is None}
        assert one["parameters"] == load_config().definitions_named(name).model_dump()
    assert found["sber"]["missing"]["dual_starts"] == "these definitions do not tell dual starts apart"
    assert found["voci"]["events_by_kind"]["silence"] > found["default"]["events_by_kind"].get("silence", 0)


def test_each_column_is_what_that_set_alone_says(scoring: Run) -> None:
    together = told(scoring, "--definitions", "all")
    for name in SETS:
        code, out, _ = scoring("--definitions", name, "--format", "json")
        assert code == 0
        alone = json.loads(out)["features"]
        assert together[name]["values"] == alone["values"]
        assert together[name]["missing"] == alone["missing"]


def test_the_call_is_heard_and_recognised_once(scoring: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def counted(name: str) -> Callable[..., object]:
        real = getattr(pipeline, name)

        def counting(*arguments: object) -> object:
            done.append(name)
            return real(*arguments)

        return counting

    for name in ("listen", "transcribe", "judge"):
        monkeypatch.setattr(pipeline, name, counted(name))
    told(scoring, "--definitions", "all")
    assert done == ["listen", "transcribe", *["judge"] * len(SETS)]


@pytest.mark.parametrize("ui", ["ru", "en"])
def test_the_table_fits_80_columns_and_marks_what_differs(scoring: Run, ui: str) -> None:
    code, out, err = scoring("--definitions", "all", "--ui", ui)
    assert (code, err) == (0, "")
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert "\x1b" not in out
    assert "≠" in out
    assert all(name in out for name in SETS)
    assert "interruption_min_s" in out
    assert ("Сколько событий" if ui == "ru" else "Number of events") in out
    assert [name for name in CATALOGUE if "_" in name and name in out] == []  # names in words


def test_a_row_that_is_the_same_everywhere_is_left_out(scoring: Run) -> None:
    _, out, _ = scoring("--definitions", "default,voci", "--ui", "en")
    assert "Silences in talk" in out
    assert "Talk time" not in out
    assert "alibaba" not in out


def test_sets_that_say_the_same_are_told_so(scoring: Run) -> None:
    _, out, _ = scoring("--definitions", "default, google", "--ui", "en")
    assert "All measures are the same under these definitions." in out
    assert "All events are the same under these definitions." in out
    assert "silence_min_s" in out  # and yet they are others


def test_a_set_of_the_users_own_is_compared_too(scoring: Run, tmp_path: Path) -> None:
    text = shipped("configs", "default.yaml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("  sber: {", "  strict: {interruption_min_s: 3.0}\n  sber: {"), encoding="utf-8")
    found = told(scoring, "--definitions", "all", "--config", mine)
    assert found["strict"]["parameters"]["interruption_min_s"] == 3.0
    assert len(found) == len(SETS) + 1
    _, out, _ = scoring("--definitions", "all", "--config", mine, "--ui", "en")
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert "strict" in out


def test_it_is_written_to_a_file_when_asked(scoring: Run, tmp_path: Path) -> None:
    code, out, _ = scoring("--definitions", "all", "--ui", "en", "--out", tmp_path / "t.txt")
    assert (code, out) == (0, "")
    assert "Number of events" in (tmp_path / "t.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--definitions", "all", "--format", "html"), "expected --format text or json, got html"),
        (("--definitions", "default,siber"), "Definitions 'siber': expected one of"),
        (("--definitions", "sber,"), "expected at least two names"),
        (("--definitions", "sber,sber"), "expected at least two names"),
    ],
)
def test_what_cannot_be_compared_is_refused(scoring: Run, options: tuple[str, ...], says: str) -> None:
    code, out, err = scoring(*options)
    assert (code, out) == (2, "")
    assert err.startswith("voxcx: ")
    assert err.count("\n") == 1
    assert says in err


def test_a_chat_has_nothing_to_compare(run: Run) -> None:
    code, _, err = run("score", DATA / "chat-en.json", "--definitions", "all")
    assert code == 2
    assert "expected a call, got a chat" in err


# --- the catalogue in print ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ui", ["ru", "en"])
@pytest.mark.parametrize("kind", [None, "call", "chat"])
def test_the_list_has_every_feature_and_fits_80_columns(run: Run, kind: str | None, ui: str) -> None:
    chosen = ("--kind", kind) if kind else ()
    code, out, err = run("features", "--list", "--ui", ui, *chosen)
    assert (code, err) == (0, "")
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    names = [line.removeprefix("★ ").strip().split(" · ")[0] for line in out.splitlines()]
    specs = CATALOGUE.values() if kind is None else features_of(kind)
    assert [spec.name for spec in specs if names.count(spec.name) != 1] == []
    assert [spec.name for spec in CATALOGUE.values() if spec not in specs and spec.name in names] == []


def test_the_list_groups_by_family_and_says_all_of_a_feature(run: Run) -> None:
    _, out, _ = run("features", "--list", "--ui", "ru", "--definitions", "alibaba")
    text = " ".join(out.split())
    assert "interruptions_by_agent · число · звонок сколько раз оператор перебил клиента; перебивание:" in text
    assert "не в счёт определение: voxcx · нужно: роли · interruption_clusters = 0, interruption_min_s = 2" in text
    assert "★ hold_total_s · секунды · звонок общее время на удержании; удержание: по записи АТС" in text
    assert out.count("(overlap)") == out.count("(words)") == 1


def test_the_list_as_json(run: Run) -> None:
    _, out, _ = run("features", "--json", "--definitions", "google", "--kind", "call")
    listed = {one["name"]: one for one in json.loads(out)}
    assert list(listed) == [spec.name for spec in features_of("call")]
    assert listed["silence_s"]["parameters"]["silence_min_s"] == 5.0
    assert listed["wordless_s"]["defined_by"] == "Medallia Voci"
    assert listed["handle_s"]["defined_by"] == "COPC CX Standard"


def test_the_list_refuses_what_it_does_not_know(run: Run) -> None:
    assert run("features", "--kind", "letter")[0] == 2
    assert run("features", "--definitions", "siber")[0] == 2
