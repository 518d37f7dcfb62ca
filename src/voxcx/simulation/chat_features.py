"""Features of simulated chats, and the cues in words that calls and chats share."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.call_features import LETTERS_PER_WORD, PARTIES, Columns
from voxcx.simulation.traffic import Floats, Integers, Traffic


def draw_chats(traffic: Traffic) -> Columns:
    """Every chat feature for every row (the caller keeps the chats)."""
    rng, n = traffic.rng, traffic.n
    columns: Columns = {}
    for who, base in (("agent", 5.0), ("customer", 6.0)):
        messages = 1.0 + rng.poisson(base, n)
        per_message = rng.lognormal(np.log(14 if who == "agent" else 8), 0.4, n)
        columns |= {f"{who}_messages": messages, f"{who}_words_per_message": per_message}
        columns[f"{who}_words"] = np.round(messages * per_message)
        letters = np.array([LETTERS_PER_WORD[x] for x in traffic.language])
        columns[f"{who}_letters_per_word"] = letters * rng.lognormal(0, 0.06, n)
    return columns | response_times(traffic, columns) | bot_leg(traffic) | manner(traffic, columns)


def response_times(traffic: Traffic, given: Columns) -> Columns:
    """How long each party waited for the other; busier hours answer later."""
    rng, n = traffic.rng, traffic.n
    first_s = rng.lognormal(np.log(50), 1.0, n) * np.exp(0.7 * (traffic.load - 1))
    columns: Columns = {"first_response_s": np.minimum(first_s, 7200)}
    for who, median_s in (("agent", 55), ("customer", 40)):
        middle_s = rng.lognormal(np.log(median_s), 0.6, n)
        columns[f"{who}_response_median_s"] = middle_s
        columns[f"{who}_response_longest_s"] = middle_s * rng.uniform(1.2, 6, n)
    exchanges = np.minimum(given["agent_messages"], given["customer_messages"])
    both_s = columns["agent_response_median_s"] + columns["customer_response_median_s"]
    columns["chat_duration_s"] = columns["first_response_s"] + exchanges * both_s * rng.uniform(0.9, 1.4, n)
    return columns


def bot_leg(traffic: Traffic) -> Columns:
    """The bot before the person."""
    rng, n = traffic.rng, traffic.n
    has_bot = rng.random(n) < 0.55
    passed_on = rng.random(n) < 0.12
    return {
        "bot_messages": np.where(has_bot, 1 + rng.poisson(2.0, n), 0).astype(float),
        "bot_time_s": np.where(has_bot, rng.lognormal(np.log(45), 0.7, n), 0.0),
        "handover": np.where(passed_on, "agent_to_agent", np.where(has_bot, "bot_to_agent", "none")).astype(object),
    }


def manner(traffic: Traffic, given: Columns) -> Columns:
    """How it was written."""
    rng, n = traffic.rng, traffic.n
    hot = np.exp(0.4 * traffic.tension)
    flags = {"uses_customer_name": 0.55, "main_point_first": 0.5, "customer_spoke_last": 0.4}
    columns: Columns = {name: (rng.random(n) < share).astype(float) for name, share in flags.items()}
    return columns | {
        "template_share": np.round(rng.beta(1.0, 4.0, n) * given["agent_messages"]) / given["agent_messages"],
        "plain_words": np.where(rng.random(n) < 0.5, 1.0, np.clip(1 - rng.gamma(1.0, 0.12, n), 0, 1)),
        "exclamations": rng.poisson(0.4 * hot).astype(float),
        "questions": rng.poisson(given["customer_messages"] * 0.35).astype(float),
        "capitals_share": np.where(rng.random(n) < 0.7, 0.0, np.minimum(rng.gamma(0.5, 0.02, n) * hot, 1.0)),
    }


def draw_cues(traffic: Traffic, words: Columns) -> Columns:
    """Dictionary hits in both kinds: the upset complain more and thank less. ``words`` counts words by party."""
    rng, n = traffic.rng, traffic.n
    hot = np.exp(0.55 * traffic.tension)
    mean_hits = {
        "unresolved_cue": 0.10 * hot,
        "complaint_cue": 0.07 * hot,
        "churn_cue": 0.03 * hot,
        "contradiction_cue": 0.04 * hot,
        "repeat_cue": 0.12 * hot,
        "asks_for_human": np.where(traffic.distrusts_machines, 0.25, 0.04),
        "profanity_by_customer": 0.03 * hot,
        "profanity_by_agent": np.full(n, 0.001),
        "customer_confusion": 0.35 * np.sqrt(hot),
        "customer_doubt": 0.3 * np.sqrt(hot),
        "apologies_by_agent": 0.4 * np.sqrt(hot),
        "reasks_by_agent": np.full(n, 0.35),
        "reasks_by_customer": np.full(n, 0.4),
        "gratitude": 0.95 * np.exp(-0.25 * traffic.tension),
    }
    columns: Columns = {name: rng.poisson(mean).astype(float) for name, mean in mean_hits.items()}
    for who in PARTIES:
        heat = traffic.tension if who == "customer" else np.zeros(n)
        count = words[f"{who}_words"].astype(np.int64)
        columns |= moods(rng, count, heat, who)
    return columns


def moods(rng: np.random.Generator, count: Integers, heat: Floats, who: str) -> Columns:
    """Shares of positive and negative words, by thirds of a party's words, so that short talks often have none."""
    p_positive = rng.beta(2, 60, len(count)) * np.exp(-0.15 * heat)
    p_negative = np.minimum(rng.beta(1.2, 70, len(count)) * np.exp(0.3 * heat), 1.0)
    third = np.maximum(count // 3, 1)
    rest = np.maximum(count - 2 * third, 0)
    parts = [(rng.binomial(size, p_positive), rng.binomial(size, p_negative)) for size in (third, rest, third)]
    total = np.maximum(2 * third + rest, 1)
    columns: Columns = {
        f"{who}_positive": sum(positive for positive, _ in parts) / total,
        f"{who}_negative": sum(negative for _, negative in parts) / total,
    }
    if who == "customer":
        columns["customer_negative_last_third"] = parts[2][1] / third
        columns["customer_sentiment_drift"] = (parts[2][0] - parts[2][1] - parts[0][0] + parts[0][1]) / third
    return columns
