from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from builders import a_call, a_chat
from voxcx.cli import app
from voxcx.domain.result import Result
from voxcx.domain.transcript import Word
from voxcx.errors import FormError, InputError
from voxcx.results.rows import by_channel, rows_of
from voxcx.results.upkeep import write_chunk
from voxcx.results.writing import part_name
from voxcx.searching import Hit, Wanted, search


def written(folder: Path, *results: Result, sequence: int = 1) -> Path:
    rows: dict[str, list[dict[str, object]]] = {}
    for result in results:
        known = replace(result, recognition=by_channel(result)) if result.interaction.recordings else result
        for table, some in rows_of(known).items():
            rows.setdefault(table, []).extend(some)
    write_chunk(folder, rows, part_name(sequence))
    return folder


def hits(folder: Path, phrase: str, **options: str) -> list[Hit]:
    return list(search(Wanted(folder, phrase, **options)))


def call(name: str, **changes: object) -> Result:
    return replace(a_call(), interaction=replace(a_call().interaction, id=name, **changes))  # type: ignore[arg-type]


def test_a_quote_has_the_seconds_of_its_words(tmp_path: Path) -> None:
    written(tmp_path, a_call())
    (hit,) = hits(tmp_path, "номер договора")
    words = [word for u in a_call().transcript.of("agent") for word in u.words]
    spoken = {word.text: word for word in words}
    assert (hit.quote, hit.role, hit.before, hit.after) == ("номер договора", "agent", "Назовите, пожалуйста,", "")
    assert (hit.start_s, hit.end_s) == (spoken["номер"].start_s, spoken["договора"].end_s)
    assert (hit.recording, hit.at_s) == (str(a_call().interaction.recordings[0].path), hit.start_s)


def test_words_in_any_form_and_every_place(tmp_path: Path) -> None:
    written(tmp_path, a_call(), a_chat())
    assert [hit.quote for hit in hits(tmp_path, "услуга")] == ["услугу,", "услуга", "услугу,", "Услугу"]
    assert [hit.role for hit in hits(tmp_path, "услуга", by="customer")] == ["customer"]
    assert len(hits(tmp_path, "=услуга")) == 1
    assert [hit.quote for hit in hits(tmp_path, "назовите ...3 {код|договор}")] == [
        "Назовите, пожалуйста, номер договора",
        "назовите код",
    ]
    assert hits(tmp_path, "велосипед") == []


def test_a_phrase_that_begins_with_an_entity_is_found(tmp_path: Path) -> None:
    written(tmp_path, a_call())
    assert "трёх" in " ".join(hit.quote for hit in hits(tmp_path, "<число> {день|дней}", language="ru"))


def test_the_language_is_that_of_the_letters(tmp_path: Path) -> None:
    written(tmp_path, a_chat())
    said = a_chat().transcript.utterances[0].text.split()
    assert hits(tmp_path, said[0].strip(",.!?").lower())
    assert [hit.recording for hit in hits(tmp_path, said[0].strip(",.!?").lower())][:1] == [None]


def test_a_condition_chooses_interactions(tmp_path: Path) -> None:
    written(tmp_path, call("a", queue="billing"), call("b", queue="tech"))
    assert {hit.interaction_id for hit in hits(tmp_path, "услуга")} == {"a", "b"}
    assert {hit.interaction_id for hit in hits(tmp_path, "услуга", where="queue = 'tech'")} == {"b"}
    assert hits(tmp_path, "услуга", where="duration_s > 1000") == []
    for condition in ("quueue = 'tech'", "1 = ", "queue IN (SELECT * FROM read_text('/etc/passwd'))"):
        with pytest.raises(InputError, match="--where"):
            hits(tmp_path, "услуга", where=condition)


def test_what_was_done_again_is_found_once(tmp_path: Path) -> None:
    written(tmp_path, a_call())
    written(tmp_path, a_call(), sequence=2)
    assert len(hits(tmp_path, "номер договора")) == 1


def test_a_second_recording_is_named_with_its_own_seconds(tmp_path: Path) -> None:
    first = a_call().interaction.recordings[0]
    legs = (replace(first, duration_s=30.0), replace(first, path=Path("second.wav"), starts_s=50.0))
    written(tmp_path, call("a", recordings=legs))
    (hit,) = hits(tmp_path, "спасибо за ожидание")
    assert hit.recording == "second.wav"
    assert hit.start_s is not None
    assert hit.at_s == pytest.approx(hit.start_s - 50)


def test_equal_words_at_two_moments_keep_their_own_times(tmp_path: Path) -> None:
    written(tmp_path, a_call())
    found = hits(tmp_path, "спасибо", by="agent")
    starts = [w.start_s for u in a_call().transcript.of("agent") for w in u.words if w.text.lower().startswith("спас")]
    assert [hit.start_s for hit in found] == starts


def test_an_utterance_whose_words_are_not_kept_has_the_times_of_the_utterance(tmp_path: Path) -> None:
    result = replace(a_call(), recognition=replace(by_channel(a_call()), words=((Word("x", 0.0, 1.0),), ())))
    write_chunk(tmp_path, rows_of(result), part_name(1))
    (hit,) = hits(tmp_path, "номер договора")
    assert (hit.start_s, hit.end_s) == (14.8, 18.2)


def test_kind_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a results folder"):
        hits(tmp_path / "none", "x")
    written(tmp_path, a_call())
    with pytest.raises(InputError, match="--by"):
        hits(tmp_path, "x", by="boss")
    with pytest.raises(FormError, match="position"):
        hits(tmp_path, "{a|b")


def test_command_line(tmp_path: Path) -> None:
    started = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    written(tmp_path, call("a", queue="billing", started_at=started), call("b"))

    def said(*options: str) -> str:
        answer = CliRunner().invoke(app, ["search", str(tmp_path), *options])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    text = said("номер договора", "--limit", "1")
    assert "a · 2026-03-01 09:30 UTC" in text
    assert "#t=" in text
    assert "2 in 2 interactions; the first 1 are shown" in text
    rows = [json.loads(line) for line in said("номер договора", "--json").splitlines()]
    assert [row["interaction_id"] for row in rows] == ["a", "b"]
    assert rows[0]["started_at"] == "2026-03-01T09:30:00"
    assert said("велосипед") == "Nothing found.\n"
