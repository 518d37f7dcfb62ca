"""What is usual: counted in a results folder, written, read, and known to the rules through the configuration."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.cli import app
from voxcx.errors import InputError
from voxcx.qa.asking import EndpointAsker
from voxcx.qa.case import Usual
from voxcx.qa.usual import Key, read_usual, write_usual
from voxcx.results.reading import read_table
from voxcx.results.usual import count_usual, judging_features
from voxcx.results.writing import write_part

NAME = "silence_longest_s"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "R"
    rows = [
        {
            "interaction_id": f"i{k}",
            "kind": "chat" if k > 4 else "call",
            "started_at": datetime(2026, 3, 1 + k),  # noqa: DTZ001 - as the folder keeps it
            "agent_id": "a1" if k < 3 else "a2",
            "team": "B",
            NAME: value,
        }
        for k, value in enumerate([1.0, 2.0, 6.0, None, 7.0, 100.0, 200.0])
    ]
    write_part(folder, "interactions", rows, "part")
    return folder


def usual_of(
    folder: Path, until: datetime | None = None, least: int = 2, kind: str = "call"
) -> dict[tuple[str, str], tuple[float, float, int]]:
    counted = count_usual(folder, until, least)
    return {(whose, owner): rest for whose, owner, of, name, *rest in counted if (of, name) == (kind, NAME)}  # type: ignore[misc]


def test_mean_deviation_and_count_of_known_values(results: Path) -> None:
    found = usual_of(results)
    mean, sd, count = found["agent", "a1"]
    assert (mean, round(sd, 6), count) == (3.0, 2.645751, 3)
    assert ("agent", "a2") not in found, "one known value says nothing"
    assert found["team", "B"][2] == 4
    assert usual_of(results, datetime(2026, 3, 3))["agent", "a1"][0] == 1.5  # noqa: DTZ001
    assert usual_of(results, least=4).keys() == {("team", "B")}


def test_chats_are_counted_apart_and_what_stands_in_two_parts_once(results: Path) -> None:
    first, again = usual_of(results), read_table(results, "interactions").to_pylist()
    assert usual_of(results, kind="chat")["team", "B"][::2] == [150.0, 2]
    write_part(results, "interactions", again, "part-later")
    assert usual_of(results) == first


def test_no_feature_that_must_not_judge_is_counted() -> None:
    assert NAME in judging_features()
    assert "recognition_confidence" not in judging_features()


def test_the_verb_writes_what_the_configuration_reads(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "usual.csv"
    done = CliRunner().invoke(app, ["qa", "usual", str(results), "--out", str(out), "--min-n", "3"])
    assert done.exit_code == 0, done.output
    assert read_usual(out)["agent", "a1", "call", NAME] == Usual(3.0, 2.64575, 3)
    config = tmp_path / "voxcx.yaml"
    config.write_text(
        "usual: usual.csv\nask: {endpoint: 'http://localhost:1/v1', model: m, cache: answers}\n", encoding="utf-8"
    )
    known = make_tools(Choices(config_path=config)).knowledge
    assert known.usual == read_usual(out)
    assert known.ask == EndpointAsker("http://localhost:1/v1", "m", 60.0, Path("answers"))


def test_without_configuration_nothing_is_known_and_nothing_is_asked() -> None:
    known = make_tools(Choices()).knowledge
    assert (known.usual, known.ask) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "agent,x\n",
        "whose,id,feature,mean,sd,n\nagent,a,silence_longest_s,1,1,5\n",
        *(
            f"whose,id,kind,feature,mean,sd,n\n{row}\n"
            for row in (
                "boss,a,call,silence_longest_s,1,1,5",
                "agent,,call,silence_longest_s,1,1,5",
                "agent,a,letter,silence_longest_s,1,1,5",
                "agent,a,call,no_such,1,1,5",
                "agent,a,call,silence_longest_s,nan,1,5",
                "agent,a,call,silence_longest_s,1,-1,5",
                "agent,a,call,silence_longest_s,1,inf,5",
                "agent,a,call,silence_longest_s,1,1,-5",
                "agent,a,call,silence_longest_s,1,1,1",
                "agent,a,call,silence_longest_s",
                "agent,a,call,silence_longest_s,1,1,5\nagent,a,call,silence_longest_s,2,1,5",
            )
        ),
    ],
)
def test_another_file_is_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "usual.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"expected .*\.$"):
        read_usual(path)
    with pytest.raises(InputError, match=r"expected .*\.$"):
        read_usual(tmp_path / "none.csv")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rows: list[tuple[Key, Usual]] = [
        (("team", "Б, 2", "chat", NAME), Usual(1.5, 0.25, 40)),
        (("agent", "=cmd()", "call", NAME), Usual(-1.5, 0.25, 40)),
    ]
    assert write_usual(tmp_path / "u.csv", rows) == 2
    assert read_usual(tmp_path / "u.csv") == dict(rows)
    assert f"agent,'=cmd(),call,{NAME},-1.5," in (tmp_path / "u.csv").read_text(encoding="utf-8")
