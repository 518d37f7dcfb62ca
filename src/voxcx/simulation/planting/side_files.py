"""The files beside results: what customers want and weigh, blocked calls, outside events, series of teams."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.planting.contacts import PHONE, Contacts
from voxcx.simulation.planting.form import FORM
from voxcx.simulation.planting.moments import OUTAGE_HOUR, YEAR_DAYS, load_of
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import SKILLS
from voxcx.simulation.traffic import DAY_S, FIRST_DAY, HOUR_S, TEAMS, UTC_OFFSET_MIN, Floats, Integers, Labels

# How each type answers «if it is there» and «if it is not»: 1 like, 2 expect, 3 neutral, 4 live with, 5 dislike.
ANSWERS = {
    "must_be": ((2, 5), (3, 5), (2, 5)),
    "performance": ((1, 5), (1, 5), (1, 5)),
    "attractive": ((1, 3), (1, 4), (1, 2)),
    "indifferent": ((3, 3), (2, 3), (3, 4)),
    "reverse": ((5, 1), (4, 1), (5, 2)),
}
BLOCKED_PER_HOUR = {"A": 0.02, "B": 0.05}  # of the busiest hours, per load squared
BUSY = 1.6
ESAT_MEAN, ESAT_SD = 72.0, 6.0
CLTV_MEDIAN = 420.0


def written(second: Integers) -> Labels:
    """Seconds from the first day's local midnight → ISO 8601 with the zone."""
    zone = f"+{UTC_OFFSET_MIN.astype(int) // 60:02d}:00"
    text = np.datetime_as_string(FIRST_DAY + second.astype("timedelta64[s]"), unit="s")
    return np.array([f"{one}{zone}" for one in text.tolist()], dtype=object)


def draw_kano(plan: Plan, rng: np.random.Generator) -> Columns:
    """``kano.csv``: the pair of answers of each respondent on each criterion that was asked about."""
    asked = [criterion for criterion in FORM if criterion.wanted]
    pairs = np.array([ANSWERS[str(criterion.wanted)] for criterion in asked])
    n = plan.respondents
    usual = pairs[np.arange(len(asked)), rng.integers(0, pairs.shape[1], (n, len(asked)))]
    anyhow = rng.integers(1, 6, usual.shape)
    given = np.where(rng.random((n, len(asked), 1)) < plan.kano_noise, anyhow, usual).reshape(-1, 2)
    return _by_respondent(n, [criterion.id for criterion in asked]) | {
        "functional": given[:, 0],
        "dysfunctional": given[:, 1],
    }


def draw_weights(plan: Plan, rng: np.random.Generator) -> Columns:
    """``weights.csv``: 100 points that each respondent divides between the criteria."""
    means = np.array([criterion.stated for criterion in FORM])
    points = rng.multinomial(100, rng.dirichlet(means / means.sum() * 30, plan.respondents))
    return _by_respondent(plan.respondents, [criterion.id for criterion in FORM]) | {"weight": points.reshape(-1)}


def _by_respondent(n: int, criteria: list[str]) -> Columns:
    names = np.array([f"respondent-{number:03d}" for number in range(n)], dtype=object)
    return {
        "respondent": np.repeat(names, len(criteria)),
        "criterion": np.tile(np.array(criteria, dtype=object), n),
    }


def draw_blocked(contacts: Contacts, plan: Plan, rng: np.random.Generator) -> Columns:
    """``blocked.csv``: calls that did not get in, in hours of high load, by skill and type."""
    hours = np.arange(plan.days * 24)
    load = load_of(hours * HOUR_S)
    calls = (contacts.channel == PHONE).sum() / len(hours) / len(set(SKILLS.values()))
    listed = []
    for skill in sorted(set(SKILLS.values())):
        for kind, share in BLOCKED_PER_HOUR.items():
            count = rng.poisson(np.where(load > BUSY, share * calls * load**2, 0.0))
            listed += [
                (hour, skill, kind, some) for hour, some in zip(hours.tolist(), count.tolist(), strict=True) if some
            ]
    hour, skills, kinds, counts = zip(*sorted(listed), strict=True) if listed else ((), (), (), ())
    return {
        "interval": written(np.array(hour, dtype=np.int64) * HOUR_S),
        "skill": np.array(skills, dtype=object),
        "type": np.array(kinds, dtype=object),
        "count": np.array(counts, dtype=np.int64),
    }


def events_of(plan: Plan) -> Columns:
    """``events.csv``: the outage and the changed process, and a tariff that did nothing."""
    outage_s = plan.outage_day * DAY_S + OUTAGE_HOUR * HOUR_S
    listed = [
        (plan.days // 5 * DAY_S, "*", "tariff"),
        (plan.change_day * DAY_S, f"queue={plan.change_queue}", "delivery"),
        (outage_s, "topic=no_service", "outage"),
    ]
    second, scope, name = zip(*sorted(listed), strict=True)
    return {
        "time": written(np.array(second)),
        "scope": np.array(scope, dtype=object),
        "name": np.array(name, dtype=object),
    }


def draw_series(week_csi: Floats, customers: Labels, plan: Plan, rng: np.random.Generator) -> Columns:
    """``series.csv``: EES and ESAT per team and week, CLTV per customer.

    ``week_csi`` [teams, weeks] is the surveyed CSI, NaN where nobody answered. ESAT follows what is left of it without
    a straight line over time; EES follows the season and a trend alone.
    """
    teams, weeks = week_csi.shape
    week = np.arange(weeks)
    esat = ESAT_MEAN + ESAT_SD * _correlated(week_csi, plan.esat_r, rng)
    season = 3 * np.sin(2 * np.pi * 7 * week / YEAR_DAYS) + 6 * week / weeks
    ees = 65 + season + rng.normal(0, 2, (teams, weeks))
    day = np.datetime_as_string(FIRST_DAY + week * np.timedelta64(7, "D"), unit="D").astype(object)
    last = np.datetime_as_string(FIRST_DAY + np.timedelta64(plan.days - 1, "D"), unit="D")
    cltv = np.round(rng.lognormal(np.log(CLTV_MEDIAN), 0.9, len(customers)), 2)
    team = np.repeat(np.array(TEAMS, dtype=object), weeks)
    none, size = np.full(teams * weeks, "", dtype=object), teams * weeks
    return {
        "date": np.concatenate([np.tile(day, teams), np.tile(day, teams), np.full(len(customers), last, dtype=object)]),
        "team": np.concatenate([team, team, np.full(len(customers), "", dtype=object)]),
        "customer_id": np.concatenate([none, none, customers]),
        "name": np.array(["EES"] * size + ["ESAT"] * size + ["CLTV"] * len(customers), dtype=object),
        "value": np.concatenate([np.round(ees, 2).ravel(), np.round(esat, 2).ravel(), cltv]),
    }


def _correlated(figures: Floats, r: float, rng: np.random.Generator) -> Floats:
    """Values of unit variance that correlate with each row's departures from its own straight line."""
    noise = rng.normal(0, 1, figures.shape)
    made = noise.copy()
    for number, row in enumerate(figures):
        there = np.flatnonzero(~np.isnan(row))
        if len(there) > 3:  # fewer lie on a line anyway
            rest = row[there] - np.polyval(np.polyfit(there, row[there], 1), there)
            made[number, there] = r * rest / max(rest.std(), 1e-9) + np.sqrt(1 - r**2) * noise[number, there]
    return made
