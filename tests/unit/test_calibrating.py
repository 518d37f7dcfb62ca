from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from judged_folders import write_form, write_judged
from voxcx.calibrating import Asked, Calibration, calibrate
from voxcx.cli import app
from voxcx.errors import InputError
from voxcx.intake.marks import read_marks
from voxcx.results.columnar import write_columns

GOOD, CURT, RUDE = "good morning, thank you", "it comes tomorrow", "good morning, you idiot"
TEXTS = [RUDE if k % 10 == 0 else CURT if k % 3 == 0 else GOOD for k in range(40)]
HEAD = "interaction_id,criterion,verdict,evaluator,random,form_version"
RUN = CliRunner()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    chats = [(f"c-{k:02}", text) for k, text in enumerate(TEXTS)]
    return write_judged(folder / "R", write_form(folder / "form.yaml"), chats)


def written(folder: Path, rows: list[str], head: str = HEAD) -> Path:
    path = folder / "marks.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def marks(n: int, wrong: int = 0, evaluator: str = "Ann", random: str = "") -> list[str]:
    """Right marks of greeting and rudeness for the first interactions; of ``wrong`` the greeting is turned round."""
    rows = []
    for k in range(n):
        greeted = TEXTS[k] != CURT
        said = "met" if greeted != (k < wrong) else "not_met"
        rows.append(f"c-{k:02},greeting,{said},{evaluator},{random},")
        rows.append(f"c-{k:02},no_rudeness,{'not_met' if TEXTS[k] == RUDE else 'met'},{evaluator},{random},")
    return rows


def figures(made: Calibration, name: str) -> object:
    return next(one.agreement for one in made.criteria if one.criterion == name)


def test_figures_of_a_folder_by_hand(results: Path, tmp_path: Path) -> None:
    made = calibrate(Asked(results, written(tmp_path, marks(30, wrong=3)), pick=5))

    greeting = next(one for one in made.criteria if one.criterion == "greeting").agreement
    assert (made.interactions, made.marks, made.evaluators) == (30, 60, 1)
    assert made.basis == "all rows, assumed random"
    assert (greeting.agreement.hits, greeting.agreement.n) == (27, 30)
    errors = [k for k in range(30) if TEXTS[k] == CURT]
    assert (greeting.precision.hits, greeting.precision.n) == (len(errors) - sum(k < 3 for k in errors), len(errors))
    kind = made.critical["customer"]
    assert (kind.criteria, kind.sensitivity.hits, kind.sensitivity.n) == (("no_rudeness",), 3, 3)
    assert (kind.specificity.hits, kind.specificity.n) == (27, 27)
    assert made.critical["business"].criteria == ()
    assert [look.interaction for look in made.look_next if look.interaction < "c-30"] == []
    assert any("random sample" in note for note in made.notes)


def test_only_random_rows_make_figures_where_the_file_says_which(results: Path, tmp_path: Path) -> None:
    rows = marks(20, random="1")
    rows += [row.replace("c-0", "c-3").replace(",1,", ",0,") for row in marks(10, random="1")]

    made = calibrate(Asked(results, written(tmp_path, rows), pick=0))

    assert (made.basis, made.interactions, made.picked) == ("random rows", 20, 20)
    assert made.look_next == ()


def test_people_beside_people(results: Path, tmp_path: Path) -> None:
    rows = marks(30) + marks(30, evaluator="Bob") + marks(30, wrong=30, evaluator="Eve")

    made = calibrate(Asked(results, written(tmp_path, rows)))

    by_name = {one.evaluator: one for one in made.biases}
    assert set(by_name) == {"Ann", "Bob", "Eve"}
    assert all(one.against == "people" for one in made.biases)
    assert made.biases[0].evaluator == "Eve"
    greeting, rudeness = made.criteria
    assert greeting.people_alpha.value is not None
    assert greeting.people_alpha.value < 0.2
    assert rudeness.people_alpha.value == 1.0
    assert greeting.agreement.agreement.value == 1.0  # two of three are right


def test_what_people_settle_on_wins_and_is_nobodys_mark(results: Path, tmp_path: Path) -> None:
    split = marks(30) + marks(30, wrong=30, evaluator="Eve")
    before = calibrate(Asked(results, written(tmp_path, split)))
    after = calibrate(Asked(results, written(tmp_path, split + marks(30, wrong=2, evaluator="agreed"))))

    assert (before.criteria[0].agreement.split, before.criteria[0].agreement.agreement.n) == (30, 0)
    assert any("split on 30 of 60" in note for note in before.notes)
    assert (after.criteria[0].agreement.split, after.criteria[0].agreement.agreement.hits) == (0, 28)
    assert (after.evaluators, {one.evaluator for one in after.biases}) == (2, {"Ann", "Eve"})
    assert after.criteria[0].people_alpha == before.criteria[0].people_alpha


def test_one_person_stands_beside_the_machine(results: Path, tmp_path: Path) -> None:
    made = calibrate(Asked(results, written(tmp_path, marks(30, wrong=5))))

    assert [(one.evaluator, one.against) for one in made.biases] == [("Ann", "machine")]


Verdicts = dict[str, tuple[str, str]]  # criterion → verdict, severity


def stored(folder: Path, rows: list[tuple[str, str, int, Verdicts]], judge: str = "rule") -> Path:
    """A results folder of (interaction, form, version, verdicts)."""
    n, part = len(rows), "part-000001-00000000"
    about = {"interaction_id": [row[0] for row in rows], "kind": ["chat"] * n, "language": ["en"] * n}
    about |= {"form_id": [row[1] for row in rows], "form_version": [row[2] for row in rows]}
    write_columns(folder, "interactions", about, part)
    cells = [(row[0], name, *one) for row in rows for name, one in row[3].items()]
    columns = dict(
        zip(("interaction_id", "criterion", "verdict", "severity"), map(list, zip(*cells, strict=True)), strict=True)
    )
    columns |= {"mode": ["full"] * len(cells), "judged_by": [judge] * len(cells)}
    write_columns(folder, "criteria", columns, part)
    return folder


MET: Verdicts = {"greeting": ("met", "plain")}


def test_versions_of_a_form_stand_beside_each_other_and_never_beside_another_forms(tmp_path: Path) -> None:
    forms = [("chat", 1), ("chat", 2), ("service", 1)]
    names = [(f"{form}{version}-{k}", form, version) for form, version in forms for k in range(20)]
    folder = stored(tmp_path / "R", [(name, form, version, MET) for name, form, version in names])
    rows = [
        f"{name},greeting,{'not_met' if version == 1 and k % 4 == 0 else 'met'},Ann,1,v{version}"
        for k, (name, _, version) in enumerate(names)
    ]

    made = calibrate(Asked(folder, written(tmp_path, rows), pick=0))

    assert [(one.form, one.version, one.interactions) for one in made.versions] == [
        *(("chat", "1", 20), ("chat", "2", 20), ("service", "1", 20))
    ]
    assert [one.agreement_gap.value for one in made.versions] == [None, pytest.approx(0.25), None]
    assert any("pool 2 forms" in note for note in made.notes)


def test_marks_for_another_version_than_the_machines_say_nothing_of_versions(tmp_path: Path) -> None:
    folder = stored(tmp_path / "R", [(f"i{k}", "chat", 1 + k // 20, MET) for k in range(40)])
    rows = [f"i{k},greeting,met,Ann,1,{1 if k < 30 else ''}" for k in range(40)]

    made = calibrate(Asked(folder, written(tmp_path, rows), pick=0))

    assert [(one.version, one.interactions) for one in made.versions] == [("1", 20), ("2", 10)]
    assert any("10 marks name another form version" in note for note in made.notes)


def test_a_person_under_two_spellings_and_versions_is_one(tmp_path: Path) -> None:
    folder = stored(tmp_path / "R", [(f"i{k}", "chat", 2, MET) for k in range(10)])
    rows = [f"i{k},greeting,not_met,ann,1,1" for k in range(10)] + [f"i{k},greeting,met,Ann,,2" for k in range(10)]

    made = calibrate(Asked(folder, written(tmp_path, rows), pick=0))

    assert (made.evaluators, made.interactions, made.marks, made.criteria[0].people_alpha.n) == (1, 10, 10, 0)
    assert made.criteria[0].agreement.agreement.value == 1.0
    assert any("10 older marks left out" in note for note in made.notes)


def test_a_severity_that_differs_by_form_is_told_and_a_form_without_it_is_not_undecided(tmp_path: Path) -> None:
    error: Verdicts = {"greeting": ("not_met", "critical_customer")}
    plain: Verdicts = {"greeting": ("not_met", "plain")}
    rows = [(f"a{k}", "service", 1, error) for k in range(10)] + [(f"b{k}", "chat", 1, plain) for k in range(10)]
    folder = stored(tmp_path / "R", rows)

    made = calibrate(Asked(folder, written(tmp_path, [f"{row[0]},greeting,not_met,Ann,1," for row in rows]), pick=0))

    assert made.criteria[0].severity == "critical_customer"
    assert (made.critical["customer"].interactions, made.critical["customer"].incomplete) == (10, 0)
    assert any("Critical in one form" in note for note in made.notes)


def test_one_shared_mark_does_not_hide_a_hundred_beside_the_machine(tmp_path: Path) -> None:
    folder = stored(tmp_path / "R", [(f"i{k}", "chat", 1, MET) for k in range(100)])
    rows = [f"i{k},greeting,not_met,Ann,1," for k in range(100)] + ["i0,greeting,not_met,Bob,1,"]

    made = calibrate(Asked(folder, written(tmp_path, rows), pick=0))

    ann = next(one for one in made.biases if one.evaluator == "Ann")
    assert (ann.against, ann.marks) == ("machine", 100)


@pytest.mark.parametrize(("picked", "loud"), [(lambda k: k < 20, True), (lambda k: k % 20 == 0, False)])
def test_only_what_was_flagged_is_no_random_sample(
    tmp_path: Path, picked: Callable[[int], bool], *, loud: bool
) -> None:
    verdicts: list[Verdicts] = [{"greeting": ("not_met" if k < 20 else "met", "plain")} for k in range(400)]
    folder = stored(tmp_path / "R", [(f"i{k}", "chat", 1, one) for k, one in enumerate(verdicts)])
    rows = [f"i{k},greeting,not_met,Ann,," for k in range(400) if picked(k)]

    made = calibrate(Asked(folder, written(tmp_path, rows), pick=0))

    assert any("NO RANDOM SAMPLE" in note for note in made.notes) == loud


def test_a_trained_criterion_is_named_aloud(tmp_path: Path) -> None:
    folder = stored(tmp_path / "R", [(f"i{k}", "chat", 1, MET) for k in range(10)], judge="trained")

    made = calibrate(Asked(folder, written(tmp_path, [f"i{k},greeting,met,Ann,1," for k in range(10)]), pick=0))

    assert any("TRAINED CRITERIA: greeting" in note for note in made.notes)


def test_wide_marks_in_windows_1251(results: Path, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    rows = [f"c-{k:02};Анна;{'выполнено' if TEXTS[k] != CURT else 'не выполнено'};;" for k in range(12)]
    path.write_bytes("\r\n".join(["interaction_id;evaluator;greeting;thanks;город", *rows]).encode("cp1251"))

    made = calibrate(Asked(results, path))

    assert [one.criterion for one in made.criteria] == ["greeting"]
    assert made.criteria[0].agreement.agreement.value == 1.0


BAD = [
    (["nobody,greeting,met,,,", "c-01,greeting,met,,,", "x,greeting,met,,,"], "lines 2, 4", "got 2 that it lacks"),
    (["c-01,greting,met,,,"], "line 2", "did you mean 'greeting'"),
    (["c-01,zzzz,met,,,"], "line 2", "the results have greeting"),
    (["c-01,greeting,met,,0,"], "drawn at random", "got none"),
]


@pytest.mark.parametrize(("rows", "where", "what"), BAD)
def test_bad_marks_are_one_sentence(results: Path, tmp_path: Path, rows: list[str], where: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        calibrate(Asked(results, written(tmp_path, rows)))

    assert where in str(error.value)
    assert what in str(error.value)


def test_another_version_than_there_is(results: Path, tmp_path: Path) -> None:
    path = written(tmp_path, marks(5))

    assert calibrate(Asked(results, path, "v1")).interactions == 5
    with pytest.raises(InputError, match=r"holds \(1\), got '7'"):
        calibrate(Asked(results, path, "7"))


def test_one_class_only_is_no_error(results: Path, tmp_path: Path) -> None:
    rows = [f"c-{k:02},greeting,met,,," for k in range(40) if TEXTS[k] != CURT]

    made = calibrate(Asked(results, written(tmp_path, rows)))

    kappa = made.criteria[0].agreement.kappa
    assert kappa.value is None
    assert "only one verdict" in kappa.reason
    assert made.criteria[0].agreement.recall.value is None


def test_the_first_sheet_is_random_and_blind_and_comes_back(results: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "first.csv"
    done = RUN.invoke(app, ["qa", "calibrate", "--results", str(results), "--sheet", str(sheet), "--pick", "12"])

    assert done.exit_code == 0, done.output
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert {row["random"] for row in rows} == {"1"}
    assert {row["greeting"] for row in rows} == {""}
    for row in rows:
        row["greeting"] = "1"
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    assert len(read_marks(sheet).marks) == 12
    assert calibrate(Asked(results, sheet)).basis == "random rows"


def test_the_command_prints_80_columns_and_writes_both_files(results: Path, tmp_path: Path) -> None:
    path = written(tmp_path, marks(30, wrong=3) + marks(30, evaluator="Bob"))
    asked = ["qa", "calibrate", "--results", str(results), "--human", str(path)]
    wholes = [RUN.invoke(app, [*asked, "--out", str(tmp_path / name)]) for name in ("c.json", "c.csv")]

    assert [one.exit_code for one in wholes] == [0, 0], wholes[0].output
    assert max(len(line) for line in wholes[0].output.splitlines()) <= 80
    assert "What the figures mean" in wholes[0].output
    record = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
    assert record["schema"] == "voxcx.calibration/1"
    assert record["critical"]["customer"]["sensitivity"]["n"] == 3
    with (tmp_path / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["criterion"]: row for row in csv.DictReader(file)}
    assert rows["greeting"]["agreement_n"] == str(record["criteria"][0]["agreement"]["agreement"]["n"])
    assert json.loads(RUN.invoke(app, [*asked, "--json"]).output)["marks"] == 120


@pytest.mark.parametrize("more", [[], ["--human", "none.csv"], ["--human", "MARKS", "--out", "c.txt"]])
def test_the_command_refuses_in_one_sentence(results: Path, tmp_path: Path, more: list[str]) -> None:
    path = written(tmp_path, marks(5))
    given = [str(path) if one == "MARKS" else one for one in more]

    done = RUN.invoke(app, ["qa", "calibrate", "--results", str(results), *given])

    assert isinstance(done.exception, InputError)
