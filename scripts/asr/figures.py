"""Runs of one engine → its figures over the rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, median_low

from asr.runs import Run, shortest
from asr.scores import Outside, Starts, WordErrors, outside_speech, start_errors, word_errors
from references import Known


@dataclass(frozen=True, slots=True)
class Figures:
    """One engine, one model. Tuples hold one value a round; ``outside`` and ``starts`` come from one run."""

    after_load: tuple[float, ...]
    whole_process: tuple[float, ...]
    peak_mib: tuple[float, ...]
    child_peak_mib: tuple[float, ...]
    cpu_s_per_min: tuple[float, ...]
    errors: tuple[WordErrors, ...]
    outside: tuple[Outside, ...] = ()
    starts: Starts | None = None

    @property
    def typical_errors(self) -> WordErrors:
        """The round with the median WER (the lower of two): sampling makes a peer's rounds differ."""
        middle = median_low([errors.wer for errors in self.errors])
        return next(errors for errors in self.errors if errors.wer == middle)


def figures(known: Sequence[Known], runs: Sequence[Run], timed: Run | None, language: str) -> Figures:
    """All figures of one engine; without ``timed``, a run with word times, those that need it stay empty."""
    length_s = sum(call.duration_s for call in known)
    with_warm_up_s = length_s + shortest(known).duration_s
    words = timed.answer["calls"] if timed else None
    return Figures(
        after_load=tuple(length_s / run.answer["took_s"] for run in runs),
        whole_process=tuple(with_warm_up_s / run.wall_s for run in runs),
        peak_mib=tuple(run.answer["peak_mib"] for run in runs),
        child_peak_mib=tuple(run.answer["child_peak_mib"] for run in runs),
        cpu_s_per_min=tuple(60 * run.answer["cpu_s"] / length_s for run in runs),
        errors=tuple(word_errors(known, run.answer["calls"], language) for run in runs),
        outside=tuple(outside_speech(known, words)) if words else (),
        starts=start_errors(known, words, language) if words else None,
    )


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """Median over the rounds of what one engine has for each unit of another's in the same round."""
    return median(mine / theirs for mine, theirs in zip(one, other, strict=True))
