"""Topics of the archive, finer than its queues: where they belong and how often they come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import yaml

from voxcx.simulation.traffic import QUEUE_WEIGHTS, QUEUES, Floats, Labels


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; ``share`` is of its queue's contacts."""

    id: str
    queue: str
    share: float
    process: str
    emergency: bool = False


TOPICS: tuple[Topic, ...] = (
    Topic("unknown_charge", "billing", 0.40, "payments"),
    Topic("payment_not_seen", "billing", 0.35, "payments"),
    Topic("bill_grew", "billing", 0.25, "tariffs"),
    Topic("where_is_order", "delivery", 0.50, "order fulfilment"),
    Topic("move_delivery", "delivery", 0.30, "order fulfilment"),
    Topic("courier_missed", "delivery", 0.20, "courier service"),
    Topic("slow_internet", "support", 0.45, "repair"),
    Topic("app_login", "support", 0.35, "digital channels"),
    Topic("no_service", "support", 0.20, "repair", emergency=True),
    Topic("return_request", "returns", 0.55, "returns"),
    Topic("refund_waiting", "returns", 0.45, "returns"),
    Topic("new_plan", "sales", 0.60, "acquisition"),
    Topic("special_offer", "sales", 0.40, "acquisition"),
)
EMERGENCY = next(place for place, topic in enumerate(TOPICS) if topic.emergency)
SKILLS = {"billing": "service", "support": "service", "delivery": "logistics", "returns": "logistics", "sales": "sales"}
INTERCEPTS = {"billing": 0.1, "delivery": 0.0, "support": -0.4, "returns": -0.2, "sales": 0.4}
QUEUE_OF = np.array([QUEUES.index(topic.queue) for topic in TOPICS])


def topic_weights(mix_queue: str, mix_factor: float) -> Floats:
    """[topics], how likely each is, with one queue so many times as likely as usual."""
    queue = np.array(
        [weight * (mix_factor if name == mix_queue else 1) for name, weight in zip(QUEUES, QUEUE_WEIGHTS, strict=True)]
    )
    weights: Floats = queue[QUEUE_OF] * np.array([topic.share for topic in TOPICS])
    return np.asarray(weights / weights.sum())


def labels_of(field: str) -> Labels:
    """[topics], a field of each topic: id, queue, process, skill or priority."""
    if field == "skill":
        return np.array([SKILLS[topic.queue] for topic in TOPICS], dtype=object)
    if field == "priority":
        return np.array(
            ["1" if topic.emergency else "3" if topic.queue == "sales" else "2" for topic in TOPICS], dtype=object
        )
    return np.array([getattr(topic, field) for topic in TOPICS], dtype=object)


@cache
def openings(language: str) -> dict[str, tuple[str, ...]]:
    """How customers begin, by topic, ru or en."""
    text = files("voxcx.simulation.planting").joinpath(f"openings.{language}.yaml").read_text(encoding="utf-8")
    return {name: tuple(lines) for name, lines in yaml.safe_load(text).items()}
