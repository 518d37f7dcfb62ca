"""What is planted, how strongly, and how to switch each truth off.

A latent is the unseen satisfaction of ``voxcx.simulation.cause``; its thresholds make the rating 1–5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from voxcx.errors import InputError


@dataclass(frozen=True, slots=True)
class Plan:
    """Parameters of the planted truths. Effects are on the latent; shares are of contacts unless said.

    Attributes:
        days: length of the archive; traffic has a yearly swell and a linear trend, ± ``swell`` and + ``trend`` of it.
        queues_differ: scales the intercepts of the queues, so that a change of the mix moves raw means.
        criteria: scales the effects of the criteria (0: all of them are null).
        knee_s: where waiting begins to hurt, −``above_knee`` a minute for at most ``hurting_min`` minutes.
        hazard_per_s: of leaving the queue before the knee; ``hazard_factor`` times as high after it.
        short_abandons: share of callers who leave in their first 5 s; ``redials``: of those who left, call again
            within 10 minutes.
        repeats: chance to come again within 7 days about the same topic; times ``error_factor`` after an error of
            ``solution_given``, times ``topic_factor`` on the topics of ``repeat_queue``.
        agent_sd: of the agents' effects; ``agents_err``: sd of their own error rates, in logits; ``own_queues``:
            whether agents differ in their mix of queues.
        change_day: day (from 0) of the change of the process in ``change_queue``: errors of ``next_steps`` go from
            ``errors_before`` to ``errors_after``, the latent rises by ``change_rise`` besides.
        mix_factor: from the same day on, contacts of ``mix_queue`` are so many times as likely.
        handover_none: effect of an agent who was handed nothing of what the customer told the machine (calls).
        ivr_contained, chat_contained, bot_contained: shares that the machine serves to the end; ``bot_effect``: of
            being served by a machine alone; ``loop_effect``: of an IVR that did not understand three times.
        bot_again: chance to meet the bot again within 24 h after it served a contact.
        outage_day: day on which the emergency topic comes ``outage_factor`` times as often for ``outage_h`` hours.
        esat_r: correlation of the teams' weekly ESAT with their surveyed CSI of the same week.
        kano_noise: share of random answers in the Kano questionnaire.
    """

    days: int = 280
    swell: float = 0.25
    trend: float = 0.20
    queues_differ: float = 1.0
    criteria: float = 1.0
    knee_s: float = 90.0
    above_knee: float = -0.8
    hurting_min: float = 5.0
    hazard_per_s: float = 0.00025
    hazard_factor: float = 4.0
    short_abandons: float = 0.006
    redials: float = 0.45
    repeats: float = 0.08
    error_factor: float = 2.5
    topic_factor: float = 1.6
    repeat_queue: str = "delivery"
    agent_sd: float = 0.35
    agents_err: float = 0.4
    own_queues: bool = True
    change_day: int = 140
    change_queue: str = "delivery"
    errors_before: float = 0.30
    errors_after: float = 0.10
    change_rise: float = 0.35
    mix_queue: str = "sales"
    mix_factor: float = 3.0
    handover_none: float = -0.3
    ivr_contained: float = 0.10
    chat_contained: float = 0.20
    bot_contained: float = 0.60
    bot_effect: float = -0.6
    loop_effect: float = -0.5
    bot_again: float = 0.15
    outage_day: int = 200
    outage_h: int = 6
    outage_factor: float = 3.0
    esat_r: float = 0.6
    kano_noise: float = 0.15
    respondents: int = 300

    def __post_init__(self) -> None:
        if not 0 < self.change_day < self.days or not 0 <= self.outage_day < self.days:
            raise InputError(
                f"A plan: expected change and outage within {self.days} days, got others; change the plan."
            )
        if self.outage_factor < 1:
            raise InputError(f"A plan: expected an outage_factor from 1, got {self.outage_factor}; change the plan.")

    def without(self, *truths: str) -> Plan:
        """The same archive with some truths switched off; their names are the keys of ``NULL``."""
        if unknown := sorted(set(truths) - NULL.keys()):
            raise InputError(f"A plan: expected truths of {', '.join(NULL)}, got {', '.join(unknown)}.")
        plan = self
        for truth in truths:
            plan = replace(plan, **NULL[truth])
        return plan


NULL: Mapping[str, Mapping[str, Any]] = {
    "criteria": {"criteria": 0.0},
    "wait": {"above_knee": 0.0},
    "abandonment": {"hazard_factor": 1.0},
    "repeats": {"error_factor": 1.0, "topic_factor": 1.0},
    "agents": {"agent_sd": 0.0, "agents_err": 0.0},
    "change": {"errors_after": 0.30, "change_rise": 0.0},
    "mix": {"mix_factor": 1.0},
    "queues": {"queues_differ": 0.0},
    "handover": {"handover_none": 0.0},
    "outage": {"outage_factor": 1.0},
    "esat": {"esat_r": 0.0},
}
