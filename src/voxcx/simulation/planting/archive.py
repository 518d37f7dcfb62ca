"""An archive with planted truths, in the order in which it is drawn.

============  =============================================================================================
step          gives
============  =============================================================================================
people        customers' tempers, agents' effects, error rates and mixes of queues
contacts      40 weeks with a swell, a trend, a shift of the mix and an outage; waits and who left them; errors;
              who came again because of them (``chains``, ``repeats``): before features, which history reads
features      the catalogue's, with legs of machines by the plan; what nobody was reached for is missing
latent        the usual effects, a knee of waiting, queues, a changed process, machines, criteria in their shapes
verdicts      what the scorer saw of the errors; scores follow from them
survey        invitations, answers, comments
beside        kano.csv, weights.csv, blocked.csv, events.csv, series.csv
truth         parameters, and what they come to in all interactions of the archive
============  =============================================================================================

Each has a random stream of its own, ``[seed, 10 + k]``.
"""

from __future__ import annotations

import numpy as np

from voxcx.simulation.agents import draw_since
from voxcx.simulation.call_features import Columns, blank
from voxcx.simulation.cause import INVITED_SHARE
from voxcx.simulation.fields import draw_surveys, fields_of, ids_of
from voxcx.simulation.gaps import draw_gaps
from voxcx.simulation.made import Population
from voxcx.simulation.planted import draw_said
from voxcx.simulation.planting.chains import draw_contacts
from voxcx.simulation.planting.comments import draw_comments
from voxcx.simulation.planting.contacts import ABANDONED, CONTAINED, FLOWED_OUT, Contacts
from voxcx.simulation.planting.criteria_table import CriteriaTable
from voxcx.simulation.planting.features import channel_of, draw_features, gaps_of, traffic_of
from voxcx.simulation.planting.latent import Causes, cause_archive
from voxcx.simulation.planting.people import draw_people
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.side_files import draw_blocked, draw_kano, draw_series, draw_weights, events_of
from voxcx.simulation.planting.topics import labels_of
from voxcx.simulation.planting.truth import Drawn, truth_of_archive
from voxcx.simulation.planting.verdicts import draw_verdicts, scores_of
from voxcx.simulation.script import Script
from voxcx.simulation.traffic import DAY_S, TEAM_SIZE, TEAMS, Flags, Floats, Labels, Traffic

AUTHENTICATED_SHARE = 0.4  # of IVR legs


def simulate_archive(n: int, seed: int, plan: Plan, *, texts: bool = False) -> Population:
    """Draw ``n`` interactions by the plan; the same arguments give the same archive, and texts change no feature."""
    people_rng, contacts_rng, rng, seen_rng, beside_rng, comments_rng = (
        np.random.default_rng([seed, 10 + number]) for number in range(6)
    )
    people = draw_people(n, plan, people_rng)
    contacts = draw_contacts(n, people, plan, contacts_rng)
    traffic = traffic_of(contacts, people, rng)
    features = draw_features(contacts, traffic)
    said = draw_said(n, np.random.default_rng([seed, 2])) if texts else None
    causes = cause_archive(features, (contacts, traffic), people, plan, said)
    judged = draw_verdicts(contacts, (causes.bot_applies, causes.bot_errors), seen_rng)
    visible, missing = draw_gaps(features, traffic, gaps_of(contacts), contacts.handled)
    invited = contacts.rated & (traffic.rng.random(n) < INVITED_SHARE)
    surveys = draw_surveys(invited, features, causes.outcome, traffic)
    interactions = _fields(contacts, traffic, invited, draw_since(np.random.default_rng([seed, 1])))
    interactions |= visible | scores_of(judged) | {"channels_verdict": _channels(visible, contacts, traffic)}
    drawn = Drawn(contacts, people, plan, causes, features, traffic)
    talk_s = np.where(contacts.handled & traffic.is_call, features["talk_s"], np.nan)
    return Population(
        interactions=interactions,
        missing=missing,
        surveys=surveys | {"comment": _comments(surveys, traffic, comments_rng)},
        ratings=_ratings(contacts, causes),
        truth={"n": n, "seed": seed} | truth_of_archive(drawn, said),
        script=None if said is None else _script(interactions, features, said, (contacts, traffic, seed)),
        criteria=CriteriaTable(interactions["interaction_id"], traffic.language, talk_s, judged),
        beside=_beside(drawn, surveys, beside_rng),
    )


def _fields(contacts: Contacts, traffic: Traffic, invited: Flags, since: Labels) -> Columns:
    """Fields of the interactions; who reached nobody has no agent and no team."""
    fields = fields_of(traffic, invited, since)
    nobody, call = ~contacts.handled, traffic.is_call
    knew = traffic.rng.random(len(contacts)) < AUTHENTICATED_SHARE
    agents = {name: blank(fields[name], nobody) for name in ("agent_id", "agent_since", "team")}
    topics = {name: labels_of(name)[contacts.topic] for name in ("queue", "skill", "priority", "process")}
    tickets = np.array([f"ticket-{number:07d}" for number in contacts.chain.tolist()], dtype=object)
    return (
        fields
        | agents
        | topics
        | {
            "topic": labels_of("id")[contacts.topic],
            "channel": channel_of(contacts),
            "ticket_id": tickets,
            "abandoned": contacts.fate == ABANDONED,
            "contained": contacts.fate == CONTAINED,
            "flow_out": contacts.fate == FLOWED_OUT,
            "blocked": np.zeros(len(contacts), dtype=bool),
            "ivr_authenticated": blank(knew.astype(object), ~(call & contacts.machine)),
        }
    )


def _channels(visible: Columns, contacts: Contacts, traffic: Traffic) -> Labels:
    heard = np.where(np.isnan(visible["agent_speech_s"]), "mono", "ok")
    return blank(heard, ~(traffic.is_call & contacts.handled))


def _ratings(contacts: Contacts, causes: Causes) -> Columns:
    """What everybody would have answered who had something to rate."""
    rated = contacts.rated
    ids = ids_of(len(contacts))[rated]
    return {"interaction_id": ids, "rating": causes.outcome.rating[rated], "latent": causes.outcome.latent[rated]}


def _rows(surveys: Columns) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Rows of the interactions that were answered."""
    return np.array([int(name.rsplit("-", 1)[1]) for name in surveys["interaction_id"].tolist()], dtype=np.int64)


def _comments(surveys: Columns, traffic: Traffic, rng: np.random.Generator) -> Labels:
    return draw_comments(surveys["rating"], traffic.language[_rows(surveys)], rng)


def _script(
    interactions: Columns, features: Columns, said: dict[str, Flags], drawn: tuple[Contacts, Traffic, int]
) -> Script:
    contacts, traffic, seed = drawn
    known = interactions | features | {"untimed": np.isnan(interactions["first_response_s"])}
    talked = contacts.handled | contacts.bot_served
    return Script(known, said, traffic, seed, labels_of("id")[contacts.topic], talked, contacts.bot_served)


def _beside(drawn: Drawn, surveys: Columns, rng: np.random.Generator) -> dict[str, Columns]:
    plan, rows = drawn.plan, _rows(surveys)
    customers = np.unique(drawn.contacts.customer)
    names = np.array([f"customer-{number:06d}" for number in customers.tolist()], dtype=object)
    return {
        "kano.csv": draw_kano(plan, rng),
        "weights.csv": draw_weights(plan, rng),
        "blocked.csv": draw_blocked(drawn.contacts, plan, rng),
        "events.csv": events_of(plan),
        "series.csv": draw_series(_week_csi(drawn, surveys["rating"], rows), names, plan, rng),
    }


def _week_csi(drawn: Drawn, rating: Floats, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    """[teams, weeks], mean surveyed index of agents' contacts; NaN where nobody answered."""
    contacts, weeks = drawn.contacts, -(-drawn.plan.days // 7)
    kept = contacts.handled[rows]
    cell = contacts.agent[rows] // TEAM_SIZE * weeks + contacts.second[rows] // (7 * DAY_S)
    size = len(TEAMS) * weeks
    n, total = (np.bincount(cell[kept], each, size) for each in (None, (rating[kept] - 1) * 25.0))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(n > 0, total / n, np.nan)).reshape(len(TEAMS), weeks)
