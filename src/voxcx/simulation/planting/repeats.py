"""Coming again: about the same topic within 7 days, calling again after giving up, meeting the bot again."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.planting.contacts import (
    ABANDONED,
    BOT_AGAIN,
    CHANNELS,
    CONTAINED,
    PHONE,
    REDIAL,
    REPEAT,
    Came,
    Contacts,
)
from voxcx.simulation.planting.form import SOLUTION
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import labels_of
from voxcx.simulation.traffic import DAY_S, Flags, Floats, Integers

CHANNEL_SHARES = (0.62, 0.22, 0.08, 0.08)
SAME_CHANNEL = 0.7
SOONEST_S = 900.0
REPEAT_DAYS = (2.2, 7.0)  # mean of the exponential delay, and the longest
REDIAL_S = (180.0, 590.0)
BOT_AGAIN_S = (6 * 3600.0, 24 * 3600.0)


def chance_again(contacts: Contacts, plan: Plan) -> Floats:
    """[contacts], the chance of being followed by another contact about the same matter."""
    factor = np.where(contacts.errors[:, SOLUTION], plan.error_factor, 1.0)
    factor *= np.where(labels_of("queue")[contacts.topic] == plan.repeat_queue, plan.topic_factor, 1.0)
    chance = np.minimum(plan.repeats * factor, 0.95)
    chance = np.where(contacts.fate == CONTAINED, plan.bot_again, chance)
    return np.where(contacts.fate == ABANDONED, plan.redials, chance)


def come_again(contacts: Contacts, plan: Plan, rng: np.random.Generator) -> Came:
    """Who comes again, when and where."""
    before = contacts.take(rng.random(len(contacts)) < chance_again(contacts, plan))
    n = len(before)
    reason = np.select([before.fate == ABANDONED, before.fate == CONTAINED], [REDIAL, BOT_AGAIN], REPEAT)
    mean_s = np.select([reason == REDIAL, reason == BOT_AGAIN], [REDIAL_S[0], BOT_AGAIN_S[0]], REPEAT_DAYS[0] * DAY_S)
    longest_s = np.select(
        [reason == REDIAL, reason == BOT_AGAIN], [REDIAL_S[1], BOT_AGAIN_S[1]], REPEAT_DAYS[1] * DAY_S
    )
    soonest_s = np.where(reason == REDIAL, 10.0, SOONEST_S)
    after_s = _truncated(mean_s, longest_s - soonest_s - np.nan_to_num(before.wait_s), rng) + soonest_s
    second = before.second + np.ceil(after_s + np.where(reason == REDIAL, np.nan_to_num(before.wait_s), 0))
    channel = rng.choice(len(CHANNELS), size=n, p=CHANNEL_SHARES)
    stays: Flags = (rng.random(n) < SAME_CHANNEL) | (reason == BOT_AGAIN)
    channel = np.where(stays, before.channel, channel)
    channel = np.where(reason == REDIAL, PHONE, channel)
    who = (before.customer, before.topic)
    return Came(second.astype(np.int64), *who, channel, before.chain, reason.astype(np.int64))


def _truncated(mean_s: Floats, longest_s: Floats, rng: np.random.Generator) -> Floats:
    """Exponential delays that are never longer than ``longest_s``."""
    longest_s = np.maximum(longest_s, 1.0)
    below = -np.expm1(-longest_s / mean_s)
    delay_s: Floats = -mean_s * np.log1p(-rng.random(len(mean_s)) * below)
    return delay_s


def draw_channels(n: int, rng: np.random.Generator) -> Integers:
    """Channels of new matters."""
    channel: Integers = rng.choice(len(CHANNELS), size=n, p=CHANNEL_SHARES)
    return channel
