"""Features of simulated calls, complete: joint draws whose parts add up (talk = speech − overlap + silence)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.simulation.traffic import Flags, Floats, Traffic

Columns = dict[str, NDArray[Any]]  # numbers with NaN, or labels with None, for what is missing

IVR_NODES = ("balance", "payment", "courier", "refund", "technical", "operator")
CONTEXTS = ("none", "number", "path", "authenticated", "full")
LETTERS_PER_WORD = {"ru": 5.1, "en": 4.2}
WORDS_PER_S = {"ru": 3.1, "en": 4.0}
SILENCE_MIN_S = 3.0
PARTIES = ("agent", "customer")


def blank(column: NDArray[Any], gone: Flags) -> NDArray[Any]:
    """A copy without some values: None among labels, NaN among numbers."""
    kept: NDArray[Any] = column.astype(object if column.dtype.kind in "OU" else float)
    kept[gone] = None if kept.dtype == object else np.nan
    return kept


def draw_calls(traffic: Traffic) -> Columns:
    """Every call feature for every row (the caller keeps the calls)."""
    columns = telephony(traffic)
    columns |= speech(traffic, np.asarray(columns["hold_total_s"], dtype=float))
    columns |= turns(traffic, columns)
    columns |= words(traffic, columns)
    columns |= overlaps(traffic, columns)
    columns |= silences(traffic, columns)
    columns |= prosody(traffic)
    wrap_s = traffic.rng.lognormal(np.log(35), 0.6, traffic.n)
    columns["wrap_s"] = wrap_s
    columns["handle_s"] = columns["talk_s"] + columns["hold_total_s"] + wrap_s
    return columns


def telephony(traffic: Traffic) -> Columns:
    """Queue, IVR, holds, transfers and who hung up."""
    rng, n = traffic.rng, traffic.n
    wait_s = rng.lognormal(np.log(28), 0.9, n) * np.exp(0.75 * (traffic.load - 1))
    wait_s = np.where(rng.random(n) < 0.12, rng.uniform(1, 8, n), np.minimum(wait_s, 1500))
    holds = rng.poisson(np.where(np.isin(traffic.queue, ("billing", "support")), 0.65, 0.35))
    each_s = rng.lognormal(np.log(38), 0.7, n)
    hold_total_s = holds * each_s
    longest_share = np.where(holds > 1, rng.uniform(0.5, 0.85, n), 1.0)
    return {
        "queue_wait_s": wait_s,
        "holds_count": holds.astype(float),
        "hold_total_s": hold_total_s,
        "hold_longest_s": hold_total_s * longest_share,
        "transfers": rng.poisson(0.18 + 0.08 * np.maximum(traffic.tension, 0)).astype(float),
        "handover_context": rng.choice(np.array(CONTEXTS, dtype=object), n, p=[0.35, 0.3, 0.2, 0.1, 0.05]),
        "hangup_by": rng.choice(np.array(["customer", "agent", "system"], dtype=object), n, p=[0.78, 0.19, 0.03]),
    } | ivr(traffic)


def ivr(traffic: Traffic) -> Columns:
    """The IVR leg; customers who distrust machines opt out and ask for a person."""
    rng, n = traffic.rng, traffic.n
    statuses = np.array(["transferred", "completed", "opted_out", "timeout", "error", "none"], dtype=object)
    usual, wary = [0.60, 0.13, 0.09, 0.04, 0.02, 0.12], [0.16, 0.03, 0.62, 0.05, 0.02, 0.12]
    status = np.where(traffic.distrusts_machines, rng.choice(statuses, n, p=wary), rng.choice(statuses, n, p=usual))
    has_leg = status != "none"
    steps = np.where(has_leg, 1 + rng.poisson(1.4, n), 0).astype(float)
    node = rng.choice(np.array(IVR_NODES, dtype=object), n)
    asked = rng.poisson(np.where(status == "opted_out", 1.2, 0.05))
    return {
        "ivr_status": status,
        "ivr_time_s": np.where(has_leg, 6 + steps * rng.lognormal(np.log(9), 0.4, n), 0.0),
        "ivr_steps": steps,
        "ivr_last_node": blank(node, ~has_leg),
        "ivr_path": blank("main>" + node, ~has_leg),
        "ivr_intent": blank(traffic.queue, ~(has_leg & (rng.random(n) < 0.7))),
        "ivr_no_input": np.where(has_leg, rng.poisson(0.15, n), 0).astype(float),
        "ivr_no_match": np.where(has_leg, rng.poisson(0.25, n), 0).astype(float),
        "ivr_operator_requests": np.where(has_leg, asked, 0).astype(float),
    }


def speech(traffic: Traffic, hold_total_s: Floats) -> Columns:
    """Talk, both parties' speech, simultaneous speech and mutual silence, in seconds that add up."""
    rng, n = traffic.rng, traffic.n
    talk_s = np.clip(rng.lognormal(np.log(155), 0.85, n), 6, 3600)
    silence_share = rng.beta(2.2, 4.8, n)
    overlap_share = np.minimum(rng.gamma(1.4, 0.022, n) * np.exp(0.35 * traffic.tension), 0.4)
    overlap_share = np.minimum(overlap_share, 0.8 * (1 - silence_share))  # no more than anybody speaks
    overlap_share = np.where(rng.random(n) < np.exp(-talk_s / 60), 0.0, overlap_share)  # short calls often have none
    spoken_s = talk_s * (1 - silence_share + overlap_share)
    agent_part = np.clip(rng.normal(0.54, 0.14, n), 0.12, 0.9)
    return {
        "talk_s": talk_s,
        "duration_s": talk_s + hold_total_s,
        "agent_speech_s": spoken_s * agent_part,
        "customer_speech_s": spoken_s * (1 - agent_part),
        "agent_speech_share": spoken_s * agent_part / talk_s,
        "customer_speech_share": spoken_s * (1 - agent_part) / talk_s,
        "overlap_s": talk_s * overlap_share,
        "overlap_share": overlap_share,
        "mutual_silence_s": talk_s * silence_share,
        "mutual_silence_share": silence_share,
    }


def turns(traffic: Traffic, given: Columns) -> Columns:
    """Turns, their lengths, latencies, openings and closings of both parties."""
    rng, n = traffic.rng, traffic.n
    pairs = np.maximum(1, np.round(given["talk_s"] / rng.lognormal(np.log(13), 0.4, n)))
    columns: Columns = {}
    for who in PARTIES:
        count = np.maximum(1, pairs + rng.integers(-1, 2, n))
        mean_s = given[f"{who}_speech_s"] / count
        latency_s = rng.lognormal(np.log(1.0), 0.7, n)
        longest_s = np.minimum(mean_s * rng.uniform(1.6, 4.5, n), given[f"{who}_speech_s"])
        opening_s = np.minimum(rng.lognormal(np.log(5.5), 0.6, n), np.minimum(given["talk_s"], 30))
        columns |= {
            f"{who}_turns": count,
            f"{who}_turn_median_s": np.minimum(mean_s * rng.uniform(0.55, 1.0, n), longest_s),
            f"{who}_longest_turn_s": longest_s,
            f"{who}_latency_median_s": latency_s,
            f"{who}_latency_p90_s": latency_s * rng.uniform(1.8, 5.0, n),
            f"{who}_opening_end_s": opening_s,
            f"{who}_closing_start_s": given["talk_s"] - np.minimum(rng.lognormal(np.log(4), 0.6, n), given["talk_s"]),
        }
    return columns


def words(traffic: Traffic, given: Columns) -> Columns:
    """Words, letters and rates; the rate falls with nothing that causes satisfaction."""
    rng, n = traffic.rng, traffic.n
    letters_base = np.array([LETTERS_PER_WORD[x] for x in traffic.language])
    rate_base = np.array([WORDS_PER_S[x] for x in traffic.language])
    columns: Columns = {}
    for who in PARTIES:
        wps = np.clip(rate_base * rng.lognormal(0, 0.2, n), 1.2, 8)
        letters = letters_base * rng.lognormal(0, 0.08, n)
        columns |= {
            f"{who}_words": np.maximum(1, np.round(given[f"{who}_speech_s"] * wps)),
            f"{who}_letters_per_word": letters,
            f"{who}_articulation_wps": wps,
            f"{who}_articulation_lps": wps * letters,
            f"{who}_rate_wpm": 60 * wps * rng.uniform(0.65, 0.95, n),
            f"{who}_rate_delta_wps": rng.normal(0.2, 0.5, n),
            f"{who}_rate_drift_wps": rng.normal(0.1, 0.8, n),
            f"asr_confidence_{who}": np.clip(rng.beta(14, 3, n), 0, 1),
        }
    wps_gap = columns["customer_articulation_wps"] - columns["agent_articulation_wps"]
    lps_gap = columns["customer_articulation_lps"] - columns["agent_articulation_lps"]
    return columns | {
        "rate_diff_wps_call": wps_gap,
        "rate_diff_lps_call": lps_gap,
        "rate_diff_wps": wps_gap + rng.normal(0, 0.2, n),
        "rate_diff_lps": lps_gap + rng.normal(0, 1.0, n),
        "rate_accommodation_wps": np.abs(wps_gap) * rng.uniform(0.7, 1.3, n) + rng.exponential(0.2, n),
    }


def overlaps(traffic: Traffic, given: Columns) -> Columns:
    """Interruptions, backchannels and the other kinds of simultaneous speech."""
    rng, n = traffic.rng, traffic.n
    minutes = given["talk_s"] / 60
    hot = np.exp(0.3 * traffic.tension)
    rushed = np.exp(0.45 * traffic.agent_haste)
    met = given["overlap_s"] > 0  # without simultaneous speech nobody interrupts
    by_agent = np.where(met, rng.poisson(np.minimum(0.22 * minutes * rushed * hot, 15)), 0)
    by_customer = np.where(met, rng.poisson(np.minimum(0.2 * minutes * hot, 15)), 0)
    busy = (by_agent + by_customer) > 0
    inside_s = np.where(busy, given["overlap_s"] * rng.uniform(0.2, 0.7, n), 0.0)
    anybody_s = given["talk_s"] - given["mutual_silence_s"]
    columns: Columns = {
        "interruptions_by_agent": by_agent.astype(float),
        "interruptions_by_agent_yielded": rng.binomial(by_agent, 0.6).astype(float),
        "interruptions_by_customer": by_customer.astype(float),
        "interruptions_by_customer_yielded": rng.binomial(by_customer, 0.65).astype(float),
        "overlap_in_interruptions_s": inside_s,
        "sber_overlap_in_interruptions_s": inside_s * rng.uniform(0.8, 1.4, n),
        "dual_starts": rng.poisson(np.where(met, 0.35 * minutes, 0)).astype(float),
        "brief_overlaps": rng.poisson(np.where(met, 0.6 * minutes, 0)).astype(float),
        "overlap_share_call": given["overlap_s"] / given["duration_s"],
        "overlap_share_speech": given["overlap_s"] / anybody_s,
    }
    for who in PARTIES:
        columns[f"overlap_share_{who}"] = np.minimum(given["overlap_s"] / given[f"{who}_speech_s"], 1.0)
        interrupting = np.minimum(columns[f"interruptions_by_{who}"] / given[f"{who}_turns"], 1.0)
        columns[f"{who}_interrupting_turn_share"] = interrupting
        columns[f"backchannels_by_{who}"] = rng.poisson(np.where(met, 0.9 * minutes, 0)).astype(float)
    return columns


def silences(traffic: Traffic, given: Columns) -> Columns:
    """Stretches of silence from the shortest that counts; long ones are not holds."""
    rng, n = traffic.rng, traffic.n
    silent_s = np.asarray(given["mutual_silence_s"], dtype=float)
    room_s = silent_s * rng.uniform(0.1, 0.7, n)
    count = np.minimum(rng.poisson(room_s / 7), np.floor(room_s / SILENCE_MIN_S))
    total_s = np.where(count > 0, np.maximum(room_s, count * SILENCE_MIN_S), 0.0)
    spare_s = np.maximum(total_s - count * SILENCE_MIN_S, 0)
    longest_s = np.where(count > 0, SILENCE_MIN_S + spare_s / np.maximum(count, 1) * rng.uniform(1, 2, n), 0.0)
    longest_s = np.where(count == 1, total_s, np.minimum(longest_s, total_s))
    possible: Flags = longest_s >= 10
    more = rng.binomial(np.maximum(count - 1, 0).astype(np.int64), 0.15)
    fitting = np.floor(total_s / 10)
    return {
        "silences": count,
        "silence_s": total_s,
        "silence_longest_s": longest_s,
        "long_silences": np.where(possible, np.minimum(1.0 + more, fitting), 0.0),
        "wordless_s": given["hold_total_s"] + silent_s * rng.uniform(1.05, 1.4, n),
    }


def prosody(traffic: Traffic) -> Columns:
    """Voices: pitch and level are the speaker's and cause nothing."""
    rng, n = traffic.rng, traffic.n
    columns: Columns = {}
    for who in PARTIES:
        low = rng.random(n) < 0.5
        columns |= {
            f"{who}_pitch_median_hz": np.where(low, rng.normal(118, 18, n), rng.normal(205, 24, n)),
            f"{who}_pitch_range_st": np.clip(rng.normal(9.5, 2.5, n), 2, 24),
            f"{who}_loudness_db": rng.normal(-26, 4, n),
            f"{who}_loudness_drift_db": rng.normal(-0.3, 1.2, n),
        }
    return columns
