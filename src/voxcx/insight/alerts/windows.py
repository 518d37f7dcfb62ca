"""Rules on a moving window: a share over the last hours, by group, beside a limit or beside the weeks before.

Windows end at whole multiples of ``every_hours`` since 1970 UTC, so that every run looks at the same moments. A window
holds what became known after its start, up to and with its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import erfc

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure
from voxcx.domain.texts import Text, same, text
from voxcx.insight.alerts.metrics import Rates
from voxcx.insight.alerts.rules import Metric, Window
from voxcx.insight.archive import Flags, Floats
from voxcx.statistics.multiplicity import benjamini_hochberg
from voxcx.statistics.proportions import risk_ratio, share

DAY_H, TWO_DAYS_H = 24.0, 48.0
HOUR_S = 3600.0
WEEK_S = 7 * 86_400.0
NAMES: dict[Metric, Text] = {
    "cdsat": text("share of dissatisfied answers", "доля недовольных ответов"),
    "service_level": text("service level", "уровень сервиса"),
    "abandonment": text("share of callers who gave up", "доля не дождавшихся ответа"),
    "repeats": text("share of repeat contacts", "доля повторных обращений"),
    "topic_share": text("share of contacts on the topic", "доля обращений по теме"),
    "critical_customer": text("share with an error critical to the customer", "доля с критической ошибкой для клиента"),
    "critical_business": text("share with an error critical to the business", "доля с критической ошибкой для бизнеса"),
    "critical_compliance": text("share with a compliance error", "доля с нарушением обязательных требований"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A window that clears its limit."""

    at_s: float
    group: str
    figures: tuple[tuple[str, Figure], ...]
    why: Text


def grid(window: Window, since_s: float, until_s: float) -> Floats:
    """Ends of windows after ``since_s``, up to and with ``until_s``."""
    step_s = HOUR_S * window.every_hours
    first, last = np.floor(since_s / step_s) + 1, np.floor(until_s / step_s)
    return np.arange(first, last + 1) * step_s if last >= first else np.empty(0)


def look(rates: Rates, window: Window, ends_s: Floats, begins_s: float, level: float) -> Iterator[Found]:
    """Windows, by their ends [k], and groups that clear the limit with an interval at ``level``.

    A window that starts before the archive begins is not looked at.
    """
    ends_s = ends_s[ends_s - HOUR_S * window.last_hours >= begins_s]
    names = sorted(set(rates.group.tolist()) - {""})
    if not len(ends_s) or not names:
        return
    if window.growth is not None:
        yield from _grown(rates, window, names, (ends_s, begins_s, level))
        return
    hits, n = _counts(rates, names, ends_s, HOUR_S * window.last_hours)
    with np.errstate(invalid="ignore", divide="ignore"):
        point = hits / n
    beyond = point > window.above if window.above is not None else point < (window.below or 0.0)
    for k, g in np.argwhere(beyond & (n >= window.fewest)).tolist():
        told = share(float(hits[k, g]), float(n[k, g]), level=level)
        if _clear(told, window):
            yield Found(float(ends_s[k]), names[g], (("share", Figure(told, "share")),), _why(window, names[g], told))


def _clear(told: Estimate, window: Window) -> bool:
    """Whether the whole interval lies beyond the limit."""
    if told.low is None or told.high is None:
        return False
    return told.low > window.above if window.above is not None else told.high < (window.below or 0.0)


def _counts(rates: Rates, names: list[str], ends_s: Floats, length_s: float) -> tuple[Floats, Floats]:
    """[k, g] hits and n in each window of each group."""
    hits, n = (np.zeros((len(ends_s), len(names))) for _ in range(2))
    for g, name in enumerate(names):
        hits[:, g], n[:, g] = _within(rates.where(rates.group == name), ends_s, length_s)
    if rates.of_all:
        n[:, :] = _within(rates, ends_s, length_s)[1][:, None]
    return hits, n


def _within(rates: Rates, ends_s: Floats, length_s: float) -> tuple[Floats, Floats]:
    """[k], hits and n with their moment in (end − length, end]."""
    order = np.argsort(rates.at_s, kind="stable")
    at_s = rates.at_s[order]
    first, last = (np.searchsorted(at_s, edge, side="right") for edge in (ends_s - length_s, ends_s))
    hits, n = (np.concatenate([[0.0], np.cumsum(one[order])]) for one in (rates.hit, rates.n))
    return hits[last] - hits[first], n[last] - n[first]


def _grown(rates: Rates, window: Window, names: list[str], when: tuple[Floats, float, float]) -> Iterator[Found]:
    """Groups whose growth, with its whole interval, lies past the limit; tests are corrected over its moment."""
    ends_s, begins_s, level = when
    growth, length_s = window.growth or 0.0, HOUR_S * window.last_hours
    hits, n = _counts(rates, names, ends_s, length_s)
    before, base = np.zeros_like(hits), np.zeros_like(n)
    for week in range(1, window.weeks + 1):
        then_s = ends_s - week * WEEK_S
        there = (then_s - length_s >= begins_s)[:, None]
        earlier = _counts(rates, names, then_s, length_s)
        before, base = before + there * earlier[0], base + there * earlier[1]
    asked = (n >= window.fewest) & (base >= window.fewest)
    q = _q_values(hits, n, before, base, asked)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (hits / n) / (before / base)
    for k, g in np.argwhere(asked & (q <= 1 - level) & (ratio >= 1 + growth)).tolist():
        pair, other = (float(hits[k, g]), float(n[k, g])), (float(before[k, g]), float(base[k, g]))
        told = share(*pair, level=level)
        times = risk_ratio(pair, other, level)
        if times.low is None or times.low <= 1 + growth:
            continue
        figures = (
            ("share", Figure(told, "share")),
            ("share_before", Figure(share(*other, level=level), "share")),
            ("ratio", Figure(times, "ratio")),
        )
        yield Found(float(ends_s[k]), names[g], figures, _why_grown(window, names[g], figures))


def _q_values(hits: Floats, n: Floats, before: Floats, base: Floats, asked: Flags) -> Floats:
    """[k, g], chance of such a difference (score test), corrected over the groups of a moment."""
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (hits + before) / (n + base)
        spread = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / base))
        p = erfc(np.abs(hits / n - before / base) / spread / np.sqrt(2.0))
    p = np.where(asked & (spread > 0), p, np.nan)
    return np.array([benjamini_hochberg(one) for one in p]).reshape(p.shape)


def span(window: Window) -> Text:
    """«the last 24 h»."""
    if window.last_hours >= TWO_DAYS_H and window.last_hours % DAY_H == 0:
        return text("the last {d} days", "последние {d} сут", d=same(f"{window.last_hours / DAY_H:g}"))
    return text("the last {h} h", "последние {h} ч", h=same(f"{window.last_hours:g}"))


def _why(window: Window, group: str, told: Estimate) -> Text:
    limit = window.above if window.above is not None else window.below
    frame = (
        ("{group}: {metric} {x} over {span}, above the limit of {limit}",
         "{group}: {metric} за {span} – {x}, выше порога {limit}")
        if window.above is not None
        else ("{group}: {metric} {x} over {span}, below the limit of {limit}",
              "{group}: {metric} за {span} – {x}, ниже порога {limit}")
    )  # fmt: skip
    return text(
        *(f"{one} ({tail})" for one, tail in zip(frame, _TAIL, strict=True)),
        group=group_text(window, group),
        metric=NAMES[window.metric],
        span=span(window),
        x=Figure(told, "share"),
        limit=Figure(Estimate(limit), "share"),
        level=Figure(Estimate(told.level), "share"),
    )


_TAIL = ("{level} interval {x.interval}, n = {x.n}", "{level} ДИ {x.interval}, n = {x.n}")


def _why_grown(window: Window, group: str, figures: tuple[tuple[str, Figure], ...]) -> Text:
    named = dict(figures)
    return text(
        "{group}: {metric} {x} over {span}, {ratio} of the {before} at the same hours of the weeks before "
        "({level} interval of the ratio {ratio.interval}, n = {x.n})",
        "{group}: {metric} за {span} – {x}, {ratio} к {before} в те же часы прошлых недель "
        "({level} ДИ отношения {ratio.interval}, n = {x.n})",
        group=group_text(window, group),
        metric=NAMES[window.metric],
        span=span(window),
        x=named["share"],
        before=named["share_before"],
        ratio=named["ratio"],
        level=Figure(Estimate(named["ratio"].estimate.level), "share"),
    )


def group_text(window: Window, group: str) -> Text:
    """The group as people call it."""
    return text("all contacts", "все обращения") if window.by is None else same(group)
