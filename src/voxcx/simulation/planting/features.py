"""Features of an archive's contacts: the usual draws, then what waiting, machines, mail and leaving change in them."""

from __future__ import annotations

import numpy as np

from voxcx.domain.catalogue import CATALOGUE
from voxcx.simulation.call_features import Columns, blank, draw_calls
from voxcx.simulation.chat_features import draw_chats, draw_cues
from voxcx.simulation.gaps import WRAP, Gap, needing
from voxcx.simulation.history import Ends, draw_history
from voxcx.simulation.planting.contacts import ABANDONED, CHANNELS, CONTAINED, MAIL, PHONE, Contacts
from voxcx.simulation.planting.moments import load_of
from voxcx.simulation.planting.people import People
from voxcx.simulation.planting.topics import labels_of
from voxcx.simulation.traffic import FIRST_DAY, Flags, Labels, Traffic

LOOP_SHARE = 0.04
LOOP_NO_MATCH = 3.0  # not understood so many times is a loop
FIRST_ANSWER_OF_MAIL_S = 9_000.0  # median
NO_AGENT = "no agent took part"
NO_RECORDING = "no recording"
HOLDS = frozenset({"holds_count", "hold_total_s", "hold_longest_s", "transfers", "handover_context"})
OF_AGENT = frozenset({"first_response_s", "template_share", "main_point_first", "plain_words", "uses_customer_name"})


def traffic_of(contacts: Contacts, people: People, rng: np.random.Generator) -> Traffic:
    """The same contacts as the usual draws read them."""
    return Traffic(
        rng=rng,
        started_at=FIRST_DAY + contacts.second.astype("timedelta64[s]"),
        is_call=contacts.channel == PHONE,
        customer=contacts.customer,
        agent=contacts.agent,
        queue=labels_of("queue")[contacts.topic],
        load=load_of(contacts.second),
        tension=people.temper[contacts.customer] + rng.normal(0, 0.8, len(contacts)),
        distrusts_machines=people.distrusts[contacts.customer],
        agent_haste=people.haste[contacts.agent],
    )


def draw_features(contacts: Contacts, traffic: Traffic) -> Columns:
    """Every feature of the catalogue, before anything goes missing."""
    calls = draw_calls(traffic)
    calls |= _ivr(contacts, calls, traffic) | {"queue_wait_s": np.nan_to_num(contacts.wait_s)}
    calls["hangup_by"] = np.where(contacts.handled, calls["hangup_by"], "customer").astype(object)
    chats = draw_chats(traffic)
    chats |= _bot(contacts, chats, traffic)
    call = traffic.is_call
    shared = {name: np.where(call, calls[name], chats[name]) for name in calls.keys() & chats.keys()}
    drawn = calls | chats | shared | draw_cues(traffic, shared) | {"language": traffic.language}
    drawn |= draw_history(drawn, traffic, Ends(contacts.handled, contacts.fate == ABANDONED, channel_of(contacts)))
    return {name: drawn[name] for name in CATALOGUE}


def channel_of(contacts: Contacts) -> Labels:
    """[contacts], phone, chat, mail or bot."""
    return np.array(CHANNELS, dtype=object)[contacts.channel]


def _ivr(contacts: Contacts, drawn: Columns, traffic: Traffic) -> Columns:
    """The IVR leg: there by the plan, served to the end where contained, now and then caught in a loop."""
    rng, there, done = traffic.rng, contacts.machine, contacts.fate == CONTAINED
    status = np.where(drawn["ivr_status"] == "none", "transferred", drawn["ivr_status"])
    status = np.where(status == "completed", "transferred", status)  # completed is for what it solved
    status = np.select([~there, done], ["none", "completed"], status).astype(object)
    steps = np.where(there, np.maximum(drawn["ivr_steps"], 1 + done), 0.0)
    node = np.where(drawn["ivr_last_node"] == None, "operator", drawn["ivr_last_node"])  # noqa: E711 - elementwise
    loops = there & (rng.random(traffic.n) < LOOP_SHARE)
    again = np.where(loops, LOOP_NO_MATCH + rng.poisson(1.0, traffic.n), np.minimum(drawn["ivr_no_match"], 2))
    usual_s = 6 + steps * rng.lognormal(np.log(9), 0.4, traffic.n)
    return {
        "ivr_status": status,
        "ivr_time_s": np.where(there, usual_s + 15 * again, 0.0),
        "ivr_steps": steps,
        "ivr_last_node": blank(node, ~there),
        "ivr_path": blank("main>" + node, ~there),
        "ivr_intent": blank(drawn["ivr_intent"], ~there),
        "ivr_no_input": np.where(there, drawn["ivr_no_input"], 0.0),
        "ivr_no_match": np.where(there, again, 0.0),
        "ivr_operator_requests": np.where(there & ~done, drawn["ivr_operator_requests"], 0.0),
    }


def _bot(contacts: Contacts, drawn: Columns, traffic: Traffic) -> Columns:
    """The bot's leg by the plan, and how long mail waits for its first answer."""
    rng, n, there = traffic.rng, traffic.n, contacts.machine & ~traffic.is_call
    done = contacts.fate == CONTAINED
    messages = np.where(there, 1.0 + rng.poisson(np.where(done, 3.5, 2.0)), 0.0)
    bot_s = np.where(there, rng.lognormal(np.log(np.where(done, 110, 45)), 0.7, n), 0.0)
    handover = np.where(done, "none", np.where(there, "bot_to_agent", drawn["handover"]))
    handover = np.where(~there & (handover == "bot_to_agent"), "none", handover).astype(object)
    mail = contacts.channel == MAIL
    first_s = np.where(mail, rng.lognormal(np.log(FIRST_ANSWER_OF_MAIL_S), 0.8, n), drawn["first_response_s"])
    lasted_s = drawn["chat_duration_s"] - drawn["first_response_s"] + first_s
    return {
        "bot_messages": messages,
        "bot_time_s": bot_s,
        "handover": handover,
        "first_response_s": first_s,
        "chat_duration_s": np.where(done, bot_s, lasted_s),
    }


def gaps_of(contacts: Contacts) -> list[Gap]:
    """What is not known because nobody was reached: sound and words of a call, all of the agent's in a chat."""
    nobody, call = ~contacts.handled, contacts.channel == PHONE
    known = {name for name, spec in CATALOGUE.items() if spec.family in {"telephony", "history"}}
    theirs = {name for name in CATALOGUE if name.startswith("agent_") or name.endswith("_by_agent")} | OF_AGENT
    return [
        Gap(NO_AGENT, HOLDS | WRAP, nobody & call),
        Gap(NO_AGENT, frozenset({"queue_wait_s"}), (contacts.fate == CONTAINED) & call),
        Gap(NO_AGENT, frozenset({"same_agent"}), nobody),
        Gap(NO_RECORDING, frozenset(CATALOGUE) - known, nobody & call),
        Gap(NO_AGENT, frozenset(theirs) & (needing("roles") | OF_AGENT | AGENT_MESSAGES), nobody & ~call),
    ]


AGENT_MESSAGES = frozenset(name for name in CATALOGUE if name.startswith("agent_"))


def in_a_loop(features: Columns, contacts: Contacts) -> Flags:
    """[contacts], where the IVR did not understand again and again."""
    loops: Flags = (contacts.channel == PHONE) & contacts.machine & (features["ivr_no_match"] >= LOOP_NO_MATCH)
    return loops
