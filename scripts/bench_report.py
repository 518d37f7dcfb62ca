"""A report over a large archive: how long it takes, how much memory, how large it is, how soon a browser shows it.

    python scripts/bench_report.py [--n 100000] [--results FOLDER] [--runs 3]

Without --results a population is simulated first (`voxcx simulate population --full`). Each run is the command line in
a process of its own: wall seconds and peak memory, medians of the runs; the seconds of each page, inside one process.
A browser (playwright's Chromium, or one on the path) opens the file: seconds until everything is laid out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

VOXCX = (sys.executable, "-m", "voxcx")
LIMITS = "goals: < 60 s, < 3 GB, < 15 MB, opens < 3 s"


def main() -> None:
    """Simulate where asked, report, open."""
    asked = _asked()
    with TemporaryDirectory(prefix="bench-report-") as folder:
        results = asked.results or _simulated(Path(folder) / "R", asked.n)
        out = Path(folder) / "report.html"
        print(LIMITS)
        runs = [_reported(results, out) for _ in range(asked.runs)]
        seconds, peaks = [one[0] for one in runs], [one[1] for one in runs]
        print(f"report: {median(seconds):.1f} s ({', '.join(f'{one:.1f}' for one in seconds)})")
        print(f"peak memory: {max(peaks):.0f} MiB; file: {out.stat().st_size / 1e6:.2f} MB")
        _pages(results)
        print(f"opens in {median(_opened(out) for _ in range(3)):.2f} s")


def _asked() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def _simulated(folder: Path, n: int) -> Path:
    words = ("simulate", "population", "--out", str(folder), "--n", str(n), "--seed", "1", "--full")
    subprocess.run([*VOXCX, *words], check=True)
    return folder


def _reported(results: Path, out: Path) -> tuple[float, float]:
    """Wall seconds and peak MiB of one run."""
    code = (
        "import sys, resource\nfrom voxcx.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    start_s = perf_counter()
    words = ("report", str(results), "--out", str(out))
    done = subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True, text=True)
    return perf_counter() - start_s, float(done.stdout.rsplit("peak", 1)[1])


def _pages(results: Path) -> None:
    from voxcx.insight.catalogue import PAGES, maker  # noqa: PLC0415 - after the runs, so that they share no memory
    from voxcx.insight.settings import load_report_settings  # noqa: PLC0415
    from voxcx.reporting.making import named_topics  # noqa: PLC0415
    from voxcx.reporting.reading import Asked, read_archive  # noqa: PLC0415

    start_s = perf_counter()
    archive = read_archive(Asked(results, load_report_settings()))
    print(f"  {'reading':<16}{perf_counter() - start_s:6.2f} s")
    start_s = perf_counter()
    archive = named_topics(archive, results)
    print(f"  {'topics named':<16}{perf_counter() - start_s:6.2f} s")
    for name in PAGES:
        start_s = perf_counter()
        maker(name)(archive)
        print(f"  {name:<16}{perf_counter() - start_s:6.2f} s")


def _opened(page: Path) -> float:
    """Seconds from starting to load until the browser has laid everything out."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only to open

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"))
        tab = browser.new_page()
        start_s = perf_counter()
        tab.goto(page.as_uri(), wait_until="load")
        tab.evaluate("document.body.getBoundingClientRect().height")
        passed_s = perf_counter() - start_s
        browser.close()
    return passed_s


if __name__ == "__main__":
    main()
