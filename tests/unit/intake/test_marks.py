from __future__ import annotations

from pathlib import Path

import pytest

from voxcx.errors import InputError
from voxcx.intake.marks import Mark, read_marks

LONG = "interaction_id,criterion,verdict,evaluator\n"


def written(folder: Path, text: str, code: str = "utf-8") -> Path:
    path = folder / "marks.csv"
    path.write_bytes(text.encode(code))
    return path


def test_a_row_a_mark(tmp_path: Path) -> None:
    text = "interaction_id,criterion,verdict,evaluator,form_version,random,comment\nc-1,greeting,not_met,Ann,2,1,late\n"
    made = read_marks(written(tmp_path, text))

    assert made.layout == "long"
    assert made.marks == (Mark("c-1", "greeting", "not_met", 2, "Ann", "2", random=True),)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_row_an_interaction_as_excel_writes_it(tmp_path: Path, code: str, delimiter: str) -> None:
    text = (
        "interaction_id;evaluator;запись;greeting;closing\r\nc-1;Анна;a.wav;выполнено;не применимо\r\nc-2;Анна;;0;\r\n"
    )
    made = read_marks(written(tmp_path, text.replace(";", delimiter), code))

    assert (made.layout, made.passed_over, made.criteria) == ("wide", ("запись",), ("greeting", "closing"))
    assert [(m.interaction_id, m.criterion, m.verdict, m.line) for m in made.marks] == [
        ("c-1", "greeting", "met", 2),
        ("c-1", "closing", "not_applicable", 2),
        ("c-2", "greeting", "not_met", 3),
    ]
    assert {m.evaluator for m in made.marks} == {"Анна"}


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        *(("met", "met"), ("Выполнено", "met"), ("1", "met"), ("да", "met"), ("+", "met")),
        *(("not_met", "not_met"), ("НЕ ВЫПОЛНЕНО", "not_met"), ("0", "not_met"), ("'-", "not_met")),
        *(("not_applicable", "not_applicable"), ("n.a.", "not_applicable"), ("N/A", "not_applicable")),
        *(("не  применимо", "not_applicable"), ("н/п", "not_applicable")),
        *(("undecided", "undecided"), ("?", "undecided"), ("не решено", "undecided")),
    ],
)
def test_words_of_people(tmp_path: Path, word: str, verdict: str) -> None:
    (mark,) = read_marks(written(tmp_path, f"{LONG}c-1,greeting,{word},Ann\n")).marks

    assert mark.verdict == verdict


def test_an_apostrophe_against_formulas_is_taken_off(tmp_path: Path) -> None:
    (mark,) = read_marks(written(tmp_path, f"{LONG}'-7,greeting,met,Ann\n")).marks

    assert mark.interaction_id == "-7"


BAD = [
    ("", "expected a header", "an empty file"),
    ("id,criterion,verdict\n1,a,met\n", "expected a header", "id, criterion, verdict"),
    (LONG, "found none below the header", "fill the file in"),
    ("interaction_id,criterion\n1,a\n", "found no verdict", "add that column"),
    ("interaction_id,greeting,greeting\n1,met,met\n", "each column once", "greeting"),
    ("interaction_id,greeting\n1,maybe\n", "a column with verdicts", "greeting"),
    (f"{LONG}c-1,greeting,met,Ann\nc-2,greeting,хз,Ann\nc-3,greeting,5,Ann\n", "lines 3, 4", "'хз'"),
    (f"{LONG}c-1,greeting,,Ann\n", "line 2", "a verdict"),
    (f"{LONG},greeting,met,Ann\n", "line 2", "an interaction_id"),
    (f"{LONG}c-1,,met,Ann\n", "line 2", "a criterion"),
    (f"{LONG}c-1,greeting,met,Ann,too,many\n", "line 2", "put quotes around commas"),
    (f"{LONG}c-1,greeting,met,Ann\nc-1,greeting,not_met,Ann\n", "line 3", "again after line 2; keep one."),
    (f"{LONG}c-1,greeting,met,\nc-1,greeting,met,\n", "line 3", "say who marked in a column evaluator"),
    ("interaction_id,criterion,verdict,random\nc-1,a,met,maybe\n", "line 2", "1 or 0 under random"),
    ("interaction_id,criterion,verdict,random\nc-1,a,met,1\nc-1,b,met,0\n", "lines 2, 3", "to be random or not"),
    (f"{LONG}c-1,greeting,met,Ann\nc-1,greeting,not_met,ann\n", "line 3", "again after line 2; keep one."),
]


@pytest.mark.parametrize(("text", "where", "what"), BAD)
def test_bad_input_is_one_sentence(tmp_path: Path, text: str, where: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        read_marks(written(tmp_path, text))

    sentence = str(error.value)
    assert where in sentence
    assert what in sentence
    assert "\n" not in sentence


def test_no_such_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no such file"):
        read_marks(tmp_path / "none.csv")
    (tmp_path / "noise.csv").write_bytes(b"interaction_id\0\0\x98\xff")
    with pytest.raises(InputError, match="could not read it"):
        read_marks(tmp_path / "noise.csv")


def test_two_people_may_mark_the_same(tmp_path: Path) -> None:
    made = read_marks(written(tmp_path, f"{LONG}c-1,greeting,met,Ann\nc-1,greeting,met,Bob\n"))

    assert [mark.evaluator for mark in made.of("greeting")] == ["Ann", "Bob"]


def test_random_in_one_row_is_of_the_whole_interaction(tmp_path: Path) -> None:
    text = "interaction_id,criterion,verdict,evaluator,random\nc-1,a,met,Ann,1\nc-1,a,met,Bob,\nc-2,a,met,Ann,\n"

    assert [mark.random for mark in read_marks(written(tmp_path, text)).marks] == [True, True, None]


def test_the_latest_version_of_a_persons_mark_counts(tmp_path: Path) -> None:
    head = "interaction_id,criterion,verdict,evaluator,form_version\n"
    made = read_marks(written(tmp_path, f"{head}c-1,a,met,Ann,v10\nc-1,a,not_met,ann,v9\n"))

    assert ([mark.verdict for mark in made.marks], made.older) == (["met"], 1)
