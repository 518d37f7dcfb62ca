"""Does the report find what was planted, and nothing else? Over many simulated archives whose truth is known.

    python scripts/bench_insight.py [--seeds 1000] [--only criteria] [--processes 2]

For each figure: share of archives in which its interval held the truth (of large archives of the same plan), or the
mean share of false finds. Each is tested against what is stated (two-sided for coverage, one-sided for what holds at
least and for false finds; archives are independent, figures of one archive are averaged first), Holm over all, at 1 %.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from multiprocessing import Pool
from time import perf_counter

import numpy as np
from scipy import stats

from truths.checks import CHECKS, Check, Seen, Truth
from voxcx.statistics.multiplicity import holm

ALARM = 0.01
SLACK = 0.005  # a coverage of 94.6 % where 95 % is stated is no finding, whatever the number of seeds


def main() -> int:
    """Every check; 1 where a stated figure is refuted."""
    asked = _asked()
    rows: list[tuple[str, str, str, float, float, int, float]] = []
    for check in (one for one in CHECKS if not asked.only or one.name.startswith(asked.only)):
        start_s = perf_counter()
        rows += [(check.name, *row) for row in _figures(_run(check, asked))]
        print(f"{check.name}: {asked.seeds} archives of {check.n}, {perf_counter() - start_s:.0f} s", file=sys.stderr)
    refuted = holm(np.array([row[-1] for row in rows])) <= ALARM
    for (name, figure, kind, mean, level, n, p), bad in zip(rows, refuted, strict=True):
        told = "" if kind == "right" else f"stated {level:.3f}, p {p:.3f}{'  REFUTED' if bad else ''}"
        print(f"{name:<24}{figure:<34}{kind:<8}{mean:7.3f} of {n:<6}{told}")
    return int(refuted.any())


def _run(check: Check, asked: Namespace) -> dict[tuple[str, str, float], list[float]]:
    truth = check.truth()
    gathered: dict[tuple[str, str, float], list[float]] = defaultdict(list)
    with Pool(asked.processes) as pool:
        for seen in pool.imap_unordered(_seed, [(check.name, seed, truth) for seed in range(asked.seeds)], chunksize=4):
            for one in seen:
                gathered[one.name, one.kind, one.level].append(one.hit)
    return gathered


def _seed(work: tuple[str, int, Truth]) -> list[Seen]:
    name, seed, truth = work
    return next(one for one in CHECKS if one.name == name).seen(seed, truth)


def _figures(gathered: dict[tuple[str, str, float], list[float]]) -> list[tuple[str, str, float, float, int, float]]:
    rows = []
    for (name, kind, level), hits in gathered.items():
        told = np.array(hits)[~np.isnan(hits)]
        mean = float(told.mean()) if len(told) else float("nan")
        rows.append((name, kind, mean, level, len(told), _p(kind, told, level)))
    return rows


def _p(kind: str, told: np.ndarray[tuple[int], np.dtype[np.float64]], level: float) -> float:
    """Against the stated level, with a little slack; NaN where nothing is stated."""
    if kind == "right" or len(told) < 2:
        return float("nan")
    mean, n = float(told.mean()), len(told)
    if kind == "covers" and set(np.unique(told)) <= {0.0, 1.0}:
        hits = int(told.sum())
        low, high = level - SLACK, level + SLACK
        below, above = stats.binom.cdf(hits, n, low), stats.binom.sf(hits - 1, n, min(high, 1.0))
        return float(min(1.0, 2 * min(below, above)))
    if kind in {"covers", "least"}:  # mean over many agents of one archive
        off = max((level - mean if kind == "least" else abs(mean - level)) - SLACK, 0.0) / max(
            float(told.std(ddof=1)) / n**0.5, 1e-9
        )
        return float(2 * stats.t.sf(off, n - 1))
    above = (mean - level) / max(float(told.std(ddof=1)) / n**0.5, 1e-9)
    return float(stats.t.sf(above, n - 1))


def _asked() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--only", default="")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
