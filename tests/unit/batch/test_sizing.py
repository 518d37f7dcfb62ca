from __future__ import annotations

from pathlib import Path

import pytest

from voxcx import units
from voxcx.batch.workers import sizing
from voxcx.batch.workers.limits import GB
from voxcx.batch.workers.sizing import Asked, Machine, Sizing, graphics_cards, sized, this_machine, weights_bytes
from voxcx.units import cores, group_settings

BASE, LARGE = weights_bytes("base"), weights_bytes("large-v3")


@pytest.mark.parametrize(
    ("machine", "weights", "asked", "expected"),
    [
        (Machine(8, 32 * GB), BASE, Asked(), Sizing(8, 1, int(3.6 * GB))),
        (Machine(8, 32 * GB), LARGE, Asked(), Sizing(4, 2, int(7.2 * GB))),  # memory is what is short
        (Machine(8, 4 * GB), LARGE, Asked(), Sizing(1, 8, 6_830_000_000)),  # too small: one is tried all the same
        (Machine(8, 4 * GB), None, Asked(), Sizing(8, 1, 450_000_000)),  # chats need little
        (Machine(64, 2 * GB), None, Asked(), Sizing(4, 16, 450_000_000)),
        (Machine(1, None), BASE, Asked(), Sizing(1, 1, None)),
        (Machine(16, 64 * GB, ("0", "1")), LARGE, Asked(), Sizing(2, 8, int(28.8 * GB), ("0", "1"))),
        (Machine(16, 64 * GB, ("0",)), LARGE, Asked(workers=2), Sizing(2, 8, int(28.8 * GB), ("0",))),
        (Machine(16, 64 * GB, ("0",)), BASE, Asked(device="cpu"), Sizing(16, 1, int(3.6 * GB))),
        (Machine(16, 64 * GB, ("0",)), None, Asked(), Sizing(16, 1, int(3.6 * GB))),  # nothing to recognise
        (Machine(4, 32 * GB), BASE, Asked(workers=2), Sizing(2, 2, int(14.4 * GB))),
        (Machine(4, 32 * GB), BASE, Asked(workers=2, threads=1), Sizing(2, 1, int(14.4 * GB))),
        (Machine(4, 32 * GB), BASE, Asked(workers=12), Sizing(12, 1, int(2.4 * GB))),
        (Machine(4, 32 * GB), BASE, Asked(memory_bytes=GB), Sizing(4, 1, GB)),
    ],
)
def test_sizes(machine: Machine, weights: int | None, asked: Asked, expected: Sizing) -> None:
    assert sized(machine, weights, asked) == expected


@pytest.mark.parametrize(
    ("model", "expected_gb"),
    [
        ("base", 0.15),
        ("Systran/faster-whisper-large-v3", 3.09),
        ("large-v3-turbo", 1.62),
        ("tiny.en", 0.08),
        ("my/model", 3.09),
    ],
)
def test_weights_by_name(model: str, expected_gb: float) -> None:
    assert weights_bytes(model) == pytest.approx(expected_gb * GB)


def test_weights_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x" * 5000)
    assert weights_bytes(str(tmp_path)) == 5000


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, ("0", "1", "10")),
        ({"CUDA_VISIBLE_DEVICES": "1, GPU-8a"}, ("1", "GPU-8a")),
        ({"CUDA_VISIBLE_DEVICES": ""}, ()),
        ({"CUDA_VISIBLE_DEVICES": "-1"}, ()),
    ],
)
def test_graphics_cards(tmp_path: Path, chosen: dict[str, str], expected: tuple[str, ...]) -> None:
    for name in ("nvidia0", "nvidia1", "nvidia10", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    assert graphics_cards(tmp_path, chosen) == expected
    assert graphics_cards(tmp_path / "none", chosen) == ()


def groups(folder: Path, own: str, **files: str) -> tuple[Path, Path]:
    """A tree of control groups: file names have `__` for `/`."""
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_dot_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    (folder / "own").write_text(own, encoding="utf-8")
    return folder, folder / "own"


def test_settings_of_groups_in_both_versions(tmp_path: Path) -> None:
    second = groups(tmp_path / "v2", "0::/a/b\n", a__b__cpu_dot_max="max 100000", a__cpu_dot_max="150000 100000")
    assert list(group_settings("cpu", "cpu.max", *second)) == ["max 100000", "150000 100000"]
    own = "4:memory:/docker/x\n2:cpu,cpuacct:/docker/x\n1:name=systemd:/\n"
    first = groups(tmp_path / "v1", own, cpu__quota="200000", memory__quota="7")  # the container's own is the root
    assert list(group_settings("cpu", "quota", *first)) == ["200000"]
    assert list(group_settings("memory", "quota", *first)) == ["7"]
    assert list(group_settings("cpu", "cpu.max", tmp_path, tmp_path / "absent")) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"cpu.max": ["max 100000", "150000 100000"]}, 2),
        ({"cpu.max": ["50000 100000"]}, 1),
        ({"cpu.cfs_quota_us": ["-1", "300000"], "cpu.cfs_period_us": ["100000", "100000"]}, 3),
        ({"cpu.cfs_quota_us": ["-1"], "cpu.cfs_period_us": ["100000"]}, 8),
        ({}, 8),
    ],
)
def test_cores_that_a_group_grants(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, list[str]], expected: int
) -> None:
    monkeypatch.setattr(units, "group_settings", lambda _, name: iter(settings.get(name, [])))
    monkeypatch.setattr(units.os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert cores() == expected


def test_memory_that_a_group_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {
        "memory.max": ["max", str(2 * GB)],
        "memory.current": [str(5 * GB), str(GB)],
        "memory.stat": ["anon 1\ninactive_file 7", "anon 1\ninactive_file 500"],
    }
    monkeypatch.setattr(sizing, "group_settings", lambda _, name: iter(settings.get(name, [])))
    assert this_machine().memory_bytes == GB + 500
